/* Live: the curves and views of the runs in focus. */
#include "tui/live.h"

#include "base/clock.h"
#include "tui/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    READ_EVERY_MS = 100, /* the database is asked at most this often */
    READ_FOR_MS = 15,    /* and no read of curves takes much longer at a time */
    EVENTS_BACK = 500,   /* of the past, searched for one to show */
    LEAST_WINDOW = 4     /* steps */
};

static void *create(struct app *a)
{
    (void)a;
    struct live *l = mem_alloc(sizeof *l);
    live_init(&l->model);
    return l;
}

static void destroy(void *self)
{
    struct live *l = self;
    if (!l)
        return;
    live_finish(&l->model);
    live_views_finish(&l->views);
    vec_finish(&l->charts);
    free(l);
}

/* ---- reading ---- */

static void choose_charts(struct live *l)
{
    struct match match;
    match_init(&match, l->filter);
    l->charts.len = 0;
    for (size_t i = 0; i < l->model.metrics.len; i++) {
        const struct live_metric *m = &l->model.metrics.data[i];
        const char *const texts[] = {m->name, NULL};
        if (m->first_step != UINT64_MAX && match_any(&match, texts))
            vec_push(&l->charts, i);
    }
    match_finish(&match);
}

/* Metrics in sight; all that fit on a page while nothing has been drawn yet. */
static size_t in_sight(const struct live *l, size_t *metrics, size_t most)
{
    size_t n = 0, shown = l->layout.charts ? l->layout.charts : 4;
    for (size_t i = l->first; i < l->charts.len && n < shown && n < most; i++)
        metrics[n++] = l->charts.data[i];
    return n;
}

static unsigned read_curves(struct app *a, struct live *l)
{
    size_t metrics[LIVE_MAX_PANES];
    struct err e = ERR_INIT;
    size_t n = in_sight(l, metrics, LIVE_MAX_PANES);
    int64_t until = clock_mono_ns() + READ_FOR_MS * INT64_C(1000000);
    if (live_load_curves(&l->model, a->store, metrics, n, until, &l->loading, &e) != OK)
        app_say(a, TONE_BAD, "%s", e.text);
    if (l->loading)
        app_wake(a, 1);
    return REACT_DRAW;
}

