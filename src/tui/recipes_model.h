/* What the Recipes screen shows. Plain data; a test fills it by hand. */
#ifndef RLBENCH_TUI_RECIPES_MODEL_H
#define RLBENCH_TUI_RECIPES_MODEL_H

#include "base/mem.h"
#include "tui/list.h"

#include <stdbool.h>
#include <stdint.h>

enum origin { ORIGIN_SHIPPED, ORIGIN_OWN, ORIGIN_HERE };

/* One recipe file. Strings are the model's. */
struct recipes_item {
    enum origin origin;
    const char *path;
    const char *name, *describe, *algorithm, *env, *duration; /* "" when it does not say */
    int errors;
    unsigned line, column; /* of the first error */
    char *checked;         /* what `check` said, owned; NULL: not asked yet */
    size_t runs;           /* in its plan, 0: not known */
};

struct recipes_model {
    struct arena arena;             /* of the items */
    VEC(struct recipes_item) items; /* all, in the order of the list */
    VEC(size_t) shown;              /* those that match the filter */
    struct list list;               /* of shown */
    struct list text;               /* the lines of the lower pane, when it has the focus */
    bool in_text;
    char filter[512];
    char *busy;     /* path of the recipe being checked or started, owned; NULL: none */
    uint64_t stamp; /* of the files, to notice changes */
};

void recipes_model_finish(struct recipes_model *m);
/* Adds a copy; sorts by origin, the recipe to start with first, then by name. */
void recipes_model_add(struct recipes_model *m, const struct recipes_item *item);
void recipes_model_clear(struct recipes_model *m);
/* Sorts and filters anew; the cursor stays on its recipe. A filter that is no regular expression
 * is searched for as it is; a leading ! turns it round. */
void recipes_model_arrange(struct recipes_model *m);
struct recipes_item *recipes_model_current(struct recipes_model *m);
struct recipes_item *recipes_model_find(struct recipes_model *m, const char *path);

/* Reads the folders again when something in them has changed (recipes_scan.c); true when it did. */
bool recipes_scan(struct recipes_model *m);

struct look;
void recipes_view(struct recipes_model *m, const struct look *look, struct grid *g, struct rect r);

#endif
