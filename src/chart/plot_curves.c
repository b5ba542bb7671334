/* The curves of a chart on its raster: lines, bands, ranges. */
#include "chart/plot_parts.h"

#include <math.h>

static const unsigned patterns[4] = {0xFF, 0x3F, 0x55, 0x6F};

/* A dot row: 0 at the top; beyond the raster when the value is. */
static int dot_row(const struct canvas *c, const struct axis *y, double value)
{
    double at = axis_at(y, value);
    if (at < 0)
        at = isinf(at) ? 0 : fmax(at, -1); /* what has no logarithm lies on the floor */
    int row = (int)floor((1 - fmin(at, 2)) * c->height);
    /* the ends of the axis belong to the outermost rows */
    return row == c->height && at > -1e-9 ? row - 1 : row;
}

static int clamp_row(const struct canvas *c, int row)
{
    return row < 0 ? 0 : row >= c->height ? c->height - 1 : row;
}

static void draw_span(struct canvas *c, const struct axis *y, int x, double lo, double hi,
                      int style)
{
    if (isnan(lo) || isnan(hi))
        return;
    int top = dot_row(c, y, hi), bottom = dot_row(c, y, lo);
    if (top >= c->height || bottom < 0)
        return;
    canvas_haze(c, x, clamp_row(c, top), clamp_row(c, bottom), style);
}

static double outermost(double a, double b, double sign)
{
    return isnan(a) || sign * b > sign * a ? b : a;
}

/* The range of the points behind column i. Where it stands out from both neighbours' ranges it is
 * drawn without gaps: a spike of one point must not fall through the haze. */
static void draw_range(struct canvas *c, const struct axis *y, const struct plot *p,
                       const struct plot_curve *curve, size_t i)
{
    const struct plot_column *col = &curve->columns[i];
    if (isnan(col->min) || isnan(col->max))
        return;
    draw_span(c, y, (int)i, col->min, col->max, curve->style);
    double top = col->mean;
    double bottom = top;
    for (int side = -1; side <= 1; side += 2) {
        if ((side < 0 && i == 0) || (side > 0 && i + 1 == p->columns))
            continue;
        const struct plot_column *next = &curve->columns[side < 0 ? i - 1 : i + 1];
        top = outermost(top, next->max, 1);
        bottom = outermost(bottom, next->min, -1);
    }
    for (int row = clamp_row(c, dot_row(c, y, col->max)); row < dot_row(c, y, top); row++)
        canvas_light(c, (int)i, row, curve->style);
    for (int row = clamp_row(c, dot_row(c, y, col->min)); row > dot_row(c, y, bottom); row--)
        canvas_light(c, (int)i, row, curve->style);
}

void plot_draw_light(struct canvas *c, const struct axis *y, const struct plot *p,
                     const struct plot_curve *curve)
{
    const struct plot_column *before = NULL;
    int before_x = 0;
    for (size_t i = 0; i < p->columns; i++) {
        const struct plot_column *col = &curve->columns[i];
        int x = (int)i;
        draw_range(c, y, p, curve, i);
        draw_span(c, y, x, col->lo, col->hi, curve->style);
        if (isnan(col->lo)) {
            if (col->bad && isnan(col->mean))
                before = NULL;
            continue;
        }
        for (int between = before_x + 1; before && between < x; between++) {
            double t = (double)(between - before_x) / (x - before_x);
            draw_span(c, y, between, before->lo + t * (col->lo - before->lo),
                      before->hi + t * (col->hi - before->hi), curve->style);
        }
        before = col;
        before_x = x;
    }
}

void plot_draw_line(struct canvas *c, const struct axis *y, const struct plot *p,
                    const struct plot_curve *curve)
{
    unsigned pattern = p->num_curves > 1 ? patterns[curve->style & 3] : 0xFF;
    int last_x = -1, last_y = 0, marked = -1000;
    for (size_t i = 0; i < p->columns; i++) {
        const struct plot_column *col = &curve->columns[i];
        int x = (int)i;
        if (isnan(col->mean)) {
            if (col->bad)
                last_x = -1;
            continue;
        }
        int row = dot_row(c, y, col->mean);
        if (last_x >= 0)
            canvas_line(c, last_x, last_y, x, row, curve->style, pattern);
        else
            canvas_dot(c, x, row, curve->style);
        last_x = x;
        last_y = row;
        /* markers now and then, at other places for every curve */
        int every = c->width / 3 > 8 ? c->width / 3 : 8;
        if (p->num_curves > 1 && c->glyphs != GLYPHS_ASCII &&
            x % every == (curve->style * 5 + 3) % every && x - marked > 3) {
            canvas_mark(c, x, row, curve->style);
            marked = x;
        }
    }
    if (p->num_curves > 1 && c->glyphs != GLYPHS_ASCII && last_x >= 0)
        canvas_mark(c, last_x, last_y, curve->style);
}
