/* Lines of Compare and trials of Sweep, as they are shown, into files. */
#include "tui/export.h"

#include "base/csv.h"
#include "base/num.h"
#include "chart/svg.h"
#include "tui/compare.h"
#include "tui/sweep_model.h"

#include <math.h>
#include <stdlib.h>

static void put_number(struct buf *out, double v)
{
    char text[40];
    buf_printf(out, ",%s", isfinite(v) ? num_format_real(v, text, sizeof text) : "");
}

/* A group's line: what stands in each column that has a point. */
struct group_line {
    double *x, *y, *low, *high; /* one block, owned by x */
    size_t n;
};

static struct group_line line_of(const struct compare *c, size_t group)
{
    const struct compare_model *m = &c->model;
    struct plot_column *cells = mem_alloc((m->columns + 1) * sizeof *cells);
    struct group_line line = {.x = mem_alloc(4 * (m->columns + 1) * sizeof(double))};
    line.y = line.x + m->columns;
    line.low = line.y + m->columns;
    line.high = line.low + m->columns;
    enum compare_band band = c->band == BAND_SEEDS ? BAND_INTERVAL : c->band;
    double scale;
    compare_unit(m, &scale);
    compare_line(m, group, band, compare_is_log(c), m->columns, cells);
    for (size_t i = 0; i < m->columns; i++) {
        if (!isfinite(cells[i].mean))
            continue;
        line.x[line.n] = scale * (double)series_column_start(m->lo, m->hi, m->columns, i);
        line.y[line.n] = cells[i].mean;
        line.low[line.n] = cells[i].lo;
        line.high[line.n] = cells[i].hi;
        line.n++;
    }
    free(cells);
    return line;
}

static bool has_lines(const struct compare *c)
{
    return compare_is_whole(&c->model) && c->model.metric < c->model.metrics.len &&
           c->model.columns;
}

bool export_compare(const struct app *a, void *self, struct buf *out)
{
    const struct compare *c = self;
    double scale;
    (void)a;
    if (!has_lines(c))
        return false;
    buf_puts(out, "group,metric,");
    csv_put(out, compare_unit(&c->model, &scale));
    buf_printf(out, ",mean,%s\n", c->band == BAND_RANGE ? "least,greatest" : "low,high");
    for (size_t g = 0; g < c->model.groups.len; g++) {
        struct group_line line = line_of(c, g);
        for (size_t i = 0; i < line.n; i++) {
            csv_put(out, c->model.labels.full[g]);
            buf_putc(out, ',');
            csv_put(out, c->model.metrics.data[c->model.metric].name);
            put_number(out, line.x[i]);
            put_number(out, line.y[i]);
            put_number(out, line.low[i]);
            put_number(out, line.high[i]);
            buf_putc(out, '\n');
        }
        free(line.x);
    }
    return true;
}

bool export_compare_svg(const struct app *a, void *self, struct buf *out)
{
    const struct compare *c = self;
    const struct compare_model *m = &c->model;
    double scale;
    (void)a;
    if (!has_lines(c))
        return false;
    struct group_line *groups = mem_alloc((m->groups.len + 1) * sizeof *groups);
    struct svg_line *lines = mem_alloc((m->groups.len + 1) * sizeof *lines);
    for (size_t g = 0; g < m->groups.len; g++) {
        groups[g] = line_of(c, g);
        lines[g] = (struct svg_line){m->labels.full[g], groups[g].x,    groups[g].y,
                                     groups[g].low,     groups[g].high, groups[g].n};
    }
    const struct svg_chart chart = {
        .title = m->metrics.data[m->metric].name,
        .x_label = compare_unit(m, &scale),
        .desc = c->band == BAND_RANGE ? "means over seeds, the band from the least to the greatest"
                                      : "means over seeds with their 95 % intervals",
        .lines = lines,
        .num_lines = m->groups.len,
        .log_y = compare_is_log(c),
        .width = 800,
        .height = 450};
    svg_chart(out, &chart, true);
    for (size_t g = 0; g < m->groups.len; g++)
        free(groups[g].x);
    free(groups);
    free(lines);
    return true;
}

bool export_sweep(const struct app *a, void *self, struct buf *out)
{
    const struct sweep_model *m = self; /* the first member of the screen's state */
    const struct sweep_results *r = &m->results;
    double number;
    (void)a;
    if (!m->there)
        return false;
    buf_puts(out, "trial");
    for (size_t k = 0; k < r->keys.len; k++) {
        buf_putc(out, ',');
        csv_put(out, r->keys.data[k]);
    }
    buf_puts(out, ",runs,values,mean,deviation\n");
    for (size_t g = 0; g < r->groups.len; g++) {
        const struct sweep_group *group = &r->groups.data[g];
        csv_put(out, group->label);
        for (size_t k = 0; k < r->keys.len; k++) {
            buf_putc(out, ',');
            csv_put(out, sweep_value(group, r->keys.data[k], &number));
        }
        buf_printf(out, ",%zu,%zu", group->runs, group->values);
        put_number(out, sweep_mean(group));
        put_number(out, sweep_deviation(group));
        buf_putc(out, '\n');
    }
    return true;
}
