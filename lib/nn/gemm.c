/* The only file that knows the matrix library: oneDNN, whose kernels ask the processor for its
 * features instead of knowing its name. Built without it, the plain loops below do the work. */
#include "gemm.h"
#include "simd.h"

#ifdef HAVE_DNNL
#include <dnnl.h>
#include <string.h>
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

#ifdef HAVE_DNNL

/* Rows whose distance is a power of two fall into the same few sets of the first cache. oneDNN
 * packs such an operand only for large products; a small or transposed one it reads where it lies,
 * at half its speed. So the rows that run along k are copied, a block of k at a time, into rows
 * that lie a little further apart. */
enum { PAD = 16, BLOCK = 128, SCRATCH = 128 * 1024 };

struct product {
    bool ta, tb;
    size_t m, n, k;
    const float *a;
    size_t lda;
    const float *b;
    size_t ldb;
    float beta, *c;
    size_t ldc;
};

static bool library_gemm(const struct product *p)
{
    return dnnl_sgemm(p->ta ? 'T' : 'N', p->tb ? 'T' : 'N', (dnnl_dim_t)p->m, (dnnl_dim_t)p->n,
                      (dnnl_dim_t)p->k, 1, p->a, (dnnl_dim_t)p->lda, p->b, (dnnl_dim_t)p->ldb,
                      p->beta, p->c, (dnnl_dim_t)p->ldc) == dnnl_success;
}

/* Where copying paid on the processor measured (docs/results/networks.md): a matrix in small
 * pieces, or transposed. */
static bool copies_a(const struct product *p)
{
    return p->ta && p->lda % 256 == 0 && p->m >= 128 && p->n >= 64;
}

static bool copies_b(const struct product *p)
{
    return !p->tb && p->ldb % (p->ta ? 256 : 512) == 0 && p->n >= 128 && p->m >= 64 && p->m < 1024;
}

static void copy_rows(float *restrict to, const float *restrict from, size_t rows, size_t cols,
                      size_t ld)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * (cols + PAD), from + r * ld, cols * sizeof *to);
}

static bool spread_gemm(struct product p)
{
    float scratch[SCRATCH];
    bool a = copies_a(&p), b = copies_b(&p);
    size_t width_a = a ? p.m + PAD : 0, width_b = b ? p.n + PAD : 0;
    size_t block = SCRATCH / (width_a + width_b);
    block = block < BLOCK ? block : BLOCK;
    bool fine = true;
    struct product part = p;
    for (size_t k = 0; k < p.k && fine; k += block) {
        part.k = p.k - k < block ? p.k - k : block;
        part.a = p.a + k * (p.ta ? p.lda : 1);
        part.b = p.b + k * (p.tb ? 1 : p.ldb);
        part.beta = k ? 1 : p.beta;
        if (a) {
            copy_rows(scratch, part.a, part.k, p.m, p.lda);
            part.a = scratch, part.lda = width_a;
        }
        if (b) {
            copy_rows(scratch + block * width_a, part.b, part.k, p.n, p.ldb);
            part.b = scratch + block * width_a, part.ldb = width_b;
        }
        fine = library_gemm(&part);
    }
    return fine;
}

static bool spreads(const struct product *p)
{
    size_t width = (copies_a(p) ? p->m + PAD : 0) + (copies_b(p) ? p->n + PAD : 0);
    return p->k > 0 && width > 0 && SCRATCH / width >= BLOCK / 2;
}
#endif

void nn_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
#ifdef HAVE_DNNL
    struct product p = {ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc};
    if (spreads(&p) ? spread_gemm(p) : library_gemm(&p))
        return;
#endif
    nn_gemm_plain(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
}
