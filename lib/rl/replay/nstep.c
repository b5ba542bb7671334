#include "replay.h"

#include <string.h>

/* Transitions that the window of at most `steps` from index on joins. */
static uint32_t window(const rlb_replay *r, uint64_t index, uint32_t steps)
{
    uint64_t newer = replay_newer(r, index / r->num_lanes);
    uint32_t m = 1;
    while (m < steps && m <= newer && !*replay_ended(r, index)) {
        index = rlb_replay_later(r, index, 1);
        m++;
    }
    return m;
}

static const float *reward_at(const rlb_replay *r, uint64_t index, uint32_t c)
{
    return (const float *)(const void *)replay_at(r, index, c);
}

static void sum_rewards(const rlb_replay *r, uint32_t c, uint64_t index, uint32_t m,
                        double discount, float *out)
{
    for (uint32_t j = 0; j < r->columns[c].width; j++) {
        double sum = 0, weight = 1;
        for (uint32_t k = 0; k < m; k++, weight *= discount)
            sum += weight * (double)reward_at(r, rlb_replay_later(r, index, k), c)[j];
        out[j] = (float)sum;
    }
}

static float bootstrap_of(const rlb_replay *r, uint64_t last, uint32_t m, double discount)
{
    double weight = 1;
    for (uint32_t c = 0; c < r->num_columns; c++)
        if (r->columns[c].role == RLB_COLUMN_TERMINATED && *replay_at(r, last, c))
            return 0;
    for (uint32_t k = 0; k < m; k++)
        weight *= discount;
    return (float)weight;
}

/* Windows of a chunk: their length and last transition. */
struct windows {
    uint32_t n, length[REPLAY_CHUNK];
    uint64_t last[REPLAY_CHUNK];
};

static void find(const rlb_replay *r, const uint64_t *index, uint32_t steps, struct windows *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        replay_prefetch(r, index[i]);
        __builtin_prefetch(replay_ended(r, index[i]));
    }
    for (uint32_t i = 0; i < w->n; i++) {
        w->length[i] = window(r, index[i], steps);
        w->last[i] = rlb_replay_later(r, index[i], w->length[i] - 1);
        replay_prefetch(r, w->last[i]);
    }
}

static void fill(const rlb_replay *r, uint32_t c, const uint64_t *index, const struct windows *w,
                 double discount, void *out)
{
    uint32_t role = r->columns[c].role, width = r->columns[c].width;
    if (role != RLB_COLUMN_REWARD)
        replay_copy(r, c, w->n, role == RLB_COLUMN_NOW ? index : w->last, out);
    for (uint32_t i = 0; role == RLB_COLUMN_REWARD && i < w->n; i++)
        sum_rewards(r, c, index[i], w->length[i], discount, (float *)out + (size_t)i * width);
}

void rlb_replay_gather_nstep(const rlb_replay *r, uint32_t n, const uint64_t *index, uint32_t steps,
                             double discount, void *const *out, float *bootstrap)
{
    for (uint32_t begin = 0; begin < n; begin += REPLAY_CHUNK) {
        struct windows w = {.n = n - begin < REPLAY_CHUNK ? n - begin : REPLAY_CHUNK};
        find(r, index + begin, steps, &w);
        for (uint32_t c = 0; c < r->num_columns; c++)
            if (out[c])
                fill(r, c, index + begin, &w, discount,
                     (char *)out[c] + begin * replay_bytes(&r->columns[c]));
        for (uint32_t i = 0; i < w.n; i++)
            bootstrap[begin + i] = bootstrap_of(r, w.last[i], w.length[i], discount);
    }
}
