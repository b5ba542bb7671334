/* One value at a time: y = f(x), with two constants a and b at most. */
#include "node.h"
#include "simd.h"

#include <float.h>
#include <rlbench/ops.h>

#define FORWARD(name, expression)                                                                  \
    NN_CLONES static void name(const float *x, float *y, size_t n, float a, float b)               \
    {                                                                                              \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        for (size_t i = 0; i < n; i++) {                                                           \
            float v = x[i];                                                                        \
            y[i] = (expression);                                                                   \
        }                                                                                          \
    }
/* Adds the derivatives; v is the input, w the output. */
#define BACK(name, slope)                                                                          \
    NN_CLONES static void name(const float *x, const float *y, const float *g, float *restrict gx, \
                               size_t n, float a, float b)                                         \
    {                                                                                              \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        for (size_t i = 0; i < n; i++) {                                                           \
            float v = x[i], w = y[i];                                                              \
            (void)v;                                                                               \
            (void)w;                                                                               \
            gx[i] += g[i] * (slope);                                                               \
        }                                                                                          \
    }

/* The logarithm of every float: subnormal numbers are scaled by 2^23 first. */
static inline float full_logf(float v)
{
    float tiny = v < FLT_MIN ? 1.0f : 0.0f;
    float y = nn_logf(tiny > 0 ? v * 8388608.0f : v) - tiny * 15.9423852f;
    y = v == INFINITY ? v : y;
    y = v == 0 ? -INFINITY : y;
    y = v < 0 ? NAN : y;
    return v != v ? v : y;
}

FORWARD(exponential, nn_expf(v))
FORWARD(logarithm, full_logf(v))
FORWARD(root, sqrtf(v))
FORWARD(square, v *v)
FORWARD(magnitude, fabsf(v))
FORWARD(affine, a *v + b)
FORWARD(clip, v<a ? a : v> b ? b : v)

BACK(exponential_back, w)
BACK(logarithm_back, 1.0f / v)
BACK(root_back, 0.5f / w)
BACK(square_back, 2.0f * v)
BACK(magnitude_back, (v > 0 ? 1.0f : 0.0f) - (v < 0 ? 1.0f : 0.0f))
BACK(affine_back, a)
BACK(clip_back, v >= a && v <= b ? 1.0f : 0.0f)

static void pointwise_forward(nn_node *n);
static void pointwise_backward(nn_node *n);

#define ROW(name_, forward_, back_)                                                                \
    {                                                                                              \
        {.name = (name_), .forward = pointwise_forward, .backward = pointwise_backward}, forward_, \
            back_                                                                                  \
    }
enum pointwise { EXP, LOG, SQRT, SQUARE, ABS, AFFINE, CLIP };
static const struct {
    nn_op op;
    void (*forward)(const float *x, float *y, size_t n, float a, float b);
    void (*back)(const float *x, const float *y, const float *g, float *gx, size_t n, float a,
                 float b);
} table[] = {
    [EXP] = ROW("exp", exponential, exponential_back),
    [LOG] = ROW("log", logarithm, logarithm_back),
    [SQRT] = ROW("sqrt", root, root_back),
    [SQUARE] = ROW("square", square, square_back),
    [ABS] = ROW("abs", magnitude, magnitude_back),
    [AFFINE] = ROW("affine", affine, affine_back),
    [CLIP] = ROW("clip", clip, clip_back),
};

static void pointwise_forward(nn_node *n)
{
    table[n->u[0]].forward(n->in[0]->pub.data, n->out[0]->pub.data, n->out[0]->pub.size, n->f[0],
                           n->f[1]);
}

static void pointwise_backward(nn_node *n)
{
    table[n->u[0]].back(n->in[0]->pub.data, n->out[0]->pub.data, n->out[0]->pub.grad, nn_grad(n, 0),
                        n->out[0]->pub.size, n->f[0], n->f[1]);
}

static rlb_tensor *record(rlb_tape *t, enum pointwise kind, rlb_tensor *x, float a, float b)
{
    nn_node *n = nn_record(t, &table[kind].op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->u[0] = kind;
    n->f[0] = a;
    n->f[1] = b;
    return nn_output_like(n, x);
}

rlb_tensor *rlb_exp(rlb_tape *t, rlb_tensor *x)
{
    return record(t, EXP, x, 0, 0);
}

rlb_tensor *rlb_log(rlb_tape *t, rlb_tensor *x)
{
    return record(t, LOG, x, 0, 0);
}

rlb_tensor *rlb_sqrt(rlb_tape *t, rlb_tensor *x)
{
    return record(t, SQRT, x, 0, 0);
}

rlb_tensor *rlb_square(rlb_tape *t, rlb_tensor *x)
{
    return record(t, SQUARE, x, 0, 0);
}

rlb_tensor *rlb_abs(rlb_tape *t, rlb_tensor *x)
{
    return record(t, ABS, x, 0, 0);
}

rlb_tensor *rlb_affine(rlb_tape *t, rlb_tensor *x, float scale, float shift)
{
    return record(t, AFFINE, x, scale, shift);
}

rlb_tensor *rlb_clip(rlb_tape *t, rlb_tensor *x, float low, float high)
{
    if (!(low <= high))
        return nn_fail(t, "clip: the bounds %g and %g are the wrong way round", (double)low,
                       (double)high);
    return record(t, CLIP, x, low, high);
}
