/* The rewards of the control suite (Tassa et al. 2018): 1 within bounds, falling outside. */
#ifndef RLBENCH_PLUGIN_MUJOCO_TOLERANCE_H
#define RLBENCH_PLUGIN_MUJOCO_TOLERANCE_H

#include <math.h>

/* 1 from `bound` on; `at_margin` at the distance margin below it, linearly, never below 0. */
static inline double tolerance_above(double x, double bound, double margin, double at_margin)
{
    return x >= bound ? 1 : fmax(0, 1 - (bound - x) / margin * (1 - at_margin));
}

/* exp(-(distance / margin)^2 ln 10): 1 at 0, a tenth at the margin. */
static inline double tolerance_gaussian(double distance, double margin)
{
    const double d = distance / margin;
    return distance <= 0 ? 1 : exp(-2.302585092994045684018 * d * d);
}

#endif
