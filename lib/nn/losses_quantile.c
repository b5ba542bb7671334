/* Quantile regression with Huber's loss: every quantile against every target sample. */
#include "node.h"
#include "simd.h"

#include <rlbench/losses.h>

static inline float level(size_t i, size_t count)
{
    return ((float)i + 0.5f) / (float)count;
}

static inline float weight(float u, float tau)
{
    return u < 0 ? 1.0f - tau : tau;
}

/* Huber's loss and its slope at u. */
static inline float huber(float u, float kappa)
{
    float size = u < 0 ? -u : u, near = size < kappa ? size : kappa;
    return near * (size - 0.5f * near);
}

static inline float slope(float u, float kappa)
{
    return u < -kappa ? -kappa : u > kappa ? kappa : u;
}

NN_CLONES static void loss_rows(const float *quantiles, const float *targets, float kappa, float *y,
                                size_t rows, size_t nq, size_t nt)
{
    for (size_t r = 0; r < rows; r++, quantiles += nq, targets += nt) {
        float total = 0;
        for (size_t i = 0; i < nq; i++) {
            float tau = level(i, nq), at = quantiles[i], sum = 0;
#pragma omp simd reduction(+ : sum)
            for (size_t j = 0; j < nt; j++)
                sum += weight(targets[j] - at, tau) * huber(targets[j] - at, kappa);
            total += sum;
        }
        y[r] = total / (kappa * (float)nt);
    }
}

NN_CLONES static void slopes_of_quantiles(const float *quantiles, const float *targets, float kappa,
                                          const float *g, float *to, size_t rows, size_t nq,
                                          size_t nt)
{
    for (size_t r = 0; r < rows; r++, quantiles += nq, targets += nt, to += nq)
        for (size_t i = 0; i < nq; i++) {
            float tau = level(i, nq), at = quantiles[i], sum = 0;
#pragma omp simd reduction(+ : sum)
            for (size_t j = 0; j < nt; j++)
                sum += weight(targets[j] - at, tau) * slope(targets[j] - at, kappa);
            to[i] -= g[r] * sum / (kappa * (float)nt);
        }
}

NN_CLONES static void slopes_of_targets(const float *quantiles, const float *targets, float kappa,
                                        const float *g, float *to, size_t rows, size_t nq,
                                        size_t nt)
{
    for (size_t r = 0; r < rows; r++, quantiles += nq, targets += nt, to += nt) {
        float up = g[r] / (kappa * (float)nt);
        for (size_t i = 0; i < nq; i++) {
            float tau = level(i, nq), at = quantiles[i];
            for (size_t j = 0; j < nt; j++)
                to[j] += up * weight(targets[j] - at, tau) * slope(targets[j] - at, kappa);
        }
    }
}

static void quantile_forward(nn_node *n)
{
    const rlb_tensor *q = &n->in[0]->pub, *target = &n->in[1]->pub;
    loss_rows(q->data, target->data, n->f[0], n->out[0]->pub.data, q->rows, q->cols, target->cols);
}

static void quantile_backward(nn_node *n)
{
    const rlb_tensor *q = &n->in[0]->pub, *target = &n->in[1]->pub;
    const float *g = n->out[0]->pub.grad;
    float *gq = nn_grad(n, 0), *gt = nn_grad(n, 1);
    if (gq)
        slopes_of_quantiles(q->data, target->data, n->f[0], g, gq, q->rows, q->cols, target->cols);
    if (gt)
        slopes_of_targets(q->data, target->data, n->f[0], g, gt, q->rows, q->cols, target->cols);
}

static const nn_op quantile_op = {
    .name = "quantile Huber loss", .forward = quantile_forward, .backward = quantile_backward};

static bool same_rows(const rlb_tensor *a, const rlb_tensor *b)
{
    return a->rank == b->rank &&
           memcmp(a->shape, b->shape, (a->rank - 1) * sizeof a->shape[0]) == 0;
}

rlb_tensor *rlb_quantile_huber(rlb_tape *t, rlb_tensor *quantiles, rlb_tensor *targets, float kappa)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!(kappa > 0))
        return nn_fail(t, "quantile Huber loss: kappa must be above 0, not %g", (double)kappa);
    if (!same_rows(quantiles, targets))
        return nn_fail(t, "quantile Huber loss: %s and %s may differ in the last size only",
                       nn_shape_text(quantiles), nn_shape_text(targets));
    rlb_tensor *in[] = {quantiles, targets};
    nn_node *n = nn_record(t, &quantile_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->f[0] = kappa;
    return nn_output_cols(n, quantiles, 1);
}
