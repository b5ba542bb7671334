#include <rlbench/linalg.h>

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

rlb_status rlb_solve_many(uint32_t n, uint32_t m, double *a, double *b)
{
    if (n == 0)
        return RLB_OK;
    lapack_int *pivots = malloc(n * sizeof *pivots);
    if (!pivots)
        return RLB_E_NOMEM;
    lapack_int info = LAPACKE_dgesv(LAPACK_ROW_MAJOR, (lapack_int)n, (lapack_int)m, a,
                                    (lapack_int)n, pivots, b, (lapack_int)m);
    free(pivots);
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return RLB_E_NOMEM;
    return info == 0 ? RLB_OK : RLB_E_NUMERIC;
}

rlb_status rlb_solve(uint32_t n, double *a, double *b)
{
    return rlb_solve_many(n, 1, a, b);
}

/* (P' - I) mu = 0 has rank n-1 when the recurrent class is unique; its last equation, the sum of
 * the others, gives way to sum(mu) = 1. */
rlb_status rlb_stationary(uint32_t n, const double *p, double *mu)
{
    double *a = malloc((size_t)n * n * sizeof *a);
    if (!a)
        return RLB_E_NOMEM;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            a[i * n + j] = i == n - 1 ? 1.0 : p[j * n + i] - (i == j);
    memset(mu, 0, n * sizeof *mu);
    mu[n - 1] = 1.0;
    rlb_status status = rlb_solve(n, a, mu);
    free(a);
    if (status != RLB_OK)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        if (!isfinite(mu[i]) || mu[i] < -1e-9)
            return RLB_E_NUMERIC;
        if (mu[i] < 0)
            mu[i] = 0;
    }
    return RLB_OK;
}
