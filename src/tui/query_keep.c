/* Saved queries: chosen, asked, saved. */
#include "tui/query.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        query_trim(&sql);
        react = query_ask(a, s, buf_text(&sql));
    }
    buf_finish(&sql);
    return react;
}

unsigned query_choose(struct app *a, struct query_screen *s, const char *name)
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

unsigned query_choose_line(struct app *a, struct query_screen *s)
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

unsigned query_save(struct app *a, struct query_screen *s, const char *name)
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
