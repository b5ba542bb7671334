/* Runs: everything in the database, one line per bundle of seeds. */
#include "base/num.h"
#include "tui/export.h"
#include "tui/runs_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPARKS_AT_ONCE = 8 }; /* curves read per update, so that no update takes long */

static void *create(struct app *a)
{
    (void)a;
    struct runs_model *m = mem_alloc(sizeof *m);
    runs_model_init(m);
    return m;
}

static void destroy(void *self)
{
    if (self)
        runs_model_finish(self);
    free(self);
}

/* ---- reading ---- */

static const struct metric_row *headline(struct app *a, struct arena *tmp, const struct run_row *r)
{
    struct metric_row *rows;
    size_t n;
    if (store_run_metrics(a->store, r->id, tmp, &rows, &n, NULL) != OK)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, r->headline) == 0 && rows[i].n)
            return &rows[i];
    return NULL;
}

static void read_spark(struct app *a, struct runs_line *l)
{
    l->num_spark = 0;
    if (!*l->first->headline)
        return;
    struct arena tmp = {0};
    const struct metric_row *found = headline(a, &tmp, l->first);
    struct curve c = {0};
    if (found && store_sample_curve(a->store, l->first->id, found->id, found->first_step,
                                    found->last_step, SPARK_SAMPLES, &c, NULL) == OK)
        for (size_t i = 0; i < c.len && i < SPARK_SAMPLES; i++)
            l->spark[l->num_spark++] = c.values[i];
    curve_finish(&c);
    arena_finish(&tmp);
}

/* Sparklines of the lines in the window only, a few at a time; asks to be called again. */
static unsigned read_sparks(struct app *a, struct runs_model *m)
{
    int read = 0;
    int page = m->list.page > 0 ? m->list.page : a->rows - 7;
    for (int i = m->list.top; i < m->list.count && i < m->list.top + page; i++) {
        struct runs_line *l = &m->lines.data[i];
        if (l->num_spark >= 0)
            continue;
        if (read == SPARKS_AT_ONCE) {
            app_wake(a, 1);
            break;
        }
        read_spark(a, l);
        read++;
    }
    return read ? REACT_DRAW : REACT_NONE;
}

static unsigned read_rows(struct app *a, struct runs_model *m)
{
    if (!a->store)
        return REACT_DRAW;
    struct err e = ERR_INIT;
    struct arena owner = {0};
    struct run_row *rows;
    size_t n;
    char *filter = mem_printf("%s%s", m->filter, m->archived ? " archived=any" : "");
    int status = store_list_runs(a->store, *filter ? filter : NULL, 0, &owner, &rows, &n, &e);
    free(filter);
    if (status == OK)
        runs_model_set_rows(m, &owner, rows, n);
    else
        app_say(a, TONE_BAD, "%s", e.text);
    arena_finish(&owner);
    app_wake(a, 1); /* the list first, then its sparklines */
    return REACT_DRAW;
}

static unsigned enter(struct app *a, void *self)
{
    return read_rows(a, self);
}

/* ---- actions ---- */

static unsigned open_line(struct app *a, struct runs_model *m)
{
    struct runs_line *l = runs_model_current(m);
    if (!l)
        return REACT_NONE;
    if (m->marks.len)
        app_focus(a, m->marks.data, m->marks.len);
    else if (m->bundle && a->store)
        app_focus_experiment(a, l->first);
    else
        app_focus(a, &l->first->id, 1);
    a->follow = false;
    return app_act(a, ACT_GO_LIVE, "");
}

const int64_t *runs_marked(const struct app *a, size_t *n)
{
    const struct runs_model *m = a->states[SCOPE_RUNS - 1];
    *n = m->marks.len;
    return m->marks.data;
}

static unsigned compare(struct app *a, struct runs_model *m)
{
    struct runs_line *l = runs_model_current(m);
    if (!l)
        return REACT_NONE;
    if (!m->marks.len && a->store)
        app_focus_experiment(a, l->first);
    a->follow = a->follow && m->marks.len;
    return app_act(a, ACT_GO_COMPARE, "");
}

