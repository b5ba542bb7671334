/* Moving about on Live: the window of steps, the crosshair, panes and pages. */
#include "tui/live.h"

#include <stdlib.h>

enum { LEAST_WINDOW = 4 /* steps */ };

/* ---- the window of steps ---- */

static unsigned set_window(struct live *l, uint64_t lo, uint64_t hi)
{
    uint64_t first, last;
    if (!live_extent(&l->model, &first, &last))
        return REACT_NONE;
    l->lo = lo < first ? first : lo;
    l->hi = hi > last ? last : hi;
    l->zoomed = l->lo > first || l->hi < last;
    return REACT_DRAW;
}

/* Makes the window `factor` times as wide around a step that keeps its place. */
unsigned live_zoom_at(struct live *l, double factor, uint64_t around)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    around = around < lo ? lo : around > hi ? hi : around;
    double before = (double)(around - lo) * factor, after = (double)(hi - around) * factor;
    if (before + after < LEAST_WINDOW)
        return REACT_NONE;
    uint64_t new_lo = before > (double)around ? 0 : around - (uint64_t)before;
    return set_window(l, new_lo, around + (uint64_t)(after + 0.5));
}

unsigned live_zoom(struct live *l, double factor)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    return live_zoom_at(l, factor, l->has_cursor ? l->cursor : lo + (hi - lo) / 2);
}

unsigned live_pan(struct live *l, int direction)
{
    uint64_t lo, hi, first, last;
    if (!live_window(l, &lo, &hi) || !live_extent(&l->model, &first, &last))
        return REACT_NONE;
    uint64_t by = (hi - lo) / 4 + 1, room = direction < 0 ? lo - first : last - hi;
    by = by < room ? by : room;
    return direction < 0 ? set_window(l, lo - by, hi - by) : set_window(l, lo + by, hi + by);
}

unsigned live_move_cursor(struct live *l, int columns)
{
    uint64_t lo, hi;
    if (!live_window(l, &lo, &hi))
        return REACT_NONE;
    uint64_t width = l->layout.plot_cols > 0 ? (uint64_t)l->layout.plot_cols : 1;
    uint64_t by = (hi - lo) / width + 1;
    if (columns < 0)
        l->cursor = l->cursor - lo > by ? l->cursor - by : lo;
    else
        l->cursor = hi - l->cursor > by ? l->cursor + by : hi;
    return REACT_DRAW;
}

/* ---- panes ---- */

unsigned live_show_from(struct app *a, struct live *l, size_t first)
{
    l->first = first;
    return a->store ? live_read_curves(a, l) : REACT_DRAW;
}

static size_t page_size(const struct live *l)
{
    size_t n = (size_t)(l->layout.rows * l->layout.cols) - l->layout.view;
    return l->full ? 1 : n ? n : 1;
}

unsigned live_turn_page(struct app *a, struct live *l, int by)
{
    size_t n = page_size(l), pages = (l->charts.len + n - 1) / n;
    if (pages < 2 || (l->full && l->layout.view))
        return REACT_NONE;
    size_t page = (l->first / n + pages + (size_t)(by + (int)pages)) % pages;
    return live_show_from(a, l, page * n);
}

unsigned live_next_pane(struct app *a, struct live *l, int by)
{
    if (l->full || l->layout.panes < 2)
        return live_turn_page(a, l, by);
    if (by > 0 && l->pane + 1 >= l->layout.panes) {
        l->pane = 0;
        return REACT_DRAW | live_turn_page(a, l, 1);
    }
    if (by < 0 && l->pane == 0) {
        l->pane = l->layout.panes - 1;
        return REACT_DRAW | live_turn_page(a, l, -1);
    }
    l->pane = (size_t)((int)l->pane + by);
    return REACT_DRAW;
}

unsigned live_move_pane(struct app *a, struct live *l, int rows, int cols)
{
    if (l->full)
        return live_turn_page(a, l, rows + cols);
    const struct live_layout *o = &l->layout;
    if (l->pane >= o->panes)
        return REACT_NONE;
    struct rect from = o->at[l->pane];
    size_t best = l->pane;
    int best_distance = 1 << 20;
    for (size_t i = 0; i < o->panes; i++) {
        int down = o->at[i].row - from.row, right = o->at[i].col - from.col;
        if (i == l->pane || down * rows + right * cols <= 0)
            continue;
        int distance = rows ? abs(down) + 3 * abs(right) : abs(right) + 9 * abs(down);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    if (best == l->pane && rows)
        return live_turn_page(a, l, rows);
    l->pane = best;
    return REACT_DRAW;
}

/* ---- groups ---- */

unsigned live_next_group(struct app *a, struct live *l)
{
    size_t n = l->model.groups.len;
    if (n < 2) {
        app_say(a, TONE_INFO, "there is only one group here");
        return REACT_DRAW;
    }
    l->group = l->group >= n ? 0 : l->group + 1 < n ? l->group + 1 : l->only ? 0 : SIZE_MAX;
    if (l->group < n)
        app_say(a, TONE_INFO, "%s; %s", l->model.labels.full[l->group],
                l->only ? "all groups: o" : "this one alone: o");
    else
        app_say(a, TONE_INFO, "all groups alike");
    return REACT_DRAW;
}

unsigned live_only_group(struct app *a, struct live *l)
{
    if (l->group >= l->model.groups.len)
        live_next_group(a, l);
    if (l->model.groups.len < 2) {
        l->only = false;
        return REACT_DRAW;
    }
    l->only = !l->only;
    app_say(a, TONE_INFO, "%s; %s", l->model.labels.full[l->group],
            l->only ? "the next group: n; all groups: o" : "and all others");
    return REACT_DRAW;
}
