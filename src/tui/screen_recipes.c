/* Recipes: what can be run, and running it. */
#include "base/file.h"
#include "base/text.h"
#include "tui/export.h"
#include "tui/recipes_model.h"
#include "tui/starter.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void *create(struct app *a)
{
    (void)a;
    return mem_alloc(sizeof(struct recipes_model));
}

static void destroy(void *self)
{
    if (self)
        recipes_model_finish(self);
    free(self);
}

static unsigned enter(struct app *a, void *self)
{
    (void)a;
    recipes_scan(self);
    return REACT_DRAW;
}

/* ---- checking and starting ---- */

static void note_answer(struct recipes_model *m, const struct starter_answer *l, bool keep_text)
{
    struct recipes_item *item = m->busy ? recipes_model_find(m, m->busy) : NULL;
    if (item) {
        item->errors = l->errors;
        item->line = l->line;
        item->column = l->column;
        item->runs = l->runs;
        if (keep_text) {
            free(item->checked);
            item->checked = mem_strdup(l->text);
            m->text = (struct list){0};
        }
    }
    free(m->busy);
    m->busy = NULL;
}

static void say_failure(struct app *a, int status, const struct starter_answer *l)
{
    if (l->errors)
        app_say(a, TONE_BAD, "%d error%s; e opens the first one", l->errors,
                l->errors == 1 ? "" : "s");
    else if (l->understood)
        app_say(a, TONE_BAD, "%s", l->text);
    else
        app_say(a, TONE_BAD, "the process that was to do it ended with %d", status);
}

static unsigned checked(struct app *a, void *self, int status, struct buf *answer)
{
    struct starter_answer l;
    starter_parse(buf_text(answer), &l);
    note_answer(self, &l, l.understood);
    if (status == OK)
        app_say(a, TONE_GOOD, "no errors; every value is filled in below, Tab goes there");
    else
        say_failure(a, status, &l);
    starter_finish(&l);
    return REACT_DRAW;
}

static unsigned started(struct app *a, void *self, int status, struct buf *answer)
{
    struct starter_answer l;
    starter_parse(buf_text(answer), &l);
    note_answer(self, &l, l.errors > 0);
    unsigned react = REACT_DRAW;
    if (status != OK || l.ids.len == 0) {
        say_failure(a, status, &l);
    } else {
        react |= app_poll_data(a);
        app_focus(a, l.ids.data, l.ids.len);
        bool still_here = a->screen->scope == SCOPE_RECIPES;
        if (still_here)
            react |= app_act(a, ACT_GO_LIVE, "");
        app_say(a, TONE_GOOD, "%zu run%s started; q leaves, they go on", l.ids.len,
                l.ids.len == 1 ? "" : "s");
    }
    starter_finish(&l);
    return react;
}

static unsigned launch(struct app *a, struct recipes_model *m, const char *what, task_done done)
{
    const struct recipes_item *item = recipes_model_current(m);
    if (!item)
        return REACT_NONE;
    if (m->busy) {
        app_say(a, TONE_INFO, "still busy with %s", file_base(m->busy));
        return REACT_DRAW;
    }
    const char *const args[] = {
        "--starter", what, a->database, a->plugin_path ? a->plugin_path : "", item->path, NULL};
    struct err e = ERR_INIT;
    if (task_start(&a->tasks, args, done, m, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
        return REACT_DRAW;
    }
    m->busy = mem_strdup(item->path);
    bool run = strcmp(what, "run") == 0;
    app_say(a, TONE_INFO, "%s %s …", run ? "starting" : "checking", item->name);
    app_record(a, "rlbench %s %s%s", what, run ? "--detach " : "", item->path);
    return REACT_DRAW;
}

/* ---- editing ---- */

static unsigned edit(struct app *a, struct recipes_model *m)
{
    const struct recipes_item *item = recipes_model_current(m);
    if (!item)
        return REACT_NONE;
    if (item->origin == ORIGIN_SHIPPED) {
        app_say(a, TONE_INFO, "%s is shipped: n makes your own copy to edit", item->name);
        return REACT_DRAW;
    }
    app_edit(a, item->path, item->line, item->column);
    return REACT_EDIT;
}

/* The text of a recipe under another name. */
static void rename_text(const struct buf *from, const char *name, struct buf *out)
{
    bool named = false;
    const char *at = from->data, *end = from->data + from->len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline + 1 : end;
        if (!named && stop - at > 5 && strncmp(at, "name:", 5) == 0) {
            buf_printf(out, "name: %s\n", name);
            named = true;
        } else {
            buf_add(out, at, (size_t)(stop - at));
        }
        at = stop;
    }
}

