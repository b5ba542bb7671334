/* Points drawn to scale, without axes: a picture of a thing, not of numbers. */
#include "chart/picture.h"

#include "chart/canvas.h"

#include <math.h>

/* A cell of a terminal is about twice as high as wide. */
static const double cell_height = 2;

void drawing_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    struct picture_range y;
    const struct picture any = {.lo = NAN, .hi = NAN};
    if (!picture_find_range(&any, p->b, p->rows, &y))
        return;
    struct canvas c;
    canvas_init(&c, glyphs, r.rows, r.cols);
    /* dots for one unit, across and up; the same length on the screen, and all of it fits */
    double up_for_across = (double)c.dots_y / (cell_height * c.dots_x);
    double across = (c.width - 1) / (p->hi - p->lo);
    if (across * up_for_across * (y.hi - y.lo) > c.height - 1)
        across = (c.height - 1) / (up_for_across * (y.hi - y.lo));
    double up = across * up_for_across;
    double left = (c.width - 1 - across * (p->hi - p->lo)) / 2;
    double top = (c.height - 1 - up * (y.hi - y.lo)) / 2;
    for (size_t i = 0; i < p->rows; i++) {
        double x = round(left + across * (p->a[i] - p->lo)),
               at = round(top + up * (y.hi - p->b[i]));
        if (x >= 0 && x < c.width && at >= 0 && at < c.height)
            scatter_point(&c, (int)x, (int)at, p->c ? p->c[i] : -1);
    }
    canvas_paint(&c, g, r.row, r.col);
    canvas_finish(&c);
}
