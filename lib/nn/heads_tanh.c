/* tanh of a Gaussian: reparameterised action with its log-probability, and the log-probability of
 * given actions. */
#include "gaussian.h"
#include "simd.h"
#include "squash.h"

#include <rlbench/heads.h>
#include <rlbench/ops.h>

enum { IN_MEAN, IN_LOG_STD, IN_NOISE };
enum { OUT_ACTION, OUT_LOG_PROB };

/* ---- sample. Scratch, in arrays: noise times deviation, slope of tanh, terms of log p. */

struct draw {
    float *push, *slope, *term;
};

static struct draw draw_of(const nn_node *n)
{
    size_t size = n->in[IN_MEAN]->pub.size;
    float *s = n->scratch;
    return (struct draw){s, s + size, s + 2 * size};
}

NN_CLONES static void draw(const float *mean, const float *log_std, const float *noise,
                           const struct draw *s, float *action, size_t n)
{
    float *push = s->push, *slope = s->slope, *term = s->term;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        push[i] = nn_expf(log_std[i]) * noise[i];
        float u = mean[i] + push[i];
        action[i] = nn_tanhf(u);
        slope[i] = nn_tanh_slope(u);
        term[i] =
            -0.5f * noise[i] * noise[i] - log_std[i] - NN_HALF_LOG_TWO_PI - nn_log_tanh_slope(u);
    }
}

static void add_up(const float *term, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, term += cols) {
        float sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += term[c];
        y[r] = sum;
    }
}

static void sample_forward(nn_node *n)
{
    const rlb_tensor *mean = &n->in[IN_MEAN]->pub;
    struct draw s = draw_of(n);
    draw(mean->data, n->in[IN_LOG_STD]->pub.data, n->in[IN_NOISE]->pub.data, &s,
         n->out[OUT_ACTION]->pub.data, mean->size);
    add_up(s.term, n->out[OUT_LOG_PROB]->pub.data, mean->rows, mean->cols);
}

/* The derivative by u, into `term`, which is used up: a' of the action, 2 a of log p, as -log(1 -
 * a^2) gives. Either gradient may be missing. */
NN_CLONES static void slopes_by_u(const float *action, const struct draw *s, const float *gaction,
                                  const float *glog, size_t rows, size_t cols)
{
    float *by_u = s->term, *slope = s->slope;
#pragma omp simd
    for (size_t i = 0; i < rows * cols; i++)
        by_u[i] = gaction ? gaction[i] * slope[i] : 0.0f;
    for (size_t r = 0; glog && r < rows; r++)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            by_u[i] += 2.0f * glog[r] * action[i];
}

NN_CLONES static void sample_slopes(const struct draw *s, const float *glog, float *gmean,
                                    float *gstd, size_t rows, size_t cols)
{
    const float *by_u = s->term, *push = s->push;
    for (size_t i = 0; gmean && i < rows * cols; i++)
        gmean[i] += by_u[i];
    for (size_t i = 0; gstd && i < rows * cols; i++)
        gstd[i] += by_u[i] * push[i];
    for (size_t r = 0; gstd && glog && r < rows; r++)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            gstd[i] -= glog[r];
}

static void sample_backward(nn_node *n)
{
    const rlb_tensor *mean = &n->in[IN_MEAN]->pub;
    const float *glog = n->out[OUT_LOG_PROB]->pub.grad;
    struct draw s = draw_of(n);
    float *gmean = nn_grad(n, IN_MEAN), *gstd = nn_grad(n, IN_LOG_STD);
    (void)nn_grad(n, IN_NOISE); /* nothing goes into the noise */
    slopes_by_u(n->out[OUT_ACTION]->pub.data, &s, n->out[OUT_ACTION]->pub.grad, glog, mean->rows,
                mean->cols);
    sample_slopes(&s, glog, gmean, gstd, mean->rows, mean->cols);
}

static const nn_op sample_op = {
    .name = "tanh-Gaussian sample", .forward = sample_forward, .backward = sample_backward};

rlb_tensor *rlb_tanh_gaussian_rsample(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                      rlb_tensor *noise, rlb_tensor **log_prob)
{
    if (log_prob)
        *log_prob = nn_nothing(t);
    log_std = nn_spread_log_std(t, sample_op.name, mean, log_std);
    if (!nn_fits_mean(t, sample_op.name, "noise", mean, noise))
        return nn_nothing(t);
    rlb_tensor *in[] = {mean, log_std, noise};
    nn_node *n = nn_record(t, &sample_op, 3, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = 3 * mean->size * sizeof(float);
    rlb_tensor *action = nn_output_like(n, mean), *log_p = nn_output_cols(n, mean, 1);
    if (log_prob)
        *log_prob = log_p;
    return action;
}

/* ---- given actions: u = atanh(a), and the sum over a row of log(1 - a^2) */

enum { OUT_U, OUT_LOG_SLOPE };

NN_CLONES static void unsquash(const float *action, float *u, float *log_slope, size_t rows,
                               size_t cols)
{
    for (size_t i = 0; i < rows * cols; i++)
        u[i] = nn_atanhf(nn_within(action[i]));
    for (size_t r = 0; r < rows; r++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = r * cols; i < (r + 1) * cols; i++)
            sum += nn_log_tanh_slope(u[i]);
        log_slope[r] = sum;
    }
}

/* (g_u - 2 a g_log) / (1 - a^2), 0 where the action is clipped. */
NN_CLONES static void unsquash_slopes(const float *action, const float *gu, const float *glog,
                                      float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t i = r * cols; i < (r + 1) * cols; i++) {
            float a = action[i], size = a < 0 ? -a : a;
            float up = (gu ? gu[i] : 0.0f) - (glog ? 2.0f * a * glog[r] : 0.0f);
            to[i] += nn_within(a) == a ? up / ((1.0f - size) * (1.0f + size)) : 0.0f;
        }
}

static void unsquash_forward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub;
    unsquash(a->data, n->out[OUT_U]->pub.data, n->out[OUT_LOG_SLOPE]->pub.data, a->rows, a->cols);
}

static void unsquash_backward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub;
    unsquash_slopes(a->data, n->out[OUT_U]->pub.grad, n->out[OUT_LOG_SLOPE]->pub.grad,
                    nn_grad(n, 0), a->rows, a->cols);
}

static const nn_op unsquash_op = {
    .name = "atanh", .forward = unsquash_forward, .backward = unsquash_backward};

rlb_tensor *rlb_tanh_gaussian_log_prob(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                       rlb_tensor *actions)
{
    if (!nn_fits_mean(t, "tanh-Gaussian log-probability", "actions", mean, actions))
        return nn_nothing(t);
    nn_node *n = nn_record(t, &unsquash_op, 1, &actions);
    if (!n)
        return nn_nothing(t);
    rlb_tensor *u = nn_output_like(n, actions), *log_slope = nn_output_cols(n, actions, 1);
    return rlb_sub(t, rlb_gaussian_log_prob(t, mean, log_std, u), log_slope);
}
