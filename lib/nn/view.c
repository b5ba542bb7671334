/* The same memory as another tensor. Gradients of a view lie where those of its source do, so that
 * there is nothing to compute in either direction. */
#include "node.h"

#include <rlbench/ops.h>

static void pass(nn_node *n)
{
    (void)n;
}

static const nn_op reshape_op = {.name = "reshape", .any_input = true, .backward = pass};
static const nn_op stop_gradient_op = {.name = "stop_gradient", .any_input = true};

static rlb_tensor *record(rlb_tape *t, const nn_op *op, rlb_tensor *x, uint32_t rank,
                          const uint32_t *shape)
{
    nn_node *n = nn_record(t, op, 1, &x);
    return n ? nn_output_view(n, x, rank, shape) : nn_nothing(t);
}

rlb_tensor *rlb_reshape(rlb_tape *t, rlb_tensor *x, uint32_t rank, const uint32_t *shape)
{
    return record(t, &reshape_op, x, rank, shape);
}

rlb_tensor *rlb_stop_gradient(rlb_tape *t, rlb_tensor *x)
{
    return nn_failed(t) ? nn_nothing(t) : record(t, &stop_gradient_op, x, x->rank, x->shape);
}
