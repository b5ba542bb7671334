#include "base/text.h"
#include "tui/recipes_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <string.h>

static const char *const origin_words[] = {
    [ORIGIN_SHIPPED] = "", [ORIGIN_OWN] = "yours", [ORIGIN_HERE] = "here"};

static void title(const struct recipes_model *m, char *out, size_t size)
{
    size_t n[3] = {0};
    for (size_t i = 0; i < m->items.len; i++)
        n[m->items.data[i].origin]++;
    int used = snprintf(out, size, "recipes · %zu shipped", n[ORIGIN_SHIPPED]);
    if (n[ORIGIN_OWN])
        used += snprintf(out + used, size - (size_t)used, ", %zu yours", n[ORIGIN_OWN]);
    if (n[ORIGIN_HERE])
        used += snprintf(out + used, size - (size_t)used, ", %zu here", n[ORIGIN_HERE]);
    if (m->filter[0])
        snprintf(out + used, size - (size_t)used, " · filter: %s", m->filter);
}

static void error_text(const struct recipes_item *r, char *out, size_t size)
{
    if (r->line)
        snprintf(out, size, "%d error%s: line %u column %u", r->errors, r->errors == 1 ? "" : "s",
                 r->line, r->column);
    else
        snprintf(out, size, "cannot be read");
}

static const char *tail_text(const struct recipes_item *r)
{
    bool start = r->origin == ORIGIN_SHIPPED && strcmp(r->name, "quickstart") == 0;
    return start ? "★ start here" : origin_words[r->origin];
}

/* Widths of the list's columns: as wide as what they hold, the description takes the rest. */
struct widths {
    int name, about, algo, duration, tail;
};

static int wider(int a, const char *text, int most)
{
    int n = text_columns(text);
    return n > most ? most : n > a ? n : a;
}

static struct widths lay_out(const struct recipes_model *m, int cols)
{
    struct widths w = {.name = 12};
    for (size_t i = 0; i < m->shown.len; i++) {
        const struct recipes_item *r = &m->items.data[m->shown.data[i]];
        w.name = wider(w.name, r->name, 28);
        w.duration = wider(w.duration, r->duration, 10);
        w.tail = wider(w.tail, tail_text(r), 12);
        if (cols >= 110 && *r->algorithm) {
            w.algo = wider(w.algo, r->algorithm, 18);
        }
    }
    w.about =
        cols - w.name - 2 - w.algo - (w.algo ? 2 : 0) - w.duration - 2 - w.tail - (w.tail ? 2 : 0);
    return w;
}

static void line(const struct recipes_item *r, struct grid *g, struct rect at, struct widths w)
{
    char text[200];
    int col = at.col;
    grid_text(g, at.row, col, w.name, ROLE_TEXT, 0, r->name);
    col += w.name + 2;
    if (r->errors)
        error_text(r, text, sizeof text);
    else
        words_first_sentence(r->describe, text, sizeof text);
    grid_text(g, at.row, col, w.about, r->errors ? ROLE_BAD : ROLE_DIM, 0, text);
    col += w.about + 2;
    if (w.algo) {
        grid_text(g, at.row, col, w.algo, ROLE_DIM, 0, r->algorithm);
        col += w.algo + 2;
    }
    int n = text_columns(r->duration);
    grid_text(g, at.row, n < w.duration ? col + w.duration - n : col, w.duration, ROLE_TEXT, 0,
              r->duration);
    col += w.duration + 2;
    grid_text(g, at.row, col, w.tail, r->origin == ORIGIN_SHIPPED ? ROLE_KEY : ROLE_DIM, 0,
              tail_text(r));
}

