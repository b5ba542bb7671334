/* Lines that were typed, oldest first, kept in a file from one session to the next. */
#ifndef RLBENCH_TUI_HISTORY_H
#define RLBENCH_TUI_HISTORY_H

#include "base/mem.h"

enum { HISTORY_MOST = 500 /* lines kept */ };

struct history {
    char *path; /* owned; NULL: not kept beyond the session */
    VEC(char *) lines;
};

/* Reads what is there; a file that cannot be read is one without lines. path may be NULL. */
void history_open(struct history *h, const char *path);
/* Adds a line, unless it is empty or the same as the last one; several sessions may write the same
 * file. */
void history_add(struct history *h, const char *line);
void history_finish(struct history *h);

#endif
