/* KL(p || q) of Gaussians: per coordinate, with v = exp(p_log_std - q_log_std) and z = (p_mean -
 * q_mean) / exp(q_log_std),  (v^2 - 1) / 2 - log v + z^2 / 2. */
#include "gaussian.h"
#include "simd.h"

#include <rlbench/losses.h>

enum { P_MEAN, P_STD, Q_MEAN, Q_STD };

/* Scratch of a coordinate, in arrays: v^2, z, 1 / exp(q_log_std). */
struct parts {
    float *ratio, *z, *inverse;
};

static struct parts parts_of(const nn_node *n)
{
    size_t size = n->in[P_MEAN]->pub.size;
    float *s = n->scratch;
    return (struct parts){s, s + size, s + 2 * size};
}

NN_CLONES static void compare(const float *p_mean, const float *p_std, const float *q_mean,
                              const float *q_std, const struct parts *s, size_t n)
{
    float *ratio = s->ratio, *z = s->z, *inverse = s->inverse;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        inverse[i] = nn_expf(-q_std[i]);
        z[i] = (p_mean[i] - q_mean[i]) * inverse[i];
        ratio[i] = nn_expf(2.0f * (p_std[i] - q_std[i]));
    }
}

/* (v^2 - 1) / 2 - log v = w^2 (1 + 2 w / 3 + w^2 / 3 + 2 w^3 / 15 + ...) for w = log v near 0. */
static inline float spread_part(float w, float ratio)
{
    float series =
        w * w * (1.0f + w * (0.666666667f + w * (0.333333333f + w * (0.133333333f + w / 22.5f))));
    float size = w < 0 ? -w : w;
    return size < 0.06f ? series : 0.5f * (ratio - 1.0f) - w;
}

NN_CLONES static void sum_rows(const float *p_std, const float *q_std, const struct parts *s,
                               float *y, size_t rows, size_t cols)
{
    const float *ratio = s->ratio, *z = s->z;
    for (size_t r = 0; r < rows; r++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            sum += spread_part(p_std[i] - q_std[i], ratio[i]) + 0.5f * z[i] * z[i];
        y[r] = sum;
    }
}

static void kl_forward(nn_node *n)
{
    struct parts s = parts_of(n);
    const rlb_tensor *mean = &n->in[P_MEAN]->pub;
    const float *p_std = n->in[P_STD]->pub.data, *q_std = n->in[Q_STD]->pub.data;
    compare(mean->data, p_std, n->in[Q_MEAN]->pub.data, q_std, &s, mean->size);
    sum_rows(p_std, q_std, &s, n->out[0]->pub.data, mean->rows, mean->cols);
}

NN_CLONES static void mean_slopes(const struct parts *s, const float *g, float sign, float *to,
                                  size_t rows, size_t cols)
{
    const float *z = s->z, *inverse = s->inverse;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            to[i] += sign * g[r] * z[i] * inverse[i];
}

/* v^2 - 1. */
static inline float excess(float w, float ratio)
{
    float size = w < 0 ? -w : w, d = 2.0f * w;
    float series =
        d * (1.0f + d * (0.5f + d * (0.166666667f + d * (0.0416666667f + d * 0.00833333333f))));
    return size < 0.06f ? series : ratio - 1.0f;
}

/* By p_log_std v^2 - 1; by q_log_std the negative, less z^2. */
NN_CLONES static void std_slopes(const float *p_std, const float *q_std, const struct parts *s,
                                 const float *g, float sign, float part_of_z, float *to,
                                 size_t rows, size_t cols)
{
    const float *ratio = s->ratio, *z = s->z;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            to[i] +=
                g[r] * (sign * excess(p_std[i] - q_std[i], ratio[i]) - part_of_z * z[i] * z[i]);
}

static void kl_backward(nn_node *n)
{
    struct parts s = parts_of(n);
    size_t rows = n->in[P_MEAN]->pub.rows, cols = n->in[P_MEAN]->pub.cols;
    const float *p_std = n->in[P_STD]->pub.data, *q_std = n->in[Q_STD]->pub.data;
    const float *g = n->out[0]->pub.grad;
    float *to[4];
    for (uint32_t i = 0; i < 4; i++)
        to[i] = nn_grad(n, i);
    if (to[P_MEAN])
        mean_slopes(&s, g, 1, to[P_MEAN], rows, cols);
    if (to[P_STD])
        std_slopes(p_std, q_std, &s, g, 1, 0, to[P_STD], rows, cols);
    if (to[Q_MEAN])
        mean_slopes(&s, g, -1, to[Q_MEAN], rows, cols);
    if (to[Q_STD])
        std_slopes(p_std, q_std, &s, g, -1, 1, to[Q_STD], rows, cols);
}

static const nn_op kl_op = {.name = "Gaussian KL", .forward = kl_forward, .backward = kl_backward};

rlb_tensor *rlb_gaussian_kl(rlb_tape *t, rlb_tensor *p_mean, rlb_tensor *p_log_std,
                            rlb_tensor *q_mean, rlb_tensor *q_log_std)
{
    p_log_std = nn_spread_log_std(t, kl_op.name, p_mean, p_log_std);
    q_log_std = nn_spread_log_std(t, kl_op.name, q_mean, q_log_std);
    if (!nn_fits_mean(t, kl_op.name, "the mean of q", p_mean, q_mean))
        return nn_nothing(t);
    rlb_tensor *in[] = {p_mean, p_log_std, q_mean, q_log_std};
    nn_node *n = nn_record(t, &kl_op, 4, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = 3 * p_mean->size * sizeof(float);
    return nn_output_cols(n, p_mean, 1);
}
