#include "tui/script.h"

#include "base/num.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 500, MOST_COLS = 1000 };

struct reader {
    const char *path;
    unsigned line;
    struct script *out;
    struct err *e;
};

/* The next word of a line, moving *at behind it and the blanks after it. */
static const char *word(struct reader *r, const char **at, const char *end)
{
    const char *from = *at;
    while (*at < end && **at != ' ')
        ++*at;
    const char *w = arena_strndup(&r->out->arena, from, (size_t)(*at - from));
    while (*at < end && **at == ' ')
        ++*at;
    return w;
}

static int bad(struct reader *r, const char *what)
{
    return err_set(r->e, ERR_DATA, "%s:%u: %s", r->path, r->line, what);
}

static struct step *add(struct reader *r, enum step_kind kind)
{
    struct step s = {.kind = kind, .line = r->line};
    vec_push(&r->out->steps, s);
    return &r->out->steps.data[r->out->steps.len - 1];
}

static int whole(struct reader *r, const char *text, int most, int *out)
{
    int64_t v;
    if (num_parse_int(text, &v) || v < 0 || v > most)
        return bad(r, "a row, column or size is a small whole number");
    *out = (int)v;
    return OK;
}

static int parse_size(struct reader *r, const char *at, const char *end)
{
    const char *w = word(r, &at, end), *x = strchr(w, 'x');
    int rows = 0, cols = 0;
    if (!x)
        return bad(r, "size needs COLUMNSxROWS");
    const char *first = arena_strndup(&r->out->arena, w, (size_t)(x - w));
    if (whole(r, first, MOST_COLS, &cols) != OK || whole(r, x + 1, MOST_ROWS, &rows) != OK)
        return ERR_DATA;
    if (rows == 0 || cols == 0)
        return bad(r, "a size of nothing");
    struct step *s = add(r, STEP_SIZE);
    s->row = rows;
    s->col = cols;
    return OK;
}

static int add_key(struct reader *r, const char *name, size_t n)
{
    uint32_t key = key_parse(name, n);
    if (!key)
        return bad(r, "no key has this name");
    add(r, STEP_KEY)->key = key;
    return OK;
}

static int parse_key(struct reader *r, const char *at, const char *end)
{
    const char *w = word(r, &at, end);
    return add_key(r, w, strlen(w));
}

static int parse_keys(struct reader *r, const char *at, const char *end)
{
    while (at < end) {
        if (*at == '<') {
            const char *close = memchr(at, '>', (size_t)(end - at));
            if (!close)
                return bad(r, "a < without its >; the sign itself is <Less>");
            if (add_key(r, at + 1, (size_t)(close - at - 1)) != OK)
                return ERR_DATA;
            at = close + 1;
            continue;
        }
        uint32_t cp;
        at += text_decode(at, (size_t)(end - at), &cp);
        if (cp < ' ' || cp == 0xFFFD)
            return bad(r, "not a character");
        add(r, STEP_KEY)->key = cp;
    }
    return OK;
}

static int parse_mouse(struct reader *r, const char *at, const char *end, enum mouse_act act)
{
    const char *row = word(r, &at, end), *col = word(r, &at, end);
    struct step s = {0};
    if (whole(r, row, MOST_ROWS, &s.row) != OK || whole(r, col, MOST_COLS, &s.col) != OK)
        return ERR_DATA;
    struct step *to = add(r, STEP_MOUSE);
    to->row = s.row;
    to->col = s.col;
    to->act = act;
    return OK;
}

static int parse_click(struct reader *r, const char *at, const char *end)
{
    return parse_mouse(r, at, end, MOUSE_CLICK);
}

static int parse_wheel_up(struct reader *r, const char *at, const char *end)
{
    return parse_mouse(r, at, end, MOUSE_WHEEL_UP);
}

static int parse_wheel_down(struct reader *r, const char *at, const char *end)
{
    return parse_mouse(r, at, end, MOUSE_WHEEL_DOWN);
}

static int parse_wait(struct reader *r, const char *at, const char *end)
{
    uint64_t ms;
    if (num_parse_duration_ms(word(r, &at, end), &ms))
        return bad(r, "wait needs a duration such as 2s");
    const char *how = word(r, &at, end);
    bool negated = strcmp(how, "while") == 0;
    if ((!negated && strcmp(how, "until") != 0) || at == end)
        return bad(r, "wait DURATION until TEXT, or while TEXT");
    struct step *s = add(r, STEP_WAIT);
    s->ms = ms;
    s->negated = negated;
    s->text = arena_strndup(&r->out->arena, at, (size_t)(end - at));
    return OK;
}

static int parse_sleep(struct reader *r, const char *at, const char *end)
{
    uint64_t ms;
    if (num_parse_duration_ms(word(r, &at, end), &ms))
        return bad(r, "sleep needs a duration such as 200ms");
    add(r, STEP_SLEEP)->ms = ms;
    return OK;
}

static int parse_dump(struct reader *r, const char *at, const char *end)
{
    if (at == end)
        return bad(r, "dump needs a file, or - for the standard output");
    add(r, STEP_DUMP)->text = arena_strndup(&r->out->arena, at, (size_t)(end - at));
    return OK;
}

static const struct {
    const char *name;
    int (*parse)(struct reader *, const char *at, const char *end);
} verbs[] = {
    {"size", parse_size},   {"key", parse_key},           {"keys", parse_keys},
    {"click", parse_click}, {"wheel-up", parse_wheel_up}, {"wait", parse_wait},
    {"sleep", parse_sleep}, {"dump", parse_dump},         {"wheel-down", parse_wheel_down},
};

static int parse_line(struct reader *r, const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    if (at == end || *at == '#')
        return OK;
    const char *verb = word(r, &at, end);
    const char *names[sizeof verbs / sizeof verbs[0]];
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, verb) == 0)
            return verbs[i].parse(r, at, end);
        names[i] = verbs[i].name;
    }
    const char *near = text_nearest(verb, names, sizeof names / sizeof names[0]);
    return near ? err_set(r->e, ERR_DATA, "%s:%u: no step '%.40s'; did you mean '%s'?", r->path,
                          r->line, verb, near)
                : bad(r, "no such step; see rlbench-keys(7)");
}

int script_parse(const char *path, const char *text, size_t n, struct script *out, struct err *e)
{
    *out = (struct script){0};
    struct reader r = {.path = path, .out = out, .e = e};
    const char *at = text, *end = text + n;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        r.line++;
        int status = memchr(at, '\0', (size_t)(stop - at)) ? bad(&r, "a zero byte")
                                                           : parse_line(&r, at, stop);
        if (status != OK) {
            script_finish(out);
            return status;
        }
        at = newline ? newline + 1 : end;
    }
    return OK;
}

void script_finish(struct script *s)
{
    arena_finish(&s->arena);
    vec_finish(&s->steps);
}
