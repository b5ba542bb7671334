/* A reward painted onto a map: squares marked with the cursor, told to the algorithm as its
 * parameter `task` (RLB_V_PAINT of rlbench/plugin.h). */
#ifndef RLBENCH_TUI_LIVE_PAINT_H
#define RLBENCH_TUI_LIVE_PAINT_H

#include "base/mem.h"

#include <stdbool.h>

struct paint_mark {
    size_t row, col;
    int weight; /* 1 or -1 */
};

struct live_paint {
    bool on;           /* the cursor is there */
    size_t rows, cols; /* of the map the marks are on */
    size_t row, col;   /* the cursor */
    VEC(struct paint_mark) marks;
};

void live_paint_finish(struct live_paint *p);
/* The map has that many squares; marks on another one are gone, the cursor is within. */
void live_paint_fit(struct live_paint *p, size_t rows, size_t cols);
void live_paint_move(struct live_paint *p, int rows, int cols);
/* Puts the mark under the cursor, or takes it away when it is there already. */
void live_paint_mark(struct live_paint *p, int weight);
/* "goal 3,4@11x11; -1 goal 5,2@11x11"; nothing when there are no marks. */
void live_paint_text(const struct live_paint *p, struct buf *out);

#endif
