/* The synthetic MDPs of Zhang, Wang, Mitra, Anderson (ICLR 2024), drawn as their MATLAB code does:
 * a rugged kernel over S states, actions that rotate where one lands, rewards of the state, and
 * agents that differ from the first by random factors. With their 25 features. */
#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#include <math.h>
#include <string.h>

enum { P_STATES, P_INSTANCE, P_KIND, P_EPS_KERNEL, P_EPS_REWARD, P_REWARD_MAX, NUM_PARAMS };
static const rlb_param params[NUM_PARAMS] = {
    [P_STATES] = RLB_INT("states", 100, 10, 200, "", 0,
                         "Number of states S, and of actions: action a moves where one lands a + 1 "
                         "states further, around the ring."),
    [P_INSTANCE] = RLB_INT("instance", 0, 0, 4294967295.0, "", 0,
                           "Which random world: seed of the generator, apart from the run's seed."),
    [P_KIND] = RLB_INT("kind", 0, 0, 1000000, "", 0,
                       "Which of the differing worlds of this instance; 0 is the undisturbed one."),
    [P_EPS_KERNEL] = RLB_REAL("eps_kernel", 0.1, 0, 10, "", 0,
                              "Relative disturbance of the transition probabilities of kinds "
                              "other than 0."),
    [P_EPS_REWARD] = RLB_REAL("eps_reward", 0.1, 0, 10, "", 0,
                              "Disturbance of their rewards, as a fraction of reward_max."),
    [P_REWARD_MAX] = RLB_REAL("reward_max", 10, 0, 1e6, "", 0, "Largest reward."),
};

enum { VIEW_KERNEL, VIEW_REWARDS, NUM_VIEWS };
static const rlb_view views[NUM_VIEWS] = {
    [VIEW_KERNEL] = {"kernel", "P(s' | s) before the action's rotation.", RLB_VIEW_HEATMAP, 0},
    [VIEW_REWARDS] = {"rewards", "Reward of each state.", RLB_VIEW_BARS, 0},
};

enum { GROUPS = 5 };

struct zhang {
    const rlb_host *host;
    rlb_model model;
    rlb_features features;
    uint32_t S, lanes;
    double *probs;      /* [S][S] the kernel without rotation */
    double *alias_prob; /* [S][S]; scratch while the world is drawn */
    uint32_t *alias;    /* [S][S] */
    uint32_t *work;     /* [2 S] */
    float *rewards;     /* [S] */
    uint32_t *state;    /* [lanes] */
    rlb_rng *rng;       /* [lanes] */
    const rlb_batch *batch;
    float *picture; /* [S][S] */
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_space ring = {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1};
    ring.n = v[P_STATES].i;
    out->num_agents = 1;
    out->obs = out->act = ring;
    out->reward_low = -v[P_REWARD_MAX].r;
    out->reward_high = v[P_REWARD_MAX].r;
    return RLB_OK;
}

/* ---------------------------------------------------------------- the model */

static uint32_t model_outcomes(void *self, uint32_t h, uint32_t s, uint32_t a, rlb_outcome *out)
{
    const struct zhang *z = self;
    const double *row = z->probs + (size_t)s * z->S, reward = (double)z->rewards[s];
    uint32_t n = 0, next = a + 1 < z->S ? a + 1 : 0;
    (void)h;
    for (uint32_t j = 0; j < z->S; j++) {
        if (row[j] > 0)
            out[n++] = (rlb_outcome){.next = (int32_t)next, .prob = row[j], .reward = reward};
        next = next + 1 < z->S ? next + 1 : 0;
    }
    return n;
}

static void model_start(void *self, double *out)
{
    const struct zhang *z = self;
    memset(out, 0, z->S * sizeof *out);
    out[0] = 1;
}

static uint32_t model_state(void *self, uint32_t lane)
{
    const struct zhang *z = self;
    return z->state[lane];
}

/* One-hot of (state mod 5, action mod 5), both counted from 1 as in the paper. */
static uint32_t features_row(void *self, uint32_t s, uint32_t a, uint32_t *index, double *value)
{
    (void)self;
    index[0] = (s + 1) % GROUPS * GROUPS + (a + 1) % GROUPS;
    value[0] = 1;
    return 1;
}

/* ---------------------------------------------------------------- drawing */

/* Mostly small, sometimes a hundred times larger. */
static double rugged(rlb_rng *rng, double threshold)
{
    double u = rlb_rng_uniform(rng);
    return u > threshold ? 10 * u : u / 10;
}

static void normalise(double *row, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += row[i];
    for (uint32_t i = 0; i < n; i++)
        row[i] /= sum;
}

