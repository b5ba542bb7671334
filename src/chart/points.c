#include "chart/points.h"

#include "base/num.h"
#include "base/text.h"
#include "chart/axis.h"
#include "chart/canvas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL = 7,          /* columns of a y label */
    GUTTER = LABEL + 1, /* and the axis line */
    MARKS = 300,        /* so many points get a marker each; more are dots */
    OTHERS = 4,         /* style of points: hollow */
    MARKED = 0
};
static const double decades = 30; /* greatest by least, from which on an axis is logarithmic */

struct range {
    double lo, hi;
};

static struct range range_of(const double *v, const double *with, size_t n)
{
    struct range r = {INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]) && isfinite(with[i])) {
            r.lo = fmin(r.lo, v[i]);
            r.hi = fmax(r.hi, v[i]);
        }
    return r;
}

static struct axis x_axis(const struct points *p)
{
    struct range r = range_of(p->x, p->y, p->n);
    if (p->words)
        return (struct axis){-0.5, (double)p->num_words - 0.5 + (p->num_words == 0), false};
    return axis_make(r.lo, r.hi, r.lo > 0 && r.hi / r.lo > decades, 0.04);
}

static void draw_y(struct grid *g, struct rect body, const struct axis *y, enum glyphs glyphs)
{
    struct tick ticks[AXIS_MAX_TICKS];
    int exponent, last = -9;
    size_t n =
        axis_ticks(y, body.rows >= 6 ? (size_t)(body.rows + 1) / 3 : 2, LABEL, ticks, &exponent);
    for (int row = 0; row < body.rows; row++)
        grid_put(g, body.row + row, body.col - 1, glyphs == GLYPHS_ASCII ? '|' : 0x2502,
                 ROLE_BORDER, 0);
    for (size_t i = 0; i < n; i++) {
        int row = (int)floor((1 - ticks[i].at) * body.rows);
        row = row < 0 ? 0 : row > body.rows - 1 ? body.rows - 1 : row;
        if (i > 0 && last - row < 2)
            continue;
        last = row;
        grid_put(g, body.row + row, body.col - 1, glyphs == GLYPHS_ASCII ? '+' : 0x2524,
                 ROLE_BORDER, 0);
        grid_printf(g, body.row + row, body.col - GUTTER, LABEL, ROLE_DIM, 0, "%*s", LABEL,
                    ticks[i].label);
    }
    if (exponent)
        grid_printf(g, body.row + body.rows, body.col - GUTTER, LABEL, ROLE_DIM, 0, "x1e%d",
                    exponent);
}

/* A text centred at a column of the row, unless it would touch the one before; returns where the
 * next may begin. */
static int put_label(struct grid *g, int row, struct rect body, int at, int from, const char *text)
{
    int cols = text_columns(text);
    at -= cols / 2;
    at = at < 0 ? 0 : at;
    if (at + cols > body.cols)
        at = body.cols - cols;
    if (at < from)
        return from;
    grid_text(g, row, body.col + at, cols, ROLE_DIM, 0, text);
    return at + cols + 2;
}

static void draw_x(struct grid *g, struct rect body, const struct axis *x, const struct points *p)
{
    struct tick ticks[AXIS_MAX_TICKS];
    int exponent = 0, row = body.row + body.rows, from = 0;
    size_t n = p->words ? p->num_words : axis_ticks(x, (size_t)body.cols / 9, 8, ticks, &exponent);
    for (size_t i = 0; i < n; i++) {
        double at = p->words ? axis_at(x, (double)i) : ticks[i].at;
        char text[24];
        snprintf(text, sizeof text, "%.20s", p->words ? p->words[i] : ticks[i].label);
        from = put_label(g, row, body, (int)(at * body.cols), from, text);
    }
    char name[64];
    snprintf(name, sizeof name, exponent ? "%.40s x1e%d" : "%.40s", p->x_name, exponent);
    int cols = text_columns(name);
    grid_text(g, row + 1, body.col + (body.cols > cols ? (body.cols - cols) / 2 : 0), body.cols,
              ROLE_TEXT, 0, name);
}

static void put_point(struct canvas *c, const struct axis *x, const struct axis *y,
                      const struct points *p, size_t i, int style)
{
    double across = axis_at(x, p->x[i]), up = axis_at(y, p->y[i]);
    if (!isfinite(across) || !isfinite(up))
        return;
    int at_x = (int)fmin(across * c->width, c->width - 1),
        at_y = (int)fmin((1 - up) * c->height, c->height - 1);
    if (p->n <= MARKS || i == p->mark)
        canvas_mark(c, at_x, at_y, style);
    else
        canvas_dot(c, at_x, at_y, style);
}

void points_draw(struct grid *g, struct rect r, const struct points *p, enum glyphs glyphs)
{
    struct rect body = {r.row, r.col + GUTTER, r.rows - 2, r.cols - GUTTER};
    struct range range = range_of(p->y, p->x, p->n);
    if (body.rows < 2 || body.cols < 8)
        return;
    if (!(range.lo <= range.hi)) {
        grid_text(g, r.row + r.rows / 2, r.col + 1, r.cols - 2, ROLE_DIM, 0, "no results yet");
        return;
    }
    struct axis x = x_axis(p), y = axis_make(range.lo, range.hi, p->log_y, 0.06);
    struct canvas c;
    draw_y(g, body, &y, glyphs);
    draw_x(g, body, &x, p);
    canvas_init(&c, glyphs, body.rows, body.cols);
    for (size_t i = 0; i < p->n; i++)
        if (i != p->mark)
            put_point(&c, &x, &y, p, i, OTHERS);
    if (p->mark < p->n)
        put_point(&c, &x, &y, p, p->mark, MARKED);
    canvas_paint(&c, g, body.row, body.col);
    canvas_finish(&c);
}
