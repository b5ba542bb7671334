/* Goals for goal-conditioned learning, drawn from the states that an episode or a data set has seen
 * (hindsight experience replay: Andrychowicz et al. 2017; the laws of OGBench: Park et al. 2025).
 *
 * Everything works on row numbers alone: episodes are given by where they start, as in
 * rlb_dataset.start, and the caller fetches observations of the rows drawn. A replay buffer has no
 * such array: there rlb_replay_ahead() and rlb_goal_offset() give the goal of one transition. */
#ifndef RLBENCH_RELABEL_H
#define RLBENCH_RELABEL_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the goal of state t lies when `ahead` more states of its episode follow. All but RANDOM
 * give the last state when there is no later one to give (ahead 0: t itself). */
enum {
    RLB_GOAL_CURRENT = 0,   /* t */
    RLB_GOAL_GEOMETRIC = 1, /* min(t + k, last), P(k) = (1 - discount) discount^(k - 1), k >= 1 */
    RLB_GOAL_UNIFORM = 2,   /* uniform over t + 1 … last (HER's "future") */
    RLB_GOAL_ROUNDED = 3,   /* round(u (t + 1) + (1 - u) last), u uniform: OGBench's uniform law,
                               where   the two ends have half the weight of the others */
    RLB_GOAL_FINAL = 4,     /* last */
    RLB_GOAL_RANDOM = 5,    /* uniform over the states of all episodes */
    RLB_NUM_GOALS = 6
};

/* A mixture of these. */
typedef struct rlb_goal_mix {
    double p[RLB_NUM_GOALS]; /* fractions, sum 1 */
    double discount;         /* of RLB_GOAL_GEOMETRIC, in [0, 1] */
} rlb_goal_mix;

/* Episodes over rows: the states of episode e are rows [start[e], start[e + 1] - tail). */
typedef struct rlb_episodes {
    const uint64_t *start; /* [num_episodes + 1] never falling; borrowed */
    uint64_t num_episodes;
    /* Rows at the end of every episode that do not count. 0: the last observation is a state like
     * the others; 1: only states that something was done in are. */
    uint64_t tail;
} rlb_episodes;

/* RLB_E_INVAL with a sentence when fractions or discount cannot be used. */
RLB_EXPORT rlb_status rlb_goal_mix_check(const rlb_goal_mix *mix, const rlb_host *host);

/* Steps from a state to its goal, in [0, ahead]. kind: any but RLB_GOAL_RANDOM. */
RLB_EXPORT uint64_t rlb_goal_offset(rlb_rng *rng, uint32_t kind, double discount, uint64_t ahead);

/* The episode that row belongs to. O(log num_episodes). */
RLB_EXPORT uint64_t rlb_episodes_find(const rlb_episodes *e, uint64_t row);
/* n states, uniform over all that have at least `ahead` later ones in their episode (0: all; 1:
 * states that a transition starts from). RLB_E_INVAL when there are none. */
RLB_EXPORT rlb_status rlb_episodes_draw(const rlb_episodes *e, const rlb_host *host, rlb_rng *rng,
                                        uint64_t ahead, uint32_t n, uint64_t *row);
/* A goal for each of n states. goal: [n] rows. RLB_E_INVAL when a row is no state. */
RLB_EXPORT rlb_status rlb_goals_draw(const rlb_episodes *e, const rlb_host *host, rlb_rng *rng,
                                     const rlb_goal_mix *mix, uint32_t n, const uint64_t *row,
                                     uint64_t *goal);

#ifdef __cplusplus
}
#endif
#endif
