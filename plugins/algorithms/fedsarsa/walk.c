/* One local step of every agent: the inner loop. */
#include "fed.h"

#include <math.h>

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
static void learn(struct fed *f, uint32_t slot, const struct answer *w, uint32_t i, double alpha)
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
    f->td_errors[slot] += fabs(delta);
}

/* What the inner loop needs of struct fed, gathered once a slice. */
struct walk {
    double *theta, *weight, *td_errors;
    int32_t *state, *action;
    rlb_rng *rng;
    size_t stride;
    double alpha, discount, inverse_temperature;
    uint32_t table; /* number of actions where learn_table() applies, else 0 */
};

static struct walk make_walk(const struct fed *f)
{
    bool table = f->phi.tabular && f->policy.kind == POLICY_SOFTMAX && f->target == TARGET_SARSA;
    return (struct walk){.theta = f->theta,
                         .weight = f->probs,
                         .td_errors = f->td_errors,
                         .state = f->state,
                         .action = f->action,
                         .rng = f->rng,
                         .stride = f->stride,
                         .alpha = f->live.step_size,
                         .discount = f->discount,
                         .inverse_temperature = 1 / f->policy.temperature,
                         .table = table ? f->A : 0};
}

/* The same for a table, softmax and SARSA's target within an episode, where almost all time goes.
 * A is a constant at every call that matters, so that the loops over actions unroll. */
static inline __attribute__((always_inline)) void
learn_table(const struct walk *t, size_t slot, int32_t next, double reward, uint32_t A)
{
    double *theta = t->theta + slot * t->stride, *weight = t->weight;
    const double *q = theta + (size_t)next * A;
    double top = q[0], sum = 0;
    uint32_t action = 0;
    for (uint32_t a = 1; a < A; a++)
        top = q[a] > top ? q[a] : top;
    for (uint32_t a = 0; a < A; a++)
        sum += weight[a] = exp((q[a] - top) * t->inverse_temperature);
    double u = rlb_rng_uniform(&t->rng[slot]) * sum;
    while (action + 1 < A && u >= weight[action])
        u -= weight[action++];
    double *value = theta + (size_t)t->state[slot] * A + (uint32_t)t->action[slot];
    double delta = reward + t->discount * q[action] - *value;
    *value += t->alpha * delta;
    t->state[slot] = next;
    t->action[slot] = (int32_t)action;
    t->td_errors[slot] += fabs(delta);
}

static inline __attribute__((always_inline)) void
learn_table_group(struct fed *f, const struct walk *t, const struct group *g, uint32_t A)
{
    const struct answer *w = &g->answer;
    for (uint32_t i = g->own; i < g->own_end; i++) {
        size_t slot = g->first + i;
        if (w->terminated[i] | w->truncated[i])
            learn(f, (uint32_t)slot, w, i, t->alpha);
        else
            learn_table(t, slot, w->state[i], (double)w->reward[i], A);
    }
}

static void learn_agents(struct fed *f, const struct walk *t, const struct group *g)
{
    switch (t->table) {
    case 0:
        for (uint32_t i = g->own; i < g->own_end; i++)
            learn(f, g->first + i, &g->answer, i, t->alpha);
        break;
    case 2: learn_table_group(f, t, g, 2); break;
    case 3: learn_table_group(f, t, g, 3); break;
    case 4: learn_table_group(f, t, g, 4); break;
    default: learn_table_group(f, t, g, t->table);
    }
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

static void learn_group(struct fed *f, const struct walk *t, uint32_t k)
{
    const struct group *g = &f->groups[k];
    const struct answer *w = &g->answer;
    uint64_t *visits = f->visits + (size_t)k * f->S;
    double *rewards = f->rewards + g->first;
    uint32_t cut = 0;
    for (uint32_t i = g->own; i < g->own_end; i++) {
        visits[w->state[i]]++;
        rewards[i] += (double)w->reward[i];
        cut |= w->truncated[i];
    }
    if (cut)
        warn_truncation(f);
    learn_agents(f, t, g);
    if (f->live.control_variates)
        for (uint32_t i = g->own; i < g->own_end; i++)
            subtract_control(f, g->first + i, t->alpha);
    if (f->projection > 0)
        for (uint32_t i = g->own; i < g->own_end; i++)
            project(f, g->first + i);
}

static rlb_status step_agents(struct fed *f, const struct walk *t)
{
    bool averaged = f->mode == MODE_AVERAGED_ENVIRONMENT;
    if (averaged)
        fed_averaged_step(f);
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        const struct group *g = &f->groups[k];
        rlb_status status = averaged ? RLB_OK : g->venv->step(g->venv, f->action + g->first);
        if (status != RLB_OK)
            return status;
        learn_group(f, t, k);
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

/* Local steps after which a round is due; parameters change only between slices. */
static uint64_t round_length(const struct fed *f)
{
    switch (f->mode) {
    case MODE_FEDERATED:
    case MODE_AVERAGED_ENVIRONMENT: return f->live.local_steps;
    case MODE_ONE_SHOT: return f->total_steps;
    default: return UINT64_MAX;
    }
}

/* The first step after those done at which the plateau is sampled. */
static uint64_t next_sample(const struct fed *f)
{
    uint64_t done = f->sums.steps, from = f->sample_from, every = f->sample_every;
    if (!f->has_truth || from == UINT64_MAX)
        return UINT64_MAX;
    return done < from ? from + every : done + every - (done - from) % every;
}

static rlb_status sample_plateau(struct fed *f)
{
    double star, local;
    rlb_status status = fed_ranks_meet(f);
    if (status != RLB_OK)
        return status;
    fed_errors(f, &star, &local);
    f->sums.samples++;
    f->sums.plateau += (star - f->sums.plateau) / (double)f->sums.samples;
    f->sums.plateau_local += (local - f->sums.plateau_local) / (double)f->sums.samples;
    return RLB_OK;
}

rlb_status fed_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct fed *f = self;
    struct sums *sums = &f->sums;
    uint64_t length = round_length(f), sample = next_sample(f);
    struct walk walk = make_walk(f);
    for (uint64_t n = 0; n < budget->max_steps; n++) {
        if (f->schedule != SCHEDULE_CONSTANT)
            walk.alpha = step_size(f, sums->steps);
        rlb_status status = step_agents(f, &walk);
        if (status != RLB_OK)
            return status;
        sums->steps++;
        sums->since++;
        sums->step_sizes += walk.alpha;
        sums->agent_steps += f->num_agents;
        ++*done;
        if (sums->since >= length)
            status = fed_round(f);
        if (status == RLB_OK && sums->steps == sample) {
            status = sample_plateau(f);
            sample += f->sample_every;
        }
        if (status != RLB_OK)
            return status;
    }
    return fed_ranks_report(f);
}

void fed_first_actions(struct fed *f)
{
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        f->action[slot] =
            (int32_t)draw(f, fed_theta(f, slot), (uint32_t)f->state[slot], &f->rng[slot]);
}
