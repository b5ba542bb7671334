/* Rows of runs that are known by their numbers. */
#ifndef RLBENCH_TUI_ROWS_H
#define RLBENCH_TUI_ROWS_H

#include "store/store.h"

/* Into out[n], in the order of ids, those that are there; *found: how many. Experiments are read as
 * a whole, so that a bundle of seeds costs one query. */
int rows_find(struct store *s, const int64_t *ids, size_t n, struct arena *a, struct run_row *out,
              size_t *found, struct err *e);

#endif
