/* What an experiment came to, group by group: the best first, and what each parameter explains. */
#ifndef RLBENCH_JUDGE_SWEEP_H
#define RLBENCH_JUDGE_SWEEP_H

#include "store/store.h"

/* Runs that differ in nothing but their seed. */
struct sweep_group {
    const char *key, *label;
    int64_t run; /* the first of them */
    const char *algo, *env;
    struct param_row *params;
    size_t num_params;
    size_t runs, done, values;
    double sum, squares; /* of the last values of the metric */
};

/* What one experiment came to. Strings live in arena. */
struct sweep_results {
    struct arena arena;
    const char *experiment, *metric;
    bool maximize;
    VEC(struct sweep_group) groups; /* the best first, those without a value last */
    VEC(const char *) keys;         /* what the groups differ in */
    struct run_row *rows;           /* its runs, in the order of their numbers */
    size_t num_rows, read;          /* read: those that groups have been made of */
};

/* ref: a run, @last, @live or the name of an experiment (its newest). metric and goal may be NULL:
 * then the recipe's sweep.metric. Always to be finished. */
int sweep_read(struct store *s, const char *ref, const char *metric, const char *goal,
               struct sweep_results *out, struct err *e);
/* The runs of the experiment alone. */
int sweep_find(struct store *s, const char *ref, struct sweep_results *out, struct err *e);
/* sweep_read in parts: begin reads the rows; go_on makes groups of them until the deadline
 * (monotonic), one row at least, and orders them after the last. *more: there are more rows. */
int sweep_begin(struct store *s, const char *ref, const char *metric, const char *goal,
                struct sweep_results *out, struct err *e);
int sweep_go_on(struct store *s, struct sweep_results *r, int64_t deadline_ns, bool *more,
                struct err *e);
void sweep_finish(struct sweep_results *r);
/* The group's value of a key; "" when it has none. */
const char *sweep_value(const struct sweep_group *g, const char *key, double *num);
double sweep_mean(const struct sweep_group *g);
/* Sample standard deviation, NaN with fewer than two values. */
double sweep_deviation(const struct sweep_group *g);
/* stats_effect() of a key on the means; NaN when nothing can be said. */
double sweep_importance(const struct sweep_results *r, const char *key);
/* The shortest name that only one of the keys has. */
const char *sweep_short_name(const struct sweep_results *r, const char *key);

#endif
