/* Losses of categorical distributions given by logits: cross-entropy and divergence. The index form
 * is the log-probability of heads_categorical.c. */
#include "node.h"
#include "rows.h"

#include <rlbench/losses.h>

static bool shapes_fit(rlb_tape *t, const char *name, const rlb_tensor *a, const rlb_tensor *b)
{
    if (!nn_same_shape(a, b))
        nn_fail(t, "%s: %s and %s must have one shape", name, nn_shape_text(a), nn_shape_text(b));
    return !nn_failed(t);
}

/* ---- -sum of q log p */

NN_CLONES static void soft_rows(const float *x, const float *q, struct nn_normal *s, float *y,
                                size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols, q += cols) {
        const struct nn_normal p = nn_normal_of(x, cols);
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++)
            sum -= q[c] != 0 ? q[c] * nn_log_p(x[c], p) : 0.0f;
        s[r] = p;
        y[r] = sum;
    }
}

/* By the logits: p sum(q) - q. */
NN_CLONES static void soft_by_logits(const float *x, const float *q, const struct nn_normal *s,
                                     const float *g, float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols, q += cols) {
        const struct nn_normal p = s[r];
        float *restrict row = to + r * cols;
        float up = g[r], total = 0;
#pragma omp simd reduction(+ : total)
        for (size_t c = 0; c < cols; c++)
            total += q[c];
        for (size_t c = 0; c < cols; c++)
            row[c] += up * (nn_expf(nn_log_p(x[c], p)) * total - q[c]);
    }
}

NN_CLONES static void soft_by_q(const float *x, const struct nn_normal *s, const float *g,
                                float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols) {
        const struct nn_normal p = s[r];
        float *restrict row = to + r * cols;
        float up = g[r];
        for (size_t c = 0; c < cols; c++)
            row[c] -= up * nn_log_p(x[c], p);
    }
}

static void soft_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    soft_rows(x->data, n->in[1]->pub.data, n->scratch, n->out[0]->pub.data, x->rows, x->cols);
}

static void soft_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    const float *q = n->in[1]->pub.data, *g = n->out[0]->pub.grad;
    float *gx = nn_grad(n, 0), *gq = nn_grad(n, 1);
    if (gx)
        soft_by_logits(x->data, q, n->scratch, g, gx, x->rows, x->cols);
    if (gq)
        soft_by_q(x->data, n->scratch, g, gq, x->rows, x->cols);
}

static const nn_op soft_op = {
    .name = "soft cross-entropy", .forward = soft_forward, .backward = soft_backward};

rlb_tensor *rlb_soft_cross_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *q)
{
    if (nn_failed(t) || !shapes_fit(t, "soft cross-entropy", logits, q))
        return nn_nothing(t);
    rlb_tensor *in[] = {logits, q};
    nn_node *n = nn_record(t, &soft_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = logits->rows * sizeof(struct nn_normal);
    return nn_output_cols(n, logits, 1);
}

/* ---- KL(p || q) */

/* log p - log q, from the differences of the logits, which are exact where p is near q. */
static inline float log_ratio(float x, float y, struct nn_normal p, struct nn_normal q)
{
    return (x - y) - ((p.largest - q.largest) + (p.log_sum - q.log_sum));
}

/* Scratch: the normalisers of p and of q, in turn. */
NN_CLONES static void kl_rows(const float *x, const float *y, struct nn_normal *s, float *kl,
                              size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols, y += cols, s += 2) {
        const struct nn_normal p = nn_normal_of(x, cols), q = nn_normal_of(y, cols);
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++) {
            float share = nn_expf(nn_log_p(x[c], p));
            sum += share == 0 ? 0.0f : share * log_ratio(x[c], y[c], p, q);
        }
        s[0] = p;
        s[1] = q;
        kl[r] = sum;
    }
}

/* By p's logits: p (log p - log q - KL). */
NN_CLONES static void kl_by_p(const float *x, const float *y, const struct nn_normal *s,
                              const float *kl, const float *g, float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols, y += cols, s += 2) {
        const struct nn_normal p = s[0], q = s[1];
        float *restrict row = to + r * cols;
        float up = g[r], mean = kl[r];
        for (size_t c = 0; c < cols; c++) {
            float share = nn_expf(nn_log_p(x[c], p));
            row[c] += share == 0 ? 0.0f : up * share * (log_ratio(x[c], y[c], p, q) - mean);
        }
    }
}

/* By q's logits: q - p. */
NN_CLONES static void kl_by_q(const float *x, const float *y, const struct nn_normal *s,
                              const float *g, float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols, y += cols, s += 2) {
        const struct nn_normal p = s[0], q = s[1];
        float *restrict row = to + r * cols;
        float up = g[r];
        for (size_t c = 0; c < cols; c++)
            row[c] += up * (nn_expf(nn_log_p(y[c], q)) - nn_expf(nn_log_p(x[c], p)));
    }
}

static void kl_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->in[1]->pub;
    kl_rows(x->data, y->data, n->scratch, n->out[0]->pub.data, x->rows, x->cols);
}

static void kl_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->in[1]->pub, *kl = &n->out[0]->pub;
    float *gx = nn_grad(n, 0), *gy = nn_grad(n, 1);
    if (gx)
        kl_by_p(x->data, y->data, n->scratch, kl->data, kl->grad, gx, x->rows, x->cols);
    if (gy)
        kl_by_q(x->data, y->data, n->scratch, kl->grad, gy, x->rows, x->cols);
}

static const nn_op kl_op = {
    .name = "categorical KL", .forward = kl_forward, .backward = kl_backward};

rlb_tensor *rlb_categorical_kl(rlb_tape *t, rlb_tensor *p_logits, rlb_tensor *q_logits)
{
    if (nn_failed(t) || !shapes_fit(t, "categorical KL", p_logits, q_logits))
        return nn_nothing(t);
    rlb_tensor *in[] = {p_logits, q_logits};
    nn_node *n = nn_record(t, &kl_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = 2 * p_logits->rows * sizeof(struct nn_normal);
    return nn_output_cols(n, p_logits, 1);
}
