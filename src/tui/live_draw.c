#include "tui/live.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PANE_COLS = 38, /* the least a pane needs to say something */
    PANE_ROWS = 9,
    GOOD_COLS = 50, /* what it gets where there is room for more than one */
    GOOD_ROWS = 12
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

/* How many panes go into a length: of a good size when that makes two or more. */
static int panes_in(int length, int good, int least)
{
    int n = length / good, tight = length / least;
    n = n >= 2 ? n : tight < 2 ? tight : 2;
    return n > 0 ? n : 1;
}

/* The smallest raster of panes that holds n, of several the one whose panes are nearest to the
 * shape charts like; the largest possible when none does. */
static void choose_raster(struct rect r, size_t n, int *rows, int *cols)
{
    int most_cols = panes_in(r.cols, GOOD_COLS, PANE_COLS);
    int most_rows = panes_in(r.rows, GOOD_ROWS, PANE_ROWS);
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

struct rect live_body(const struct app *a)
{
    return live_panes((struct rect){1, 0, a->rows - 3, a->cols}); /* title, message, keys */
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
            live_draw_chart(a, l, g, l->layout.at[i], l->charts.data[l->first + i], focused);
        else
            live_draw_view(a, l, g, l->layout.at[i], focused);
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
