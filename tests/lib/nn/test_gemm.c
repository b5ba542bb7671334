/* The matrix product as the library makes it (oneDNN, with rows spread apart where that is faster)
 * and in plain loops, against sums in double, element by element: every form, small and odd sizes,
 * sizes whose rows lie a power of two apart, rows with a gap, added to what was there. */
#include "../lib/nn/gemm.h"

#include "check.h"

#include <math.h>
#include <rlbench/rng.h>
#include <stdio.h>
#include <stdlib.h>

typedef void gemm(bool, bool, size_t, size_t, size_t, const float *, size_t, const float *, size_t,
                  float, float *, size_t);

static const struct size {
    size_t m, n, k, gap;
} sizes[] = {
    {1, 1, 1, 0},       {3, 5, 7, 2},        {17, 33, 65, 1},    {64, 64, 31, 0},
    {128, 256, 129, 0}, {256, 256, 8, 0},    {256, 512, 300, 0}, {512, 128, 257, 0},
    {128, 1024, 70, 0}, {256, 130, 40, 126},
};

static float *uniform(rlb_rng *rng, size_t n)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++)
        x[i] = (float)(2 * rlb_rng_uniform(rng) - 1);
    return x;
}

/* The largest error of an element, as a part of what rounding of its k products and their sum
 * allows. */
static double worst(gemm *product, const struct size *s, bool ta, bool tb, float beta)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 11, s->m + s->n * 1000 + s->k);
    size_t lda = (ta ? s->m : s->k) + s->gap, ldb = (tb ? s->k : s->n) + s->gap,
           ldc = s->n + s->gap;
    float *a = uniform(&rng, lda * (ta ? s->k : s->m)),
          *b = uniform(&rng, ldb * (tb ? s->n : s->k));
    float *c = uniform(&rng, ldc * s->m), *before = malloc(ldc * s->m * sizeof *c);
    CU_ASSERT_FATAL(a && b && c && before);
    memcpy(before, c, ldc * s->m * sizeof *c);
    product(ta, tb, s->m, s->n, s->k, a, lda, b, ldb, beta, c, ldc);
    double most = 0;
    for (size_t i = 0; i < s->m; i++) {
        for (size_t j = 0; j < s->n; j++) {
            double sum = beta * (double)before[i * ldc + j], size = fabs(sum);
            for (size_t p = 0; p < s->k; p++) {
                double x = (double)a[ta ? p * lda + i : i * lda + p] *
                           (double)b[tb ? j * ldb + p : p * ldb + j];
                sum += x;
                size += fabs(x);
            }
            most = fmax(most,
                        fabs((double)c[i * ldc + j] - sum) / (size * 0x1p-24 * (double)(s->k + 2)));
        }
        for (size_t j = s->n; j < ldc && i + 1 < s->m; j++) /* the gap is nobody's to write */
            CU_ASSERT_EQUAL(c[i * ldc + j], before[i * ldc + j]);
    }
    free(a);
    free(b);
    free(c);
    free(before);
    return most;
}

static void all(gemm *product)
{
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int form = 0; form < 8; form++) {
            double error = worst(product, &sizes[s], form & 1, form & 2, form & 4 ? 1 : 0);
            CU_ASSERT(error <= 1);
            if (!(error <= 1))
                printf("%zu x %zu x %zu, %s%s: %g of the bound\n", sizes[s].m, sizes[s].n,
                       sizes[s].k, form & 1 ? "T" : "N", form & 2 ? "T" : "N", error);
        }
}

static void of_the_library(void)
{
    all(nn_gemm);
}

static void in_plain_loops(void)
{
    all(nn_gemm_plain);
}

CHECK_MAIN("matrix product", {"of the library", of_the_library}, {"in plain loops", in_plain_loops})
