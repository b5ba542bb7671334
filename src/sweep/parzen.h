/* A Parzen estimator over one dimension of a sweep: what Bergstra, Bardenet, Bengio and Kégl
 * ("Algorithms for hyper-parameter optimization", NIPS 2011) build from the good trials and from
 * the others.
 *
 * Numbers: a mixture with equal weights of a Gaussian at each of the n observations and a prior,
 * cut off at the bounds; in the logarithm for a log distribution. With R the length of the range
 * the prior is N(middle, R^2); an observation's deviation is the greater of the distances to its
 * two neighbours (an outermost one has one; a single one looks at the bounds), clipped to
 * [R / min(100, n + 2), R]. Values with a spacing take the mass of the interval around them; bounds
 * lie half a spacing outside. Normal distributions, which have no bounds, are none of its.
 *
 * Choices: with m choices of prior probabilities p, an observation of j is the distribution
 * (e_j + m p / (n + 1)), normalised; the mixture has these and p with equal weights. */
#ifndef RLBENCH_SWEEP_PARZEN_H
#define RLBENCH_SWEEP_PARZEN_H

#include "sweep/space.h"

struct parzen {
    const struct sweep_dim *dim;
    size_t num;         /* kernels, the prior last */
    double *mu, *sigma; /* [num] of numbers */
    double *share;      /* [num] mass of each within the bounds */
    double low, high;   /* bounds */
    double *p;          /* [choices] of choices */
};

void parzen_init(struct parzen *z, const struct sweep_dim *dim, const double *x, size_t n);
void parzen_finish(struct parzen *z);
/* Logarithm of the density (values with a spacing and choices: of the mass) at a value; of a log
 * distribution, the density of the logarithm. */
double parzen_log_density(const struct parzen *z, double x);
double parzen_draw(const struct parzen *z, rlb_rng *rng);

#endif
