/* The rows of a query as a chart: the first column across, those with numbers behind it up. */
#include "tui/query_model.h"

#include "chart/picture.h"
#include "chart/plot.h"
#include "chart/svg.h"
#include "series/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 8 };

/* Columns that go up. */
static size_t curves_of(const struct query_model *m, size_t columns[MOST_CURVES])
{
    size_t n = 0;
    for (size_t c = 1; c < m->answer.num_columns && n < MOST_CURVES; c++)
        if (m->answer.columns[c].is_number)
            columns[n++] = c;
    return n;
}

enum query_chart query_chart_kind(const struct query_model *m, const char **why)
{
    size_t columns[MOST_CURVES];
    *why = "";
    if (m->shown.len == 0)
        *why = "there are no rows to draw";
    else if (curves_of(m, columns) == 0)
        *why = "a chart needs a column of numbers behind the first one";
    if (**why)
        return QUERY_NO_CHART;
    if (!m->answer.columns[0].is_number)
        return QUERY_BARS;
    for (size_t i = 0; i < m->shown.len; i++) {
        double x = asker_number(&m->answer, m->shown.data[i], 0);
        if (!isnan(x) && (x < 0 || x > 1e15 || x != floor(x)))
            return QUERY_POINTS;
    }
    return QUERY_LINES;
}

/* ---- lines ---- */

struct place {
    double x;
    size_t row;
};

static int by_x(const void *p, const void *q)
{
    double x = ((const struct place *)p)->x, y = ((const struct place *)q)->x;
    return (x > y) - (x < y);
}

/* The rows that have an x, in its order; returns how many. */
static size_t sorted_rows(const struct query_model *m, struct place *out)
{
    size_t n = 0;
    bool sorted = true;
    for (size_t i = 0; i < m->shown.len; i++) {
        size_t row = m->shown.data[i];
        double x = asker_number(&m->answer, row, 0);
        if (isnan(x))
            continue;
        out[n++] = (struct place){x, row};
        sorted = sorted && (n < 2 || out[n - 2].x <= x);
    }
    if (!sorted)
        qsort(out, n, sizeof *out, by_x);
    return n;
}

/* Mean and range of the points of each column of the chart; returns the last value. */
static double reduce(const struct query_model *m, size_t column, const struct plot *plot,
                     const struct place *places, size_t n, struct plot_column *out)
{
    double last = NAN;
    size_t i = 0;
    for (size_t c = 0; c < plot->columns; c++) {
        double end = (double)series_column_start(plot->lo, plot->hi, plot->columns, c + 1);
        double sum = 0, count = 0;
        out[c] = (struct plot_column){NAN, NAN, NAN, NAN, NAN, false};
        for (; i < n && places[i].x < end; i++) {
            double y = asker_number(&m->answer, places[i].row, column);
            if (isnan(y)) /* SQL's NULL is no point at all */
                continue;
            last = y;
            if (isinf(y)) {
                out[c].bad = true;
                continue;
            }
            sum += y;
            count++;
            out[c].min = out[c].min <= y ? out[c].min : y;
            out[c].max = out[c].max >= y ? out[c].max : y;
        }
        if (count > 0)
            out[c].mean = sum / count;
    }
    return last;
}

static void draw_lines(const struct query_model *m, struct grid *g, struct rect r,
                       enum glyphs glyphs)
{
    size_t columns[MOST_CURVES], num = curves_of(m, columns);
    struct plot plot = {.columns = plot_columns(r, glyphs),
                        .num_curves = num,
                        .x_unit = m->answer.columns[0].name,
                        .y_lo = NAN,
                        .y_hi = NAN};
    if (plot.columns == 0)
        return;
    struct place *places = mem_alloc((m->shown.len + 1) * sizeof *places);
    struct plot_column *cells = mem_alloc(num * plot.columns * sizeof *cells);
    struct plot_curve curves[MOST_CURVES];
    size_t n = sorted_rows(m, places);
    plot.lo = n ? (uint64_t)places[0].x : 0;
    plot.hi = n ? (uint64_t)places[n - 1].x : 0;
    for (size_t k = 0; k < num; k++) {
        struct plot_column *to = cells + k * plot.columns;
        curves[k] = (struct plot_curve){.name = m->answer.columns[columns[k]].name,
                                        .columns = to,
                                        .style = (int)k,
                                        .last = reduce(m, columns[k], &plot, places, n, to),
                                        .half = NAN};
    }
    plot.curves = curves;
    plot_draw(g, r, &plot, glyphs);
    free(places);
    free(cells);
}

