/* Contrastive losses over squares of logits whose diagonal holds the positives. */
#include "node.h"
#include "rows.h"

#include <rlbench/losses.h>

/* ---- InfoNCE by rows, and by rows and columns */

/* Scratch of the symmetric form, one value per row or column of every square. */
struct normals {
    struct nn_normal *rows;
    float *column_largest, *column_log_sum;
};

static struct normals normals_of(const nn_node *n, size_t rows)
{
    struct normals s = {.rows = n->scratch};
    s.column_largest = (float *)(s.rows + rows);
    s.column_log_sum = s.column_largest + rows;
    return s;
}

NN_CLONES static void row_losses(const float *x, struct nn_normal *s, float *y, size_t b)
{
    for (size_t i = 0; i < b; i++) {
        s[i] = nn_normal_of(x + i * b, b);
        y[i] = -nn_log_p(x[i * b + i], s[i]);
    }
}

/* Along the columns, row by row. Averages with what the rows gave. */
NN_CLONES static void column_losses(const float *x, float *restrict largest,
                                    float *restrict log_sum, float *restrict y, size_t b)
{
    memcpy(largest, x, b * sizeof *x);
    memset(log_sum, 0, b * sizeof *x);
    for (size_t i = 1; i < b; i++)
        for (size_t j = 0; j < b; j++)
            largest[j] = x[i * b + j] > largest[j] ? x[i * b + j] : largest[j];
    for (size_t i = 0; i < b; i++)
        for (size_t j = 0; j < b; j++)
            log_sum[j] += nn_expf(x[i * b + j] - largest[j]);
    for (size_t j = 0; j < b; j++) {
        log_sum[j] = nn_logf(log_sum[j]);
        y[j] = 0.5f * (y[j] + log_sum[j] - (x[j * b + j] - largest[j]));
    }
}

/* share: 1, or 1/2 in the symmetric form. */
NN_CLONES static void row_slopes(const float *x, const struct nn_normal *s, const float *g,
                                 float share, float *to, size_t b)
{
    for (size_t i = 0; i < b; i++) {
        const struct nn_normal p = s[i];
        float *restrict row = to + i * b;
        float up = share * g[i];
        for (size_t j = 0; j < b; j++)
            row[j] += up * nn_expf(nn_log_p(x[i * b + j], p));
        row[i] -= up;
    }
}

NN_CLONES static void column_slopes(const float *x, const float *largest, const float *log_sum,
                                    const float *g, float *to, size_t b)
{
    for (size_t i = 0; i < b; i++) {
        float *restrict row = to + i * b;
        for (size_t j = 0; j < b; j++)
            row[j] += 0.5f * g[j] * nn_expf((x[i * b + j] - largest[j]) - log_sum[j]);
        row[i] -= 0.5f * g[i];
    }
}

enum { U_SYMMETRIC };

static void info_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    struct normals s = normals_of(n, x->rows);
    float *y = n->out[0]->pub.data;
    for (size_t at = 0, b = x->cols; at < x->rows; at += b) {
        row_losses(x->data + at * b, s.rows + at, y + at, b);
        if (n->u[U_SYMMETRIC])
            column_losses(x->data + at * b, s.column_largest + at, s.column_log_sum + at, y + at,
                          b);
    }
}

static void info_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    struct normals s = normals_of(n, x->rows);
    const float *g = n->out[0]->pub.grad;
    float *to = nn_grad(n, 0), share = n->u[U_SYMMETRIC] ? 0.5f : 1.0f;
    for (size_t at = 0, b = x->cols; at < x->rows; at += b) {
        row_slopes(x->data + at * b, s.rows + at, g + at, share, to + at * b, b);
        if (n->u[U_SYMMETRIC])
            column_slopes(x->data + at * b, s.column_largest + at, s.column_log_sum + at, g + at,
                          to + at * b, b);
    }
}

static const nn_op info_op = {
    .name = "InfoNCE", .forward = info_forward, .backward = info_backward};

/* ---- binary */

static inline float sum_softplus(const float *x, size_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < n; j++)
        sum += nn_softplusf(x[j]);
    return sum;
}

NN_CLONES static void binary_losses(const float *x, float *y, size_t rows, size_t b)
{
    for (size_t r = 0; r < rows; r++, x += b) {
        size_t i = r % b;
        y[r] = sum_softplus(x, i) + sum_softplus(x + i + 1, b - i - 1) + nn_softplusf(-x[i]);
    }
}

NN_CLONES static void binary_slopes(const float *x, const float *g, float *to, size_t rows,
                                    size_t b)
{
    for (size_t r = 0; r < rows; r++, x += b) {
        size_t i = r % b;
        float *restrict row = to + r * b;
        float up = g[r], at_positive = row[i] - up * nn_sigmoidf(-x[i]);
        for (size_t j = 0; j < b; j++)
            row[j] += up * nn_sigmoidf(x[j]);
        row[i] = at_positive;
    }
}

static void binary_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    binary_losses(x->data, n->out[0]->pub.data, x->rows, x->cols);
}

static void binary_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    binary_slopes(x->data, n->out[0]->pub.grad, nn_grad(n, 0), x->rows, x->cols);
}

static const nn_op binary_op = {
    .name = "binary NCE", .forward = binary_forward, .backward = binary_backward};

/* ---- recording */

static nn_node *record(rlb_tape *t, const nn_op *op, rlb_tensor *logits)
{
    if (nn_failed(t))
        return NULL;
    if (logits->rank < 2 || logits->shape[logits->rank - 2] != logits->cols) {
        nn_fail(t, "%s: the last two sizes of the logits %s must be equal", op->name,
                nn_shape_text(logits));
        return NULL;
    }
    return nn_record(t, op, 1, &logits);
}

static rlb_tensor *record_info(rlb_tape *t, rlb_tensor *logits, bool symmetric)
{
    nn_node *n = record(t, &info_op, logits);
    if (!n)
        return nn_nothing(t);
    n->u[U_SYMMETRIC] = symmetric;
    n->scratch_bytes = logits->rows * (sizeof(struct nn_normal) + 2 * sizeof(float));
    return nn_output_cols(n, logits, 1);
}

rlb_tensor *rlb_info_nce(rlb_tape *t, rlb_tensor *logits)
{
    return record_info(t, logits, false);
}

rlb_tensor *rlb_info_nce_symmetric(rlb_tape *t, rlb_tensor *logits)
{
    return record_info(t, logits, true);
}

rlb_tensor *rlb_binary_nce(rlb_tape *t, rlb_tensor *logits)
{
    nn_node *n = record(t, &binary_op, logits);
    return n ? nn_output_cols(n, logits, 1) : nn_nothing(t);
}
