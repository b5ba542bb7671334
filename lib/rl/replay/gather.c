#include "replay.h"

#include <string.h>

rlb_status rlb_replay_draw(rlb_replay *r, uint32_t n, uint64_t *index)
{
    uint64_t size = rlb_replay_size(r);
    if (size == 0)
        return r->host->fail(r->host, RLB_E_INVAL,
                             "the replay buffer is empty: push a transition before drawing");
    for (uint32_t i = 0; i < n; i++)
        index[i] = rlb_rng_below64(&r->rng, size);
    return RLB_OK;
}

/* Copies of one size: the branches inside memcpy are the same every time. */
void replay_copy(const rlb_replay *r, uint32_t c, uint32_t n, const uint64_t *index, void *to)
{
    size_t bytes = replay_bytes(&r->columns[c]);
    unsigned char *out = to;
    const unsigned char *column = r->data + r->offset[c];
    for (uint32_t i = 0; i < n; i++, out += bytes)
        memcpy(out, column + index[i] * r->stride, bytes);
}

/* Transitions lie anywhere in memory, and only overlapping hides their cache misses: all of a chunk
 * are asked for before the first is used. */
void rlb_replay_gather(const rlb_replay *r, uint32_t n, const uint64_t *index, void *const *out)
{
    for (uint32_t begin = 0; begin < n; begin += REPLAY_CHUNK) {
        uint32_t some = n - begin < REPLAY_CHUNK ? n - begin : REPLAY_CHUNK;
        for (uint32_t i = 0; i < some; i++)
            replay_prefetch(r, index[begin + i]);
        for (uint32_t c = 0; c < r->num_columns; c++)
            if (out[c])
                replay_copy(r, c, some, index + begin,
                            (char *)out[c] + begin * replay_bytes(&r->columns[c]));
    }
}
