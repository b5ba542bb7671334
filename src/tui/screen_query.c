/* Query: SQL typed, asked in another process, its rows as a table or a chart. */
#include "base/clock.h"
#include "base/csv.h"
#include "tui/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIVE_CELLS = 200 * 1000 /* more are filtered when the line is done, not while it is typed */
};

static void *create(struct app *a)
{
    struct query_screen *s = mem_alloc(sizeof *s);
    char *path = a->state_folder ? mem_printf("%s/queries", a->state_folder) : NULL;
    history_open(&s->typed, path);
    free(path);
    return s;
}

static void destroy(void *self)
{
    struct query_screen *s = self;
    if (!s)
        return;
    query_model_finish(&s->model);
    asker_finish(&s->coming);
    history_finish(&s->typed);
    free(s->save_as);
    free(s);
}

/* ---- rows ---- */

static unsigned chart(struct app *a, struct query_model *m)
{
    const char *why;
    if (!m->chart && query_chart_kind(m, &why) == QUERY_NO_CHART) {
        app_say(a, TONE_INFO, "%s", why);
        return REACT_DRAW;
    }
    m->chart = !m->chart;
    return REACT_DRAW;
}

static unsigned filter(struct app *a, void *ctx, const char *text)
{
    struct query_screen *s = ctx;
    (void)a;
    snprintf(s->model.filter, sizeof s->model.filter, "%s", text);
    query_model_arrange(&s->model);
    return REACT_DRAW;
}

static void put_rows(const struct query_model *m, struct buf *out)
{
    const struct asker_answer *n = &m->answer;
    for (size_t c = 0; c < n->num_columns; c++) {
        buf_puts(out, c ? "," : "");
        csv_put(out, n->columns[c].name);
    }
    buf_putc(out, '\n');
    for (size_t i = 0; i < m->shown.len; i++)
        for (size_t c = 0; c < n->num_columns; c++) {
            const char *text = asker_cell(n, m->shown.data[i], c);
            csv_put(out, text ? text : "");
            buf_putc(out, c + 1 < n->num_columns ? ',' : '\n');
        }
}

static bool has_rows(const struct query_model *m)
{
    return m->answered && !m->answer.error && m->answer.num_columns > 0;
}

static unsigned copy(struct app *a, struct query_screen *s, const char *what)
{
    const struct query_model *m = &s->model;
    size_t row = query_model_row(m);
    struct buf text = {0};
    if (strcmp(what, "command") == 0 && m->sql) {
        query_put_command(m, &text);
    } else if (strcmp(what, "csv") == 0 && has_rows(m)) {
        put_rows(m, &text);
    } else if (strcmp(what, "row") == 0 && has_rows(m) && row != SIZE_MAX) {
        for (size_t c = 0; c < m->answer.num_columns; c++) {
            const char *cell = asker_cell(&m->answer, row, c);
            buf_printf(&text, "%s%s", c ? "\t" : "", cell ? cell : "");
        }
    } else if ((!*what || strcmp(what, "value") == 0) && has_rows(m) && row != SIZE_MAX) {
        const char *cell = asker_cell(&m->answer, row, m->column);
        buf_puts(&text, cell ? cell : "");
    } else {
        app_say(a, TONE_INFO, "there is no such thing to copy: value, row, csv or command");
        return REACT_DRAW;
    }
    unsigned react = app_copy(a, buf_text(&text));
    buf_finish(&text);
    return react;
}

static bool csv(const struct app *a, void *self, struct buf *out)
{
    const struct query_screen *s = self;
    (void)a;
    if (!has_rows(&s->model))
        return false;
    put_rows(&s->model, out);
    return true;
}

static bool svg(const struct app *a, void *self, struct buf *out)
{
    const struct query_screen *s = self;
    (void)a;
    return s->model.chart && has_rows(&s->model) && query_chart_svg(&s->model, out);
}

/* ---- actions ---- */

