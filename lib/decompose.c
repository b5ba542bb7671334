#include <rlbench/linalg.h>

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

static int all_finite(const double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(a[i]))
            return 0;
    return 1;
}

/* Eigenvectors are known but for their sign; results should not depend on the library's. */
static void fix_sign(uint32_t n, double *v)
{
    uint32_t top = 0;
    for (uint32_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[top]))
            top = i;
    double sign = v[top] < 0 ? -1 : 1;
    for (uint32_t i = 0; i < n; i++)
        v[i] *= sign;
}

/* Columns of the column-major answer are the rows of ours, and the upper triangle there is the
 * lower one here. */
rlb_status rlb_eigen_symmetric(uint32_t n, double *a, double *w)
{
    if (n == 0)
        return RLB_OK;
    for (uint32_t i = 0; i < n; i++)
        if (!all_finite(a + (size_t)i * n, i + 1))
            return RLB_E_NUMERIC;
    for (uint32_t i = 0; i < n; i++) /* LAPACKE looks for NaN in what LAPACK does not read */
        for (uint32_t j = i + 1; j < n; j++)
            a[(size_t)i * n + j] = 0;
    lapack_int size = (lapack_int)n;
    rlb_status status = status_of(LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', size, a, size, w));
    for (uint32_t k = 0; status == RLB_OK && k < n; k++)
        fix_sign(n, a + (size_t)k * n);
    return status;
}

rlb_status rlb_svd(uint32_t m, uint32_t n, double *a, double *u, double *s, double *vt)
{
    lapack_int rows = (lapack_int)m, columns = (lapack_int)n, k = rows < columns ? rows : columns;
    if (k == 0)
        return RLB_OK;
    if (!all_finite(a, (size_t)m * n))
        return RLB_E_NUMERIC;
    return status_of(
        LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', rows, columns, a, columns, s, u, k, vt, columns));
}

/* LAPACK gives the answer in the place of b, which must have room for it. */
rlb_status rlb_least_squares(uint32_t m, uint32_t n, uint32_t k, double *a, double *b, double rcond,
                             double *x, uint32_t *rank)
{
    size_t right = (size_t)m * k, answer = (size_t)n * k;
    lapack_int rows = (lapack_int)m, columns = (lapack_int)n, sides = (lapack_int)k, found = 0;
    rlb_status status = RLB_OK;
    memset(x, 0, answer * sizeof *x);
    if (m > 0 && answer > 0) {
        double *both = calloc(right > answer ? right : answer, sizeof *both);
        double *s = calloc(m < n ? m : n, sizeof *s);
        status = both && s ? RLB_OK : RLB_E_NOMEM;
        if (status == RLB_OK && !(all_finite(a, (size_t)m * n) && all_finite(b, right)))
            status = RLB_E_NUMERIC;
        if (status == RLB_OK) {
            memcpy(both, b, right * sizeof *b);
            status = status_of(LAPACKE_dgelsd(LAPACK_ROW_MAJOR, rows, columns, sides, a, columns,
                                              both, sides, s, rcond, &found));
        }
        if (status == RLB_OK)
            memcpy(x, both, answer * sizeof *x);
        free(s);
        free(both);
    }
    if (rank)
        *rank = (uint32_t)found;
    return status;
}
