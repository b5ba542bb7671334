/* One local step of every agent: the inner loop. */
#include "fed.h"

#include <math.h>

/* What the environment answered to the agents of a group. */
struct answer {
    const int32_t *state, *final_state;
    const float *reward;
    const uint8_t *terminated, *truncated;
};

static void action_values(const struct fed *f, const double *theta, uint32_t s, double *q)
{
    for (uint32_t a = 0; a < f->A; a++)
        q[a] = features_dot(&f->phi, s * f->A + a, theta);
}

/* Draws an action in s by the policy of theta, its probabilities left in f->probs, values in f->q.
 */
static uint32_t draw(struct fed *f, const double *theta, uint32_t s, rlb_rng *rng)
{
    action_values(f, theta, s, f->q);
    policy_probs(&f->policy, f->q, f->A, f->probs);
    return rlb_rng_choice(rng, f->probs, f->A);
}

/* Value of the next state for the target, after draw(). */
static double target_value(const struct fed *f, uint32_t action)
{
    double sum = 0;
    switch (f->target) {
    case TARGET_SARSA: return f->q[action];
    case TARGET_MAX: return f->q[policy_best(f->q, f->A)];
    default:
        for (uint32_t a = 0; a < f->A; a++)
            sum += f->probs[a] * f->q[a];
        return sum;
    }
}

/* The general step of one agent: any features, policy and target, ends of episodes. a' is drawn
 * from the parameter before the update and is the next action. */
static double learn(struct fed *f, uint32_t slot, const struct answer *w, uint32_t i, double alpha)
{
    double *theta = fed_theta(f, slot), next = 0;
    uint32_t pair = (uint32_t)(f->state[slot] * (int32_t)f->A + f->action[slot]);
    if (w->truncated[i]) /* the world goes on without us: its value counts */
        next = target_value(f, draw(f, theta, (uint32_t)w->final_state[i], &f->rng[slot]));
    uint32_t action = draw(f, theta, (uint32_t)w->state[i], &f->rng[slot]);
    if (!w->truncated[i] && !w->terminated[i])
        next = target_value(f, action);
    double delta = (double)w->reward[i] + f->discount * next - features_dot(&f->phi, pair, theta);
    features_add(&f->phi, pair, alpha * delta, theta);
    f->state[slot] = w->state[i];
    f->action[slot] = (int32_t)action;
    return fabs(delta);
}

/* The same for a table, softmax and SARSA's target within an episode, where almost all time goes.
 */
static inline double learn_table(struct fed *f, uint32_t slot, const struct answer *w, uint32_t i,
                                 double alpha, double inverse_temperature, double *weight)
{
    double *theta = fed_theta(f, slot);
    uint32_t A = f->A, action = 0;
    const double *q = theta + (size_t)w->state[i] * A;
    double top = q[0], sum = 0;
    for (uint32_t a = 1; a < A; a++)
        top = q[a] > top ? q[a] : top;
    for (uint32_t a = 0; a < A; a++)
        sum += weight[a] = exp((q[a] - top) * inverse_temperature);
    double u = rlb_rng_uniform(&f->rng[slot]) * sum;
    while (action + 1 < A && u >= weight[action])
        u -= weight[action++];
    double *value = theta + (size_t)f->state[slot] * A + (uint32_t)f->action[slot];
    double delta = (double)w->reward[i] + f->discount * q[action] - *value;
    *value += alpha * delta;
    f->state[slot] = w->state[i];
    f->action[slot] = (int32_t)action;
    return fabs(delta);
}

static void subtract_control(struct fed *f, uint32_t slot, double alpha)
{
    double *theta = fed_theta(f, slot);
    const double *control = f->control + (size_t)slot * f->stride;
    for (uint32_t i = 0; i < f->stride; i++)
        theta[i] -= alpha * control[i];
}

static void project(struct fed *f, uint32_t slot)
{
    double *theta = fed_theta(f, slot), square = 0;
    for (uint32_t i = 0; i < f->d; i++)
        square += theta[i] * theta[i];
    if (square <= f->projection * f->projection)
        return;
    double scale = f->projection / sqrt(square);
    for (uint32_t i = 0; i < f->d; i++)
        theta[i] *= scale;
}

static void warn_truncation(struct fed *f)
{
    if (!f->sums.warned)
        f->host->log(f->host, RLB_LOG_WARN,
                     "a time limit cuts episodes here; the exact references are those of the "
                     "problem without it");
    f->sums.warned = 1;
}

