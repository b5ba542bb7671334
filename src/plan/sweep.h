/* Inside src/plan: what the methods of a sweep share. */
#ifndef RLBENCH_PLAN_SWEEP_H
#define RLBENCH_PLAN_SWEEP_H

#include "plan/draft.h"
#include "sweep/space.h"

/* True when runs of a sweep may differ in this key; else complains. */
bool sweep_check_path(struct draft *d, const char *path, struct mark at);
/* One value of a sweep as a given; false after complaining. */
bool sweep_make_given(struct draft *d, const char *path, struct mark key_at,
                      const struct node *value, struct given *out);
/* True when --set fixes the key, so that the sweep cannot change it. */
bool sweep_is_fixed(struct draft *d, const char *path, struct mark at);
void sweep_add_swept(struct draft *d, const char *path);
/* True while the number of runs is within bounds; else complains. */
bool sweep_check_number(struct draft *d, size_t groups);

/* The values of a parameter of a sweep: values: [...] or value: one. Not the start of a mistake
 * when it has neither: then n is 0 and nothing was said. */
struct sweep_values {
    struct given *data;
    size_t n;
    bool wrong; /* something was said */
};
struct sweep_values sweep_read_values(struct draft *d, const char *path, struct mark key_at,
                                      const struct node *spec);

/* ranges.c */
/* A parameter that is drawn. */
struct sweep_param {
    const char *path;
    struct mark key_at, at;
    const struct node *node;
    const rlb_param *row; /* of the parameter; NULL: unknown, or a plugin's name */
    struct sweep_values values;
    struct sweep_dim dim;
    rlb_rng rng;
};
struct sweep_params {
    struct sweep_param *data;
    size_t len, cap;
};
/* The name of the i-th distribution, NULL past the end. */
const char *sweep_distribution(size_t i);
void sweep_read_params(struct draft *d, const struct node *parameters, struct sweep_params *out);
/* A whole number of the sweep; false after complaining. */
bool sweep_read_count(struct draft *d, const char *key, int64_t least, int64_t most, int64_t *out);

/* adaptive.c */
void sweep_read_bayes(struct draft *d, const struct node *parameters);
void sweep_read_early(struct draft *d, const struct node *m, struct mark at);
/* That there is a metric to go by. */
void sweep_check_adaptive(struct draft *d);

/* random.c */
void sweep_read_random(struct draft *d, const struct node *parameters);

#endif
