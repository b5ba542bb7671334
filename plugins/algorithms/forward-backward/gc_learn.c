/* The network, its goals, and one update. */
#include "gc.h"

#include <math.h>
#include <string.h>

enum { SEED_NET = 1, SEED_GOALS, SEED_ACT };

static rlb_status no_memory(const struct gc *g)
{
    return g->host->fail(g->host, RLB_E_NOMEM, "no memory for the learner");
}

static rlb_status build_arrays(struct gc *g)
{
    const rlb_host *host = g->host;
    size_t n = g->c.batch > GC_LOOK_ROWS ? g->c.batch : GC_LOOK_ROWS, width = g->world.obs_width;
    size_t wide = g->world.goals ? g->world.goals->width : 1;
    struct sample *s = &g->sample;
    s->obs = host->alloc(host, n * width * sizeof(float));
    s->next = host->alloc(host, n * width * sizeof(float));
    s->action = host->alloc(host, n * sizeof *s->action);
    s->reward = host->alloc(host, n * sizeof *s->reward);
    g->row = host->alloc(host, n * sizeof *g->row);
    g->goal_row = host->alloc(host, n * sizeof *g->goal_row);
    g->goal = host->alloc(host, n * width * sizeof *g->goal);
    g->achieved = host->alloc(host, n * wide * sizeof *g->achieved);
    g->wanted = host->alloc(host, n * wide * sizeof *g->wanted);
    g->lane_goal = host->alloc(host, g->world.env->num_lanes * width * sizeof *g->lane_goal);
    g->row_q = host->alloc(host, GC_LOOK_ROWS * (size_t)g->world.num_actions * sizeof *g->row_q);
    return s->obs && s->next && s->action && s->reward && g->row && g->goal_row && g->goal &&
                   g->achieved && g->wanted && g->lane_goal && g->row_q
               ? RLB_OK
               : no_memory(g);
}

rlb_status gc_learning_build(struct gc *g, uint64_t seed)
{
    const uint32_t n = g->c.batch;
    rlb_status status = build_arrays(g);
    if (status != RLB_OK)
        return status;
    g->c.f.in = 2 * g->world.obs_width;
    g->c.f.out = g->world.num_actions;
    g->net = rlb_net_create(g->host);
    rlb_tape *t = g->tape = rlb_tape_create(g->host);
    if (!g->net || !t)
        return no_memory(g);
    g->q = tower_declare(g->net, "q", &g->c.f);
    status = rlb_net_init(g->net, rlb_rng_derive(seed, SEED_NET));
    if (status != RLB_OK)
        return status;
    g->bar = rlb_net_clone(g->net);
    if (!g->bar)
        return no_memory(g);
    g->in = rlb_input(t, n, g->c.f.in);
    g->action = rlb_input_index(t, 1, &n);
    g->target = rlb_input(t, n, 1);
    g->taken = rlb_pick(t, tower_apply(t, &g->q, g->net, g->in), g->action);
    g->loss = rlb_mean(t, rlb_squared(t, g->taken, g->target));
    status = rlb_tape_finish(t, g->loss);
    if (status == RLB_OK)
        status = look_build(&g->ahead, g->host, &g->q, g->bar, n, 0);
    if (status == RLB_OK)
        status = look_build(&g->ask, g->host, &g->q, g->net, GC_LOOK_ROWS, 0);
    rlb_optimizer_spec adam = rlb_adam((float)g->learning_rate);
    g->optimizer = rlb_optimizer_create(g->net, &adam);
    rlb_rng_init(&g->goal_rng, rlb_rng_derive(seed, SEED_GOALS), 0);
    rlb_rng_init(&g->act_rng, rlb_rng_derive(seed, SEED_ACT), 0);
    return status != RLB_OK ? status : g->optimizer ? RLB_OK : no_memory(g);
}

