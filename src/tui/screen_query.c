/* Query: SQL typed, asked in another process, its rows as a table or a chart. */
#include "base/clock.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "tui/query_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CLOCK_MS = 500,         /* while a query runs */
    SLICE_MS = 15,          /* an answer is read so long between two looks at the keys */
    LIVE_CELLS = 200 * 1000 /* more are filtered when the line is done, not while it is typed */
};

struct query_screen {
    struct query_model model;
    struct history typed;
    struct asker_answer coming; /* being read */
    bool reading;
    bool editing;  /* the editor has it */
    char *save_as; /* the name being asked about; owned */
};

static char *state_file(const struct app *a, const char *name)
{
    return a->state_folder ? mem_printf("%s/%s", a->state_folder, name) : NULL;
}

static void *create(struct app *a)
{
    struct query_screen *s = mem_alloc(sizeof *s);
    char *path = state_file(a, "queries");
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

/* ---- asking ---- */

static bool stop(struct app *a, struct query_screen *s)
{
    if (!s->model.running)
        return false;
    task_stop(&a->tasks, s);
    asker_finish(&s->coming);
    s->reading = false;
    s->model.running = false;
    s->model.stopped = true;
    return true;
}

/* A large answer is read a little at a time. */
static unsigned read_on(struct app *a, struct query_screen *s)
{
    if (asker_step(&s->coming, clock_mono_ns() + SLICE_MS * INT64_C(1000000))) {
        app_wake(a, 1);
        return REACT_NONE;
    }
    s->reading = false;
    query_model_take(&s->model, &s->coming);
    return REACT_DRAW;
}

static unsigned answered(struct app *a, void *ctx, int status, struct buf *answer)
{
    struct query_screen *s = ctx;
    s->model.seconds = (double)(clock_mono_ns() - s->model.since_ns) / 1e9;
    asker_begin(&s->coming, answer, status);
    s->reading = true;
    return read_on(a, s);
}

static void put_command(const struct query_model *m, struct buf *out)
{
    buf_puts(out, "rlbench query ");
    words_quote(out, m->sql);
}

static unsigned ask(struct app *a, struct query_screen *s, const char *sql)
{
    struct query_model *m = &s->model;
    struct err e = ERR_INIT;
    sql += strspn(sql, " \n");
    if (!*sql)
        return REACT_DRAW;
    stop(a, s);
    char *copy = mem_strdup(sql); /* it may be m->sql itself */
    free(m->sql);
    m->sql = copy;
    history_add(&s->typed, copy);
    m->choosing = m->stopped = m->answered = false;
    m->since_ns = clock_mono_ns();
    char parent[16];
    snprintf(parent, sizeof parent, "%d", (int)getpid());
    const char *const args[] = {"--asker", a->database, m->sql, parent, NULL};
    if (task_start(&a->tasks, args, answered, s, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
        return REACT_DRAW;
    }
    m->running = true;
    struct buf command = {0};
    put_command(m, &command);
    app_record(a, "%s", buf_text(&command));
    buf_finish(&command);
    app_wake(a, m->since_ns + CLOCK_MS * INT64_C(1000000));
    return REACT_DRAW;
}

static unsigned typed(struct app *a, void *ctx, const char *text)
{
    return ask(a, ctx, text);
}

static unsigned open_prompt(struct app *a, struct query_screen *s)
{
    prompt_text(&a->prompt, "SQL: ", s->model.sql ? s->model.sql : "", NULL, typed, NULL, s);
    prompt_remember(&a->prompt, &s->typed);
    return REACT_DRAW;
}

/* ---- in an editor ---- */

static unsigned edit(struct app *a, struct query_screen *s)
{
    struct err e = ERR_INIT;
    char *path = state_file(a, "query.sql");
    const char *sql = s->model.sql ? s->model.sql : "";
    char *text = mem_printf("%s\n", sql);
    int status = path ? file_mkdirs(a->state_folder, &e)
                      : err_set(&e, ERR_CONFIG, "there is no folder for the editor's file");
    if (status == OK)
        status = file_write_atomic(path, text, strlen(text), &e);
    if (status == OK) {
        app_edit(a, path, 0, 0);
        s->editing = true;
    } else {
        app_say(a, TONE_BAD, "%s", e.text);
    }
    free(text);
    free(path);
    return status == OK ? REACT_EDIT : REACT_DRAW;
}

static void trim(struct buf *text)
{
    while (text->len && strchr(" \t\r\n", text->data[text->len - 1]))
        text->data[--text->len] = '\0';
}

/* Back from the editor: asked, when it is another one. */
static unsigned edited(struct app *a, struct query_screen *s)
{
    struct buf text = {0};
    struct err e = ERR_INIT;
    unsigned react = REACT_DRAW;
    char *path = state_file(a, "query.sql");
    s->editing = false;
    if (file_read(path, PROMPT_BYTES * 16, &text, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
    } else {
        trim(&text);
        if (!s->model.sql || strcmp(buf_text(&text), s->model.sql) != 0)
            react = ask(a, s, buf_text(&text));
    }
    free(path);
    buf_finish(&text);
    return react;
}

/* ---- saved queries ---- */

static unsigned run_saved(struct app *a, struct query_screen *s, const char *name)
{
    struct buf sql = {0};
    struct err e = ERR_INIT;
    unsigned react = REACT_DRAW;
    if (!a->config_folder || !query_saved_is_name(name) ||
        query_saved_load(a->config_folder, name, &sql, &e) != OK) {
        struct query_saved *saved = &s->model.saved;
        query_saved_finish(saved);
        query_saved_read(a->config_folder, saved);
        const char *near =
            text_nearest(name, (const char *const *)saved->names.data, saved->names.len);
        app_say(a, TONE_BAD, "no saved query %s%s%s%s", name, near ? "; did you mean " : "",
                near ? near : "", near ? "?" : "");
    } else {
        trim(&sql);
        react = ask(a, s, buf_text(&sql));
    }
    buf_finish(&sql);
    return react;
}

static unsigned choose(struct app *a, struct query_screen *s, const char *name)
{
    struct query_model *m = &s->model;
    if (*name)
        return run_saved(a, s, name);
    query_saved_finish(&m->saved);
    query_saved_read(a->config_folder, &m->saved);
    if (m->saved.names.len == 0) {
        app_say(a, TONE_INFO, "no saved queries yet: o saves the one that is shown");
        return REACT_DRAW;
    }
    list_set_count(&m->choice, (int)m->saved.names.len);
    m->choosing = true;
    return REACT_DRAW;
}

static unsigned choose_line(struct app *a, struct query_screen *s)
{
    struct query_model *m = &s->model;
    m->choosing = false;
    if ((size_t)m->choice.at >= m->saved.names.len)
        return REACT_DRAW;
    char *name = mem_strdup(m->saved.names.data[m->choice.at]);
    unsigned react = run_saved(a, s, name);
    free(name);
    return react;
}

static unsigned save_yes(struct app *a, void *ctx, const char *text)
{
    struct query_screen *s = ctx;
    struct err e = ERR_INIT;
    (void)text;
    if (query_saved_save(a->config_folder, s->save_as, s->model.sql, &e) == OK)
        app_say(a, TONE_GOOD, "saved: s, or :saved %s, asks it again", s->save_as);
    else
        app_say(a, TONE_BAD, "%s", e.text);
    return REACT_DRAW;
}

static unsigned save_as(struct app *a, void *ctx, const char *name)
{
    if (!*name)
        return REACT_DRAW;
    if (!a->config_folder || !query_saved_is_name(name)) {
        app_say(a, TONE_BAD, "a name is made of letters, digits, - _ and .");
        return REACT_DRAW;
    }
    struct query_screen *s = ctx;
    free(s->save_as);
    s->save_as = mem_strdup(name);
    if (!query_saved_exists(a->config_folder, name))
        return save_yes(a, ctx, "");
    char question[200];
    snprintf(question, sizeof question, "%.100s is there already. Overwrite it?", name);
    prompt_confirm(&a->prompt, question, save_yes, ctx);
    return REACT_DRAW;
}

static unsigned save(struct app *a, struct query_screen *s, const char *name)
{
    if (!s->model.sql) {
        app_say(a, TONE_INFO, "there is no query to save yet");
        return REACT_DRAW;
    }
    if (*name)
        return save_as(a, s, name);
    prompt_text(&a->prompt, "save the query as: ", "", NULL, save_as, NULL, s);
    return REACT_DRAW;
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
        put_command(m, &text);
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
    else if (stop(a, s))
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
            return choose_line(a, s);
        return *arg ? ask(a, s, arg) : open_prompt(a, s);
    case ACT_QUERY_EDIT: return edit(a, s);
    case ACT_QUERY_AGAIN: return m->sql ? ask(a, s, m->sql) : open_prompt(a, s);
    case ACT_QUERY_SAVED: return choose(a, s, arg);
    case ACT_QUERY_SAVE: return save(a, s, arg);
    case ACT_QUERY_CHART: return chart(a, m);
    case ACT_QUERY_STOP:
        if (stop(a, s)) {
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
    case EVENT_DATA: return s->editing ? edited(a, s) : REACT_NONE;
    case EVENT_TICK:
        if (s->reading)
            return read_on(a, s);
        if (!s->model.running)
            return REACT_NONE;
        app_wake(a, clock_mono_ns() + CLOCK_MS * INT64_C(1000000));
        return REACT_DRAW;
    case EVENT_MOUSE: return click(&s->model, ev);
    default: return REACT_NONE;
    }
}

static unsigned enter(struct app *a, void *self)
{
    struct query_screen *s = self;
    if (s->model.running)
        app_wake(a, s->reading ? 1 : clock_mono_ns() + CLOCK_MS * INT64_C(1000000));
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
