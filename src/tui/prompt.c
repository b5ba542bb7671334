#include "tui/prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/complete.h"
#include "tui/tui.h"

#include <stdio.h>
#include <string.h>

static void open_line(struct prompt *p, enum prompt_kind kind, const char *label,
                      const char *initial)
{
    p->kind = kind;
    snprintf(p->label, sizeof p->label, "%s", label);
    snprintf(p->text, sizeof p->text, "%s", initial);
    snprintf(p->first, sizeof p->first, "%s", p->text);
    p->len = p->cursor = strlen(p->text);
    p->history = NULL;
    p->at_history = p->offered = 0;
    p->draft[0] = p->hint[0] = '\0';
    p->changed = p->done = p->dropped = NULL;
    p->ctx = NULL;
}

void prompt_text(struct prompt *p, const char *label, const char *initial, prompt_fn changed,
                 prompt_fn done, prompt_fn dropped, void *ctx)
{
    open_line(p, PROMPT_TEXT, label, initial);
    p->changed = changed;
    p->done = done;
    p->dropped = dropped;
    p->ctx = ctx;
}

void prompt_remember(struct prompt *p, struct history *h)
{
    p->history = h;
    p->at_history = h->lines.len;
}

void prompt_command(struct prompt *p, struct history *h)
{
    open_line(p, PROMPT_COMMAND, ":", "");
    prompt_remember(p, h);
}

void prompt_confirm(struct prompt *p, const char *question, prompt_fn yes, void *ctx)
{
    open_line(p, PROMPT_CONFIRM, question, "");
    p->done = yes;
    p->ctx = ctx;
}

/* ---- editing ---- */

