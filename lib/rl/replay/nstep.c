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

static void sum_rewards(const rlb_replay *r, uint32_t c, uint64_t index, uint32_t m,
                        double discount, float *out)
{
    uint32_t width = r->columns[c].width;
    const float *reward = (const float *)(const void *)r->data[c];
    for (uint32_t j = 0; j < width; j++) {
        double sum = 0, weight = 1;
        for (uint32_t k = 0; k < m; k++, weight *= discount)
            sum += weight * (double)reward[rlb_replay_later(r, index, k) * width + j];
        out[j] = (float)sum;
    }
}

static float bootstrap_of(const rlb_replay *r, uint64_t last, uint32_t m, double discount)
{
    double weight = 1;
    for (uint32_t c = 0; c < r->num_columns; c++)
        if (r->columns[c].role == RLB_COLUMN_TERMINATED && r->data[c][last])
            return 0;
    for (uint32_t k = 0; k < m; k++)
        weight *= discount;
    return (float)weight;
}

void rlb_replay_gather_nstep(const rlb_replay *r, uint32_t n, const uint64_t *index, uint32_t steps,
                             double discount, void *const *out, float *bootstrap)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t m = window(r, index[i], steps);
        uint64_t last = rlb_replay_later(r, index[i], m - 1);
        for (uint32_t c = 0; c < r->num_columns; c++) {
            size_t bytes = replay_bytes(&r->columns[c]);
            unsigned char *to = out[c] ? (unsigned char *)out[c] + i * bytes : NULL;
            if (to && r->columns[c].role == RLB_COLUMN_REWARD)
                sum_rewards(r, c, index[i], m, discount, (float *)(void *)to);
            else if (to)
                memcpy(to,
                       r->data[c] +
                           (r->columns[c].role == RLB_COLUMN_NOW ? index[i] : last) * bytes,
                       bytes);
        }
        bootstrap[i] = bootstrap_of(r, last, m, discount);
    }
}
