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

/* Builds r->root and the head from r->text; complaints become diags. */
void tree_build(struct recipe *r);

/* What libyaml's complaint means to the author of a recipe. `at` is the character complained about,
 * `context` the construct being read ("while scanning a quoted scalar", may be NULL). */
struct complaint {
    const char *text, *hint;
    bool at_context; /* the start of the construct is the better place to point at */
};
struct complaint syntax_explain(const char *problem, const char *context, char at);

#endif
