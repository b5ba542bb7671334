/* Text tables for the verbs' output. */
#ifndef RLBENCH_CMD_TABLE_H
#define RLBENCH_CMD_TABLE_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>

enum table_style {
    TABLE_ALIGNED, /* columns padded, two blanks between, no lines */
    TABLE_BOX      /* lines drawn around everything */
};
/* Rows are collected because the widths are known only at the end. */
struct table {
    struct arena arena;
    size_t num_columns;
    const char *aligns;      /* one of 'l', 'r' per column; NULL: all left; outlives the table */
    VEC(const char *) cells; /* row by row, the heads first */
    bool *hidden;            /* per column */
};
/* heads: num_columns of them, separated by '|'. */
void table_init(struct table *t, const char *heads, const char *aligns);
/* One more cell; control characters (a terminal would obey them) are made visible. */
void table_add(struct table *t, const char *text);
void table_printf(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Hides columns until the rows fit into `width` columns of a terminal: first those without any
 * text, then those named in `order`, a text of column numbers as letters ('a' is the first). */
void table_fit(struct table *t, int width, const char *order);
void table_print(const struct table *t, enum table_style style, FILE *out);
void table_finish(struct table *t);
/* The same for documents (table_formats.c); hidden columns are not known there. */
void table_markdown(const struct table *t, FILE *out);
void table_latex(const struct table *t, FILE *out); /* a tabular of plain LaTeX */
/* One line of CSV as RFC 4180 has it. */
void csv_row_print(const char *const *fields, size_t n, FILE *out);

/* Text without characters that a terminal would obey: newline and tab as \n and \t, others as \xNN;
 * in the arena. */
const char *text_printable(struct arena *a, const char *text);

#endif
