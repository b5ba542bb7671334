/* The chart or the view in focus on Live: its points, and its picture. */
#include "tui/export.h"

#include "base/csv.h"
#include "base/num.h"
#include "chart/svg.h"
#include "tui/live.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { SVG_COLUMNS = 400 };

static bool view_in_focus(const struct live *l)
{
    return l->layout.view && l->pane >= l->layout.charts;
}

/* SIZE_MAX: none. */
static size_t metric_in_focus(const struct live *l)
{
    size_t i = l->first + (l->full ? 0 : l->pane);
    return view_in_focus(l) || i >= l->charts.len ? SIZE_MAX : l->charts.data[i];
}

static void put_number(struct buf *out, double v)
{
    char text[40];
    buf_puts(out, isfinite(v) ? num_format_real(v, text, sizeof text) : "");
}

static void put_points(const struct live_model *m, size_t metric, size_t run, uint64_t lo,
                       uint64_t hi, struct buf *out)
{
    const struct live_run *r = &m->runs.data[run];
    const struct series *s = &m->metrics.data[metric].curves[run].raw;
    struct buf head = {0};
    buf_printf(&head, "%" PRId64 ",", r->id);
    csv_put(&head, m->groups.data[r->group].name);
    buf_printf(&head, ",%" PRIu64 ",", r->seed);
    csv_put(&head, m->metrics.data[metric].name);
    for (size_t i = 0; i < s->len; i++) {
        if (s->steps[i] < lo || s->steps[i] > hi)
            continue;
        buf_printf(out, "%s,%" PRIu64 ",", buf_text(&head), s->steps[i]);
        put_number(out, s->values[i]);
        buf_putc(out, '\n');
    }
    buf_finish(&head);
}

static bool put_view(const struct live *l, struct buf *out)
{
    uint64_t step;
    const struct picture *p = live_picture(l, &step);
    if (!p)
        return false;
    const float *const arrays[] = {p->a, p->b, p->c};
    bool points = p->kind == PICTURE_SCATTER;
    buf_puts(out, "step,row,column,a,b,c\n");
    for (size_t row = 0; row < p->rows; row++)
        for (size_t col = 0; col < (points ? 1 : p->cols); col++) {
            buf_printf(out, "%" PRIu64 ",%zu,%zu", step, row, col);
            for (int k = 0; k < 3; k++) {
                buf_putc(out, ',');
                if (arrays[k])
                    put_number(out, (double)arrays[k][points ? row : row * p->cols + col]);
            }
            buf_putc(out, '\n');
        }
    return true;
}

bool export_live(const struct app *a, void *self, struct buf *out)
{
    const struct live *l = self;
    size_t metric = metric_in_focus(l);
    uint64_t lo, hi;
    (void)a;
    if (view_in_focus(l))
        return put_view(l, out);
    if (metric == SIZE_MAX || !live_window(l, &lo, &hi))
        return false;
    buf_puts(out, "run,group,seed,metric,step,value\n");
    for (size_t run = 0; run < l->model.runs.len; run++)
        if (!l->only || l->model.runs.data[run].group == l->group)
            put_points(&l->model, metric, run, lo, hi, out);
    return true;
}

/* One group's line in double columns, as the chart shows it. */
static void take_group(const struct live *l, size_t metric, size_t group, uint64_t lo, uint64_t hi,
                       double *columns, struct svg_line *line)
{
    struct plot_column *cells = mem_alloc(SVG_COLUMNS * sizeof *cells);
    double last, half, *x = columns, *y = x + SVG_COLUMNS, *low = y + SVG_COLUMNS,
                       *high = low + SVG_COLUMNS;
    live_reduce_group(&l->model, metric, group, lo, hi, SVG_COLUMNS, cells, &last, &half);
    size_t n = 0;
    for (size_t i = 0; i < SVG_COLUMNS; i++) {
        if (!isfinite(cells[i].mean) && !cells[i].bad)
            continue; /* no point here: the line goes on to the next one */
        x[n] = (double)series_column_start(lo, hi, SVG_COLUMNS, i);
        y[n] = cells[i].mean;
        low[n] = isfinite(cells[i].lo) ? cells[i].lo : cells[i].min;
        high[n] = isfinite(cells[i].hi) ? cells[i].hi : cells[i].max;
        n++;
    }
    *line = (struct svg_line){l->model.labels.full[group], x, y, low, high, n};
    free(cells);
}

bool export_live_svg(const struct app *a, void *self, struct buf *out)
{
    const struct live *l = self;
    size_t metric = metric_in_focus(l), num_groups = l->model.groups.len, n = 0;
    uint64_t lo, hi;
    (void)a;
    if (metric == SIZE_MAX || num_groups == 0 || !live_window(l, &lo, &hi))
        return false;
    double *columns = mem_alloc(num_groups * 4 * SVG_COLUMNS * sizeof *columns);
    struct svg_line *lines = mem_alloc(num_groups * sizeof *lines);
    for (size_t g = 0; g < num_groups; g++)
        if ((!l->only || g == l->group) && live_has_points(&l->model, metric, g, false)) {
            take_group(l, metric, g, lo, hi, columns + n * 4 * SVG_COLUMNS, &lines[n]);
            n++;
        }
    const struct live_metric *m = &l->model.metrics.data[metric];
    char *title = mem_printf("%s: %s%s%s", l->model.title ? l->model.title : "", m->name,
                             m->unit && *m->unit ? ", " : "", m->unit ? m->unit : "");
    char *unit =
        mem_printf("%ss", l->model.step_unit && *l->model.step_unit ? l->model.step_unit : "step");
    const struct svg_chart chart = {.title = title,
                                    .x_label = unit,
                                    .desc = m->doc ? m->doc : "",
                                    .lines = lines,
                                    .num_lines = n,
                                    .log_y = m->log_y,
                                    .width = 800,
                                    .height = 450};
    svg_chart(out, &chart, true);
    free(title);
    free(unit);
    free(columns);
    free(lines);
    return true;
}
