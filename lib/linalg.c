#include <rlbench/linalg.h>

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static rlb_status status_of(lapack_int info)
{
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return RLB_E_NOMEM;
    return info == 0 ? RLB_OK : RLB_E_NUMERIC;
}

/* Largest absolute column sum; NaN anywhere gives NaN. */
static double one_norm(uint32_t n, const double *a)
{
    double norm = 0;
    for (uint32_t j = 0; j < n; j++) {
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            sum += fabs(a[(size_t)i * n + j]);
        if (!(sum <= norm))
            norm = sum;
    }
    return norm;
}

/* Rounding hides the zero pivot of most singular matrices, so the condition number decides. */
rlb_status rlb_solve_many(uint32_t n, uint32_t m, double *a, double *b)
{
    if (n == 0 || m == 0)
        return RLB_OK;
    double norm = one_norm(n, a), reciprocal = 0;
    if (!isfinite(norm))
        return RLB_E_NUMERIC;
    lapack_int size = (lapack_int)n, columns = (lapack_int)m;
    lapack_int *pivots = malloc(n * sizeof *pivots);
    if (!pivots)
        return RLB_E_NOMEM;
    lapack_int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, size, size, a, size, pivots);
    if (info == 0)
        info = LAPACKE_dgecon(LAPACK_ROW_MAJOR, '1', size, a, size, norm, &reciprocal);
    rlb_status status = status_of(info);
    if (status == RLB_OK && !(reciprocal > DBL_EPSILON))
        status = RLB_E_NUMERIC;
    if (status == RLB_OK)
        status = status_of(
            LAPACKE_dgetrs(LAPACK_ROW_MAJOR, 'N', size, columns, a, size, pivots, b, columns));
    free(pivots);
    return status;
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
            a[(size_t)i * n + j] = i == n - 1 ? 1.0 : p[(size_t)j * n + i] - (i == j);
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
