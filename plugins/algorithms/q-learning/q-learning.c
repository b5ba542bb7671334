/* Q-learning (Watkins 1989; Sutton and Barto 2018, section 6.5): off-policy control with a table.
 *
 *   Q(s,a) += step_size (r + discount max_a' Q(s',a') - Q(s,a))
 *
 * Every lane of the environment learns into the same table. A truncated episode bootstraps from the
 * observation it was cut at, a terminated one does not. */
#include <rlbench/tabular.h>

enum {
    P_STEP_SIZE,
    P_DISCOUNT,
    P_EPSILON,
    P_EPSILON_FINAL,
    P_EPSILON_STEPS,
    P_INITIAL,
    NUM_PARAMS
};
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

struct q_learning {
    rlb_qtable table;
    double step_size, discount, epsilon, epsilon_final;
    uint64_t epsilon_steps, steps;
    int32_t *state, *action; /* [num_lanes] */
};

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct q_learning *q = host->alloc(host, sizeof *q);
    if (!q)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    rlb_status status =
        rlb_qtable_init(&q->table, host, setup->env, setup->seed, v[P_DISCOUNT].r, v[P_INITIAL].r);
    if (status != RLB_OK)
        return status;
    q->state = host->alloc(host, q->table.num_lanes * sizeof *q->state);
    q->action = host->alloc(host, q->table.num_lanes * sizeof *q->action);
    if (!q->state || !q->action)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    q->step_size = v[P_STEP_SIZE].r;
    q->discount = v[P_DISCOUNT].r;
    q->epsilon = v[P_EPSILON].r;
    q->epsilon_final = v[P_EPSILON_FINAL].r;
    q->epsilon_steps = (uint64_t)v[P_EPSILON_STEPS].i;
    const int32_t *obs = setup->env->batch->obs;
    for (uint32_t lane = 0; lane < q->table.num_lanes; lane++)
        q->state[lane] = obs[lane];
    *out = q;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static double epsilon_now(const struct q_learning *q)
{
    if (q->steps >= q->epsilon_steps)
        return q->epsilon_final;
    return q->epsilon +
           (q->epsilon_final - q->epsilon) * (double)q->steps / (double)q->epsilon_steps;
}

static void learn(struct q_learning *q, uint32_t lane)
{
    const rlb_batch *b = q->table.env->batch;
    const int32_t *obs = b->obs, *final_obs = b->final_obs;
    int ended = b->terminated[lane] | b->truncated[lane];
    int32_t next = ended ? final_obs[lane] : obs[lane];
    double bootstrap =
        b->terminated[lane] ? 0 : q->discount * rlb_qtable_max(&q->table, (uint32_t)next);
    double *value =
        &q->table.q[(size_t)q->state[lane] * q->table.num_actions + (uint32_t)q->action[lane]];
    double error = (double)b->rewards[lane] + bootstrap - *value;
    *value += q->step_size * error;
    q->table.host->metric(q->table.host, M_TD_ERROR, fabs(error));
    q->state[lane] = obs[lane];
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct q_learning *q = self;
    uint32_t lanes = q->table.num_lanes;
    for (uint64_t n = 0; n < budget->max_steps; n += lanes) {
        double epsilon = epsilon_now(q);
        for (uint32_t lane = 0; lane < lanes; lane++)
            q->action[lane] =
                (int32_t)rlb_qtable_explore(&q->table, lane, (uint32_t)q->state[lane], epsilon);
        rlb_status status = q->table.env->step(q->table.env, q->action);
        if (status != RLB_OK)
            return status;
        for (uint32_t lane = 0; lane < lanes; lane++)
            learn(q, lane);
        q->steps += lanes;
        *done += lanes;
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    struct q_learning *q = self;
    const rlb_host *host = q->table.host;
    double rmse, optimal;
    rlb_qtable_judge(&q->table, &rmse, &optimal);
    if (q->table.optimal) {
        host->metric(host, M_Q_RMSE, rmse);
        host->metric(host, M_OPTIMAL, optimal);
    }
    host->metric(host, M_EPSILON, epsilon_now(q));
    return RLB_OK;
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct q_learning *q = self;
    rlb_qtable_act(&q->table, obs, n, actions);
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct q_learning *q = self;
    double *const live[NUM_PARAMS] = {[P_STEP_SIZE] = &q->step_size,
                                      [P_EPSILON] = &q->epsilon,
                                      [P_EPSILON_FINAL] = &q->epsilon_final};
    if (index >= NUM_PARAMS || !live[index])
        return q->table.host->fail(q->table.host, RLB_E_INVAL,
                                   "this parameter cannot change while running");
    *live[index] = value.r;
    return RLB_OK;
}

static rlb_status view(void *self, uint32_t index, rlb_frame *out)
{
    struct q_learning *q = self;
    void (*const draw[NUM_VIEWS])(rlb_qtable *, rlb_frame *) = {rlb_qtable_view_values,
                                                                rlb_qtable_view_table};
    draw[index](&q->table, out);
    return RLB_OK;
}

enum { TAG_SCALARS = RLB_TAG('S', 'C', 'A', 'L'), TAG_STATES = RLB_TAG('S', 'T', 'A', 'T') };

static rlb_status save(void *self, rlb_writer *w)
{
    const struct q_learning *q = self;
    const double live[] = {q->step_size, q->epsilon, q->epsilon_final, (double)q->steps};
    rlb_status status = rlb_qtable_save(&q->table, w);
    if (status == RLB_OK)
        status = w->put(w, TAG_SCALARS, live, sizeof live);
    return status == RLB_OK ? w->put(w, TAG_STATES, q->state, q->table.num_lanes * sizeof *q->state)
                            : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct q_learning *q = self;
    double live[4];
    rlb_status status = rlb_qtable_load(&q->table, r);
    if (status == RLB_OK)
        status = r->get(r, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_STATES, q->state, q->table.num_lanes * sizeof *q->state);
    if (status != RLB_OK)
        return status;
    q->step_size = live[0];
    q->epsilon = live[1];
    q->epsilon_final = live[2];
    q->steps = (uint64_t)live[3];
    for (uint32_t lane = 0; lane < q->table.num_lanes; lane++)
        if (q->state[lane] < 0 || (uint32_t)q->state[lane] >= q->table.num_states)
            return q->table.host->fail(q->table.host, RLB_E_FORMAT,
                                       "a saved state is not one of this world");
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    (void)self;
    (void)id;
    return NULL;
}

static const rlb_algo q_learning = {
    .size = sizeof q_learning,
    .id = "q-learning",
    .title = "Q-learning",
    .doc = "The classic of tabular control: learn the values of the greedy policy while following "
           "a more curious one. "
           "Where the world has an exact model, watch the distance to the true optimal values fall "
           "and the arrows turn "
           "to the optimal policy.",
    .citation = "Watkins: Learning from Delayed Rewards, PhD thesis, Cambridge, 1989",
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

RLB_MODULE_ALGO(q_learning)
