/* What a rollout teaches: advantages, then several passes in shuffled minibatches. */
#include "ppo.h"

#include <math.h>
#include <string.h>

double ppo_rate(const struct ppo *p)
{
    if (!p->anneal || p->total_steps == 0)
        return p->learning_rate;
    uint64_t begun = p->steps - (uint64_t)p->rollout.at * p->num_lanes;
    return p->learning_rate * fmax(0, 1 - (double)begun / (double)p->total_steps);
}

static void shuffle(struct ppo *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        p->order[i] = i;
    for (uint32_t i = n - 1; i > 0; i--) {
        uint32_t j = rlb_rng_below(&p->shuffle_rng, i + 1), other = p->order[j];
        p->order[j] = p->order[i];
        p->order[i] = other;
    }
}

static void gather(struct ppo *p, const uint32_t *order)
{
    struct learning *l = &p->learning;
    const rlb_rollout *r = &p->rollout;
    const float *obs = r->obs;
    size_t width = p->obs_width, bytes = r->act_bytes;
    char *action = p->discrete ? (char *)l->action->index : (char *)l->action->data;
    for (uint32_t i = 0; i < p->minibatch; i++) {
        size_t from = order[i];
        memcpy(l->obs->data + i * width, obs + from * width, width * sizeof *obs);
        memcpy(action + i * bytes, (const char *)r->action + from * bytes, bytes);
        l->old_log_prob->data[i] = r->log_prob[from];
        l->old_value->data[i] = r->value[from];
        l->advantage->data[i] = p->advantage[from];
        l->returns->data[i] = p->returns[from];
    }
    ppo_see(p, l->obs->data, p->minibatch, l->obs->data);
    if (p->normalizes_advantages)
        rlb_standardize(l->advantage->data, p->minibatch);
    l->entropy_weight->data[0] = (float)p->entropy_weight;
}

/* How far the policy has moved, by Schulman's estimate: the mean of (r - 1) - log r. */
static double divergence(const struct ppo *p, double *clipped)
{
    const struct learning *l = &p->learning;
    double sum = 0;
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < p->minibatch; i++) {
        double log_ratio = (double)l->log_prob->data[i] - (double)l->old_log_prob->data[i];
        sum += expm1(log_ratio) - log_ratio;
        beyond += fabs(expm1(log_ratio)) > p->clip;
    }
    *clipped = (double)beyond / p->minibatch;
    return sum / p->minibatch;
}

/* One minibatch; returns the divergence. */
static double update(struct ppo *p, const uint32_t *order)
{
    struct learning *l = &p->learning;
    const rlb_host *host = p->host;
    gather(p, order);
    rlb_forward(l->tape);
    rlb_backward(l->tape);
    rlb_optimizer_set_rate(l->optimizer, (float)ppo_rate(p));
    double norm = rlb_optimizer_step(l->optimizer), clipped, kl = divergence(p, &clipped);
    host->metric(host, M_POLICY_LOSS, (double)l->policy_loss->data[0]);
    host->metric(host, M_VALUE_LOSS, (double)l->value_loss->data[0]);
    host->metric(host, M_ENTROPY, (double)l->entropy->data[0]);
    host->metric(host, M_KL, kl);
    host->metric(host, M_CLIPPED, clipped);
    host->metric(host, M_GRAD_NORM, norm);
    return kl;
}

/* By the deviation of the discounted return so far, cut at 10. */
static void scale_rewards(struct ppo *p)
{
    const rlb_rollout *r = &p->rollout;
    size_t lanes = r->num_streams;
    for (size_t t = 0; t < r->num_steps; t++) {
        float *out = p->reward + t * lanes;
        rlb_reward_scale_step(&p->reward_scale, r->reward + t * lanes, r->terminated + t * lanes,
                              r->truncated + t * lanes, out);
        for (size_t lane = 0; lane < lanes; lane++)
            out[lane] = fminf(fmaxf(out[lane], -10), 10);
    }
}

/* Advantages and returns of the rollout, with rewards as learning sees them. */
static void judge(struct ppo *p)
{
    const rlb_rollout *r = &p->rollout;
    rlb_steps steps = rlb_rollout_steps(r);
    size_t n = (size_t)r->num_steps * r->num_streams;
    if (p->normalizes_rewards) {
        scale_rewards(p);
        steps.reward = p->reward;
    }
    rlb_gae(&steps, p->discount, p->gae_lambda, p->advantage);
    for (size_t i = 0; i < n; i++)
        p->returns[i] = p->advantage[i] + r->value[i];
    p->host->metric(p->host, M_EXPLAINED, rlb_explained_variance(p->returns, r->value, n));
}

void ppo_learn(struct ppo *p)
{
    uint32_t n = p->rollout.num_steps * p->rollout.num_streams;
    judge(p);
    for (uint32_t epoch = 0; epoch < p->epochs; epoch++) {
        double kl = 0;
        shuffle(p, n);
        for (uint32_t m = 0; m < p->minibatches; m++)
            kl = update(p, p->order + (size_t)m * p->minibatch);
        if (p->target_kl > 0 && kl > p->target_kl)
            break;
    }
    /* Only now, so that the policy saw one rollout and learns from it through the same glasses. */
    if (p->normalizes_obs)
        rlb_moments_add(&p->obs_moments, p->rollout.obs, n);
    p->rollout.at = 0;
}
