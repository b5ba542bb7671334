/* Live: the curves and views of the runs in focus. */
#include "tui/export.h"
#include "tui/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *create(struct app *a)
{
    (void)a;
    struct live *l = mem_alloc(sizeof *l);
    live_init(&l->model);
    l->group = SIZE_MAX;
    return l;
}

static void destroy(void *self)
{
    struct live *l = self;
    if (!l)
        return;
    live_finish(&l->model);
    live_kept_finish(&l->kept);
    live_views_finish(&l->views);
    live_replay_clear(&l->replay);
    live_paint_finish(&l->paint);
    vec_finish(&l->charts);
    free(l);
}

static unsigned enter(struct app *a, void *self)
{
    if (a->focus.len == 0 || a->follow)
        app_focus_newest(a);
    return live_read_all(a, self);
}

static void leave(struct app *a, void *self)
{
    live_views_stop(a, &((struct live *)self)->views);
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

static struct live_metric *metric_in_focus(struct live *l)
{
    size_t i = l->first + (l->full ? 0 : l->pane);
    bool is_view = l->layout.view && l->pane >= l->layout.charts;
    return is_view || i >= l->charts.len ? NULL : &l->model.metrics.data[l->charts.data[i]];
}

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    struct live *l = ctx;
    snprintf(l->filter, sizeof l->filter, "%s", text);
    l->first = l->pane = 0;
    l->full = false;
    live_choose_charts(l);
    return a->store ? live_read_curves(a, l) : REACT_DRAW;
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
        live_lay_out(l, live_body(a));
        l->pane = at == SIZE_MAX ? l->layout.panes - 1 : at - l->first;
        return a->store ? live_read_curves(a, l) : REACT_DRAW;
    }
    live_lay_out(l, live_body(a)); /* what the next key means depends on what is alone */
    return REACT_DRAW;
}

unsigned live_set(struct app *a, struct live *l, const char *assignment)
{
    size_t sent = 0;
    struct err e = ERR_INIT;
    for (size_t i = 0; i < l->model.runs.len; i++) {
        const struct live_run *r = &l->model.runs.data[i];
        if (r->state != RUN_RUNNING && r->state != RUN_PAUSED)
            continue;
        if (control_command(&a->control, r->socket, r->id, "set", assignment, &e) == OK)
            sent++;
        else
            app_say(a, TONE_BAD, "cannot set: %s", e.text);
    }
    if (!sent && !e.text[0])
        app_say(a, TONE_INFO, "nothing is running here");
    return REACT_DRAW;
}

static unsigned set_param(struct app *a, struct live *l, const char *arg)
{
    const char *equals = strchr(arg, '=');
    if (equals && equals > arg && equals[1])
        return live_set(a, l, arg);
    app_say(a, TONE_BAD, "set takes name=value, as in set alpha=0.1");
    return REACT_DRAW;
}

static unsigned copy(struct app *a, struct live *l, const char *what)
{
    struct buf text = {0};
    if (l->model.runs.len == 0)
        return REACT_NONE;
    if (!*what || strcmp(what, "command") == 0)
        buf_printf(&text, "rlbench show %s", l->model.runs.data[0].uid);
    else if (strcmp(what, "csv") != 0 || !export_live(a, l, &text))
        app_say(a, TONE_INFO, "there is no %s to copy: csv, picture or command", what);
    unsigned react = text.len ? app_copy(a, buf_text(&text)) : REACT_DRAW;
    buf_finish(&text);
    return react;
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
    unsigned react;
    *done = true;
    if (live_brush_act(a, l, action, &react) || live_film_act(a, l, action, &react))
        return react;
    switch (action) {
    case ACT_LIVE_PAUSE: return pause_or_go_on(a, l);
    case ACT_LIVE_STOP: return ask_stop(a, l);
    case ACT_LIVE_VIEW: return next_view(a, l, false);
    case ACT_LIVE_VIEW_RUN: return next_view(a, l, true);
    case ACT_LIVE_LOG_Y: return log_y(a, l);
    case ACT_LIVE_SMOOTHER: return smooth(a, l, 1);
    case ACT_LIVE_ROUGHER: return smooth(a, l, -1);
    case ACT_LIVE_CROSSHAIR: return crosshair(l);
    case ACT_LIVE_ZOOM_IN: return live_zoom(l, 0.5);
    case ACT_LIVE_ZOOM_OUT: return live_zoom(l, 2);
    case ACT_LIVE_PAN_LEFT: return live_pan(l, -1);
    case ACT_LIVE_PAN_RIGHT: return live_pan(l, 1);
    case ACT_LIVE_RESET: l->zoomed = false; return REACT_DRAW;
    case ACT_LIVE_FULL: return full_screen(a, l);
    case ACT_LIVE_SET: return set_param(a, l, arg);
    case ACT_LIVE_SEEDS: l->seeds = !l->seeds; return REACT_DRAW;
    case ACT_LIVE_GROUP: return live_next_group(a, l);
    case ACT_LIVE_ONLY: return live_only_group(a, l);
    case ACT_LEFT: return l->has_cursor ? live_move_cursor(l, -1) : live_move_pane(a, l, 0, -1);
    case ACT_RIGHT: return l->has_cursor ? live_move_cursor(l, 1) : live_move_pane(a, l, 0, 1);
    case ACT_UP: return live_move_pane(a, l, -1, 0);
    case ACT_DOWN: return live_move_pane(a, l, 1, 0);
    case ACT_HALF_UP: return live_turn_page(a, l, -1);
    case ACT_HALF_DOWN: return live_turn_page(a, l, 1);
    case ACT_TOP: return live_show_from(a, l, 0);
    case ACT_BOTTOM: return live_show_from(a, l, l->charts.len ? l->charts.len - 1 : 0);
    case ACT_NEXT_PANE: return live_next_pane(a, l, 1);
    case ACT_PREVIOUS_PANE: return live_next_pane(a, l, -1);
    case ACT_FILTER: return filter(a, l, arg);
    case ACT_COPY: return copy(a, l, arg);
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
        case MOUSE_WHEEL_UP: return on_plot ? live_zoom_at(l, 0.5, step) : REACT_NONE;
        case MOUSE_WHEEL_DOWN: return on_plot ? live_zoom_at(l, 2, step) : REACT_NONE;
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
        if (!live_views_take_frame(&l->views, &body->frame))
            return REACT_NONE;
        live_replay_take(&l->replay, &l->views);
        return REACT_DRAW;
    default: return REACT_NONE;
    }
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct live *l = self;
    unsigned react;
    switch (ev->kind) {
    case EVENT_DATA: return live_read_soon(a, l);
    case EVENT_TICK:
        react = live_film_tick(a, l);
        if (l->must_read)
            return react | live_read_soon(a, l);
        return l->loading && a->store ? live_read_curves(a, l) : react;
    case EVENT_MESSAGE: return message(a, l, ev);
    case EVENT_MOUSE: return mouse(a, l, ev);
    case EVENT_RESIZE: return a->store ? live_read_curves(a, l) : REACT_DRAW;
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
    live_lay_out(self, live_body(a));
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
    .csv = export_live,
    .svg = export_live_svg,
    .status = status,
};
