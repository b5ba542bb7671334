/* A terminal: events come out, grids go in. The real one is curses (term_curses.c); the other
 * replays a key script (term_script.c). */
#ifndef RLBENCH_TUI_TERM_H
#define RLBENCH_TUI_TERM_H

#include "base/err.h"
#include "chart/grid.h"
#include "tui/event.h"

#include <stdbool.h>

struct terminal;

struct term_ops {
    void (*size)(struct terminal *, int *rows, int *cols);
    /* 1: *out is an event; 0: none now; -1: there will be none any more. */
    int (*next)(struct terminal *, struct event *out, struct err *e);
    /* Milliseconds until next() should be called although fd is silent; -1: no need. */
    int (*timeout)(struct terminal *);
    /* Shows g. Writes nothing for cells that have not changed. */
    void (*draw)(struct terminal *, const struct grid *g);
    void (*repaint)(struct terminal *); /* every cell again */
    /* Gives the terminal back as it was found (editor, shell), and takes it again. */
    void (*release)(struct terminal *);
    void (*acquire)(struct terminal *);
    void (*set_mouse)(struct terminal *, bool on);
    void (*set_theme)(struct terminal *, const char *name);
    bool (*copy)(struct terminal *, const char *text); /* to its clipboard; false: it has none */
    void (*destroy)(struct terminal *);
};

struct terminal {
    const struct term_ops *ops;
    int fd;            /* readable when there is input or a signal; -1: none */
    bool stop_request; /* another process asked us to stop (SIGTSTP): suspend */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Standard input and output, which must be a terminal. *note: something worth telling ("TERM foo
 * is not known here: using xterm"), "" when nothing. *glyphs: what it can show, when it comes in as
 * -1. ERR_USAGE when it cannot be used. */
int term_curses_create(enum color color, const char *theme, bool mouse, int *glyphs, char note[200],
                       struct terminal **out, struct err *e);
/* Replays the script in path; ERR_DATA with file:line when it cannot be read. */
int term_script_create(const char *path, struct terminal **out, struct err *e);

#endif
