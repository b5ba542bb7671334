#include "chart/plot.h"

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
    MIN_GUTTER_COLS = 20,
    MIN_LEGEND_ROWS = 5,
    MIN_X_ROWS = 3
};

/* Where the parts of a chart lie. */
struct layout {
    struct rect body;      /* the raster */
    bool gutter;           /* y labels and axis left of it */
    int x_row, legend_row; /* -1: none */
    struct rect all;
};

static struct layout lay_out(struct rect r)
{
    struct layout l = {.body = r, .all = r, .x_row = -1, .legend_row = -1};
    if (r.cols >= MIN_GUTTER_COLS) {
        l.gutter = true;
        l.body.col += GUTTER;
        l.body.cols -= GUTTER;
    }
    if (r.rows >= MIN_LEGEND_ROWS) {
        l.legend_row = l.body.row + l.body.rows - 1;
        l.body.rows--;
    }
    if (r.rows >= MIN_X_ROWS) {
        l.x_row = l.body.row + l.body.rows - 1;
        l.body.rows--;
    }
    return l;
}

size_t plot_columns(struct rect r, enum glyphs glyphs)
{
    struct layout l = lay_out(r);
    if (l.body.rows <= 0 || l.body.cols <= 0)
        return 0;
    return (size_t)(l.body.cols * canvas_dots_x(glyphs));
}

size_t plot_column_of(const struct plot *p, uint64_t step)
{
    if (step <= p->lo || p->columns == 0)
        return 0;
    if (step >= p->hi)
        return p->columns - 1;
    unsigned __int128 width = (unsigned __int128)(p->hi - p->lo) + 1;
    return (size_t)((unsigned __int128)(step - p->lo) * p->columns / width);
}

/* ---- the y axis ---- */

struct range {
    double lo, hi;
};

static void widen(struct range *r, double value, bool log)
{
    if (!isfinite(value) || (log && value <= 0))
        return;
    if (!(r->lo <= value))
        r->lo = value;
    if (!(r->hi >= value))
        r->hi = value;
}

static struct axis y_axis(const struct plot *p)
{
    struct range r = {NAN, NAN};
    for (size_t k = 0; k < p->num_curves; k++)
        for (size_t c = 0; c < p->columns; c++) {
            const struct plot_column *col = &p->curves[k].columns[c];
            widen(&r, col->mean, p->log_y);
            widen(&r, col->min, p->log_y);
            widen(&r, col->max, p->log_y);
            widen(&r, col->hi, p->log_y);
            if (!p->log_y) /* a symmetric band may come as near to 0 as it likes: decades of air */
                widen(&r, col->lo, false);
        }
    for (size_t i = 0; i < p->num_guides; i++)
        widen(&r, p->guides[i].value, p->log_y);
    double margin = 0.04;
    if (isfinite(p->y_lo) && isfinite(p->y_hi)) {
        r = (struct range){p->y_lo, p->y_hi};
        margin = 0;
    }
    return axis_make(r.lo, r.hi, p->log_y, margin);
}

static void draw_y(struct grid *g, const struct layout *l, const struct axis *y, enum glyphs glyphs)
{
    struct tick ticks[AXIS_MAX_TICKS];
    int exponent, rows = l->body.rows, last_row = -9;
    size_t most = rows >= 3 ? (size_t)(rows + 1) / 2 : 1;
    size_t n = axis_ticks(y, most < 6 ? most : 6, LABEL, ticks, &exponent);
    int col = l->body.col - 1;
    for (int row = 0; row < rows; row++)
        grid_put(g, l->body.row + row, col, glyphs == GLYPHS_ASCII ? '|' : 0x2502, ROLE_BORDER, 0);
    for (size_t i = 0; i < n; i++) {
        int row = (int)floor((1 - ticks[i].at) * rows);
        row = row < 0 ? 0 : row > rows - 1 ? rows - 1 : row;
        if (i > 0 && last_row - row < 2)
            continue;
        last_row = row;
        grid_put(g, l->body.row + row, col, glyphs == GLYPHS_ASCII ? '+' : 0x2524, ROLE_BORDER, 0);
        grid_printf(g, l->body.row + row, l->all.col, LABEL, ROLE_DIM, 0, "%*s", LABEL,
                    ticks[i].label);
    }
    if (exponent && l->x_row >= 0)
        grid_printf(g, l->x_row, l->all.col, LABEL, ROLE_DIM, 0, "x1e%d", exponent);
}

/* ---- the x axis ---- */

