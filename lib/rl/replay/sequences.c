#include "replay.h"

#include <string.h>

rlb_status rlb_replay_draw_sequences(rlb_replay *r, uint32_t n, uint32_t length, uint64_t *index)
{
    if (length == 0 || length > r->filled)
        return r->host->fail(r->host, RLB_E_INVAL,
                             "sequences of %u transitions cannot be drawn: the replay buffer holds "
                             "%llu of each lane",
                             length, (unsigned long long)r->filled);
    uint64_t oldest = r->filled < r->num_slots ? 0 : r->head;
    uint64_t starts = (r->filled - length + 1) * r->num_lanes;
    for (uint32_t i = 0; i < n; i++)
        index[i] = rlb_replay_later(r, oldest * r->num_lanes + rlb_rng_below64(&r->rng, starts), 0);
    return RLB_OK;
}

void rlb_replay_gather_sequences(const rlb_replay *r, uint32_t n, uint32_t length,
                                 const uint64_t *index, void *const *out, uint8_t *reset,
                                 float *mask)
{
    for (uint32_t c = 0; c < r->num_columns; c++) {
        size_t bytes = replay_bytes(&r->columns[c]);
        unsigned char *to = out[c];
        for (uint32_t i = 0; to && i < n; i++)
            for (uint32_t t = 0; t < length; t++, to += bytes)
                memcpy(to, replay_at(r, rlb_replay_later(r, index[i], t), c), bytes);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint8_t begins = 1;
        float inside = 1;
        for (uint32_t t = 0; t < length; t++) {
            if (reset)
                reset[(size_t)i * length + t] = begins;
            if (mask)
                mask[(size_t)i * length + t] = inside;
            begins = *replay_ended(r, rlb_replay_later(r, index[i], t));
            inside = begins ? 0 : inside;
        }
    }
}
