/* Lines of charts as they were last reduced. A reduction looks at every curve of a group in every
 * column; a picture drawn again pays for it only where something has changed. */
#ifndef RLBENCH_TUI_LIVE_KEPT_H
#define RLBENCH_TUI_LIVE_KEPT_H

#include "tui/live_model.h"

/* Everything a reduced line depends on. No padding: compared as bytes. */
struct live_key {
    uint64_t content; /* the runs of the group and what has been read of them */
    uint64_t lo, hi, columns, log_y;
    double strength;
};

struct live_kept_line {
    struct live_key key;
    struct plot_column *cells; /* [key.columns] */
    double last, half;
};

struct live_kept {
    struct live_kept_line *lines; /* [metrics][groups] */
    size_t metrics, groups;
};

void live_kept_finish(struct live_kept *k);
/* live_reduce_group(), from memory where nothing has changed. */
void live_kept_group(struct live_kept *k, const struct live_model *m, size_t metric, size_t group,
                     uint64_t lo, uint64_t hi, size_t columns, struct plot_column *out,
                     double *last, double *half);

#endif
