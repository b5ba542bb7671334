/* Losses of two values: a table of loops, forward and by either argument. */
#include "node.h"
#include "simd.h"

#include <rlbench/losses.h>

typedef void (*pair_value)(const float *a, const float *b, float k, float *y, size_t n);
/* Adds to `to` the derivative by a (or by b), with g that of y. */
typedef void (*pair_slope)(const float *a, const float *b, float k, const float *g, float *to,
                           size_t n);

#define VALUE(name, expression)                                                                    \
    NN_CLONES static void name(const float *a, const float *b, float k, float *y, size_t n)        \
    {                                                                                              \
        (void)k;                                                                                   \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = expression(a[i], b[i], k);                                                      \
    }
#define SLOPE(name, expression)                                                                    \
    NN_CLONES static void name(const float *a, const float *b, float k, const float *g, float *to, \
                               size_t n)                                                           \
    {                                                                                              \
        (void)b;                                                                                   \
        (void)k;                                                                                   \
        for (size_t i = 0; i < n; i++)                                                             \
            to[i] += g[i] * expression(a[i], b[i], k);                                             \
    }

#define SQUARED(a, b, k) (((a) - (b)) * ((a) - (b)))
#define SQUARED_BY_A(a, b, k) (2.0f * ((a) - (b)))
#define SQUARED_BY_B(a, b, k) (2.0f * ((b) - (a)))

static inline float huber(float a, float b, float delta)
{
    float u = a - b, size = u < 0 ? -u : u, near = size < delta ? size : delta;
    return near * (size - 0.5f * near);
}

static inline float huber_by_a(float a, float b, float delta)
{
    float u = a - b;
    return u < -delta ? -delta : u > delta ? delta : u;
}

#define HUBER_BY_B(a, b, k) (-huber_by_a(a, b, k))

static inline float expectile_weight(float u, float tau)
{
    return u < 0 ? 1.0f - tau : tau;
}

static inline float expectile(float prediction, float target, float tau)
{
    float u = target - prediction;
    return expectile_weight(u, tau) * u * u;
}

static inline float expectile_by_target(float prediction, float target, float tau)
{
    float u = target - prediction;
    return 2.0f * expectile_weight(u, tau) * u;
}

#define EXPECTILE_BY_PREDICTION(a, b, k) (-expectile_by_target(a, b, k))

/* x (1 - y) above 0 and -x y below, plus log(1 + e^-|x|): nothing large cancels. */
static inline float binary(float x, float y)
{
    float size = x < 0 ? -x : x, part = x < 0 ? y : 1.0f - y;
    return size * part + nn_log1pf(nn_expf(-size));
}

#define BINARY(x, y, k) binary(x, y)
#define BINARY_BY_LOGIT(x, y, k) (nn_sigmoidf(x) - (y))
#define BINARY_BY_TARGET(x, y, k) (-(x))

VALUE(squared, SQUARED)
SLOPE(squared_by_a, SQUARED_BY_A)
SLOPE(squared_by_b, SQUARED_BY_B)
VALUE(huber_all, huber)
SLOPE(huber_all_by_a, huber_by_a)
SLOPE(huber_all_by_b, HUBER_BY_B)
VALUE(expectile_all, expectile)
SLOPE(expectile_all_by_a, EXPECTILE_BY_PREDICTION)
SLOPE(expectile_all_by_b, expectile_by_target)
VALUE(binary_all, BINARY)
SLOPE(binary_all_by_a, BINARY_BY_LOGIT)
SLOPE(binary_all_by_b, BINARY_BY_TARGET)

enum pair { PAIR_SQUARED, PAIR_HUBER, PAIR_EXPECTILE, PAIR_BINARY };
static const struct {
    const char *name;
    pair_value value;
    pair_slope by_a, by_b;
} table[] = {
    [PAIR_SQUARED] = {"squared loss", squared, squared_by_a, squared_by_b},
    [PAIR_HUBER] = {"Huber loss", huber_all, huber_all_by_a, huber_all_by_b},
    [PAIR_EXPECTILE] = {"expectile loss", expectile_all, expectile_all_by_a, expectile_all_by_b},
    [PAIR_BINARY] = {"binary cross-entropy", binary_all, binary_all_by_a, binary_all_by_b},
};

static void pair_forward(nn_node *n)
{
    table[n->u[0]].value(n->in[0]->pub.data, n->in[1]->pub.data, n->f[0], n->out[0]->pub.data,
                         n->out[0]->pub.size);
}

static void pair_backward(nn_node *n)
{
    const rlb_tensor *a = &n->in[0]->pub, *b = &n->in[1]->pub;
    float *ga = nn_grad(n, 0), *gb = nn_grad(n, 1);
    if (ga)
        table[n->u[0]].by_a(a->data, b->data, n->f[0], n->out[0]->pub.grad, ga, a->size);
    if (gb)
        table[n->u[0]].by_b(a->data, b->data, n->f[0], n->out[0]->pub.grad, gb, a->size);
}

static const nn_op pair_op = {
    .name = "loss of two values", .forward = pair_forward, .backward = pair_backward};

static rlb_tensor *record(rlb_tape *t, enum pair kind, rlb_tensor *a, rlb_tensor *b, float k)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!nn_same_shape(a, b))
        return nn_fail(t, "%s: %s and %s must have one shape", table[kind].name, nn_shape_text(a),
                       nn_shape_text(b));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, &pair_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->u[0] = kind;
    n->f[0] = k;
    return nn_output_like(n, a);
}

rlb_tensor *rlb_squared(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, PAIR_SQUARED, a, b, 0);
}

rlb_tensor *rlb_huber(rlb_tape *t, rlb_tensor *a, rlb_tensor *b, float delta)
{
    if (!(delta > 0))
        return nn_fail(t, "Huber loss: delta must be above 0, not %g", (double)delta);
    return record(t, PAIR_HUBER, a, b, delta);
}

static rlb_tensor *fail_tau(rlb_tape *t, float tau)
{
    return nn_fail(t, "expectile loss: tau must be between 0 and 1, not %g", (double)tau);
}

static bool tau_is_good(float tau)
{
    return tau > 0 && tau < 1;
}

rlb_tensor *rlb_expectile(rlb_tape *t, rlb_tensor *prediction, rlb_tensor *target, float tau)
{
    if (!tau_is_good(tau))
        return fail_tau(t, tau);
    return record(t, PAIR_EXPECTILE, prediction, target, tau);
}

rlb_tensor *rlb_binary_cross_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *targets)
{
    return record(t, PAIR_BINARY, logits, targets, 0);
}

/* ---- the weight of an expectile */

NN_CLONES static void weigh(const float *u, float tau, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = expectile_weight(u[i], tau);
}

static void weight_forward(nn_node *n)
{
    weigh(n->in[0]->pub.data, n->f[0], n->out[0]->pub.data, n->out[0]->pub.size);
}

static const nn_op weight_op = {.name = "expectile weight", .forward = weight_forward};

rlb_tensor *rlb_expectile_weight(rlb_tape *t, rlb_tensor *u, float tau)
{
    if (!tau_is_good(tau))
        return fail_tau(t, tau);
    nn_node *n = nn_record(t, &weight_op, 1, &u);
    if (!n)
        return nn_nothing(t);
    n->f[0] = tau;
    return nn_output_like(n, u);
}
