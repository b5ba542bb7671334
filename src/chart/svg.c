#include "chart/svg.h"

#include "base/text.h"
#include "chart/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEFT = 66, RIGHT = 18, TOP = 34, BOTTOM = 46, LEGEND_ROW = 20, LEGEND_COLUMN = 230 };

/* Okabe and Ito's colours, told apart with any colour vision, and dashes for print without them. */
static const struct {
    const char *colour, *dash;
} styles[] = {{"#0072b2", "none"},    {"#d55e00", "7 3"},        {"#009e73", "2 2"},
              {"#cc79a7", "9 3 2 3"}, {"#e69f00", "12 4"},       {"#56b4e9", "4 2"},
              {"#000000", "1 2"},     {"#8a6d00", "9 3 2 3 2 3"}};
enum { NUM_STYLES = sizeof styles / sizeof styles[0] };

void svg_text(struct buf *out, const char *text)
{
    size_t left = strlen(text);
    while (*text) {
        uint32_t cp;
        char bytes[4];
        size_t n = text_decode(text, left, &cp);
        if (cp == '<')
            buf_puts(out, "&lt;");
        else if (cp == '>')
            buf_puts(out, "&gt;");
        else if (cp == '&')
            buf_puts(out, "&amp;");
        else if (cp == '"')
            buf_puts(out, "&quot;");
        else if (cp == '\n' || cp == '\t' || (cp >= 0x20 && cp != 0x7f && cp < 0xfffe))
            buf_add(out, bytes, text_encode(cp, bytes));
        else if (cp > 0xffff)
            buf_add(out, bytes, text_encode(cp, bytes));
        text += n;
        left -= n;
    }
}

/* ---- where things are ---- */

static size_t legend_columns(const struct svg_chart *c)
{
    double n = (c->width - LEFT - RIGHT) / LEGEND_COLUMN;
    return n < 1 ? 1 : (size_t)n;
}

struct svg_area svg_area_of(const struct svg_chart *c)
{
    size_t columns = legend_columns(c), rows = (c->num_lines + columns - 1) / columns;
    return (struct svg_area){LEFT, TOP, c->width - RIGHT,
                             c->height - BOTTOM - LEGEND_ROW * (double)rows};
}

struct frame {
    const struct svg_chart *chart;
    struct svg_area area;
    struct axis x, y;
};

static double at_x(const struct frame *f, double x)
{
    return f->area.left + axis_at(&f->x, x) * (f->area.right - f->area.left);
}

static double at_y(const struct frame *f, double y)
{
    return f->area.bottom - axis_at(&f->y, y) * (f->area.bottom - f->area.top);
}

static bool is_visible(const struct frame *f, double x, double y)
{
    return isfinite(x) && isfinite(y) && (!f->chart->log_x || x > 0) && (!f->chart->log_y || y > 0);
}

/* ---- axes ---- */

static void widen(double v, bool log, double *lo, double *hi)
{
    if (!isfinite(v) || (log && v <= 0))
        return;
    *lo = isnan(*lo) || v < *lo ? v : *lo;
    *hi = isnan(*hi) || v > *hi ? v : *hi;
}

static void make_axes(struct frame *f)
{
    const struct svg_chart *c = f->chart;
    double x[2] = {NAN, NAN}, y[2] = {NAN, NAN};
    for (size_t k = 0; k < c->num_lines; k++) {
        const struct svg_line *l = &c->lines[k];
        for (size_t i = 0; i < l->n; i++) {
            if (!is_visible(f, l->x[i], l->y[i]))
                continue;
            widen(l->x[i], c->log_x, &x[0], &x[1]);
            widen(l->y[i], c->log_y, &y[0], &y[1]);
            if (l->hi)
                widen(l->hi[i], c->log_y, &y[0], &y[1]);
            if (l->lo)
                widen(l->lo[i], c->log_y, &y[0], &y[1]);
        }
    }
    f->x = axis_make(x[0], x[1], c->log_x, 0);
    f->y = axis_make(y[0], y[1], c->log_y, 0.04);
}

static void draw_axes(struct buf *out, const struct frame *f)
{
    struct tick ticks[AXIS_MAX_TICKS];
    const struct svg_area *a = &f->area;
    int exponent;
    buf_puts(out, "<g fill=\"#444\" font-size=\"11\">\n");
    size_t n = axis_ticks(&f->y, 7, 7, ticks, &exponent);
    for (size_t i = 0; i < n; i++) {
        double y = at_y(f, ticks[i].value);
        buf_printf(out,
                   "<path d=\"M%.2f %.2fH%.2f\" stroke=\"#ddd\"/>"
                   "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"end\">%s</text>\n",
                   a->left, y, a->right, a->left - 6, y + 4, ticks[i].label);
    }
    if (exponent)
        buf_printf(out, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"end\">&#215;1e%d</text>\n",
                   a->left - 6, a->top - 8, exponent);
    n = axis_ticks(&f->x, 8, 8, ticks, &exponent);
    for (size_t i = 0; i < n; i++)
        buf_printf(out,
                   "<path d=\"M%.2f %.2fv5\" stroke=\"#888\"/>"
                   "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">%s</text>\n",
                   at_x(f, ticks[i].value), a->bottom, at_x(f, ticks[i].value), a->bottom + 17,
                   ticks[i].label);
    buf_printf(out, "<path d=\"M%.2f %.2fV%.2fH%.2f\" fill=\"none\" stroke=\"#888\"/>\n", a->left,
               a->top, a->bottom, a->right);
    buf_printf(out, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"end\">", a->right, a->bottom + 34);
    svg_text(out, f->chart->x_label);
    if (exponent)
        buf_printf(out, " (1e%d)", exponent);
    buf_puts(out, "</text>\n</g>\n");
}

