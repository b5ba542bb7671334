/* The random walk of Sutton and Barto (2018, example 6.2 and its 19-state version in section 7.1),
 * as a chain one can also control: states 0 … n-1 in a row, an exit at each end.
 *
 * Two actions, left and right; with probability `slip` the move goes the other way. slip 0.5 is the
 * random walk: no action matters and v(i) = left_reward + (right_reward - left_reward) (i + 1) / (n
 * + 1) at discount 1. */
#include <rlbench/tabular.h>

#include <string.h>

enum {
    P_STATES,
    P_SLIP,
    P_LEFT_REWARD,
    P_RIGHT_REWARD,
    P_CONTINUING,
    P_KIND,
    P_SLIP_STEP,
    NUM_PARAMS
};

static const rlb_param params[NUM_PARAMS] = {
    [P_STATES] = RLB_INT("states", 19, 1, 100000, "", 0, "Number of states between the two exits."),
    [P_SLIP] =
        RLB_REAL("slip", 0.0, 0, 1, "", 0,
                 "Probability that a move goes the other way; 0.5 makes it the random walk."),
    [P_LEFT_REWARD] =
        RLB_REAL("left_reward", -1.0, -1e6, 1e6, "", 0, "Reward of leaving on the left."),
    [P_RIGHT_REWARD] =
        RLB_REAL("right_reward", 1.0, -1e6, 1e6, "", 0, "Reward of leaving on the right."),
    [P_CONTINUING] = RLB_BOOL("continuing", 0, 0, "Never end: an exit leads back to the middle."),
    [P_KIND] = RLB_INT("kind", 0, 0, 1000000, "", 0,
                       "Which of the differing chains this is: each kind slips slip_by_kind more "
                       "than the one before."),
    [P_SLIP_STEP] = RLB_REAL("slip_by_kind", 0.0, 0, 1, "", 0,
                             "What one kind adds to the probability to slip."),
};

static const rlb_view views[] = {
    {"walk", "The chain with its agent; exits shaded by their reward.", RLB_VIEW_FIELD, 0},
};

struct chain {
    rlb_tabular mdp; /* first: the lib's functions take this struct */
    rlb_grid grid;
    float *picture; /* [2][states + 2] */
    double left_reward, right_reward;
    uint32_t num_states;
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_tabular_spaces(out, (uint32_t)v[P_STATES].i, 2);
    out->reward_low = fmin(0, fmin(v[P_LEFT_REWARD].r, v[P_RIGHT_REWARD].r));
    out->reward_high = fmax(0, fmax(v[P_LEFT_REWARD].r, v[P_RIGHT_REWARD].r));
    return RLB_OK;
}

static void fill_outcomes(struct chain *c, double slip, int continuing)
{
    uint32_t n = c->num_states, middle = n / 2;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t a = 0; a < 2; a++)
            for (uint32_t right = 0; right < 2; right++) {
                double p = right == a ? 1 - slip : slip;
                int leaves = right ? s == n - 1 : s == 0;
                double reward = !leaves ? 0 : right ? c->right_reward : c->left_reward;
                uint32_t next = !leaves ? (right ? s + 1 : s - 1) : continuing ? middle : s;
                rlb_tabular_add(&c->mdp, s, a, p, next, reward, leaves && !continuing);
            }
    c->mdp.start[middle] = 1;
    c->mdp.success[n - 1] = 1;
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct chain *c = host->alloc(host, sizeof *c);
    if (!c)
        return host->fail(host, RLB_E_NOMEM, "no memory for a chain");
    c->num_states = (uint32_t)v[P_STATES].i;
    c->left_reward = v[P_LEFT_REWARD].r;
    c->right_reward = v[P_RIGHT_REWARD].r;
    rlb_status status = rlb_tabular_init(&c->mdp, host, setup->num_lanes, c->num_states, 2, 2);
    if (status != RLB_OK)
        return status;
    int32_t *cell = host->alloc(host, c->num_states * sizeof *cell);
    uint8_t *wall = host->alloc(host, c->num_states + 2);
    c->picture = host->alloc(host, 2 * ((size_t)c->num_states + 2) * sizeof *c->picture);
    if (!cell || !wall || !c->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u states", c->num_states);
    static const int32_t directions[] = {2, 0};
    for (uint32_t s = 0; s < c->num_states; s++)
        cell[s] = (int32_t)s + 1;
    c->grid = (rlb_grid){.size = sizeof c->grid,
                         .rows = 1,
                         .cols = c->num_states + 2,
                         .num_states = c->num_states,
                         .num_actions = 2,
                         .cell = cell,
                         .wall = wall,
                         .action_dir = directions};
    fill_outcomes(c, fmin(1, v[P_SLIP].r + (double)v[P_KIND].i * v[P_SLIP_STEP].r),
                  (int)v[P_CONTINUING].i);
    *out = c;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct chain *c = self;
    uint32_t cells = c->num_states + 2;
    (void)index;
    memset(c->picture, 0, 2 * (size_t)cells * sizeof *c->picture);
    c->picture[0] = (float)c->left_reward;
    c->picture[cells - 1] = (float)c->right_reward;
    c->picture[cells + 1 + c->mdp.state[lane]] = 1;
    out->kind = RLB_VIEW_FIELD;
    out->rows = 1;
    out->cols = cells;
    out->a = c->picture;
    out->c = c->picture + cells;
    out->lo = out->hi = NAN;
    out->caption = "the chain, exits shaded by their reward";
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    struct chain *c = self;
    if (strcmp(id, RLB_MODEL) == 0)
        return &c->mdp.model;
    return strcmp(id, RLB_GRID) == 0 ? &c->grid : NULL;
}

static const rlb_env chain = {
    .size = sizeof chain,
    .id = "chain",
    .title = "Chain and random walk",
    .doc = "States in a row with an exit at each end. With slip 0.5 it is the random walk whose "
           "values are a straight "
           "line, the oldest test of temporal-difference learning; with slip 0 a chain to control.",
    .citation = "Sutton, Barto: Reinforcement Learning, 2nd edition, 2018, example 6.2",
    .version = "1.0",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = views,
    .num_views = 1,
    .view_stride = sizeof(rlb_view),
    .spaces = spaces,
    .create = create,
    .destroy = destroy,
    .bind = rlb_tabular_bind,
    .reset = rlb_tabular_reset,
    .step = rlb_tabular_step,
    .view = view,
    .save = rlb_tabular_save,
    .load = rlb_tabular_load,
    .interface = interface,
};

RLB_MODULE_ENV(chain)
