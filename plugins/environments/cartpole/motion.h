/* The cart and the pole: one step of many lanes. */
#ifndef RLBENCH_PLUGIN_CARTPOLE_MOTION_H
#define RLBENCH_PLUGIN_CARTPOLE_MOTION_H

#include <stddef.h>
#include <stdint.h>

struct motion {
    double gravity, pole_mass, half_length; /* half the pole's length: where its centre is */
    double total_mass, pole_mass_length;    /* a sum; a product: pole_mass half_length */
    double force, tau;                      /* N; s */
    double far, steep;                      /* m, rad: beyond them the episode ends */
    float reward, last_reward;              /* of a step; of the step that ends the episode */
    int semi_implicit;                      /* positions from the new velocities */
};

/* n lanes, struct of arrays. */
struct lanes {
    double *x, *v, *angle, *spin; /* m, m/s, rad from upright, rad/s */
    const int32_t *actions;       /* 0 left, 1 right */
    float *obs;                   /* [n][4] x, v, angle, spin */
    float *rewards;
    uint8_t *terminated;
    uint32_t *age;
};

void motion_step(const struct motion *m, const struct lanes *l, uint32_t n);

#endif
