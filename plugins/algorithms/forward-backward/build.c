/* Making a learner from its parameters. */
#include "fb.h"

#include <string.h>

enum { SEED_WORLD, SEED_DATA, SEED_F, SEED_B, SEED_Z, SEED_ACT, SEED_GPI };

static rlb_status no_memory(const struct fb *f)
{
    return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the learner");
}

static rlb_status check(const struct fb *f)
{
    const struct config *c = &f->c;
    const rlb_host *host = f->host;
    if (c->data == DATA_EXACT && !f->world.num_states)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "data: exact needs a world with an exact model whose states can be seen");
    if (c->data == DATA_EXACT && (c->two_batches || c->future_ratio > 0))
        return host->fail(host, RLB_E_INVAL,
                          "data: exact has neither two_batches nor future_ratio: there are no "
                          "samples");
    if (c->data == DATA_COLLECT && f->world.env->num_lanes > DATA_MOST_LANES)
        return host->fail(host, RLB_E_INVAL, "data: collect takes at most %d lanes",
                          DATA_MOST_LANES);
    return RLB_OK;
}

static rlb_status build_data(struct fb *f, uint64_t seed)
{
    struct config *c = &f->c;
    if (c->data == DATA_GIVEN)
        return data_given(&f->data, &f->world, f->name, seed);
    if (c->data == DATA_COLLECT && c->episodes < f->world.env->num_lanes)
        return f->host->fail(f->host, RLB_E_INVAL,
                             "episodes must hold at least one episode of each of the %u lanes",
                             f->world.env->num_lanes);
    rlb_status status = data_room(&f->data, &f->world, c->episodes, c->episode_length, seed);
    return status == RLB_OK && c->data != DATA_COLLECT ? data_walk(&f->data, seed) : status;
}

static rlb_status build_nets(struct fb *f, uint64_t seed)
{
    const rlb_host *host = f->host;
    struct config *c = &f->c;
    if (f->feature_kind == FEATURES_LAPLACIAN_EXACT) { /* a table, as a linear network */
        c->b.hidden[0] = 0;
        c->norm_b = false;
    }
    c->f.in = f->obs_width + c->d;
    c->f.out = f->num_actions * c->d;
    c->b.in = f->b_width;
    c->b.out = c->d;
    f->f_net = rlb_net_create(host);
    f->b_net = rlb_net_create(host);
    if (!f->f_net || !f->b_net)
        return no_memory(f);
    f->f = tower_declare(f->f_net, "f", &c->f);
    f->b = tower_declare(f->b_net, "b", &c->b);
    rlb_status status = rlb_net_init(f->f_net, rlb_rng_derive(seed, SEED_F));
    if (status == RLB_OK)
        status = rlb_net_init(f->b_net, rlb_rng_derive(seed, SEED_B));
    if (status != RLB_OK)
        return status;
    f->f_bar = rlb_net_clone(f->f_net);
    f->b_bar = rlb_net_clone(f->b_net);
    return f->f_bar && f->b_bar ? RLB_OK : no_memory(f);
}

static rlb_status build_looks(struct fb *f)
{
    float length = f->c.norm_b ? sqrtf((float)f->c.d) : 0;
    rlb_status status = look_build(&f->ahead, f->host, &f->f, f->f_bar, f->learning.n, 0);
    if (status == RLB_OK)
        status = look_build(&f->ask_f, f->host, &f->f, f->f_net, LOOK_ROWS, 0);
    return status == RLB_OK ? look_build(&f->ask_b, f->host, &f->b, f->b_net, LOOK_ROWS, length)
                            : status;
}

/* Task vectors that stay: of generalised policy improvement, of the lanes that collect. */
static rlb_status build_vectors(struct fb *f, uint64_t seed)
{
    const rlb_host *host = f->host;
    size_t d = f->c.d;
    rlb_rng rng;
    f->task_z = host->alloc(host, d * sizeof *f->task_z);
    f->under_z = host->alloc(host, d * sizeof *f->under_z);
    f->gpi_z = host->alloc(host, (f->c.gpi + 1) * d * sizeof *f->gpi_z);
    f->act_q = host->alloc(host, LOOK_ROWS * (size_t)f->num_actions * sizeof *f->act_q);
    f->lane_z = host->alloc(host, f->world.env->num_lanes * d * sizeof *f->lane_z);
    if (!f->task_z || !f->under_z || !f->gpi_z || !f->lane_z || !f->act_q)
        return no_memory(f);
    rlb_rng_init(&rng, rlb_rng_derive(seed, SEED_GPI), 0);
    for (uint32_t k = 0; k < f->c.gpi; k++)
        law_draw(&rng, LAW_CAUCHY, f->c.z_scale, f->c.d, f->gpi_z + k * d);
    rlb_rng_init(&f->z_rng, rlb_rng_derive(seed, SEED_Z), 0);
    rlb_rng_init(&f->act_rng, rlb_rng_derive(seed, SEED_ACT), 0);
    return RLB_OK;
}

static rlb_status build_truth(struct fb *f)
{
    f->has_truth = f->world.num_states > 0;
    return f->has_truth ? truth_init(&f->truth, &f->world, f->c.gamma) : RLB_OK;
}

rlb_status fb_build(struct fb *f, const rlb_algo_setup *setup)
{
    uint64_t seed = setup->seed;
    const rlb_value *sf_loss = config_value(f->algo, setup->params, "sf_loss");
    const rlb_value *features = config_value(f->algo, setup->params, "features");
    rlb_status status = config_read(&f->c, f->host, f->algo, setup->params);
    if (status == RLB_OK)
        status =
            world_init(&f->world, f->host, setup->env, f->name, rlb_rng_derive(seed, SEED_WORLD));
    if (status == RLB_OK)
        status = check(f);
    if (status != RLB_OK)
        return status;
    f->seed = seed;
    f->sf_loss = sf_loss ? (uint32_t)sf_loss->i : SF_LOSS_Q;
    f->feature_kind = features ? (uint32_t)features->i : FEATURES_RANDOM;
    if (f->feature_kind == FEATURES_LAPLACIAN_EXACT && !f->world.num_states)
        f->feature_kind = FEATURES_RANDOM;
    f->obs_width = f->world.obs_width;
    f->num_actions = f->world.num_actions;
    const rlb_tasks *tasks = f->world.tasks;
    if (!tasks || !tasks->goal_width || !tasks->represent || f->world.numbered)
        f->c.b_sees = SEES_OBSERVATION;
    f->b_width = f->c.b_sees == SEES_GOAL ? tasks->goal_width : f->obs_width;
    f->task_at = UINT64_MAX;
    status = build_data(f, rlb_rng_derive(seed, SEED_DATA));
    if (status == RLB_OK)
        status = build_truth(f);
    if (status == RLB_OK)
        status = build_nets(f, seed);
    if (status == RLB_OK)
        status = fb_batch_build(f);
    if (status == RLB_OK && f->method == METHOD_SUCCESSOR_FEATURES)
        status = fb_features_build(f);
    if (status == RLB_OK)
        status = fb_learning_build(f);
    if (status == RLB_OK)
        status = build_looks(f);
    if (status == RLB_OK)
        status = build_vectors(f, seed);
    if (status == RLB_OK)
        status = task_init(&f->task, &f->world);
    if (status == RLB_OK)
        status = task_set(&f->task, &f->world, config_value(f->algo, setup->params, "task")->s);
    if (status == RLB_OK)
        status = fb_set_look(f, config_value(f->algo, setup->params, "look")->s);
    if (status == RLB_OK)
        status = fb_measure_build(f);
    return status == RLB_OK ? fb_pictures_build(f) : status;
}
