/* From parameters to two players, and their steps. */
#include "slhf.h"

#include <string.h>

static void read_params(struct slhf *s, const rlb_value *v)
{
    s->learner = (uint32_t)v[P_LEARNER].i;
    s->step_size = v[P_STEP_SIZE].r;
    s->follower_weight = v[P_FOLLOWER_WEIGHT].r;
    s->tau_leader = v[P_TAU].r;
    s->tau_follower = v[P_FOLLOWER_TAU].r < 0 ? v[P_TAU].r : v[P_FOLLOWER_TAU].r;
    s->row_normalised = (uint32_t)v[P_ROW_NORMALISED].i;
    s->leader_every = (uint32_t)v[P_LEADER_UPDATE_FREQUENCY].i;
}

static rlb_status make_learner(struct slhf *s, const rlb_value *v)
{
    const struct problem *pr = &s->problem;
    if (slhf_is_exact(s))
        return exact_init(s);
    struct duel_options o = {.batch = (uint32_t)v[P_BATCH].i,
                             .kl_estimator = (uint32_t)v[P_KL_ESTIMATOR].i,
                             .kl_return_to_go = (uint32_t)v[P_KL_RETURN_TO_GO].i,
                             .rloo_baseline = (uint32_t)v[P_RLOO_BASELINE].i,
                             .charge_leader = (uint32_t)v[P_CHARGE_LEADER].i,
                             .bernoulli = (uint32_t)v[P_BERNOULLI].i,
                             .tau_leader = s->tau_leader,
                             .tau_follower = s->tau_follower,
                             .baseline = v[P_SCORE_BASELINE].r,
                             .exploration_mix = v[P_EXPLORATION_MIX].r};
    bool whole = s->learner == LEARNER_SAMPLED;
    rlb_status status = duel_init(&s->duel, pr, &o, whole ? pr->n : pr->V, whole ? 1 : pr->L,
                                  v[P_TEMPERATURE].r, s->seed);
    s->leader = s->duel.leader.logits;
    s->follower = s->duel.follower.logits;
    return status;
}

static rlb_status make_scratch(struct slhf *s)
{
    const rlb_host *host = s->host;
    size_t n = s->problem.n;
    s->pi = host->alloc(host, n * sizeof *s->pi);
    s->omega = host->alloc(host, n * n * sizeof *s->omega);
    s->values = host->alloc(host, n * sizeof *s->values);
    s->result = host->alloc(host, s->problem.X * n * sizeof *s->result);
    s->picture_cells = 2 * n * (n + 2) + 4 * HISTORY + 64;
    s->picture = host->alloc(host, s->picture_cells * sizeof *s->picture);
    if (!s->pi || !s->omega || !s->values || !s->result || !s->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u responses", s->problem.n);
    return rlb_sketch_init(&s->sketch, host, 6000, -0.1, 1.1);
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct slhf *s = host->alloc(host, sizeof *s);
    if (!s)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    s->host = host;
    s->seed = setup->seed;
    read_params(s, v);
    rlb_status status = problem_init(&s->problem, host, setup->env, "slhf", v[P_REFERENCE_KEEP].r);
    if (status == RLB_OK)
        status = arena_init(&s->arena, &s->problem);
    if (status == RLB_OK)
        status = make_scratch(s);
    if (status == RLB_OK)
        status = solutions_init(&s->solutions, &s->problem, s->tau_leader, s->tau_follower,
                                v[P_RIDGE].r);
    if (status == RLB_OK)
        status = make_learner(s, v);
    if (status == RLB_OK)
        *out = s;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

void slhf_policies(struct slhf *s, uint32_t x)
{
    uint32_t n = s->problem.n;
    size_t square = (size_t)n * n;
    if (!slhf_is_exact(s)) {
        forest_enumerate(&s->duel.leader, x, s->values, s->pi);
        for (uint32_t y = 0; y < n; y++)
            forest_enumerate(&s->duel.follower, (size_t)x * n + y, s->values,
                             s->omega + (size_t)y * n);
        return;
    }
    memcpy(s->pi, s->leader + (size_t)x * n, n * sizeof *s->pi);
    memcpy(s->omega, s->follower + x * square, square * sizeof *s->omega);
    if (s->learner == LEARNER_SIMPLEX)
        return;
    (void)rlb_softmax_in_place(n, s->pi);
    for (uint32_t y = 0; y < n; y++)
        (void)rlb_softmax_in_place(n, s->omega + (size_t)y * n);
}

static void sampled_step(struct slhf *s)
{
    const rlb_host *host = s->host;
    uint64_t m = s->leader_every;
    bool leads = m == 1 || (s->steps + 1) % m == 0, follows = m == 1 || !leads;
    struct duel_report r;
    duel_step(&s->duel, leads ? s->step_size : 0, follows ? s->step_size * s->follower_weight : 0,
              &r);
    host->metric(host, M_PREF, r.win);
    host->metric(host, M_LOSS_LEADER, r.loss[0]);
    host->metric(host, M_LOSS_FOLLOWER, r.loss[1]);
    host->metric(host, M_SCORE_LEADER, r.score[0]);
    host->metric(host, M_SCORE_FOLLOWER, r.score[1]);
    host->metric(host, M_LOSS_KL_LEADER, r.kl[0]);
    host->metric(host, M_LOSS_KL_FOLLOWER, r.kl[1]);
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct slhf *s = self;
    for (uint64_t i = 0; i < budget->max_steps; i++) {
        if (slhf_is_exact(s)) {
            rlb_status status = exact_step(s);
            if (status != RLB_OK)
                return status;
        } else {
            sampled_step(s);
        }
        s->steps++;
        ++*done;
    }
    return RLB_OK;
}

/* The most probable response to an observed context. */
static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct slhf *s = self;
    for (uint32_t i = 0; i < n; i++) {
        slhf_policies(s, (uint32_t)((const int32_t *)obs)[i]);
        problem_string(&s->problem, problem_mode(s->problem.n, s->pi),
                       (int32_t *)actions + (size_t)i * s->problem.L);
    }
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct slhf *s = self;
    switch (index) {
    case P_STEP_SIZE: s->step_size = value.r; return RLB_OK;
    case P_FOLLOWER_WEIGHT: s->follower_weight = value.r; return RLB_OK;
    default:
        return s->host->fail(s->host, RLB_E_INVAL, "this parameter cannot change while running");
    }
}

static const void *interface(void *self, const char *id)
{
    (void)self;
    return strcmp(id, RLB_RESULTS) == 0 ? &slhf_results : NULL;
}

static const rlb_algo slhf = {
    .size = sizeof slhf,
    .id = "slhf",
    .title = "Stackelberg learning from human feedback",
    .doc = "A Leader commits to a response and a Follower, who sees it, answers with a better one; "
           "both learn from pairwise preferences, which need not come from any reward. Watch the "
           "duality gap close on the exact equilibrium, the Leader settle on the response that is "
           "hardest to beat, and the Follower turn into a refiner of whatever it is shown.",
    .citation = "Pásztor, Kleine Buening, Krause: Stackelberg Learning from Human Feedback: "
                "Preference Optimization as a Sequential Game, arXiv 2512.16626, 2025",
    .version = "1.0",
    .step_unit = "step",
    .params = slhf_params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = slhf_metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = slhf_views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = slhf_measure,
    .act = act,
    .set_param = set_param,
    .view = slhf_view,
    .save = slhf_save,
    .load = slhf_load,
    .interface = interface,
};

RLB_MODULE_ALGO(slhf)
