/* Sarsa(lambda) (Rummery and Niranjan 1994; Sutton and Barto 2018, section 12.7): on-policy control
 * with a table and eligibility traces.
 *
 *   delta = r + discount Q(s',a') - Q(s,a);  z(s,a) += 1 (or = 1);  Q += step_size delta z;  z *=
 * discount lambda
 *
 * a' is drawn from the epsilon-greedy policy before the update and is the next action. Every lane
 * has its own traces and learns into the same table. A truncated episode bootstraps from the
 * observation it was cut at (with an action drawn there), a terminated one does not; traces end
 * with the episode. */
#include "traces.h"

#include <rlbench/tabular.h>

enum {
    P_STEP_SIZE,
    P_DISCOUNT,
    P_EPSILON,
    P_EPSILON_FINAL,
    P_EPSILON_STEPS,
    P_INITIAL,
    P_LAMBDA,
    P_TRACE,
    NUM_PARAMS
};
static const char *const trace_names[] = {"accumulating", "replacing", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_STEP_SIZE] = RLB_REAL("step_size", 0.1, 0, 1, "", RLB_P_LOG | RLB_P_LIVE,
                             "How far a value moves towards its target."),
    [P_DISCOUNT] = RLB_REAL("discount", 0.99, 0, 1, "", 0, "Weight of the next state's value."),
    [P_EPSILON] =
        RLB_REAL("epsilon", 0.1, 0, 1, "", RLB_P_LIVE, "Chance of a random action at the start."),
    [P_EPSILON_FINAL] = RLB_REAL("epsilon_final", 0.1, 0, 1, "", RLB_P_LIVE,
                                 "Chance of a random action once epsilon_steps have passed."),
    [P_EPSILON_STEPS] =
        RLB_INT("epsilon_steps", 0, 0, 1e15, "steps", 0,
                "Steps over which epsilon goes linearly to epsilon_final; 0: at once."),
    [P_INITIAL] =
        RLB_REAL("initial_value", 0.0, -1e9, 1e9, "", 0,
                 "Every value at the start; above the true ones it makes the learner explore."),
    [P_LAMBDA] = RLB_REAL("lambda", 0.0, 0, 1, "", RLB_P_LIVE,
                          "Decay of the eligibility traces; 0 is one-step Sarsa, 1 Monte Carlo."),
    [P_TRACE] = RLB_ENUM("trace", TRACE_ACCUMULATING, trace_names, 0,
                         "Whether visiting a pair again adds to its trace or sets it to 1."),
};

