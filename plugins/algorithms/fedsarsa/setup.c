/* From parameters to agents in their environments. */
#include "fed.h"

#include <math.h>
#include <string.h>

uint32_t fed_num_agents(const rlb_value *v)
{
    return v[P_MODE].i == MODE_SINGLE ? 1 : (uint32_t)v[P_N_AGENTS].i;
}

uint32_t fed_num_kinds(const rlb_value *v)
{
    uint32_t agents = fed_num_agents(v), kinds = (uint32_t)v[P_N_KINDS].i;
    return kinds < agents ? kinds : agents;
}

static void read_params(struct fed *f, const rlb_value *v)
{
    f->num_agents = fed_num_agents(v);
    f->num_kinds = fed_num_kinds(v);
    f->mode = (uint32_t)v[P_MODE].i;
    f->schedule = (uint32_t)v[P_SCHEDULE].i;
    f->target = (uint32_t)v[P_TARGET].i;
    f->phase = (uint32_t)v[P_SYNC_PHASE].i;
    f->init = (uint32_t)v[P_INIT].i;
    f->live = (struct live){.step_size = v[P_STEP_SIZE].r,
                            .temperature = v[P_TEMPERATURE].r,
                            .epsilon = v[P_EPSILON].r,
                            .local_steps = (uint64_t)v[P_LOCAL_STEPS].i,
                            .control_variates = (uint64_t)v[P_CONTROL_VARIATES].i};
    f->policy = (struct policy){.kind = (uint32_t)v[P_POLICY].i,
                                .temperature = f->live.temperature,
                                .epsilon = f->live.epsilon};
    f->discount = v[P_DISCOUNT].r;
    f->projection = v[P_PROJECTION].r;
    f->init_scale = v[P_INIT_SCALE].r;
    if (f->phase == PHASE_OFFICIAL && f->mode != MODE_ONE_SHOT)
        f->sums.since = f->live.local_steps - 1;
}

static rlb_status check_params(const struct fed *f)
{
    if (f->total_steps == 0 && (f->schedule == SCHEDULE_PIECEWISE || f->mode == MODE_ONE_SHOT))
        return f->host->fail(f->host, RLB_E_INVAL, "%s needs a budget in steps",
                             f->mode == MODE_ONE_SHOT ? "mode one-shot" : "schedule piecewise");
    return RLB_OK;
}

/* The model of a world, which must be a stationary finite MDP whose observation is its state. */
static rlb_status find_model(struct fed *f, rlb_venv *venv, const rlb_model **model, void **self)
{
    const rlb_host *host = f->host;
    *model = venv->interface(venv, RLB_MODEL, self);
    if (!*model)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "fedsarsa measures against the exact solution and this environment has "
                          "no exact model (" RLB_MODEL ")");
    if ((*model)->horizon)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "fedsarsa needs an infinite-horizon problem; this one ends after %u "
                          "stages",
                          (*model)->horizon);
    if (venv->num_agents != 1 || venv->obs.kind != RLB_SPACE_DISCRETE ||
        venv->act.kind != RLB_SPACE_DISCRETE || venv->obs.n != (*model)->num_states ||
        venv->act.n != (*model)->num_actions)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "fedsarsa needs an environment with one agent that observes the state's "
                          "index");
    return RLB_OK;
}

/* One vectorised environment a kind; with a single kind the recipe's own. */
static rlb_status make_groups(struct fed *f, const rlb_model **models, void **selves)
{
    const rlb_host *host = f->host;
    uint32_t K = f->num_kinds, N = f->num_agents;
    for (uint32_t k = 0, first = 0; k < K; first += f->groups[k++].count) {
        struct group *g = &f->groups[k];
        rlb_override kind = {.name = "kind", .value = {.i = k}};
        g->first = first;
        g->count = (N - k + K - 1) / K;
        f->shares[k] = (double)g->count / N;
        rlb_status status =
            host->make_env(host, &kind, K > 1, g->count, rlb_rng_derive(f->seed, 2 + (uint64_t)k),
                           f->mode != MODE_AVERAGED_ENVIRONMENT, &g->venv);
        if (status == RLB_OK)
            status = find_model(f, g->venv, &models[k], &selves[k]);
        if (status == RLB_OK)
            status = g->venv->reset(g->venv, rlb_rng_derive(f->seed, 2 + (uint64_t)k));
        if (status != RLB_OK)
            return status;
        const rlb_batch *b = g->venv->batch;
        g->answer = (struct answer){.state = b->obs,
                                    .final_state = b->final_obs,
                                    .reward = b->rewards,
                                    .terminated = b->terminated,
                                    .truncated = b->truncated};
        if (models[k]->num_states != models[0]->num_states ||
            models[k]->num_actions != models[0]->num_actions)
            return host->fail(host, RLB_E_UNSUPPORTED,
                              "kind %u has other states or actions than kind 0", k);
    }
    return RLB_OK;
}

