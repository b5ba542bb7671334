/* Pearson's test of counts against the shares they should have. */
#ifndef RLBENCH_TESTS_LIB_RL_CHI_H
#define RLBENCH_TESTS_LIB_RL_CHI_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* True when counts of n cells could be draws from the shares (sum 1): nothing where the share is 0,
 * and the statistic below its 99.99 % quantile (Wilson and Hilferty's cube). Cells too rare for the
 * law of the statistic are counted as one. */
static inline int chi_fits(const uint64_t *counts, const double *shares, unsigned n)
{
    double chi = 0, total = 0, rare = 0, rare_expected = 0;
    unsigned cells = 0;
    for (unsigned i = 0; i < n; i++)
        total += (double)counts[i];
    for (unsigned i = 0; i <= n; i++) {
        double count = i < n ? (double)counts[i] : rare;
        double expected = i < n ? total * shares[i] : rare_expected;
        if (i < n && shares[i] <= 0 && counts[i])
            return 0;
        if (i < n && expected < 10) {
            rare += count;
            rare_expected += expected;
        } else if (expected > 1e-2) {
            chi += (count - expected) * (count - expected) / expected;
            cells++;
        } else if (count > 1) {
            return 0;
        }
    }
    if (cells < 2)
        return 1;
    double df = cells - 1, c = 2 / (9 * df), root = 1 - c + 3.719 * sqrt(c);
    double bound = df * root * root * root;
    if (!(chi < bound))
        fprintf(stderr, "chi-squared %g of %g degrees of freedom, bound %g\n", chi, df, bound);
    return chi < bound;
}

#endif