/* The newest event of any run in focus, warnings before news. */
static void read_event(struct app *a, struct live *l, int64_t run)
{
    struct arena tmp = {0};
    struct event_row *rows;
    size_t n;
    if (store_read_events(a->store, run, l->event.after, 0, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct event_row *row = &rows[i];
        if (row->level < RLB_LOG_INFO || row->level < l->event.level)
            continue;
        l->event.level = row->level;
        l->event.t_us = row->t_us;
        const char *who = l->model.runs.len > 1 ? "seed " : "";
        char seed[32] = "";
        for (size_t r = 0; *who && r < l->model.runs.len; r++)
            if (l->model.runs.data[r].id == run)
                snprintf(seed, sizeof seed,
                         "%llu: ", (unsigned long long)l->model.runs.data[r].seed);
        snprintf(l->event.text, sizeof l->event.text, "%s%s%s", who, seed, row->text);
    }
    arena_finish(&tmp);
}

static void read_events(struct app *a, struct live *l)
{
    int64_t newest = l->event.after;
    struct arena tmp = {0};
    struct event_row *rows;
    size_t n;
    if (newest == 0 && store_events_back(a->store, 0, EVENTS_BACK, &newest, NULL) == OK)
        l->event.after = newest;
    if (store_read_events(a->store, 0, newest, 0, &tmp, &rows, &n, NULL) == OK && n)
        newest = rows[n - 1].id;
    arena_finish(&tmp);
    if (newest == l->event.after)
        return;
    for (size_t i = 0; i < l->model.runs.len; i++)
        read_event(a, l, l->model.runs.data[i].id);
    l->event.after = newest;
}

static void forget(struct app *a, struct live *l)
{
    live_views_clear(a, &l->views);
    l->first = l->pane = 0;
    l->full = l->zoomed = l->has_cursor = false;
    memset(&l->event, 0, sizeof l->event);
    memset(&l->layout, 0, sizeof l->layout);
}

static bool all_over(const struct live_model *m)
{
    for (size_t i = 0; i < m->runs.len; i++)
        if (!live_is_over(m->runs.data[i].state))
            return false;
    return true;
}

static unsigned read_all(struct app *a, struct live *l)
{
    struct err e = ERR_INIT;
    l->read_ns = clock_mono_ns();
    l->must_read = false;
    if (a->follow && a->num_live && all_over(&l->model))
        app_focus_newest(a);
    if (l->focus_serial != a->focus_serial) {
        forget(a, l);
        l->focus_serial = a->focus_serial;
    }
    if (!a->store || a->focus.len == 0) {
        live_finish(&l->model);
        l->charts.len = 0;
        return REACT_DRAW;
    }
    if (live_load(&l->model, a->store, a->focus.data, a->focus.len, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
        return REACT_DRAW;
    }
    choose_charts(l);
    read_events(a, l);
    live_views_subscribe(a, &l->views, &l->model);
    return read_curves(a, l);
}

static unsigned enter(struct app *a, void *self)
{
    if (a->focus.len == 0 || a->follow)
        app_focus_newest(a);
    return read_all(a, self);
}

static void leave(struct app *a, void *self)
{
    live_views_stop(a, &((struct live *)self)->views);
}

/* ---- the window of steps ---- */

static unsigned set_window(struct live *l, uint64_t lo, uint64_t hi)
{
    uint64_t first, last;
    if (!live_extent(&l->model, &first, &last))
        return REACT_NONE;
    l->lo = lo < first ? first : lo;
    l->hi = hi > last ? last : hi;
    l->zoomed = l->lo > first || l->hi < last;
    return REACT_DRAW;
}

/* Makes the window `factor` times as wide around a step that keeps its place. */
static unsigned zoom_at(struct live *l, double factor, uint64_t around)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    around = around < lo ? lo : around > hi ? hi : around;
    double before = (double)(around - lo) * factor, after = (double)(hi - around) * factor;
    if (before + after < LEAST_WINDOW)
        return REACT_NONE;
    uint64_t new_lo = before > (double)around ? 0 : around - (uint64_t)before;
    return set_window(l, new_lo, around + (uint64_t)(after + 0.5));
}

static unsigned zoom(struct live *l, double factor)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    return zoom_at(l, factor, l->has_cursor ? l->cursor : lo + (hi - lo) / 2);
}

static unsigned pan(struct live *l, int direction)
{
    uint64_t lo, hi, first, last;
    if (!live_window(l, &lo, &hi) || !live_extent(&l->model, &first, &last))
        return REACT_NONE;
    uint64_t by = (hi - lo) / 4 + 1, room = direction < 0 ? lo - first : last - hi;
    by = by < room ? by : room;
    return direction < 0 ? set_window(l, lo - by, hi - by) : set_window(l, lo + by, hi + by);
}

static unsigned move_cursor(struct live *l, int columns)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    uint64_t width = l->layout.plot_cols > 0 ? (uint64_t)l->layout.plot_cols : 1;
    uint64_t by = (hi - lo) / width + 1;
    if (columns < 0)
        l->cursor = l->cursor - lo > by ? l->cursor - by : lo;
    else
        l->cursor = hi - l->cursor > by ? l->cursor + by : hi;
    return REACT_DRAW;
}

/* ---- panes ---- */

static unsigned show_from(struct app *a, struct live *l, size_t first)
{
    l->first = first;
    return a->store ? read_curves(a, l) : REACT_DRAW;
}

static size_t page_size(const struct live *l)
{
    size_t n = (size_t)(l->layout.rows * l->layout.cols) - l->layout.view;
    return l->full ? 1 : n ? n : 1;
}

static unsigned turn_page(struct app *a, struct live *l, int by)
{
    size_t n = page_size(l), pages = (l->charts.len + n - 1) / n;
    if (pages < 2 || (l->full && l->layout.view))
        return REACT_NONE;
    size_t page = (l->first / n + pages + (size_t)(by + (int)pages)) % pages;
    return show_from(a, l, page * n);
}

static unsigned next_pane(struct app *a, struct live *l, int by)
{
    if (l->full || l->layout.panes < 2)
        return turn_page(a, l, by);
    if (by > 0 && l->pane + 1 >= l->layout.panes) {
        l->pane = 0;
        return REACT_DRAW | turn_page(a, l, 1);
    }
    if (by < 0 && l->pane == 0) {
        l->pane = l->layout.panes - 1;
        return REACT_DRAW | turn_page(a, l, -1);
    }
    l->pane = (size_t)((int)l->pane + by);
    return REACT_DRAW;
}

