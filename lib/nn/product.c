/* Products of matrices, or of stacks of them, and of corresponding rows. */
#include "gemm.h"
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

enum { U_TA, U_TB };

/* C [m][n] = op(A) op(B) with the sum over k. */
struct sizes {
    size_t count, m, n, k, a, b;
};

static struct sizes sizes_of(const nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub, *c = &n->out[0]->pub;
    size_t count = a->rank == 3 ? a->shape[0] : 1;
    return (struct sizes){.count = count,
                          .m = c->rows / count,
                          .n = c->cols,
                          .k = n->u[U_TA] ? a->rows / count : a->cols,
                          .a = a->size / count,
                          .b = b->size / count};
}

static void matmul_forward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub;
    for (size_t i = 0; i < s.count; i++)
        nn_gemm(n->u[U_TA], n->u[U_TB], s.m, s.n, s.k, a->data + i * s.a, a->cols,
                b->data + i * s.b, b->cols, 0, n->out[0]->pub.data + i * s.m * s.n, s.n);
}

/* With G the derivative of C, that of op(A) is G op(B)' and that of op(B) is op(A)' G; where an
 * input is used transposed, so is its derivative. */
static void matmul_backward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub;
    bool ta = n->u[U_TA], tb = n->u[U_TB];
    for (size_t i = 0; i < s.count; i++) {
        const float *g = n->out[0]->pub.grad + i * s.m * s.n;
        const float *at_a = a->data + i * s.a, *at_b = b->data + i * s.b;
        float beta_a = nn_adds(n, 0) ? 1 : 0, beta_b = nn_adds(n, 1) ? 1 : 0;
        if (nn_wants(n, 0) && !ta)
            nn_gemm(false, !tb, s.m, s.k, s.n, g, s.n, at_b, b->cols, beta_a, a->grad + i * s.a,
                    a->cols);
        if (nn_wants(n, 0) && ta)
            nn_gemm(tb, true, s.k, s.m, s.n, at_b, b->cols, g, s.n, beta_a, a->grad + i * s.a,
                    a->cols);
        if (nn_wants(n, 1) && !tb)
            nn_gemm(!ta, false, s.k, s.n, s.m, at_a, a->cols, g, s.n, beta_b, b->grad + i * s.b,
                    b->cols);
        if (nn_wants(n, 1) && tb)
            nn_gemm(true, ta, s.n, s.k, s.m, g, s.n, at_a, a->cols, beta_b, b->grad + i * s.b,
                    b->cols);
    }
}

static const nn_op matmul_op = {
    .name = "matmul", .forward = matmul_forward, .backward = matmul_backward};

static rlb_tensor *record(rlb_tape *t, const char *name, rlb_tensor *a, rlb_tensor *b, bool ta,
                          bool tb)
{
    if (nn_failed(t))
        return nn_nothing(t);
    uint32_t rank = a->rank, row = rank - 2, col = rank - 1;
    bool fits = (rank == 2 || rank == 3) && b->rank == rank &&
                (rank == 2 || a->shape[0] == b->shape[0]) &&
                a->shape[ta ? row : col] == b->shape[tb ? col : row];
    if (!fits)
        return nn_fail(t, "%s: %s and %s do not fit", name, nn_shape_text(a), nn_shape_text(b));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, &matmul_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_TA] = ta;
    n->u[U_TB] = tb;
    const uint32_t shape[] = {a->shape[0], a->shape[ta ? col : row], b->shape[tb ? row : col]};
    return nn_output(n, rank, shape + (rank == 2));
}

rlb_tensor *rlb_matmul(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, "matmul", a, b, false, false);
}

rlb_tensor *rlb_matmul_nt(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, "matmul_nt", a, b, false, true);
}

rlb_tensor *rlb_matmul_tn(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, "matmul_tn", a, b, true, false);
}

/* ---- row by row; row r of a meets row r % period of b */

NN_CLONES static void dots(const float *a, const float *b, float *y, size_t rows, size_t cols,
                           size_t period)
{
    for (size_t r = 0; r < rows; r++) {
        const float *p = a + r * cols, *q = b + r % period * cols;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++)
            sum += p[c] * q[c];
        y[r] = sum;
    }
}

NN_CLONES static void add_scaled(float *to, const float *from, float scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += scale * from[i];
}

static void row_dot_forward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub;
    dots(a->data, b->data, n->out[0]->pub.data, a->rows, a->cols, b->rows);
}

static void row_dot_backward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub;
    const float *g = n->out[0]->pub.grad;
    float *ga = nn_grad(n, 0), *gb = nn_grad(n, 1);
    for (size_t r = 0; r < a->rows; r++) {
        size_t at = r * a->cols, other = r % b->rows * a->cols;
        if (ga)
            add_scaled(ga + at, b->data + other, g[r], a->cols);
        if (gb)
            add_scaled(gb + other, a->data + at, g[r], a->cols);
    }
}

static const nn_op row_dot_op = {
    .name = "row_dot", .forward = row_dot_forward, .backward = row_dot_backward};

rlb_tensor *rlb_row_dot(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    if (nn_failed(t))
        return nn_nothing(t);
    uint32_t skip = a->rank - b->rank;
    if (b->rank > a->rank || memcmp(a->shape + skip, b->shape, b->rank * sizeof b->shape[0]) != 0)
        return nn_fail(t, "row_dot: %s does not repeat over %s", nn_shape_text(b),
                       nn_shape_text(a));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, &row_dot_op, 2, in);
    return n ? nn_output_cols(n, a, 1) : nn_nothing(t);
}
