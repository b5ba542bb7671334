#include "chart/canvas.h"

#include <stdlib.h>

static const struct {
    int x, y;
} dots[] = {[GLYPHS_BRAILLE] = {2, 4}, [GLYPHS_BLOCK] = {2, 2}, [GLYPHS_ASCII] = {1, 1}};

int canvas_dots_x(enum glyphs glyphs)
{
    return dots[glyphs].x;
}

int canvas_dots_y(enum glyphs glyphs)
{
    return dots[glyphs].y;
}

void canvas_init(struct canvas *c, enum glyphs glyphs, int rows, int cols)
{
    rows = rows > 0 ? rows : 0;
    cols = cols > 0 ? cols : 0;
    *c = (struct canvas){.glyphs = glyphs,
                         .rows = rows,
                         .cols = cols,
                         .width = cols * dots[glyphs].x,
                         .height = rows * dots[glyphs].y,
                         .dots_x = dots[glyphs].x,
                         .dots_y = dots[glyphs].y};
    c->cells = mem_alloc(((size_t)rows * (size_t)cols + 1) * sizeof *c->cells);
}

void canvas_finish(struct canvas *c)
{
    free(c->cells);
    c->cells = NULL;
}

static struct canvas_cell *cell_of(struct canvas *c, int x, int y, unsigned *bit)
{
    if (x < 0 || y < 0 || x >= c->width || y >= c->height)
        return NULL;
    *bit = 1u << (y % c->dots_y * c->dots_x + x % c->dots_x);
    return &c->cells[y / c->dots_y * c->cols + x / c->dots_x];
}

void canvas_dot(struct canvas *c, int x, int y, int style)
{
    unsigned bit;
    struct canvas_cell *cell = cell_of(c, x, y, &bit);
    if (!cell)
        return;
    cell->solid |= (uint8_t)bit;
    cell->role = (uint8_t)(ROLE_SERIES0 + style % CANVAS_STYLES);
    cell->style = (uint8_t)(style % CANVAS_STYLES);
}

void canvas_light(struct canvas *c, int x, int y, int style)
{
    unsigned bit;
    struct canvas_cell *cell = cell_of(c, x, y, &bit);
    if (!cell)
        return;
    cell->light |= (uint8_t)bit;
    if (!cell->solid)
        cell->role = (uint8_t)(ROLE_SERIES0 + style % CANVAS_STYLES);
}

/* Bits of a cell's dots at x from row `from` to row `to` of it. */
static unsigned haze_bits(const struct canvas *c, int x, int from, int to)
{
    unsigned bits = 0;
    for (int row = from; row <= to; row++)
        /* in braille every other row, at every other column of it in turn */
        if (c->glyphs != GLYPHS_BRAILLE || ((row & 1) == 0 && ((x + row / 2) & 1) == 0))
            bits |= 1u << (row * c->dots_x + x % c->dots_x);
    return bits;
}

void canvas_haze(struct canvas *c, int x, int top, int bottom, int style)
{
    unsigned whole = haze_bits(c, x, 0, c->dots_y - 1);
    uint8_t role = (uint8_t)(ROLE_SERIES0 + style % CANVAS_STYLES);
    if (x < 0 || x >= c->width || top < 0 || bottom >= c->height || top > bottom)
        return;
    int first = top / c->dots_y, last = bottom / c->dots_y;
    struct canvas_cell *cell = &c->cells[first * c->cols + x / c->dots_x];
    for (int row = first; row <= last; row++, cell += c->cols) {
        unsigned bits = row > first && row < last
                            ? whole
                            : haze_bits(c, x, row == first ? top % c->dots_y : 0,
                                        row == last ? bottom % c->dots_y : c->dots_y - 1);
        cell->haze |= (uint8_t)bits;
        if (bits && !cell->solid)
            cell->role = role;
    }
}

void canvas_line(struct canvas *c, int x0, int y0, int x1, int y1, int style, unsigned pattern)
{
    int dx = abs(x1 - x0), dy = -abs(y1 - y0);
    int step_x = x0 < x1 ? 1 : -1, step_y = y0 < y1 ? 1 : -1;
    for (int error = dx + dy;;) { /* Bresenham */
        if (pattern >> (x0 & 7) & 1)
            canvas_dot(c, x0, y0, style);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x0 += step_x;
        }
        if (twice <= dx) {
            error += dx;
            y0 += step_y;
        }
    }
}

uint32_t canvas_marker(enum glyphs glyphs, int style)
{
    static const uint32_t shapes[CANVAS_STYLES] = {0x25CF, 0x25A0, 0x25B2, 0x25C6,
                                                   0x25CB, 0x25A1, 0x25B3, 0x25C7};
    static const char ascii[] = "*o+x#@%&";
    return glyphs == GLYPHS_ASCII ? (uint32_t)ascii[style % CANVAS_STYLES]
                                  : shapes[style % CANVAS_STYLES];
}

void canvas_mark(struct canvas *c, int x, int y, int style)
{
    unsigned bit;
    struct canvas_cell *cell = cell_of(c, x, y, &bit);
    if (!cell)
        return;
    canvas_dot(c, x, y, style);
    cell->mark = canvas_marker(c->glyphs, style);
}

/* Bits in reading order to braille's numbering: the left column is dots 1, 2, 3, 7, the right one
 * 4, 5, 6, 8. */
static uint32_t braille(unsigned bits)
{
    static const uint8_t dot[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
    uint32_t cp = 0x2800;
    for (int i = 0; i < 8; i++)
        if (bits >> i & 1)
            cp |= dot[i];
    return cp;
}

static uint32_t glyph_of(const struct canvas *c, const struct canvas_cell *cell)
{
    /* bits: 1 upper left, 2 upper right, 4 lower left, 8 lower right */
    static const uint32_t quadrants[16] = {' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C,
                                           0x259E, 0x259B, 0x2597, 0x259A, 0x2590, 0x259C,
                                           0x2584, 0x2599, 0x259F, 0x2588};
    if (cell->mark)
        return cell->mark;
    if (c->glyphs == GLYPHS_BRAILLE)
        return braille(cell->solid ? cell->solid | cell->light : cell->light | cell->haze);
    if (c->glyphs == GLYPHS_BLOCK)
        return cell->solid ? quadrants[cell->solid & 15] : 0x2591;
    return cell->solid ? canvas_marker(GLYPHS_ASCII, cell->style) : ':';
}

void canvas_paint(const struct canvas *c, struct grid *g, int row, int col)
{
    for (int y = 0; y < c->rows; y++)
        for (int x = 0; x < c->cols; x++) {
            const struct canvas_cell *cell = &c->cells[y * c->cols + x];
            if (cell->solid || cell->light || cell->haze)
                grid_put(g, row + y, col + x, glyph_of(c, cell), cell->role, 0);
        }
}