static unsigned sort_by(struct app *a, struct runs_model *m, const char *arg)
{
    if (*arg) {
        int to = 0;
        while (to < SORT_COUNT && strcmp(runs_sort_names[to], arg) != 0)
            to++;
        if (to == SORT_COUNT) {
            app_say(a, TONE_BAD,
                    "no column %s: start, state, recipe, algorithm, world, done, "
                    "last or speed",
                    arg);
            return REACT_DRAW;
        }
        m->sort = (enum runs_sort)to;
    } else {
        m->sort = (enum runs_sort)((m->sort + 1) % SORT_COUNT);
    }
    runs_model_arrange(m);
    app_wake(a, 1);
    return REACT_DRAW;
}

static bool is_live(enum run_state s)
{
    return s == RUN_RUNNING || s == RUN_PAUSED || s == RUN_QUEUED;
}

/* One command to every live run of the line, or of the marked ones. */
static unsigned control(struct app *a, struct runs_model *m, const char *verb, enum run_state from)
{
    struct runs_line *l = runs_model_current(m);
    size_t sent = 0;
    for (size_t i = 0; l && i < l->num_runs; i++) {
        const struct run_row *r = l->runs[i];
        bool fits = from == RUN_NUM_STATES ? is_live(r->state) : r->state == from;
        if (!fits)
            continue;
        app_control(a, r, verb, "");
        if (sent++ == 0)
            app_record(a, "rlbench %s %.8s", strcmp(verb, "continue") ? verb : "resume", r->uid);
    }
    if (!sent)
        app_say(a, TONE_INFO, "nothing to %s here", verb);
    return REACT_DRAW;
}

static unsigned pause_line(struct app *a, struct runs_model *m)
{
    const struct runs_line *l = runs_model_current(m);
    if (!l)
        return REACT_NONE;
    return l->state == RUN_PAUSED ? control(a, m, "continue", RUN_PAUSED)
                                  : control(a, m, "pause", RUN_RUNNING);
}

static unsigned stop_yes(struct app *a, void *ctx, const char *text)
{
    (void)text;
    return control(a, ctx, "stop", RUN_NUM_STATES);
}

static unsigned archive_yes(struct app *a, void *ctx, const char *text)
{
    (void)text;
    struct runs_model *m = ctx;
    struct runs_line *l = runs_model_current(m);
    struct store *s = NULL;
    struct err e = ERR_INIT;
    int status = l ? store_open_write(a->database, &s, &e) : OK;
    for (size_t i = 0; l && status == OK && i < l->num_runs; i++)
        status = store_set_archived(s, l->runs[i]->id, !l->runs[i]->archived, &e);
    store_close(s);
    if (status != OK)
        app_say(a, TONE_BAD, "%s", e.text);
    return read_rows(a, m);
}

static unsigned ask(struct app *a, struct runs_model *m, const char *what, prompt_fn yes)
{
    const struct runs_line *l = runs_model_current(m);
    if (!l)
        return REACT_NONE;
    char question[200], seeds[32] = "";
    if (l->num_runs > 1)
        snprintf(seeds, sizeof seeds, " (%zu runs)", l->num_runs);
    snprintf(question, sizeof question, "%s %s %s%s?", what, l->first->experiment, l->first->label,
             seeds);
    prompt_confirm(&a->prompt, question, yes, m);
    return REACT_DRAW;
}

static unsigned ask_stop(struct app *a, struct runs_model *m)
{
    const struct runs_line *l = runs_model_current(m);
    size_t live = 0;
    for (size_t i = 0; l && i < l->num_runs; i++)
        live += is_live(l->runs[i]->state);
    if (live)
        return ask(a, m, "Stop", stop_yes);
    app_say(a, TONE_INFO, "nothing runs here");
    return REACT_DRAW;
}

static unsigned ask_archive(struct app *a, struct runs_model *m)
{
    const struct runs_line *l = runs_model_current(m);
    return ask(a, m, l && l->first->archived ? "Bring back" : "Hide from the list", archive_yes);
}

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    struct runs_model *m = ctx;
    snprintf(m->filter, sizeof m->filter, "%s", text);
    a->message.text[0] = '\0';
    return read_rows(a, m);
}

static unsigned filter(struct app *a, struct runs_model *m, const char *arg)
{
    if (*arg)
        return set_filter(a, m, arg);
    prompt_text(&a->prompt, "filter: ", m->filter, set_filter, set_filter, set_filter, m);
    return REACT_DRAW;
}

