/* Over the first size, members of an ensemble say: [K][...] -> [...]. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

/* ---- the least or the largest; scratch: which member it is, the first of equals */

enum { U_LARGEST };

/* Negated for the largest, so that the least is sought in either case. A NaN wins. */
NN_CLONES static void seek(const float *x, float sign, float *restrict best, int32_t *restrict who,
                           size_t members, size_t each)
{
    for (size_t i = 0; i < each; i++) {
        best[i] = x[i];
        who[i] = 0;
    }
    for (size_t k = 1; k < members; k++)
        for (size_t i = 0; i < each; i++) {
            float v = x[k * each + i];
            int wins = sign * v < sign * best[i] || v != v;
            best[i] = wins ? v : best[i];
            who[i] = wins ? (int32_t)k : who[i];
        }
}

NN_CLONES static void give(const float *g, const int32_t *who, float *restrict gx, size_t members,
                           size_t each)
{
    for (size_t k = 0; k < members; k++)
        for (size_t i = 0; i < each; i++)
            gx[k * each + i] += who[i] == (int32_t)k ? g[i] : 0.0f;
}

static void extreme_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->out[0]->pub;
    seek(x->data, n->u[U_LARGEST] ? -1.0f : 1.0f, y->data, n->scratch, x->shape[0], y->size);
}

static void extreme_backward(nn_node *n)
{
    give(n->out[0]->pub.grad, n->scratch, nn_grad(n, 0), n->in[0]->pub.shape[0],
         n->out[0]->pub.size);
}

static const nn_op extreme_op = {
    .name = "fold", .forward = extreme_forward, .backward = extreme_backward};

/* ---- the sum, times a factor */

NN_CLONES static void add_up(const float *x, float scale, float *restrict y, size_t members,
                             size_t each)
{
    for (size_t i = 0; i < each; i++)
        y[i] = x[i];
    for (size_t k = 1; k < members; k++)
        for (size_t i = 0; i < each; i++)
            y[i] += x[k * each + i];
    for (size_t i = 0; i < each; i++)
        y[i] *= scale;
}

NN_CLONES static void hand_out(const float *g, float scale, float *restrict gx, size_t members,
                               size_t each)
{
    for (size_t k = 0; k < members; k++)
        for (size_t i = 0; i < each; i++)
            gx[k * each + i] += scale * g[i];
}

static void total_forward(nn_node *n)
{
    add_up(n->in[0]->pub.data, n->f[0], n->out[0]->pub.data, n->in[0]->pub.shape[0],
           n->out[0]->pub.size);
}

static void total_backward(nn_node *n)
{
    hand_out(n->out[0]->pub.grad, n->f[0], nn_grad(n, 0), n->in[0]->pub.shape[0],
             n->out[0]->pub.size);
}

static const nn_op total_op = {
    .name = "fold", .forward = total_forward, .backward = total_backward};

/* ---- recording */

/* x's shape without the first size; [1] when there is no other. */
static rlb_tensor *rest(nn_node *n, const rlb_tensor *x)
{
    const uint32_t one = 1;
    return x->rank > 1 ? nn_output(n, x->rank - 1, x->shape + 1) : nn_output(n, 1, &one);
}

static rlb_tensor *record_extreme(rlb_tape *t, rlb_tensor *x, uint32_t largest)
{
    nn_node *n = nn_record(t, &extreme_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->u[U_LARGEST] = largest;
    rlb_tensor *y = rest(n, x);
    n->scratch_bytes = y->size * sizeof(int32_t);
    return y;
}

static rlb_tensor *record_total(rlb_tape *t, rlb_tensor *x, float scale)
{
    nn_node *n = nn_record(t, &total_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->f[0] = scale;
    return rest(n, x);
}

rlb_tensor *rlb_fold_min(rlb_tape *t, rlb_tensor *x)
{
    return record_extreme(t, x, 0);
}

rlb_tensor *rlb_fold_max(rlb_tape *t, rlb_tensor *x)
{
    return record_extreme(t, x, 1);
}

rlb_tensor *rlb_fold_sum(rlb_tape *t, rlb_tensor *x)
{
    return record_total(t, x, 1);
}

rlb_tensor *rlb_fold_mean(rlb_tape *t, rlb_tensor *x)
{
    return record_total(t, x, 1.0f / (float)x->shape[0]);
}
