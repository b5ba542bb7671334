/* Asking: another process, what it answers, and what was typed or edited for it. */
#include "tui/query.h"

#include "base/clock.h"
#include "base/file.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SLICE_MS = 15, /* an answer is read so long between two looks at the keys */
    SQL_BYTES = 1 << 16
};

static char *editor_file(const struct app *a)
{
    return a->state_folder ? mem_printf("%s/query.sql", a->state_folder) : NULL;
}

bool query_stop(struct app *a, struct query_screen *s)
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
unsigned query_read_on(struct app *a, struct query_screen *s)
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
    return query_read_on(a, s);
}

void query_put_command(const struct query_model *m, struct buf *out)
{
    buf_puts(out, "rlbench query ");
    words_quote(out, m->sql);
}

unsigned query_ask(struct app *a, struct query_screen *s, const char *sql)
{
    struct query_model *m = &s->model;
    struct err e = ERR_INIT;
    sql += strspn(sql, " \n");
    if (!*sql)
        return REACT_DRAW;
    query_stop(a, s);
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
    query_put_command(m, &command);
    app_record(a, "%s", buf_text(&command));
    buf_finish(&command);
    app_wake(a, m->since_ns + QUERY_CLOCK_MS * INT64_C(1000000));
    return REACT_DRAW;
}

static unsigned typed(struct app *a, void *ctx, const char *text)
{
    return query_ask(a, ctx, text);
}

unsigned query_open_prompt(struct app *a, struct query_screen *s)
{
    prompt_text(&a->prompt, "SQL: ", s->model.sql ? s->model.sql : "", NULL, typed, NULL, s);
    prompt_remember(&a->prompt, &s->typed);
    return REACT_DRAW;
}

/* ---- in an editor ---- */

unsigned query_edit(struct app *a, struct query_screen *s)
{
    struct err e = ERR_INIT;
    char *path = editor_file(a);
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

void query_trim(struct buf *text)
{
    while (text->len && strchr(" \t\r\n", text->data[text->len - 1]))
        text->data[--text->len] = '\0';
}

/* Back from the editor: asked, when it is another one. */
unsigned query_edited(struct app *a, struct query_screen *s)
{
    struct buf text = {0};
    struct err e = ERR_INIT;
    unsigned react = REACT_DRAW;
    char *path = editor_file(a);
    s->editing = false;
    if (file_read(path, SQL_BYTES, &text, &e) != OK) {
        app_say(a, TONE_BAD, "%s", e.text);
    } else {
        query_trim(&text);
        if (!s->model.sql || strcmp(buf_text(&text), s->model.sql) != 0)
            react = query_ask(a, s, buf_text(&text));
    }
    free(path);
    buf_finish(&text);
    return react;
}
