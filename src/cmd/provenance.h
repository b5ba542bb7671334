/* What a run was made with, as the database knows it. */
#ifndef RLBENCH_CMD_PROVENANCE_H
#define RLBENCH_CMD_PROVENANCE_H

#include "store/store.h"

#include <jansson.h>

struct fact {
    uint32_t attempt; /* 0: known when the run was planned */
    const char *key, *text;
};
struct facts {
    VEC(struct fact) rows; /* by attempt */
    struct arena *arena;
};
/* Everything known; texts in the arena. */
int facts_read(struct facts *f, struct store *s, int64_t run, struct arena *a, struct err *e);
void facts_finish(struct facts *f);
/* NULL when it is not known. */
const char *facts_find(const struct facts *f, uint32_t attempt, const char *key);
uint32_t facts_last_attempt(const struct facts *f);
/* A line per fact; of attempts before the last only what was different then. */
void facts_print(const struct facts *f, struct arena *a);
/* The planned ones as members, "attempts" with an object each. */
json_t *facts_json(const struct facts *f);

#endif
