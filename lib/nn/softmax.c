/* Exponentials over the last size. The largest value of a row is taken off first, so that nothing
 * overflows; -inf (an action that is masked) gets probability 0. */
#include "node.h"
#include "rows.h"
#include "simd.h"

#include <rlbench/ops.h>

NN_CLONES static void softmax(const float *x, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * cols;
        float *restrict to = y + r * cols;
        float largest = nn_row_largest(from, cols), sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++) {
            to[c] = nn_expf(from[c] - largest);
            sum += to[c];
        }
        float scale = 1.0f / sum;
        for (size_t c = 0; c < cols; c++)
            to[c] *= scale;
    }
}

/* y (g - <g, y>) */
NN_CLONES static void softmax_back(const float *y, const float *g, float *gx, size_t rows,
                                   size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *p = y + r * cols, *up = g + r * cols;
        float *restrict to = gx + r * cols;
        float along = 0;
#pragma omp simd reduction(+ : along)
        for (size_t c = 0; c < cols; c++)
            along += p[c] * up[c];
        for (size_t c = 0; c < cols; c++)
            to[c] += p[c] * (up[c] - along);
    }
}

NN_CLONES static void log_softmax(const float *x, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * cols;
        float *restrict to = y + r * cols;
        struct nn_normal s = nn_normal_of(from, cols);
        for (size_t c = 0; c < cols; c++)
            to[c] = nn_log_p(from[c], s);
    }
}

/* g - e^y sum(g) */
NN_CLONES static void log_softmax_back(const float *y, const float *g, float *gx, size_t rows,
                                       size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *log_p = y + r * cols, *up = g + r * cols;
        float *restrict to = gx + r * cols;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++)
            sum += up[c];
        for (size_t c = 0; c < cols; c++)
            to[c] += up[c] - nn_expf(log_p[c]) * sum;
    }
}

NN_CLONES static void logsumexp(const float *x, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        struct nn_normal s = nn_normal_of(x + r * cols, cols);
        bool finite = s.largest - s.largest == 0;
        y[r] = finite ? s.largest + s.log_sum : s.largest;
    }
}

/* g e^(x - y) */
NN_CLONES static void logsumexp_back(const float *x, const float *y, const float *g,
                                     float *restrict gx, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            gx[r * cols + c] += g[r] * nn_expf(x[r * cols + c] - y[r]);
}

/* ---- operations */

static void softmax_forward(nn_node *n)
{
    softmax(n->in[0]->pub.data, n->out[0]->pub.data, n->in[0]->pub.rows, n->in[0]->pub.cols);
}

static void softmax_backward(nn_node *n)
{
    softmax_back(n->out[0]->pub.data, n->out[0]->pub.grad, nn_grad(n, 0), n->in[0]->pub.rows,
                 n->in[0]->pub.cols);
}

static void log_softmax_forward(nn_node *n)
{
    log_softmax(n->in[0]->pub.data, n->out[0]->pub.data, n->in[0]->pub.rows, n->in[0]->pub.cols);
}

static void log_softmax_backward(nn_node *n)
{
    log_softmax_back(n->out[0]->pub.data, n->out[0]->pub.grad, nn_grad(n, 0), n->in[0]->pub.rows,
                     n->in[0]->pub.cols);
}

static void logsumexp_forward(nn_node *n)
{
    logsumexp(n->in[0]->pub.data, n->out[0]->pub.data, n->in[0]->pub.rows, n->in[0]->pub.cols);
}

static void logsumexp_backward(nn_node *n)
{
    logsumexp_back(n->in[0]->pub.data, n->out[0]->pub.data, n->out[0]->pub.grad, nn_grad(n, 0),
                   n->in[0]->pub.rows, n->in[0]->pub.cols);
}

static const nn_op softmax_op = {
    .name = "softmax", .forward = softmax_forward, .backward = softmax_backward};
static const nn_op log_softmax_op = {
    .name = "log_softmax", .forward = log_softmax_forward, .backward = log_softmax_backward};
static const nn_op logsumexp_op = {
    .name = "logsumexp", .forward = logsumexp_forward, .backward = logsumexp_backward};

rlb_tensor *rlb_softmax(rlb_tape *t, rlb_tensor *x)
{
    nn_node *n = nn_record(t, &softmax_op, 1, &x);
    return n ? nn_output_like(n, x) : nn_nothing(t);
}

rlb_tensor *rlb_log_softmax(rlb_tape *t, rlb_tensor *x)
{
    nn_node *n = nn_record(t, &log_softmax_op, 1, &x);
    return n ? nn_output_like(n, x) : nn_nothing(t);
}

rlb_tensor *rlb_logsumexp(rlb_tape *t, rlb_tensor *x)
{
    nn_node *n = nn_record(t, &logsumexp_op, 1, &x);
    return n ? nn_output_cols(n, x, 1) : nn_nothing(t);
}