static void draw_x(struct grid *g, const struct layout *l, const struct plot *p)
{
    char first[32], end[64];
    double apart = (double)(p->hi - p->lo) / 200;
    axis_format_step((double)p->lo, apart, first, sizeof first);
    axis_format_step((double)p->hi, apart, end, sizeof end);
    int width = l->body.cols, col = l->body.col;
    if (p->x_unit && *p->x_unit) {
        size_t n = strlen(end);
        snprintf(end + n, sizeof end - n, " %.40s", p->x_unit);
    }
    int right = text_columns(end);
    if (right > width) { /* no room: the number alone */
        axis_format_step((double)p->hi, apart, end, sizeof end);
        right = text_columns(end);
    }
    if (right > width)
        return;
    grid_text(g, l->x_row, col + width - right, right, ROLE_DIM, 0, end);
    int used = text_columns(first);
    if (used + right + 2 > width)
        return;
    grid_text(g, l->x_row, col, used, ROLE_DIM, 0, first);
    if (p->hi <= p->lo)
        return;
    /* round values in between, where they keep 3 blanks from each other */
    struct axis x = {(double)p->lo, (double)p->hi, false};
    struct tick ticks[AXIS_MAX_TICKS];
    int exponent;
    size_t n = axis_ticks(&x, (size_t)(width / 12), 10, ticks, &exponent);
    int free_from = used + 3, free_to = width - right - 3;
    for (size_t i = 0; i < n && exponent == 0; i++) {
        int size = (int)strlen(ticks[i].label);
        int at = (int)(ticks[i].at * width) - size / 2;
        if (at < free_from || at + size > free_to)
            continue;
        grid_text(g, l->x_row, col + at, size, ROLE_DIM, 0, ticks[i].label);
        free_from = at + size + 3;
    }
}

/* ---- the curves ---- */

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

/* Dots of the light layer: everywhere in a cell of coarse glyphs, one in four in braille, so that
 * the line stays apart from its band. */
static bool is_light(const struct canvas *c, int x, int y)
{
    return c->glyphs != GLYPHS_BRAILLE || ((y & 1) == 0 && ((x + y / 2) & 1) == 0);
}

static void draw_span(struct canvas *c, const struct axis *y, int x, double lo, double hi,
                      int style)
{
    if (isnan(lo) || isnan(hi))
        return;
    int top = dot_row(c, y, hi), bottom = dot_row(c, y, lo);
    if (top >= c->height || bottom < 0)
        return;
    for (int row = clamp_row(c, top), to = clamp_row(c, bottom); row <= to; row++)
        if (is_light(c, x, row))
            canvas_light(c, x, row, style);
}

static double outermost(double a, double b, double sign)
{
    return isnan(a) || sign * b > sign * a ? b : a;
}

/* The range of the points behind column i. Where it stands out from both neighbours' ranges it is
 * drawn without gaps: a spike of one point must not fall through the raster of the light layer. */