static void draw_base(struct zhang *z, double reward_max, rlb_rng *rng)
{
    double low = INFINITY, high = -INFINITY;
    for (uint32_t s = 0; s < z->S; s++) {
        double r = rugged(rng, 0.95);
        low = fmin(low, r);
        high = fmax(high, r);
        z->rewards[s] = (float)r;
    }
    for (uint32_t s = 0; s < z->S; s++) {
        double r = ((double)z->rewards[s] - low) / (high - low);
        z->rewards[s] = (float)(reward_max * fmin(1, fmax(0, r)));
    }
    for (uint32_t s = 0; s < z->S; s++) {
        double *row = z->probs + (size_t)s * z->S;
        for (uint32_t i = 0; i < z->S; i++)
            row[i] = rugged(rng, 0.7);
        normalise(row, z->S);
    }
}

static double sign(rlb_rng *rng)
{
    return rlb_rng_below(rng, 2) ? 1 : -1;
}

/* A row that the disturbance empties keeps its undisturbed values. */
static void disturb(struct zhang *z, const rlb_value *v, rlb_rng *rng)
{
    double max = v[P_REWARD_MAX].r, eps = v[P_EPS_KERNEL].r;
    for (uint32_t s = 0; s < z->S; s++) {
        double r = (double)z->rewards[s] + sign(rng) * v[P_EPS_REWARD].r * max;
        z->rewards[s] = (float)fmin(max, fmax(-max, r));
    }
    for (uint32_t s = 0; s < z->S; s++) {
        double *row = z->probs + (size_t)s * z->S, *disturbed = z->alias_prob, sum = 0;
        for (uint32_t i = 0; i < z->S; i++) {
            double factor = 1 + eps * (2 * rlb_rng_uniform(rng) - 1);
            disturbed[i] = fmax(0, row[i] * factor * (1 + sign(rng) * eps));
            sum += disturbed[i];
        }
        if (sum > 0)
            memcpy(row, disturbed, z->S * sizeof *row);
        normalise(row, z->S);
    }
}

