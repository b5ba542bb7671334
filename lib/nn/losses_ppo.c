/* The clipped losses of proximal policy optimisation. */
#include "node.h"
#include "simd.h"

#include <rlbench/losses.h>

/* Both take three arrays: what is learnt, what it was, and what it is judged by. */
typedef void (*value_loop)(const float *x, const float *old, const float *judge, float clip,
                           float *y, size_t n);
typedef void (*slope_loop)(const float *x, const float *old, const float *judge, float clip,
                           const float *g, float *to, size_t n);

static inline float bounded(float x, float bound)
{
    return x < -bound ? -bound : x > bound ? bound : x;
}

static inline float ratio(float log_prob, float old)
{
    float d = log_prob - old;
    return nn_expf(d > 80.0f ? 80.0f : d);
}

NN_CLONES static void policy_loss(const float *log_prob, const float *old, const float *advantage,
                                  float clip, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float r = ratio(log_prob[i], old[i]), a = advantage[i];
        float plain = -r * a, clipped = -(1.0f + bounded(r - 1.0f, clip)) * a;
        y[i] = plain > clipped ? plain : clipped;
    }
}

/* The clipped term has no slope where it is the larger one. */
NN_CLONES static void policy_slope(const float *log_prob, const float *old, const float *advantage,
                                   float clip, const float *g, float *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float r = ratio(log_prob[i], old[i]), a = advantage[i];
        float beyond = a > 0 ? r - 1.0f : 1.0f - r;
        to[i] -= beyond > clip ? 0.0f : g[i] * r * a;
    }
}

NN_CLONES static void value_loss(const float *value, const float *old, const float *returns,
                                 float clip, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float plain = value[i] - returns[i];
        float clipped = (old[i] - returns[i]) + bounded(value[i] - old[i], clip);
        plain *= plain;
        clipped *= clipped;
        y[i] = 0.5f * (plain > clipped ? plain : clipped);
    }
}

NN_CLONES static void value_slope(const float *value, const float *old, const float *returns,
                                  float clip, const float *g, float *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float plain = value[i] - returns[i], moved = value[i] - old[i];
        float clipped = (old[i] - returns[i]) + bounded(moved, clip);
        bool within = moved >= -clip && moved <= clip;
        to[i] += within || plain * plain > clipped * clipped ? g[i] * plain : 0.0f;
    }
}

enum ppo { PPO_POLICY, PPO_VALUE };
static const struct {
    const char *name;
    value_loop value;
    slope_loop slope;
} table[] = {
    [PPO_POLICY] = {"PPO policy loss", policy_loss, policy_slope},
    [PPO_VALUE] = {"PPO value loss", value_loss, value_slope},
};

static void ppo_forward(nn_node *n)
{
    table[n->u[0]].value(n->in[0]->pub.data, n->in[1]->pub.data, n->in[2]->pub.data, n->f[0],
                         n->out[0]->pub.data, n->out[0]->pub.size);
}

static void ppo_backward(nn_node *n)
{
    float *to = nn_grad(n, 0);
    (void)nn_grad(n, 1); /* nothing goes into the others */
    (void)nn_grad(n, 2);
    if (to)
        table[n->u[0]].slope(n->in[0]->pub.data, n->in[1]->pub.data, n->in[2]->pub.data, n->f[0],
                             n->out[0]->pub.grad, to, n->out[0]->pub.size);
}

static const nn_op ppo_op = {.name = "PPO loss", .forward = ppo_forward, .backward = ppo_backward};

static rlb_tensor *record(rlb_tape *t, enum ppo kind, rlb_tensor *x, rlb_tensor *old,
                          rlb_tensor *judge, float clip)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!(clip > 0))
        return nn_fail(t, "%s: clip must be above 0, not %g", table[kind].name, (double)clip);
    if (!nn_same_shape(x, old) || !nn_same_shape(x, judge))
        return nn_fail(t, "%s: %s, %s and %s must have one shape", table[kind].name,
                       nn_shape_text(x), nn_shape_text(old), nn_shape_text(judge));
    rlb_tensor *in[] = {x, old, judge};
    nn_node *n = nn_record(t, &ppo_op, 3, in);
    if (!n)
        return nn_nothing(t);
    n->u[0] = kind;
    n->f[0] = clip;
    return nn_output_like(n, x);
}

rlb_tensor *rlb_ppo_policy_loss(rlb_tape *t, rlb_tensor *log_prob, rlb_tensor *old_log_prob,
                                rlb_tensor *advantage, float clip)
{
    return record(t, PPO_POLICY, log_prob, old_log_prob, advantage, clip);
}

rlb_tensor *rlb_ppo_value_loss(rlb_tape *t, rlb_tensor *value, rlb_tensor *old_value,
                               rlb_tensor *returns, float clip)
{
    return record(t, PPO_VALUE, value, old_value, returns, clip);
}
