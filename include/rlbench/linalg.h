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

/* Eigenvalues, rising, and orthonormal eigenvectors of a symmetric matrix. a: [n][n] in (only
 * a[i][j], j <= i, is read), out: row k is the eigenvector of w[k], its largest component positive.
 * w: [n] out. RLB_E_NUMERIC when an entry is not finite, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_eigen_symmetric(uint32_t n, double *a, double *w);
/* A = U diag(s) V' with k = min(m, n). a: [m][n], destroyed; u: [m][k], s: [k] falling, vt: [k][n]
 * out. Errors as above. */
RLB_EXPORT rlb_status rlb_svd(uint32_t m, uint32_t n, double *a, double *u, double *s, double *vt);
/* X of least norm among those that minimise |A X - B|. a: [m][n], b: [m][k], both destroyed; x:
 * [n][k] out. Singular values at or below rcond times the largest count as 0 (negative: the machine
 * precision); rank: how many did not, may be NULL. Errors as above. */
RLB_EXPORT rlb_status rlb_least_squares(uint32_t m, uint32_t n, uint32_t k, double *a, double *b,
                                        double rcond, double *x, uint32_t *rank);

#ifdef __cplusplus
}
#endif
#endif
