/* A raster finer than character cells: dots that become braille (2 x 4 in a cell), quadrant blocks
 * (2 x 2) or plain characters (1 x 1). Two layers: light dots for bands and ranges, solid ones for
 * lines and points. */
#ifndef RLBENCH_CHART_CANVAS_H
#define RLBENCH_CHART_CANVAS_H

#include "chart/grid.h"

struct canvas {
    enum glyphs glyphs;
    int rows, cols;     /* in cells */
    int width, height;  /* in dots */
    int dots_x, dots_y; /* dots of one cell */
    struct canvas_cell {
        uint8_t solid, light, haze; /* bit y * dots_x + x */
        uint8_t role;               /* of the last solid dot, else of the last light one */
        uint8_t style;              /* picks the character in the ASCII set */
        uint32_t mark;              /* drawn instead of the dots; 0: none */
    } * cells;
};

enum { CANVAS_STYLES = 8 };

/* Dots of one cell in a glyph set. */
int canvas_dots_x(enum glyphs glyphs);
int canvas_dots_y(enum glyphs glyphs);
void canvas_init(struct canvas *c, enum glyphs glyphs, int rows, int cols);
void canvas_finish(struct canvas *c);
/* Dots outside are ignored; y grows downwards. style 0 … CANVAS_STYLES - 1 chooses role and, in
 * ASCII, character. */
void canvas_dot(struct canvas *c, int x, int y, int style);
void canvas_light(struct canvas *c, int x, int y, int style);
/* Lighter still, from y top down to bottom, both within the canvas: one dot in four in braille, all
 * in coarser glyphs. Seen only in cells without solid dots, so that it does not blur a thin line.
 */
void canvas_haze(struct canvas *c, int x, int top, int bottom, int style);
/* A solid line. Dots at columns whose bit (x modulo 8) is clear in pattern are left out. */
void canvas_line(struct canvas *c, int x0, int y0, int x1, int y1, int style, unsigned pattern);
/* The style's marker in the cell of that dot. */
void canvas_mark(struct canvas *c, int x, int y, int style);
uint32_t canvas_marker(enum glyphs glyphs, int style);
/* Into a grid, its top left cell at (row, col); cells without dots are left as they are. */
void canvas_paint(const struct canvas *c, struct grid *g, int row, int col);

#endif
