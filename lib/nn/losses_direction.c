/* Cosine and angle of corresponding rows. */
#include "node.h"
#include "simd.h"

#include <rlbench/losses.h>

/* Scratch of a row: the cosine and the reciprocal lengths (of the bounded lengths); `free` is 1, or
 * 0 where the length is bounded and so does not depend on the row. For angles also the sine. */
struct direction {
    float cosine, sine, inverse_a, inverse_b, free_a, free_b;
};

struct products {
    float aa, bb, ab;
};

static inline struct products products_of(const float *a, const float *b, size_t n)
{
    float aa = 0, bb = 0, ab = 0;
#pragma omp simd reduction(+ : aa, bb, ab)
    for (size_t c = 0; c < n; c++) {
        aa += a[c] * a[c];
        bb += b[c] * b[c];
        ab += a[c] * b[c];
    }
    return (struct products){aa, bb, ab};
}

static inline struct direction direction_of(const float *a, const float *b, size_t n, float least)
{
    struct products p = products_of(a, b, n);
    float length_a = sqrtf(p.aa), length_b = sqrtf(p.bb);
    struct direction d = {.inverse_a = 1.0f / (length_a > least ? length_a : least),
                          .inverse_b = 1.0f / (length_b > least ? length_b : least),
                          .free_a = length_a > least ? 1.0f : 0.0f,
                          .free_b = length_b > least ? 1.0f : 0.0f};
    d.cosine = p.ab * d.inverse_a * d.inverse_b;
    return d;
}

NN_CLONES static void cosine_rows(const float *a, const float *b, float least, struct direction *d,
                                  float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, a += cols, b += cols) {
        d[r] = direction_of(a, b, cols, least);
        y[r] = d[r].cosine;
    }
}

NN_CLONES static void angle_rows(const float *a, const float *b, float least, struct direction *d,
                                 float *y, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, a += cols, b += cols) {
        d[r] = direction_of(a, b, cols, least);
        float u = d[r].inverse_a, v = d[r].inverse_b, minus = 0, plus = 0;
#pragma omp simd reduction(+ : minus, plus)
        for (size_t c = 0; c < cols; c++) {
            float x = a[c] * u, z = b[c] * v;
            minus += (x - z) * (x - z);
            plus += (x + z) * (x + z);
        }
        y[r] = 2.0f * atan2f(sqrtf(minus), sqrtf(plus));
        d[r].sine = 0.5f * sqrtf(minus * plus);
    }
}

/* Adds up (v - cosine u) / |a| with u, v the unit vectors of a and b: the derivative of the cosine
 * by a. */
static inline void turn(const float *a, const float *b, float up, float cosine, float inverse_a,
                        float inverse_b, float free_a, float *to, size_t n)
{
    float along = up * inverse_a * inverse_b, back = up * cosine * inverse_a * inverse_a * free_a;
    for (size_t c = 0; c < n; c++)
        to[c] += along * b[c] - back * a[c];
}

NN_CLONES static void turn_rows(const float *a, const float *b, const struct direction *d,
                                const float *up, float *ga, float *gb, size_t rows, size_t cols)
{
    for (size_t r = 0; ga && r < rows; r++)
        turn(a + r * cols, b + r * cols, up[r], d[r].cosine, d[r].inverse_a, d[r].inverse_b,
             d[r].free_a, ga + r * cols, cols);
    for (size_t r = 0; gb && r < rows; r++)
        turn(b + r * cols, a + r * cols, up[r], d[r].cosine, d[r].inverse_b, d[r].inverse_a,
             d[r].free_b, gb + r * cols, cols);
}

/* The least lengths; and the least sine, that of an angle whose cosine is 1 - 1e-4. */
static const float least_of_cosine = 1e-8f, least_of_angle = 1e-6f, least_sine = 0.0141417822f;

static void cosine_forward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub;
    cosine_rows(a->data, n->in[1]->pub.data, least_of_cosine, n->scratch, n->out[0]->pub.data,
                a->rows, a->cols);
}

static void angle_forward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub;
    angle_rows(a->data, n->in[1]->pub.data, least_of_angle, n->scratch, n->out[0]->pub.data,
               a->rows, a->cols);
}

static void direction_backward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub;
    float *ga = nn_grad(n, 0), *gb = nn_grad(n, 1);
    turn_rows(a->data, n->in[1]->pub.data, n->scratch, n->out[0]->pub.grad, ga, gb, a->rows,
              a->cols);
}

/* d angle = -d cosine / sine. The gradient of the output makes room for the quotient. */
static void angle_backward(nn_node *n)
{
    const struct direction *d = n->scratch;
    float *up = n->out[0]->pub.grad;
    for (size_t r = 0; r < n->out[0]->pub.size; r++)
        up[r] = -up[r] / (d[r].sine > least_sine ? d[r].sine : least_sine);
    direction_backward(n);
}

static const nn_op cosine_op = {
    .name = "row cosine", .forward = cosine_forward, .backward = direction_backward};
static const nn_op angle_op = {
    .name = "row angle", .forward = angle_forward, .backward = angle_backward};

static rlb_tensor *record(rlb_tape *t, const nn_op *op, rlb_tensor *a, rlb_tensor *b)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!nn_same_shape(a, b))
        return nn_fail(t, "%s: %s and %s must have one shape", op->name, nn_shape_text(a),
                       nn_shape_text(b));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->scratch_bytes = a->rows * sizeof(struct direction);
    return nn_output_cols(n, a, 1);
}

rlb_tensor *rlb_row_cosine(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, &cosine_op, a, b);
}

rlb_tensor *rlb_row_angle(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, &angle_op, a, b);
}