static bool good_name(const char *name)
{
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return *name && *name != '.' && strlen(name) < 100 && name[strspn(name, letters)] == '\0';
}

static int write_copy(const char *from, const char *folder, const char *path, const char *name,
                      struct err *e)
{
    struct buf text = {0}, renamed = {0};
    if (file_exists(path))
        return err_set(e, ERR_CANTCREAT, "%s is there already", path);
    int status = file_mkdirs(folder, e);
    if (status == OK)
        status = file_read(from, 1 << 20, &text, e);
    if (status == OK) {
        rename_text(&text, name, &renamed);
        status = file_write_atomic(path, buf_text(&renamed), renamed.len, e);
    }
    buf_finish(&text);
    buf_finish(&renamed);
    return status;
}

static unsigned new_named(struct app *a, void *ctx, const char *name)
{
    struct recipes_model *m = ctx;
    const struct recipes_item *item = recipes_model_current(m);
    if (!item)
        return REACT_DRAW;
    if (!good_name(name)) {
        app_say(a, TONE_BAD, "a name is made of letters, digits, - _ and .");
        return REACT_DRAW;
    }
    char *folder = place_own_recipes();
    char *path = mem_printf("%s/%s.yaml", folder, name);
    struct err e = ERR_INIT;
    int status = write_copy(item->path, folder, path, name, &e);
    unsigned react = REACT_DRAW;
    if (status != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
    } else {
        recipes_scan(m);
        for (size_t i = 0; i < m->shown.len; i++)
            if (strcmp(m->items.data[m->shown.data[i]].path, path) == 0)
                m->list.at = (int)i;
        app_edit(a, path, 0, 0);
        react |= REACT_EDIT;
    }
    free(path);
    free(folder);
    return react;
}

static unsigned ask_name(struct app *a, struct recipes_model *m)
{
    const struct recipes_item *item = recipes_model_current(m);
    if (!item)
        return REACT_NONE;
    char initial[120];
    snprintf(initial, sizeof initial, "my-%.100s", item->name);
    prompt_text(&a->prompt, "name of the copy: ", initial, NULL, new_named, NULL, m);
    return REACT_DRAW;
}

/* ---- the rest ---- */

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    (void)a;
    struct recipes_model *m = ctx;
    snprintf(m->filter, sizeof m->filter, "%s", text);
    recipes_model_arrange(m);
    return REACT_DRAW;
}

static unsigned filter(struct app *a, struct recipes_model *m, const char *arg)
{
    if (*arg)
        return set_filter(a, m, arg);
    prompt_text(&a->prompt, "filter: ", m->filter, set_filter, set_filter, set_filter, m);
    return REACT_DRAW;
}

static unsigned back(struct app *a, struct recipes_model *m, bool *done)
{
    struct recipes_item *item = recipes_model_current(m);
    if (m->in_text)
        m->in_text = false;
    else if (m->filter[0])
        return set_filter(a, m, "");
    else if (item && item->checked && !item->errors) {
        free(item->checked);
        item->checked = NULL;
    } else {
        *done = false;
    }
    return REACT_DRAW;
}