/* Start of the character before / after a byte offset. */
static size_t before(const struct prompt *p, size_t at)
{
    while (at > 0 && ((unsigned char)p->text[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static size_t after(const struct prompt *p, size_t at)
{
    if (at < p->len)
        at++;
    while (at < p->len && ((unsigned char)p->text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static void cut(struct prompt *p, size_t from, size_t to)
{
    memmove(p->text + from, p->text + to, p->len - to + 1);
    p->len -= to - from;
    p->cursor = from;
}

static void insert(struct prompt *p, uint32_t cp)
{
    char utf8[4];
    size_t n = text_encode(cp, utf8);
    if (p->len + n >= sizeof p->text)
        return;
    memmove(p->text + p->cursor + n, p->text + p->cursor, p->len - p->cursor + 1);
    memcpy(p->text + p->cursor, utf8, n);
    p->len += n;
    p->cursor += n;
}

static size_t word_start(const struct prompt *p)
{
    size_t at = p->cursor;
    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

static void set_text(struct prompt *p, const char *text)
{
    snprintf(p->text, sizeof p->text, "%s", text);
    p->len = p->cursor = strlen(p->text);
}

static void recall(struct prompt *p, int step)
{
    size_t at = p->at_history, n = p->history->lines.len;
    if (step < 0 ? at == 0 : at >= n)
        return;
    if (at == n)
        snprintf(p->draft, sizeof p->draft, "%s", p->text);
    at = step < 0 ? at - 1 : at + 1;
    p->at_history = at;
    set_text(p, at < n ? p->history->lines.data[at] : p->draft);
}

/* ---- Tab ---- */

static void put_candidate(struct prompt *p, size_t from, const char *name, size_t n, bool only)
{
    /* what takes a word or ends in its own way asks for no blank */
    bool open = n == 0 || name[n - 1] == '/' || name[n - 1] == '=';
    if (from + n + 2 >= sizeof p->text)
        return;
    memcpy(p->text + from, name, n);
    strcpy(p->text + from + n, only && !open ? " " : "");
    p->len = p->cursor = strlen(p->text);
}

static void list_candidates(struct prompt *p, const struct candidates *c)
{
    struct buf all = {0};
    for (size_t i = 0; i < c->names.len; i++)
        buf_printf(&all, "%s%s", i ? "  " : "", c->names.data[i]);
    snprintf(p->hint, sizeof p->hint, "%s", buf_text(&all));
    buf_finish(&all);
}

/* First what all candidates begin with, then one after the other. */
static void complete(struct app *app, struct prompt *p)
{
    char line[sizeof p->text];
    struct candidates c;
    if (p->cursor != p->len)
        return;
    snprintf(line, sizeof line, "%.*s", (int)(p->offered ? p->stem : p->len), p->text);
    complete_line(app, line, &c);
    size_t common = candidates_common(&c), typed = strlen(line) - c.from;
    if (c.names.len == 1 && !p->offered) {
        put_candidate(p, c.from, c.names.data[0], strlen(c.names.data[0]), true);
    } else if (c.names.len > 1 && common > typed && !p->offered) {
        put_candidate(p, c.from, c.names.data[0], common, false);
        list_candidates(p, &c);
    } else if (c.names.len > 1) {
        p->stem = strlen(line);
        const char *name = c.names.data[p->offered++ % c.names.len];
        put_candidate(p, c.from, name, strlen(name), false);
        list_candidates(p, &c);
    }
    candidates_finish(&c);
}

/* True when the key was one of editing. */
static bool edit_key(struct prompt *p, uint32_t key)
{
    switch (key) {
    case K_LEFT: p->cursor = before(p, p->cursor); return true;
    case K_RIGHT: p->cursor = after(p, p->cursor); return true;
    case K_HOME:
    case K_CTRL('A'): p->cursor = 0; return true;
    case K_END:
    case K_CTRL('E'): p->cursor = p->len; return true;
    case K_BACKSPACE:
    case K_CTRL('H'): cut(p, before(p, p->cursor), p->cursor); return true;
    case K_DELETE: cut(p, p->cursor, after(p, p->cursor)); return true;
    case K_CTRL('U'): cut(p, 0, p->cursor); return true;
    case K_CTRL('K'): cut(p, p->cursor, p->len); return true;
    case K_CTRL('W'): cut(p, word_start(p), p->cursor); return true;
    default:
        if (key < ' ' || key >= K_SPECIAL)
            return false;
        insert(p, key);
        return true;
    }
}

/* ---- keys ---- */

static unsigned confirm_key(struct app *app, struct prompt *p, uint32_t key)
{
    p->kind = PROMPT_NONE;
    if (key != 'y' && key != 'Y')
        return REACT_DRAW;
    return REACT_DRAW | p->done(app, p->ctx, "");
}

static unsigned finish_line(struct app *app, struct prompt *p)
{
    enum prompt_kind kind = p->kind;
    char text[sizeof p->text];
    memcpy(text, p->text, p->len + 1);
    p->kind = PROMPT_NONE;
    if (p->history)
        history_add(p->history, text);
    if (kind == PROMPT_COMMAND)
        return REACT_DRAW | app_command(app, text);
    return REACT_DRAW | (p->done ? p->done(app, p->ctx, text) : REACT_NONE);
}

unsigned prompt_key(struct app *app, struct prompt *p, uint32_t key)
{
    if (p->kind == PROMPT_CONFIRM)
        return confirm_key(app, p, key);
    if (key == K_ENTER || key == '\n')
        return finish_line(app, p);
    bool empty_command =
        p->kind == PROMPT_COMMAND && p->len == 0 && (key == K_BACKSPACE || key == K_CTRL('H'));
    if (key == K_ESC || key == K_CTRL('C') || empty_command) {
        p->kind = PROMPT_NONE;
        return REACT_DRAW | (p->dropped ? p->dropped(app, p->ctx, p->first) : REACT_NONE);
    }
    if (p->kind == PROMPT_COMMAND && key == K_TAB) {
        complete(app, p);
        return REACT_DRAW;
    }
    p->offered = 0;
    p->hint[0] = '\0';
    if (p->history && (key == K_UP || key == K_DOWN)) {
        recall(p, key == K_UP ? -1 : 1);
        return REACT_DRAW;
    }
    if (!edit_key(p, key))
        return REACT_NONE;
    return REACT_DRAW | (p->changed ? p->changed(app, p->ctx, p->text) : REACT_NONE);
}

/* ---- drawing ---- */

void prompt_view(const struct prompt *p, struct grid *g, struct rect row)
{
    int col = row.col + 1, end = row.col + row.cols - 1;
    if (p->kind == PROMPT_CONFIRM) {
        col += grid_text(g, row.row, col, end - col - 10, ROLE_WARN, ATTR_BOLD, p->label);
        grid_text(g, row.row, col + 1, end - col - 1, ROLE_KEY, ATTR_BOLD, "y / n");
        return;
    }
    col += grid_text(g, row.row, col, (end - col) / 2, ROLE_KEY, ATTR_BOLD, p->label);
    char text[sizeof p->text];
    memcpy(text, p->text, p->len + 1);
    for (char *newline = text; (newline = strchr(newline, '\n'));)
        *newline = ' '; /* text from an editor may have several lines */
    /* The end of the text is what is being typed: scroll to keep the cursor in sight. */
    int room = end - col - 1;
    uint32_t under = ' ', cp;
    if (p->cursor < p->len)
        text_decode(text + p->cursor, p->len - p->cursor, &under);
    char kept = text[p->cursor];
    text[p->cursor] = '\0';
    int used = text_columns(text);
    text[p->cursor] = kept;
    size_t from = 0;
    while (used > room && from < p->cursor) {
        from += text_decode(text + from, p->cursor - from, &cp);
        used -= text_width(cp);
    }
    int cursor = col + used;
    grid_text(g, row.row, col, end - col, ROLE_TEXT, 0, text + from);
    grid_put(g, row.row, cursor, under, ROLE_TEXT, ATTR_REVERSE);
    if (p->hint[0])
        grid_text(g, row.row, cursor + 3, end - cursor - 3, ROLE_DIM, 0, p->hint);
}
