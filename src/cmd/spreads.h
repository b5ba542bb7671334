/* The parameters that differ between the sides of a comparison. */
#ifndef RLBENCH_CMD_SPREADS_H
#define RLBENCH_CMD_SPREADS_H

#include "cmd/judging.h"

/* Every different text that a key has on a side, in the order of the runs: "0.1, 0.2". */
struct spread {
    const char *key;
    VEC(struct buf) texts; /* [sides] */
};

struct spreads {
    VEC(struct spread) keys;
    size_t sides;
};

/* The sides are the contenders of what is judged. */
int spreads_read(struct spreads *s, struct judging *g, struct err *e);
void spreads_finish(struct spreads *s);
/* Only keys whose texts differ, to stdout: a table, or JSON lines. */
void spreads_print(struct spreads *s, const struct judge *j);
void spreads_json(struct spreads *s);

#endif
