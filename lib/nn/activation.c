/* Activations: a table of forward and backward loops. */
#include "activation.h"
#include "node.h"
#include "simd.h"

#define FORWARD(name, expression)                                                                  \
    NN_CLONES static void name(const float *x, float *y, size_t n)                                 \
    {                                                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            float v = x[i];                                                                        \
            y[i] = (expression);                                                                   \
        }                                                                                          \
    }
/* The derivative from the output. */
#define BACK_BY_OUTPUT(name, expression)                                                           \
    NN_CLONES static void name(const float *x, const float *y, const float *g, float *out,         \
                               size_t n)                                                           \
    {                                                                                              \
        (void)x;                                                                                   \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            float v = y[i];                                                                        \
            out[i] = g[i] * (expression);                                                          \
        }                                                                                          \
    }
#define BACK_BY_INPUT(name, expression)                                                            \
    NN_CLONES static void name(const float *x, const float *y, const float *g, float *out,         \
                               size_t n)                                                           \
    {                                                                                              \
        (void)y;                                                                                   \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            float v = x[i];                                                                        \
            out[i] = g[i] * (expression);                                                          \
        }                                                                                          \
    }

/* Value and slope at once, in place; what they have in common is computed once. */
#define BOTH(name, value, derivative)                                                              \
    NN_CLONES static void name(float *y, float *restrict slope, size_t n)                          \
    {                                                                                              \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            float v = y[i];                                                                        \
            y[i] = (value);                                                                        \
            slope[i] = (derivative);                                                               \
        }                                                                                          \
    }

/* The normal distribution function up to v, with e = e^(-v^2 / 2): beyond |v| lies e times a
 * polynomial in 1 / (1 + 0.3 |v|), to 4e-7 of itself. */
static inline float normal_below(float v, float e)
{
    float t = 1.0f / (1.0f + 0.3f * (v < 0 ? -v : v)), p = 3.81608419e-2f;
    p = p * t - 1.68207482e-1f;
    p = p * t + 2.26886377e-1f;
    p = p * t - 7.47125819e-2f;
    p = p * t + 1.41452476e-1f;
    p = p * t + 9.50834751e-2f;
    p = p * t + 1.21831849e-1f;
    p = p * t + 1.19498469e-1f;
    p = p * t + 6.61267768e-6f;
    return v < 0 ? e * p : 1.0f - e * p;
}

static inline float gelu(float v)
{
    return v * normal_below(v, nn_expf(-0.5f * v * v));
}

static inline float gelu_slope(float v)
{
    float e = nn_expf(-0.5f * v * v);
    return normal_below(v, e) + v * 0.398942280f * e;
}

static inline float gelu_tanh_inner(float v)
{
    return 0.797884561f * (v + 0.044715f * v * v * v);
}

static inline float gelu_tanh_value(float v)
{
    return 0.5f * v * (1.0f + nn_tanhf(gelu_tanh_inner(v)));
}

static inline float gelu_tanh_slope(float v)
{
    float t = nn_tanhf(gelu_tanh_inner(v));
    return 0.5f * (1.0f + t) +
           0.5f * v * (1.0f - t * t) * 0.797884561f * (1.0f + 3.0f * 0.044715f * v * v);
}

static inline float silu_slope(float v)
{
    float s = nn_sigmoidf(v);
    return s * (1.0f + v * (1.0f - s));
}

/* e^v - 1 for v <= 0; a few terms near 0, where the difference would lose its digits. */
static inline float expm1_below(float v)
{
    float near =
        v * (1.0f + v * (0.5f + v * (0.166666667f + v * (0.0416666667f + v * 0.00833333f))));
    return v > -0.125f ? near : nn_expf(v) - 1.0f;
}

FORWARD(identity, v)
FORWARD(relu, v < 0 ? 0.0f : v)
FORWARD(gelu_erf, gelu(v))
FORWARD(gelu_tanh, gelu_tanh_value(v))
FORWARD(elu, v > 0 ? v : expm1_below(v))
FORWARD(silu, v *nn_sigmoidf(v))
FORWARD(hyperbolic, nn_tanhf(v))
FORWARD(sigmoid, nn_sigmoidf(v))
FORWARD(softplus, nn_softplusf(v))

BACK_BY_OUTPUT(identity_back, 1.0f + 0.0f * v)
BACK_BY_OUTPUT(relu_back, v > 0 ? 1.0f : 0.0f)
BACK_BY_INPUT(gelu_erf_back, gelu_slope(v))
BACK_BY_INPUT(gelu_tanh_back, gelu_tanh_slope(v))
BACK_BY_OUTPUT(elu_back, v > 0 ? 1.0f : v + 1.0f)
BACK_BY_INPUT(silu_back, silu_slope(v))
BACK_BY_OUTPUT(hyperbolic_back, 1.0f - v * v)
BACK_BY_OUTPUT(sigmoid_back, v *(1.0f - v))
BACK_BY_INPUT(softplus_back, nn_sigmoidf(v))

