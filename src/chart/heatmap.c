/* Heatmaps and fields: a value, an arrow and a mark in every cell. */
#include "chart/picture.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HEAT_STEPS = 16, CELL = 2, MAX_LABEL = 12 };

/* Shades of one column, light to dark; a pair of columns is stepped through in halves, so that a
 * terminal without colours still tells seven levels apart. Full blocks are kept for walls. */
static uint32_t shade(enum glyphs glyphs, double at, int half)
{
    static const uint32_t blocks[] = {' ', 0x2591, 0x2592, 0x2593};
    static const char ascii[] = " .:-=+*%";
    int levels = glyphs == GLYPHS_ASCII ? (int)sizeof ascii - 1 : 4;
    int step = (int)(at * (2 * levels - 1));
    step = step > 2 * levels - 2 ? 2 * levels - 2 : step;
    int level = (step + (half == 0)) / 2;
    return glyphs == GLYPHS_ASCII ? (uint32_t)ascii[level] : blocks[level];
}

static int heat_role(double at)
{
    int step = (int)(at * HEAT_STEPS);
    return ROLE_HEAT0 + (step < 0 ? 0 : step >= HEAT_STEPS ? HEAT_STEPS - 1 : step);
}

static uint32_t arrow(enum glyphs glyphs, float direction)
{
    static const uint32_t arrows[] = {0x2192, 0x2193, 0x2190, 0x2191}; /* right down left up */
    static const char ascii[] = ">v<^";
    if (!(direction >= 0 && direction <= 3))
        return 0;
    int d = (int)direction;
    return glyphs == GLYPHS_ASCII ? (uint32_t)ascii[d] : arrows[d];
}

static const struct mark {
    uint32_t shape;
    char ascii;
    int role;
} marks[] = {
    {0, 0, 0}, {0x25CF, '@', ROLE_FOCUS}, {0x2605, 'G', ROLE_GOOD}, {0x25CB, 'S', ROLE_KEY}};

/* How a matrix fits: blocks of rows x cols cells, each `width` columns wide on the screen. */
struct shape {
    size_t rows, cols;
    int width;
};

static size_t parts(size_t n, size_t room)
{
    return (n + room - 1) / room;
}

/* Cells as they are when they fit; of a plain heatmap narrow ones, then blocks as small as each
 * side allows; of a field, whose squares are places, square blocks. */
static struct shape fit(const struct picture *p, struct rect body)
{
    size_t rows = (size_t)body.rows, cols = (size_t)body.cols;
    struct shape s = {parts(p->rows, rows), parts(p->cols, cols / CELL), CELL};
    if (p->kind == PICTURE_FIELD) {
        s.rows = s.cols = s.rows > s.cols ? s.rows : s.cols;
    } else if (s.cols > 1) {
        s.cols = parts(p->cols, cols);
        s.width = 1;
    }
    return s;
}

/* A block of matrix cells shown as one: mean of what is there, the most telling mark. */
struct block {
    double value; /* NaN: only walls */
    float direction;
    int mark;
    bool cursor; /* the cursor is within */
};

static struct block gather(const struct picture *p, size_t row, size_t col, const struct shape *s)
{
    struct block b = {NAN, -1, 0, false};
    double sum = 0;
    size_t n = 0;
    for (size_t i = row; i < row + s->rows && i < p->rows; i++)
        for (size_t k = col; k < col + s->cols && k < p->cols; k++) {
            size_t at = i * p->cols + k;
            b.cursor |= at + 1 == p->cursor;
            if (isfinite(p->a[at])) {
                sum += p->a[at];
                n++;
            }
            if (p->kind == PICTURE_FIELD && p->c && p->c[at] >= 1 && p->c[at] <= 3 &&
                (b.mark == 0 || p->c[at] < (float)b.mark))
                b.mark = (int)p->c[at];
            if (p->kind == PICTURE_FIELD && p->b && s->rows == 1)
                b.direction = p->b[at];
        }
    if (n)
        b.value = sum / (double)n;
    return b;
}

static void draw_block(struct grid *g, int row, int col, int width, const struct block *b,
                       const struct picture_range *range, enum glyphs glyphs)
{
    uint32_t direction = arrow(glyphs, b->direction);
    if (isnan(b->value)) {
        uint32_t wall = glyphs == GLYPHS_ASCII ? '#' : 0x2588;
        for (int i = 0; i < width; i++)
            grid_put(g, row, col + i, wall, ROLE_BORDER, 0);
    } else {
        double span = range->hi - range->lo;
        double at = span > 0 ? fmin(fmax((b->value - range->lo) / span, 0), 1) : 0.5;
        for (int i = 0; i < width; i++)
            grid_put(g, row, col + i, shade(glyphs, at, i), heat_role(at), 0);
        if (direction && width == CELL)
            grid_put(g, row, col + 1, direction, ROLE_TEXT, 0);
    }
    if (b->mark)
        grid_put(g, row, col,
                 glyphs == GLYPHS_ASCII ? (uint32_t)marks[b->mark].ascii : marks[b->mark].shape,
                 marks[b->mark].role, ATTR_BOLD);
    if (b->cursor) {
        grid_put(g, row, col, width == CELL ? '[' : '+', ROLE_FOCUS, ATTR_REVERSE);
        if (width == CELL)
            grid_put(g, row, col + 1, ']', ROLE_FOCUS, ATTR_REVERSE);
    }
}

