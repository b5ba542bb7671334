/* The first two sizes change places. */
#include "node.h"

#include <rlbench/ops.h>

static void swap_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    size_t first = x->shape[0], second = x->shape[1], each = x->size / (first * second);
    for (size_t j = 0; j < second; j++)
        for (size_t i = 0; i < first; i++)
            memcpy(n->out[0]->pub.data + (j * first + i) * each, x->data + (i * second + j) * each,
                   each * sizeof *x->data);
}

static void swap_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    size_t first = x->shape[0], second = x->shape[1], each = x->size / (first * second);
    const float *g = n->out[0]->pub.grad;
    float *gx = nn_grad(n, 0);
    for (size_t i = 0; i < first; i++)
        for (size_t j = 0; j < second; j++)
            for (size_t k = 0; k < each; k++)
                gx[(i * second + j) * each + k] += g[(j * first + i) * each + k];
}

static const nn_op swap_op = {.name = "swap", .forward = swap_forward, .backward = swap_backward};

rlb_tensor *rlb_swap(rlb_tape *t, rlb_tensor *x)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (x->rank < 2)
        return nn_fail(t, "swap: %s has no second size", nn_shape_text(x));
    uint32_t shape[RLB_MAX_RANK];
    memcpy(shape, x->shape, sizeof shape);
    shape[0] = x->shape[1];
    shape[1] = x->shape[0];
    nn_node *n = nn_record(t, &swap_op, 1, &x);
    return n ? nn_output(n, x->rank, shape) : nn_nothing(t);
}
