#include "tui/tui.h"

#include "base/clock.h"
#include "tui/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCREEN(ID, name) extern const struct screen screen_##name;
#include "tui/screens.def"
#undef SCREEN
const struct screen *const screens[SCREEN_COUNT] = {
#define SCREEN(ID, name) &screen_##name,
#include "tui/screens.def"
#undef SCREEN
};

static const char *const themes[] = {"dark", "light", "safe", "mono"};
static const char *const glyph_names[] = {"braille", "block", "ascii"};

static void *state_of(const struct app *a)
{
    return a->states[a->screen->scope - 1];
}

/* ---- life ---- */

void app_init(struct app *a, const struct app_options *o)
{
    *a = (struct app){.database = mem_strdup(o->database),
                      .plugin_path = mem_strdup(o->plugin_path),
                      .state_folder = mem_strdup(o->state_folder),
                      .config_folder = mem_strdup(o->config_folder),
                      .look = {.glyphs = o->glyphs, .now_us = clock_wall_us()},
                      .theme = o->theme,
                      .mouse = o->mouse,
                      .follow = true,
                      .rows = 24,
                      .cols = 80};
    char *typed = o->state_folder ? mem_printf("%s/commands", o->state_folder) : NULL;
    history_open(&a->typed, typed);
    free(typed);
    for (int i = 0; i < SCREEN_COUNT; i++)
        a->states[i] = screens[i]->create(a);
    a->screen = a->previous = a->helped = screens[SCOPE_RUNS - 1];
}

void app_finish(struct app *a)
{
    for (int i = 0; i < SCREEN_COUNT; i++)
        screens[i]->destroy(a->states[i]);
    control_finish(&a->control);
    tasks_finish(&a->tasks);
    history_finish(&a->typed);
    store_close(a->store);
    for (size_t i = 0; i < a->commands.len; i++)
        free(a->commands.data[i].text);
    vec_finish(&a->commands);
    vec_finish(&a->focus);
    free(a->clipboard);
    free(a->export_file);
    free(a->edit.path);
    free(a->state_folder);
    free(a->config_folder);
    free(a->database);
    free(a->plugin_path);
}

/* ---- for screens ---- */

void app_say(struct app *a, enum tone tone, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(a->message.text, sizeof a->message.text, fmt, ap);
    va_end(ap);
    a->message.text[strcspn(a->message.text, "\n")] = '\0';
    a->message.tone = tone;
}

void app_record(struct app *a, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    struct said said = {.t_us = a->look.now_us, .text = text.data};
    if (said.text)
        vec_push(&a->commands, said);
}

void app_wake(struct app *a, int64_t at_ns)
{
    if (a->wake_ns == 0 || at_ns < a->wake_ns)
        a->wake_ns = at_ns;
}

void app_edit(struct app *a, const char *path, unsigned line, unsigned column)
{
    free(a->edit.path);
    a->edit.path = mem_strdup(path);
    a->edit.line = line;
    a->edit.column = column;
}

unsigned app_copy(struct app *a, const char *text)
{
    free(a->clipboard);
    a->clipboard = mem_strdup(text);
    app_say(a, TONE_INFO, "copied: %s", text);
    return REACT_DRAW | REACT_COPY;
}

unsigned app_control(struct app *a, const struct run_row *run, const char *verb, const char *arg)
{
    struct err e = ERR_INIT;
    if (control_command(&a->control, run->socket ? run->socket : "", run->id, verb, arg, &e) != OK)
        app_say(a, TONE_BAD, "cannot %s %s: %s", verb, run->experiment, e.text);
    return REACT_DRAW;
}

unsigned app_go(struct app *a, enum scope scope)
{
    const struct screen *to = screens[scope - 1];
    if (to == a->screen)
        return REACT_DRAW;
    if (a->screen->leave)
        a->screen->leave(a, state_of(a));
    if (to->scope == SCOPE_HELP)
        a->helped = a->screen;
    else if (a->screen->scope != SCOPE_HELP)
        a->previous = a->screen;
    a->screen = to;
    a->num_bar = 0;
    return REACT_DRAW | to->enter(a, state_of(a));
}

/* ---- actions that mean the same everywhere ---- */

static const struct screen *screen_named(const char *name)
{
    for (int i = 0; i < SCREEN_COUNT; i++)
        if (strcmp(screens[i]->name, name) == 0)
            return screens[i];
    return NULL;
}

static unsigned go_named(struct app *a, const char *name)
{
    const struct screen *s = screen_named(name);
    return s ? app_go(a, s->scope) : REACT_NONE;
}

static unsigned do_recipes(struct app *a, const char *arg)
{
    (void)arg;
    return go_named(a, "recipes");
}

