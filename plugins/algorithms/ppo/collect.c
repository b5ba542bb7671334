/* The present policy: as the actor of a rollout, and when asked for its greedy actions. */
#include "ppo.h"

#include <string.h>

/* Normalised observations are cut here. */
#define MOST_SEEN 10.0

void ppo_see(const struct ppo *p, const float *obs, uint32_t n, float *out)
{
    if (p->normalizes_obs)
        rlb_moments_normalize(&p->obs_moments, obs, n, 1e-8, MOST_SEEN, out);
    else if (out != obs)
        memcpy(out, obs, (size_t)n * p->obs_width * sizeof *obs);
}

static const float *log_std_of(const struct ppo *p)
{
    return rlb_net_values(p->net) + rlb_net_param(p->net, p->log_std)->offset;
}

/* For exactly one observation per lane. */
static rlb_status collecting_act(void *self, const void *obs, uint32_t n, void *action,
                                 float *log_prob, float *value)
{
    struct ppo *p = self;
    struct look *l = &p->acting;
    ppo_see(p, obs, n, l->obs->data);
    rlb_forward(l->tape);
    memcpy(value, l->value->data, n * sizeof *value);
    if (p->discrete)
        rlb_categorical_sample(&p->act_rng, l->policy->data, NULL, n, p->policy_width, action,
                               log_prob);
    else
        rlb_gaussian_sample(&p->act_rng, l->policy->data, log_std_of(p), 1, n, p->act_width, action,
                            log_prob);
    return RLB_OK;
}

static rlb_status collecting_value(void *self, const void *obs, uint32_t n, float *value)
{
    ppo_ask(self, obs, n, NULL, value);
    return RLB_OK;
}

rlb_actor ppo_actor(struct ppo *p)
{
    return (rlb_actor){.self = p, .act = collecting_act, .value = collecting_value};
}

/* Continuous actions within the bounds of the world. */
static void greedy(const struct ppo *p, const struct look *l, uint32_t rows, void *actions)
{
    if (p->discrete) {
        rlb_categorical_greedy(l->policy->data, NULL, rows, p->policy_width, actions);
        return;
    }
    float low = (float)p->env->act.low, high = (float)p->env->act.high, *out = actions;
    for (size_t i = 0; i < (size_t)rows * p->act_width; i++) {
        float mean = l->policy->data[i];
        out[i] = mean < low ? low : mean > high ? high : mean;
    }
}

void ppo_ask(struct ppo *p, const float *obs, uint32_t n, void *actions, float *values)
{
    struct look *l = &p->asked;
    for (size_t from = 0; from < n; from += ASKED_ROWS) {
        uint32_t rows = n - from < ASKED_ROWS ? (uint32_t)(n - from) : ASKED_ROWS;
        ppo_see(p, obs + from * p->obs_width, rows, l->obs->data);
        rlb_forward(l->tape);
        if (actions)
            greedy(p, l, rows, (char *)actions + from * p->act_width * sizeof(float));
        if (values)
            memcpy(values + from, l->value->data, rows * sizeof *values);
    }
}