static rlb_status make_arrays(struct fed *f)
{
    size_t N = f->num_agents, K = f->num_kinds, cells;
    size_t pairs = (size_t)f->S * f->A;
    f->stride = (f->d + 7) / 8 * 8;
    cells = pairs > f->stride ? pairs : f->stride;
    f->picture_cells = 3 * (N + K + 4) + 3 * pairs + 2 * K * f->S + 8;
    f->theta = f->host->alloc(f->host, N * f->stride * sizeof *f->theta);
    f->control = f->host->alloc(f->host, N * f->stride * sizeof *f->control);
    f->clients = f->host->alloc(f->host, N * f->d * sizeof *f->clients);
    f->state = f->host->alloc(f->host, N * sizeof *f->state);
    f->action = f->host->alloc(f->host, N * sizeof *f->action);
    f->rng = f->host->alloc(f->host, N * sizeof *f->rng);
    f->td_errors = f->host->alloc(f->host, N * sizeof *f->td_errors);
    f->rewards = f->host->alloc(f->host, N * sizeof *f->rewards);
    f->mean = f->host->alloc(f->host, f->stride * sizeof *f->mean);
    f->average = f->host->alloc(f->host, f->stride * sizeof *f->average);
    f->q = f->host->alloc(f->host, f->A * sizeof *f->q);
    f->probs = f->host->alloc(f->host, f->A * sizeof *f->probs);
    f->work = f->host->alloc(f->host, cells * sizeof *f->work);
    f->axes = f->host->alloc(f->host, 2 * (size_t)f->d * sizeof *f->axes);
    f->visits = f->host->alloc(f->host, K * f->S * sizeof *f->visits);
    f->picture = f->host->alloc(f->host, f->picture_cells * sizeof *f->picture);
    if (!f->theta || !f->control || !f->clients || !f->state || !f->action || !f->rng || !f->mean ||
        !f->average || !f->q || !f->probs || !f->work || !f->axes || !f->visits || !f->picture ||
        !f->td_errors || !f->rewards)
        return f->host->fail(f->host, RLB_E_NOMEM, "no memory for %u agents with %u parameters",
                             f->num_agents, f->d);
    for (uint32_t k = 0; k < K; k++)
        for (uint32_t i = 0; i < f->groups[k].count; i++)
            rlb_rng_init(&f->rng[f->groups[k].first + i], f->seed,
                         1 + (uint64_t)fed_agent_of(f, f->groups[k].first + i, k));
    return fed_ranks_arrays(f);
}

/* theta_0, the same for all agents: theta* plus noise uniform in a cube (expected squared distance
 * init_scale^2 / 3), or zero. */
static void init_theta(struct fed *f)
{
    rlb_rng rng;
    double half = f->init_scale / sqrt(f->d);
    rlb_rng_init(&rng, f->seed, 0);
    if (f->init == INIT_AROUND_THETA_STAR && f->has_truth)
        for (uint32_t i = 0; i < f->d; i++) {
            double noise = half * (2 * rlb_rng_uniform(&rng) - 1);
            f->theta[i] = f->theta_star[i] == 0 ? 0 : f->theta_star[i] + noise;
        }
    for (uint32_t slot = 1; slot < f->num_agents; slot++)
        memcpy(fed_theta(f, slot), f->theta, f->stride * sizeof *f->theta);
}

static void init_plateau(struct fed *f)
{
    uint64_t quarter = f->total_steps / 4;
    f->sample_every = quarter / 1000 > 0 ? quarter / 1000 : 1;
    f->sample_from = f->total_steps ? f->total_steps - quarter : UINT64_MAX;
}

rlb_status fed_create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    struct fed *f = host->alloc(host, sizeof *f);
    if (!f)
        return host->fail(host, RLB_E_NOMEM, "no memory for fedsarsa");
    f->host = host;
    f->seed = setup->seed;
    f->total_steps = setup->total_steps;
    read_params(f, setup->params);
    rlb_status status = check_params(f);
    if (status != RLB_OK)
        return status;
    const rlb_model **models = host->alloc(host, f->num_kinds * sizeof *models);
    void **selves = host->alloc(host, f->num_kinds * sizeof *selves);
    f->groups = host->alloc(host, f->num_kinds * sizeof *f->groups);
    f->shares = host->alloc(host, f->num_kinds * sizeof *f->shares);
    if (!models || !selves || !f->groups || !f->shares)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u kinds", f->num_kinds);
    status = make_groups(f, models, selves);
    if (status == RLB_OK)
        status = fed_ranks_init(f);
    if (status != RLB_OK)
        return status;
    void *features_self = NULL;
    rlb_venv *first = f->groups[0].venv;
    const rlb_features *source = first->interface(first, RLB_FEATURES, &features_self);
    f->S = models[0]->num_states;
    f->A = models[0]->num_actions;
    status = features_init(&f->phi, host, f->S, f->A, source, features_self);
    f->d = f->phi.dim;
    if (status == RLB_OK)
        status = make_arrays(f);
    if (status == RLB_OK)
        status = fed_truth_init(f, models, selves);
    if (status == RLB_OK && f->mode == MODE_AVERAGED_ENVIRONMENT)
        status = fed_averaged_init(f);
    if (status != RLB_OK)
        return status;
    fed_truth_solve(f);
    init_theta(f);
    status = fed_ranks_start(f);
    if (status != RLB_OK)
        return status;
    init_plateau(f);
    if (f->mode == MODE_AVERAGED_ENVIRONMENT)
        fed_averaged_reset(f);
    else
        for (uint32_t k = 0; k < f->num_kinds; k++)
            memcpy(f->state + f->groups[k].first, f->groups[k].answer.state,
                   f->groups[k].count * sizeof *f->state);
    fed_first_actions(f);
    *out = f;
    return RLB_OK;
}