static unsigned do_runs(struct app *a, const char *arg)
{
    (void)arg;
    return go_named(a, "runs");
}

/* Goes there, with what arg says as its filter. */
static unsigned go_with(struct app *a, const char *name, const char *arg)
{
    unsigned react = go_named(a, name);
    return *arg ? react | app_act(a, ACT_FILTER, arg) : react;
}

static unsigned do_compare(struct app *a, const char *arg)
{
    return go_with(a, "compare", arg);
}

static unsigned do_stats(struct app *a, const char *arg)
{
    (void)arg;
    return go_named(a, "stats");
}

static unsigned do_live(struct app *a, const char *arg)
{
    (void)arg;
    return go_named(a, "live");
}

static unsigned do_sweep(struct app *a, const char *arg)
{
    return go_with(a, "sweep", arg);
}

static unsigned do_log(struct app *a, const char *arg)
{
    (void)arg;
    return go_named(a, "log");
}

static unsigned do_query(struct app *a, const char *arg)
{
    unsigned react = go_named(a, "query");
    return *arg ? react | app_act(a, ACT_QUERY_ASK, arg) : react;
}

static unsigned do_help(struct app *a, const char *arg)
{
    (void)arg;
    return app_go(a, a->screen->scope == SCOPE_HELP ? a->helped->scope : SCOPE_HELP);
}

static unsigned do_back(struct app *a, const char *arg)
{
    (void)arg;
    return app_go(a, a->screen->scope == SCOPE_HELP ? a->helped->scope : a->previous->scope);
}

static unsigned do_follow(struct app *a, const char *arg)
{
    (void)arg;
    a->follow = !a->follow;
    if (a->follow && app_focus_newest(a))
        app_say(a, TONE_INFO, "following the newest run");
    else
        app_say(a, TONE_INFO, "no longer following the newest run");
    const struct event data = {.kind = EVENT_DATA};
    return REACT_DRAW | app_update(a, &data);
}

static unsigned do_command(struct app *a, const char *arg)
{
    (void)arg;
    prompt_command(&a->prompt, &a->typed);
    return REACT_DRAW;
}

/* The next of a list of names after current, or the one that arg names; -1 when it names none. */
static int choose(const char *const *names, size_t n, size_t current, const char *arg)
{
    if (!*arg)
        return (int)((current + 1) % n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], arg) == 0)
            return (int)i;
    return -1;
}

static unsigned do_theme(struct app *a, const char *arg)
{
    const size_t n = sizeof themes / sizeof themes[0];
    size_t now = 0;
    while (now + 1 < n && strcmp(themes[now], a->theme) != 0)
        now++;
    int to = choose(themes, n, now, arg);
    if (to < 0) {
        app_say(a, TONE_BAD, "no theme %s: dark, light, safe or mono", arg);
        return REACT_DRAW;
    }
    a->theme = themes[to];
    app_say(a, TONE_INFO, "theme %s", a->theme);
    return REACT_DRAW | REACT_THEME;
}

static unsigned do_glyphs(struct app *a, const char *arg)
{
    int to = choose(glyph_names, GLYPHS_ASCII + 1, a->look.glyphs, arg);
    if (to < 0) {
        app_say(a, TONE_BAD, "no characters %s: braille, block or ascii", arg);
        return REACT_DRAW;
    }
    a->look.glyphs = (enum glyphs)to;
    app_say(a, TONE_INFO, "characters: %s", glyph_names[to]);
    return REACT_DRAW;
}

static unsigned do_mouse(struct app *a, const char *arg)
{
    (void)arg;
    a->mouse = !a->mouse;
    app_say(a, TONE_INFO, "%s",
            a->mouse ? "mouse on: % gives it back to the terminal"
                     : "mouse off: the terminal selects text; % turns it on");
    return REACT_DRAW | REACT_MOUSE;
}

static unsigned do_redraw(struct app *a, const char *arg)
{
    (void)a, (void)arg;
    return REACT_DRAW | REACT_REPAINT;
}

static unsigned do_suspend(struct app *a, const char *arg)
{
    (void)a, (void)arg;
    return REACT_SUSPEND;
}

static unsigned do_quit(struct app *a, const char *arg)
{
    (void)arg;
    return a->screen->scope == SCOPE_HELP ? app_go(a, a->helped->scope) : REACT_QUIT;
}

