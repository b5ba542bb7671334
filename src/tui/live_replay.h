/* The last pictures of the view being watched, to go back to: held, stepped through, played. */
#ifndef RLBENCH_TUI_LIVE_REPLAY_H
#define RLBENCH_TUI_LIVE_REPLAY_H

#include "chart/picture.h"
#include "tui/live_views.h"

#include <stdbool.h>
#include <stdint.h>

/* What is kept at most; the oldest go first. At ten pictures a second that is a minute. */
enum { REPLAY_PICTURES = 600, REPLAY_BYTES = 32 << 20 };

struct replay_picture {
    uint64_t step;
    struct picture picture; /* points into memory */
    char *memory;           /* owned */
    size_t bytes;
};

struct live_replay {
    struct replay_picture *ring; /* [REPLAY_PICTURES]; NULL while empty */
    size_t first, len;
    size_t bytes;
    int64_t run; /* whose pictures, of which view */
    uint32_t source, index;
    bool held;    /* not the newest is shown, but … */
    size_t at;    /* … this one, from the oldest */
    bool playing; /* it moves on by itself … */
    size_t speed; /* … so fast */
    int64_t next_ns;
};

void live_replay_clear(struct live_replay *r);
/* Keeps a copy of the newest picture of v; of another view or run it begins anew. */
void live_replay_take(struct live_replay *r, const struct live_views *v);
/* The one that is shown; NULL: the newest of the views. */
const struct replay_picture *live_replay_shown(const struct live_replay *r);
/* By so many pictures; beyond the last one it is the newest again. */
void live_replay_step(struct live_replay *r, int by);
/* Plays from here, from the oldest when the newest is shown; or holds. */
void live_replay_play(struct live_replay *r, int64_t now_ns);
/* Faster (1) or slower (-1). */
void live_replay_change_speed(struct live_replay *r, int by);
/* Moves on when it is time; true when another picture is shown. */
bool live_replay_tick(struct live_replay *r, int64_t now_ns);
/* Pictures a second. */
int live_replay_speed(const struct live_replay *r);

#endif
