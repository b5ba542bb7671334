/* Deep Q-learning (Mnih et al. 2015) with double Q-learning (van Hasselt et al. 2016), n-step
 * returns and prioritised replay (Schaul et al. 2016) as options.
 *
 *   target = r_1 + … + discount^(n-1) r_n + discount^n max_a Q'(s', a)
 *   Q(s, a) moves towards it by Adam on the squared (or Huber's) error of a batch from the replay
 *   buffer
 *
 * Q' is a copy of Q, renewed every target_every steps (target_rate 1) or mixed slowly. The value
 * behind a truncated episode is that of the observation it was cut at; behind a terminated one it
 * is 0. */
#include "dqn.h"

#include <string.h>

static rlb_status check(const rlb_host *host, const rlb_algo_setup *setup)
{
    const rlb_venv *env = setup->env;
    if (env->obs.kind != RLB_SPACE_BOX || env->obs.dtype != RLB_F32 ||
        env->act.kind != RLB_SPACE_DISCRETE || env->num_agents != 1)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "dqn needs one agent with a vector of numbers as observation and "
                          "discrete actions");
    if (env->batch->action_mask)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "dqn chooses among all actions, and this world forbids some of them at "
                          "times");
    return RLB_OK;
}

static void read_params(struct dqn *d, const rlb_value *v)
{
    d->learning_rate = v[P_LEARNING_RATE].r;
    d->discount = v[P_DISCOUNT].r;
    d->epsilon = v[P_EPSILON].r;
    d->epsilon_final = v[P_EPSILON_FINAL].r;
    d->epsilon_steps = (uint64_t)v[P_EPSILON_STEPS].i;
    d->target_rate = v[P_TARGET_RATE].r;
    d->priority_exponent = v[P_PRIORITY].r;
    d->priority_correction = v[P_PRIORITY_CORRECTION].r;
    d->warmup = (uint64_t)v[P_WARMUP].i;
    d->train_every = (uint64_t)v[P_TRAIN_EVERY].i;
    d->target_every = (uint64_t)v[P_TARGET_EVERY].i;
    d->batch = (uint32_t)v[P_BATCH].i;
    d->n_step = (uint32_t)v[P_N_STEP].i;
    d->double_q = v[P_DOUBLE].i;
    d->normalizes_obs = v[P_NORMALIZE_OBSERVATIONS].i;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    rlb_status status = check(host, setup);
    if (status != RLB_OK)
        return status;
    struct dqn *d = host->alloc(host, sizeof *d);
    if (!d)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    d->host = host;
    d->env = setup->env;
    d->total_steps = setup->total_steps;
    d->num_actions = (uint32_t)setup->env->act.n;
    d->obs_width = setup->env->obs.width;
    d->num_lanes = setup->env->num_lanes;
    read_params(d, setup->params);
    status = dqn_build(d, setup->params, setup->seed);
    if (status == RLB_OK)
        *out = d;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* What is due after the d->steps-th transition. */
static rlb_status learn(struct dqn *d)
{
    rlb_status status =
        d->steps >= d->warmup && d->steps % d->train_every == 0 ? dqn_update(d) : RLB_OK;
    if (d->steps % d->target_every == 0)
        rlb_net_mix(d->target_net, d->net, (float)d->target_rate);
    return status;
}

/* Lanes step together and are learned from as if they had stepped one after another: as many
 * updates and renewals of the target network per transition however many lanes there are. */
static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct dqn *d = self;
    for (uint64_t n = 0; n < budget->max_steps; n += d->num_lanes) {
        rlb_status status = dqn_interact(d);
        for (uint32_t lane = 0; status == RLB_OK && lane < d->num_lanes; lane++) {
            d->steps++;
            status = learn(d);
        }
        if (status != RLB_OK)
            return status;
        *done += d->num_lanes;
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    struct dqn *d = self;
    d->host->metric(d->host, M_EPSILON, dqn_epsilon(d));
    d->host->metric(d->host, M_UPDATES, (double)d->updates);
    if (d->priority_exponent > 0)
        d->host->metric(d->host, M_CORRECTION, dqn_correction(d));
    return RLB_OK;
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    dqn_ask(self, obs, n, actions, NULL);
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct dqn *d = self;
    double *const live[NUM_PARAMS] = {[P_LEARNING_RATE] = &d->learning_rate,
                                      [P_TARGET_RATE] = &d->target_rate,
                                      [P_EPSILON] = &d->epsilon,
                                      [P_EPSILON_FINAL] = &d->epsilon_final};
    if (index >= NUM_PARAMS || !live[index])
        return d->host->fail(d->host, RLB_E_INVAL, "this parameter cannot change while running");
    *live[index] = value.r;
    return RLB_OK;
}

static const rlb_algo dqn = {
    .size = sizeof dqn,
    .id = "dqn",
    .title = "Deep Q-network",
    .doc = "Q-learning with a neural network, a replay buffer and a target network. Watch the loss "
           "stay bounded while the predicted value rises to what the discount allows: a value far "
           "above it is overestimation, which double_q mends.",
    .citation = "Mnih et al.: Human-level control through deep reinforcement learning, Nature 518, "
                "2015",
    .version = "1.0",
    .step_unit = "step",
    .params = dqn_params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = dqn_metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = dqn_views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = measure,
    .act = act,
    .set_param = set_param,
    .view = dqn_view,
    .save = dqn_save,
    .load = dqn_load,
    .interface = dqn_interface,
};

RLB_MODULE_ALGO(dqn)
