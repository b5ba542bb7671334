/* Log: events, warnings, what runs printed, and what was done here. */
#include "tui/export.h"
#include "tui/log_model.h"
#include "tui/tui.h"
#include <rlbench/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_FIRST = 500 }; /* lines read when the screen is opened, of each run in focus */

struct run_name {
    int64_t id;
    char *name;
};
struct source {
    int64_t run, after; /* 0: all runs; the newest event read */
};
struct log_screen {
    struct log_model model;
    VEC(struct source) sources;
    VEC(struct run_name) names;
    size_t commands; /* of app->commands, shown already */
    unsigned focus_serial;
};

static void *create(struct app *a)
{
    (void)a;
    struct log_screen *s = mem_alloc(sizeof *s);
    log_model_init(&s->model);
    return s;
}

static void destroy(void *self)
{
    struct log_screen *s = self;
    if (!s)
        return;
    log_model_finish(&s->model);
    for (size_t i = 0; i < s->names.len; i++)
        free(s->names.data[i].name);
    vec_finish(&s->names);
    vec_finish(&s->sources);
    free(s);
}

/* ---- reading ---- */

static const char *name_of(struct app *a, struct log_screen *s, int64_t id)
{
    for (size_t i = 0; i < s->names.len; i++)
        if (s->names.data[i].id == id)
            return s->names.data[i].name;
    struct arena tmp = {0};
    struct run_row row;
    char ref[24];
    snprintf(ref, sizeof ref, "%" PRId64, id);
    struct run_name n = {.id = id};
    if (store_find_run(a->store, ref, &tmp, &row, NULL) == OK)
        n.name = mem_printf("%s%s%s seed %" PRIu64, row.experiment, *row.label ? " " : "",
                            row.label, row.seed);
    else
        n.name = mem_printf("run %s", ref);
    vec_push(&s->names, n);
    arena_finish(&tmp);
    return n.name;
}

/* Which runs, from how far back. */
static void begin(struct app *a, struct log_screen *s)
{
    log_model_clear(&s->model);
    s->sources.len = 0;
    s->commands = 0;
    s->focus_serial = a->focus_serial;
    bool all = s->model.all_runs || a->focus.len == 0;
    size_t n = all ? 1 : a->focus.len;
    for (size_t i = 0; i < n && a->store; i++) {
        struct source from = {.run = all ? 0 : a->focus.data[i]};
        store_events_back(a->store, from.run, AT_FIRST / (n < 10 ? n : 10), &from.after, NULL);
        vec_push(&s->sources, from);
    }
}

static void read_source(struct app *a, struct log_screen *s, struct source *from)
{
    struct arena tmp = {0};
    struct event_row *rows;
    size_t n = 0;
    if (store_read_events(a->store, from->run, from->after, 0, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        struct log_line l = {.t_us = rows[i].t_us, .step = rows[i].step, .level = rows[i].level};
        l.run = arena_strdup(&tmp, rows[i].run_id ? name_of(a, s, rows[i].run_id) : "");
        l.kind = arena_strdup(&tmp, rows[i].kind);
        l.text = arena_strdup(&tmp, rows[i].text);
        log_model_add(&s->model, &l);
        from->after = rows[i].id;
    }
    arena_finish(&tmp);
}

static unsigned read_all(struct app *a, struct log_screen *s)
{
    if (s->focus_serial != a->focus_serial || (a->store && s->sources.len == 0))
        begin(a, s);
    size_t before = s->model.lines.len;
    for (size_t i = 0; i < s->sources.len; i++)
        read_source(a, s, &s->sources.data[i]);
    for (; s->commands < a->commands.len; s->commands++) {
        const struct said *said = &a->commands.data[s->commands];
        struct log_line l = {.t_us = said->t_us, .level = LOG_COMMAND, .text = said->text};
        char here[] = "", kind[] = "command";
        l.run = here;
        l.kind = kind;
        log_model_add(&s->model, &l);
    }
    if (s->model.lines.len == before)
        return REACT_NONE;
    log_model_arrange(&s->model);
    return REACT_DRAW;
}

static unsigned enter(struct app *a, void *self)
{
    struct log_screen *s = self;
    begin(a, s);
    read_all(a, s);
    return REACT_DRAW;
}

/* ---- actions ---- */

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    (void)a;
    struct log_model *m = ctx;
    snprintf(m->filter, sizeof m->filter, "%s", text);
    log_model_arrange(m);
    return REACT_DRAW;
}

static unsigned set_level(struct app *a, struct log_model *m, const char *arg)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    int to = (m->level + 1) % 4;
    if (*arg)
        for (to = 0; to < 4 && strcmp(names[to], arg) != 0;)
            to++;
    if (to == 4) {
        app_say(a, TONE_BAD, "no level %s: debug, info, warning or error", arg);
        return REACT_DRAW;
    }
    m->level = to;
    log_model_arrange(m);
    return REACT_DRAW;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct log_screen *s = self;
    struct log_model *m = &s->model;
    *done = true;
    if (m->follow && (action == ACT_UP || action == ACT_TOP || action == ACT_HALF_UP))
        m->follow = false;
    if (list_act(&m->list, action)) {
        m->follow = m->follow || action == ACT_BOTTOM;
        return REACT_DRAW;
    }
    switch (action) {
    case ACT_LOG_LEVEL: return set_level(a, m, arg);
    case ACT_LOG_ALL: m->all_runs = !m->all_runs; return enter(a, s);
    case ACT_FOLLOW:
        m->follow = !m->follow;
        log_model_arrange(m);
        return REACT_DRAW;
    case ACT_FILTER:
        if (*arg)
            return set_filter(a, m, arg);
        prompt_text(&a->prompt, "filter: ", m->filter, set_filter, set_filter, set_filter, m);
        return REACT_DRAW;
    case ACT_COPY:
        return (size_t)m->list.at < m->shown.len
                   ? app_copy(a, m->lines.data[m->shown.data[m->list.at]].text)
                   : REACT_NONE;
    case ACT_BACK:
        if (m->filter[0])
            return set_filter(a, m, "");
        break;
    default: break;
    }
    *done = false;
    return REACT_NONE;
}

static unsigned click(struct log_model *m, const struct event *ev)
{
    int at = list_line_at(&m->list, ev->mouse.row);
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN) {
        m->follow = false;
        list_scroll(&m->list, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
    } else if (at >= 0) {
        m->follow = false;
        m->list.at = at;
    }
    return REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct log_screen *s = self;
    if (ev->kind == EVENT_DATA)
        return read_all(a, s);
    return ev->kind == EVENT_MOUSE ? click(&s->model, ev) : REACT_NONE;
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    struct log_screen *s = self;
    log_view(&s->model, &a->look, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct log_screen *s = self;
    (void)a;
    buf_printf(out, "%zu line%s", s->model.shown.len, s->model.shown.len == 1 ? "" : "s");
}

const struct screen screen_log = {
    .name = "log",
    .title = "Log",
    .number = 7,
    .scope = SCOPE_LOG,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .csv = export_log,
    .status = status,
};
