/* What Tab offers behind `:`: names of commands, then what the command takes. */
#ifndef RLBENCH_TUI_COMPLETE_H
#define RLBENCH_TUI_COMPLETE_H

#include "base/mem.h"

#include <stddef.h>

struct app;

struct candidates {
    struct arena arena;
    VEC(const char *) names; /* in the order in which they are offered */
    size_t from;             /* byte of the line where the completed word begins */
};

/* For a line with the cursor at its end; only names that continue what is there. Finish with
 * candidates_finish. */
void complete_line(struct app *a, const char *line, struct candidates *out);
/* Bytes that all names begin with. */
size_t candidates_common(const struct candidates *c);
void candidates_finish(struct candidates *c);
/* Adds a copy of a name when it continues the word being completed (prefix). */
void candidates_add(struct candidates *c, const char *prefix, const char *name);

#endif
