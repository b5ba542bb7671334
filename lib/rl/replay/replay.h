/* What the files of the replay buffer share. */
#ifndef RLBENCH_LIB_RL_REPLAY_H
#define RLBENCH_LIB_RL_REPLAY_H

#include <rlbench/replay.h>

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

static inline uint8_t *replay_ended(const rlb_replay *r, uint64_t index)
{
    return r->ended + (index % r->num_lanes) * r->num_slots + index / r->num_lanes;
}

/* Ends of episodes of the step in `slot`, from the columns that tell. */
void replay_mark(rlb_replay *r, uint64_t slot);

#endif
