/* The only file that knows the matrix library: oneDNN, whose kernels ask the processor for its
 * features instead of knowing its name. Built without it, the plain loops below do the work. */
#include "gemm.h"
#include "simd.h"

#ifdef HAVE_DNNL
#include <dnnl.h>
#endif

/* Rows of C in turn, vectorised along n where B has contiguous rows. */
NN_CLONES static void rows_of_b(bool ta, size_t m, size_t n, size_t k, const float *a, size_t lda,
                                const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++) {
        float *restrict row = c + i * ldc;
        for (size_t j = 0; j < n && beta == 0; j++)
            row[j] = 0;
        for (size_t p = 0; p < k; p++) {
            const float *restrict from = b + p * ldb;
            float x = ta ? a[p * lda + i] : a[i * lda + p];
            for (size_t j = 0; j < n; j++)
                row[j] += x * from[j];
        }
    }
}

NN_CLONES static void columns_of_b(bool ta, size_t m, size_t n, size_t k, const float *a,
                                   size_t lda, const float *b, size_t ldb, float beta, float *c,
                                   size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            float sum = 0;
            for (size_t p = 0; p < k; p++)
                sum += (ta ? a[p * lda + i] : a[i * lda + p]) * b[j * ldb + p];
            c[i * ldc + j] = sum + (beta != 0 ? c[i * ldc + j] : 0);
        }
}

void nn_gemm_plain(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
                   const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
    (tb ? columns_of_b : rows_of_b)(ta, m, n, k, a, lda, b, ldb, beta, c, ldc);
}

void nn_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
#ifdef HAVE_DNNL
    dnnl_status_t status =
        dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1,
                   a, (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
    if (status == dnnl_success)
        return;
#endif
    nn_gemm_plain(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
}
