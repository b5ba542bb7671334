/* Goal-conditioned deep Q-learning with hindsight experience replay, as the paper on
 * forward-backward representations compares itself with: its tables and its life. */
#include "gc.h"

#include <string.h>

/* ---------------------------------------------------------------- making */

static rlb_status build_data(struct gc *g, int64_t kind, uint64_t seed)
{
    if (kind == FROM_DATASET)
        return data_given(&g->data, &g->world, "gc-dqn", seed);
    uint32_t lanes = g->world.env->num_lanes;
    if (kind == FROM_LEARNER && (g->c.episodes < lanes || lanes > DATA_MOST_LANES))
        return g->host->fail(g->host, RLB_E_INVAL,
                             "data: collect takes at most %d lanes and as many episodes",
                             DATA_MOST_LANES);
    rlb_status status = data_room(&g->data, &g->world, g->c.episodes, g->c.episode_length, seed);
    return status == RLB_OK && kind == FROM_WALK ? data_walk(&g->data, seed) : status;
}

static rlb_status build_judges(struct gc *g)
{
    rlb_status status = g->c.eval_pairs ? pairs_init(&g->pairs, &g->world, g->c.eval_pairs,
                                                     g->c.eval_steps, g->c.eval_epsilon)
                                        : RLB_OK;
    g->has_truth = g->world.num_states > 0;
    if (status != RLB_OK || !g->has_truth)
        return status;
    status = truth_init(&g->truth, &g->world, g->c.gamma);
    size_t n = (size_t)g->world.num_states * g->world.num_actions;
    g->state_q = g->host->alloc(g->host, n * sizeof *g->state_q);
    if (!g->state_q)
        return g->host->fail(g->host, RLB_E_NOMEM, "no memory for the values of states");
    return status == RLB_OK ? judge_init(&g->judge, &g->truth, g->c.eval_goals, 0) : status;
}

/* One place, or none. */
rlb_status gc_set_goal(struct gc *g, const char *text)
{
    struct task *t = &g->task;
    rlb_status status = task_set(t, &g->world, text);
    if (status != RLB_OK || (t->num_places <= 1 && t->number < 0))
        return status;
    task_set(t, &g->world, "");
    return g->host->fail(g->host, RLB_E_INVAL,
                         "task '%s': this learner knows single goals alone, \"goal 3,4\"", text);
}

static const rlb_algo gc_dqn;

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct gc *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    g->host = host;
    g->seed = setup->seed;
    rlb_status status = config_read(&g->c, host, &gc_dqn, v);
    if (status == RLB_OK)
        status =
            world_init(&g->world, host, setup->env, gc_dqn.id, rlb_rng_derive(setup->seed, 10));
    if (status != RLB_OK)
        return status;
    g->learning_rate = v[GC_LEARNING_RATE].r;
    g->her = v[GC_HER].r;
    g->clip = v[GC_CLIP].i;
    g->c.data = (uint32_t)v[GC_DATA].i;
    status = build_data(g, v[GC_DATA].i, rlb_rng_derive(setup->seed, 11));
    if (status == RLB_OK)
        status = gc_learning_build(g, setup->seed);
    if (status == RLB_OK)
        status = build_judges(g);
    if (status == RLB_OK)
        status = task_init(&g->task, &g->world);
    if (status == RLB_OK)
        status = gc_set_goal(g, v[GC_TASK].s);
    if (status == RLB_OK)
        *out = g;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* ---------------------------------------------------------------- acting */

static uint32_t argmax(const float *q, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t a = 1; a < n; a++)
        best = q[a] > q[best] ? a : best;
    return best;
}

static void explore(void *self, const void *raw, uint32_t n, int32_t *action)
{
    struct gc *g = self;
    size_t bytes = world_raw_bytes(&g->world), width = g->world.obs_width;
    uint32_t A = g->world.num_actions;
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < GC_LOOK_ROWS ? n - from : GC_LOOK_ROWS;
        world_see(&g->world, (const char *)raw + from * bytes, rows, g->sample.obs);
        gc_ask(g, g->sample.obs, g->lane_goal + from * width, true, rows, g->row_q);
        for (uint32_t i = 0; i < rows; i++)
            action[from + i] = rlb_rng_uniform(&g->act_rng) < g->c.epsilon
                                   ? (int32_t)rlb_rng_below(&g->act_rng, A)
                                   : (int32_t)argmax(g->row_q + (size_t)i * A, A);
    }
}

/* Episodes towards states seen before; the first towards where they start. */
static rlb_status collect(struct gc *g)
{
    rlb_venv *env = g->world.env;
    rlb_status status = RLB_OK;
    for (uint64_t k = 0; status == RLB_OK && k < g->c.rollouts; k += env->num_lanes) {
        for (uint32_t lane = 0; lane < env->num_lanes; lane++) {
            float *goal = g->lane_goal + (size_t)lane * g->world.obs_width;
            uint64_t row;
            if (g->data.transitions == 0) {
                world_see(&g->world,
                          (const char *)env->batch->obs + lane * world_raw_bytes(&g->world), 1,
                          goal);
                continue;
            }
            data_draw(&g->data, 1, &row);
            data_obs(&g->data, 1, &row, goal);
        }
        status = data_round(&g->data, env, explore, g, rlb_rng_derive(g->seed, 1000 + g->cycles++));
    }
    return status;
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct gc *g = self;
    for (uint64_t n = 0; n < budget->max_steps; n++) {
        bool due = g->c.data == FROM_LEARNER && g->updates % g->c.updates_per_cycle == 0;
        rlb_status status = due ? collect(g) : RLB_OK;
        if (status != RLB_OK)
            return status;
        gc_update(g);
        ++*done;
    }
    return RLB_OK;
}

