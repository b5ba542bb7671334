/* A view alone on the screen: back and forth through its last pictures. */
#include "tui/live.h"

#include "base/clock.h"

#include <inttypes.h>

static bool is_alone(const struct live *l)
{
    return l->full && l->layout.view;
}

static unsigned play(struct app *a, struct live *l)
{
    struct live_replay *r = &l->replay;
    if (!is_alone(l)) {
        app_say(a, TONE_INFO, "pictures are played in a view alone: Tab goes to it, z shows it");
        return REACT_DRAW;
    }
    if (r->len < 2) {
        app_say(a, TONE_INFO, "there are no earlier pictures yet");
        return REACT_DRAW;
    }
    live_replay_play(r, clock_mono_ns());
    if (r->playing)
        app_wake(a, r->next_ns);
    return REACT_DRAW;
}

bool live_film_act(struct app *a, struct live *l, enum action action, unsigned *react)
{
    struct live_replay *r = &l->replay;
    enum { FAR = 10, END = 1 << 20 };
    const struct {
        enum action act;
        int by;
    } steps[] = {{ACT_LIVE_PAN_LEFT, -1}, {ACT_LIVE_PAN_RIGHT, 1}, {ACT_LEFT, -1},
                 {ACT_RIGHT, 1},          {ACT_UP, -FAR},          {ACT_DOWN, FAR},
                 {ACT_HALF_UP, -FAR},     {ACT_HALF_DOWN, FAR},    {ACT_TOP, -END},
                 {ACT_BOTTOM, END},       {ACT_LIVE_RESET, END}};
    *react = REACT_DRAW;
    if (action == ACT_LIVE_PLAY) {
        *react = play(a, l);
        return true;
    }
    if (!is_alone(l))
        return false;
    if (action == ACT_LIVE_ZOOM_IN || action == ACT_LIVE_ZOOM_OUT) {
        live_replay_change_speed(r, action == ACT_LIVE_ZOOM_IN ? 1 : -1);
        app_say(a, TONE_INFO, "%d pictures a second", live_replay_speed(r));
        return true;
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].act == action) {
            live_replay_step(r, steps[i].by);
            return true;
        }
    return false;
}

unsigned live_film_tick(struct app *a, struct live *l)
{
    unsigned react = live_replay_tick(&l->replay, clock_mono_ns()) ? REACT_DRAW : REACT_NONE;
    if (l->replay.playing)
        app_wake(a, l->replay.next_ns);
    return react;
}

const struct picture *live_picture(const struct live *l, uint64_t *step)
{
    const struct replay_picture *p = is_alone(l) ? live_replay_shown(&l->replay) : NULL;
    *step = p ? p->step : l->views.frame.step;
    return p ? &p->picture : l->views.frame.there ? &l->views.frame.picture : NULL;
}

void live_film_line(const struct live *l, struct buf *out)
{
    const struct live_replay *r = &l->replay;
    const struct replay_picture *p = live_replay_shown(r);
    char keys[6][16];
    uint64_t at;
    if (!is_alone(l) || r->len < 2 || !live_picture(l, &at))
        return;
    if (p)
        buf_printf(out, "%s: picture %zu of %zu, step %" PRIu64, r->playing ? "playing" : "held",
                   r->at + 1, r->len, at);
    else
        buf_printf(out, "newest of %zu pictures, step %" PRIu64, r->len, at);
    buf_printf(out, " · %s %s  %s %s step", action_key_text(ACT_LIVE_PLAY, keys[0], sizeof keys[0]),
               r->playing ? "hold" : "play",
               action_key_text(ACT_LIVE_PAN_LEFT, keys[1], sizeof keys[1]),
               action_key_text(ACT_LIVE_PAN_RIGHT, keys[2], sizeof keys[2]));
    if (p)
        buf_printf(out, "  %s newest", action_key_text(ACT_LIVE_RESET, keys[3], sizeof keys[3]));
    buf_printf(out, "  %s %s %d/s", action_key_text(ACT_LIVE_ZOOM_IN, keys[4], sizeof keys[4]),
               action_key_text(ACT_LIVE_ZOOM_OUT, keys[5], sizeof keys[5]), live_replay_speed(r));
}
