/* The Nash equilibrium without temperature, by linear programming. */
#ifndef PREFERENCE_LP_H
#define PREFERENCE_LP_H

#include <rlbench/preference.h>

/* The maximin mixture (von Neumann winner): max v, sum_i pi_i p_ij >= v for all j, pi in the
 * simplex. pi: [n] out, a vertex of the solutions where there are several. The value of a game of
 * preferences is 1/2; RLB_E_NUMERIC where the solution misses it by more than 1e-9. */
rlb_status lp_nash(const rlb_host *host, uint32_t n, const double *p, double *pi);

#endif
