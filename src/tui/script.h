/* Key scripts: one step a line, for tests and demonstrations.
 *
 *   # a comment
 *   size 120x40              the terminal has this size from now on
 *   key Ctrl-D               one key by name
 *   keys :help<Enter>        letters as they are, <Name> for the others
 *   click 3 10               the mouse at row 3, column 10 (from 0); wheel-up, wheel-down alike
 *   wait 2s until TEXT       go on when TEXT is on the screen; after 2 s the script has failed
 *   wait 2s while TEXT       go on when it is no longer there
 *   sleep 200ms
 *   dump FILE                the screen as text into FILE, "-" is the standard output
 *
 * At the end of the script the program leaves. */
#ifndef RLBENCH_TUI_SCRIPT_H
#define RLBENCH_TUI_SCRIPT_H

#include "base/err.h"
#include "tui/event.h"

#include <stdbool.h>

enum step_kind { STEP_SIZE, STEP_KEY, STEP_MOUSE, STEP_WAIT, STEP_SLEEP, STEP_DUMP };

struct step {
    enum step_kind kind;
    unsigned line;
    bool negated; /* wait … while */
    uint32_t key;
    int row, col; /* of the mouse; rows and columns of a size */
    enum mouse_act act;
    uint64_t ms;
    const char *text; /* to wait for, or the file of a dump; in the arena */
};

struct script {
    struct arena arena;
    VEC(struct step) steps;
};

/* n bytes of text; path is for messages. ERR_DATA with path:line. */
int script_parse(const char *path, const char *text, size_t n, struct script *out, struct err *e);
void script_finish(struct script *s);

#endif
