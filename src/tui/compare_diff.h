/* Settings of groups side by side: parameters of their runs, and what else their resolved recipes
 * say. Only what differs is kept. */
#ifndef RLBENCH_TUI_COMPARE_DIFF_H
#define RLBENCH_TUI_COMPARE_DIFF_H

#include "tui/compare_model.h"

struct compare_setting {
    const char *key;
    const char **texts; /* [groups]; NULL: that group has none */
};

struct compare_diff {
    struct arena arena;
    size_t groups, read; /* groups read so far */
    VEC(struct compare_setting) settings;
};

void compare_diff_finish(struct compare_diff *d);
/* Goes on reading, a group at least, until the deadline; *more: there are more groups. When it is
 * over, only settings that differ are left. */
int compare_diff_read(struct compare_diff *d, struct store *s, const struct compare_model *m,
                      int64_t deadline_ns, bool *more, struct err *e);
/* For tests and for reading: what a group has under a key. */
void compare_diff_set(struct compare_diff *d, size_t group, const char *key, const char *text);
void compare_diff_conclude(struct compare_diff *d);

#endif
