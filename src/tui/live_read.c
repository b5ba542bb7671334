/* When Live reads what: all that it shows on entering, then what is new, a little at a time. */
#include "tui/live.h"

#include "base/clock.h"
#include "tui/match.h"

#include <stdio.h>
#include <string.h>

enum {
    READ_EVERY_MS = 100, /* the database is asked at most this often */
    READ_FOR_MS = 15,    /* and no read of curves takes much longer at a time */
    EVENTS_BACK = 500    /* of the past, searched for one to show */
};

void live_choose_charts(struct live *l)
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

/* Metrics in sight once it is drawn: the size, the filter or the page may have changed. */
static size_t in_sight(struct app *a, struct live *l, size_t *metrics, size_t most)
{
    size_t n = 0;
    live_lay_out(l, live_body(a));
    for (size_t i = l->first; i < l->charts.len && n < l->layout.charts && n < most; i++)
        metrics[n++] = l->charts.data[i];
    return n;
}

unsigned live_read_curves(struct app *a, struct live *l)
{
    size_t metrics[LIVE_MAX_PANES];
    struct err e = ERR_INIT;
    size_t n = in_sight(a, l, metrics, LIVE_MAX_PANES);
    int64_t until = clock_mono_ns() + READ_FOR_MS * INT64_C(1000000);
    if (live_load_curves(&l->model, a->store, metrics, n, until, &l->loading, &e) != OK)
        app_say(a, TONE_BAD, "%s", e.text);
    if (l->loading)
        app_wake(a, 1);
    return REACT_DRAW;
}

/* "n_agents=8 seed 4: ": as much as tells the run from the others in focus. */
static void name_run(const struct live_model *m, int64_t id, char *out, size_t size)
{
    *out = '\0';
    for (size_t r = 0; m->runs.len > 1 && r < m->runs.len; r++) {
        const struct live_run *run = &m->runs.data[r];
        if (run->id != id)
            continue;
        const char *group = m->groups.len > 1 ? m->labels.full[run->group] : "";
        snprintf(out, size, "%.100s%sseed %llu: ", group, *group ? " " : "",
                 (unsigned long long)run->seed);
    }
}

/* The newest event of any run in focus, warnings before news. */
static void read_event(struct app *a, struct live *l, int64_t run)
{
    struct arena tmp = {0};
    struct event_row *rows;
    size_t n;
    char who[160];
    if (store_read_events(a->store, run, l->event.after, 0, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct event_row *row = &rows[i];
        if (row->level < RLB_LOG_INFO || row->level < l->event.level)
            continue;
        l->event.level = row->level;
        l->event.t_us = row->t_us;
        name_run(&l->model, run, who, sizeof who);
        snprintf(l->event.text, sizeof l->event.text, "%s%s", who, row->text);
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
    live_replay_clear(&l->replay);
    l->first = l->pane = 0;
    l->full = l->zoomed = l->has_cursor = l->only = false;
    l->group = SIZE_MAX;
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

unsigned live_read_all(struct app *a, struct live *l)
{
    struct err e = ERR_INIT;
    l->read_ns = clock_mono_ns();
    l->must_read = false;
    if (a->follow && a->num_live && all_over(&l->model))
        app_focus_newest(a);
    bool others = l->focus_serial != a->focus_serial;
    if (others) {
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
    for (size_t i = 0; others && l->model.groups.len > 1 && i < l->model.runs.len; i++)
        if (l->model.runs.data[i].id == a->focus_run)
            l->group = l->model.runs.data[i].group;
    if (l->group >= l->model.groups.len) { /* it may be gone */
        l->group = SIZE_MAX;
        l->only = false;
    }
    live_choose_charts(l);
    read_events(a, l);
    live_views_subscribe(a, &l->views, &l->model);
    return live_read_curves(a, l);
}

/* New data: at once, or when the last read is long enough ago. */
unsigned live_read_soon(struct app *a, struct live *l)
{
    int64_t next = l->read_ns + READ_EVERY_MS * INT64_C(1000000);
    if (clock_mono_ns() >= next)
        return live_read_all(a, l);
    l->must_read = true;
    app_wake(a, next);
    return REACT_NONE;
}
