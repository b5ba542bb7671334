/* tanh as a change of variables, for every u without loss of digits. */
#ifndef RLBENCH_LIB_NN_SQUASH_H
#define RLBENCH_LIB_NN_SQUASH_H

#include "simd.h"

/* Actions of data count as no larger than this. */
#define NN_LARGEST_ACTION 0.999999f

/* tanh' u = 1 - tanh^2 u = 4 e / (1 + e)^2 with e = e^(-2 |u|). */
static inline float nn_tanh_slope(float u)
{
    float e = nn_expf(u < 0 ? 2.0f * u : -2.0f * u), s = 1.0f + e;
    return 4.0f * e / (s * s);
}

/* log tanh' u = 2 (log 2 - u - softplus(-2 u)), symmetric in u. */
static inline float nn_log_tanh_slope(float u)
{
    float size = u < 0 ? -u : u;
    return 2.0f * (0.693147181f - size - nn_log1pf(nn_expf(-2.0f * size)));
}

static inline float nn_within(float action)
{
    return action > NN_LARGEST_ACTION    ? NN_LARGEST_ACTION
           : action < -NN_LARGEST_ACTION ? -NN_LARGEST_ACTION
                                         : action;
}

/* log((1 + a) / (1 - a)) / 2 for |a| < 1. */
static inline float nn_atanhf(float a)
{
    float size = a < 0 ? -a : a, u = 0.5f * nn_log1pf(2.0f * size / (1.0f - size));
    return a < 0 ? -u : u;
}

#endif