/* "0.12 ░▒▓ 0.98", and how many cells one square stands for. */
static void draw_scale(struct grid *g, int row, int col, int max, const struct picture_range *range,
                       const struct shape *s, enum glyphs glyphs)
{
    char lo[32], hi[32];
    num_format_short(range->lo, lo, sizeof lo);
    num_format_short(range->hi, hi, sizeof hi);
    int used = grid_printf(g, row, col, max, ROLE_DIM, 0, "%s ", lo);
    for (int i = 0; i < 8 && used < max; i++, used++)
        grid_put(g, row, col + used, shade(glyphs, i / 7.0, 0), heat_role(i / 7.0), 0);
    used += grid_printf(g, row, col + used, max - used, ROLE_DIM, 0, " %s", hi);
    char note[64];
    int n = snprintf(note, sizeof note, "  1 square = %zu x %zu", s->rows, s->cols);
    if (s->rows * s->cols > 1 && used + n <= max)
        grid_text(g, row, col + used, n, ROLE_DIM, 0, note);
}

/* Labels of the blocks' first columns, as many as keep a blank between them. */
static void draw_header(struct grid *g, struct rect body, const struct picture *p,
                        const struct shape *s)
{
    int free_from = 0;
    for (size_t k = 0; k * s->cols < p->cols; k++) {
        char label[64];
        picture_label(p->col_labels, k * s->cols, label, sizeof label);
        int at = (int)k * s->width, width = text_columns(label);
        if (at < free_from || at + width > body.cols)
            continue;
        grid_text(g, body.row - 1, body.col + at, width, ROLE_DIM, 0, label);
        free_from = at + width + 1;
    }
}

void heatmap_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    struct picture_range range;
    if (!picture_find_range(p, p->a, p->rows * p->cols, &range)) {
        grid_text(g, r.row, r.col, r.cols, ROLE_DIM, 0, "nothing to show yet");
        return;
    }
    /* labels and scale only where they leave room for the matrix */
    int gutter = picture_label_columns(p->row_labels, p->rows);
    gutter = gutter > MAX_LABEL ? MAX_LABEL : gutter;
    gutter += gutter > 0;
    if (r.cols - gutter < (int)(p->cols < 8 ? p->cols : 8) * CELL)
        gutter = 0;
    bool has_scale = r.rows >= 4, has_header = p->col_labels && *p->col_labels && r.rows >= 5;
    struct rect body = {r.row + has_header, r.col + gutter, r.rows - has_scale - has_header,
                        r.cols - gutter};
    if (body.cols < CELL)
        return;
    struct shape s = fit(p, body);
    for (size_t i = 0; i * s.rows < p->rows; i++) {
        char label[64];
        if (gutter)
            grid_text(g, body.row + (int)i, r.col, gutter - 1, ROLE_DIM, 0,
                      picture_label(p->row_labels, i * s.rows, label, sizeof label));
        for (size_t k = 0; k * s.cols < p->cols; k++) {
            struct block b = gather(p, i * s.rows, k * s.cols, &s);
            draw_block(g, body.row + (int)i, body.col + (int)k * s.width, s.width, &b, &range,
                       glyphs);
        }
    }
    if (has_header)
        draw_header(g, body, p, &s);
    if (has_scale)
        draw_scale(g, body.row + (int)parts(p->rows, s.rows), r.col, r.cols, &range, &s, glyphs);
}

/* ---- vectors: direction by arrow, length by colour and, without colours, by boldness ---- */

void arrows_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    /* from right, clockwise because rows grow downwards */
    static const uint32_t arrows[] = {0x2192, 0x2198, 0x2193, 0x2199,
                                      0x2190, 0x2196, 0x2191, 0x2197};
    static const char ascii[] = ">\\v/<\\^/";
    if (r.cols < CELL)
        return;
    double longest = 0;
    for (size_t i = 0; i < p->rows * p->cols; i++) {
        double length = hypot(p->a[i], p->b[i]);
        longest = isfinite(length) && length > longest ? length : longest;
    }
    size_t size = 1;
    while ((p->rows + size - 1) / size > (size_t)r.rows ||
           (p->cols + size - 1) / size > (size_t)(r.cols / CELL))
        size++;
    for (size_t i = 0; i * size < p->rows; i++)
        for (size_t k = 0; k * size < p->cols; k++) {
            /* of a block the middle vector: a mean of directions would point nowhere */
            size_t row = i * size + size / 2, col = k * size + size / 2;
            row = row < p->rows ? row : p->rows - 1;
            col = col < p->cols ? col : p->cols - 1;
            double x = p->a[row * p->cols + col], y = p->b[row * p->cols + col];
            double length = hypot(x, y), share = longest > 0 ? length / longest : 0;
            int at_row = r.row + (int)i, at_col = r.col + (int)k * CELL;
            if (!isfinite(length))
                continue;
            if (share < 0.02) {
                grid_put(g, at_row, at_col, glyphs == GLYPHS_ASCII ? '.' : 0x00B7, ROLE_DIM, 0);
                continue;
            }
            int eighth = (int)lround(atan2(y, x) / (M_PI / 4)) & 7;
            grid_put(g, at_row, at_col,
                     glyphs == GLYPHS_ASCII ? (uint32_t)ascii[eighth] : arrows[eighth],
                     heat_role(share), share > 0.5 ? ATTR_BOLD : 0);
        }
}
