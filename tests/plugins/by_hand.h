/* Networks of one hidden layer computed by hand, in double precision, from the arrays that a run
 * hands out (rlb.results/1): what the plugins' own networks must say. */
#ifndef RLBENCH_TESTS_PLUGINS_BY_HAND_H
#define RLBENCH_TESTS_PLUGINS_BY_HAND_H

#include "plugins/fake_host.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HAND_MOST = 64 };

struct hand_layer {
    uint32_t in, out;
    float weight[HAND_MOST * HAND_MOST], bias[HAND_MOST]; /* weight: [in][out] */
};

struct hand_mlp {
    struct hand_layer layers[2];
    double (*activation)(double);
};

static inline double hand_relu(double x)
{
    return x > 0 ? x : 0;
}

/* Copies the parameters NAME_0_… and NAME_1_… as they are now. */
static inline struct hand_mlp hand_take(struct fake_run *r, const char *name,
                                        double (*activation)(double))
{
    struct hand_mlp m = {.activation = activation};
    for (int i = 0; i < 2; i++) {
        char full[64];
        snprintf(full, sizeof full, "%s_%d_weight", name, i);
        rlb_result w = fake_result(r, full);
        m.layers[i].in = (uint32_t)w.shape[0];
        m.layers[i].out = (uint32_t)w.shape[1];
        memcpy(m.layers[i].weight, w.data, w.shape[0] * w.shape[1] * sizeof(float));
        snprintf(full, sizeof full, "%s_%d_bias", name, i);
        memcpy(m.layers[i].bias, fake_result(r, full).data, w.shape[1] * sizeof(float));
    }
    return m;
}

static inline void hand_layer(const struct hand_layer *l, const double *x, double *y)
{
    for (uint32_t j = 0; j < l->out; j++) {
        y[j] = (double)l->bias[j];
        for (uint32_t i = 0; i < l->in; i++)
            y[j] += x[i] * (double)l->weight[i * l->out + j];
    }
}

/* y: [HAND_MOST] */
static inline void hand_forward(const struct hand_mlp *m, const double *x, double *y)
{
    double hidden[HAND_MOST];
    hand_layer(&m->layers[0], x, hidden);
    for (uint32_t j = 0; j < m->layers[0].out; j++)
        hidden[j] = m->activation(hidden[j]);
    hand_layer(&m->layers[1], hidden, y);
}

static inline void hand_forward_float(const struct hand_mlp *m, const float *x, double *y)
{
    double wide[HAND_MOST];
    for (uint32_t i = 0; i < m->layers[0].in; i++)
        wide[i] = (double)x[i];
    hand_forward(m, wide, y);
}

static inline uint32_t hand_best(const double *y, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (y[i] > y[best])
            best = i;
    return best;
}

/* The next chunk after one of what fake_save() wrote, and its length. */
static inline const void *hand_next_chunk(const void *chunk, size_t *n)
{
    const char *head = (const char *)chunk + *n;
    uint64_t length;
    memcpy(&length, head + sizeof(uint32_t), sizeof length);
    *n = length;
    return head + sizeof(uint32_t) + sizeof length;
}

/* The mean return of greedy episodes in a world of its own with one lane; the world limits them. */
static inline double hand_evaluate(struct fake_run *r, const char *env, uint64_t seed,
                                   uint32_t episodes)
{
    struct fake_run world;
    double sum = 0;
    if (fake_start_env(&world, env, "", 1, seed) != RLB_OK)
        return NAN;
    for (uint32_t n = 0; n < episodes;) {
        int32_t action;
        if (r->algo->act(r->self, world.world->batch->obs, 1, &action) != RLB_OK ||
            world.world->step(world.world, &action) != RLB_OK)
            break;
        sum += (double)world.world->batch->rewards[0];
        n += world.world->batch->terminated[0] || world.world->batch->truncated[0];
    }
    fake_finish(&world);
    return sum / episodes;
}

#endif
