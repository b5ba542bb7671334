/* Points in a plane, told apart by class. */
#include "chart/picture.h"

#include "chart/axis.h"
#include "chart/canvas.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 7, GUTTER = LABEL + 1 };

static struct axis axis_over(const float *v, size_t n)
{
    double lo = NAN, hi = NAN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i]))
            continue;
        lo = lo <= v[i] ? lo : v[i];
        hi = hi >= v[i] ? hi : v[i];
    }
    return axis_make(lo, hi, false, 0.05);
}

static bool has_classes(const struct picture *p)
{
    for (size_t i = 1; p->c && i < p->rows; i++)
        if (p->c[i] != p->c[0])
            return true;
    return false;
}

static int style_of(float c)
{
    return c >= 0 && c < 1e6f ? (int)c % CANVAS_STYLES : 0;
}

void scatter_point(struct canvas *c, int x, int y, float class)
{
    if (class < 0)
        canvas_dot(c, x, y, style_of(-1 - class));
    else
        canvas_mark(c, x, y, style_of(class));
}

void scatter_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    if (isfinite(p->lo) && isfinite(p->hi) && p->lo < p->hi) {
        drawing_draw(g, r, p, glyphs);
        return;
    }
    struct axis x = axis_over(p->a, p->rows), y = axis_over(p->b, p->rows);
    struct rect body = r;
    bool labelled = r.rows >= 4 && r.cols >= 20;
    if (labelled) {
        body = (struct rect){r.row, r.col + GUTTER, r.rows - 1, r.cols - GUTTER};
        char text[32];
        for (int row = 0; row < body.rows; row++)
            grid_put(g, r.row + row, body.col - 1, glyphs == GLYPHS_ASCII ? '|' : 0x2502,
                     ROLE_BORDER, 0);
        grid_printf(g, r.row, r.col, LABEL, ROLE_DIM, 0, "%*s", LABEL,
                    num_format_short(y.hi, text, sizeof text));
        grid_printf(g, r.row + body.rows - 1, r.col, LABEL, ROLE_DIM, 0, "%*s", LABEL,
                    num_format_short(y.lo, text, sizeof text));
        int row = r.row + body.rows;
        int used = grid_text(g, row, body.col, body.cols, ROLE_DIM, 0,
                             num_format_short(x.lo, text, sizeof text));
        num_format_short(x.hi, text, sizeof text);
        int width = (int)strlen(text);
        if (used + 1 + width <= body.cols)
            grid_text(g, row, body.col + body.cols - width, width, ROLE_DIM, 0, text);
    }
    bool classes = has_classes(p);
    struct canvas c;
    canvas_init(&c, glyphs, body.rows, body.cols);
    for (size_t i = 0; i < p->rows; i++) {
        if (!isfinite(p->a[i]) || !isfinite(p->b[i]))
            continue;
        int at_x = (int)(axis_at(&x, p->a[i]) * c.width);
        int at_y = (int)((1 - axis_at(&y, p->b[i])) * c.height);
        if (classes)
            scatter_point(&c, at_x, at_y, p->c[i]);
        else
            canvas_dot(&c, at_x, at_y, p->c ? style_of(p->c[i]) : 0);
    }
    canvas_paint(&c, g, body.row, body.col);
    canvas_finish(&c);
}
