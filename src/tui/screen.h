/* A screen: one file, one row in screens.def, its actions in actions.def. */
#ifndef RLBENCH_TUI_SCREEN_H
#define RLBENCH_TUI_SCREEN_H

#include "chart/grid.h"
#include "tui/action.h"
#include "tui/event.h"

struct app;

/* What an update asks for. */
enum reaction {
    REACT_NONE = 0,
    REACT_DRAW = 1u,    /* the picture has changed */
    REACT_REPAINT = 2u, /* paint every cell again */
    REACT_EDIT = 4u,    /* app->edit names a file for the editor */
    REACT_SUSPEND = 8u,
    REACT_COPY = 16u,  /* app->clipboard */
    REACT_MOUSE = 32u, /* app->mouse has changed */
    REACT_THEME = 64u, /* app->theme has changed */
    REACT_QUIT = 128u,
};

struct screen {
    const char *name;  /* as in screens.def and in `:` */
    const char *title; /* on the title bar */
    int number;        /* its key, 0: none */
    enum scope scope;
    /* State of the screen, made at start and kept until the end. Must be cheap: no queries. */
    void *(*create)(struct app *);
    void (*destroy)(void *self);
    /* It is shown from now on: read what it shows. */
    unsigned (*enter)(struct app *, void *self);
    void (*leave)(struct app *, void *self); /* NULL: nothing to do */
    /* An action of its scope, or a global one that moves (DOWN … PREVIOUS_PANE), BACK, FILTER,
     * FOLLOW, COPY. arg is the rest of a `:` command, "" by key. Sets *done when it meant
     * something here; else the app's own meaning is tried. */
    unsigned (*act)(struct app *, void *self, enum action, const char *arg, bool *done);
    /* EVENT_DATA, EVENT_TICK, EVENT_MESSAGE, and EVENT_MOUSE within the body. NULL: none. */
    unsigned (*update)(struct app *, void *self, const struct event *);
    /* Draws into r of g. May note the layout in self (for the mouse, for the page size) but never
     * queries. */
    void (*view)(const struct app *, void *self, struct grid *g, struct rect r);
    /* The middle of the title bar, appended. NULL: nothing. */
    void (*status)(const struct app *, void *self, struct buf *out);
    /* The data behind, and the chart in focus, for :export (export.h). NULL, or false: there is
     * none. */
    bool (*csv)(const struct app *, void *self, struct buf *out);
    bool (*svg)(const struct app *, void *self, struct buf *out);
};

#endif
