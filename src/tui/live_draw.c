#include "tui/live.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "chart/picture.h"
#include "chart/plot.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PANE_COLS = 38, /* the least a pane needs to say something */
    PANE_ROWS = 9,
    LINES = 24 /* curves of one chart */
};

const double live_strengths[LIVE_STRENGTHS] = {0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99};

bool live_window(const struct live *l, uint64_t *lo, uint64_t *hi)
{
    bool any = live_extent(&l->model, lo, hi);
    if (any && l->zoomed) {
        *lo = l->lo;
        *hi = l->hi;
    }
    return any;
}

/* ---- layout ---- */

static bool has_view(const struct live *l)
{
    return l->views.all.len > 0;
}

/* The smallest raster of panes that holds n, of several the one whose panes are nearest to the
 * shape charts like; the largest possible when none does. */
static void choose_raster(struct rect r, size_t n, int *rows, int *cols)
{
    int most_cols = r.cols / PANE_COLS > 0 ? r.cols / PANE_COLS : 1;
    int most_rows = r.rows / PANE_ROWS > 0 ? r.rows / PANE_ROWS : 1;
    double best = INFINITY;
    *rows = most_rows;
    *cols = most_cols;
    for (int y = 1; y <= most_rows; y++)
        for (int x = 1; x <= most_cols; x++) {
            size_t holds = (size_t)x * (size_t)y;
            if (holds < n || holds > LIVE_MAX_PANES)
                continue;
            double shape = (double)r.cols / x / ((double)r.rows / y); /* cells are tall: 4 is 2:1 */
            double cost = 2 * (double)(holds - n) + fabs(log(shape / 4)) * 2;
            if (cost < best) {
                best = cost;
                *rows = y;
                *cols = x;
            }
        }
}

/* Part i of n equal parts of a length. */
static int part(int length, int n, int i)
{
    return length * i / n;
}

struct rect live_panes(struct rect body)
{
    body.rows -= 2; /* vitals, event */
    return body;
}

void live_lay_out(struct live *l, struct rect r)
{
    struct live_layout *o = &l->layout;
    bool view = has_view(l);
    size_t charts = l->charts.len;
    if (l->full) {
        bool is_view = view && l->pane + 1 == o->panes && o->view;
        *o = (struct live_layout){1, 1, 1, is_view ? 0 : 1, is_view, {r}, 0};
        if (!is_view) {
            l->first += l->pane;
            l->first = l->first < charts ? l->first : charts ? charts - 1 : 0;
        }
        l->pane = 0;
        return;
    }
    choose_raster(r, charts + view, &o->rows, &o->cols);
    size_t room = (size_t)(o->rows * o->cols) - view;
    if (l->first >= charts)
        l->first = 0;
    l->first -= room ? l->first % room : 0; /* pages begin at multiples of their size */
    o->view = view;
    o->charts = charts - l->first < room ? charts - l->first : room;
    o->panes = o->charts + view;
    for (size_t i = 0; i < o->panes; i++) {
        /* the view takes the last place and those left over beside it */
        size_t place = i < o->charts ? i : (size_t)(o->rows * o->cols) - 1;
        int y = (int)place / o->cols, x = (int)place % o->cols;
        int from = x;
        if (i == o->charts && (int)o->charts / o->cols == y)
            from = (int)o->charts % o->cols;
        int top = part(r.rows, o->rows, y), left = part(r.cols, o->cols, from);
        o->at[i] = (struct rect){r.row + top, r.col + left, part(r.rows, o->rows, y + 1) - top,
                                 part(r.cols, o->cols, x + 1) - left};
    }
    if (l->pane >= o->panes)
        l->pane = o->panes ? o->panes - 1 : 0;
}

/* ---- charts ---- */

/* What the names of all groups begin with, up to an equals sign ("n_agents=2", "n_agents=32"): said
 * once in the title instead of at every line. Its length; 0: nothing. */
static size_t common_key(const struct live_model *m)
{
    if (m->groups.len < 2)
        return 0;
    const char *first = m->groups.data[0].name, *equals = strchr(first, '=');
    size_t n = equals && !strchr(equals + 1, '=') ? (size_t)(equals - first) + 1 : 0;
    for (size_t i = 1; n && i < m->groups.len; i++)
        if (strncmp(m->groups.data[i].name, first, n) != 0 ||
            strchr(m->groups.data[i].name + n, '='))
            n = 0;
    return n;
}

/* The last part of a dotted path, up to the end of the key. */
static const char *last_part(const char *name)
{
    const char *equals = strchr(name, '=');
    const char *part = name;
    for (const char *p = name; equals && p < equals; p++)
        if (*p == '.')
            part = p + 1;
    return part;
}

/* The name of a group's line: what differs. */
static void line_name(const struct live_model *m, size_t group, char *out, size_t size)
{
    const char *name = m->groups.data[group].name;
    size_t key = common_key(m);
    snprintf(out, size, "%s", m->groups.len == 1 ? "" : key ? name + key : last_part(name));
}

