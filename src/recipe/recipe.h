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
    uint32_t file;         /* index in the recipe's files */
};

struct diag {
    bool warning;
    struct mark at;
    const char *origin; /* where it is when not in the file: "--set alpha=x"; NULL: in the file */
    const char *text;   /* what is wrong */
    const char *hint;   /* how to mend it, may be NULL */
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

enum {
    RECIPE_MAX_BYTES = 1 << 20,
    RECIPE_MAX_DEPTH = 32,     /* levels of nesting, aliases followed */
    RECIPE_MAX_NODES = 200000, /* values, every alias counted as what it stands for */
    RECIPE_MAX_FILES = 64,
    RECIPE_MAX_DIAGS = 100 /* kept; more are only counted */
};

/* A file that a recipe is made of: itself, then those it extends. A profile in use is one of its
 * own, so that every value tells where it came from. */
struct recipe_file {
    const char *path; /* for messages */
    const char *text;
    size_t text_len;
    const char *profile; /* NULL: not a profile */
    const char *real;    /* resolved path: tells files apart */
    struct node *own;    /* what it says itself; NULL when it could not be parsed */
    struct node *whole;  /* with what it extends; NULL until done, or when that failed */
    bool done;
};

struct recipe {
    struct arena arena;
    const char *path; /* as the user gave it, for messages */
    const char *text;
    size_t text_len;
    VEC(struct recipe_file) files; /* the recipe itself is the first */
    struct node *root;      /* all files together; NULL when one could not be parsed at all */
    struct node *profiles;  /* what the files call profiles, NULL: none */
    VEC(struct diag) diags; /* in the order of the file, then --set; at most RECIPE_MAX_DIAGS */
    size_t num_errors;      /* all of them, also those not kept */
    /* The head, readable without plugins (the Recipes screen): "" when absent. */
    const char *name, *describe, *algorithm, *env, *duration;
};

/* Reads and parses. A mistake in the file becomes a diag and ERR_DATA; an unreadable file is
 * ERR_NOINPUT, ERR_PERM or ERR_IO without a diag. `out` is always to be finished. The text need not
 * be NUL-terminated. */
int recipe_read(const char *path, struct recipe *out, struct err *e);
int recipe_parse(const char *path, const char *text, size_t n, struct recipe *out, struct err *e);
void recipe_finish(struct recipe *r);
/* Puts a profile over what the files say. An unknown one becomes a diag and ERR_DATA. */
int recipe_use_profile(struct recipe *r, const char *name, struct err *e);
/* The file a user means: the path itself, or the name of one of their own or of the shipped
 * recipes, with or without .yaml. Owned by the caller; the name itself when there is no such file.
 */
char *recipe_find(const char *name);

/* The value of a key, NULL when absent or when m is no mapping. */
struct node *node_get(const struct node *m, const char *key);

/* Records an error (hint may be NULL). Texts are copied, control characters replaced, the same
 * complaint about the same place is recorded once. */
void recipe_error(struct recipe *r, struct mark at, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for any diag. */
void recipe_add_diag(struct recipe *r, const struct diag *d);
size_t recipe_errors(const struct recipe *r);
/* All diagnostics as the user reads them: file:line:column, sentence, source line with caret, hint.
 */
void recipe_print_diags(const struct recipe *r, struct buf *out);

#endif
