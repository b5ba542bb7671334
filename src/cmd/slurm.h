/* --launcher slurm: a plan as a job array, one task for each of its runs, and a job that brings
 * their spools together. */
#ifndef RLBENCH_CMD_SLURM_H
#define RLBENCH_CMD_SLURM_H

#include "cmd/cmd.h"
#include "plan/plan.h"

/* Writes the two scripts and submits them; with --dry-run only prints them. */
int slurm_launch(const struct cli *cli, struct plan *plan, struct err *e);

#endif
