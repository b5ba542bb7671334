/* Checking and starting a recipe, in a process of its own: `rlbench --starter check|run DATABASE
 * PLUGIN-PATH RECIPE`. It scans plugins and writes the database, so that the workbench itself never
 * waits for either. */
#ifndef RLBENCH_TUI_STARTER_H
#define RLBENCH_TUI_STARTER_H

#include "base/mem.h"

#include <stdbool.h>

/* What it answered. */
struct starter_answer {
    bool understood;
    int errors;
    unsigned line, column; /* of the first error; 0: none */
    size_t runs;           /* in the plan */
    VEC(int64_t) ids;      /* of the runs started */
    const char *text; /* diagnostics, or the recipe with every value filled in; in the answer */
};

/* The body of the child; the arguments after --starter. */
int starter_main(int argc, char **argv);
/* Reads an answer; starter_finish frees. text points into it. */
void starter_parse(const char *answer, struct starter_answer *out);
void starter_finish(struct starter_answer *l);

#endif
