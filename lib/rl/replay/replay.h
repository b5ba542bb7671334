/* What the files of the replay buffer share. */
#ifndef RLBENCH_LIB_RL_REPLAY_H
#define RLBENCH_LIB_RL_REPLAY_H

#include <rlbench/replay.h>

enum { REPLAY_CHUNK = 64 }; /* transitions that are asked for together */

/* Bytes of one transition in the column; 0 for a dtype that is none. */
static inline size_t replay_bytes(const rlb_column *c)
{
    static const size_t size[] = {[RLB_F32] = 4, [RLB_I32] = 4, [RLB_U8] = 1};
    return c->dtype < sizeof size / sizeof *size ? size[c->dtype] * c->width : 0;
}

/* Slots written after this one, all of them held. */
static inline uint64_t replay_newer(const rlb_replay *r, uint64_t slot)
{
    uint64_t newest = r->head ? r->head - 1 : r->num_slots - 1;
    return newest >= slot ? newest - slot : newest + r->num_slots - slot;
}

static inline unsigned char *replay_at(const rlb_replay *r, uint64_t index, uint32_t c)
{
    return r->data + index * r->stride + r->offset[c];
}

static inline uint8_t *replay_ended(const rlb_replay *r, uint64_t index)
{
    return r->ended + (index % r->num_lanes) * r->num_slots + index / r->num_lanes;
}

/* Asks for the cache lines of a transition. */
static inline void replay_prefetch(const rlb_replay *r, uint64_t index)
{
    enum { LINE = 64, MOST = 16 * LINE };
    const unsigned char *row = r->data + index * r->stride;
    for (size_t at = 0; at < r->stride && at < MOST; at += LINE)
        __builtin_prefetch(row + at);
    __builtin_prefetch(row + r->stride - 1);
}

/* Column c of n transitions, one after the other. */
void replay_copy(const rlb_replay *r, uint32_t c, uint32_t n, const uint64_t *index, void *to);
/* Ends of episodes of the step in `slot`, from the columns that tell. */
void replay_mark(rlb_replay *r, uint64_t slot);

#endif
