/* The networks, their tapes, and the memory of a rollout. */
#include "ppo.h"

enum { SEED_NET, SEED_ACT, SEED_SHUFFLE };

static rlb_status no_memory(const struct ppo *p)
{
    return p->host->fail(p->host, RLB_E_NOMEM, "no memory for the learner");
}

/* Orthogonal weights, gain sqrt 2 inside, 0.01 for the policy's last layer so that it begins nearly
 * uniform, 1 for the value's; log standard deviations begin at 0. */
static rlb_status net_build(struct ppo *p, const char *hidden, uint64_t seed)
{
    rlb_mlp_spec spec = {.in = p->obs_width,
                         .out = p->policy_width,
                         .activation = RLB_TANH,
                         .hidden_init = {RLB_INIT_ORTHOGONAL, 1.41421356f},
                         .out_init = {RLB_INIT_ORTHOGONAL, 0.01f}};
    rlb_status status = rlb_mlp_widths(p->host, hidden, spec.hidden);
    if (status != RLB_OK)
        return status;
    p->net = rlb_net_create(p->host);
    if (!p->net)
        return no_memory(p);
    p->actor = rlb_mlp_declare(p->net, "actor", &spec);
    spec.out = 1;
    spec.out_init.scale = 1;
    p->critic = rlb_mlp_declare(p->net, "critic", &spec);
    if (!p->discrete)
        p->log_std = rlb_net_declare(p->net, "actor_log_std", 1, &p->act_width, 1,
                                     (rlb_init){RLB_INIT_CONSTANT, 0}, 1, 1);
    return rlb_net_init(p->net, rlb_rng_derive(seed, SEED_NET));
}

static rlb_status look_build(struct look *l, const struct ppo *p, uint32_t rows)
{
    l->tape = rlb_tape_create(p->host);
    if (!l->tape)
        return no_memory(p);
    l->obs = rlb_input(l->tape, rows, p->obs_width);
    l->policy = rlb_mlp_apply(l->tape, &p->actor, l->obs);
    l->value = rlb_mlp_apply(l->tape, &p->critic, l->obs);
    return rlb_tape_finish(l->tape, NULL);
}

/* log pi(a|s) and the mean entropy. */
static void policy_build(struct ppo *p, struct learning *l)
{
    rlb_tape *t = l->tape;
    rlb_tensor *policy = rlb_mlp_apply(t, &p->actor, l->obs);
    if (p->discrete) {
        l->action = rlb_input_index(t, 1, &p->minibatch);
        l->log_prob = rlb_categorical_log_prob(t, policy, NULL, l->action);
        l->entropy = rlb_mean(t, rlb_categorical_entropy(t, policy, NULL));
        return;
    }
    rlb_tensor *log_std = rlb_use_param(t, p->net, p->log_std);
    l->action = rlb_input(t, p->minibatch, p->act_width);
    l->log_prob = rlb_gaussian_log_prob(t, policy, log_std, l->action);
    l->entropy = rlb_mean(t, rlb_gaussian_entropy(t, policy, log_std));
}

static rlb_status learning_build(struct ppo *p, double max_norm)
{
    struct learning *l = &p->learning;
    rlb_tape *t = l->tape = rlb_tape_create(p->host);
    if (!t)
        return no_memory(p);
    l->obs = rlb_input(t, p->minibatch, p->obs_width);
    l->old_log_prob = rlb_input(t, p->minibatch, 1);
    l->advantage = rlb_input(t, p->minibatch, 1);
    l->returns = rlb_input(t, p->minibatch, 1);
    l->old_value = rlb_input(t, p->minibatch, 1);
    l->entropy_weight = rlb_input(t, 1, 1);
    policy_build(p, l);
    rlb_tensor *value = rlb_mlp_apply(t, &p->critic, l->obs);
    rlb_tensor *error = p->clips_value
                            ? rlb_ppo_value_loss(t, value, l->old_value, l->returns, (float)p->clip)
                            : rlb_affine(t, rlb_squared(t, value, l->returns), 0.5f, 0);
    l->policy_loss = rlb_mean(
        t, rlb_ppo_policy_loss(t, l->log_prob, l->old_log_prob, l->advantage, (float)p->clip));
    l->value_loss = rlb_mean(t, error);
    l->loss = rlb_add(t, l->policy_loss,
                      rlb_add(t, rlb_affine(t, l->value_loss, (float)p->value_weight, 0),
                              rlb_affine(t, rlb_mul(t, l->entropy, l->entropy_weight), -1, 0)));
    rlb_status status = rlb_tape_finish(t, l->loss);
    rlb_optimizer_spec adam = rlb_adam((float)p->learning_rate);
    adam.epsilon = 1e-5f;
    adam.max_norm = (float)max_norm;
    l->optimizer = rlb_optimizer_create(p->net, &adam);
    return status != RLB_OK ? status : l->optimizer ? RLB_OK : no_memory(p);
}

static rlb_status arrays_build(struct ppo *p, uint32_t num_steps)
{
    const rlb_host *host = p->host;
    size_t n = (size_t)num_steps * p->num_lanes;
    p->reward = host->alloc(host, n * sizeof *p->reward);
    p->advantage = host->alloc(host, n * sizeof *p->advantage);
    p->returns = host->alloc(host, n * sizeof *p->returns);
    p->order = host->alloc(host, n * sizeof *p->order);
    p->map_actions = host->alloc(host, (size_t)PICTURE_COLS * p->act_width * sizeof(float));
    p->picture = host->alloc(host, n * sizeof *p->picture);
    return p->reward && p->advantage && p->returns && p->order && p->map_actions && p->picture
               ? RLB_OK
               : no_memory(p);
}

rlb_status ppo_build(struct ppo *p, const rlb_value *v, uint64_t seed)
{
    rlb_status status = net_build(p, v[P_HIDDEN].s, seed);
    if (status == RLB_OK)
        status = look_build(&p->acting, p, p->num_lanes);
    if (status == RLB_OK)
        status = look_build(&p->asked, p, ASKED_ROWS);
    if (status == RLB_OK)
        status = learning_build(p, v[P_MAX_NORM].r);
    if (status == RLB_OK)
        status = arrays_build(p, (uint32_t)v[P_ROLLOUT].i);
    if (status == RLB_OK)
        status = rlb_rollout_init(&p->rollout, p->host, p->env, (uint32_t)v[P_ROLLOUT].i);
    if (status == RLB_OK)
        status = rlb_moments_init(&p->obs_moments, p->host, p->obs_width, 1e-4);
    if (status == RLB_OK)
        status = rlb_reward_scale_init(&p->reward_scale, p->host, p->num_lanes, p->discount, 1e-8);
    if (status == RLB_OK)
        status = rlb_state_map_init(&p->map, p->host, p->env, PICTURE_ROWS, PICTURE_COLS);
    rlb_rng_init(&p->act_rng, rlb_rng_derive(seed, SEED_ACT), 0);
    rlb_rng_init(&p->shuffle_rng, rlb_rng_derive(seed, SEED_SHUFFLE), 0);
    return status;
}
