/* What a run measured against what the same run measures again. */
#ifndef RLBENCH_CMD_VERIFY_H
#define RLBENCH_CMD_VERIFY_H

#include "store/store.h"

#include <stdbool.h>

struct comparison {
    bool equal;
    uint64_t points; /* compared */
    /* The first difference, metric "" when there is none. */
    const char *metric;
    uint64_t step;
    double then, now; /* NaN also where one of them has no point at all */
    bool missing;     /* one of them ends before that step */
};
/* Points of every metric that does not depend on the clock, bit by bit; `beginning`: the second run
 * may have gone further. */
int comparison_make(struct store *then, int64_t run_then, struct store *now, int64_t run_now,
                    bool beginning, struct arena *a, struct comparison *out, struct err *e);

/* One thing that is not as it was; "" where it is not known. */
struct change {
    const char *key, *then, *now;
};
struct changes {
    VEC(struct change) rows;
};
/* What the last attempt of the one and the first of the other were made with, where it differs; and
 * what was done to the run by hand. */
int changes_find(struct store *then, int64_t run_then, struct store *now, int64_t run_now,
                 struct arena *a, struct changes *out, struct err *e);

#endif
