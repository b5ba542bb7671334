/* Compare: groups of runs over each other in one chart, with their last values and what tells their
 * settings apart. */
#include "tui/compare.h"
#include "tui/export.h"

#include "base/clock.h"
#include "base/text.h"
#include "tui/rows.h"
#include "tui/runs_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    READ_FOR_MS = 15,   /* no read takes much longer at a time */
    AGAIN_MS = 1000,    /* live runs are read again at most this often */
    FIRST_LOOKS = 8000, /* of the first picture, in all; what that leaves out comes at once after */
    LEAST_COLUMNS = 40
};

static void *create(struct app *a)
{
    (void)a;
    struct compare *c = mem_alloc(sizeof *c);
    compare_init(&c->model);
    compare_init(&c->next);
    c->log_y = -1;
    return c;
}

static void destroy(void *self)
{
    struct compare *c = self;
    if (!c)
        return;
    compare_finish(&c->model);
    compare_finish(&c->next);
    compare_diff_finish(&c->diff);
    vec_finish(&c->ids);
    free(c);
}

/* ---- which runs ---- */

static bool take_ids(struct compare *c, const int64_t *ids, size_t n)
{
    if (n == c->ids.len && (n == 0 || memcmp(ids, c->ids.data, n * sizeof *ids) == 0))
        return false;
    c->ids.len = 0;
    for (size_t i = 0; i < n; i++)
        vec_push(&c->ids, ids[i]);
    return true;
}

/* What the words mean, else those marked on Runs, else those in focus; false when they are the ones
 * there already. */
