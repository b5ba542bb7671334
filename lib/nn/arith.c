/* Two values at a time. b repeats over a: its value for a[i] is b[i / inner % period], with inner
 * the last size of a where b has 1 there, else 1. */
#include "node.h"
#include "simd.h"

#include <rlbench/ops.h>

enum { U_INNER, U_PERIOD };

typedef void (*combine)(const float *a, const float *b, float *y, size_t n, size_t b_step);
/* Adds to ga and gb (either may be NULL) the derivatives of n values with g that of y. With b_step
 * 0 b is one value, and so is gb. */
typedef void (*uncombine)(const float *a, const float *b, const float *g, float *ga, float *gb,
                          size_t n, size_t b_step);

#define COMBINE(name, expression)                                                                  \
    NN_CLONES static void name(const float *a, const float *b, float *y, size_t n, size_t step)    \
    {                                                                                              \
        if (step)                                                                                  \
            for (size_t i = 0; i < n; i++) {                                                       \
                float p = a[i], q = b[i];                                                          \
                y[i] = (expression);                                                               \
            }                                                                                      \
        else                                                                                       \
            for (size_t i = 0; i < n; i++) {                                                       \
                float p = a[i], q = b[0];                                                          \
                y[i] = (expression);                                                               \
            }                                                                                      \
    }
#define UNCOMBINE(name, by_a, by_b)                                                                \
    NN_CLONES static void name(const float *a, const float *b, const float *g, float *ga,          \
                               float *gb, size_t n, size_t step)                                   \
    {                                                                                              \
        for (size_t i = 0; ga && i < n; i++) {                                                     \
            float p = a[i], q = b[i * step];                                                       \
            (void)p;                                                                               \
            (void)q;                                                                               \
            ga[i] += g[i] * (by_a);                                                                \
        }                                                                                          \
        if (gb && step)                                                                            \
            for (size_t i = 0; i < n; i++) {                                                       \
                float p = a[i], q = b[i];                                                          \
                (void)p;                                                                           \
                (void)q;                                                                           \
                gb[i] += g[i] * (by_b);                                                            \
            }                                                                                      \
        float sum = 0;                                                                             \
        for (size_t i = 0; gb && !step && i < n; i++) {                                            \
            float p = a[i], q = b[0];                                                              \
            (void)p;                                                                               \
            (void)q;                                                                               \
            sum += g[i] * (by_b);                                                                  \
        }                                                                                          \
        if (gb && !step)                                                                           \
            gb[0] += sum;                                                                          \
    }

COMBINE(plus, p + q)
COMBINE(minus, p - q)
COMBINE(times, p *q)
COMBINE(over, p / q)
COMBINE(least, p <= q ? p : q)
COMBINE(most, p >= q ? p : q)
UNCOMBINE(plus_back, 1.0f, 1.0f)
UNCOMBINE(minus_back, 1.0f, -1.0f)
UNCOMBINE(times_back, q, p)
UNCOMBINE(over_back, 1.0f / q, -p / (q * q))
UNCOMBINE(least_back, p <= q ? 1.0f : 0.0f, p <= q ? 0.0f : 1.0f)
UNCOMBINE(most_back, p >= q ? 1.0f : 0.0f, p >= q ? 0.0f : 1.0f)

static void arith_forward(nn_node *n);
static void arith_backward(nn_node *n);

#define ROW(name_, forward_, back_)                                                                \
    {                                                                                              \
        {.name = (name_), .forward = arith_forward, .backward = arith_backward}, forward_, back_   \
    }
enum arith { ADD, SUB, MUL, DIV, MIN, MAX };
static const struct {
    nn_op op;
    combine forward;
    uncombine back;
} table[] = {
    [ADD] = ROW("add", plus, plus_back),   [SUB] = ROW("sub", minus, minus_back),
    [MUL] = ROW("mul", times, times_back), [DIV] = ROW("div", over, over_back),
    [MIN] = ROW("min", least, least_back), [MAX] = ROW("max", most, most_back),
};
enum { U_KIND = 2 };

/* A stretch of a over which b runs along (step 1) or stays (step 0). */
struct stretch {
    size_t length, count, step;
};

static struct stretch stretch_of(const nn_node *n)
{
    size_t size = n->in[0]->pub.size, inner = n->u[U_INNER], period = n->u[U_PERIOD];
    bool runs = inner == 1 && period > 1;
    size_t length = runs ? period : period == 1 ? size : inner;
    return (struct stretch){length, size / length, runs};
}

static size_t b_start(const nn_node *n, const struct stretch *s, size_t k)
{
    return s->step || n->u[U_PERIOD] == 1 ? 0 : k % n->u[U_PERIOD];
}

static void arith_forward(nn_node *n)
{
    struct stretch s = stretch_of(n);
    const float *a = n->in[0]->pub.data, *b = n->in[1]->pub.data;
    for (size_t k = 0; k < s.count; k++)
        table[n->u[U_KIND]].forward(a + k * s.length, b + b_start(n, &s, k),
                                    n->out[0]->pub.data + k * s.length, s.length, s.step);
}

static void arith_backward(nn_node *n)
{
    struct stretch s = stretch_of(n);
    const float *a = n->in[0]->pub.data, *b = n->in[1]->pub.data;
    const float *g = n->out[0]->pub.grad;
    float *ga = nn_grad(n, 0), *gb = nn_grad(n, 1);
    for (size_t k = 0; k < s.count; k++) {
        size_t at = k * s.length, from = b_start(n, &s, k);
        table[n->u[U_KIND]].back(a + at, b + from, g + at, ga ? ga + at : NULL,
                                 gb ? gb + from : NULL, s.length, s.step);
    }
}

/* True when b's shape is the last part of a's. */
static bool is_tail(const rlb_tensor *a, const rlb_tensor *b, uint32_t but)
{
    if (b->rank > a->rank)
        return false;
    uint32_t skip = a->rank - b->rank;
    for (uint32_t i = 0; i + but < b->rank; i++)
        if (b->shape[i] != a->shape[skip + i])
            return false;
    return true;
}

static rlb_tensor *record(rlb_tape *t, enum arith kind, rlb_tensor *a, rlb_tensor *b)
{
    if (nn_failed(t))
        return nn_nothing(t);
    bool per_row = b->size > 1 && b->cols == 1 && a->cols > 1 && is_tail(a, b, 1);
    if (b->size > 1 && !per_row && !is_tail(a, b, 0))
        return nn_fail(t, "%s: %s does not repeat over %s", table[kind].op.name, nn_shape_text(b),
                       nn_shape_text(a));
    rlb_tensor *in[] = {a, b};
    nn_node *n = nn_record(t, &table[kind].op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_KIND] = kind;
    n->u[U_INNER] = per_row ? (uint32_t)a->cols : 1;
    n->u[U_PERIOD] = (uint32_t)b->size;
    return nn_output_like(n, a);
}

rlb_tensor *rlb_add(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, ADD, a, b);
}

rlb_tensor *rlb_sub(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, SUB, a, b);
}

rlb_tensor *rlb_mul(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, MUL, a, b);
}

rlb_tensor *rlb_div(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, DIV, a, b);
}

rlb_tensor *rlb_min(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, MIN, a, b);
}

rlb_tensor *rlb_max(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    return record(t, MAX, a, b);
}