static unsigned move_pane(struct app *a, struct live *l, int rows, int cols)
{
    if (l->full)
        return turn_page(a, l, rows + cols);
    const struct live_layout *o = &l->layout;
    if (l->pane >= o->panes)
        return REACT_NONE;
    struct rect from = o->at[l->pane];
    size_t best = l->pane;
    int best_distance = 1 << 20;
    for (size_t i = 0; i < o->panes; i++) {
        int down = o->at[i].row - from.row, right = o->at[i].col - from.col;
        if (i == l->pane || down * rows + right * cols <= 0)
            continue;
        int distance = rows ? abs(down) + 3 * abs(right) : abs(right) + 9 * abs(down);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    if (best == l->pane && rows)
        return turn_page(a, l, rows);
    l->pane = best;
    return REACT_DRAW;
}

static struct live_metric *metric_in_focus(struct live *l)
{
    size_t i = l->first + (l->full ? 0 : l->pane);
    bool is_view = l->layout.view && l->pane >= l->layout.charts;
    return is_view || i >= l->charts.len ? NULL : &l->model.metrics.data[l->charts.data[i]];
}

/* ---- runs ---- */

/* One command to every run in one of these states (bits). */
static size_t command(struct app *a, struct live *l, const char *verb, unsigned states)
{
    size_t sent = 0;
    struct err e = ERR_INIT;
    for (size_t i = 0; i < l->model.runs.len; i++) {
        const struct live_run *r = &l->model.runs.data[i];
        if (!(states >> r->state & 1))
            continue;
        if (control_command(&a->control, r->socket, r->id, verb, "", &e) != OK) {
            app_say(a, TONE_BAD, "cannot %s: %s", verb, e.text);
            return sent;
        }
        app_record(a, "rlbench %s %.8s", strcmp(verb, "continue") ? verb : "resume", r->uid);
        sent++;
    }
    return sent;
}

static unsigned pause_or_go_on(struct app *a, struct live *l)
{
    struct live_summary s = live_summarize(&l->model);
    bool pause = s.count[RUN_RUNNING] > 0;
    unsigned states = 1u << RUN_QUEUED | (pause ? 1u << RUN_RUNNING : 1u << RUN_PAUSED);
    if (!pause && !s.count[RUN_PAUSED] && !s.count[RUN_QUEUED]) {
        app_say(a, TONE_INFO, "nothing is running here");
        return REACT_DRAW;
    }
    command(a, l, pause ? "pause" : "continue", states);
    return REACT_DRAW;
}

static unsigned stop_yes(struct app *a, void *ctx, const char *text)
{
    (void)text;
    command(a, ctx, "stop", 1u << RUN_QUEUED | 1u << RUN_RUNNING | 1u << RUN_PAUSED);
    return REACT_DRAW;
}

static unsigned ask_stop(struct app *a, struct live *l)
{
    struct live_summary s = live_summarize(&l->model);
    size_t n = s.count[RUN_QUEUED] + s.count[RUN_RUNNING] + s.count[RUN_PAUSED];
    if (n == 0) {
        app_say(a, TONE_INFO, "nothing is running here");
        return REACT_DRAW;
    }
    char question[200];
    snprintf(question, sizeof question, "Stop %zu run%s of %s? Each saves a checkpoint first.", n,
             n == 1 ? "" : "s", l->model.title);
    prompt_confirm(&a->prompt, question, stop_yes, l);
    return REACT_DRAW;
}

/* ---- actions ---- */

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    struct live *l = ctx;
    snprintf(l->filter, sizeof l->filter, "%s", text);
    l->first = l->pane = 0;
    l->full = false;
    choose_charts(l);
    return a->store ? read_curves(a, l) : REACT_DRAW;
}

static unsigned filter(struct app *a, struct live *l, const char *arg)
{
    if (*arg)
        return set_filter(a, l, arg);
    prompt_text(&a->prompt, "metrics: ", l->filter, set_filter, set_filter, set_filter, l);
    return REACT_DRAW;
}