/* [observation, goal] of n rows. */
static void join(const struct gc *g, const float *obs, const float *goal, uint32_t n, float *out)
{
    size_t width = g->world.obs_width, bytes = width * sizeof *out;
    for (uint32_t i = 0; i < n; i++) {
        memcpy(out + 2 * i * width, obs + i * width, bytes);
        memcpy(out + (2 * i + 1) * width, goal + i * width, bytes);
    }
}

/* A goal for every row: a later state of its episode, or any state. */
static void draw_goals(struct gc *g)
{
    const uint32_t n = g->c.batch;
    data_draw(&g->data, n, g->goal_row);
    for (uint32_t i = 0; i < n; i++)
        if (g->her > 0 && rlb_rng_uniform(&g->goal_rng) < g->her)
            g->goal_row[i] = data_later(&g->data, g->row[i], 1);
    data_obs(&g->data, n, g->goal_row, g->goal);
}

/* 1 where the transition leads to the goal. */
static void fill_rewards(struct gc *g)
{
    const struct world *w = &g->world;
    const uint32_t n = g->c.batch;
    size_t width = w->obs_width;
    if (w->goals && w->tasks && !w->numbered) {
        w->tasks->represent(w->tasks_self, g->sample.next, n, g->achieved);
        w->tasks->represent(w->tasks_self, g->goal, n, g->wanted);
        w->goals->rewards(w->goals_self, g->achieved, g->wanted, n, g->sample.reward);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        g->sample.reward[i] =
            memcmp(g->sample.next + i * width, g->goal + i * width, width * sizeof(float)) == 0;
}

/* r + gamma max Qbar, within what values can be. */
static void fill_targets(struct gc *g)
{
    const uint32_t A = g->world.num_actions;
    double most = 1 / (1 - g->c.gamma);
    rlb_forward(g->ahead.tape);
    for (uint32_t i = 0; i < g->c.batch; i++) {
        const float *q = g->ahead.out->data + (size_t)i * A;
        double best = (double)q[0];
        for (uint32_t a = 1; a < A; a++)
            best = fmax(best, (double)q[a]);
        double target = (double)g->sample.reward[i] + g->c.gamma * best;
        g->target->data[i] = (float)(g->clip ? fmin(fmax(target, 0), most) : target);
    }
}

void gc_update(struct gc *g)
{
    const uint32_t n = g->c.batch;
    double value = 0;
    data_draw(&g->data, n, g->row);
    data_gather(&g->data, n, g->row, &g->sample);
    draw_goals(g);
    fill_rewards(g);
    join(g, g->sample.obs, g->goal, n, g->in->data);
    join(g, g->sample.next, g->goal, n, g->ahead.in->data);
    memcpy(g->action->index, g->sample.action, n * sizeof *g->sample.action);
    fill_targets(g);
    rlb_forward(g->tape);
    rlb_backward(g->tape);
    rlb_optimizer_set_rate(g->optimizer, (float)g->learning_rate);
    double norm = rlb_optimizer_step(g->optimizer);
    if (++g->updates % g->c.target_every == 0)
        rlb_net_mix(g->bar, g->net, (float)g->c.tau);
    for (uint32_t i = 0; i < n; i++)
        value += (double)g->taken->data[i] / n;
    g->host->metric(g->host, GM_LOSS, (double)g->loss->data[0]);
    g->host->metric(g->host, GM_VALUE, value);
    g->host->metric(g->host, GM_GRAD_NORM, norm);
}

void gc_ask(struct gc *g, const float *obs, const float *goal, bool each, uint32_t n, float *q)
{
    size_t width = g->world.obs_width, A = g->world.num_actions, bytes = width * sizeof *obs;
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < GC_LOOK_ROWS ? n - from : GC_LOOK_ROWS;
        for (uint32_t i = 0; i < rows; i++) {
            float *row = g->ask.in->data + 2 * i * width;
            memcpy(row, obs + (from + i) * width, bytes);
            memcpy(row + width, each ? goal + (from + i) * width : goal, bytes);
        }
        rlb_forward(g->ask.tape);
        memcpy(q + from * A, g->ask.out->data, rows * A * sizeof *q);
    }
}
