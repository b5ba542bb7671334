/* Inside rlbench sweep: what came of one. */
#ifndef RLBENCH_CMD_SWEEP_H
#define RLBENCH_CMD_SWEEP_H

#include "cmd/cmd.h"
#include "judge/sweep.h"

/* rlbench sweep --show */
int sweep_show(const struct cli *cli, struct err *e);

#endif