/* The goal acted for, as an observation. */
static const float *wanted(struct gc *g)
{
    if (g->task.num_places)
        return g->task.obs;
    float *goal = g->goal;
    memset(goal, 0, g->world.obs_width * sizeof *goal);
    if (g->world.tasks && g->world.tasks->goal && !g->world.numbered)
        g->world.tasks->goal(g->world.tasks_self, 0, goal, NULL);
    return goal;
}

static rlb_status act(void *self, const void *raw, uint32_t n, void *actions)
{
    struct gc *g = self;
    int32_t *action = actions;
    size_t bytes = world_raw_bytes(&g->world);
    const float *goal = wanted(g);
    uint32_t A = g->world.num_actions;
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < GC_LOOK_ROWS ? n - from : GC_LOOK_ROWS;
        world_see(&g->world, (const char *)raw + from * bytes, rows, g->sample.obs);
        gc_ask(g, g->sample.obs, goal, false, rows, g->row_q);
        for (uint32_t i = 0; i < rows; i++)
            action[from + i] = (int32_t)argmax(g->row_q + (size_t)i * A, A);
    }
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct gc *g = self;
    double *const live[GC_NUM_PARAMS] = {[GC_LEARNING_RATE] = &g->learning_rate,
                                         [GC_TAU] = &g->c.tau,
                                         [GC_HER] = &g->her,
                                         [GC_EPSILON] = &g->c.epsilon,
                                         [GC_TEMP_EVAL] = &g->c.temp_eval};
    if (index == GC_TASK)
        return gc_set_goal(g, value.s);
    if (index >= GC_NUM_PARAMS || !live[index])
        return g->host->fail(g->host, RLB_E_INVAL, "this cannot change while the run goes on");
    *live[index] = value.r;
    return RLB_OK;
}

/* ---------------------------------------------------------------- judging */

static bool task_values(void *self, const struct judged *task, double *q)
{
    struct gc *g = self;
    uint32_t S = g->truth.S, A = g->truth.A;
    if (task->family != FAMILY_GOAL)
        return false;
    gc_ask(g, g->world.state_obs, g->world.state_obs + (size_t)task->goal * g->world.obs_width,
           false, S, g->state_q);
    for (size_t i = 0; i < (size_t)S * A; i++)
        q[i] = (double)g->state_q[i];
    return true;
}

static void pair_values(void *self, const float *obs, uint32_t n, float *q)
{
    struct gc *g = self;
    gc_ask(g, obs, g->pairs.goal, true, n, q);
}

static rlb_status measure(void *self)
{
    struct gc *g = self;
    struct scores scores;
    double success, distance;
    rlb_status status = RLB_OK;
    g->host->metric(g->host, GM_TRANSITIONS, (double)g->data.transitions);
    if (g->has_truth) {
        status = judge_all(&g->judge, task_values, g, g->c.temp_eval, &scores);
        if (status != RLB_OK)
            return status;
        g->host->metric(g->host, GM_SCORE_SOFT, scores.soft[FAMILY_GOAL]);
        g->host->metric(g->host, GM_SCORE_GREEDY, scores.greedy[FAMILY_GOAL]);
        g->host->metric(g->host, GM_REF_UNIFORM, g->judge.reference_uniform);
        g->host->metric(g->host, GM_REF_ONE_STEP, g->judge.reference_one_step);
    }
    if (!g->pairs.n)
        return status;
    status = pairs_begin(&g->pairs);
    if (status == RLB_OK)
        status = pairs_play(&g->pairs, pair_values, g, &success, &distance);
    if (status != RLB_OK)
        return status;
    g->host->metric(g->host, GM_SUCCESS, success);
    g->host->metric(g->host, GM_FINAL_DISTANCE, distance);
    return RLB_OK;
}

static const rlb_algo gc_dqn = {
    .size = sizeof gc_dqn,
    .id = "gc-dqn",
    .title = "Goal-conditioned deep Q-learning",
    .doc = "Learns Q(s, a, g) for every goal g by deep Q-learning, on the same data as "
           "forward-backward, whose rewards it makes itself: 1 where a transition leads to the "
           "goal. With hindsight most goals are states that the episode did reach later. The "
           "ceiling for reaching goals in small mazes; other rewards it cannot express.",
    .citation = "Andrychowicz, Wolski, Ray, Schneider, Fong, Welinder, McGrew, Tobin, Abbeel, "
                "Zaremba: Hindsight Experience Replay, NeurIPS 2017; Touati, Ollivier: Learning "
                "One Representation to Optimize All Rewards, NeurIPS 2021",
    .version = "1.0",
    .step_unit = "update",
    .params = gc_params,
    .metrics = gc_metrics,
    .num_params = GC_NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .num_metrics = GM_NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = measure,
    .act = act,
    .set_param = set_param,
    .save = gc_save,
    .load = gc_load,
    .interface = gc_interface,
};

RLB_MODULE_ALGO(gc_dqn)