/* Vose's alias tables, one for each state. */
static void make_tables(struct zhang *z)
{
    uint32_t S = z->S, *small = z->work, *large = z->work + S;
    for (uint32_t s = 0; s < S; s++) {
        double *prob = z->alias_prob + (size_t)s * S;
        uint32_t *alias = z->alias + (size_t)s * S, num_small = 0, num_large = 0;
        for (uint32_t i = 0; i < S; i++) {
            prob[i] = z->probs[(size_t)s * S + i] * S;
            alias[i] = i;
            if (prob[i] < 1)
                small[num_small++] = i;
            else
                large[num_large++] = i;
        }
        while (num_small && num_large) {
            uint32_t less = small[--num_small], more = large[num_large - 1];
            alias[less] = more;
            prob[more] -= 1 - prob[less];
            if (prob[more] < 1) {
                num_large--;
                small[num_small++] = more;
            }
        }
        while (num_small) /* what rounding left over is full */
            prob[small[--num_small]] = 1;
        while (num_large)
            prob[large[--num_large]] = 1;
    }
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct zhang *z = host->alloc(host, sizeof *z);
    if (!z)
        return host->fail(host, RLB_E_NOMEM, "no memory for a world");
    uint32_t S = (uint32_t)v[P_STATES].i;
    size_t cells = (size_t)S * S;
    z->host = host;
    z->S = S;
    z->lanes = setup->num_lanes;
    z->probs = host->alloc(host, cells * sizeof *z->probs);
    z->alias_prob = host->alloc(host, cells * sizeof *z->alias_prob);
    z->alias = host->alloc(host, cells * sizeof *z->alias);
    z->work = host->alloc(host, 2 * (size_t)S * sizeof *z->work);
    z->rewards = host->alloc(host, S * sizeof *z->rewards);
    z->state = host->alloc(host, z->lanes * sizeof *z->state);
    z->rng = host->alloc(host, z->lanes * sizeof *z->rng);
    z->picture = host->alloc(host, cells * sizeof *z->picture);
    if (!z->probs || !z->alias_prob || !z->alias || !z->work || !z->rewards || !z->state ||
        !z->rng || !z->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u states", S);
    rlb_rng rng;
    rlb_rng_init(&rng, (uint64_t)v[P_INSTANCE].i, 0);
    draw_base(z, v[P_REWARD_MAX].r, &rng);
    if (v[P_KIND].i > 0) {
        rlb_rng_init(&rng, (uint64_t)v[P_INSTANCE].i, (uint64_t)v[P_KIND].i);
        disturb(z, v, &rng);
    }
    make_tables(z);
    for (uint32_t lane = 0; lane < z->lanes; lane++)
        rlb_rng_init(&z->rng[lane], 0, lane);
    z->model = (rlb_model){.size = sizeof z->model,
                           .num_states = S,
                           .num_actions = S,
                           .max_outcomes = S,
                           .outcomes = model_outcomes,
                           .start = model_start,
                           .state = model_state};
    z->features = (rlb_features){
        .size = sizeof z->features, .dim = GROUPS * GROUPS, .max_nonzero = 1, .row = features_row};
    *out = z;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* ---------------------------------------------------------------- walking */

static rlb_status bind(void *self, const rlb_batch *batch)
{
    struct zhang *z = self;
    z->batch = batch;
    return RLB_OK;
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct zhang *z = self;
    if (seed)
        rlb_rng_init(&z->rng[lane], *seed, 0);
    z->state[lane] = 0;
    ((int32_t *)z->batch->obs)[lane] = 0;
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct zhang *z = self;
    const rlb_batch *b = z->batch;
    const int32_t *actions = b->actions;
    int32_t *obs = b->obs;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++) {
        uint32_t s = z->state[lane];
        double u = rlb_rng_uniform(&z->rng[lane]) * z->S;
        uint32_t cell = (uint32_t)u;
        size_t at = (size_t)s * z->S + cell;
        uint32_t landed = u - cell < z->alias_prob[at] ? cell : z->alias[at];
        z->state[lane] = (landed + (uint32_t)actions[lane] + 1) % z->S;
        obs[lane] = (int32_t)z->state[lane];
        b->rewards[lane] = z->rewards[s];
        b->terminated[lane] = 0;
        b->success[lane] = 0;
    }
    return RLB_OK;
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct zhang *z = self;
    (void)lane;
    out->kind = views[index].kind;
    out->rows = z->S;
    out->lo = out->hi = NAN;
    if (index == VIEW_REWARDS) {
        out->cols = 1;
        out->a = z->rewards;
        out->caption = "reward of each state";
        return RLB_OK;
    }
    for (size_t i = 0; i < (size_t)z->S * z->S; i++)
        z->picture[i] = (float)z->probs[i];
    out->cols = z->S;
    out->a = z->picture;
    out->caption = "P(s' | s) before the action's rotation";
    return RLB_OK;
}

enum { TAG_STATE = RLB_TAG('S', 'T', 'A', 'T'), TAG_RNG = RLB_TAG('R', 'N', 'G', ' ') };

static rlb_status save(void *self, rlb_writer *w)
{
    const struct zhang *z = self;
    rlb_status status = w->put(w, TAG_STATE, z->state, z->lanes * sizeof *z->state);
    return status == RLB_OK ? w->put(w, TAG_RNG, z->rng, z->lanes * sizeof *z->rng) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct zhang *z = self;
    rlb_status status = r->get(r, TAG_STATE, z->state, z->lanes * sizeof *z->state);
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, z->rng, z->lanes * sizeof *z->rng);
    for (uint32_t lane = 0; status == RLB_OK && lane < z->lanes; lane++)
        if (z->state[lane] >= z->S || z->rng[lane].used > 4)
            status = z->host->fail(z->host, RLB_E_FORMAT,
                                   "the saved state of lane %u is not one of this world", lane);
    return status;
}

static const void *interface(void *self, const char *id)
{
    struct zhang *z = self;
    if (strcmp(id, RLB_MODEL) == 0)
        return &z->model;
    return strcmp(id, RLB_FEATURES) == 0 ? &z->features : NULL;
}

static const rlb_env zhang = {
    .size = sizeof zhang,
    .id = "zhang-mdp",
    .title = "Zhang et al.'s federated MDPs",
    .doc = "The synthetic problem of the first FedSARSA paper: 100 states and 100 actions that "
           "rotate where one lands, rewards of the state, 25 features that pool states and actions "
           "by their remainder of 5. Kind 0 is the undisturbed world, every other kind has its own "
           "random disturbance of size eps_kernel and eps_reward.",
    .citation = "Zhang, Wang, Mitra, Anderson: Finite-time analysis of on-policy heterogeneous "
                "federated reinforcement learning, ICLR 2024 (code: zcysxy/FedSarsa-code)",
    .version = "1.0",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .spaces = spaces,
    .create = create,
    .destroy = destroy,
    .bind = bind,
    .reset = reset,
    .step = step,
    .view = view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ENV(zhang)
