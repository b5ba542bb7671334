/* A terminal without a terminal: replays a script, keeps the last picture as text. */
#include "base/clock.h"
#include "base/file.h"
#include "tui/script.h"
#include "tui/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct term_script {
    struct terminal base;
    char *path;
    struct script script;
    size_t at;
    int rows, cols;
    struct buf shown;
    int64_t since_ns; /* when the waiting began, 0: not waiting */
    bool paused;      /* one event has been handed out: the picture comes first */
};

static struct term_script *self_of(struct terminal *t)
{
    return (struct term_script *)t;
}

static void size(struct terminal *t, int *rows, int *cols)
{
    *rows = self_of(t)->rows;
    *cols = self_of(t)->cols;
}

static int dump(struct term_script *s, const char *file, struct err *e)
{
    if (strcmp(file, "-") != 0)
        return file_write_atomic(file, buf_text(&s->shown), s->shown.len, e);
    fwrite(buf_text(&s->shown), 1, s->shown.len, stdout);
    return fflush(stdout) == 0 ? OK : err_sys(e, ERR_IO, "cannot write the screen");
}

/* What a wait has come to: 1 fulfilled, 0 not yet, -1 too late. */
static int waited(struct term_script *s, const struct step *step, struct err *e)
{
    int64_t now = clock_mono_ns();
    if (!s->since_ns)
        s->since_ns = now;
    bool there = step->kind == STEP_WAIT && strstr(buf_text(&s->shown), step->text) != NULL;
    bool late = now - s->since_ns >= (int64_t)step->ms * 1000000;
    if (step->kind == STEP_SLEEP ? late : there != step->negated) {
        s->since_ns = 0;
        return 1;
    }
    if (!late || step->kind == STEP_SLEEP)
        return 0;
    err_set(e, ERR_FAILED, "%s:%u: waited in vain %s \"%s\"; the screen was:\n%.1500s", s->path,
            step->line, step->negated ? "while" : "until", step->text, buf_text(&s->shown));
    return -1;
}

static int next(struct terminal *t, struct event *out, struct err *e)
{
    struct term_script *s = self_of(t);
    if (s->paused) {
        s->paused = false;
        return 0;
    }
    for (; s->at < s->script.steps.len; s->at++) {
        const struct step *step = &s->script.steps.data[s->at];
        int state;
        switch (step->kind) {
        case STEP_DUMP:
            if (dump(s, step->text, e) != OK)
                return -1;
            continue;
        case STEP_WAIT:
        case STEP_SLEEP:
            state = waited(s, step, e);
            if (state <= 0)
                return state;
            continue;
        case STEP_SIZE:
            s->rows = step->row;
            s->cols = step->col;
            out->kind = EVENT_RESIZE;
            out->size.rows = s->rows;
            out->size.cols = s->cols;
            break;
        case STEP_KEY:
            out->kind = EVENT_KEY;
            out->key = step->key;
            break;
        case STEP_MOUSE:
            out->kind = EVENT_MOUSE;
            out->mouse.row = step->row;
            out->mouse.col = step->col;
            out->mouse.act = step->act;
            break;
        }
        s->at++;
        s->paused = true;
        return 1;
    }
    return -1;
}

static int timeout(struct terminal *t)
{
    return self_of(t)->since_ns ? 10 : 0;
}

static void draw(struct terminal *t, const struct grid *g)
{
    struct term_script *s = self_of(t);
    buf_clear(&s->shown);
    grid_dump(g, &s->shown);
}

static void nothing(struct terminal *t)
{
    (void)t;
}

static void set_mouse(struct terminal *t, bool on)
{
    (void)t, (void)on;
}

static void take_text(struct terminal *t, const char *text)
{
    (void)t, (void)text;
}

static bool copy(struct terminal *t, const char *text)
{
    (void)t, (void)text;
    return true;
}

static void destroy(struct terminal *t)
{
    struct term_script *s = self_of(t);
    script_finish(&s->script);
    buf_finish(&s->shown);
    free(s->path);
    free(s);
}

static const struct term_ops script_ops = {
    .size = size,
    .next = next,
    .timeout = timeout,
    .draw = draw,
    .repaint = nothing,
    .release = nothing,
    .acquire = nothing,
    .set_mouse = set_mouse,
    .set_theme = take_text,
    .copy = copy,
    .destroy = destroy,
};

int term_script_create(const char *path, struct terminal **out, struct err *e)
{
    struct buf text = {0};
    int status = file_read(path, 1 << 20, &text, e);
    if (status != OK)
        goto free_text;
    struct term_script *s = mem_alloc(sizeof *s);
    s->base = (struct terminal){.ops = &script_ops, .fd = -1};
    s->rows = 24;
    s->cols = 80;
    status = script_parse(path, buf_text(&text), text.len, &s->script, e);
    if (status != OK) {
        free(s);
        goto free_text;
    }
    s->path = mem_strdup(path);
    *out = &s->base;
free_text:
    buf_finish(&text);
    return status;
}