static unsigned move_column(struct query_model *m, int by)
{
    if (!has_rows(m) || (by < 0 ? m->column == 0 : m->column + 1 >= m->answer.num_columns))
        return REACT_NONE;
    m->column = by < 0 ? m->column - 1 : m->column + 1;
    return REACT_DRAW;
}

static unsigned back(struct app *a, struct query_screen *s, bool *done)
{
    struct query_model *m = &s->model;
    if (m->choosing)
        m->choosing = false;
    else if (query_stop(a, s))
        app_say(a, TONE_INFO, "stopped");
    else if (m->filter[0])
        filter(a, s, "");
    else if (m->chart)
        m->chart = false;
    else
        *done = false;
    return REACT_DRAW;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct query_screen *s = self;
    struct query_model *m = &s->model;
    *done = true;
    if (list_act(m->choosing ? &m->choice : &m->list, action))
        return REACT_DRAW;
    switch (action) {
    case ACT_QUERY_ASK:
        if (m->choosing)
            return query_choose_line(a, s);
        return *arg ? query_ask(a, s, arg) : query_open_prompt(a, s);
    case ACT_QUERY_EDIT: return query_edit(a, s);
    case ACT_QUERY_AGAIN: return m->sql ? query_ask(a, s, m->sql) : query_open_prompt(a, s);
    case ACT_QUERY_SAVED: return query_choose(a, s, arg);
    case ACT_QUERY_SAVE: return query_save(a, s, arg);
    case ACT_QUERY_CHART: return chart(a, m);
    case ACT_QUERY_STOP:
        if (query_stop(a, s)) {
            app_say(a, TONE_INFO, "stopped");
            return REACT_DRAW;
        }
        return app_act(a, ACT_QUIT, "");
    case ACT_LEFT: return move_column(m, -1);
    case ACT_RIGHT: return move_column(m, 1);
    case ACT_FILTER:
        if (*arg)
            return filter(a, s, arg);
        prompt_text(&a->prompt, "rows: ", m->filter,
                    m->answer.num_rows * m->answer.num_columns > LIVE_CELLS ? NULL : filter, filter,
                    filter, s);
        return REACT_DRAW;
    case ACT_COPY: return copy(a, s, arg);
    case ACT_BACK: return back(a, s, done);
    default: *done = false; return REACT_NONE;
    }
}

static unsigned click(struct query_model *m, const struct event *ev)
{
    struct list *l = m->choosing ? &m->choice : &m->list;
    int at = list_line_at(l, ev->mouse.row);
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN)
        list_scroll(l, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
    else if (at >= 0)
        l->at = at;
    return REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct query_screen *s = self;
    switch (ev->kind) {
    case EVENT_DATA: return s->editing ? query_edited(a, s) : REACT_NONE;
    case EVENT_TICK:
        if (s->reading)
            return query_read_on(a, s);
        if (!s->model.running)
            return REACT_NONE;
        app_wake(a, clock_mono_ns() + QUERY_CLOCK_MS * INT64_C(1000000));
        return REACT_DRAW;
    case EVENT_MOUSE: return click(&s->model, ev);
    default: return REACT_NONE;
    }
}

static unsigned enter(struct app *a, void *self)
{
    struct query_screen *s = self;
    if (s->model.running)
        app_wake(a, s->reading ? 1 : clock_mono_ns() + QUERY_CLOCK_MS * INT64_C(1000000));
    return REACT_DRAW;
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    struct query_screen *s = self;
    query_view(&s->model, &a->look, clock_mono_ns(), g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    const struct query_screen *s = self;
    (void)a;
    if (has_rows(&s->model))
        buf_printf(out, "%zu column%s · %zu row%s", s->model.answer.num_columns,
                   s->model.answer.num_columns == 1 ? "" : "s", s->model.answer.num_rows,
                   s->model.answer.num_rows == 1 ? "" : "s");
}

const struct screen screen_query = {
    .name = "query",
    .title = "Query",
    .number = 8,
    .scope = SCOPE_QUERY,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .status = status,
    .csv = csv,
    .svg = svg,
};
