/* Categorical distributions: masks, log-probability of an index, entropy. */
#include "node.h"
#include "rows.h"

#include <rlbench/heads.h>
#include <rlbench/losses.h>

/* ---- masks */

/* Finite, so that differences of two forbidden logits and products with probability 0 stay so. */
static const float forbidden = -1e30f;

NN_CLONES static void mask_values(const float *x, const float *mask, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = mask[i] != 0 ? x[i] : forbidden;
}

NN_CLONES static void mask_slopes(const float *mask, const float *g, float *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += mask[i] != 0 ? g[i] : 0.0f;
}

static void mask_forward(nn_node *n)
{
    mask_values(n->in[0]->pub.data, n->in[1]->pub.data, n->out[0]->pub.data, n->out[0]->pub.size);
}

static void mask_backward(nn_node *n)
{
    float *gx = nn_grad(n, 0);
    (void)nn_grad(n, 1); /* nothing goes into the mask */
    if (gx)
        mask_slopes(n->in[1]->pub.data, n->out[0]->pub.grad, gx, n->out[0]->pub.size);
}

static const nn_op mask_op = {.name = "mask", .forward = mask_forward, .backward = mask_backward};

rlb_tensor *rlb_mask_logits(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!nn_same_shape(logits, mask))
        return nn_fail(t, "mask: %s does not have the shape of the logits %s", nn_shape_text(mask),
                       nn_shape_text(logits));
    rlb_tensor *in[] = {logits, mask};
    nn_node *n = nn_record(t, &mask_op, 2, in);
    return n ? nn_output_like(n, logits) : nn_nothing(t);
}

/* ---- sign times log p[index] */

NN_CLONES static void pick_rows(const float *x, const int32_t *index, float sign,
                                struct nn_normal *s, float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols) {
        s[r] = nn_normal_of(x, cols);
        y[r] = 0;
        if (index[r] >= 0)
            y[r] = (size_t)index[r] < cols ? sign * nn_log_p(x[index[r]], s[r]) : NAN;
    }
}

NN_CLONES static void pick_slopes(const float *x, const int32_t *index, float sign,
                                  const struct nn_normal *s, const float *g, float *to, size_t rows,
                                  size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols) {
        if (index[r] < 0)
            continue;
        const struct nn_normal p = s[r];
        float *restrict row = to + r * cols;
        float up = (size_t)index[r] < cols ? sign * g[r] : NAN;
        for (size_t c = 0; c < cols; c++)
            row[c] -= up * nn_expf(nn_log_p(x[c], p));
        if ((size_t)index[r] < cols)
            row[index[r]] += up;
    }
}

static void pick_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    pick_rows(x->data, n->in[1]->pub.index, n->f[0], n->scratch, n->out[0]->pub.data, x->rows,
              x->cols);
}

static void pick_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    pick_slopes(x->data, n->in[1]->pub.index, n->f[0], n->scratch, n->out[0]->pub.grad,
                nn_grad(n, 0), x->rows, x->cols);
}

static const nn_op log_prob_op = {.name = "log-probability",
                                  .index_inputs = 1u << 1,
                                  .forward = pick_forward,
                                  .backward = pick_backward};
static const nn_op cross_entropy_op = {.name = "cross-entropy",
                                       .index_inputs = 1u << 1,
                                       .forward = pick_forward,
                                       .backward = pick_backward};

static rlb_tensor *record_pick(rlb_tape *t, const nn_op *op, rlb_tensor *logits, rlb_tensor *index,
                               float sign)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (index->size != logits->rows)
        return nn_fail(t, "%s: %s indices do not fit the rows of %s", op->name,
                       nn_shape_text(index), nn_shape_text(logits));
    rlb_tensor *in[] = {logits, index};
    nn_node *n = nn_record(t, op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->f[0] = sign;
    n->scratch_bytes = logits->rows * sizeof(struct nn_normal);
    return nn_output_cols(n, logits, 1);
}

rlb_tensor *rlb_categorical_log_prob(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask,
                                     rlb_tensor *actions)
{
    if (mask)
        logits = rlb_mask_logits(t, logits, mask);
    return record_pick(t, &log_prob_op, logits, actions, 1);
}

rlb_tensor *rlb_cross_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *labels)
{
    return record_pick(t, &cross_entropy_op, logits, labels, -1);
}

/* ---- entropy */

NN_CLONES static void entropy_rows(const float *x, struct nn_normal *s, float *y, size_t rows,
                                   size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols) {
        const struct nn_normal all = nn_normal_of(x, cols);
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < cols; c++) {
            float log_p = nn_log_p(x[c], all), p = nn_expf(log_p);
            sum -= p == 0 ? 0.0f : p * log_p;
        }
        s[r] = all;
        y[r] = sum;
    }
}

/* -p (log p + entropy). */
NN_CLONES static void entropy_slopes(const float *x, const struct nn_normal *s, const float *h,
                                     const float *g, float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, x += cols) {
        const struct nn_normal all = s[r];
        float *restrict row = to + r * cols;
        float up = g[r], mean = h[r];
        for (size_t c = 0; c < cols; c++) {
            float log_p = nn_log_p(x[c], all), p = nn_expf(log_p);
            row[c] -= p == 0 ? 0.0f : up * p * (log_p + mean);
        }
    }
}

static void entropy_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    entropy_rows(x->data, n->scratch, n->out[0]->pub.data, x->rows, x->cols);
}

static void entropy_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub, *h = &n->out[0]->pub;
    entropy_slopes(x->data, n->scratch, h->data, h->grad, nn_grad(n, 0), x->rows, x->cols);
}

static const nn_op entropy_op = {
    .name = "categorical entropy", .forward = entropy_forward, .backward = entropy_backward};

rlb_tensor *rlb_categorical_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask)
{
    if (mask)
        logits = rlb_mask_logits(t, logits, mask);
    nn_node *n = nn_record(t, &entropy_op, 1, &logits);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = logits->rows * sizeof(struct nn_normal);
    return nn_output_cols(n, logits, 1);
}
