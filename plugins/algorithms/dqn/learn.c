/* The networks, the buffer, and one update. */
#include "dqn.h"

#include <math.h>
#include <string.h>

enum { SEED_NET, SEED_REPLAY, SEED_EXPLORE };

static rlb_status no_memory(const struct dqn *d)
{
    return d->host->fail(d->host, RLB_E_NOMEM, "no memory for the learner");
}

static rlb_status look_build(struct look *l, const struct dqn *d, const rlb_mlp *mlp, uint32_t rows)
{
    l->tape = rlb_tape_create(d->host);
    if (!l->tape)
        return no_memory(d);
    l->obs = rlb_input(l->tape, rows, d->obs_width);
    l->values = rlb_mlp_apply(l->tape, mlp, l->obs);
    return rlb_tape_finish(l->tape, NULL);
}

static rlb_status learning_build(struct dqn *d, const rlb_value *v)
{
    struct learning *l = &d->learning;
    const uint32_t batch = d->batch;
    rlb_tape *t = l->tape = rlb_tape_create(d->host);
    if (!t)
        return no_memory(d);
    l->obs = rlb_input(t, batch, d->obs_width);
    l->action = rlb_input_index(t, 1, &batch);
    l->target = rlb_input(t, batch, 1);
    l->weight = rlb_input(t, batch, 1);
    l->taken = rlb_pick(t, rlb_mlp_apply(t, &d->values, l->obs), l->action);
    rlb_tensor *error = v[P_HUBER].r > 0 ? rlb_huber(t, l->taken, l->target, (float)v[P_HUBER].r)
                                         : rlb_squared(t, l->taken, l->target);
    l->loss = rlb_mean(t, rlb_mul(t, error, l->weight));
    rlb_status status = rlb_tape_finish(t, l->loss);
    if (status == RLB_OK)
        status = look_build(&l->next, d, &d->target_values, batch);
    if (status == RLB_OK && d->double_q)
        status = look_build(&l->next_online, d, &d->values, batch);
    rlb_optimizer_spec adam = rlb_adam((float)d->learning_rate);
    adam.max_norm = (float)v[P_MAX_NORM].r;
    l->optimizer = rlb_optimizer_create(d->net, &adam);
    return status != RLB_OK ? status : l->optimizer ? RLB_OK : no_memory(d);
}

static rlb_status replay_build(struct dqn *d, uint64_t capacity, uint64_t seed)
{
    uint32_t w = d->obs_width;
    const rlb_column columns[NUM_COLUMNS] = {
        [COL_OBS] = {"observation", RLB_F32, w, RLB_COLUMN_NOW, 0},
        [COL_ACTION] = {"action", RLB_I32, 1, RLB_COLUMN_NOW, 0},
        [COL_REWARD] = {"reward", RLB_F32, 1, RLB_COLUMN_REWARD, 0},
        [COL_NEXT] = {"next observation", RLB_F32, w, RLB_COLUMN_NEXT, 0},
        [COL_TERMINATED] = {"terminated", RLB_U8, 1, RLB_COLUMN_TERMINATED, 0},
        [COL_TRUNCATED] = {"truncated", RLB_U8, 1, RLB_COLUMN_TRUNCATED, 0},
    };
    memcpy(d->columns, columns, sizeof columns);
    capacity = (capacity + d->num_lanes - 1) / d->num_lanes * d->num_lanes;
    rlb_status status = rlb_replay_init(&d->replay, d->host, d->columns, NUM_COLUMNS, capacity,
                                        d->num_lanes, rlb_rng_derive(seed, SEED_REPLAY), 0);
    if (status == RLB_OK && d->priority_exponent > 0)
        status = rlb_priority_init(&d->priority, d->host, capacity, d->priority_exponent, 1e-6);
    return status;
}

static rlb_status arrays_build(struct dqn *d)
{
    const rlb_host *host = d->host;
    size_t lanes = d->num_lanes, batch = d->batch;
    d->rng = host->alloc(host, lanes * sizeof *d->rng);
    d->action = host->alloc(host, lanes * sizeof *d->action);
    d->before = host->alloc(host, lanes * d->obs_width * sizeof *d->before);
    d->sample.index = host->alloc(host, batch * sizeof *d->sample.index);
    d->sample.reward = host->alloc(host, batch * sizeof *d->sample.reward);
    d->sample.bootstrap = host->alloc(host, batch * sizeof *d->sample.bootstrap);
    return d->rng && d->action && d->before && d->sample.index && d->sample.reward &&
                   d->sample.bootstrap
               ? RLB_OK
               : no_memory(d);
}

