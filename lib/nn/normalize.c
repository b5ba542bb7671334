/* Rows on a sphere: y = L x / max(|x|, 1e-12). */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

static const float shortest = 1e-12f;

/* inverse: [rows], 1 / max(|x|, shortest). */
NN_CLONES static void normalize(const float *x, float *y, float *inverse, float length, size_t rows,
                                size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * cols;
        float *restrict to = y + r * cols;
        float square = 0;
#pragma omp simd reduction(+ : square)
        for (size_t c = 0; c < cols; c++)
            square += from[c] * from[c];
        float norm = sqrtf(square);
        inverse[r] = 1.0f / (norm < shortest ? shortest : norm);
        float scale = length * inverse[r];
        for (size_t c = 0; c < cols; c++)
            to[c] = scale * from[c];
    }
}

/* L / |x| (g - u <g, u>) with u = y / L; a row that is too short is only scaled. */
NN_CLONES static void normalize_back(const float *x, const float *inverse, const float *g,
                                     float *gx, float length, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * cols, *up = g + r * cols;
        float *restrict to = gx + r * cols;
        float scale = length * inverse[r], along = 0;
#pragma omp simd reduction(+ : along)
        for (size_t c = 0; c < cols; c++)
            along += from[c] * up[c];
        along = inverse[r] < 1.0f / shortest ? along * inverse[r] * inverse[r] : 0;
        for (size_t c = 0; c < cols; c++)
            to[c] += scale * (up[c] - from[c] * along);
    }
}

static void normalize_forward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    normalize(x->data, n->out[0]->pub.data, n->scratch, n->f[0], x->rows, x->cols);
}

static void normalize_backward(nn_node *n)
{
    const rlb_tensor *x = &n->in[0]->pub;
    normalize_back(x->data, n->scratch, n->out[0]->pub.grad, nn_grad(n, 0), n->f[0], x->rows,
                   x->cols);
}

static const nn_op normalize_op = {
    .name = "normalize_rows", .forward = normalize_forward, .backward = normalize_backward};

rlb_tensor *rlb_normalize_rows(rlb_tape *t, rlb_tensor *x, float length)
{
    nn_node *n = nn_record(t, &normalize_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->f[0] = length;
    n->scratch_bytes = x->rows * sizeof(float);
    return nn_output_like(n, x);
}