BOTH(gelu_erf_both, gelu(v), gelu_slope(v))
BOTH(gelu_tanh_both, gelu_tanh_value(v), gelu_tanh_slope(v))
BOTH(silu_both, v *nn_sigmoidf(v), silu_slope(v))
BOTH(softplus_both, nn_softplusf(v), nn_sigmoidf(v))

static const struct activation {
    void (*forward)(const float *x, float *y, size_t n);
    void (*back)(const float *x, const float *y, const float *g, float *out, size_t n);
    void (*both)(float *y, float *slope, size_t n); /* where the derivative needs the input */
} table[] = {
    [RLB_IDENTITY] = {identity, identity_back, NULL},
    [RLB_RELU] = {relu, relu_back, NULL},
    [RLB_GELU] = {gelu_erf, gelu_erf_back, gelu_erf_both},
    [RLB_GELU_TANH] = {gelu_tanh, gelu_tanh_back, gelu_tanh_both},
    [RLB_ELU] = {elu, elu_back, NULL},
    [RLB_SILU] = {silu, silu_back, silu_both},
    [RLB_TANH] = {hyperbolic, hyperbolic_back, NULL},
    [RLB_SIGMOID] = {sigmoid, sigmoid_back, NULL},
    [RLB_SOFTPLUS] = {softplus, softplus_back, softplus_both},
};

void nn_activate(rlb_activation kind, const float *x, float *y, size_t n)
{
    table[kind].forward(x, y, n);
}

bool nn_needs_input(rlb_activation kind)
{
    return table[kind].both != NULL;
}

void nn_activate_back(rlb_activation kind, const float *x, const float *y, const float *g,
                      float *out, size_t n)
{
    table[kind].back(x, y, g, out, n);
}

NN_CLONES static void add_bias(float *y, const float *bias, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        float *restrict row = y + r * cols;
#pragma omp simd
        for (size_t c = 0; c < cols; c++)
            row[c] += bias[c];
    }
}

/* The commonest of all in one pass. */
NN_CLONES static void add_bias_relu(float *y, const float *bias, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        float *restrict row = y + r * cols;
#pragma omp simd
        for (size_t c = 0; c < cols; c++) {
            float v = row[c] + bias[c];
            row[c] = v < 0 ? 0.0f : v;
        }
    }
}

/* Values that stay in the nearest cache from one pass to the next. */
enum { CHUNK = 2048 };

void nn_bias_activate(rlb_activation kind, float *y, const float *bias, float *slope, size_t rows,
                      size_t cols)
{
    if (bias && kind == RLB_RELU) {
        add_bias_relu(y, bias, rows, cols);
        return;
    }
    size_t some = cols < CHUNK ? CHUNK / cols : 1;
    for (size_t r = 0; r < rows; r += some) {
        size_t count = rows - r < some ? rows - r : some, at = r * cols;
        if (bias)
            add_bias(y + at, bias, count, cols);
        if (slope)
            table[kind].both(y + at, slope + at, count * cols);
        else if (kind != RLB_IDENTITY)
            nn_activate(kind, y + at, y + at, count * cols);
    }
}

NN_CLONES void nn_bias_back(const float *g, size_t g_ld, size_t rows, size_t cols,
                            float *restrict sums)
{
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t c = 0; c < cols; c++)
            sums[c] += g[r * g_ld + c];
}

NN_CLONES static void multiply(float *restrict g, const float *restrict slope, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g[i] *= slope[i];
}

void nn_bias_activate_back(rlb_activation kind, const float *slope, const float *y, float *g,
                           size_t n)
{
    if (slope)
        multiply(g, slope, n);
    else if (kind != RLB_IDENTITY)
        nn_activate_back(kind, NULL, y, g, g, n);
}

/* ---- the operation */

static void activate_forward(nn_node *n)
{
    nn_activate((rlb_activation)n->u[0], n->in[0]->pub.data, n->out[0]->pub.data,
                n->out[0]->pub.size);
}

NN_CLONES static void accumulate(float *restrict to, const float *restrict from, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

static void activate_backward(nn_node *n)
{
    rlb_activation kind = (rlb_activation)n->u[0];
    const rlb_tensor *x = &n->in[0]->pub, *y = &n->out[0]->pub;
    if (!nn_adds(n, 0)) {
        nn_activate_back(kind, x->data, y->data, y->grad, x->grad, x->size);
        return;
    }
    nn_activate_back(kind, x->data, y->data, y->grad, y->grad, x->size);
    accumulate(x->grad, y->grad, x->size);
}

static const nn_op activate_op = {
    .name = "activate", .forward = activate_forward, .backward = activate_backward};

rlb_tensor *rlb_activate(rlb_tape *t, rlb_tensor *x, rlb_activation kind)
{
    nn_node *n = nn_record(t, &activate_op, 1, &x);
    if (!n)
        return nn_nothing(t);
    n->u[0] = kind;
    return nn_output_like(n, x);
}
