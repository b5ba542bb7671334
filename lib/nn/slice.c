/* Pieces put together and cut out: blocks of matrices are copied, and their gradients added. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

/* A block [rows][cols] within rows of `from_step` and `to_step` values. */
static void copy_block(const float *from, size_t from_step, float *to, size_t to_step, size_t rows,
                       size_t cols)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * to_step, from + r * from_step, cols * sizeof *to);
}

NN_CLONES static void add_block(const float *from, size_t from_step, float *to, size_t to_step,
                                size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        float *restrict at = to + r * to_step;
        for (size_t c = 0; c < cols; c++)
            at[c] += from[r * from_step + c];
    }
}

/* ---- side by side */

static void concat_forward(nn_node *n)
{
    const rlb_tensor *y = &n->out[0]->pub;
    float *to = y->data;
    for (uint32_t i = 0; i < n->num_in; i++) {
        size_t cols = n->in[i]->pub.cols;
        copy_block(n->in[i]->pub.data, cols, to, y->cols, y->rows, cols);
        to += cols;
    }
}

static void concat_backward(nn_node *n)
{
    const rlb_tensor *y = &n->out[0]->pub;
    const float *from = y->grad;
    for (uint32_t i = 0; i < n->num_in; i++) {
        size_t cols = n->in[i]->pub.cols;
        float *grad = nn_grad(n, i);
        if (grad)
            add_block(from, y->cols, grad, cols, y->rows, cols);
        from += cols;
    }
}

static const nn_op concat_op = {
    .name = "concat", .forward = concat_forward, .backward = concat_backward};

rlb_tensor *rlb_concat(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (a->rank != b->rank || memcmp(a->shape, b->shape, (a->rank - 1) * sizeof a->shape[0]) != 0)
        return nn_fail(t, "concat: %s and %s may differ in the last size only", nn_shape_text(a),
                       nn_shape_text(b));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, &concat_op, 2, in);
    return n ? nn_output_cols(n, a, (uint32_t)(a->cols + b->cols)) : nn_nothing(t);
}

/* ---- a part of the columns, or of the first size (columns of x seen as one row) */

enum { U_FIRST, U_BY_ROWS };

static size_t first_of(const nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    return n->u[U_FIRST] * (n->u[U_BY_ROWS] ? x->size / x->shape[0] : 1);
}

static void slice_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->out[0]->pub;
    size_t rows = n->u[U_BY_ROWS] ? 1 : x->rows;
    copy_block(x->data + first_of(n), x->size / rows, y->data, y->size / rows, rows,
               y->size / rows);
}

static void slice_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->out[0]->pub;
    size_t rows = n->u[U_BY_ROWS] ? 1 : x->rows;
    add_block(y->grad, y->size / rows, nn_grad(n, 0) + first_of(n), x->size / rows, rows,
              y->size / rows);
}

static const nn_op slice_op = {
    .name = "slice", .forward = slice_forward, .backward = slice_backward};

static rlb_tensor *record(rlb_tape *t, rlb_tensor *x, uint32_t by_rows, uint32_t first,
                          uint32_t count)
{
    if (nn_failed(t))
        return nn_nothing(t);
    uint32_t shape[RLB_MAX_RANK], place = by_rows ? 0 : x->rank - 1;
    memcpy(shape, x->shape, sizeof shape);
    if (count == 0 || first >= shape[place] || count > shape[place] - first)
        return nn_fail(t, "%s: [%u, %u + %u) is not within %s", by_rows ? "rows" : "columns", first,
                       first, count, nn_shape_text(x));
    shape[place] = count;
    nn_node *n = nn_record(t, &slice_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->u[U_FIRST] = first;
    n->u[U_BY_ROWS] = by_rows;
    return nn_output(n, x->rank, shape);
}

rlb_tensor *rlb_columns(rlb_tape *t, rlb_tensor *x, uint32_t first, uint32_t count)
{
    return record(t, x, 0, first, count);
}

rlb_tensor *rlb_rows(rlb_tape *t, rlb_tensor *x, uint32_t first, uint32_t count)
{
    return record(t, x, 1, first, count);
}