static unsigned smooth(struct app *a, struct live *l, int by)
{
    int to = (int)l->smoothing + by;
    if (to < 0 || to >= LIVE_STRENGTHS)
        return REACT_NONE;
    l->smoothing = (size_t)to;
    live_set_smoothing(&l->model, live_strengths[to]);
    if (to)
        app_say(a, TONE_INFO, "smoothing %g; the points themselves: [", live_strengths[to]);
    else
        app_say(a, TONE_INFO, "no smoothing");
    return REACT_DRAW;
}

static unsigned log_y(struct app *a, struct live *l)
{
    struct live_metric *m = metric_in_focus(l);
    if (!m) {
        app_say(a, TONE_INFO, "a chart must be in focus: Tab goes to the next");
        return REACT_DRAW;
    }
    m->log_y = !m->log_y;
    return REACT_DRAW;
}

static unsigned crosshair(struct live *l)
{
    uint64_t lo, hi;
    l->has_cursor = !l->has_cursor && live_window(l, &lo, &hi);
    if (l->has_cursor)
        l->cursor = lo + (hi - lo) / 2;
    return REACT_DRAW;
}

static unsigned full_screen(struct app *a, struct live *l)
{
    if (l->layout.panes == 0)
        return REACT_NONE;
    l->full = !l->full;
    if (!l->full) { /* back to the pane it came from */
        size_t at = l->layout.view ? SIZE_MAX : l->first;
        memset(&l->layout, 0, sizeof l->layout);
        live_lay_out(l, live_panes((struct rect){1, 0, a->rows - 3, a->cols}));
        l->pane = at == SIZE_MAX ? l->layout.panes - 1 : at - l->first;
        return a->store ? read_curves(a, l) : REACT_DRAW;
    }
    return REACT_DRAW;
}

static unsigned copy(struct app *a, struct live *l)
{
    char text[80];
    if (l->model.runs.len == 0)
        return REACT_NONE;
    snprintf(text, sizeof text, "rlbench show %s", l->model.runs.data[0].uid);
    return app_copy(a, text);
}

static unsigned next_view(struct app *a, struct live *l, bool run)
{
    if (l->views.all.len == 0)
        app_say(a, TONE_INFO, "no view to show: they come from running runs");
    else if (run)
        live_views_next_run(a, &l->views, &l->model);
    else
        live_views_next(a, &l->views, &l->model);
    return REACT_DRAW;
}

static unsigned back(struct app *a, struct live *l, bool *done)
{
    if (l->has_cursor) {
        l->has_cursor = false;
        return REACT_DRAW;
    }
    if (l->full)
        return full_screen(a, l);
    if (l->filter[0])
        return set_filter(a, l, "");
    *done = false;
    return REACT_NONE;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct live *l = self;
    *done = true;
    switch (action) {
    case ACT_LIVE_PAUSE: return pause_or_go_on(a, l);
    case ACT_LIVE_STOP: return ask_stop(a, l);
    case ACT_LIVE_VIEW: return next_view(a, l, false);
    case ACT_LIVE_VIEW_RUN: return next_view(a, l, true);
    case ACT_LIVE_LOG_Y: return log_y(a, l);
    case ACT_LIVE_SMOOTHER: return smooth(a, l, 1);
    case ACT_LIVE_ROUGHER: return smooth(a, l, -1);
    case ACT_LIVE_CROSSHAIR: return crosshair(l);
    case ACT_LIVE_ZOOM_IN: return zoom(l, 0.5);
    case ACT_LIVE_ZOOM_OUT: return zoom(l, 2);
    case ACT_LIVE_PAN_LEFT: return pan(l, -1);
    case ACT_LIVE_PAN_RIGHT: return pan(l, 1);
    case ACT_LIVE_RESET: l->zoomed = false; return REACT_DRAW;
    case ACT_LIVE_FULL: return full_screen(a, l);
    case ACT_LIVE_SEEDS: l->seeds = !l->seeds; return REACT_DRAW;
    case ACT_LEFT: return l->has_cursor ? move_cursor(l, -1) : move_pane(a, l, 0, -1);
    case ACT_RIGHT: return l->has_cursor ? move_cursor(l, 1) : move_pane(a, l, 0, 1);
    case ACT_UP: return move_pane(a, l, -1, 0);
    case ACT_DOWN: return move_pane(a, l, 1, 0);
    case ACT_HALF_UP: return turn_page(a, l, -1);
    case ACT_HALF_DOWN: return turn_page(a, l, 1);
    case ACT_TOP: return show_from(a, l, 0);
    case ACT_BOTTOM: return show_from(a, l, l->charts.len ? l->charts.len - 1 : 0);
    case ACT_NEXT_PANE: return next_pane(a, l, 1);
    case ACT_PREVIOUS_PANE: return next_pane(a, l, -1);
    case ACT_FILTER: return filter(a, l, arg);
    case ACT_COPY: return copy(a, l);
    case ACT_BACK: return back(a, l, done);
    default: *done = false; return REACT_NONE;
    }
}

