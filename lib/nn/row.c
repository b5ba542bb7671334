/* Over the last size: [...][C] -> [...][1]. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

/* ---- the sum, times a factor */

NN_CLONES static void add_up(const float *x, float scale, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++)
            sum += x[r * cols + c];
        y[r] = scale * sum;
    }
}

NN_CLONES static void hand_out(const float *g, float scale, float *restrict gx, size_t rows,
                               size_t cols)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            gx[r * cols + c] += scale * g[r];
}

static void sum_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    add_up(x->data, n->f[0], n->out[0]->pub.data, x->rows, x->cols);
}

static void sum_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    hand_out(n->out[0]->pub.grad, n->f[0], nn_grad(n, 0), x->rows, x->cols);
}

static const nn_op sum_op = {.name = "row_sum", .forward = sum_forward, .backward = sum_backward};

static rlb_tensor *record_sum(rlb_tape *t, rlb_tensor *x, float scale)
{
    nn_node *n = nn_record(t, &sum_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->f[0] = scale;
    return nn_output_cols(n, x, 1);
}

rlb_tensor *rlb_row_sum(rlb_tape *t, rlb_tensor *x)
{
    return record_sum(t, x, 1);
}

rlb_tensor *rlb_row_mean(rlb_tape *t, rlb_tensor *x)
{
    return record_sum(t, x, 1.0f / (float)x->cols);
}

/* ---- the largest; scratch: its column, the first of equals */

static void max_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    int32_t *where = n->scratch;
    for (size_t r = 0; r < x->rows; r++) {
        const float *row = x->data + r * x->cols;
        size_t best = 0;
        for (size_t c = 1; c < x->cols; c++)
            best = row[c] > row[best] || row[c] != row[c] ? c : best;
        where[r] = (int32_t)best;
        n->out[0]->pub.data[r] = row[best];
    }
}

static void max_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    const int32_t *where = n->scratch;
    float *gx = nn_grad(n, 0);
    for (size_t r = 0; r < x->rows; r++)
        gx[r * x->cols + (size_t)where[r]] += n->out[0]->pub.grad[r];
}

static const nn_op max_op = {.name = "row_max", .forward = max_forward, .backward = max_backward};

rlb_tensor *rlb_row_max(rlb_tape *t, rlb_tensor *x)
{
    nn_node *n = nn_record(t, &max_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = x->rows * sizeof(int32_t);
    return nn_output_cols(n, x, 1);
}
