/* Sums and means of everything. Accumulated in double. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

/* out = scale * sum of x. */
static void sum_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    double sum = 0;
    for (size_t i = 0; i < x->size; i++)
        sum += (double)x->data[i];
    n->out[0]->pub.data[0] = (float)(sum * (double)n->f[0]);
}

NN_CLONES static void add_value(float *to, float value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += value;
}

static void sum_backward(nn_node *n)
{
    add_value(nn_grad(n, 0), n->out[0]->pub.grad[0] * n->f[0], n->in[0]->pub.size);
}

static const nn_op sum_op = {.name = "sum", .forward = sum_forward, .backward = sum_backward};

static rlb_tensor *record(rlb_tape *t, rlb_tensor *x, float scale)
{
    const uint32_t one = 1;
    nn_node *n = nn_record(t, &sum_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->f[0] = scale;
    return nn_output(n, 1, &one);
}

rlb_tensor *rlb_sum(rlb_tape *t, rlb_tensor *x)
{
    return record(t, x, 1);
}

rlb_tensor *rlb_mean(rlb_tape *t, rlb_tensor *x)
{
    return record(t, x, x->size ? 1.0f / (float)x->size : 0);
}
