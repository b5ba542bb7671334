/* Labels of groups ("mode=federated n_agents=2") shortened by what they share, so that what tells
 * them apart fits into a legend or a column. */
#ifndef RLBENCH_TUI_LABELS_H
#define RLBENCH_TUI_LABELS_H

#include <stddef.h>

struct labels {
    size_t n;
    char *key; /* "n_agents", "mode, n_agents": named once for all; "" when brief names need none */
    char **full;  /* [n] "n_agents=2": without the words all labels have */
    char **brief; /* [n] "2": the values alone where `key` says what they are, else as full */
};

/* Of n labels, "" among them allowed. Words without an equals sign are never dropped: they are a
 * name somebody gave. Finish with labels_finish. */
void labels_make(struct labels *out, const char *const *labels, size_t n);
void labels_finish(struct labels *l);

#endif