/* ---- lines ---- */

static bool has_band(const struct frame *f, const struct svg_line *l, size_t i)
{
    return l->lo && is_visible(f, l->x[i], l->y[i]) && isfinite(l->lo[i]) && isfinite(l->hi[i]) &&
           (!f->chart->log_y || l->hi[i] > 0);
}

/* The band from i to before end: along the top and back along the bottom. On a logarithmic axis
 * what is not positive is at the lower edge. */
static void draw_band_part(struct buf *out, const struct frame *f, const struct svg_line *l,
                           size_t from, size_t end, const char *colour)
{
    buf_printf(out, "<path fill=\"%s\" fill-opacity=\"0.18\" d=\"", colour);
    for (size_t i = from; i < end; i++)
        buf_printf(out, "%c%.2f %.2f", i == from ? 'M' : 'L', at_x(f, l->x[i]), at_y(f, l->hi[i]));
    for (size_t i = end; i-- > from;)
        buf_printf(out, "L%.2f %.2f", at_x(f, l->x[i]),
                   f->chart->log_y && l->lo[i] <= 0 ? f->area.bottom : at_y(f, l->lo[i]));
    buf_puts(out, "Z\"/>\n");
}

static void draw_band(struct buf *out, const struct frame *f, const struct svg_line *l,
                      const char *colour)
{
    for (size_t i = 0; i < l->n;) {
        size_t end = i;
        while (end < l->n && has_band(f, l, end))
            end++;
        if (end > i + 1)
            draw_band_part(out, f, l, i, end, colour);
        i = end + 1;
    }
}

static void draw_line(struct buf *out, const struct frame *f, const struct svg_line *l,
                      const char *colour, const char *dash)
{
    bool drawing = false;
    struct buf dots = {0};
    buf_printf(out,
               "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-dasharray=\"%s\" "
               "stroke-linejoin=\"round\" d=\"",
               colour, dash);
    for (size_t i = 0; i < l->n; i++) {
        bool visible = is_visible(f, l->x[i], l->y[i]);
        bool before = i > 0 && is_visible(f, l->x[i - 1], l->y[i - 1]);
        bool after = i + 1 < l->n && is_visible(f, l->x[i + 1], l->y[i + 1]);
        if (visible)
            buf_printf(out, "%c%.2f %.2f", drawing ? 'L' : 'M', at_x(f, l->x[i]), at_y(f, l->y[i]));
        if (visible && !before && !after) /* alone: a line of no length shows nothing */
            buf_printf(&dots, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"2.5\" fill=\"%s\"/>\n",
                       at_x(f, l->x[i]), at_y(f, l->y[i]), colour);
        drawing = visible;
    }
    buf_printf(out, "\"/>\n%s", buf_text(&dots));
    buf_finish(&dots);
}

static void draw_legend(struct buf *out, const struct frame *f)
{
    size_t columns = legend_columns(f->chart);
    for (size_t k = 0; k < f->chart->num_lines; k++) {
        double x = f->area.left + LEGEND_COLUMN * (double)(k % columns);
        double y = f->area.bottom + BOTTOM + LEGEND_ROW * (double)(k / columns) + 6;
        buf_printf(out,
                   "<path d=\"M%.2f %.2fh28\" stroke=\"%s\" stroke-width=\"2\" "
                   "stroke-dasharray=\"%s\"/><text x=\"%.2f\" y=\"%.2f\">",
                   x, y - 4, styles[k % NUM_STYLES].colour, styles[k % NUM_STYLES].dash, x + 34, y);
        svg_text(out, f->chart->lines[k].name);
        buf_puts(out, "</text>\n");
    }
}

void svg_chart(struct buf *out, const struct svg_chart *c, bool as_file)
{
    struct frame f = {.chart = c, .area = svg_area_of(c)};
    make_axes(&f);
    if (as_file)
        buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
               "width=\"%.0f\" height=\"%.0f\" role=\"img\" font-family=\"sans-serif\" "
               "font-size=\"12\" fill=\"#222\">\n<title>",
               c->width, c->height, c->width, c->height);
    svg_text(out, c->title);
    buf_puts(out, "</title>\n<desc>");
    svg_text(out, c->desc);
    buf_puts(out, "</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    buf_printf(out, "<text x=\"%.2f\" y=\"18\" font-size=\"14\" font-weight=\"bold\">",
               f.area.left);
    svg_text(out, c->title);
    buf_puts(out, "</text>\n");
    draw_axes(out, &f);
    for (size_t k = 0; k < c->num_lines; k++)
        draw_band(out, &f, &c->lines[k], styles[k % NUM_STYLES].colour);
    for (size_t k = 0; k < c->num_lines; k++)
        draw_line(out, &f, &c->lines[k], styles[k % NUM_STYLES].colour,
                  styles[k % NUM_STYLES].dash);
    draw_legend(out, &f);
    buf_puts(out, "</svg>\n");
}
