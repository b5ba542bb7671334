/* Diagnostics: kept in the order of the file, printed with the source line and a caret. */
#include "recipe/recipe.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_COLUMNS = 96 }; /* of a source line; longer ones are cut around the caret */

/* Characters that would move the cursor, colour the terminal or reorder text. */
static bool is_unprintable(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200E && cp <= 0x200F) ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

/* The text with every unprintable character replaced, in the arena. */
static const char *printable(struct recipe *r, const char *text)
{
    if (!text)
        return NULL;
    size_t n = strlen(text), used = 0;
    char *out = arena_alloc(&r->arena, 3 * n + 1);
    while (n) {
        uint32_t cp;
        size_t len = text_decode(text, n, &cp);
        used += text_encode(is_unprintable(cp) ? 0xFFFD : cp, out + used);
        text += len;
        n -= len;
    }
    return out;
}

static int compare(const struct diag *a, const struct diag *b)
{
    bool ao = a->origin != NULL, bo = b->origin != NULL;
    if (ao != bo)
        return ao ? 1 : -1;
    if (a->at.file != b->at.file)
        return a->at.file < b->at.file ? -1 : 1;
    if (a->at.line != b->at.line)
        return a->at.line < b->at.line ? -1 : 1;
    if (a->at.column != b->at.column)
        return a->at.column < b->at.column ? -1 : 1;
    return 0;
}

static bool same(const struct diag *a, const struct diag *b)
{
    return compare(a, b) == 0 && a->warning == b->warning && strcmp(a->text, b->text) == 0 &&
           (!a->origin || strcmp(a->origin, b->origin) == 0);
}

void recipe_add_diag(struct recipe *r, const struct diag *d)
{
    struct diag copy = {d->warning, d->at, printable(r, d->origin), printable(r, d->text),
                        printable(r, d->hint)};
    size_t at = r->diags.len;
    for (size_t i = 0; i < r->diags.len; i++)
        if (same(&r->diags.data[i], &copy))
            return;
    r->num_errors += !copy.warning;
    if (r->diags.len >= RECIPE_MAX_DIAGS)
        return;
    vec_push(&r->diags, copy);
    for (; at > 0 && compare(&copy, &r->diags.data[at - 1]) < 0; at--)
        r->diags.data[at] = r->diags.data[at - 1];
    r->diags.data[at] = copy;
}

void recipe_error(struct recipe *r, struct mark at, const char *hint, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    recipe_add_diag(r, &(struct diag){.at = at, .text = buf_text(&text), .hint = hint});
    buf_finish(&text);
}

size_t recipe_errors(const struct recipe *r)
{
    return r->num_errors;
}

/* ---- printing ---- */

/* Line `line` (from 1) of the text: its start and length without the line ending. */
static const char *find_line(const struct recipe_file *f, uint32_t line, size_t *length)
{
    const char *p = f->text, *end = f->text + f->text_len;
    for (uint32_t at = 1; at < line && p < end; at++) {
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        if (p < end)
            p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
    }
    const char *stop = p;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    *length = (size_t)(stop - p);
    return p;
}

struct window {
    struct buf shown;  /* what is printed of the line */
    int before, under; /* columns left of the caret and under it */
};

/* Copies a line so that every character takes the columns text_width() says (a tab becomes one
 * space) and at most SHOWN_COLUMNS around the caret are left. */
static void make_window(const char *line, size_t n, const struct mark *at, struct window *w)
{
    enum { LEAD = SHOWN_COLUMNS / 3 };
    int caret = 0, total = 0, from = 0;
    uint32_t cp, column = 1;
    for (size_t i = 0; i < n; column++) {
        i += text_decode(line + i, n - i, &cp);
        int width = cp == '\t' || is_unprintable(cp) ? 1 : text_width(cp);
        if (column < at->column)
            caret += width;
        total += width;
    }
    if (total > SHOWN_COLUMNS && caret > LEAD)
        from = caret - LEAD;
    int shown = 0, position = 0;
    bool cut = from > 0;
    if (cut) {
        buf_puts(&w->shown, "…");
        shown = 1;
    }
    column = 1;
    for (size_t i = 0; i < n; column++) {
        i += text_decode(line + i, n - i, &cp);
        bool blank = cp == '\t', odd = is_unprintable(cp);
        int width = blank || odd ? 1 : text_width(cp);
        if (position >= from) {
            if (shown + width > SHOWN_COLUMNS) {
                buf_puts(&w->shown, "…");
                break;
            }
            char bytes[4];
            buf_add(&w->shown, bytes, text_encode(blank ? ' ' : odd ? 0xFFFD : cp, bytes));
            if (column < at->column)
                w->before += width;
            else if (column < at->column + at->width)
                w->under += width;
            shown += width;
        }
        position += width;
    }
    w->before += cut;
    if (column <= at->column && w->under == 0 && at->column > column) /* past the end of the line */
        w->under = 1;
}

static void print_source(const struct recipe *r, const struct mark *at, struct buf *out)
{
    size_t n;
    const char *line = find_line(&r->files.data[at->file], at->line, &n);
    struct window w = {{0}, 0, 0};
    make_window(line, n, at, &w);
    buf_printf(out, "%5u | %s\n      | ", at->line, buf_text(&w.shown));
    for (int i = 0; i < w.before; i++)
        buf_putc(out, ' ');
    buf_putc(out, '^');
    for (int i = 1; i < w.under; i++)
        buf_putc(out, '~');
    buf_putc(out, '\n');
    buf_finish(&w.shown);
}

void recipe_print_diags(const struct recipe *r, struct buf *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->diags.len; i++) {
        const struct diag *d = &r->diags.data[i];
        kept += !d->warning;
        if (d->origin)
            buf_puts(out, d->origin);
        else if (d->at.line)
            buf_printf(out, "%s:%u:%u", r->files.data[d->at.file].path, d->at.line, d->at.column);
        else
            buf_puts(out, r->path);
        buf_printf(out, ": %s: %s\n", d->warning ? "warning" : "error", d->text);
        if (!d->origin && d->at.width)
            print_source(r, &d->at, out);
        if (d->hint)
            buf_printf(out, "      = %s\n", d->hint);
    }
    if (kept < r->num_errors)
        buf_printf(out, "and %zu more errors\n", r->num_errors - kept);
}