static void draw_range(struct canvas *c, const struct axis *y, const struct plot *p,
                       const struct plot_curve *curve, size_t i)
{
    const struct plot_column *col = &curve->columns[i];
    if (isnan(col->min) || isnan(col->max))
        return;
    draw_span(c, y, (int)i, col->min, col->max, curve->style);
    double top = col->mean, bottom = col->mean;
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

static void draw_light(struct canvas *c, const struct axis *y, const struct plot *p,
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

static void draw_line(struct canvas *c, const struct axis *y, const struct plot *p,
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

/* A cross on the floor of every column that holds a NaN or an infinity. */
static void draw_bad(struct grid *g, const struct layout *l, const struct plot *p, int dots_x,
                     enum glyphs glyphs)
{
    for (size_t k = 0; k < p->num_curves; k++)
        for (size_t c = 0; c < p->columns; c++)
            if (p->curves[k].columns[c].bad)
                grid_put(g, l->body.row + l->body.rows - 1, l->body.col + (int)c / dots_x,
                         glyphs == GLYPHS_ASCII ? '!' : 0x2715, ROLE_BAD, ATTR_BOLD);
}

static void draw_guides(struct grid *g, const struct layout *l, const struct plot *p,
                        const struct axis *y, enum glyphs glyphs)
{
    for (size_t i = 0; i < p->num_guides; i++) {
        double at = axis_at(y, p->guides[i].value);
        if (!(at >= 0 && at <= 1))
            continue;
        int row = l->body.row + (int)fmin(floor((1 - at) * l->body.rows), l->body.rows - 1);
        for (int col = 0; col < l->body.cols; col++)
            grid_put(g, row, l->body.col + col, glyphs == GLYPHS_ASCII ? '-' : 0x254C, ROLE_DIM, 0);
    }
}

static void label_guides(struct grid *g, const struct layout *l, const struct plot *p,
                         const struct axis *y)
{
    for (size_t i = 0; i < p->num_guides; i++) {
        double at = axis_at(y, p->guides[i].value);
        int width = p->guides[i].label ? text_columns(p->guides[i].label) : 0;
        if (!(at >= 0 && at <= 1) || width == 0 || width + 2 > l->body.cols)
            continue;
        int row = l->body.row + (int)fmin(floor((1 - at) * l->body.rows), l->body.rows - 1);
        grid_text(g, row, l->body.col + l->body.cols - width - 1, width, ROLE_DIM, 0,
                  p->guides[i].label);
    }
}

static void draw_cursor(struct grid *g, const struct layout *l, const struct plot *p, int dots_x,
                        enum glyphs glyphs)
{
    int col = l->body.col + (int)plot_column_of(p, p->cursor) / dots_x;
    for (int row = 0; row < l->body.rows; row++)
        grid_put(g, l->body.row + row, col, glyphs == GLYPHS_ASCII ? '|' : 0x2506, ROLE_FOCUS, 0);
}

/* ---- the legend ---- */

/* The column of a curve nearest to the cursor that has a value, or NULL. */
static const struct plot_column *nearest_column(const struct plot *p,
                                                const struct plot_curve *curve)
{
    size_t at = plot_column_of(p, p->cursor);
    for (size_t away = 0; away < p->columns; away++) {
        if (away <= at && !isnan(curve->columns[at - away].mean))
            return &curve->columns[at - away];
        if (at + away < p->columns && !isnan(curve->columns[at + away].mean))
            return &curve->columns[at + away];
    }
    return NULL;
}

/* What the legend says of a curve's value: "1.9e-4 ± 2.1e-5". */
static void read_out(const struct plot *p, const struct plot_curve *curve, bool with_half,
                     char *out, size_t size)
{
    char value[32], half_text[32];
    double mean = curve->last, half = curve->half;
    if (p->has_cursor) {
        const struct plot_column *col = nearest_column(p, curve);
        mean = col ? col->mean : NAN;
        half = col ? (col->hi - col->lo) / 2 : NAN;
    }
    *out = '\0';
    if (isnan(mean))
        return;
    num_format_short(mean, value, sizeof value);
    if (with_half && isfinite(half) && half >= 0) {
        if (half > 0) { /* two digits of an uncertainty are enough */
            double unit = pow(10, floor(log10(half)) - 1);
            half = round(half / unit) * unit;
        }
        snprintf(out, size, "%s ± %s", value, num_format_short(half, half_text, sizeof half_text));
    } else {
        snprintf(out, size, "%s", value);
    }
}

static char *with_commas(uint64_t n, char *out, size_t size)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t used = 0;
    for (int i = 0; i < len && used + 2 < size; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

/* One curve's entry: "● name value"; returns its columns, and draws it when g is given. */
static int legend_entry(struct grid *g, int row, int col, int max, const struct plot *p, size_t k,
                        bool with_half, enum glyphs glyphs)
{
    const struct plot_curve *curve = &p->curves[k];
    bool marked = p->num_curves > 1;
    int role = ROLE_SERIES0 + curve->style % CANVAS_STYLES;
    char value[80];
    read_out(p, curve, with_half, value, sizeof value);
    const char *name = curve->name && *curve->name ? curve->name
                       : p->has_cursor || !*value  ? ""
                                                   : "last";
    int at = marked ? 2 : 0, name_columns = text_columns(name);
    if (g && marked && max > 0)
        grid_put(g, row, col, canvas_marker(glyphs, curve->style), role, ATTR_BOLD);
    if (g)
        grid_text(g, row, col + at, max - at, marked ? role : ROLE_DIM, 0, name);
    at += name_columns + (name_columns && *value);
    if (g)
        grid_text(g, row, col + at, max - at, ROLE_TEXT, 0, value);
    return at + text_columns(value);
}

/* Of several curves those without a name belong to the one before them. */
static bool in_legend(const struct plot *p, size_t k)
{
    return p->num_curves == 1 || p->curves[k].name;
}

static int legend_columns(const struct plot *p, bool with_half, enum glyphs glyphs)
{
    int sum = 0;
    for (size_t k = 0; k < p->num_curves; k++)
        if (in_legend(p, k))
            sum += legend_entry(NULL, 0, 0, 0, p, k, with_half, glyphs) + 2;
    return sum - 2;
}

static void draw_legend(struct grid *g, const struct layout *l, const struct plot *p,
                        enum glyphs glyphs)
{
    int row = l->legend_row, col = l->all.col + 1, end = l->all.col + l->all.cols;
    if (p->has_cursor) {
        char step[32];
        double apart = (double)(p->hi - p->lo) / 1000;
        axis_format_step((double)p->cursor, apart, step, sizeof step);
        col += 2 + grid_printf(g, row, col, end - col, ROLE_FOCUS, 0, "@ %s", step);
    }
    /* what does not fit loses its uncertainties first, then its last curves */
    bool with_half = legend_columns(p, true, glyphs) <= end - col;
    bool all = with_half || legend_columns(p, false, glyphs) <= end - col;
    size_t left = 0;
    for (size_t k = 0; k < p->num_curves; k++)
        left += in_legend(p, k);
    for (size_t k = 0; k < p->num_curves; k++) {
        if (!in_legend(p, k))
            continue;
        char more[24];
        int reserve = snprintf(more, sizeof more, "+%zu more", left) + 2;
        int need = legend_entry(NULL, 0, 0, 0, p, k, with_half, glyphs);
        if (!all && k > 0 && col + need + (left > 1 ? reserve : 0) > end) {
            grid_text(g, row, col, end - col, ROLE_DIM, 0, more);
            return;
        }
        legend_entry(g, row, col, end - col, p, k, with_half, glyphs);
        col += need + 2;
        left--;
    }
    if (p->per_column > 1 && !p->has_cursor) {
        char count[32], text[80];
        with_commas(p->per_column, count, sizeof count);
        snprintf(text, sizeof text, "each column = %s points", count);
        if (col + (int)strlen(text) > end)
            snprintf(text, sizeof text, "%s/column", count);
        if (col + (int)strlen(text) <= end)
            grid_text(g, row, end - (int)strlen(text), (int)strlen(text), ROLE_DIM, 0, text);
    }
}

/* ---- all of it ---- */

enum content { NO_POINTS, ONLY_BAD, POINTS };

static enum content content_of(const struct plot *p)
{
    enum content found = NO_POINTS;
    for (size_t k = 0; k < p->num_curves; k++)
        for (size_t c = 0; c < p->columns; c++) {
            if (!isnan(p->curves[k].columns[c].mean))
                return POINTS;
            if (p->curves[k].columns[c].bad)
                found = ONLY_BAD;
        }
    return found;
}

void plot_draw(struct grid *g, struct rect r, const struct plot *given, enum glyphs glyphs)
{
    struct layout l = lay_out(r);
    if (l.body.rows <= 0 || l.body.cols <= 0)
        return;
    struct plot fitting = *given;
    const struct plot *p = &fitting;
    if (p->columns != plot_columns(r, glyphs)) /* reduced for another rectangle */
        fitting.num_curves = 0;
    enum content content = content_of(p);
    struct axis y = y_axis(p);
    if (l.gutter)
        draw_y(g, &l, &y, glyphs);
    if (l.x_row >= 0)
        draw_x(g, &l, p);
    if (content == POINTS) {
        draw_guides(g, &l, p, &y, glyphs);
        if (p->has_cursor)
            draw_cursor(g, &l, p, canvas_dots_x(glyphs), glyphs);
        struct canvas c;
        canvas_init(&c, glyphs, l.body.rows, l.body.cols);
        for (size_t k = 0; k < p->num_curves; k++)
            draw_light(&c, &y, p, &p->curves[k]);
        for (size_t k = p->num_curves; k-- > 0;) /* the first curve on top */
            draw_line(&c, &y, p, &p->curves[k]);
        canvas_paint(&c, g, l.body.row, l.body.col);
        canvas_finish(&c);
        label_guides(g, &l, p, &y);
    } else {
        const char *text = content == ONLY_BAD ? "every value is NaN or infinite"
                           : p->note           ? p->note
                                               : "no points yet";
        int width = text_columns(text);
        width = width < l.body.cols ? width : l.body.cols;
        grid_text(g, l.body.row + l.body.rows / 2, l.body.col + (l.body.cols - width) / 2, width,
                  ROLE_DIM, 0, text);
    }
    draw_bad(g, &l, p, canvas_dots_x(glyphs), glyphs);
    if (l.legend_row >= 0)
        draw_legend(g, &l, p, glyphs);
}
