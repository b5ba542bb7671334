/* An adaptive sweep: what it is after, where it looks, and what came of its trials so far. A trial
 * is a set of values, tried with every seed. */
#ifndef RLBENCH_SWEEP_SPEC_H
#define RLBENCH_SWEEP_SPEC_H

#include "base/err.h"
#include "sweep/space.h"

#include <stdint.h>

enum { SWEEP_MAX_RUNGS = 32 };

struct sweep_spec {
    const char *method, *metric;
    bool maximize;
    uint64_t seed;
    uint32_t trials;   /* how many there are */
    uint32_t parallel; /* bayes: trial n is drawn from the results of trials 1 to n - parallel */
    struct sweep_dim *dims; /* of bayes; otherwise the values of all trials are known */
    size_t num_dims;
    const char *group; /* bayes: what a group's key is made of, under the recipe's own values */
    uint64_t rungs[SWEEP_MAX_RUNGS]; /* steps at which trials are compared, ascending */
    size_t num_rungs;
    uint32_t eta;
    bool strict;
};

enum sweep_trial_state {
    TRIAL_WAITING, /* its values are not known yet */
    TRIAL_DRAWN,   /* they are */
    TRIAL_DONE,
    TRIAL_DROPPED, /* ended at a rung */
    TRIAL_FAILED,  /* no result: a run failed, or the metric was not finite */
    TRIAL_NUM_STATES
};
extern const char *const sweep_trial_states[TRIAL_NUM_STATES];

struct sweep_trial {
    enum sweep_trial_state state;
    double *values; /* [num_dims] */
    double value;   /* mean over its runs at their end, or at the rung where they were dropped */
    uint64_t step;
    uint32_t known; /* results it was drawn from */
    uint32_t rungs; /* rungs it was kept at */
};

/* Less than 0 when a is the better one: those done before those dropped, of which who got further
 * comes first, then those that failed; equal ones in the order of the array. */
int sweep_compare(const struct sweep_spec *s, const struct sweep_trial *a,
                  const struct sweep_trial *b);
/* Whether x is better than y; a number is better than NaN. */
bool sweep_is_better(const struct sweep_spec *s, double x, double y);

/* Rungs as W&B has them, below `budget` (0: no limit): from min_iter up in powers of eta, or with
 * max_iter down from max_iter / eta in powers of eta, `s` of them. Steps, rounded down. */
void sweep_make_rungs(struct sweep_spec *s, uint64_t min_iter, uint64_t max_iter, uint32_t brackets,
                      uint64_t budget);

/* As JSON, and back; texts live in a. ERR_DATA. */
char *sweep_spec_write(const struct sweep_spec *s);
int sweep_spec_read(const char *text, struct arena *a, struct sweep_spec *out, struct err *e);
/* Values of a trial as a JSON object of texts; owned. "{}" without any. */
char *sweep_values_write(const struct sweep_spec *s, const double *values);
bool sweep_values_read(const struct sweep_spec *s, const char *text, double *values);

#endif
