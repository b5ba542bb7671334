/* The worker: one run in one process. `rlbench --worker` speaks wire on fd 3: JOB first, then
 * commands; everything it measures goes back. It owns no database and no terminal. */
#ifndef RLBENCH_WORKER_WORKER_H
#define RLBENCH_WORKER_WORKER_H

#include <stdint.h>

enum done_reason { DONE_FINISHED, DONE_STOPPED, DONE_FAILED, DONE_DIVERGED };
enum worker_state { WORKER_STARTING, WORKER_RUNNING, WORKER_PAUSED, WORKER_SAVING };

/* Returns the exit code of the process. */
int worker_main(int fd);

#endif