/* The line as a spreadsheet takes it. */
static char *row_text(const struct runs_line *l)
{
    char last[40] = "";
    if (isfinite(l->last))
        num_format_real(l->last, last, sizeof last);
    return mem_printf("%s\t%s\t%s\t%s\t%zu\t%s\t%s\t%s", run_state_name(l->state),
                      l->first->experiment, l->first->algo, l->first->env, l->num_runs, l->label,
                      l->first->headline, last);
}

static unsigned copy(struct app *a, struct runs_model *m, const char *what)
{
    const struct runs_line *l = runs_model_current(m);
    char last[40];
    if (!l)
        return REACT_NONE;
    char *text = NULL;
    if (!*what || strcmp(what, "command") == 0)
        text = mem_printf("rlbench show %s", l->first->uid);
    else if (strcmp(what, "row") == 0)
        text = row_text(l);
    else if (strcmp(what, "value") == 0)
        text = mem_strdup(num_format_real(l->last, last, sizeof last));
    else
        app_say(a, TONE_BAD, "nothing called %s to copy: row, value or command", what);
    unsigned react = text ? app_copy(a, text) : REACT_DRAW;
    free(text);
    return react;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct runs_model *m = self;
    *done = true;
    if (list_act(&m->list, action)) {
        app_wake(a, 1);
        return REACT_DRAW;
    }
    switch (action) {
    case ACT_RUN_OPEN: return open_line(a, m);
    case ACT_RUN_MARK:
        runs_model_toggle_mark(m);
        list_act(&m->list, ACT_DOWN);
        return REACT_DRAW;
    case ACT_RUN_BUNDLE:
        m->bundle = !m->bundle;
        runs_model_arrange(m);
        app_wake(a, 1);
        return REACT_DRAW;
    case ACT_RUN_COMPARE: return compare(a, m);
    case ACT_RUN_SORT: return sort_by(a, m, arg);
    case ACT_RUN_REVERSE:
        m->reverse = !m->reverse;
        runs_model_arrange(m);
        return REACT_DRAW;
    case ACT_RUN_PAUSE: return pause_line(a, m);
    case ACT_RUN_STOP: return ask_stop(a, m);
    case ACT_RUN_ADD: return app_act(a, ACT_GO_RECIPES, "");
    case ACT_RUN_ARCHIVE: return ask_archive(a, m);
    case ACT_RUN_ARCHIVED: m->archived = !m->archived; return read_rows(a, m);
    case ACT_FILTER: return filter(a, m, arg);
    case ACT_COPY: return copy(a, m, arg);
    case ACT_BACK:
        if (m->filter[0])
            return set_filter(a, m, "");
        if (m->marks.len) {
            m->marks.len = 0;
            runs_model_arrange(m);
            return REACT_DRAW;
        }
        break;
    default: break;
    }
    *done = false;
    return REACT_NONE;
}

static unsigned click(struct app *a, struct runs_model *m, const struct event *ev)
{
    int at = list_line_at(&m->list, ev->mouse.row);
    switch (ev->mouse.act) {
    case MOUSE_WHEEL_UP:
    case MOUSE_WHEEL_DOWN:
        list_scroll(&m->list, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
        app_wake(a, 1);
        return REACT_DRAW;
    case MOUSE_CLICK:
    case MOUSE_DOUBLE:
        if (at < 0)
            return REACT_NONE;
        m->list.at = at;
        return ev->mouse.act == MOUSE_DOUBLE ? open_line(a, m) : REACT_DRAW;
    }
    return REACT_NONE;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_DATA: return read_rows(a, self);
    case EVENT_RESIZE: app_wake(a, 1); return REACT_DRAW; /* sparklines that came into sight */
    case EVENT_TICK: return a->store ? read_sparks(a, self) : REACT_NONE;
    case EVENT_MOUSE: return click(a, self, ev);
    default: return REACT_NONE;
    }
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    runs_view(self, &a->look, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct runs_model *m = self;
    char path[200];
    buf_printf(out, "%s · %zu run%s", words_path(a->database, path, sizeof path), m->num_rows,
               m->num_rows == 1 ? "" : "s");
    if (a->num_live)
        buf_printf(out, " · %zu live", a->num_live);
}

const struct screen screen_runs = {
    .name = "runs",
    .title = "Runs",
    .number = 2,
    .scope = SCOPE_RUNS,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .csv = export_runs,
    .status = status,
};
