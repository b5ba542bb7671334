/* Sums and means of everything, added up in double. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

NN_CLONES static double add_up(const float *x, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    return sum;
}

/* out = scale * sum of x. */
static void sum_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    n->out[0]->pub.data[0] = (float)(add_up(x->data, x->size) * (double)n->f[0]);
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

/* ---- with weights; scratch: 1 / the sum of the weights, or 0 */

static void weighted_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    const float *w = n->in[1]->pub.data;
    double sum = 0, weight = 0, *inverse = n->scratch;
    for (size_t i = 0; i < x->size; i++) {
        sum += w[i] != 0 ? (double)x->data[i] * (double)w[i] : 0;
        weight += (double)w[i];
    }
    *inverse = weight != 0 ? 1 / weight : 0;
    n->out[0]->pub.data[0] = (float)(sum * *inverse);
}

NN_CLONES static void add_scaled(float *to, const float *from, float scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += scale * from[i];
}

static void weighted_backward(nn_node *n)
{
    double inverse = *(double *)n->scratch;
    add_scaled(nn_grad(n, 0), n->in[1]->pub.data, n->out[0]->pub.grad[0] * (float)inverse,
               n->in[0]->pub.size);
}

static const nn_op weighted_op = {
    .name = "weighted_mean", .forward = weighted_forward, .backward = weighted_backward};

rlb_tensor *rlb_weighted_mean(rlb_tape *t, rlb_tensor *x, rlb_tensor *w)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!nn_same_shape(x, w))
        return nn_fail(t, "weighted_mean: the weights %s should have the shape of %s",
                       nn_shape_text(w), nn_shape_text(x));
    rlb_tensor *in[] = {x, rlb_stop_gradient(t, w)};
    const uint32_t one = 1;
    nn_node *n = nn_record(t, &weighted_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = sizeof(double);
    return nn_output(n, 1, &one);
}

/* ---- without */

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