static unsigned copy(struct app *a, struct recipes_model *m)
{
    const struct recipes_item *item = recipes_model_current(m);
    if (!item)
        return REACT_NONE;
    char *text = mem_printf("rlbench run %s", item->path);
    unsigned react = app_copy(a, text);
    free(text);
    return react;
}

/* In the lower pane moving scrolls. */
static bool scroll_text(struct recipes_model *m, enum action action)
{
    int half = m->text.page / 2;
    const struct {
        enum action act;
        int by;
    } moves[] = {{ACT_DOWN, 1},        {ACT_UP, -1},          {ACT_TOP, -100000},
                 {ACT_BOTTOM, 100000}, {ACT_HALF_DOWN, half}, {ACT_HALF_UP, -half}};
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].act == action) {
            m->text.top += moves[i].by; /* the view keeps it within the text */
            return true;
        }
    return false;
}

/* The recipe that a `:` command names becomes the current one, whatever the filter is. */
static bool pick(struct app *a, struct recipes_model *m, const char *name)
{
    VEC(const char *) names = {0};
    m->filter[0] = '\0';
    recipes_model_arrange(m);
    for (size_t i = 0; i < m->shown.len; i++) {
        const struct recipes_item *item = &m->items.data[m->shown.data[i]];
        vec_push(&names, item->name);
        if (strcmp(item->name, name) == 0) {
            m->list.at = (int)i;
            vec_finish(&names);
            return true;
        }
    }
    const char *near = text_nearest(name, names.data, names.len);
    app_say(a, TONE_BAD, "no recipe %s%s%s%s", name, near ? "; did you mean " : "",
            near ? near : "", near ? "?" : "");
    vec_finish(&names);
    return false;
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct recipes_model *m = self;
    *done = true;
    if (*arg && action_row(action)->scope == SCOPE_RECIPES && !pick(a, m, arg))
        return REACT_DRAW;
    if (m->in_text ? scroll_text(m, action) : list_act(&m->list, action)) {
        if (!m->in_text)
            m->text.top = 0;
        return REACT_DRAW;
    }
    switch (action) {
    case ACT_RECIPE_RUN: return launch(a, m, "run", started);
    case ACT_RECIPE_CHECK: return launch(a, m, "check", checked);
    case ACT_RECIPE_EDIT: return edit(a, m);
    case ACT_RECIPE_NEW: return ask_name(a, m);
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE: m->in_text = !m->in_text && m->text.count > 0; return REACT_DRAW;
    case ACT_FILTER: return filter(a, m, arg);
    case ACT_COPY: return copy(a, m);
    case ACT_BACK: return back(a, m, done);
    default: *done = false; return REACT_NONE;
    }
}

static unsigned click(struct app *a, struct recipes_model *m, const struct event *ev)
{
    int at = list_line_at(&m->list, ev->mouse.row);
    bool wheel = ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN;
    int by = ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3;
    if (wheel && ev->mouse.row < m->list.row + m->list.page)
        list_scroll(&m->list, by);
    else if (wheel)
        m->text.top += by;
    else if (at >= 0) {
        m->list.at = at;
        m->in_text = false;
        m->text.top = 0;
        if (ev->mouse.act == MOUSE_DOUBLE)
            return launch(a, m, "run", started);
    } else {
        m->in_text = m->text.count > 0 && ev->mouse.row > m->list.row + m->list.page;
    }
    return REACT_DRAW;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    if (ev->kind == EVENT_DATA)
        return recipes_scan(self) ? REACT_DRAW : REACT_NONE;
    return ev->kind == EVENT_MOUSE ? click(a, self, ev) : REACT_NONE;
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    recipes_view(self, &a->look, g, r);
}

static void status(const struct app *a, void *self, struct buf *out)
{
    (void)self;
    if (a->num_live)
        buf_printf(out, "%zu live", a->num_live);
}

const struct screen screen_recipes = {
    .name = "recipes",
    .title = "Recipes",
    .number = 1,
    .scope = SCOPE_RECIPES,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
    .csv = export_recipes,
    .status = status,
};
