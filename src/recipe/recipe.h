/* Recipes: YAML text to a tree with positions, and the diagnostics that go with it. */
#ifndef RLBENCH_RECIPE_RECIPE_H
#define RLBENCH_RECIPE_RECIPE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct mark {
    uint32_t line, column; /* from 1; column in code points; 0, 0: no place in the file (--set) */
    uint32_t width;        /* code points to underline */
};

struct diag {
    bool warning;
    struct mark at;
    const char *text; /* what is wrong */
    const char *hint; /* how to mend it, may be NULL */
};

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };
struct node {
    enum node_kind kind;
    struct mark at;
    const char *text; /* scalar; plain or quoted */
    bool quoted;
    struct {
        const char *key; /* mapping */
        struct mark key_at;
        struct node *value;
    } * items; /* sequence: key NULL */
    size_t num_items;
};

struct recipe {
    struct arena arena;
    const char *path; /* as the user gave it, for messages */
    const char *text;
    struct node *root; /* NULL when it could not be parsed at all */
    VEC(struct diag) diags;
    /* The head, readable without plugins (the Recipes screen): "" when absent. */
    const char *name, *describe, *algorithm, *env, *duration;
};

/* Reads and parses; syntax errors become diags and ERR_DATA, an unreadable file
 * ERR_NOINPUT/ERR_PERM/ERR_IO. */
int recipe_read(const char *path, struct recipe *out, struct err *e);
int recipe_parse(const char *path, const char *text, size_t n, struct recipe *out, struct err *e);
void recipe_finish(struct recipe *r);

void recipe_error(struct recipe *r, struct mark at, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
size_t recipe_errors(const struct recipe *r);
/* All diagnostics as the user reads them: file:line:column, sentence, source line with caret, hint.
 */
void recipe_print_diags(const struct recipe *r, struct buf *out);

#endif
