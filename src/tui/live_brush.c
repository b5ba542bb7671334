/* A map alone on the screen: what keys mean while a reward is painted onto it. */
#include "tui/live.h"

#include <rlbench/plugin.h>

/* The map that is shown, if it can be painted onto. */
static const struct picture *canvas(const struct live *l)
{
    size_t at, count;
    uint64_t step;
    const struct live_view *view = live_views_chosen(&l->views, &at, &count);
    const struct picture *p = live_picture(l, &step);
    bool alone = l->full && l->layout.view;
    bool map = p && (p->kind == PICTURE_FIELD || p->kind == PICTURE_HEATMAP);
    return alone && map && view && (view->flags & RLB_V_PAINT) ? p : NULL;
}

/* The newest picture is the one that answers. */
static unsigned send(struct app *a, struct live *l)
{
    struct buf text = {0};
    buf_puts(&text, "task=");
    live_paint_text(&l->paint, &text);
    live_replay_step(&l->replay, (int)l->replay.len);
    unsigned react = live_set(a, l, buf_text(&text));
    buf_finish(&text);
    return react;
}

static unsigned refuse(struct app *a)
{
    app_say(
        a, TONE_INFO,
        "rewards are painted onto a map alone, of an algorithm that takes them: Tab goes to it, z "
        "shows it");
    return REACT_DRAW;
}

bool live_brush_act(struct app *a, struct live *l, enum action action, unsigned *react)
{
    static const struct {
        enum action act;
        int rows, cols;
    } moves[] = {{ACT_UP, -1, 0}, {ACT_DOWN, 1, 0}, {ACT_LEFT, 0, -1}, {ACT_RIGHT, 0, 1}};
    struct live_paint *p = &l->paint;
    const struct picture *map = canvas(l);
    bool paints = action == ACT_LIVE_GOAL || action == ACT_LIVE_AVOID || action == ACT_LIVE_UNMARK;
    *react = REACT_DRAW;
    if (!map) {
        if (paints)
            *react = refuse(a);
        return paints;
    }
    live_paint_fit(p, map->rows, map->cols);
    if (action == ACT_LIVE_CROSSHAIR || (p->on && action == ACT_BACK)) {
        p->on = !p->on;
        return true;
    }
    if (paints && !p->on && action != ACT_LIVE_UNMARK) {
        p->on = true; /* first where, then what */
        return true;
    }
    if (paints) {
        if (action == ACT_LIVE_UNMARK)
            p->marks.len = 0;
        else
            live_paint_mark(p, action == ACT_LIVE_GOAL ? 1 : -1);
        *react = send(a, l);
        return true;
    }
    for (size_t i = 0; p->on && i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].act == action) {
            live_paint_move(p, moves[i].rows, moves[i].cols);
            return true;
        }
    return false;
}

size_t live_brush_cursor(const struct live *l)
{
    const struct live_paint *p = &l->paint;
    const struct picture *map = canvas(l);
    bool there = map && p->on && p->rows == map->rows && p->cols == map->cols;
    return there ? 1 + p->row * p->cols + p->col : 0;
}

bool live_brush_line(const struct live *l, struct buf *out)
{
    char keys[4][16];
    if (!canvas(l))
        return false;
    action_key_text(ACT_LIVE_CROSSHAIR, keys[0], sizeof keys[0]);
    if (!live_brush_cursor(l)) {
        buf_printf(out, "%s paint a reward", keys[0]);
        return false;
    }
    buf_printf(out, "row %zu, column %zu · %s goal  %s avoid  %s clear  %s done", l->paint.row,
               l->paint.col, action_key_text(ACT_LIVE_GOAL, keys[1], sizeof keys[1]),
               action_key_text(ACT_LIVE_AVOID, keys[2], sizeof keys[2]),
               action_key_text(ACT_LIVE_UNMARK, keys[3], sizeof keys[3]), keys[0]);
    return true;
}