enum { M_TD_ERROR, M_Q_RMSE, M_OPTIMAL, M_EPSILON, NUM_METRICS };
static const rlb_metric metrics[NUM_METRICS] = {
    [M_TD_ERROR] = {"td_error", "Mean absolute temporal-difference error.", "reward", RLB_FOLD_MEAN,
                    RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_Q_RMSE] = {"q_rmse",
                  "Root mean square distance of the table to the optimal action values, exact.",
                  "reward", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_HEADLINE, 0},
    [M_OPTIMAL] = {"optimal_states",
                   "Fraction of the states whose greedy action is optimal, exact.", "",
                   RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE, 0},
    [M_EPSILON] = {"epsilon", "Chance of a random action.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
};

enum { VIEW_VALUES, VIEW_TABLE, NUM_VIEWS };
static const rlb_view views[NUM_VIEWS] = {
    [VIEW_VALUES] =
        {"values",
         "The greedy value of every state; on a map with the greedy actions and the agents.",
         RLB_VIEW_FIELD, 0},
    [VIEW_TABLE] = {"table", "All action values: a row per action, a column per state.",
                    RLB_VIEW_HEATMAP, 0},
};

struct sarsa {
    rlb_qtable table;
    struct traces traces;
    double step_size, discount, epsilon, epsilon_final, lambda;
    uint64_t epsilon_steps, steps;
    int32_t *state, *action; /* [num_lanes] */
};

static double epsilon_now(const struct sarsa *l)
{
    if (l->steps >= l->epsilon_steps)
        return l->epsilon_final;
    return l->epsilon +
           (l->epsilon_final - l->epsilon) * (double)l->steps / (double)l->epsilon_steps;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct sarsa *l = host->alloc(host, sizeof *l);
    if (!l)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    rlb_status status =
        rlb_qtable_init(&l->table, host, setup->env, setup->seed, v[P_DISCOUNT].r, v[P_INITIAL].r);
    if (status != RLB_OK)
        return status;
    l->state = host->alloc(host, l->table.num_lanes * sizeof *l->state);
    l->action = host->alloc(host, l->table.num_lanes * sizeof *l->action);
    if (!l->state || !l->action)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    l->step_size = v[P_STEP_SIZE].r;
    l->discount = v[P_DISCOUNT].r;
    l->epsilon = v[P_EPSILON].r;
    l->epsilon_final = v[P_EPSILON_FINAL].r;
    l->epsilon_steps = (uint64_t)v[P_EPSILON_STEPS].i;
    l->lambda = v[P_LAMBDA].r;
    status = traces_init(&l->traces, host, l->table.num_lanes,
                         l->table.num_states * l->table.num_actions, (enum trace)v[P_TRACE].i);
    if (status != RLB_OK)
        return status;
    const int32_t *obs = setup->env->batch->obs;
    for (uint32_t lane = 0; lane < l->table.num_lanes; lane++)
        l->state[lane] = obs[lane];
    for (uint32_t lane = 0; lane < l->table.num_lanes; lane++)
        l->action[lane] =
            (int32_t)rlb_qtable_explore(&l->table, lane, (uint32_t)l->state[lane], epsilon_now(l));
    *out = l;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* The action to take next in each lane, and the value the last one bootstraps from. */
static void choose(struct sarsa *l, uint32_t lane, double epsilon, int ended, int32_t *next_action,
                   double *bootstrap)
{
    const rlb_batch *b = l->table.env->batch;
    const int32_t *obs = b->obs, *final_obs = b->final_obs;
    *next_action = (int32_t)rlb_qtable_explore(&l->table, lane, (uint32_t)obs[lane], epsilon);
    if (b->terminated[lane]) {
        *bootstrap = 0;
        return;
    }
    uint32_t s = (uint32_t)(ended ? final_obs[lane] : obs[lane]);
    uint32_t a = ended ? rlb_qtable_explore(&l->table, lane, s, epsilon) : (uint32_t)*next_action;
    *bootstrap = l->discount * l->table.q[(size_t)s * l->table.num_actions + a];
}

static void learn(struct sarsa *l, uint32_t lane, double epsilon)
{
    const rlb_batch *b = l->table.env->batch;
    const int32_t *obs = b->obs;
    int ended = b->terminated[lane] | b->truncated[lane];
    size_t pair = (size_t)l->state[lane] * l->table.num_actions + (uint32_t)l->action[lane];
    int32_t next_action;
    double bootstrap;
    choose(l, lane, epsilon, ended, &next_action, &bootstrap);
    double error = (double)b->rewards[lane] + bootstrap - l->table.q[pair];
    if (l->lambda == 0) {
        l->table.q[pair] += l->step_size * error;
    } else {
        traces_visit(&l->traces, lane, (uint32_t)pair);
        traces_apply(&l->traces, lane, l->step_size * error, l->discount * l->lambda, l->table.q);
        if (ended)
            traces_clear(&l->traces, lane);
    }
    l->table.host->metric(l->table.host, M_TD_ERROR, fabs(error));
    l->state[lane] = obs[lane];
    l->action[lane] = next_action;
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct sarsa *l = self;
    uint32_t lanes = l->table.num_lanes;
    for (uint64_t n = 0; n < budget->max_steps; n += lanes) {
        double epsilon = epsilon_now(l);
        rlb_status status = l->table.env->step(l->table.env, l->action);
        if (status != RLB_OK)
            return status;
        for (uint32_t lane = 0; lane < lanes; lane++)
            learn(l, lane, epsilon);
        l->steps += lanes;
        *done += lanes;
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    struct sarsa *l = self;
    const rlb_host *host = l->table.host;
    double rmse, optimal;
    rlb_qtable_judge(&l->table, &rmse, &optimal);
    if (l->table.optimal) {
        host->metric(host, M_Q_RMSE, rmse);
        host->metric(host, M_OPTIMAL, optimal);
    }
    host->metric(host, M_EPSILON, epsilon_now(l));
    return RLB_OK;
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct sarsa *l = self;
    rlb_qtable_act(&l->table, obs, n, actions);
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct sarsa *l = self;
    double *const live[NUM_PARAMS] = {[P_STEP_SIZE] = &l->step_size,
                                      [P_EPSILON] = &l->epsilon,
                                      [P_EPSILON_FINAL] = &l->epsilon_final,
                                      [P_LAMBDA] = &l->lambda};
    if (index >= NUM_PARAMS || !live[index])
        return l->table.host->fail(l->table.host, RLB_E_INVAL,
                                   "this parameter cannot change while running");
    *live[index] = value.r;
    return RLB_OK;
}

static rlb_status view(void *self, uint32_t index, rlb_frame *out)
{
    struct sarsa *l = self;
    void (*const draw[NUM_VIEWS])(rlb_qtable *, rlb_frame *) = {rlb_qtable_view_values,
                                                                rlb_qtable_view_table};
    draw[index](&l->table, out);
    return RLB_OK;
}

enum {
    TAG_SCALARS = RLB_TAG('S', 'C', 'A', 'L'),
    TAG_STATES = RLB_TAG('S', 'T', 'A', 'T'),
    TAG_ACTIONS = RLB_TAG('A', 'C', 'T', ' ')
};

static rlb_status save(void *self, rlb_writer *w)
{
    const struct sarsa *l = self;
    const double live[] = {l->step_size, l->epsilon, l->epsilon_final, l->lambda, (double)l->steps};
    rlb_status status = rlb_qtable_save(&l->table, w);
    if (status == RLB_OK)
        status = w->put(w, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_STATES, l->state, l->table.num_lanes * sizeof *l->state);
    if (status == RLB_OK)
        status = w->put(w, TAG_ACTIONS, l->action, l->table.num_lanes * sizeof *l->action);
    return status == RLB_OK ? traces_save(&l->traces, w) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct sarsa *l = self;
    double live[5];
    rlb_status status = rlb_qtable_load(&l->table, r);
    if (status == RLB_OK)
        status = r->get(r, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_STATES, l->state, l->table.num_lanes * sizeof *l->state);
    if (status == RLB_OK)
        status = r->get(r, TAG_ACTIONS, l->action, l->table.num_lanes * sizeof *l->action);
    if (status == RLB_OK)
        status = traces_load(&l->traces, r);
    if (status != RLB_OK)
        return status;
    l->step_size = live[0];
    l->epsilon = live[1];
    l->epsilon_final = live[2];
    l->lambda = live[3];
    l->steps = (uint64_t)live[4];
    for (uint32_t lane = 0; lane < l->table.num_lanes; lane++)
        if (l->state[lane] < 0 || (uint32_t)l->state[lane] >= l->table.num_states ||
            l->action[lane] < 0 || (uint32_t)l->action[lane] >= l->table.num_actions)
            return l->table.host->fail(l->table.host, RLB_E_FORMAT,
                                       "a saved state or action is not one of this world");
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    (void)self;
    (void)id;
    return NULL;
}

static const rlb_algo sarsa = {
    .size = sizeof sarsa,
    .id = "sarsa",
    .title = "Sarsa(lambda)",
    .doc = "On-policy control with a table and eligibility traces: learn the values of the policy "
           "one really follows, "
           "exploration included. On the cliff it takes the safe way where q-learning walks along "
           "the edge.",
    .citation =
        "Rummery, Niranjan: On-line Q-learning using connectionist systems, Cambridge, 1994",
    .version = "1.0",
    .step_unit = "step",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = measure,
    .act = act,
    .set_param = set_param,
    .view = view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ALGO(sarsa)
