/* Softmax of one row, kept as what makes its logarithm exact for logits of any size: log p[c] =
 * (x[c] - largest) - log_sum. */
#ifndef RLBENCH_LIB_NN_ROWS_H
#define RLBENCH_LIB_NN_ROWS_H

#include "simd.h"

#include <stddef.h>

struct nn_normal {
    float largest, log_sum;
};

static inline struct nn_normal nn_normal_of(const float *x, size_t n)
{
    float largest = x[0], sum = 0;
#ifndef __clang__ /* which cannot without assuming that no value is a NaN, and warns */
#pragma omp simd reduction(max : largest)
#endif
    for (size_t c = 0; c < n; c++)
        largest = x[c] > largest ? x[c] : largest;
#pragma omp simd reduction(+ : sum)
    for (size_t c = 0; c < n; c++)
        sum += nn_expf(x[c] - largest);
    return (struct nn_normal){largest, nn_logf(sum)};
}

static inline float nn_log_p(float x, struct nn_normal s)
{
    return (x - s.largest) - s.log_sum;
}

#endif
