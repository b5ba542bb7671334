/* Sweep: what came of the experiment in focus, trial by trial, and which parameter mattered. */
#include "base/clock.h"
#include "base/text.h"
#include "tui/export.h"
#include "tui/sweep_model.h"
#include "tui/tui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    READ_FOR_MS = 15,
    AGAIN_MS = 1000 /* a live sweep is read again at most this often */
};

struct sweep_screen {
    struct sweep_model model;
    struct sweep_results next; /* what replaces its results when it is read */
    bool reading, stale;
    char metric[128], goal[16]; /* "": those of the recipe, else the headline */
    char words[128];            /* a run or an experiment; "": that of the first run in focus */
    int64_t experiment;         /* that is shown; 0: none */
    unsigned focus_serial;      /* of the app when it was entered */
    int64_t read_ns, took_ns;
};

static void *create(struct app *a)
{
    (void)a;
    return mem_alloc(sizeof(struct sweep_screen));
}

static void destroy(void *self)
{
    struct sweep_screen *s = self;
    if (!s)
        return;
    sweep_model_finish(&s->model);
    sweep_finish(&s->next);
    free(s);
}

/* ---- reading ---- */

static const char *goal_name(uint32_t goal)
{
    return goal == RLB_GOAL_MINIMIZE ? "minimize" : "maximize";
}

/* Of the metrics of a run the one with that name, or the next after it; the first when there is no
 * such one. */
