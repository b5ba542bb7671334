/* The panes of Live: charts with the lines of groups or runs, and the view. */
#include "tui/live.h"

#include "base/num.h"
#include "base/text.h"
#include "chart/picture.h"
#include "chart/plot.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINES = 24, /* curves of one chart */
    BANDS = 3   /* of more curves only the one in focus has a band */
};

/* Name, then what there is room for, the most telling first. */
static char *chart_title(const struct live *l, const struct live_metric *metric, int room,
                         char *out, size_t size)
{
    const struct live_model *m = &l->model;
    char parts[5][80] = {"", "", "", "", ""};
    const char *only = l->only && l->group < m->groups.len ? m->labels.full[l->group] : "";
    size_t seeds = 0;
    for (size_t i = 0; i < m->groups.len; i++)
        seeds = m->groups.data[i].num_runs > seeds ? m->groups.data[i].num_runs : seeds;
    if (metric->unit && *metric->unit)
        snprintf(parts[0], sizeof parts[0], " (%s)", metric->unit);
    if (metric->log_y)
        snprintf(parts[1], sizeof parts[1], " · log");
    if (m->strength > 0)
        snprintf(parts[2], sizeof parts[2], " · smooth %g", m->strength);
    if (*only)
        snprintf(parts[3], sizeof parts[3], " · %.70s", only);
    if (seeds > 1 && !l->seeds)
        snprintf(parts[4], sizeof parts[4], " · mean of %zu seeds%s", seeds,
                 m->groups.len <= BANDS || l->group < m->groups.len ? ", 95 % band" : "");
    size_t n = (size_t)snprintf(out, size, "%s", metric->name);
    for (int i = 0; i < 5; i++)
        if (n < size && text_columns(out) + text_columns(parts[i]) <= room)
            n += (size_t)snprintf(out + n, size - n, "%s", parts[i]);
    return out;
}

/* The curves of one chart. */
struct lines {
    size_t n;
    struct plot_curve curves[LINES];
    char names[LINES][64];
};

static void name_line(const struct live *l, size_t k, size_t group, struct plot_curve *curve,
                      char *name, size_t size)
{
    const struct live_model *m = &l->model;
    if (l->seeds && (m->groups.len == 1 || l->only))
        snprintf(name, size, "seed %llu", (unsigned long long)m->runs.data[k].seed);
    else
        snprintf(name, size, "%s", m->groups.len == 1 ? "" : m->labels.brief[group]);
    curve->name = name;
    curve->in_focus = group == l->group && m->groups.len > 1 && !l->only;
}

/* Line k of a chart, a group's or a run's, unless it has no points: those of runs that wait would
 * only fill the legend. */
static void add_line(struct live *l, size_t metric, size_t k, uint64_t lo, uint64_t hi,
                     size_t columns, struct plot_column *cells, struct lines *to)
{
    const struct live_model *m = &l->model;
    if (to->n == LINES || !live_has_points(m, metric, k, l->seeds))
        return;
    struct plot_column *out = cells + to->n * columns;
    struct plot_curve *curve = &to->curves[to->n];
    size_t group = l->seeds ? m->runs.data[k].group : k;
    *curve = (struct plot_curve){.columns = out, .style = (int)k, .last = NAN, .half = NAN};
    name_line(l, k, group, curve, to->names[to->n], sizeof to->names[0]);
    if (!l->seeds) {
        live_kept_group(&l->kept, m, metric, k, lo, hi, columns, out, &curve->last, &curve->half);
    } else {
        live_reduce_run(m, metric, k, lo, hi, columns, out, &curve->last);
        if (m->groups.len > 1 && !l->only) { /* seeds of a group look alike: one name for all */
            curve->style = (int)group;
            for (size_t i = 0; i < to->n; i++)
                if (to->curves[i].style == curve->style)
                    curve->name = NULL;
        }
    }
    to->n++;
}

/* The lines of a chart; those of the group in focus come first, which is on top. */
static void add_lines(struct live *l, size_t metric, uint64_t lo, uint64_t hi, size_t columns,
                      struct plot_column *cells, struct lines *to)
{
    size_t n = l->seeds ? l->model.runs.len : l->model.groups.len;
    for (int others = 0; others < (l->only ? 1 : 2); others++)
        for (size_t k = 0; k < n; k++) {
            size_t group = l->seeds ? l->model.runs.data[k].group : k;
            if ((group != l->group) == (bool)others)
                add_line(l, metric, k, lo, hi, columns, cells, to);
        }
}

