/* Acting: epsilon-greedy while learning, greedy when asked. */
#include "dqn.h"

#include <string.h>

double dqn_epsilon(const struct dqn *d)
{
    if (d->steps >= d->epsilon_steps)
        return d->epsilon_final;
    return d->epsilon +
           (d->epsilon_final - d->epsilon) * (double)d->steps / (double)d->epsilon_steps;
}

/* Normalised observations are cut here. */
#define MOST_SEEN 10.0

void dqn_see(const struct dqn *d, float *obs, uint32_t n)
{
    if (d->normalizes_obs)
        rlb_moments_normalize(&d->obs_moments, obs, n, 1e-8, MOST_SEEN, obs);
}

uint32_t dqn_best(const float *values, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t a = 1; a < n; a++)
        if (values[a] > values[best])
            best = a;
    return best;
}

/* A random action for the lanes that explore now, -1 for the others; how many the others are. */
static uint32_t explore(struct dqn *d)
{
    double epsilon = dqn_epsilon(d);
    uint32_t others = 0;
    for (uint32_t lane = 0; lane < d->num_lanes; lane++) {
        rlb_rng *rng = &d->rng[lane];
        bool random = rlb_rng_uniform(rng) < epsilon;
        d->action[lane] = random ? (int32_t)rlb_rng_below(rng, d->num_actions) : -1;
        others += !random;
    }
    return others;
}

/* Epsilon-greedy actions for what the lanes see, kept in d->before. The network is asked only when
 * somebody listens. */
static void choose(struct dqn *d)
{
    struct look *l = &d->acting;
    memcpy(d->before, d->env->batch->obs, l->obs->size * sizeof(float));
    if (d->normalizes_obs)
        rlb_moments_add(&d->obs_moments, d->before, d->num_lanes);
    if (explore(d) == 0)
        return;
    memcpy(l->obs->data, d->before, l->obs->size * sizeof(float));
    dqn_see(d, l->obs->data, d->num_lanes);
    rlb_forward(l->tape);
    for (uint32_t lane = 0; lane < d->num_lanes; lane++)
        if (d->action[lane] < 0)
            d->action[lane] =
                (int32_t)dqn_best(l->values->data + (size_t)lane * d->num_actions, d->num_actions);
}

rlb_status dqn_interact(struct dqn *d)
{
    const rlb_batch *b = d->env->batch;
    choose(d);
    rlb_status status = d->env->step(d->env, d->action);
    if (status != RLB_OK)
        return status;
    rlb_next_obs(d->env, d->acting.obs->data);
    const void *rows[NUM_COLUMNS] = {[COL_OBS] = d->before,
                                     [COL_ACTION] = d->action,
                                     [COL_REWARD] = b->rewards,
                                     [COL_NEXT] = d->acting.obs->data,
                                     [COL_TERMINATED] = b->terminated,
                                     [COL_TRUNCATED] = b->truncated};
    rlb_replay_push(&d->replay, rows);
    uint64_t newest = rlb_replay_newest(&d->replay);
    for (uint32_t lane = 0; d->priority_exponent > 0 && lane < d->num_lanes; lane++)
        rlb_priority_add(&d->priority, newest + lane);
    return RLB_OK;
}

void dqn_ask(struct dqn *d, const float *obs, uint32_t n, int32_t *actions, float *values)
{
    struct look *l = &d->asked;
    size_t A = d->num_actions, width = d->obs_width;
    for (uint32_t from = 0; from < n; from += ASKED_ROWS) {
        uint32_t rows = n - from < ASKED_ROWS ? n - from : ASKED_ROWS;
        memcpy(l->obs->data, obs + from * width, rows * width * sizeof *obs);
        dqn_see(d, l->obs->data, rows);
        rlb_forward(l->tape);
        for (uint32_t i = 0; i < rows; i++) {
            const float *q = l->values->data + i * A;
            uint32_t best = dqn_best(q, d->num_actions);
            if (actions)
                actions[from + i] = (int32_t)best;
            if (values)
                values[from + i] = q[best];
        }
    }
}