static unsigned (*const meanings[ACT_COUNT])(struct app *, const char *arg) = {
    [ACT_GO_RECIPES] = do_recipes, [ACT_GO_RUNS] = do_runs,    [ACT_GO_STATS] = do_stats,
    [ACT_GO_LIVE] = do_live,       [ACT_GO_LOG] = do_log,      [ACT_GO_QUERY] = do_query,
    [ACT_HELP] = do_help,          [ACT_BACK] = do_back,       [ACT_FOLLOW] = do_follow,
    [ACT_COMMAND] = do_command,    [ACT_THEME] = do_theme,     [ACT_GLYPHS] = do_glyphs,
    [ACT_MOUSE] = do_mouse,        [ACT_EXPORT] = export_view, [ACT_REDRAW] = do_redraw,
    [ACT_SUSPEND] = do_suspend,    [ACT_QUIT] = do_quit,       [ACT_GO_COMPARE] = do_compare,
    [ACT_GO_SWEEP] = do_sweep,
};

unsigned app_act(struct app *a, enum action act, const char *arg)
{
    bool done = false;
    if (act == ACT_COPY && strcmp(arg, "picture") == 0)
        return export_copy(a);
    unsigned react = a->screen->act(a, state_of(a), act, arg, &done);
    if (!done && meanings[act])
        react |= meanings[act](a, arg);
    return react;
}

/* A name that means something on another screen only. */
static const struct action_row *elsewhere(const char *name)
{
    for (int i = 0; i < ACT_COUNT - 1; i++)
        if (action_rows[i].scope != SCOPE_GLOBAL && strcmp(action_rows[i].name, name) == 0)
            return &action_rows[i];
    return NULL;
}

static void say_unknown(struct app *a, const char *name)
{
    const struct action_row *other = elsewhere(name);
    const char *near = action_nearest(a->screen->scope, name);
    if (other)
        app_say(a, TONE_BAD, "%s is a command of %s (:%s)", name, screens[other->scope - 1]->title,
                screens[other->scope - 1]->name);
    else if (near)
        app_say(a, TONE_BAD, "no command %s here; did you mean %s?", name, near);
    else
        app_say(a, TONE_BAD, "no command %s here; ? lists them", name);
}

unsigned app_command(struct app *a, const char *line)
{
    line += strspn(line, " ");
    size_t n = strcspn(line, " "), end = strlen(line);
    const char *rest = line + n + strspn(line + n, " ");
    if (n == 0)
        return REACT_DRAW;
    enum scope scope = a->screen->scope;
    enum action act = action_for_name(scope, line, n);
    if (act == ACT_NONE) /* ":q", ":7": a key typed as a command */
        act = action_for_key(scope, key_parse(line, n));
    if (act != ACT_NONE) {
        while (end > (size_t)(rest - line) && line[end - 1] == ' ')
            end--;
        char *arg = mem_printf("%.*s", (int)(end - (size_t)(rest - line)), rest);
        unsigned react = app_act(a, act, arg);
        free(arg);
        return REACT_DRAW | react;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)n, line);
    say_unknown(a, name);
    return REACT_DRAW;
}

/* ---- events ---- */

static unsigned key(struct app *a, uint32_t k)
{
    if (a->prompt.kind != PROMPT_NONE)
        return prompt_key(a, &a->prompt, k);
    unsigned react = REACT_NONE;
    if (a->message.text[0]) {
        a->message.text[0] = '\0';
        react = REACT_DRAW;
    }
    enum action act = action_for_key(a->screen->scope, k);
    if (act == ACT_NONE && k >= K_F1 + 1 && k <= K_F1 + 8 && k - K_F1 - 1 < a->num_bar)
        act = a->bar[k - K_F1 - 1].act;
    return act == ACT_NONE ? react : react | app_act(a, act, "");
}

static unsigned mouse(struct app *a, const struct event *ev)
{
    if (a->prompt.kind != PROMPT_NONE)
        return REACT_NONE;
    if (ev->mouse.row == a->rows - 1) {
        for (size_t i = 0; i < a->num_bar; i++)
            if (ev->mouse.act == MOUSE_CLICK && ev->mouse.col >= a->bar[i].col &&
                ev->mouse.col < a->bar[i].col + a->bar[i].cols)
                return app_act(a, a->bar[i].act, "");
        return REACT_NONE;
    }
    return a->screen->update ? a->screen->update(a, state_of(a), ev) : REACT_NONE;
}

unsigned app_update(struct app *a, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_KEY: return key(a, ev->key);
    case EVENT_MOUSE: return mouse(a, ev);
    case EVENT_RESIZE:
        a->rows = ev->size.rows;
        a->cols = ev->size.cols;
        if (a->screen && a->screen->update) /* there may be more to read */
            a->screen->update(a, state_of(a), ev);
        return REACT_DRAW;
    case EVENT_TICK:
    case EVENT_DATA:
    case EVENT_MESSAGE: break;
    }
    return a->screen->update ? a->screen->update(a, state_of(a), ev) : REACT_NONE;
}
