/* Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kégl, NIPS 2011), the sampler of
 * `method: bayes`. It looks at the order of the results alone: a metric may have any scale, and a
 * trial that diverged is simply a bad one; it takes ranges, logarithms, whole numbers and words
 * alike, and its cost is linear in the trials. A Gaussian process would want all these encoded. */
#ifndef RLBENCH_SWEEP_TPE_H
#define RLBENCH_SWEEP_TPE_H

#include "sweep/spec.h"

enum {
    TPE_STARTUP = 10,    /* so many results are wanted before the model is believed */
    TPE_CANDIDATES = 24, /* drawn for each value */
    TPE_MOST_GOOD = 25
};

/* Values of trial number `n` (from 1): a function of the spec, n, the values of the trials before
 * it and the results of trials 1 to n - parallel, of which *known have ended.
 *
 * Of N results the best ceil(0.15 N), at most 25, are the good ones. Each parameter by itself:
 * candidates are drawn from the good ones' Parzen estimator l, and the one with the greatest
 * l(x) / g(x) is taken, g being the others'. A set of values that was there before is drawn anew, a
 * few times. */
void tpe_draw(const struct sweep_spec *s, const struct sweep_trial *trials, uint32_t n,
              double *values, uint32_t *known);

#endif
