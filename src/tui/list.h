/* A cursor in a list of lines longer than the window. */
#ifndef RLBENCH_TUI_LIST_H
#define RLBENCH_TUI_LIST_H

#include "chart/grid.h"
#include "tui/action.h"

struct list {
    int count; /* lines */
    int at;    /* the line under the cursor; 0 when there is none */
    int top;   /* the first line shown */
    int page;  /* lines that fit, as last drawn */
    int row;   /* where the first one was drawn, for the mouse */
};

void list_set_count(struct list *l, int count);
/* DOWN, UP, TOP, BOTTOM, HALF_DOWN, HALF_UP move the cursor; true when it was one of these. */
bool list_act(struct list *l, enum action a);
/* The wheel moves what is shown, and the cursor with it. */
void list_scroll(struct list *l, int lines);
/* The window is r: keeps the cursor in sight. */
void list_layout(struct list *l, struct rect r);
/* The line drawn in this row, -1 when there is none. */
int list_line_at(const struct list *l, int row);
/* A bar on the right edge that tells where the window is, when not everything fits. */
void list_draw_scrollbar(const struct list *l, struct grid *g, int col, enum glyphs glyphs);

#endif
