#include "chart/plot_parts.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL = 7,          /* columns of a y label */
    GUTTER = LABEL + 1, /* and the axis line */
    MIN_GUTTER_COLS = 20,
    MIN_LEGEND_ROWS = 5,
    ROWS_PER_LEGEND_ROW = 5, /* of the chart: a long legend must not eat it */
    MAX_LEGEND_ROWS = 3,
    MIN_X_ROWS = 3
};

/* Where the parts of a chart lie. */
struct layout {
    struct rect body;      /* the raster */
    bool gutter;           /* y labels and axis left of it */
    int x_row, legend_row; /* -1: none */
    int legend_rows;
    struct rect all;
};

static struct layout lay_out(struct rect r, int legend_rows)
{
    struct layout l = {.body = r, .all = r, .x_row = -1, .legend_row = -1};
    if (r.cols >= MIN_GUTTER_COLS) {
        l.gutter = true;
        l.body.col += GUTTER;
        l.body.cols -= GUTTER;
    }
    if (r.rows >= MIN_LEGEND_ROWS) {
        l.legend_rows = legend_rows;
        l.body.rows -= legend_rows;
        l.legend_row = l.body.row + l.body.rows;
    }
    if (r.rows >= MIN_X_ROWS) {
        l.x_row = l.body.row + l.body.rows - 1;
        l.body.rows--;
    }
    return l;
}

size_t plot_columns(struct rect r, enum glyphs glyphs)
{
    struct layout l = lay_out(r, 1);
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

double plot_in_unit(const struct plot *p, uint64_t step)
{
    return p->x_from + (double)step * (p->x_scale > 0 ? p->x_scale : 1);
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
    double lo = plot_in_unit(p, p->lo), hi = plot_in_unit(p, p->hi), apart = (hi - lo) / 200;
    axis_format_step(lo, apart, first, sizeof first);
    axis_format_step(hi, apart, end, sizeof end);
    int width = l->body.cols, col = l->body.col;
    if (p->x_unit && *p->x_unit) {
        size_t n = strlen(end);
        snprintf(end + n, sizeof end - n, " %.40s", p->x_unit);
    }
    int right = text_columns(end);
    if (right > width) { /* no room: the number alone */
        axis_format_step(hi, apart, end, sizeof end);
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
    struct axis x = {lo, hi, false};
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

/* ---- marks ---- */

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
    int most = r.rows / ROWS_PER_LEGEND_ROW;
    most = most < 1 ? 1 : most > MAX_LEGEND_ROWS ? MAX_LEGEND_ROWS : most;
    struct layout l = lay_out(r, plot_legend_rows(given, r.cols, most, glyphs));
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
            plot_draw_light(&c, &y, p, &p->curves[k]);
        for (size_t k = p->num_curves; k-- > 0;) /* the first curve on top */
            plot_draw_line(&c, &y, p, &p->curves[k]);
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
        plot_draw_legend(g, (struct rect){l.legend_row, r.col, l.legend_rows, r.cols}, p, glyphs);
}
