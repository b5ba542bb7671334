/* Inside src/plan: what the methods of a sweep share. */
#ifndef RLBENCH_PLAN_SWEEP_H
#define RLBENCH_PLAN_SWEEP_H

#include "plan/draft.h"

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

/* random.c */
/* The name of the i-th distribution, NULL past the end. */
const char *sweep_distribution(size_t i);
void sweep_read_random(struct draft *d, const struct node *parameters);

#endif
