/* A replay buffer: the last transitions of every lane of a vectorised environment, in columns that
 * the caller declares (Lin 1992; Mnih et al. 2015).
 *
 * Indices are drawn first and rows gathered second, so that uniform, prioritised (priority.h) and
 * goal-relabelled (relabel.h) sampling share the gathering. An index names one transition:
 * slot * num_lanes + lane. It stays valid until the ring comes round to its slot.
 *
 * All memory is the host's, taken by rlb_replay_init(); nothing is allocated afterwards. */
#ifndef RLBENCH_REPLAY_H
#define RLBENCH_REPLAY_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a column means where several transitions become one (n-step returns). */
enum {
    RLB_COLUMN_NOW = 0,        /* of the moment: observation, action; taken of the first */
    RLB_COLUMN_NEXT = 1,       /* of where it led: the next observation; taken of the last */
    RLB_COLUMN_REWARD = 2,     /* RLB_F32; the discounted sum */
    RLB_COLUMN_TERMINATED = 3, /* RLB_U8, width 1; at most one such column */
    RLB_COLUMN_TRUNCATED = 4   /* RLB_U8, width 1; at most one such column */
};

typedef struct rlb_column {
    const char *name;      /* for sentences */
    uint32_t dtype, width; /* RLB_F32, RLB_I32 or RLB_U8; values of one transition */
    uint32_t role, reserved;
} rlb_column;

typedef struct rlb_replay {
    const rlb_host *host;
    const rlb_column *columns; /* [num_columns], the caller's, alive as long as the buffer */
    unsigned char *data;       /* [num_slots][num_lanes][stride] */
    size_t *offset;            /* [num_columns] of a column in a transition, in bytes */
    size_t stride;             /* bytes of a transition: what belongs together lies together */
    uint8_t *ended;            /* [num_lanes][num_slots] 1: terminated or truncated */
    uint64_t num_slots;        /* transitions kept of each lane */
    uint64_t filled;           /* slots in use */
    uint64_t head;             /* slot that is written next */
    rlb_rng rng;
    uint32_t num_columns, num_lanes;
} rlb_replay;

/* capacity: transitions in all, a multiple of num_lanes. Sampling draws from stream `stream` of
 * seed. RLB_E_INVAL for columns or a capacity that cannot be used, RLB_E_NOMEM. Only while the host
 * gives memory: during create(). */
RLB_EXPORT rlb_status rlb_replay_init(rlb_replay *r, const rlb_host *host,
                                      const rlb_column *columns, uint32_t num_columns,
                                      uint64_t capacity, uint32_t num_lanes, uint64_t seed,
                                      uint64_t stream);
/* Writes one transition of every lane over the oldest. rows[c]: [num_lanes][width] of column c. The
 * next observation of an episode that ended is its final_obs (rlb_next_obs() in rollout.h). */
RLB_EXPORT void rlb_replay_push(rlb_replay *r, const void *const *rows);
/* Transitions held, all lanes together. */
static inline uint64_t rlb_replay_size(const rlb_replay *r)
{
    return r->filled * r->num_lanes;
}

/* Index of the newest transition of lane 0; those of the other lanes follow. */
static inline uint64_t rlb_replay_newest(const rlb_replay *r)
{
    return ((r->head ? r->head : r->num_slots) - 1) * r->num_lanes;
}

/* n indices, uniform over the transitions held, with replacement. RLB_E_INVAL when there are none.
 */
RLB_EXPORT rlb_status rlb_replay_draw(rlb_replay *r, uint32_t n, uint64_t *index);
/* out[c]: [n][width] of column c, or NULL: not wanted. */
RLB_EXPORT void rlb_replay_gather(const rlb_replay *r, uint32_t n, const uint64_t *index,
                                  void *const *out);

/* Like gather, for the n-step return (Watkins 1989; Sutton and Barto 2018, section 7.1): each
 * sample joins the m transitions from its index on, m = `steps` or less where the episode ends or
 * where the newest transition is reached; shorter windows bootstrap like full ones.
 *   reward    = sum over k < m of discount^k r_k
 *   bootstrap = discount^m, or 0 where the last transition terminated: the weight of the value of
 *               the RLB_COLUMN_NEXT columns in the target. A truncated episode bootstraps.
 * bootstrap: [n]. steps >= 1. */
RLB_EXPORT void rlb_replay_gather_nstep(const rlb_replay *r, uint32_t n, const uint64_t *index,
                                        uint32_t steps, double discount, void *const *out,
                                        float *bootstrap);

/* First indices of n sequences of `length` consecutive transitions of one lane, uniform over all
 * that do not cross the write head. RLB_E_INVAL when fewer than `length` are held of a lane. */
RLB_EXPORT rlb_status rlb_replay_draw_sequences(rlb_replay *r, uint32_t n, uint32_t length,
                                                uint64_t *index);
/* out[c]: [n][length][width], or NULL. Sequences go on across the ends of episodes:
 *   reset  [n][length] 1 where what a recurrent network carries must be dropped before the step:
 *          where an episode begins, and at the first step of every sequence
 *   mask   [n][length] 1 up to the end of the episode that the sequence starts in, then 0
 * Either may be NULL. */
RLB_EXPORT void rlb_replay_gather_sequences(const rlb_replay *r, uint32_t n, uint32_t length,
                                            const uint64_t *index, void *const *out, uint8_t *reset,
                                            float *mask);

/* How many transitions of the same episode are held after this one: with rlb_future_offset() of
 * relabel.h the way to goals (hindsight experience replay). */
RLB_EXPORT uint64_t rlb_replay_ahead(const rlb_replay *r, uint64_t index);
/* The index of the transition k steps later in the lane; k <= what is held after it. */
static inline uint64_t rlb_replay_later(const rlb_replay *r, uint64_t index, uint64_t k)
{
    return (index + k * r->num_lanes) % (r->num_slots * r->num_lanes);
}

/* One chunk for the state and one for all transitions. RLB_E_FORMAT when what was saved is not from
 * a buffer of this shape. */
RLB_EXPORT rlb_status rlb_replay_save(const rlb_replay *r, rlb_writer *w);
RLB_EXPORT rlb_status rlb_replay_load(rlb_replay *r, rlb_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