static void learn_group(struct fed *f, uint32_t k, const struct answer *w, double alpha)
{
    const struct group *g = &f->groups[k];
    bool table = f->phi.tabular && f->policy.kind == POLICY_SOFTMAX && f->target == TARGET_SARSA;
    double inverse_temperature = 1 / f->policy.temperature, errors = 0, rewards = 0;
    uint64_t *visits = f->visits + (size_t)k * f->S;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t slot = g->first + i;
        visits[w->state[i]]++;
        rewards += (double)w->reward[i];
        if (table && !(w->terminated[i] | w->truncated[i]))
            errors += learn_table(f, slot, w, i, alpha, inverse_temperature, f->probs);
        else
            errors += learn(f, slot, w, i, alpha);
        if (w->truncated[i])
            warn_truncation(f);
    }
    if (f->live.control_variates)
        for (uint32_t i = 0; i < g->count; i++)
            subtract_control(f, g->first + i, alpha);
    if (f->projection > 0)
        for (uint32_t i = 0; i < g->count; i++)
            project(f, g->first + i);
    f->sums.td_error += errors;
    f->sums.rewards += rewards;
}

static rlb_status step_groups(struct fed *f, double alpha)
{
    if (f->mode == MODE_AVERAGED_ENVIRONMENT) {
        const struct averaged *w = &f->averaged;
        fed_averaged_step(f);
        for (uint32_t k = 0; k < f->num_kinds; k++) {
            uint32_t first = f->groups[k].first;
            struct answer answer = {.state = w->state + first,
                                    .reward = w->reward + first,
                                    .terminated = w->ended + first,
                                    .truncated = w->ended + f->num_agents};
            learn_group(f, k, &answer, alpha);
        }
        return RLB_OK;
    }
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        const struct group *g = &f->groups[k];
        rlb_status status = g->venv->step(g->venv, f->action + g->first);
        if (status != RLB_OK)
            return status;
        struct answer answer = {.state = g->batch->obs,
                                .final_state = g->batch->final_obs,
                                .reward = g->batch->rewards,
                                .terminated = g->batch->terminated,
                                .truncated = g->batch->truncated};
        learn_group(f, k, &answer, alpha);
    }
    return RLB_OK;
}

/* Step size of the step after `t` done. */
static double step_size(const struct fed *f, uint64_t t)
{
    double first = f->live.step_size, a, tenths;
    switch (f->schedule) {
    case SCHEDULE_SQRT: return first / sqrt((double)t + 1);
    case SCHEDULE_LINEAR: a = 1 / first - 1; return first * (1 + a) / (1 + a + (double)t);
    case SCHEDULE_PIECEWISE: /* down to 1e-5 in equal parts of the budget */
        tenths = log10(first) + 5;
        return tenths <= 1 ? first
                           : first / pow(10, floor((double)t * tenths / (double)f->total_steps));
    default: return first;
    }
}

static bool round_due(const struct fed *f)
{
    switch (f->mode) {
    case MODE_FEDERATED:
    case MODE_AVERAGED_ENVIRONMENT: return f->sums.since >= f->live.local_steps;
    case MODE_ONE_SHOT: return f->sums.steps == f->total_steps;
    default: return false;
    }
}

static void sample_plateau(struct fed *f)
{
    double star, local;
    fed_errors(f, &star, &local);
    f->sums.samples++;
    f->sums.plateau += (star - f->sums.plateau) / (double)f->sums.samples;
    f->sums.plateau_local += (local - f->sums.plateau_local) / (double)f->sums.samples;
}

rlb_status fed_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct fed *f = self;
    double alpha = f->live.step_size;
    for (uint64_t n = 0; n < budget->max_steps; n++) {
        if (f->schedule != SCHEDULE_CONSTANT)
            alpha = step_size(f, f->sums.steps);
        rlb_status status = step_groups(f, alpha);
        if (status != RLB_OK)
            return status;
        f->sums.steps++;
        f->sums.since++;
        f->sums.step_sizes += alpha;
        f->sums.agent_steps += f->num_agents;
        ++*done;
        if (round_due(f))
            fed_round(f);
        if (f->sums.steps > f->sample_from && f->has_truth &&
            (f->sums.steps - f->sample_from) % f->sample_every == 0)
            sample_plateau(f);
    }
    return RLB_OK;
}

void fed_first_actions(struct fed *f)
{
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        f->action[slot] =
            (int32_t)draw(f, fed_theta(f, slot), (uint32_t)f->state[slot], &f->rng[slot]);
}
