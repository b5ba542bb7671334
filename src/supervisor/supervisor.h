/* The supervisor: the life cycle of one experiment's runs. Sole writer of their rows. */
#ifndef RLBENCH_SUPERVISOR_SUPERVISOR_H
#define RLBENCH_SUPERVISOR_SUPERVISOR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct supervisor_run_progress {
    int64_t run;
    int state; /* enum run_state */
    uint64_t step, total;
    double steps_per_s;
};
struct supervisor_progress {
    const struct supervisor_run_progress *runs;
    size_t num_runs;
    const char *notice; /* "disk full: paused, …", a worker's last warning, or "" */
};

struct supervisor_options {
    const char *database;
    const int64_t *runs; /* to run, in order */
    size_t num_runs;
    int jobs;            /* workers side by side, >= 1 */
    uint64_t stop_after; /* a run that has passed this step is stopped; 0: none */
    /* Progress for a headless front; NULL when nobody watches. Called from the loop at most every
     * 100 ms. */
    void (*progress)(void *ctx, const struct supervisor_progress *);
    void *ctx;
};

/* Runs them all to an end; SIGINT/SIGTERM stop them with a checkpoint (twice: at once). OK when
 * every run is done, ERR_FAILED when one failed or crashed. */
int supervisor_run(const struct supervisor_options *o, struct err *e);
/* Starts `rlbench --supervise` detached from this terminal and session on these runs; returns when
 * its socket answers. */
int supervisor_spawn(const char *database, const int64_t *runs, size_t n, int jobs, struct err *e);
/* Tells of every socket whose supervisor was killed, and removes it when asked to. */
void supervisor_stale_sockets(bool remove, void (*found)(void *ctx, const char *path), void *ctx);
/* The body of `rlbench --supervise DATABASE JOBS RUN...`; argv holds what follows --supervise. */
int supervisor_main(int argc, char **argv);

#endif
