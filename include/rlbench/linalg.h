/* Small dense systems in double precision, through LAPACK: ground truth for tabular problems.
 * Row-major. */
#ifndef RLBENCH_LINALG_H
#define RLBENCH_LINALG_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Solves A x = b by LU with partial pivoting. a: [n][n], destroyed; b: [n] in, x out. RLB_E_NUMERIC
 * when singular, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_solve(uint32_t n, double *a, double *b);
/* The same with m right-hand sides. b: [n][m] in, X out. */
RLB_EXPORT rlb_status rlb_solve_many(uint32_t n, uint32_t m, double *a, double *b);
/* Stationary distribution mu (mu' P = mu', sum 1) of a chain with one recurrent class. p: [n][n]
 * row-stochastic, unchanged; mu: [n] out. RLB_E_NUMERIC when it is not unique. */
RLB_EXPORT rlb_status rlb_stationary(uint32_t n, const double *p, double *mu);

#ifdef __cplusplus
}
#endif
#endif