/* Name, then what there is room for, the most telling first. */
static char *chart_title(const struct live *l, const struct live_metric *metric, int room,
                         char *out, size_t size)
{
    const struct live_model *m = &l->model;
    char parts[5][80] = {"", "", "", "", ""};
    size_t seeds = 0, key = common_key(m);
    for (size_t i = 0; i < m->groups.len; i++)
        seeds = m->groups.data[i].num_runs > seeds ? m->groups.data[i].num_runs : seeds;
    if (metric->unit && *metric->unit)
        snprintf(parts[0], sizeof parts[0], " (%s)", metric->unit);
    if (metric->log_y)
        snprintf(parts[1], sizeof parts[1], " · log");
    if (m->strength > 0)
        snprintf(parts[2], sizeof parts[2], " · smooth %g", m->strength);
    if (key) {
        const char *name = last_part(m->groups.data[0].name);
        snprintf(parts[3], sizeof parts[3], " · by %.*s", (int)strcspn(name, "="), name);
    }
    if (seeds > 1 && !l->seeds)
        snprintf(parts[4], sizeof parts[4], " · mean of %zu seeds, 95 %% band", seeds);
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

/* Line k of a chart, a group's or a run's, unless it has no points: those of runs that wait would
 * only fill the legend. */
static void add_line(const struct live *l, size_t metric, size_t k, uint64_t lo, uint64_t hi,
                     size_t columns, struct plot_column *cells, struct lines *to)
{
    const struct live_model *m = &l->model;
    if (to->n == LINES || !live_has_points(m, metric, k, l->seeds))
        return;
    struct plot_column *out = cells + to->n * columns;
    struct plot_curve *curve = &to->curves[to->n];
    char *name = to->names[to->n];
    size_t group = l->seeds ? m->runs.data[k].group : k;
    *curve = (struct plot_curve){name, out, (int)k, NAN, NAN};
    line_name(m, group, name, sizeof to->names[0]);
    if (!l->seeds) {
        live_reduce_group(m, metric, k, lo, hi, columns, out, &curve->last, &curve->half);
    } else {
        live_reduce_run(m, metric, k, lo, hi, columns, out, &curve->last);
        if (m->groups.len == 1) {
            snprintf(name, sizeof to->names[0], "seed %llu",
                     (unsigned long long)m->runs.data[k].seed);
        } else { /* seeds of a group look alike, and the first one names them all */
            curve->style = (int)group;
            for (size_t i = 0; i < to->n; i++)
                if (to->curves[i].style == curve->style)
                    curve->name = NULL;
        }
    }
    to->n++;
}

static void draw_chart(const struct app *a, struct live *l, struct grid *g, struct rect r,
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
    for (size_t k = 0; k < (l->seeds ? l->model.runs.len : l->model.groups.len); k++)
        add_line(l, metric_index, k, lo, hi, columns, cells, &lines);
    if (lines.n > 1) /* ranges of several curves would cover each other */
        for (size_t c = 0; c < lines.n * columns; c++)
            cells[c].min = cells[c].max = NAN;
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

static void draw_view(const struct app *a, struct live *l, struct grid *g, struct rect r,
                      bool focused)
{
    size_t at, count;
    const struct live_view *view = live_views_chosen(&l->views, &at, &count);
    char title[160] = "view";
    const struct live_run *run = NULL;
    for (size_t i = 0; i < l->model.runs.len; i++)
        if (l->model.runs.data[i].id == l->views.run)
            run = &l->model.runs.data[i];
    if (view) {
        int n = snprintf(title, sizeof title, "%s · view %zu/%zu", view->name, at, count);
        if (run && l->model.runs.len > 1)
            snprintf(title + n, sizeof title - (size_t)n, " · seed %llu",
                     (unsigned long long)run->seed);
    }
    struct rect in = grid_box(g, r, a->look.glyphs, focused ? ROLE_FOCUS : ROLE_BORDER, title);
    if (l->views.frame.there)
        picture_draw(g, in, &l->views.frame.picture, a->look.glyphs);
    else if (in.rows > 0)
        grid_text(g, in.row + in.rows / 2, in.col + 1, in.cols - 2, ROLE_DIM, 0,
                  l->views.socket ? "waiting for the first picture"
                                  : "shown while the run is running");
}

/* ---- the two lines below ---- */

static void vitals(const struct live *l, struct buf *out)
{
    struct live_summary s = live_summarize(&l->model);
    char text[32];
    const char *unit = l->model.step_unit && *l->model.step_unit ? l->model.step_unit : "step";
    if (s.count[RUN_RUNNING]) {
        if (s.steps_per_s > 0)
            buf_printf(out, "%s %ss/s", num_format_short(s.steps_per_s, text, sizeof text), unit);
        if (isfinite(s.env_fraction))
            buf_printf(out, " · env %.0f %% learn %.0f %% log %.0f %%", 100 * s.env_fraction,
                       100 * s.learn_fraction, 100 * s.log_fraction);
        if (s.rss)
            buf_printf(out, " · rss %.0f MB", (double)s.rss / 1e6);
        if (isfinite(s.checkpoint_in))
            buf_printf(out, " · next checkpoint %s",
                       clock_format_duration(s.checkpoint_in, text, sizeof text));
    } else if (s.count[RUN_PAUSED]) {
        buf_puts(out, "paused: p goes on");
    } else if (s.count[RUN_QUEUED]) {
        buf_puts(out, "waiting to start");
    } else if (isfinite(s.seconds)) {
        buf_printf(out, "took %s", clock_format_duration(s.seconds, text, sizeof text));
    }
}

/* "page 1/2" at the right end of a row when there is more than one; returns columns used. */
static int page_number(const struct live *l, struct grid *g, struct rect r)
{
    const struct live_layout *o = &l->layout;
    size_t room = l->full ? 1 : (size_t)(o->rows * o->cols) - o->view;
    if (room == 0 || l->charts.len <= room || (l->full && o->view))
        return 0;
    char text[60];
    int n = snprintf(text, sizeof text, "page %zu/%zu", l->first / room + 1,
                     (l->charts.len + room - 1) / room);
    grid_text(g, r.row, r.col + r.cols - n - 1, n, ROLE_DIM, 0, text);
    return n + 2;
}

static void draw_event(const struct live *l, struct grid *g, struct rect r, enum glyphs glyphs)
{
    static const struct {
        int role;
        const char *sign[3]; /* by glyph set */
    } levels[] = {
        {ROLE_DIM, {"·", "·", "-"}},
        {ROLE_DIM, {"·", "·", "-"}},
        {ROLE_WARN, {"⚠", "!", "!"}},
        {ROLE_BAD, {"✗", "!", "!"}},
    };
    if (!l->event.text[0])
        return;
    int level = l->event.level < 0 ? 0 : l->event.level > 3 ? 3 : l->event.level;
    time_t t = (time_t)(l->event.t_us / 1000000);
    struct tm tm;
    char hour[16] = "";
    if (localtime_r(&t, &tm))
        strftime(hour, sizeof hour, "%H:%M", &tm);
    int role = levels[level].role;
    grid_text(g, r.row, r.col + 1, 1, role, ATTR_BOLD, levels[level].sign[glyphs]);
    grid_printf(g, r.row, r.col + 3, r.cols - 4, role, 0, "%s %s", hour, l->event.text);
}

/* ---- all of it ---- */

static void draw_empty(const struct app *a, const struct live *l, struct grid *g, struct rect r)
{
    const char *text = "No run is in focus: 2 shows the runs, 1 the recipes.";
    if (l->model.runs.len && l->filter[0])
        text = "No metric matches the filter; Esc drops it.";
    else if (l->model.runs.len && !has_view(l))
        text = a->num_live ? "No points yet." : "These runs have no points.";
    int width = text_columns(text);
    grid_text(g, r.row + r.rows / 2, r.col + (r.cols > width ? (r.cols - width) / 2 : 0), r.cols,
              ROLE_DIM, 0, text);
}

void live_draw(const struct app *a, struct live *l, struct grid *g, struct rect r)
{
    struct rect panes = live_panes(r);
    live_lay_out(l, panes);
    if (l->layout.panes == 0)
        draw_empty(a, l, g, panes);
    for (size_t i = 0; i < l->layout.panes; i++) {
        bool focused = i == l->pane && l->layout.panes > 1;
        if (i < l->layout.charts)
            draw_chart(a, l, g, l->layout.at[i], l->charts.data[l->first + i], focused);
        else
            draw_view(a, l, g, l->layout.at[i], focused);
    }
    struct buf line = {0};
    vitals(l, &line);
    int used = page_number(l, g, (struct rect){r.row + r.rows - 2, r.col, 1, r.cols});
    grid_text(g, r.row + r.rows - 2, r.col + 1, r.cols - 2 - used, ROLE_TEXT, 0, buf_text(&line));
    buf_finish(&line);
    draw_event(l, g, (struct rect){r.row + r.rows - 1, r.col, 1, r.cols}, a->look.glyphs);
}

void live_status(const struct app *a, const struct live *l, struct buf *out)
{
    /* what deserves the word first */
    static const enum run_state order[] = {RUN_RUNNING, RUN_PAUSED,  RUN_QUEUED, RUN_CRASHED,
                                           RUN_FAILED,  RUN_STOPPED, RUN_DONE};
    if (l->model.runs.len == 0)
        return;
    struct live_summary s = live_summarize(&l->model);
    enum run_state word = RUN_DONE;
    for (size_t i = sizeof order / sizeof order[0]; i-- > 0;)
        if (s.count[order[i]])
            word = order[i];
    char left[32];
    buf_printf(out, "%s  %s %s", l->model.title, words_state_sign(word, a->look.glyphs),
               run_state_name(word));
    if (l->model.runs.len > 1)
        buf_printf(out, "  %zu of %zu runs", s.count[word], l->model.runs.len);
    if (!live_is_over(word)) {
        if (isfinite(s.done))
            buf_printf(out, " · %d %%", (int)(100 * s.done));
        if (isfinite(s.seconds_left))
            buf_printf(out, "  ETA %s", clock_format_duration(s.seconds_left, left, sizeof left));
    }
}
