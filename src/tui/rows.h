/* Rows of runs that are known by their numbers. */
#ifndef RLBENCH_TUI_ROWS_H
#define RLBENCH_TUI_ROWS_H

#include "store/store.h"

enum { ROWS_MAX_WORDS = 32 };

/* Words between blanks; 'between quotes' blanks are part of a word, as in a shell. More than
 * ROWS_MAX_WORDS are counted only. */
size_t rows_split(const char *text, struct arena *a, const char *words[ROWS_MAX_WORDS]);
/* What the words mean, as `rlbench stats` takes them; without any, the runs with these numbers. */
int rows_select(struct store *s, const char *text, const int64_t *ids, size_t num_ids,
                struct arena *out, struct run_row **rows, size_t *n, struct err *e);

/* Into out[n], in the order of ids, those that are there; *found: how many. Experiments are read as
 * a whole, so that a bundle of seeds costs one query. */
int rows_find(struct store *s, const int64_t *ids, size_t n, struct arena *a, struct run_row *out,
              size_t *found, struct err *e);

#endif
