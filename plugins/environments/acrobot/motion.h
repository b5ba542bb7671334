/* The acrobot: one step of many lanes. */
#ifndef RLBENCH_PLUGIN_ACROBOT_MOTION_H
#define RLBENCH_PLUGIN_ACROBOT_MOTION_H

#include <stddef.h>
#include <stdint.h>

struct motion {
    double length1;          /* of the first link, m; that of the second does not matter */
    double mass1, mass2;     /* kg */
    double centre1, centre2; /* from a link's joint to its centre of mass, m */
    double inertia;          /* of each link, kg m^2 */
    double gravity, dt;      /* m/s^2, s */
    double max_spin1, max_spin2;
    int nips; /* the equations of the 1996 paper, which lack a term */
};

/* n lanes, struct of arrays. */
struct lanes {
    double *angle1, *angle2, *spin1, *spin2; /* rad, 0 hangs down, 2 relative to 1; rad/s */
    const double *torque;                    /* at the joint between the links, N m */
    float *obs;                              /* [n][6] cos, sin of both angles, spins */
    float *rewards;
    uint8_t *terminated, *success;
    uint32_t *age;
};

void motion_step(const struct motion *m, const struct lanes *l, uint32_t n);

#endif
