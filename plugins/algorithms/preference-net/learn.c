/* The steps: pretraining of the reference, StackelbergGDA, and the rivals. */
#include "net.h"

#include <string.h>

double net_prefer(const struct net *n, uint32_t b, const int32_t *y, const int32_t *z)
{
    return n->table->prefer(n->self, (uint32_t)n->prompts[b], y + (size_t)b * n->L,
                            z + (size_t)b * n->L);
}

void net_prompts(struct net *n, rlb_rng *rng)
{
    for (uint32_t b = 0; b < n->B; b++) {
        double u = rlb_rng_uniform(rng);
        uint32_t x = 0;
        for (; x + 1 < n->X && u >= n->table->weight(n->self, x); x++)
            u -= n->table->weight(n->self, x);
        n->prompts[b] = (int32_t)x;
    }
}

static rlb_status improve(struct net *n, struct speaker *s, rlb_optimizer *o, uint32_t metric)
{
    rlb_forward(s->tape);
    rlb_backward(s->tape);
    double norm = rlb_optimizer_step(o);
    if (metric < NUM_METRICS)
        n->host->metric(n->host, metric, norm);
    return isfinite(norm) ? RLB_OK
                          : n->host->fail(n->host, RLB_E_NUMERIC, "the gradient is not finite");
}

/* Cross-entropy on uniform strings, and on noisy copies of what a Follower sees. */
rlb_status net_pretrain(struct net *n)
{
    struct speaker *s = &n->reference;
    size_t tokens = (size_t)n->B * n->L;
    net_prompts(n, &n->rng);
    for (size_t i = 0; i < tokens; i++) {
        int32_t *y = n->said[LEADER], *z = n->said[FOLLOWER];
        y[i] = (int32_t)rlb_rng_below(&n->rng, n->V);
        z[i] = rlb_rng_uniform(&n->rng) < n->keep ? y[i] : (int32_t)rlb_rng_below(&n->rng, n->V);
    }
    speaker_put(s, LEADER, n->prompts, NULL, n->said[LEADER]);
    speaker_put(s, FOLLOWER, n->prompts, n->said[LEADER], n->said[FOLLOWER]);
    for (uint32_t b = 0; b < n->B; b++)
        for (uint32_t t = 0; t < n->L; t++)
            *speaker_weight(s, LEADER, b, t) = *speaker_weight(s, FOLLOWER, b, t) =
                0.5f / (float)tokens;
    rlb_status status = improve(n, s, n->pretrain, NUM_METRICS);
    n->host->metric(n->host, M_PRETRAIN, (double)s->loss->data[0]);
    return status;
}

void net_adopt(struct net *n)
{
    struct speaker *all[] = {&n->leader, &n->own_follower, &n->nash, &n->rloo};
    for (int i = 0; i < 4; i++)
        if (all[i]->net)
            rlb_net_copy(all[i]->net, n->reference.net);
}

static double kl_cost(uint32_t estimator, double log_ratio)
{
    double l = fmin(40, fmax(-40, log_ratio));
    return estimator == KL_K1 ? -l : estimator == KL_K2 ? l * l / 2 : exp(l) - 1 - l;
}

/* The reference's log p of the batch. A Follower's may be judged as if it had seen nothing. */
static void ask_reference(struct net *n, bool both)
{
    struct speaker *r = &n->reference;
    if (both && !n->standard_kl) { /* its own responses as answers to the prompt; kept below */
        speaker_put(r, LEADER, n->prompts, NULL, n->said[FOLLOWER]);
        rlb_forward(r->tape);
        for (uint32_t b = 0; b < n->B; b++)
            for (uint32_t t = 0; t < n->L; t++)
                *speaker_weight(r, FOLLOWER, b, t) = (float)speaker_log_p(r, LEADER, b, t);
    }
    speaker_put(r, LEADER, n->prompts, NULL, n->said[LEADER]);
    if (both)
        speaker_put(r, FOLLOWER, n->prompts, n->said[LEADER], n->said[FOLLOWER]);
    rlb_forward(r->tape);
}

static double log_reference(struct net *n, enum role role, uint32_t b, uint32_t t)
{
    if (role == FOLLOWER && !n->standard_kl)
        return (double)*speaker_weight(&n->reference, FOLLOWER, b, t);
    return speaker_log_p(&n->reference, role, b, t);
}

static double score_of(const struct net *n, enum role role, uint32_t b)
{
    return role == LEADER ? n->win[b] : 1 - n->win[b];
}

/* Weights of one role: scale / B (score - baseline - tau k_t), of the costs -log p. */
static void weigh(struct net *n, struct speaker *s, enum role role, double scale)
{
    double sum = 0, loss = 0, kl = 0, entropy = 0, mean = 0;
    for (uint32_t b = 0; b < n->B; b++)
        sum += score_of(n, role, b);
    for (uint32_t b = 0; b < n->B; b++) {
        double score = score_of(n, role, b), later = 0;
        double centred =
            score - (n->rloo_baseline ? (sum - score) / fmax(n->B - 1.0, 1) : n->baseline);
        mean += score / n->B;
        for (uint32_t t = n->L; t-- > 0;) {
            double log_p = n->log_p[role][(size_t)b * n->L + t];
            double ratio = log_reference(n, role, b, t) - log_p;
            double k = kl_cost(n->kl_estimator, ratio);
            later = n->kl_return_to_go ? later + k : k;
            double weight = (centred - n->tau * later) / n->B;
            *speaker_weight(s, role, b, t) = (float)(scale * weight);
            loss -= weight * log_p;
            kl -= ratio / n->B;
            entropy -= log_p / n->B;
        }
    }
    n->host->metric(n->host, M_LOSS + role, loss);
    n->host->metric(n->host, M_SCORE + role, mean);
    n->host->metric(n->host, M_KL + role, kl);
    n->host->metric(n->host, M_ENTROPY + role, entropy);
}

