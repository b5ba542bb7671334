/* A query in a process of its own: `rlbench --asker DATABASE SQL PARENT`. It may take as long as it
 * likes and is stopped by being killed, or by the end of the process with that number; the screen
 * never waits. */
#ifndef RLBENCH_TUI_ASKER_H
#define RLBENCH_TUI_ASKER_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum { ASKER_MOST_ROWS = 100000, ASKER_MOST_BYTES = 64 << 20 };

struct asker_column {
    const char *name;
    bool is_number; /* every value is one, or NULL */
    int widest;     /* columns of the terminal, of its values and its name */
};

/* What it answered. */
struct asker_answer {
    struct buf text; /* the answer itself; names and cells lie in it */
    struct asker_column *columns;
    size_t num_columns, num_rows;
    const char **cells; /* [rows][columns]; NULL: SQL's NULL */
    double *numbers;    /* [rows][columns]; NaN: no number */
    bool more;          /* there are more rows than are kept */
    char *error;        /* sentence, line and caret; NULL: none */
    /* ---- while it is read */
    size_t at, room; /* next byte; rows that there is memory for */
    int status;
    bool read; /* all of it */
};

/* The body of the child; the arguments after --asker. */
int asker_main(int argc, char **argv);
/* Takes an answer over (text is empty then); status is the exit code of the child. Finish with
 * asker_finish. */
void asker_begin(struct asker_answer *a, struct buf *text, int status);
/* Reads on until that monotonic time; true when there is more to read. */
bool asker_step(struct asker_answer *a, int64_t until_ns);
void asker_finish(struct asker_answer *a);
const char *asker_cell(const struct asker_answer *a, size_t row, size_t column);
/* The value as a number, NaN when it is none. */
double asker_number(const struct asker_answer *a, size_t row, size_t column);

#endif
