/* Stats: algorithms on environments, with intervals over seeds, as `rlbench stats` has them. */
#include "base/clock.h"
#include "base/num.h"
#include "tui/export.h"
#include "tui/rows.h"
#include "tui/stats_model.h"
#include "tui/tui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_MS = 15,  /* the bootstrap works so long between two looks at the keys */
    AGAIN_MS = 3000 /* scores of live runs are read at most this often */
};

struct stats_screen {
    struct stats_model model;
    char metric[128]; /* "": the one that `rlbench stats` takes */
    size_t window;
    char words[512]; /* which runs, "": those in focus */
    unsigned focus_serial;
    bool read, stale; /* something was read; it has changed since */
    bool profile;     /* it has the large pane */
    int64_t read_ns;
};

static void *create(struct app *a)
{
    (void)a;
    struct stats_screen *s = mem_alloc(sizeof *s);
    s->window = 1;
    stats_model_init(&s->model);
    return s;
}

static void destroy(void *self)
{
    struct stats_screen *s = self;
    if (s)
        stats_model_finish(&s->model);
    free(s);
}

/* ---- reading ---- */

static int read_scores(struct app *a, struct stats_screen *s, struct err *e)
{
    struct stats_model *m = &s->model;
    const struct judge_how how = {.metric = s->metric[0] ? s->metric : NULL, .window = s->window};
    struct run_row *rows;
    size_t n;
    int status =
        rows_select(a->store, s->words, a->focus.data, a->focus.len, &m->arena, &rows, &n, e);
    if (status == OK)
        status = judge_collect(&m->judge, a->store, rows, n, &how, e);
    if (status == OK)
        status = judge_need_scores(&m->judge, e);
    if (status == OK)
        status = judge_normalise(&m->judge, NORM_AUTO, NULL, 0, e);
    if (status == OK) {
        stats_model_begin(m);
        status = stats_gates_read(m, a->store, rows, n, e);
    }
    return status;
}

/* What was computed of scores that are still the same stays. */
static unsigned read_all(struct app *a, struct stats_screen *s)
{
    struct stats_model *m = &s->model, old = *m;
    struct err e = ERR_INIT;
    if (!a->store)
        return REACT_DRAW;
    stats_model_init(m);
    m->aggregate = old.aggregate;
    m->resampling = old.resampling;
    m->list.at = old.list.at;
    m->list.top = old.list.top;
    if (read_scores(a, s, &e) != OK) {
        m->there = false;
        snprintf(m->why, sizeof m->why, "%s", e.text);
    } else if (old.there && strcmp(old.judge.metric, m->judge.metric) == 0) {
        stats_model_take_over(m, &old);
    }
    stats_model_finish(&old);
    s->read = true;
    s->stale = false;
    s->focus_serial = a->focus_serial;
    s->read_ns = clock_mono_ns();
    app_wake(a, 1);
    return REACT_DRAW;
}

/* Goes on with the intervals; when they are there, with scores that have changed meanwhile. */
static unsigned go_on(struct app *a, struct stats_screen *s)
{
    int64_t now = clock_mono_ns(), again = s->read_ns + AGAIN_MS * INT64_C(1000000);
    bool before = stats_model_progress(&s->model) < 1;
    if (stats_model_step(&s->model, now + SLICE_MS * INT64_C(1000000)))
        app_wake(a, 1);
    else if (s->stale && now >= again)
        return read_all(a, s);
    else if (s->stale)
        app_wake(a, again);
    return before || s->model.at > s->model.numbers.len ? REACT_DRAW : REACT_NONE;
}

static unsigned enter(struct app *a, void *self)
{
    struct stats_screen *s = self;
    if (s->read && s->focus_serial == a->focus_serial && !s->stale) {
        app_wake(a, 1);
        return REACT_DRAW;
    }
    return read_all(a, s);
}

/* ---- actions ---- */

/* Names of the metrics of the first run judged; the next one after the one in use. */
static unsigned next_metric(struct app *a, struct stats_screen *s)
{
    const struct judge *j = &s->model.judge;
    struct arena tmp = {0};
    struct metric_row *rows;
    size_t n = 0, now = 0;
    if (!s->model.there ||
        store_run_metrics(a->store, j->runs.data[0].row.id, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, j->metric) == 0)
            now = i;
    if (n)
        snprintf(s->metric, sizeof s->metric, "%s", rows[(now + 1) % n].name);
    arena_finish(&tmp);
    return read_all(a, s);
}

static unsigned set_metric(struct app *a, struct stats_screen *s, const char *arg)
{
    if (!*arg && s->model.there)
        return next_metric(a, s);
    snprintf(s->metric, sizeof s->metric, "%s", arg); /* "": the default again */
    return read_all(a, s);
}

