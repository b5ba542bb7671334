/* Smoothing of a curve as it comes in: an exponential moving average without start-up bias that
 * knows about steps.
 *
 *   y_t = Σ_i g(t, i) x_i / Σ_i g(t, i)    over the points i up to t,
 *   g(t, i) = strength ^ ((step_t − step_i) / spacing)
 *
 * For points `spacing` apart this is the debiased average of TensorBoard and W&B; where points lie
 * closer or further apart they fade by distance in steps, not by their number. A point that is not
 * finite is passed through and leaves the average as it was. */
#ifndef RLBENCH_SERIES_SMOOTH_H
#define RLBENCH_SERIES_SMOOTH_H

#include <stdint.h>

#define SMOOTH_MAX 0.99

struct smooth {
    double strength, spacing;
    double sum, weight;
    uint64_t step;
};

/* strength is clamped to [0, SMOOTH_MAX]; 0 gives the points themselves. spacing: steps over which
 * a point fades to `strength` of its weight, at least 1. */
void smooth_init(struct smooth *s, double strength, double spacing);
/* The average at this point; steps never decrease. */
double smooth_next(struct smooth *s, uint64_t step, double value);

#endif
