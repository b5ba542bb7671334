/* What an index tensor points at. An index outside gives NaN and gets no gradient: a mistake shows
 * in the loss and touches no memory of others. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

enum { IN_X, IN_INDEX };

static bool within(int32_t index, size_t n)
{
    return index >= 0 && (size_t)index < n;
}

/* ---- a column of every row */

static void pick_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[IN_X]->pub;
    const int32_t *index = n->in[IN_INDEX]->pub.index;
    for (size_t r = 0; r < x->rows; r++)
        n->out[0]->pub.data[r] =
            within(index[r], x->cols) ? x->data[r * x->cols + (size_t)index[r]] : NAN;
}

static void pick_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[IN_X]->pub;
    const int32_t *index = n->in[IN_INDEX]->pub.index;
    float *gx = nn_grad(n, IN_X);
    for (size_t r = 0; r < x->rows; r++)
        if (within(index[r], x->cols))
            gx[r * x->cols + (size_t)index[r]] += n->out[0]->pub.grad[r];
}

static const nn_op pick_op = {.name = "pick",
                              .index_inputs = 1u << IN_INDEX,
                              .forward = pick_forward,
                              .backward = pick_backward};

rlb_tensor *rlb_pick(rlb_tape *t, rlb_tensor *x, rlb_tensor *index)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (index->size != x->rows)
        return nn_fail(t,
                       "pick: the index %s does not hold one value for each of the %zu rows of %s",
                       nn_shape_text(index), x->rows, nn_shape_text(x));
    rlb_tensor *in[] = {x, index};
    nn_node *n = nn_record(t, &pick_op, 2, in);
    return n ? nn_output_cols(n, x, 1) : nn_nothing(t);
}

/* ---- rows of a table, which may be a parameter */

static void gather_forward(nn_node *n)
{
    const rlb_tensor *table = &n->in[IN_X]->pub, *index = &n->in[IN_INDEX]->pub;
    size_t cols = table->cols;
    for (size_t i = 0; i < index->size; i++) {
        float *to = n->out[0]->pub.data + i * cols;
        if (within(index->index[i], table->rows))
            memcpy(to, table->data + (size_t)index->index[i] * cols, cols * sizeof *to);
        else
            for (size_t c = 0; c < cols; c++)
                to[c] = NAN;
    }
}

/* Adds rows [first, last) of the output's gradient to the rows of `to` that they came from, one
 * after the other, so that the sum does not depend on how the work is cut. */
NN_CLONES static void scatter(const nn_node *n, size_t first, size_t last, float *to)
{
    size_t cols = n->out[0]->pub.cols, rows = n->in[IN_X]->pub.rows;
    for (size_t i = first; i < last; i++) {
        int32_t row = n->in[IN_INDEX]->pub.index[i];
        if (!within(row, rows))
            continue;
        const float *from = n->out[0]->pub.grad + i * cols;
        float *restrict at = to + (size_t)row * cols;
        for (size_t c = 0; c < cols; c++)
            at[c] += from[c];
    }
}

static void gather_backward(nn_node *n)
{
    scatter(n, 0, n->in[IN_INDEX]->pub.size, nn_grad(n, IN_X));
}

static void gather_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                       double *out)
{
    const float *v = nn_part(n, IN_X, net, vector);
    const rlb_tensor *index = &n->in[IN_INDEX]->pub, *y = &n->out[0]->pub;
    size_t each = index->size / samples;
    for (size_t i = 0; v && i < index->size; i++) {
        if (!within(index->index[i], n->in[IN_X]->pub.rows))
            continue;
        const float *row = v + (size_t)index->index[i] * y->cols;
        for (size_t c = 0; c < y->cols; c++)
            out[i / each] += (double)row[c] * (double)y->grad[i * y->cols + c];
    }
}

static void gather_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                       float *slab)
{
    float *part = nn_part(n, IN_X, net, slab);
    size_t each = n->in[IN_INDEX]->pub.size / samples;
    if (part)
        scatter(n, b * each, (b + 1) * each, part);
}

static const nn_op gather_op = {.name = "gather",
                                .index_inputs = 1u << IN_INDEX,
                                .forward = gather_forward,
                                .backward = gather_backward,
                                .dot = gather_dot,
                                .one = gather_one};

rlb_tensor *rlb_gather(rlb_tape *t, rlb_tensor *table, rlb_tensor *index)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (table->rank != 2 || index->rank == RLB_MAX_RANK)
        return nn_fail(t, "gather: a table [N][C] and an index of at most %d sizes, not %s and %s",
                       RLB_MAX_RANK - 1, nn_shape_text(table), nn_shape_text(index));
    uint32_t shape[RLB_MAX_RANK];
    memcpy(shape, index->shape, sizeof shape);
    shape[index->rank] = table->shape[1];
    rlb_tensor *in[] = {table, index};
    nn_node *n = nn_record(t, &gather_op, 2, in);
    return n ? nn_output(n, index->rank + 1, shape) : nn_nothing(t);
}