/* ---- events ---- */

/* The step under a column of a chart's pane. */
static bool step_at(const struct live *l, struct rect pane, int col, uint64_t *step)
{
    uint64_t lo, hi;
    int width = l->layout.plot_cols, left = pane.col + pane.cols - 1 - width;
    if (!live_window(l, &lo, &hi) || width <= 0 || col < left || col >= left + width)
        return false;
    *step = lo + (uint64_t)((double)(hi - lo) * ((double)(col - left) + 0.5) / width);
    return true;
}

static unsigned mouse(struct app *a, struct live *l, const struct event *ev)
{
    for (size_t i = 0; i < l->layout.panes; i++) {
        struct rect r = l->layout.at[i];
        int row = ev->mouse.row, col = ev->mouse.col;
        if (row < r.row || row >= r.row + r.rows || col < r.col || col >= r.col + r.cols)
            continue;
        uint64_t step = 0;
        bool on_plot = i < l->layout.charts && step_at(l, r, col, &step);
        switch (ev->mouse.act) {
        case MOUSE_CLICK:
            l->pane = l->full ? l->pane : i;
            if (l->has_cursor && on_plot)
                l->cursor = step;
            return REACT_DRAW;
        case MOUSE_DOUBLE: l->pane = l->full ? l->pane : i; return full_screen(a, l);
        case MOUSE_WHEEL_UP: return on_plot ? zoom_at(l, 0.5, step) : REACT_NONE;
        case MOUSE_WHEEL_DOWN: return on_plot ? zoom_at(l, 2, step) : REACT_NONE;
        }
    }
    return REACT_NONE;
}

static unsigned message(struct app *a, struct live *l, const struct event *ev)
{
    const union wire_any *body = ev->message.body;
    switch (ev->message.type) {
    case WIRE_STATUS: live_take_status(&l->model, &body->status); return REACT_DRAW;
    case WIRE_VIEW:
        for (size_t i = 0; i < l->model.runs.len; i++)
            if (l->model.runs.data[i].id == (int64_t)body->view.run)
                live_views_take_view(&l->views, &body->view);
        live_views_subscribe(a, &l->views, &l->model);
        return REACT_DRAW;
    case WIRE_FRAME:
        return live_views_take_frame(&l->views, &body->frame) ? REACT_DRAW : REACT_NONE;
    default: return REACT_NONE;
    }
}

/* New data: at once, or when the last read is long enough ago. */
static unsigned data(struct app *a, struct live *l)
{
    int64_t next = l->read_ns + READ_EVERY_MS * INT64_C(1000000);
    if (clock_mono_ns() >= next)
        return read_all(a, l);
    l->must_read = true;
    app_wake(a, next);
    return REACT_NONE;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct live *l = self;
    switch (ev->kind) {
    case EVENT_DATA: return data(a, l);
    case EVENT_TICK:
        if (l->must_read)
            return data(a, l);
        return l->loading && a->store ? read_curves(a, l) : REACT_NONE;
    case EVENT_MESSAGE: return message(a, l, ev);
    case EVENT_MOUSE: return mouse(a, l, ev);
    default: return REACT_NONE;
    }
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    live_draw(a, self, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    /* drawn before the body: how many pages there are depends on the size there is now */
    live_lay_out(self, live_panes((struct rect){1, 0, a->rows - 3, a->cols}));
    live_status(a, self, out);
}

const struct screen screen_live = {
    .name = "live",
    .title = "Live",
    .number = 5,
    .scope = SCOPE_LIVE,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .leave = leave,
    .act = act,
    .update = update,
    .view = view,
    .status = status,
};
