/* Help: the keys of the screen one comes from, then those that work everywhere. */
#include "tui/list.h"
#include "tui/match.h"
#include "tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct help {
    VEC(const struct action_row *) lines; /* NULL: an empty line */
    struct list list;
    enum scope of;
    char filter[512];
};

static void *create(struct app *a)
{
    (void)a;
    return mem_alloc(sizeof(struct help));
}

static void destroy(void *self)
{
    struct help *h = self;
    if (h)
        vec_finish(&h->lines);
    free(h);
}

static void arrange(struct help *h)
{
    const enum scope order[] = {h->of, SCOPE_GLOBAL};
    struct match match;
    match_init(&match, h->filter);
    h->lines.len = 0;
    for (int pass = 0; pass < 2; pass++) {
        size_t before = h->lines.len;
        for (int i = 0; i < ACT_COUNT - 1; i++) {
            const struct action_row *row = &action_rows[i];
            const char *const texts[] = {row->name, action_keys(row->id), row->help, NULL};
            if (row->scope != order[pass] || !match_any(&match, texts))
                continue;
            if (pass == 1 && before && before == h->lines.len)
                vec_push(&h->lines, NULL);
            vec_push(&h->lines, row);
        }
    }
    match_finish(&match);
    list_set_count(&h->list, (int)h->lines.len);
}

static unsigned enter(struct app *a, void *self)
{
    struct help *h = self;
    h->of = a->helped->scope;
    h->filter[0] = '\0';
    h->list.at = h->list.top = 0;
    arrange(h);
    return REACT_DRAW;
}

static unsigned set_filter(struct app *a, void *ctx, const char *text)
{
    (void)a;
    struct help *h = ctx;
    snprintf(h->filter, sizeof h->filter, "%s", text);
    arrange(h);
    return REACT_DRAW;
}

/* Back to where the line means something, and does it. */
static unsigned do_line(struct app *a, struct help *h)
{
    const struct action_row *row =
        (size_t)h->list.at < h->lines.len ? h->lines.data[h->list.at] : NULL;
    if (!row)
        return REACT_NONE;
    unsigned react = app_go(a, a->helped->scope);
    return react | app_act(a, row->id, "");
}

static unsigned act(struct app *a, void *self, enum action action, const char *arg, bool *done)
{
    struct help *h = self;
    *done = true;
    if (list_act(&h->list, action))
        return REACT_DRAW;
    if (action == ACT_HELP_DO)
        return do_line(a, h);
    if (action == ACT_FILTER && *arg)
        return set_filter(a, h, arg);
    if (action == ACT_FILTER) {
        prompt_text(&a->prompt, "search: ", h->filter, set_filter, set_filter, set_filter, h);
        return REACT_DRAW;
    }
    if (action == ACT_BACK && h->filter[0])
        return set_filter(a, h, "");
    *done = false;
    return REACT_NONE;
}

static unsigned update(struct app *a, void *self, const struct event *ev)
{
    struct help *h = self;
    if (ev->kind != EVENT_MOUSE)
        return REACT_NONE;
    int at = list_line_at(&h->list, ev->mouse.row);
    if (ev->mouse.act == MOUSE_WHEEL_UP || ev->mouse.act == MOUSE_WHEEL_DOWN)
        list_scroll(&h->list, ev->mouse.act == MOUSE_WHEEL_UP ? -3 : 3);
    else if (at >= 0)
        h->list.at = at;
    return ev->mouse.act == MOUSE_DOUBLE ? do_line(a, h) : REACT_DRAW;
}

static void view(const struct app *a, void *self, struct grid *g, struct rect r)
{
    struct help *h = self;
    char title[700];
    snprintf(title, sizeof title, "keys of %s, then everywhere%s%s", screens[h->of - 1]->title,
             h->filter[0] ? " · search: " : "", h->filter);
    struct rect in = grid_box(g, r, a->look.glyphs, ROLE_BORDER, title);
    in.rows -= 1;
    list_layout(&h->list, in);
    for (int i = 0; i < in.rows && h->list.top + i < h->list.count; i++) {
        int at = h->list.top + i, row = in.row + i;
        const struct action_row *line = h->lines.data[at];
        if (at == h->list.at)
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
        if (!line)
            continue;
        grid_text(g, row, in.col + 1, 14, ROLE_KEY, 0, action_keys(line->id));
        grid_printf(g, row, in.col + 16, 14, ROLE_DIM, 0, ":%s", line->name);
        grid_text(g, row, in.col + 31, in.cols - 32, ROLE_TEXT, 0, line->help);
    }
    /* a sentence that was cut is whole here */
    if ((size_t)h->list.at < h->lines.len && h->lines.data[h->list.at])
        grid_text(g, in.row + in.rows, in.col + 1, in.cols - 2, ROLE_DIM, 0,
                  h->lines.data[h->list.at]->help);
    list_draw_scrollbar(&h->list, g, in.col + in.cols, a->look.glyphs);
}

const struct screen screen_help = {
    .name = "help",
    .title = "Help",
    .scope = SCOPE_HELP,
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .act = act,
    .update = update,
    .view = view,
};