static bool choose_runs(struct app *a, struct compare *c)
{
    size_t n;
    const int64_t *ids = runs_marked(a, &n);
    if (!c->words[0] || !a->store)
        return n ? take_ids(c, ids, n) : take_ids(c, a->focus.data, a->focus.len);
    struct arena tmp = {0};
    struct run_row *rows;
    struct err e = ERR_INIT;
    if (rows_select(a->store, c->words, NULL, 0, &tmp, &rows, &n, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
        n = 0;
    }
    int64_t *found = arena_alloc(&tmp, (n + 1) * sizeof *found);
    for (size_t i = 0; i < n; i++)
        found[i] = rows[i].id;
    bool others = take_ids(c, found, n);
    arena_finish(&tmp);
    return others;
}

/* ---- reading ---- */

static size_t all_columns(const struct app *a, const struct compare *c)
{
    return compare_columns(c, (struct rect){1, 0, a->rows - 3, a->cols}, a->look.glyphs);
}

/* Many runs are seen coarsely first, so that nobody waits. */
static size_t first_columns(const struct app *a, const struct compare *c)
{
    size_t columns = all_columns(a, c), runs = c->model.runs.len ? c->model.runs.len : 1;
    if (columns * runs <= FIRST_LOOKS || columns <= LEAST_COLUMNS)
        return columns;
    return FIRST_LOOKS / runs > LEAST_COLUMNS ? FIRST_LOOKS / runs : LEAST_COLUMNS;
}

static int load(struct app *a, struct compare *c, struct compare_model *m, struct err *e)
{
    c->read_ns = clock_mono_ns();
    c->stale = false;
    return compare_load(m, a->store, c->ids.data, c->ids.len, c->metric[0] ? c->metric : NULL,
                        c->align, e);
}

static void drop_next(struct compare *c)
{
    compare_finish(&c->next);
    c->has_next = false;
}

/* The same in all columns, or what has come since, to replace what is shown. */
static void begin_next(struct app *a, struct compare *c)
{
    struct err e = ERR_INIT;
    c->has_next = load(a, c, &c->next, &e) == OK;
    if (!c->has_next)
        app_say(a, TONE_BAD, "%s", e.text);
}

static void take_next(struct compare *c)
{
    compare_finish(&c->model);
    c->model = c->next;
    compare_init(&c->next);
    c->has_next = false;
    c->took_ns = clock_mono_ns() - c->read_ns;
}

static bool read_next(struct app *a, struct compare *c, int64_t until, struct err *e)
{
    bool more = false;
    if (compare_read(&c->next, a->store, all_columns(a, c), until, &more, e) != OK) {
        drop_next(c);
    } else if (!more) {
        take_next(c);
    } else if (c->next.measured == c->next.runs.len && compare_same(&c->model, &c->next) &&
               c->model.columns == all_columns(a, c)) {
        drop_next(c); /* nothing has come */
        more = false;
    }
    return more;
}

static int64_t again_ns(const struct compare *c)
{
    int64_t wait = AGAIN_MS * INT64_C(1000000);
    return c->read_ns + (wait > 20 * c->took_ns ? wait : 20 * c->took_ns);
}

/* What is due, for a short while. */
static unsigned go_on(struct app *a, struct compare *c)
{
    struct err e = ERR_INIT;
    bool more = false, more_diff = false, drawn = true;
    int64_t until = clock_mono_ns() + READ_FOR_MS * INT64_C(1000000);
    if (!a->store || c->model.runs.len == 0)
        return REACT_NONE;
    if (!compare_is_whole(&c->model)) {
        compare_read(&c->model, a->store, first_columns(a, c), until, &more, &e);
    } else if (c->has_next) {
        more = read_next(a, c, until, &e);
    } else if (c->model.columns != all_columns(a, c) ||
               (c->stale && clock_mono_ns() >= again_ns(c))) {
        begin_next(a, c);
        more = c->has_next;
    } else if (c->want_diff && c->diff.read < c->model.groups.len) {
        compare_diff_read(&c->diff, a->store, &c->model, until, &more_diff, &e);
    } else {
        drawn = false;
    }
    if (e.text[0])
        app_say(a, TONE_BAD, "%s", e.text);
    bool refine = !e.text[0] && compare_is_whole(&c->model) &&
                  c->model.columns != all_columns(a, c) && !c->has_next;
    bool diff = !e.text[0] && c->want_diff && c->diff.read < c->model.groups.len;
    if (more || more_diff || refine || diff)
        app_wake(a, 1);
    else if (c->stale)
        app_wake(a, again_ns(c));
    return drawn ? REACT_DRAW : REACT_NONE;
}

static unsigned start(struct app *a, struct compare *c)
{
    struct err e = ERR_INIT;
    drop_next(c);
    compare_diff_finish(&c->diff);
    c->settings = (struct list){0};
    c->has_cursor = false;
    c->took_ns = 0;
    c->why[0] = '\0';
    if (!a->store || c->ids.len == 0)
        compare_finish(&c->model);
    else if (load(a, c, &c->model, &e) != OK)
        snprintf(c->why, sizeof c->why, "%s", e.text);
    list_set_count(&c->list, (int)c->model.groups.len);
    return REACT_DRAW | go_on(a, c);
}

static unsigned show(struct app *a, struct compare *c)
{
    if (choose_runs(a, c)) {
        c->metric[0] = '\0';
        c->log_y = -1;
        c->list.at = c->list.top = 0;
        return start(a, c);
    }
    c->stale = true;
    return REACT_DRAW | go_on(a, c);
}

static unsigned enter(struct app *a, void *self)
{
    return show(a, self);
}

/* ---- actions ---- */

static unsigned set_words(struct app *a, void *ctx, const char *text)
{
    struct compare *c = ctx;
    snprintf(c->words, sizeof c->words, "%s", text);
    return show(a, c);
}

static unsigned ask_words(struct app *a, struct compare *c, const char *arg)
{
    if (*arg)
        return set_words(a, c, arg);
    prompt_text(&a->prompt, "runs, experiments, algorithms or filters: ", c->words, NULL, set_words,
                NULL, c);
    return REACT_DRAW;
}

static unsigned set_metric(struct app *a, struct compare *c, const char *arg)
{
    const struct compare_model *m = &c->model;
    size_t n = m->metrics.len, to = 0;
    if (n == 0)
        return REACT_NONE;
    if (m->metric < n)
        to = (m->metric + 1) % n;
    if (*arg) {
        const char **names = mem_alloc((n + 1) * sizeof(const char *));
        for (size_t i = 0; i < n; i++)
            names[i] = m->metrics.data[i].name;
        for (to = 0; to < n && strcmp(names[to], arg) != 0;)
            to++;
        const char *near = to == n ? text_nearest(arg, names, n) : NULL;
        free(names);
        if (to == n) {
            app_say(a, TONE_BAD, "no metric %s here%s%s%s", arg, near ? "; did you mean " : "",
                    near ? near : "", near ? "?" : "");
            return REACT_DRAW;
        }
    }
    snprintf(c->metric, sizeof c->metric, "%s", m->metrics.data[to].name);
    c->log_y = -1;
    return start(a, c);
}

/* The next of a few names after now, or the one that arg is; -1 and a message when it is none. */
static int next_name(struct app *a, const char *const *names, int n, int now, const char *arg)
{
    if (!*arg)
        return (now + 1) % n;
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], arg) == 0)
            return i;
    app_say(a, TONE_BAD, "no %s: %s, %s or %s", arg, names[0], names[1], names[2]);
    return -1;
}