rlb_status net_duel(struct net *n)
{
    uint64_t m = n->leader_every, learned = n->steps - n->pretrain_steps;
    bool leads = m == 1 || (learned + 1) % m == 0, follows = m == 1 || !leads;
    struct speaker *leader = &n->leader, *follower = n->follower;
    double mean = 0;
    net_prompts(n, &n->rng);
    speaker_draw(leader, NULL, 0, n->prompts, NULL, &n->rng, n->said[LEADER], n->log_p[LEADER]);
    speaker_draw(follower, NULL, 0, n->prompts, n->said[LEADER], &n->rng, n->said[FOLLOWER],
                 n->log_p[FOLLOWER]);
    for (uint32_t b = 0; b < n->B; b++) {
        double win = net_prefer(n, b, n->said[LEADER], n->said[FOLLOWER]);
        n->win[b] = n->bernoulli ? rlb_rng_uniform(&n->rng) < win : win;
        mean += n->win[b] / n->B;
    }
    n->host->metric(n->host, M_PREF, mean);
    ask_reference(n, true);
    speaker_put(leader, LEADER, n->prompts, NULL, n->said[LEADER]);
    speaker_put(follower, FOLLOWER, n->prompts, n->said[LEADER], n->said[FOLLOWER]);
    weigh(n, leader, LEADER, leads);
    weigh(n, follower, FOLLOWER, follows ? (n->separate ? 1 : n->follower_weight) : 0);
    rlb_status status = RLB_OK;
    if (!n->separate || leads)
        status = improve(n, leader, n->leader_opt, M_NORM);
    if (status == RLB_OK && n->separate && follows)
        status = improve(n, follower, n->follower_opt, M_NORM_FOLLOWER);
    return status;
}

/* Against pi^(1 - mixture) ref^mixture: (P - 1/2 - tau k1_t) log pi. */
rlb_status net_nash(struct net *n)
{
    struct speaker *s = &n->nash;
    net_prompts(n, &n->rng);
    speaker_draw(s, &n->reference, n->mixture, n->prompts, NULL, &n->rng, n->said[FOLLOWER], NULL);
    speaker_draw(s, NULL, 0, n->prompts, NULL, &n->rng, n->said[LEADER], n->log_p[LEADER]);
    ask_reference(n, false);
    speaker_put(s, LEADER, n->prompts, NULL, n->said[LEADER]);
    for (uint32_t b = 0; b < n->B; b++) {
        double win = net_prefer(n, b, n->said[LEADER], n->said[FOLLOWER]);
        for (uint32_t t = 0; t < n->L; t++) {
            double ratio =
                n->log_p[LEADER][(size_t)b * n->L + t] - speaker_log_p(&n->reference, LEADER, b, t);
            *speaker_weight(s, LEADER, b, t) = (float)((win - 0.5 - n->tau * ratio) / n->B);
        }
    }
    return improve(n, s, n->nash_opt, NUM_METRICS);
}

static double mean_attribute(const struct net *n, uint32_t b)
{
    double score[64], sum = 0;
    n->table->attributes(n->self, (uint32_t)n->prompts[b], n->said[LEADER] + (size_t)b * n->L,
                         score);
    for (uint32_t k = 0; k < n->K; k++)
        sum += score[k] / n->K;
    return sum;
}

/* Groups of responses to one prompt; the mean of the attributes is the reward. */
rlb_status net_rloo(struct net *n)
{
    struct speaker *s = &n->rloo;
    uint32_t k = n->group;
    net_prompts(n, &n->rng);
    for (uint32_t b = 0; b < n->B; b++)
        n->prompts[b] = n->prompts[b - b % k];
    speaker_draw(s, NULL, 0, n->prompts, NULL, &n->rng, n->said[LEADER], n->log_p[LEADER]);
    ask_reference(n, false);
    speaker_put(s, LEADER, n->prompts, NULL, n->said[LEADER]);
    for (uint32_t first = 0; first < n->B; first += k) {
        double sum = 0;
        for (uint32_t b = first; b < first + k; b++) {
            n->win[b] = mean_attribute(n, b);
            for (uint32_t t = 0; t < n->L; t++)
                n->win[b] -= n->tau * (n->log_p[LEADER][(size_t)b * n->L + t] -
                                       speaker_log_p(&n->reference, LEADER, b, t));
            sum += n->win[b];
        }
        for (uint32_t b = first; b < first + k; b++)
            for (uint32_t t = 0; t < n->L; t++)
                *speaker_weight(s, LEADER, b, t) =
                    (float)((n->win[b] - (sum - n->win[b]) / (k - 1)) / n->B);
    }
    return improve(n, s, n->rloo_opt, NUM_METRICS);
}