static void list_box(struct recipes_model *m, const struct look *look, struct grid *g,
                     struct rect r)
{
    char text[700];
    title(m, text, sizeof text);
    struct rect in = grid_box(g, r, look->glyphs, m->in_text ? ROLE_BORDER : ROLE_FOCUS, text);
    list_layout(&m->list, in);
    struct widths w = lay_out(m, in.cols - 4);
    if (m->shown.len == 0)
        grid_text(g, in.row + 1, in.col + 2, in.cols - 4, ROLE_DIM, 0,
                  m->items.len ? "No recipe matches the filter. Esc drops it."
                               : "No recipes found. man rlbench-recipe tells how to write one.");
    for (int i = 0; i < in.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = in.row + i;
        if (at == m->list.at) {
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
            grid_text(g, row, in.col + 1, 1, ROLE_FOCUS, ATTR_BOLD, "▸");
        }
        line(&m->items.data[m->shown.data[at]], g, (struct rect){row, in.col + 3, 1, in.cols - 4},
             w);
    }
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
}

static void summary(const struct recipes_item *r, struct grid *g, struct rect at)
{
    char runs[40] = "", path[300];
    if (r->runs)
        snprintf(runs, sizeof runs, " · %zu run%s", r->runs, r->runs == 1 ? "" : "s");
    grid_printf(g, at.row, at.col, at.cols, ROLE_TEXT, 0, "%s%s%s%s%s%s%s",
                *r->algorithm ? "algorithm " : "", r->algorithm, *r->env ? " · world " : "", r->env,
                *r->duration ? " · about " : "", r->duration, runs);
    grid_text(g, at.row + 1, at.col, at.cols, ROLE_DIM, 0, words_path(r->path, path, sizeof path));
}

/* What check said: its lines as they are, scrolled by the list that stands for them. */
static void checked_text(struct recipes_model *m, const struct recipes_item *r,
                         const struct look *look, struct grid *g, struct rect in, int border)
{
    int lines = 0;
    for (const char *p = r->checked; *p; p += strcspn(p, "\n"), p += *p == '\n')
        lines++;
    list_layout(&m->text, in);
    m->text.count = lines;
    int most = lines > in.rows ? lines - in.rows : 0;
    m->text.top = m->text.top > most ? most : m->text.top < 0 ? 0 : m->text.top;
    int at = -m->text.top;
    for (const char *p = r->checked; *p; at++) {
        size_t n = strcspn(p, "\n");
        if (at >= 0 && at < in.rows)
            grid_printf(g, in.row + at, in.col, in.cols,
                        r->errors && strstr(p, "error:") == strpbrk(p, "e") ? ROLE_BAD : ROLE_TEXT,
                        0, "%.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
    list_draw_scrollbar(&m->text, g, border, look->glyphs);
}

static void text_box(struct recipes_model *m, const struct look *look, struct grid *g,
                     struct rect r)
{
    const struct recipes_item *item = recipes_model_current(m);
    const char *name = item ? item->name : "";
    char head[200];
    snprintf(head, sizeof head, "%s%s", name,
             item && m->busy && strcmp(m->busy, item->path) == 0 ? " · working…" : "");
    struct rect in = grid_box(g, r, look->glyphs, m->in_text ? ROLE_FOCUS : ROLE_BORDER, head);
    in.col += 1;
    in.cols -= 2;
    if (!item)
        return;
    if (item->checked) {
        checked_text(m, item, look, g, in, r.col + r.cols - 1);
        return;
    }
    m->text.count = 0;
    words_wrap(g, (struct rect){in.row, in.col, in.rows - 3, in.cols}, ROLE_TEXT, item->describe);
    summary(item, g, (struct rect){in.row + in.rows - 2, in.col, 2, in.cols});
}

void recipes_view(struct recipes_model *m, const struct look *look, struct grid *g, struct rect r)
{
    int lower = r.rows / 3 < 9 ? 9 : r.rows / 3 > 16 ? 16 : r.rows / 3;
    const struct recipes_item *item = recipes_model_current(m);
    if (item && item->checked && m->in_text)
        lower = r.rows - 8; /* being read: give it the room */
    list_box(m, look, g, (struct rect){r.row, r.col, r.rows - lower, r.cols});
    text_box(m, look, g, (struct rect){r.row + r.rows - lower, r.col, lower, r.cols});
}