static unsigned set_align(struct app *a, struct compare *c, const char *arg)
{
    static const char *const said[] = {"by step", "by wall time since a run's start",
                                       "by training episodes"};
    int to = next_name(a, compare_align_names, ALIGN_COUNT, c->align, arg);
    if (to < 0)
        return REACT_DRAW;
    c->align = (enum compare_align)to;
    app_say(a, TONE_INFO, "%s", said[to]);
    return start(a, c);
}

static unsigned set_band(struct app *a, struct compare *c, const char *arg)
{
    static const char *const said[] = {"95 % interval of the mean", "least and greatest seed",
                                       "every seed"};
    int to = next_name(a, compare_band_names, BAND_COUNT, c->band, arg);
    if (to < 0)
        return REACT_DRAW;
    c->band = (enum compare_band)to;
    app_say(a, TONE_INFO, "%s", said[to]);
    return REACT_DRAW;
}

static unsigned crosshair(struct compare *c)
{
    c->has_cursor = !c->has_cursor && c->model.hi > c->model.lo;
    c->cursor = c->model.lo + (c->model.hi - c->model.lo) / 2;
    return REACT_DRAW;
}

static unsigned move_cursor(struct compare *c, int columns)
{
    const struct compare_model *m = &c->model;
    uint64_t by = (m->hi - m->lo) / (uint64_t)(c->plot_cols > 0 ? c->plot_cols : 1) + 1;
    if (columns < 0)
        c->cursor = c->cursor > m->lo + by ? c->cursor - by : m->lo;
    else
        c->cursor = m->hi - c->cursor > by ? c->cursor + by : m->hi;
    return REACT_DRAW;
}

static unsigned open_group(struct app *a, struct compare *c)
{
    const struct compare_model *m = &c->model;
    VEC(int64_t) ids = {0};
    for (size_t i = 0; i < m->runs.len; i++)
        if ((int)m->runs.data[i].group == c->list.at)
            vec_push(&ids, m->runs.data[i].id);
    if (ids.len)
        app_focus(a, ids.data, ids.len);
    vec_finish(&ids);
    if (!m->runs.len)
        return REACT_NONE;
    a->follow = false;
    return app_act(a, ACT_GO_LIVE, "");
}

static unsigned copy(struct app *a, struct compare *c)
{
    const struct compare_model *m = &c->model;
    struct buf text = {0};
    if (!m->groups.len)
        return REACT_NONE;
    buf_puts(&text, m->groups.len > 1 ? "rlbench compare" : "rlbench stats");
    for (size_t g = 0; g < m->groups.len; g++)
        buf_printf(&text, " %" PRId64, m->groups.data[g].run);
    if (m->wanted)
        buf_printf(&text, " -m %s", m->wanted);
    unsigned react = app_copy(a, buf_text(&text));
    buf_finish(&text);
    return react;
}

static unsigned toggle_diff(struct app *a, struct compare *c)
{
    c->want_diff = !c->want_diff;
    c->in_settings = false;
    app_wake(a, 1); /* the chart has another size now */
    return REACT_DRAW;
}

