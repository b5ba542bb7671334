/* The matrix product, row-major:  C = op(A) op(B) + beta C,  op(A): [m][k], op(B): [k][n]. */
#ifndef RLBENCH_LIB_NN_GEMM_H
#define RLBENCH_LIB_NN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/* ta, tb: A is [k][m], B is [n][k] and is used transposed. ld: floats from a row to the next. beta
 * 0 or 1. */
void nn_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float beta, float *c, size_t ldc);
/* The same in plain C. */
void nn_gemm_plain(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
                   const float *b, size_t ldb, float beta, float *c, size_t ldc);

#endif
