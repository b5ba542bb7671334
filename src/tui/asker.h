/* A query in a process of its own: `rlbench --asker DATABASE SQL`. It may take as long as it likes
 * and is stopped by being killed; the screen never waits. */
#ifndef RLBENCH_TUI_ASKER_H
#define RLBENCH_TUI_ASKER_H

#include "base/mem.h"

#include <stdbool.h>

enum { ASKER_MOST_ROWS = 100000, ASKER_MOST_BYTES = 64 << 20 };

struct asker_column {
    const char *name;
    bool is_number; /* every value is one, or NULL */
    int widest;     /* columns of the terminal, of its values and its name */
};

/* What it answered; everything lies in the arena. */
struct asker_answer {
    struct arena arena;
    struct asker_column *columns;
    size_t num_columns, num_rows;
    const char **cells; /* [rows][columns]; NULL: SQL's NULL */
    bool more;          /* there are more rows than are kept */
    const char *error;  /* sentence, line and caret; NULL: none */
};

/* The body of the child; the arguments after --asker. */
int asker_main(int argc, char **argv);
/* Reads an answer; status is the exit code of the child. Finish with asker_finish. */
void asker_parse(const struct buf *answer, int status, struct asker_answer *out);
void asker_finish(struct asker_answer *a);
const char *asker_cell(const struct asker_answer *a, size_t row, size_t column);
/* The value as a number, NaN when it is none. */
double asker_number(const struct asker_answer *a, size_t row, size_t column);

#endif
