/* The worker: one run in one process. `rlbench --worker` speaks wire on fd 3: JOB first, then
 * commands; everything it measures goes back. It owns no database and no terminal. */
#ifndef RLBENCH_WORKER_WORKER_H
#define RLBENCH_WORKER_WORKER_H

#include "base/err.h"

#include <stdint.h>

enum done_reason { DONE_FINISHED, DONE_STOPPED, DONE_FAILED, DONE_DIVERGED };
enum worker_state { WORKER_STARTING, WORKER_RUNNING, WORKER_PAUSED, WORKER_SAVING };

/* `rlbench --worker`, or `rlbench --worker RANK SIZE` for one of several ranks; argv holds what
 * follows --worker. Returns the exit code of the process. */
int worker_main(int argc, char **argv);
/* `rlbench --ranks SIZE MEMORY`: in the place of a worker, starts SIZE of them through mpirun, each
 * with so much address space (0: no limit), the first with our descriptor 3; the exit code. */
int ranks_main(int argc, char **argv);
/* Whether that can be done here: built with MPI, and mpirun is there. */
int ranks_available(struct err *e);

#endif