static unsigned back(struct app *a, struct compare *c, bool *done)
{
    if (c->has_cursor) {
        c->has_cursor = false;
    } else if (c->want_diff) {
        return toggle_diff(a, c);
    } else if (c->words[0]) {
        return set_words(a, c, "");
    } else {
        *done = false;
        return REACT_NONE;
    }
    return REACT_DRAW;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct compare *c = self;
    *done = true;
    if (list_act(c->in_settings ? &c->settings : &c->list, action))
        return REACT_DRAW;
    switch (action) {
    case ACT_COMPARE_METRIC: return set_metric(a, c, arg);
    case ACT_COMPARE_ALIGN: return set_align(a, c, arg);
    case ACT_COMPARE_BAND: return set_band(a, c, arg);
    case ACT_COMPARE_DIFF: return toggle_diff(a, c);
    case ACT_COMPARE_LOG_Y: c->log_y = !compare_is_log(c); return REACT_DRAW;
    case ACT_COMPARE_CROSSHAIR: return crosshair(c);
    case ACT_COMPARE_OPEN: return open_group(a, c);
    case ACT_LEFT: return c->has_cursor ? move_cursor(c, -1) : REACT_NONE;
    case ACT_RIGHT: return c->has_cursor ? move_cursor(c, 1) : REACT_NONE;
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE: c->in_settings = c->want_diff && !c->in_settings; return REACT_DRAW;
    case ACT_COPY: return copy(a, c);
    case ACT_GLYPHS: app_wake(a, 1); break; /* the chart has other columns then */
    case ACT_FILTER: return ask_words(a, c, arg);
    case ACT_BACK: return back(a, c, done);
    default: break;
    }
    *done = false;
    return REACT_NONE;
}

/* ---- events ---- */

static unsigned mouse(struct app *a, struct compare *c, const struct event *ev)
{
    int row = ev->mouse.row, col = ev->mouse.col,
        left = c->chart.col + c->chart.cols - c->plot_cols;
    if (row >= c->chart.row && row < c->chart.row + c->chart.rows && col >= left &&
        col < left + c->plot_cols && ev->mouse.act == MOUSE_CLICK && c->has_cursor) {
        double share = ((double)(col - left) + 0.5) / c->plot_cols;
        c->cursor = c->model.lo + (uint64_t)((double)(c->model.hi - c->model.lo) * share);
        return REACT_DRAW;
    }
    struct compare_layout l = compare_lay_out(c, (struct rect){1, 0, a->rows - 3, a->cols});
    bool on_diff = row >= l.diff.row && row < l.diff.row + l.diff.rows && col >= l.diff.col;
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN) {
        list_scroll(on_diff ? &c->settings : &c->list, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
        return REACT_DRAW;
    }
    int at = col >= l.legend.col && col < l.legend.col + l.legend.cols ? list_line_at(&c->list, row)
                                                                       : -1;
    if (at < 0)
        return REACT_NONE;
    c->list.at = at;
    return ev->mouse.act == MOUSE_DOUBLE ? open_group(a, c) : REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct compare *c = self;
    switch (ev->kind) {
    case EVENT_DATA:
        if (choose_runs(a, c))
            return start(a, c);
        c->stale = true;
        return go_on(a, c);
    case EVENT_RESIZE:
    case EVENT_TICK: return go_on(a, c);
    case EVENT_MOUSE: return mouse(a, c, ev);
    default: return REACT_NONE;
    }
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    compare_draw(a, self, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct compare *c = self;
    const struct compare_model *m = &c->model;
    size_t marked;
    if (m->runs.len == 0)
        return;
    runs_marked(a, &marked);
    buf_printf(out, "%zu group%s · %zu %srun%s", m->groups.len, m->groups.len == 1 ? "" : "s",
               m->runs.len, marked && !c->words[0] ? "marked " : "", m->runs.len == 1 ? "" : "s");
    if (c->words[0])
        buf_printf(out, " · %s", c->words);
    if (!compare_is_whole(m))
        buf_printf(out, " · reading %zu %%", 50 * (m->measured + m->read) / m->runs.len);
}

const struct screen screen_compare = {
    .name = "compare",
    .title = "Compare",
    .number = 3,
    .scope = SCOPE_COMPARE,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .status = status,
    .csv = export_compare,
    .svg = export_compare_svg,
};