/* The next of a few sizes, or the one that arg says; 0 and a message when it is none. */
static size_t next_size(struct app *a, const size_t *sizes, size_t n, size_t now, const char *arg,
                        int64_t least, int64_t most)
{
    int64_t to = 0;
    if (*arg) {
        const char *why = num_parse_int(arg, &to);
        if (!why && to >= least && to <= most)
            return (size_t)to;
        app_say(a, TONE_BAD, "%s: give a whole number from %" PRId64 " to %" PRId64, arg, least,
                most);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (sizes[i] > now)
            return sizes[i];
    return sizes[0];
}

static unsigned set_window(struct app *a, struct stats_screen *s, const char *arg)
{
    static const size_t windows[] = {1, 5, 10, 50};
    size_t to = next_size(a, windows, 4, s->window, arg, 1, INT32_MAX);
    if (!to)
        return REACT_DRAW;
    s->window = to;
    return read_all(a, s);
}

static unsigned set_replicates(struct app *a, struct stats_screen *s, const char *arg)
{
    static const size_t counts[] = {2000, 10000, 50000};
    size_t to = next_size(a, counts, 3, s->model.resampling.replicates, arg, 100, 10000000);
    if (!to)
        return REACT_DRAW;
    s->model.resampling.replicates = (uint32_t)to;
    app_say(a, TONE_INFO, "%zu replicates", to);
    return read_all(a, s);
}

static unsigned set_aggregate(struct app *a, struct stats_screen *s, const char *arg)
{
    static const enum stats_aggregate order[] = {STATS_IQM, STATS_MEAN, STATS_MEDIAN};
    size_t to = 0;
    if (*arg) {
        while (to < 3 && strcmp(stats_aggregate_name(order[to]), arg) != 0)
            to++;
    } else {
        while (order[to] != s->model.aggregate)
            to++;
        to = (to + 1) % 3;
    }
    if (to == 3) {
        app_say(a, TONE_BAD, "no aggregate %s: iqm, mean or median", arg);
        return REACT_DRAW;
    }
    s->model.aggregate = order[to];
    return read_all(a, s);
}

static unsigned set_words(struct app *a, void *ctx, const char *text)
{
    struct stats_screen *s = ctx;
    snprintf(s->words, sizeof s->words, "%s", text);
    return read_all(a, s);
}

static unsigned copy_command(struct app *a, const struct stats_screen *s)
{
    const struct judge *j = &s->model.judge;
    if (!s->model.there)
        return REACT_NONE;
    struct buf text = {0};
    struct arena tmp = {0};
    const char *words[ROWS_MAX_WORDS];
    size_t n = rows_split(s->words, &tmp, words);
    buf_puts(&text, "rlbench stats");
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, " '%s'", words[i]);
    for (size_t i = 0; n == 0 && i < a->focus.len; i++)
        buf_printf(&text, " %" PRId64, a->focus.data[i]);
    buf_printf(&text, " --%s -m %s -w %zu -R %u", stats_aggregate_name(s->model.aggregate),
               j->metric, s->window, (unsigned)s->model.resampling.replicates);
    arena_finish(&tmp);
    unsigned react = app_copy(a, buf_text(&text));
    buf_finish(&text);
    return react;
}

static unsigned copy(struct app *a, struct stats_screen *s, const char *arg)
{
    static const char *const formats[] = {"markdown", "latex", "csv"};
    int format = 0;
    if (!s->model.there)
        return REACT_NONE;
    if (strcmp(arg, "command") == 0)
        return copy_command(a, s);
    while (*arg && format < 3 && strcmp(formats[format], arg) != 0)
        format++;
    if (format == 3) {
        app_say(a, TONE_BAD, "cannot copy as %s: markdown, latex, csv or command", arg);
        return REACT_DRAW;
    }
    char *text = stats_copy_text(&s->model, (enum stats_copy)format);
    unsigned react = app_copy(a, text);
    free(text);
    return react;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct stats_screen *s = self;
    *done = true;
    if (list_act(&s->model.list, action))
        return REACT_DRAW;
    switch (action) {
    case ACT_STATS_METRIC: return set_metric(a, s, arg);
    case ACT_STATS_WINDOW: return set_window(a, s, arg);
    case ACT_STATS_AGGREGATE: return set_aggregate(a, s, arg);
    case ACT_STATS_REPLICATES: return set_replicates(a, s, arg);
    case ACT_STATS_PROFILE: s->profile = !s->profile; return REACT_DRAW;
    case ACT_COPY: return copy(a, s, arg);
    case ACT_FILTER:
        if (*arg)
            return set_words(a, s, arg);
        prompt_text(&a->prompt, "runs, experiments, algorithms or filters: ", s->words, NULL,
                    set_words, NULL, s);
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

static unsigned click(struct stats_screen *s, const struct event *ev)
{
    struct list *l = &s->model.list;
    int at = list_line_at(l, ev->mouse.row);
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN)
        list_scroll(l, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
    else if (at >= 0)
        l->at = at;
    return REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct stats_screen *s = self;
    switch (ev->kind) {
    case EVENT_DATA:
        if (s->focus_serial != a->focus_serial || !s->model.there)
            return read_all(a, s);
        s->stale = true;
        return go_on(a, s);
    case EVENT_TICK: return go_on(a, s);
    case EVENT_MOUSE: return click(s, ev);
    default: return REACT_NONE;
    }
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    struct stats_screen *s = self;
    stats_view(&s->model, &a->look, s->profile, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct stats_screen *s = self;
    const struct judge *j = &s->model.judge;
    (void)a;
    if (!s->model.there)
        return;
    buf_printf(out, "%zu algorithm%s · %zu environment%s · %zu runs", j->contenders.len,
               j->contenders.len == 1 ? "" : "s", j->tasks.len, j->tasks.len == 1 ? "" : "s",
               j->runs.len);
    double done = stats_model_progress(&s->model);
    if (done < 1)
        buf_printf(out, " · bootstrap %.0f %%", 100 * done);
}

const struct screen screen_stats = {
    .name = "stats",
    .title = "Stats",
    .number = 4,
    .scope = SCOPE_STATS,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .csv = export_stats,
    .status = status,
};
