/* The keys of a recipe that are not a plugin's: one row each. Validation, defaults, hints, --set,
 * JSON Schema and the resolved text come from these rows. */
#ifndef RLBENCH_PLAN_KEYS_H
#define RLBENCH_PLAN_KEYS_H

#include "plan/plan.h"

/* A key that ends up in struct plan_settings. */
struct plan_key {
    const char *path;         /* dotted */
    rlb_param as;             /* type, range, default, unit, sentence */
    uint32_t duration_ms;     /* a duration, kept in units of this many ms; 0: a plain value */
    size_t offset, size;      /* in struct plan_settings */
    const char *default_text; /* what the default is when it follows from other keys, or NULL */
    const char *example;
};
extern const struct plan_key plan_keys[];
extern const size_t num_plan_keys;

/* Every path a recipe may have, the rows above included, in the order a recipe is best written. */
struct plan_path {
    const char *path;
    const char *doc;
};
extern const struct plan_path plan_paths[];
extern const size_t num_plan_paths;

const struct plan_key *plan_key_find(const char *path);
/* True when some path goes on below this one: env, env.params. */
bool plan_key_is_section(const char *path);
/* True for a path of a later version of rlbench. */
bool plan_key_is_later(const char *path);
/* True for the keys about the dataset: text, and like a plugin's name part of what a run is. */
bool plan_key_is_dataset(const char *path);
/* The last component; points into path. */
const char *plan_key_last(const char *path);

/* NULL on success, else a sentence in why. */
const char *plan_key_parse(const struct plan_key *k, const char *text, uint64_t *out, char *why,
                           size_t size);
char *plan_key_format(const struct plan_key *k, uint64_t value, char *out, size_t size);
/* "whole number, at least 1, default steps / 1000" */
char *plan_key_describe(const struct plan_key *k, char *out, size_t size);

uint64_t plan_key_get(const struct plan_key *k, const struct plan_settings *s);
void plan_key_put(const struct plan_key *k, uint64_t value, struct plan_settings *s);

#endif