rlb_status dqn_build(struct dqn *d, const rlb_value *v, uint64_t seed)
{
    rlb_mlp_spec spec = {.in = d->obs_width, .out = d->num_actions};
    rlb_status status = rlb_mlp_widths(d->host, v[P_HIDDEN].s, spec.hidden);
    if (status != RLB_OK)
        return status;
    d->net = rlb_net_create(d->host);
    if (!d->net)
        return no_memory(d);
    d->values = rlb_mlp_declare(d->net, "q", &spec);
    status = rlb_net_init(d->net, rlb_rng_derive(seed, SEED_NET));
    if (status != RLB_OK)
        return status;
    d->target_net = rlb_net_clone(d->net);
    if (!d->target_net)
        return no_memory(d);
    d->target_values = rlb_mlp_on(&d->values, d->target_net);
    status = arrays_build(d);
    if (status == RLB_OK)
        status = learning_build(d, v);
    if (status == RLB_OK)
        status = look_build(&d->acting, d, &d->values, d->num_lanes);
    if (status == RLB_OK)
        status = look_build(&d->asked, d, &d->values, ASKED_ROWS);
    if (status == RLB_OK)
        status = replay_build(d, (uint64_t)v[P_BUFFER].i, seed);
    if (status == RLB_OK)
        status = rlb_moments_init(&d->obs_moments, d->host, d->obs_width, 1e-4);
    if (status == RLB_OK)
        status = dqn_pictures_build(d);
    for (uint32_t lane = 0; status == RLB_OK && lane < d->num_lanes; lane++)
        rlb_rng_init(&d->rng[lane], rlb_rng_derive(seed, SEED_EXPLORE), lane);
    return status;
}

/* ---- an update */

double dqn_correction(const struct dqn *d)
{
    double done = d->total_steps ? (double)d->steps / (double)d->total_steps : 0;
    return d->priority_correction + (1 - d->priority_correction) * fmin(done, 1);
}

static rlb_status draw(struct dqn *d)
{
    struct learning *l = &d->learning;
    if (d->priority_exponent > 0)
        return rlb_priority_draw(&d->priority, &d->replay.rng, d->batch, dqn_correction(d),
                                 d->sample.index, l->weight->data);
    for (uint32_t i = 0; i < d->batch; i++)
        l->weight->data[i] = 1;
    return rlb_replay_draw(&d->replay, d->batch, d->sample.index);
}

/* target = reward + bootstrap Q'(s', a*), a* the best by Q' itself or, in double Q-learning, by Q.
 */
static void fill_targets(struct dqn *d)
{
    struct learning *l = &d->learning;
    const struct look *chooser = d->double_q ? &l->next_online : &l->next;
    rlb_forward(l->next.tape);
    if (d->double_q) {
        memcpy(l->next_online.obs->data, l->next.obs->data, l->next.obs->size * sizeof(float));
        rlb_forward(l->next_online.tape);
    }
    for (uint32_t i = 0; i < d->batch; i++) {
        size_t row = (size_t)i * d->num_actions;
        uint32_t a = dqn_best(chooser->values->data + row, d->num_actions);
        l->target->data[i] =
            d->sample.reward[i] + d->sample.bootstrap[i] * l->next.values->data[row + a];
    }
}

static rlb_status set_priorities(struct dqn *d)
{
    const struct learning *l = &d->learning;
    for (uint32_t i = 0; i < d->batch; i++)
        d->sample.reward[i] = l->target->data[i] - l->taken->data[i];
    rlb_status status = rlb_priority_set(&d->priority, d->batch, d->sample.index, d->sample.reward);
    return status == RLB_OK
               ? RLB_OK
               : d->host->fail(d->host, status, "a temporal-difference error is not finite");
}

rlb_status dqn_update(struct dqn *d)
{
    struct learning *l = &d->learning;
    void *out[NUM_COLUMNS] = {[COL_OBS] = l->obs->data,
                              [COL_ACTION] = l->action->index,
                              [COL_REWARD] = d->sample.reward,
                              [COL_NEXT] = l->next.obs->data};
    rlb_status status = draw(d);
    if (status != RLB_OK)
        return d->host->fail(d->host, status, "nothing can be drawn from the replay buffer");
    rlb_replay_gather_nstep(&d->replay, d->batch, d->sample.index, d->n_step, d->discount, out,
                            d->sample.bootstrap);
    dqn_see(d, l->obs->data, d->batch);
    dqn_see(d, l->next.obs->data, d->batch);
    fill_targets(d);
    rlb_forward(l->tape);
    rlb_backward(l->tape);
    rlb_optimizer_set_rate(l->optimizer, (float)d->learning_rate);
    double norm = rlb_optimizer_step(l->optimizer), value = 0;
    d->updates++;
    for (uint32_t i = 0; i < d->batch; i++)
        value += (double)l->taken->data[i];
    d->host->metric(d->host, M_LOSS, (double)l->loss->data[0]);
    d->host->metric(d->host, M_VALUE, value / d->batch);
    d->host->metric(d->host, M_GRAD_NORM, norm);
    return d->priority_exponent > 0 && isfinite(norm) ? set_priorities(d) : RLB_OK;
}
