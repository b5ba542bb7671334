/* Inside src/recipe: how text becomes nodes. */
#ifndef RLBENCH_RECIPE_PARSE_H
#define RLBENCH_RECIPE_PARSE_H

#include "recipe/recipe.h"

/* A place in the text that moves forward: byte and code point from 0, line and column from 1.
 * Lines end at LF, CR or CRLF, as in editors (libyaml also counts NEL, LS and PS). */
struct place {
    size_t byte, index;
    uint32_t line, column;
};
#define PLACE_START                                                                                \
    {                                                                                              \
        0, 0, 1, 1                                                                                 \
    }
/* Moves on to code point `index` (or the end of the text). */
void place_advance(struct place *p, const char *text, size_t n, size_t index);

/* Builds the file's own tree from its text; complaints become diags. The head of the recipe is that
 * of its first file. */
void tree_build(struct recipe *r, uint32_t file);
/* Takes the head from a tree. */
void tree_read_head(struct recipe *r, const struct node *root);

/* Adds a file and parses it; its index. The text need not be NUL-terminated. */
uint32_t recipe_add_file(struct recipe *r, const char *path, const char *text, size_t n);

/* extends.c: sets r->root and r->profiles from the first file and those it extends. */
void recipe_extend(struct recipe *r);
/* merge.c: the keys of `over` before those of `under` (NULL: nothing), each a whole recipe. */
struct node *merge_recipes(struct arena *arena, const struct node *under, const struct node *over);

/* What libyaml's complaint means to the author of a recipe. `at` is the character complained about,
 * `context` the construct being read ("while scanning a quoted scalar", may be NULL). */
struct complaint {
    const char *text, *hint;
    bool at_context; /* the start of the construct is the better place to point at */
};
struct complaint syntax_explain(const char *problem, const char *context, char at);

#endif