static bool find_metric(struct app *a, struct sweep_screen *s, const struct run_row *run,
                        const char *name, bool next)
{
    struct arena tmp = {0};
    struct metric_row *rows;
    size_t n = 0, to = SIZE_MAX;
    if (store_run_metrics(a->store, run->id, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            to = next ? (i + 1) % n : i;
    if (to == SIZE_MAX && (next || !*name) && n)
        to = 0;
    if (to < n) {
        snprintf(s->metric, sizeof s->metric, "%s", rows[to].name);
        snprintf(s->goal, sizeof s->goal, "%s", goal_name(rows[to].goal));
    }
    arena_finish(&tmp);
    return to < n;
}

static int begin_reading(struct app *a, struct sweep_screen *s, const char *ref, struct err *e)
{
    sweep_finish(&s->next);
    int status = sweep_begin(a->store, ref, s->metric[0] ? s->metric : NULL,
                             s->metric[0] ? s->goal : NULL, &s->next, e);
    const struct sweep_results *r = &s->next;
    if (status != ERR_USAGE || s->metric[0] || r->num_rows == 0 ||
        !find_metric(a, s, &r->rows[0], r->rows[0].headline, false))
        return status;
    sweep_finish(&s->next); /* the recipe names no metric */
    *e = (struct err)ERR_INIT;
    return sweep_begin(a->store, ref, s->metric, s->goal, &s->next, e);
}

static void take(struct sweep_screen *s)
{
    struct sweep_model *m = &s->model;
    int64_t at = 0;
    bool first = !m->there;
    if (m->there && (size_t)m->list.at < m->results.groups.len && m->list.at > 0)
        at = m->results.groups.data[m->list.at].run;
    sweep_model_finish(m);
    m->results = s->next;
    s->next = (struct sweep_results){0};
    sweep_model_conclude(m, at);
    if (first)
        m->key = sweep_model_first_key(m);
    s->took_ns = clock_mono_ns() - s->read_ns;
}

static int64_t again_ns(const struct sweep_screen *s)
{
    int64_t wait = AGAIN_MS * INT64_C(1000000);
    return s->read_ns + (wait > 20 * s->took_ns ? wait : 20 * s->took_ns);
}

static unsigned go_on(struct app *a, struct sweep_screen *s)
{
    struct err e = ERR_INIT;
    bool more = false;
    if (!s->reading) {
        if (s->stale)
            app_wake(a, again_ns(s));
        return REACT_NONE;
    }
    int64_t until = clock_mono_ns() + READ_FOR_MS * INT64_C(1000000);
    int status = sweep_go_on(a->store, &s->next, until, &more, &e);
    s->reading = more;
    if (status != OK)
        app_say(a, TONE_BAD, "%s", e.text);
    else if (!more)
        take(s);
    if (more)
        app_wake(a, 1);
    else if (s->stale)
        app_wake(a, again_ns(s));
    return more ? REACT_NONE : REACT_DRAW;
}

static unsigned start(struct app *a, struct sweep_screen *s)
{
    struct err e = ERR_INIT;
    char ref[sizeof s->words] = "";
    if (s->words[0])
        snprintf(ref, sizeof ref, "%s", s->words);
    else if (a->focus.len)
        snprintf(ref, sizeof ref, "%" PRId64, a->focus.data[0]);
    s->read_ns = clock_mono_ns();
    s->stale = s->reading = false;
    s->model.why[0] = '\0';
    if (a->store && *ref && begin_reading(a, s, ref, &e) == OK)
        s->reading = true;
    else if (*ref)
        snprintf(s->model.why, sizeof s->model.why, "%s", e.text);
    int64_t experiment = s->next.num_rows ? s->next.rows[0].experiment_id : 0;
    if (!s->reading || experiment != s->experiment) { /* nothing of the old one stays */
        char why[sizeof s->model.why];
        memcpy(why, s->model.why, sizeof why);
        sweep_model_finish(&s->model);
        memcpy(s->model.why, why, sizeof why);
        s->model.list = (struct list){0};
        s->experiment = s->reading ? experiment : 0;
    }
    return REACT_DRAW | go_on(a, s);
}

/* Another experiment has other metrics. */
static unsigned start_anew(struct app *a, struct sweep_screen *s)
{
    s->metric[0] = '\0';
    return start(a, s);
}

static unsigned enter(struct app *a, void *self)
{
    struct sweep_screen *s = self;
    bool same = s->focus_serial == a->focus_serial || s->words[0];
    s->focus_serial = a->focus_serial;
    return same ? start(a, s) : start_anew(a, s);
}

/* ---- actions ---- */

static unsigned set_metric(struct app *a, struct sweep_screen *s, const char *arg)
{
    const struct sweep_results *r = &s->model.results;
    if (!s->model.there || r->num_rows == 0)
        return REACT_NONE;
    if (!find_metric(a, s, &r->rows[0], *arg ? arg : r->metric, !*arg)) {
        app_say(a, TONE_BAD, "no metric %s here", arg);
        return REACT_DRAW;
    }
    app_say(a, TONE_INFO, "%s %s", s->goal, s->metric);
    return start(a, s);
}

static unsigned set_words(struct app *a, void *ctx, const char *text)
{
    struct sweep_screen *s = ctx;
    snprintf(s->words, sizeof s->words, "%s", text);
    return start_anew(a, s);
}

static unsigned set_key(struct app *a, struct sweep_screen *s, int by, const char *arg)
{
    struct sweep_model *m = &s->model;
    const struct sweep_results *r = &m->results;
    size_t n = r->keys.len + sweep_view_is_narrow(a->cols);
    if (!m->there || r->keys.len == 0)
        return REACT_NONE;
    if (!*arg) {
        m->key = (m->key + n + (size_t)(by + (int)n)) % n;
        return REACT_DRAW;
    }
    for (size_t k = 0; k < r->keys.len; k++)
        if (strcmp(arg, r->keys.data[k]) == 0 ||
            strcmp(arg, sweep_short_name(r, r->keys.data[k])) == 0) {
            m->key = k;
            return REACT_DRAW;
        }
    const char *near = text_nearest(arg, r->keys.data, r->keys.len);
    app_say(a, TONE_BAD, "no parameter %s in this sweep%s%s%s", arg, near ? "; did you mean " : "",
            near ? near : "", near ? "?" : "");
    return REACT_DRAW;
}

static unsigned open_trial(struct app *a, struct sweep_screen *s)
{
    const struct sweep_results *r = &s->model.results;
    if (!s->model.there || (size_t)s->model.list.at >= r->groups.len)
        return REACT_NONE;
    VEC(int64_t) ids = {0};
    for (size_t i = 0; i < r->num_rows; i++)
        if (strcmp(r->rows[i].group, r->groups.data[s->model.list.at].key) == 0)
            vec_push(&ids, r->rows[i].id);
    app_focus(a, ids.data, ids.len);
    vec_finish(&ids);
    a->follow = false;
    return app_act(a, ACT_GO_LIVE, "");
}

static unsigned copy(struct app *a, const struct sweep_screen *s)
{
    const struct sweep_results *r = &s->model.results;
    char text[300];
    if (!s->model.there || r->num_rows == 0)
        return REACT_NONE;
    snprintf(text, sizeof text, "rlbench sweep --show %" PRId64 " --metric %s --goal %s",
             r->rows[0].id, r->metric, r->maximize ? "maximize" : "minimize");
    return app_copy(a, text);
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct sweep_screen *s = self;
    *done = true;
    if (list_act(&s->model.list, action))
        return REACT_DRAW;
    switch (action) {
    case ACT_SWEEP_OPEN: return open_trial(a, s);
    case ACT_SWEEP_PARAMETER:
    case ACT_RIGHT: return set_key(a, s, 1, arg);
    case ACT_SWEEP_BEFORE:
    case ACT_LEFT: return set_key(a, s, -1, "");
    case ACT_SWEEP_METRIC: return set_metric(a, s, arg);
    case ACT_COPY: return copy(a, s);
    case ACT_FILTER:
        if (*arg)
            return set_words(a, s, arg);
        prompt_text(&a->prompt, "experiment or run: ", s->words, NULL, set_words, NULL, s);
        return REACT_DRAW;
    case ACT_BACK:
        if (s->words[0])
            return set_words(a, s, "");
        break;
    default: break;
    }
    *done = false;
    return REACT_NONE;
}

/* ---- events ---- */

static unsigned mouse(struct app *a, struct sweep_screen *s, const struct event *ev)
{
    struct list *l = &s->model.list;
    int at = list_line_at(l, ev->mouse.row);
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN) {
        list_scroll(l, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
        return REACT_DRAW;
    }
    if (at < 0)
        return REACT_NONE;
    l->at = at;
    return ev->mouse.act == MOUSE_DOUBLE ? open_trial(a, s) : REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct sweep_screen *s = self;
    switch (ev->kind) {
    case EVENT_DATA: s->stale = true; break;
    case EVENT_TICK: break;
    case EVENT_RESIZE:
        if (s->model.key >= s->model.results.keys.len && !sweep_view_is_narrow(a->cols))
            s->model.key = 0;
        return REACT_DRAW;
    case EVENT_MOUSE: return mouse(a, s, ev);
    default: return REACT_NONE;
    }
    if (s->stale && !s->reading && clock_mono_ns() >= again_ns(s))
        return start(a, s);
    return go_on(a, s);
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    struct sweep_screen *s = self;
    sweep_view(&s->model, &a->look, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct sweep_screen *s = self;
    const struct sweep_results *r = &s->model.results;
    (void)a;
    if (!s->model.there) {
        if (s->reading)
            buf_printf(out, "reading %zu of %zu runs", s->next.read, s->next.num_rows);
        return;
    }
    size_t done = 0;
    for (size_t i = 0; i < r->groups.len; i++)
        done += r->groups.data[i].done == r->groups.data[i].runs;
    buf_printf(out, "%s  %zu of %zu trials done · %s %s", r->experiment, done, r->groups.len,
               r->maximize ? "maximize" : "minimize", r->metric);
}

const struct screen screen_sweep = {
    .name = "sweep",
    .title = "Sweep",
    .number = 6,
    .scope = SCOPE_SWEEP,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .status = status,
    .csv = export_sweep,
};
