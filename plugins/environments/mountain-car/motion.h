/* The car in the valley: one step of many lanes. */
#ifndef RLBENCH_PLUGIN_MOUNTAIN_CAR_MOTION_H
#define RLBENCH_PLUGIN_MOUNTAIN_CAR_MOTION_H

#include <stddef.h>
#include <stdint.h>

struct motion {
    double force, gravity;      /* change of velocity in a step, at full throttle; at slope 1 */
    double goal, goal_velocity; /* the episode ends there, at least that fast */
    double max_speed, left, right;
};

/* n lanes, struct of arrays. */
struct lanes {
    double *x, *v;
    const int32_t *actions; /* 0 left, 1 none, 2 right */
    float *obs;             /* [n][2] x, v */
    float *rewards;
    uint8_t *terminated, *success;
    uint32_t *age;
};

void motion_step(const struct motion *m, const struct lanes *l, uint32_t n);

#endif
