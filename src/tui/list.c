#include "tui/list.h"

static int clamp(int v, int lo, int hi)
{
    return v > hi ? (hi < lo ? lo : hi) : v < lo ? lo : v;
}

static void keep_in_sight(struct list *l)
{
    l->at = clamp(l->at, 0, l->count - 1);
    if (l->page <= 0)
        return;
    if (l->at < l->top)
        l->top = l->at;
    if (l->at >= l->top + l->page)
        l->top = l->at - l->page + 1;
    l->top = clamp(l->top, 0, l->count - l->page);
}

void list_set_count(struct list *l, int count)
{
    l->count = count;
    keep_in_sight(l);
}

bool list_act(struct list *l, enum action a)
{
    int half = l->page > 1 ? l->page / 2 : 1;
    const struct {
        enum action act;
        int to;
    } moves[] = {
        {ACT_DOWN, l->at + 1},      {ACT_UP, l->at - 1},           {ACT_TOP, 0},
        {ACT_BOTTOM, l->count - 1}, {ACT_HALF_DOWN, l->at + half}, {ACT_HALF_UP, l->at - half},
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].act == a) {
            l->at = moves[i].to;
            keep_in_sight(l);
            return true;
        }
    return false;
}

void list_scroll(struct list *l, int lines)
{
    l->top = clamp(l->top + lines, 0, l->count - l->page);
    l->at = clamp(l->at, l->top, l->top + (l->page > 0 ? l->page - 1 : 0));
    keep_in_sight(l);
}

void list_layout(struct list *l, struct rect r)
{
    l->page = r.rows;
    l->row = r.row;
    keep_in_sight(l);
}

int list_line_at(const struct list *l, int row)
{
    int line = l->top + row - l->row;
    return row >= l->row && row < l->row + l->page && line < l->count ? line : -1;
}

void list_draw_scrollbar(const struct list *l, struct grid *g, int col, enum glyphs glyphs)
{
    if (l->count <= l->page || l->page < 3)
        return;
    int length = l->page * l->page / l->count;
    length = length < 1 ? 1 : length;
    int from = (l->page - length) * l->top / (l->count - l->page);
    for (int i = 0; i < length; i++)
        grid_put(g, l->row + from + i, col, glyphs == GLYPHS_ASCII ? '#' : 0x2503 /* ┃ */, ROLE_DIM,
                 0);
}