/* Ranges of several curves would cover each other, and so would bands of many. */
static void thin_out(struct lines *lines, struct plot_column *cells, size_t columns)
{
    for (size_t k = 0; lines->n > 1 && k < lines->n; k++) {
        bool band = lines->n <= BANDS || lines->curves[k].in_focus;
        for (size_t c = k * columns; c < (k + 1) * columns; c++) {
            cells[c].min = cells[c].max = NAN;
            if (!band)
                cells[c].lo = cells[c].hi = NAN;
        }
    }
}

void live_draw_chart(const struct app *a, struct live *l, struct grid *g, struct rect r,
                     size_t metric_index, bool focused)
{
    const struct live_metric *metric = &l->model.metrics.data[metric_index];
    char title[200];
    struct rect in = grid_box(g, r, a->look.glyphs, focused ? ROLE_FOCUS : ROLE_BORDER,
                              chart_title(l, metric, r.cols - 6, title, sizeof title));
    size_t columns = plot_columns(in, a->look.glyphs);
    uint64_t lo, hi;
    if (columns == 0 || !live_window(l, &lo, &hi))
        return;
    struct lines lines = {0};
    struct plot_column *cells = mem_grow(NULL, LINES * columns, sizeof *cells);
    add_lines(l, metric_index, lo, hi, columns, cells, &lines);
    thin_out(&lines, cells, columns);
    l->layout.plot_cols = (int)(columns / (a->look.glyphs == GLYPHS_ASCII ? 1 : 2));
    uint64_t points = live_points_in(&l->model, metric_index, lo, hi);
    char unit[48] = "";
    if (l->model.step_unit && *l->model.step_unit)
        snprintf(unit, sizeof unit, "%ss", l->model.step_unit);
    struct plot plot = {.curves = lines.curves,
                        .num_curves = lines.n,
                        .columns = columns,
                        .lo = lo,
                        .hi = hi,
                        .x_unit = unit,
                        .key = l->only ? NULL : l->model.labels.key,
                        .log_y = metric->log_y,
                        .y_lo = NAN,
                        .y_hi = NAN,
                        .has_cursor = l->has_cursor,
                        .cursor = l->cursor,
                        .per_column = points / (uint64_t)l->layout.plot_cols,
                        .note = l->loading ? "reading …" : NULL};
    plot_draw(g, in, &plot, a->look.glyphs);
    free(cells);
}

static const struct live_run *run_of(const struct live_model *m, int64_t id)
{
    for (size_t i = 0; i < m->runs.len; i++)
        if (m->runs.data[i].id == id)
            return &m->runs.data[i];
    return NULL;
}

void live_draw_view(const struct app *a, struct live *l, struct grid *g, struct rect r,
                    bool focused)
{
    const struct live_views *v = &l->views;
    size_t at, count;
    const struct live_view *view = live_views_chosen(v, &at, &count);
    const struct live_run *run = run_of(&l->model, v->frame.there ? v->frame.run : v->run);
    char title[160] = "view";
    if (view) {
        int n = snprintf(title, sizeof title, "%s · view %zu/%zu", view->name, at, count);
        if (run && l->model.runs.len > 1)
            snprintf(title + n, sizeof title - (size_t)n, " · seed %llu",
                     (unsigned long long)run->seed);
    }
    struct rect in = grid_box(g, r, a->look.glyphs, focused ? ROLE_FOCUS : ROLE_BORDER, title);
    if (in.rows <= 0)
        return;
    if (!v->frame.there) {
        words_wrap(g, (struct rect){in.row + in.rows / 2, in.col + 1, 2, in.cols - 2}, ROLE_DIM,
                   v->socket ? "waiting for the first picture"
                             : "Pictures come while a run runs: start one from the recipes (1).");
        return;
    }
    uint64_t at_step;
    const struct picture *picture = live_picture(l, &at_step);
    struct buf line = {0};
    if (!live_brush_line(l, &line)) {
        if (line.len)
            buf_puts(&line, " · ");
        live_film_line(l, &line);
    }
    if (line.len && in.rows > 3) {
        in.rows--;
        grid_text(g, in.row + in.rows, in.col, in.cols, ROLE_DIM, 0, buf_text(&line));
    } else if (run && live_is_over(run->state) && in.rows > 3) {
        char step[32];
        num_format_short((double)at_step, step, sizeof step);
        in.rows--;
        grid_printf(g, in.row + in.rows, in.col, in.cols, ROLE_DIM, 0, "last picture, step %s",
                    step);
    }
    buf_finish(&line);
    struct picture shown = *picture;
    shown.cursor = live_brush_cursor(l);
    picture_draw(g, in, &shown, a->look.glyphs);
}
