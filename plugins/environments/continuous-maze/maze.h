/* The continuous maze: a state is position and goal, an observation the position's features. */
#ifndef CONTINUOUS_MAZE_H
#define CONTINUOUS_MAZE_H

#include "motion.h"

#include <rlbench/dynamics.h>
#include <rlbench/lane_tasks.h>
#include <rlbench/sketch.h>

enum { X, Y, GOAL_X, GOAL_Y, WIDTH };
enum { GOAL_DRAWN, GOAL_NONE, GOAL_FIXED };

struct maze {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    struct motion motion;
    rlb_lane_tasks lanes;
    rlb_tasks tasks;
    rlb_goals goals;
    rlb_sketch sketch;
    double goal[2]; /* of GOAL_FIXED */
    uint32_t goal_kind, features;
    char caption[100], name[40];
};

/* Observations of n points. */
void maze_observe(const struct maze *m, const double *x, const double *y, uint32_t n, float *obs);
/* Fills tasks and goals. */
void maze_tasks(struct maze *m);
/* Start and goal of an episode of `lane`, into state[WIDTH]. */
void maze_draw(struct maze *m, uint32_t lane, rlb_rng *own, double *state);

#endif
