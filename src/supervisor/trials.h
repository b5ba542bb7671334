/* Sweeps that go by results: which values a trial gets, who is ended at a rung, and what is kept of
 * it all in the database. */
#ifndef RLBENCH_SUPERVISOR_TRIALS_H
#define RLBENCH_SUPERVISOR_TRIALS_H

#include "base/mem.h"
#include "store/store.h"
#include "sweep/halving.h"

#include <stdbool.h>

struct run;
struct supervisor;

/* A run of the experiment, ours or not, and what the sweep goes by. */
struct seat {
    struct sweep *sweep;
    struct run *run;      /* NULL: not ours; then it will not change */
    enum run_state state; /* of one that is not ours */
    int64_t id;
    uint32_t trial, attempts;   /* trial: from 0 */
    double at[SWEEP_MAX_RUNGS]; /* the metric's first value at or beyond each rung */
    uint32_t reached;           /* rungs with a value */
    double last;                /* the metric's last value, NaN before the first */
    uint64_t last_step;
    bool parked; /* strict: asked to stop and wait at its rung */
};

struct sweep {
    int64_t experiment;
    struct arena arena;
    struct sweep_spec spec;
    struct sweep_trial *trials;    /* [spec.trials] */
    struct halving_trial *halving; /* [spec.trials] */
    bool *dirty;                   /* [spec.trials] not yet in the database as it is here */
    struct seat *seats;
    size_t num_seats;
};

/* Reads the sweeps of the runs that were taken over. */
int trials_open(struct supervisor *s, struct err *e);
void trials_close(struct supervisor *s);
/* Whether a queued run may start now; draws the values of its trial when it is their turn. */
bool trials_may_start(struct supervisor *s, struct run *r);
/* A point of the run. */
void trials_take(struct supervisor *s, struct run *r, const struct store_point *p);
/* The run has ended, or waits at its rung. */
void trials_ended(struct supervisor *s, struct run *r);
/* It was ended at a rung. */
bool trials_dropped(const struct run *r);
/* It stops in order to wait at its rung. */
bool trials_parked(const struct run *r);
bool trials_wait(const struct supervisor *s); /* something is to be written */
int trials_commit(struct supervisor *s, struct err *e);

#endif