/* ---- points and bars ---- */

static void draw_points(const struct query_model *m, struct grid *g, struct rect r,
                        enum glyphs glyphs)
{
    size_t columns[MOST_CURVES], num = curves_of(m, columns), n = 0, rows = m->shown.len;
    float *a = mem_alloc(3 * num * rows * sizeof *a), *b = a + num * rows, *c = b + num * rows;
    for (size_t k = 0; k < num; k++)
        for (size_t i = 0; i < rows; i++, n++) {
            a[n] = (float)asker_number(&m->answer, m->shown.data[i], 0);
            b[n] = (float)asker_number(&m->answer, m->shown.data[i], columns[k]);
            c[n] = (float)k;
        }
    const struct picture p = {.kind = PICTURE_SCATTER,
                              .rows = n,
                              .cols = 2,
                              .a = a,
                              .b = b,
                              .c = c,
                              .lo = NAN,
                              .hi = NAN};
    picture_draw(g, r, &p, glyphs);
    free(a);
}

static void draw_bars(const struct query_model *m, struct grid *g, struct rect r,
                      enum glyphs glyphs)
{
    size_t columns[MOST_CURVES], num = curves_of(m, columns), rows = m->shown.len;
    float *a = mem_alloc(num * rows * sizeof *a);
    struct buf labels = {0}, names = {0};
    for (size_t i = 0; i < rows; i++) {
        const char *label = asker_cell(&m->answer, m->shown.data[i], 0);
        buf_printf(&labels, "%s\n", label ? label : "NULL");
        for (size_t k = 0; k < num; k++)
            a[i * num + k] = (float)asker_number(&m->answer, m->shown.data[i], columns[k]);
    }
    for (size_t k = 0; k < num; k++)
        buf_printf(&names, "%s\n", m->answer.columns[columns[k]].name);
    const struct picture p = {.kind = PICTURE_BARS,
                              .rows = rows,
                              .cols = num,
                              .a = a,
                              .row_labels = buf_text(&labels),
                              .col_labels = buf_text(&names),
                              .lo = NAN,
                              .hi = NAN};
    picture_draw(g, r, &p, glyphs);
    buf_finish(&labels);
    buf_finish(&names);
    free(a);
}

void query_chart_draw(const struct query_model *m, struct grid *g, struct rect r,
                      enum glyphs glyphs)
{
    const char *why;
    switch (query_chart_kind(m, &why)) {
    case QUERY_LINES: draw_lines(m, g, r, glyphs); break;
    case QUERY_POINTS: draw_points(m, g, r, glyphs); break;
    case QUERY_BARS: draw_bars(m, g, r, glyphs); break;
    case QUERY_NO_CHART: grid_text(g, r.row + 1, r.col + 2, r.cols - 4, ROLE_DIM, 0, why); break;
    }
}

bool query_chart_svg(const struct query_model *m, struct buf *out)
{
    size_t columns[MOST_CURVES], rows = m->shown.len;
    const char *why;
    enum query_chart kind = query_chart_kind(m, &why);
    if (kind != QUERY_LINES && kind != QUERY_POINTS)
        return false;
    size_t num = curves_of(m, columns);
    struct svg_line lines[MOST_CURVES];
    struct place *places = mem_alloc(rows * sizeof *places);
    double *xy = mem_alloc(2 * num * rows * sizeof *xy);
    size_t n = sorted_rows(m, places);
    for (size_t k = 0; k < num; k++) {
        double *x = xy + 2 * k * rows, *y = x + rows;
        size_t used = 0;
        for (size_t i = 0; i < n; i++) {
            x[used] = places[i].x;
            y[used] = asker_number(&m->answer, places[i].row, columns[k]);
            used += !isnan(y[used]);
        }
        lines[k] = (struct svg_line){m->answer.columns[columns[k]].name, x, y, NULL, NULL, used};
    }
    const struct svg_chart chart = {.title = "",
                                    .x_label = m->answer.columns[0].name,
                                    .desc = m->sql ? m->sql : "",
                                    .lines = lines,
                                    .num_lines = num,
                                    .width = 800,
                                    .height = 450};
    svg_chart(out, &chart, true);
    free(places);
    free(xy);
    return true;
}
