/* Softmax of one row, kept as what makes its logarithm exact for logits of any size: log p[c] =
 * (x[c] - largest) - log_sum. */
#ifndef RLBENCH_LIB_NN_ROWS_H
#define RLBENCH_LIB_NN_ROWS_H

#include "simd.h"

#include <stddef.h>

struct nn_normal {
    float largest, log_sum;
};

/* In lanes, which any compiler vectorises, unlike a maximum of floats. */
static inline float nn_row_largest(const float *x, size_t n)
{
    enum { LANES = 16 };
    float largest = x[0], lanes[LANES];
    size_t c = 0;
    if (n >= LANES) {
        memcpy(lanes, x, sizeof lanes);
        for (c = LANES; c + LANES <= n; c += LANES)
            for (size_t k = 0; k < LANES; k++)
                lanes[k] = x[c + k] > lanes[k] ? x[c + k] : lanes[k];
        for (size_t k = 0; k < LANES; k++)
            largest = lanes[k] > largest ? lanes[k] : largest;
    }
    for (; c < n; c++)
        largest = x[c] > largest ? x[c] : largest;
    return largest;
}

/* Not a number anywhere in the row makes log_sum none, and so every log p. */
static inline struct nn_normal nn_normal_of(const float *x, size_t n)
{
    float largest = nn_row_largest(x, n), sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t c = 0; c < n; c++)
        sum += nn_expf(x[c] - largest);
    return (struct nn_normal){largest, sum == sum ? nn_logf(sum) : sum};
}

static inline float nn_log_p(float x, struct nn_normal s)
{
    return (x - s.largest) - s.log_sum;
}

#endif
