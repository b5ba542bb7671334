/* Gaussians with independent coordinates: log-probability, entropy, reparameterised sample. */
#include "gaussian.h"
#include "simd.h"

#include <rlbench/heads.h>

enum { IN_MEAN, IN_LOG_STD, IN_X };

/* ---- log-probability. Scratch: z, then 1 / deviation, of every coordinate. */

NN_CLONES static void standardise(const float *mean, const float *log_std, const float *x, float *z,
                                  float *inverse, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        inverse[i] = nn_expf(-log_std[i]);
        z[i] = (x[i] - mean[i]) * inverse[i];
    }
}

NN_CLONES static void sum_rows(const float *z, const float *log_std, float *y, size_t rows,
                               size_t cols)
{
    for (size_t r = 0; r < rows; r++, z += cols, log_std += cols) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++)
            sum += 0.5f * z[c] * z[c] + log_std[c] + NN_HALF_LOG_TWO_PI;
        y[r] = -sum;
    }
}

/* d log p = z / deviation d mean + (z^2 - 1) d log_std - z / deviation d x. */
NN_CLONES static void log_prob_slopes(const float *z, const float *inverse, const float *g,
                                      float *gmean, float *gstd, float *gx, size_t rows,
                                      size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        size_t from = r * cols, to = from + cols;
        for (size_t i = from; gmean && i < to; i++)
            gmean[i] += g[r] * z[i] * inverse[i];
        for (size_t i = from; gstd && i < to; i++)
            gstd[i] += g[r] * (z[i] * z[i] - 1.0f);
        for (size_t i = from; gx && i < to; i++)
            gx[i] -= g[r] * z[i] * inverse[i];
    }
}

static void log_prob_forward(nn_node *n)
{
    const rlb_tensor *mean = &n->in[IN_MEAN]->pub;
    const float *log_std = n->in[IN_LOG_STD]->pub.data;
    float *z = n->scratch;
    standardise(mean->data, log_std, n->in[IN_X]->pub.data, z, z + mean->size, mean->size);
    sum_rows(z, log_std, n->out[0]->pub.data, mean->rows, mean->cols);
}

static void log_prob_backward(nn_node *n)
{
    const rlb_tensor *mean = &n->in[IN_MEAN]->pub;
    const float *z = n->scratch;
    float *gmean = nn_grad(n, IN_MEAN), *gstd = nn_grad(n, IN_LOG_STD), *gx = nn_grad(n, IN_X);
    log_prob_slopes(z, z + mean->size, n->out[0]->pub.grad, gmean, gstd, gx, mean->rows,
                    mean->cols);
}

static const nn_op log_prob_op = {
    .name = "Gaussian log-probability", .forward = log_prob_forward, .backward = log_prob_backward};

rlb_tensor *rlb_gaussian_log_prob(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std, rlb_tensor *x)
{
    log_std = nn_spread_log_std(t, log_prob_op.name, mean, log_std);
    if (!nn_fits_mean(t, log_prob_op.name, "x", mean, x))
        return nn_nothing(t);
    rlb_tensor *in[] = {mean, log_std, x};
    nn_node *n = nn_record(t, &log_prob_op, 3, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = 2 * mean->size * sizeof(float);
    return nn_output_cols(n, mean, 1);
}

/* ---- entropy */

static void entropy_forward(nn_node *n)
{
    const rlb_tensor *s = &n->in[0]->pub;
    for (size_t r = 0; r < s->rows; r++) {
        float sum = 0;
        for (size_t c = 0; c < s->cols; c++)
            sum += s->data[r * s->cols + c] + (0.5f + NN_HALF_LOG_TWO_PI);
        n->out[0]->pub.data[r] = sum;
    }
}

static void entropy_backward(nn_node *n)
{
    const rlb_tensor *s = &n->in[0]->pub;
    float *to = nn_grad(n, 0);
    for (size_t r = 0; r < s->rows; r++)
        for (size_t c = 0; c < s->cols; c++)
            to[r * s->cols + c] += n->out[0]->pub.grad[r];
}

static const nn_op entropy_op = {
    .name = "Gaussian entropy", .forward = entropy_forward, .backward = entropy_backward};

rlb_tensor *rlb_gaussian_entropy(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std)
{
    log_std = nn_spread_log_std(t, entropy_op.name, mean, log_std);
    nn_node *n = nn_record(t, &entropy_op, 1, &log_std);
    return n ? nn_output_cols(n, log_std, 1) : nn_nothing(t);
}

/* ---- sample. Scratch: noise times deviation. */

NN_CLONES static void sample(const float *mean, const float *log_std, const float *noise,
                             float *push, float *x, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        push[i] = nn_expf(log_std[i]) * noise[i];
        x[i] = mean[i] + push[i];
    }
}

