/* What is reported at every logging point. */
#include "fed.h"

#include <math.h>
#include <string.h>

enum { MAX_RETURN_WORK = 10 * 1000 * 1000 };

static void tell(const struct fed *f, uint32_t metric, double value)
{
    f->host->metric(f->host, metric, value);
}

/* In the order of slots. */
static double total(const struct fed *f, const double *of_agents)
{
    double sum = 0;
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        sum += of_agents[slot];
    return sum;
}

static void measure_window(struct fed *f)
{
    struct sums *w = &f->sums;
    if (w->agent_steps) {
        tell(f, M_TD_ERROR, total(f, f->td_errors) / (double)w->agent_steps);
        tell(f, M_REWARD_RATE, total(f, f->rewards) / (double)w->agent_steps);
    }
    w->agent_steps = 0;
    memset(f->td_errors, 0, f->num_agents * sizeof *f->td_errors);
    memset(f->rewards, 0, f->num_agents * sizeof *f->rewards);
    if (f->num_agents > 1) {
        fed_average(f);
        tell(f, M_DRIFT, w->since == 0 && w->rounds ? w->drift : fed_spread(f));
        tell(f, M_ROUNDS, (double)w->rounds);
        tell(f, M_BYTES, (double)w->rounds * 2 * 8 * f->d * f->num_agents);
    }
}

static void measure_errors(struct fed *f)
{
    double star, local;
    fed_errors(f, &star, &local);
    tell(f, M_MSE_STAR, star);
    tell(f, M_N_MSE, star * f->num_agents);
    tell(f, M_MSE_LOCAL, local);
    tell(f, M_MSE_AVGENV, fed_sqdist(f->mean, f->theta_avg, f->d));
    tell(f, M_MSE_FIRST, fed_sqdist(f->mean, f->theta_kinds, f->d));
    if (f->sums.average_weight > 0)
        tell(f, M_MSE_AVERAGE, fed_sqdist(f->average, f->theta_star, f->d));
    if (f->sums.samples && f->sums.steps == f->total_steps) {
        tell(f, M_PLATEAU, f->sums.plateau);
        tell(f, M_PLATEAU_LOCAL, f->sums.plateau_local);
    }
}

static void measure_predictions(struct fed *f)
{
    bool averages = f->mode == MODE_FEDERATED;
    if (averages && isfinite(f->bias_per_step) && f->schedule == SCHEDULE_CONSTANT) {
        double steps = f->live.control_variates ? 0 : (double)(f->live.local_steps - 1);
        double shift = f->live.step_size * steps;
        tell(f, M_BIAS_PRED, f->bias_per_step * shift * shift);
    }
    if ((averages || f->mode == MODE_SINGLE) && isfinite(f->noise_floor))
        tell(f, M_NOISE_FLOOR, f->noise_floor);
    if (!f->sums.told_once) {
        tell(f, M_EPS_KERNEL, f->eps_kernel);
        tell(f, M_EPS_REWARD, f->eps_reward);
        f->sums.told_once = 1;
    }
}

/* Of the policy of the averaged parameter. */
static void measure_policy(struct fed *f)
{
    struct exact *x = &f->exact;
    double entropy = 0, distance = 0;
    exact_set_theta(x, f->mean);
    for (uint32_t pair = 0; pair < f->S * f->A; pair++) {
        entropy -= x->pi[pair] > 0 ? x->pi[pair] * log(x->pi[pair]) : 0;
        distance += fabs(x->pi[pair] - f->pi_star[pair]) / 2;
    }
    tell(f, M_POLICY_ENTROPY, entropy / f->S);
    if (f->has_truth)
        tell(f, M_POLICY_TV, distance / f->S);
}

static void measure_returns(struct fed *f)
{
    double work = 0, value = 0, rate = 0;
    for (uint32_t k = 0; k < f->num_kinds; k++)
        work += (double)f->S * f->S * f->S + 2.0 * f->S * f->A * f->exact.models[k]->max_outcomes;
    if (work > MAX_RETURN_WORK)
        return;
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        double value_k, rate_k;
        if (exact_return(&f->exact, k, f->mean, &value_k, &rate_k) != RLB_OK)
            return;
        value += f->shares[k] * value_k;
        rate += f->shares[k] * rate_k;
    }
    tell(f, M_VALUE, value);
    tell(f, M_REWARD_RATE_EXACT, rate);
}

rlb_status fed_measure(void *self)
{
    struct fed *f = self;
    measure_window(f);
    if (f->has_truth) {
        measure_errors(f);
        measure_predictions(f);
    }
    if (f->has_exact) {
        fed_average(f);
        measure_policy(f);
        measure_returns(f);
    }
    return RLB_OK;
}
