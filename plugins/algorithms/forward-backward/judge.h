/* How good the policies are that a learner has for many rewards, exactly, in a world with a model:
 * every state as a goal; sums of three goals with random weights; a goal and a door to avoid. */
#ifndef FB_JUDGE_H
#define FB_JUDGE_H

#include "truth.h"

enum { FAMILY_GOAL, FAMILY_MULTI, FAMILY_AVOID, NUM_FAMILIES };

struct judged {
    uint32_t family, goal; /* the state, of FAMILY_GOAL */
    double *reward;        /* [S] */
    double best, uniform;  /* mean over states of V* and of the uniform policy's V */
};

/* Action values of every state for a reward: q [S][A]. False: the learner cannot take such a
 * reward. */
typedef bool (*judge_values)(void *self, const struct judged *task, double *q);

struct judge {
    const struct truth *truth;
    struct judged *tasks;
    uint32_t num_tasks;
    double reference_uniform, reference_one_step; /* score of the goals */
    double *q, *policy, *v;                       /* scratch */
};

/* Mean of V / mean of V* for goals, (V - V uniform) / (V* - V uniform) for the other rewards; mean
 * over the tasks of the family. NAN: none was taken. */
struct scores {
    double soft[NUM_FAMILIES], greedy[NUM_FAMILIES];
};

/* Goals: all states, or `goals` of them evenly spread where there are more. */
rlb_status judge_init(struct judge *j, const struct truth *t, uint32_t goals, uint32_t others);
/* A cell of the map between two walls. */
bool judge_is_door(const struct world *w, uint32_t s);
/* soft: softmax of the values at this temperature. */
rlb_status judge_all(struct judge *j, judge_values values, void *self, double temperature,
                     struct scores *out);

#endif
