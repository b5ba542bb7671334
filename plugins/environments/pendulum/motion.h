/* The pendulum: one step of many lanes. */
#ifndef RLBENCH_PLUGIN_PENDULUM_MOTION_H
#define RLBENCH_PLUGIN_PENDULUM_MOTION_H

#include <stddef.h>
#include <stdint.h>

struct motion {
    double pull;          /* 3 g / (2 l), 1/s^2 */
    float push;           /* 3 / (m l^2), 1/(kg m^2) */
    double dt, max_speed; /* s, rad/s */
    float max_torque;     /* N m */
};

/* n lanes, struct of arrays. */
struct lanes {
    double *angle, *spin; /* rad from upright, not wrapped; rad/s */
    const float *actions; /* torque */
    float *obs;           /* [n][3] cos, sin, spin */
    float *rewards;
    uint32_t *age;
};

void motion_step(const struct motion *m, const struct lanes *l, uint32_t n);

#endif
