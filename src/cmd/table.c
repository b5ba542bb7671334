#include "cmd/table.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char *text_printable(struct arena *a, const char *text)
{
    struct buf b = {0};
    size_t left = strlen(text);
    for (const char *p = text; *p;) {
        uint32_t cp;
        size_t n = text_decode(p, left, &cp);
        if (cp == '\n')
            buf_puts(&b, "\\n");
        else if (cp == '\t')
            buf_puts(&b, "\\t");
        else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            buf_printf(&b, "\\x%02x", (unsigned)cp);
        else
            buf_add(&b, p, n);
        p += n;
        left -= n;
    }
    const char *out = arena_strdup(a, buf_text(&b));
    buf_finish(&b);
    return out;
}

void table_init(struct table *t, const char *heads, const char *aligns)
{
    *t = (struct table){.aligns = aligns};
    char *copy = arena_strdup(&t->arena, heads);
    while (copy) {
        char *head = strsep(&copy, "|");
        vec_push(&t->cells, head);
        t->num_columns++;
    }
}

void table_add(struct table *t, const char *text)
{
    const char *cell = text_printable(&t->arena, text);
    vec_push(&t->cells, cell);
}

void table_printf(struct table *t, const char *fmt, ...)
{
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    table_add(t, buf_text(&b));
    buf_finish(&b);
}

static void pad(FILE *out, int n)
{
    for (int i = 0; i < n; i++)
        fputc(' ', out);
}

/* ---- columns ---- */

static int *measure(const struct table *t)
{
    int *widths = mem_alloc(t->num_columns * sizeof *widths);
    for (size_t i = 0; i < t->cells.len; i++) {
        int width = text_columns(t->cells.data[i]);
        if (width > widths[i % t->num_columns])
            widths[i % t->num_columns] = width;
    }
    return widths;
}

static bool is_hidden(const struct table *t, size_t column)
{
    return t->hidden && t->hidden[column];
}

static bool is_empty(const struct table *t, size_t column)
{
    for (size_t i = t->num_columns + column; i < t->cells.len; i += t->num_columns)
        if (t->cells.data[i][0])
            return false;
    return true;
}

void table_fit(struct table *t, int width, const char *order)
{
    int *widths = measure(t), total = -2;
    t->hidden = mem_alloc(t->num_columns * sizeof *t->hidden);
    for (size_t c = 0; c < t->num_columns; c++) {
        t->hidden[c] = is_empty(t, c);
        total += t->hidden[c] ? 0 : widths[c] + 2;
    }
    for (; *order && total > width; order++) {
        size_t c = (size_t)(*order - 'a');
        if (c < t->num_columns && !t->hidden[c]) {
            t->hidden[c] = true;
            total -= widths[c] + 2;
        }
    }
    free(widths);
}

/* ---- printing ---- */

/* Trailing blanks only where a line follows. */
static void print_row(const struct table *t, const char *const *cells, const int *widths,
                      enum table_style style, FILE *out)
{
    int blanks = 0; /* owed by the columns before */
    bool first = true;
    for (size_t c = 0; c < t->num_columns; c++) {
        if (is_hidden(t, c))
            continue;
        int room = widths[c] - text_columns(cells[c]);
        bool right = t->aligns && t->aligns[c] == 'r';
        if (style == TABLE_BOX)
            fputs("│ ", out);
        else
            blanks += first ? 0 : 2;
        blanks += right ? room : 0;
        if (style == TABLE_BOX || cells[c][0]) {
            pad(out, blanks);
            blanks = 0;
        }
        fputs(cells[c], out);
        blanks += right ? 0 : room;
        if (style == TABLE_BOX) {
            pad(out, blanks + 1);
            blanks = 0;
        }
        first = false;
    }
    fputs(style == TABLE_BOX ? "│\n" : "\n", out);
}

static void print_rule(const struct table *t, const int *widths, const char *const marks[3],
                       FILE *out)
{
    for (size_t c = 0; c < t->num_columns; c++) {
        fputs(marks[c > 0], out);
        for (int i = 0; i < widths[c] + 2; i++)
            fputs("─", out);
    }
    fprintf(out, "%s\n", marks[2]);
}

void table_print(const struct table *t, enum table_style style, FILE *out)
{
    static const char *const top[] = {"╭", "┬", "╮"}, *const middle[] = {"├", "┼", "┤"},
                             *const bottom[] = {"╰", "┴", "╯"};
    if (t->num_columns == 0)
        return;
    int *widths = measure(t);
    if (style == TABLE_BOX)
        print_rule(t, widths, top, out);
    for (size_t i = 0; i + t->num_columns <= t->cells.len; i += t->num_columns) {
        print_row(t, t->cells.data + i, widths, style, out);
        if (i == 0 && style == TABLE_BOX)
            print_rule(t, widths, middle, out);
    }
    if (style == TABLE_BOX)
        print_rule(t, widths, bottom, out);
    free(widths);
}

void table_finish(struct table *t)
{
    arena_finish(&t->arena);
    vec_finish(&t->cells);
    free(t->hidden);
}
