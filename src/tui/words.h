/* Signs, words and numbers that several screens show alike. */
#ifndef RLBENCH_TUI_WORDS_H
#define RLBENCH_TUI_WORDS_H

#include "chart/grid.h"
#include "store/store.h"

/* The sign before a state's word, and its role: "●" running … */
const char *words_state_sign(enum run_state s, enum glyphs glyphs);
int words_state_role(enum run_state s);
/* "SIGSEGV", or "exit 3", or "" when there is nothing to tell; returns out. */
char *words_death(const struct run_row *r, char *out, size_t size);
/* "31s ago" of a moment; returns out. */
char *words_ago(int64_t then_us, int64_t now_us, char *out, size_t size);
/* Text over rows and columns of r, broken at blanks; returns rows used. */
int words_wrap(struct grid *g, struct rect r, int role, const char *text);
/* head and tail with a blank between; when they do not fit, head is cut and tail is whole. */
void words_put(struct grid *g, int row, int col, int cols, int role, const char *head,
               const char *tail);
/* The first sentence (or line) of a text, without its full stop; returns out. */
char *words_first_sentence(const char *text, char *out, size_t size);
/* Where n values in order go, in words: "falling", "risen, now steady", "swinging"; "" when there
 * are too few. What is not finite is left out. */
const char *words_trend(const double *values, size_t n);
/* Appends a text as one word of a shell. */
void words_quote(struct buf *out, const char *text);
/* A path with the home folder as ~; returns out. */
char *words_path(const char *path, char *out, size_t size);

#endif
