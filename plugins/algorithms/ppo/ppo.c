/* Proximal policy optimisation (Schulman et al. 2017) with the details that make it work (Huang et
 * al., "The 37 implementation details of PPO", 2022): generalised advantage estimation, orthogonal
 * initial weights, clipped values, normalised advantages, annealed learning rate.
 *
 *   L = mean of max(-r A, -clip(r, 1 - clip, 1 + clip) A) + value_weight mean (v - R)^2 / 2
 *       - entropy mean H,   r = pi(a|s) / pi_old(a|s)
 *
 * An episode that was cut bootstraps from the value of the observation it was cut at; one that
 * terminated does not. */
#include "ppo.h"

static rlb_status check(const rlb_host *host, const rlb_algo_setup *setup)
{
    const rlb_venv *env = setup->env;
    const rlb_value *v = setup->params;
    bool box = env->act.kind == RLB_SPACE_BOX && env->act.dtype == RLB_F32;
    if (env->obs.kind != RLB_SPACE_BOX || env->obs.dtype != RLB_F32 || env->num_agents != 1 ||
        (env->act.kind != RLB_SPACE_DISCRETE && !box))
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "ppo needs one agent with a vector of numbers as observation, and "
                          "discrete actions or a vector of numbers as action");
    if (env->batch->action_mask)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "ppo chooses among all actions, and this world forbids some of them at "
                          "times");
    uint64_t samples = (uint64_t)v[P_ROLLOUT].i * env->num_lanes;
    if (samples % (uint64_t)v[P_MINIBATCHES].i)
        return host->fail(host, RLB_E_INVAL,
                          "rollout (%lld) times lanes (%u) does not divide into %lld minibatches",
                          (long long)v[P_ROLLOUT].i, env->num_lanes, (long long)v[P_MINIBATCHES].i);
    if (v[P_NORMALIZE_ADVANTAGES].i && samples == (uint64_t)v[P_MINIBATCHES].i)
        return host->fail(host, RLB_E_INVAL,
                          "a minibatch of one transition has no deviation: fewer minibatches, or "
                          "normalize_advantages off");
    if (samples > UINT32_MAX / 64)
        return host->fail(host, RLB_E_INVAL, "rollout times lanes is too large");
    return RLB_OK;
}

static void read_params(struct ppo *p, const rlb_value *v)
{
    p->learning_rate = v[P_LEARNING_RATE].r;
    p->anneal = v[P_ANNEAL].i;
    p->discount = v[P_DISCOUNT].r;
    p->gae_lambda = v[P_GAE_LAMBDA].r;
    p->epochs = (uint32_t)v[P_EPOCHS].i;
    p->minibatches = (uint32_t)v[P_MINIBATCHES].i;
    p->clip = v[P_CLIP].r;
    p->clips_value = v[P_CLIP_VALUE].i;
    p->entropy_weight = v[P_ENTROPY].r;
    p->value_weight = v[P_VALUE_WEIGHT].r;
    p->target_kl = v[P_TARGET_KL].r;
    p->normalizes_advantages = v[P_NORMALIZE_ADVANTAGES].i;
    p->normalizes_obs = v[P_NORMALIZE_OBSERVATIONS].i;
    p->normalizes_rewards = v[P_NORMALIZE_REWARDS].i;
    p->minibatch = (uint32_t)v[P_ROLLOUT].i * p->num_lanes / p->minibatches;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    rlb_status status = check(host, setup);
    if (status != RLB_OK)
        return status;
    struct ppo *p = host->alloc(host, sizeof *p);
    if (!p)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    p->host = host;
    p->env = setup->env;
    p->total_steps = setup->total_steps;
    p->discrete = setup->env->act.kind == RLB_SPACE_DISCRETE;
    p->obs_width = setup->env->obs.width;
    p->act_width = setup->env->act.width;
    p->policy_width = p->discrete ? (uint32_t)setup->env->act.n : p->act_width;
    p->num_lanes = setup->env->num_lanes;
    read_params(p, setup->params);
    status = ppo_build(p, setup->params, setup->seed);
    if (status == RLB_OK)
        *out = p;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct ppo *p = self;
    const rlb_actor actor = ppo_actor(p);
    for (uint64_t n = 0; n < budget->max_steps; n += p->num_lanes) {
        rlb_status status = rlb_rollout_step(&p->rollout, &actor);
        if (status < 0)
            return status;
        p->steps += p->num_lanes;
        *done += p->num_lanes;
        if (status == RLB_DONE)
            ppo_learn(p);
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    const struct ppo *p = self;
    p->host->metric(p->host, M_RATE, ppo_rate(p));
    return RLB_OK;
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    ppo_ask(self, obs, n, actions, NULL);
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct ppo *p = self;
    double *const live[NUM_PARAMS] = {
        [P_LEARNING_RATE] = &p->learning_rate, [P_ENTROPY] = &p->entropy_weight};
    if (index >= NUM_PARAMS || !live[index])
        return p->host->fail(p->host, RLB_E_INVAL, "this parameter cannot change while running");
    *live[index] = value.r;
    return RLB_OK;
}

static const rlb_algo ppo = {
    .size = sizeof ppo,
    .id = "ppo",
    .title = "Proximal policy optimisation",
    .doc = "An actor and a critic learn from short rollouts of the present policy, several passes "
           "over each, the ratio to the old policy clipped. Watch the entropy fall slowly and the "
           "explained variance rise towards 1; a divergence above 0.05 or a third of the samples "
           "clipped means that the steps are too large.",
    .citation = "Schulman, Wolski, Dhariwal, Radford, Klimov: Proximal policy optimization "
                "algorithms, arXiv 1707.06347, 2017",
    .version = "1.0",
    .step_unit = "step",
    .params = ppo_params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = ppo_metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = ppo_views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = measure,
    .act = act,
    .set_param = set_param,
    .view = ppo_view,
    .save = ppo_save,
    .load = ppo_load,
    .interface = ppo_interface,
};

RLB_MODULE_ALGO(ppo)
