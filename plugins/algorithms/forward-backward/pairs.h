/* Fixed pairs of start and goal in a world of goals, played with a learner's policies. */
#ifndef FB_PAIRS_H
#define FB_PAIRS_H

#include "world.h"

/* Action values of n lanes for their goals: [n][A]. */
typedef void (*pairs_values)(void *self, const float *obs, uint32_t n, float *q);

struct pairs {
    const struct world *world;
    rlb_venv *env;    /* a lane for every pair */
    float *goal;      /* [n][obs_width] as observations */
    float *where;     /* [n][goal_width] the goals represented */
    float *reached;   /* [n][goal_width] scratch */
    float *q;         /* [n][A] */
    double *distance; /* [n] largest difference of a coordinate when the play ended */
    int32_t *action;
    uint8_t *done;
    uint32_t n, steps;
    double epsilon;
};

/* In a world without goals there are none: n is 0. */
rlb_status pairs_init(struct pairs *p, const struct world *w, uint32_t n, uint32_t steps,
                      double epsilon);
/* Starts all pairs and fills their goals. */
rlb_status pairs_begin(struct pairs *p);
/* Plays epsilon-greedily; success: the share that reached the goal in time; distance: mean over
 * pairs of how far from it they ended. */
rlb_status pairs_play(struct pairs *p, pairs_values values, void *self, double *success,
                      double *distance);

#endif
