/* A plan spread over the processes that mpirun or srun started side by side. They share a folder
 * and nothing else: no message passes between them. */
#ifndef RLBENCH_CMD_SPREAD_H
#define RLBENCH_CMD_SPREAD_H

#include "cmd/cmd.h"
#include "plan/plan.h"

#include <stdbool.h>

/* Which of how many this process is, by its environment; false when it is alone. */
bool spread_place(unsigned *rank, unsigned *size);
/* Runs this rank's share of the plan, each run into its spool. Rank 0 waits for the others, brings
 * everything into the database and prints what came of it. */
int spread_launch(const struct cli *cli, struct plan *plan, struct err *e);

#endif