NN_CLONES static void sample_slopes(const float *push, const float *g, float *gmean, float *gstd,
                                    size_t n)
{
    for (size_t i = 0; gmean && i < n; i++)
        gmean[i] += g[i];
    for (size_t i = 0; gstd && i < n; i++)
        gstd[i] += g[i] * push[i];
}

static void sample_forward(nn_node *n)
{
    sample(n->in[IN_MEAN]->pub.data, n->in[IN_LOG_STD]->pub.data, n->in[IN_X]->pub.data, n->scratch,
           n->out[0]->pub.data, n->out[0]->pub.size);
}

static void sample_backward(nn_node *n)
{
    float *gmean = nn_grad(n, IN_MEAN), *gstd = nn_grad(n, IN_LOG_STD);
    (void)nn_grad(n, IN_X); /* nothing goes into the noise */
    sample_slopes(n->scratch, n->out[0]->pub.grad, gmean, gstd, n->out[0]->pub.size);
}

static const nn_op sample_op = {
    .name = "Gaussian sample", .forward = sample_forward, .backward = sample_backward};

rlb_tensor *rlb_gaussian_rsample(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                 rlb_tensor *noise)
{
    log_std = nn_spread_log_std(t, sample_op.name, mean, log_std);
    if (!nn_fits_mean(t, sample_op.name, "noise", mean, noise))
        return nn_nothing(t);
    rlb_tensor *in[] = {mean, log_std, noise};
    nn_node *n = nn_record(t, &sample_op, 3, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = mean->size * sizeof(float);
    return nn_output_like(n, mean);
}

/* ---- low + half (tanh x + 1) */

enum { F_LOW, F_HALF };

NN_CLONES static void squeeze(const float *x, float low, float half, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = low + half * (nn_tanhf(x[i]) + 1.0f);
}

NN_CLONES static void squeeze_slopes(const float *x, float half, const float *g, float *to,
                                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float th = nn_tanhf(x[i]);
        to[i] += g[i] * half * (1.0f - th * th);
    }
}

static void range_forward(nn_node *n)
{
    squeeze(n->in[0]->pub.data, n->f[F_LOW], n->f[F_HALF], n->out[0]->pub.data,
            n->out[0]->pub.size);
}

static void range_backward(nn_node *n)
{
    squeeze_slopes(n->in[0]->pub.data, n->f[F_HALF], n->out[0]->pub.grad, nn_grad(n, 0),
                   n->out[0]->pub.size);
}

static const nn_op range_op = {
    .name = "tanh range", .forward = range_forward, .backward = range_backward};

rlb_tensor *rlb_tanh_range(rlb_tape *t, rlb_tensor *x, float low, float high)
{
    if (!(low < high))
        return nn_fail(t, "tanh range: %g must be below %g", (double)low, (double)high);
    nn_node *n = nn_record(t, &range_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->f[F_LOW] = low;
    n->f[F_HALF] = 0.5f * (high - low);
    return nn_output_like(n, x);
}
