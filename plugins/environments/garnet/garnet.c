/* Garnet: a random finite MDP with few successors per state and action. Many kinds of it can be
 * made from one instance number, differing as much as one likes: the clients of federated learning.
 */
#include "draw.h"

#include <rlbench/tabular.h>

#include <string.h>

enum {
    P_STATES,
    P_ACTIONS,
    P_BRANCHING,
    P_INSTANCE,
    P_KIND,
    P_EPS_KERNEL,
    P_EPS_REWARD,
    P_MIN_VISIT,
    NUM_PARAMS
};

static const rlb_param params[NUM_PARAMS] = {
    [P_STATES] = RLB_INT("states", 10, 2, 200, "", 0, "Number of states S."),
    [P_ACTIONS] = RLB_INT("actions", 3, 1, 50, "", 0, "Number of actions A."),
    [P_BRANCHING] = RLB_INT("branching", 2, 1, 200, "", 0,
                            "Successors of every state and action, at most S (one means "
                            "deterministic moves)."),
    [P_INSTANCE] = RLB_INT("instance", 0, 0, 4294967295.0, "", 0,
                           "Which random world: seed of the generator, apart from the run's seed."),
    [P_KIND] = RLB_INT("kind", 0, 0, 1000000, "", 0,
                       "Which of the differing worlds of this instance: its own kernel and rewards "
                       "are mixed in with weights eps_kernel and eps_reward."),
    [P_EPS_KERNEL] = RLB_REAL("eps_kernel", 1, 0, 1, "", 0,
                              "How much the kinds' kernels differ: 0 all the same, 1 drawn "
                              "independently."),
    [P_EPS_REWARD] = RLB_REAL("eps_reward", 1, 0, 1, "", 0,
                              "How much the kinds' rewards differ: 0 all the same, 1 drawn "
                              "independently."),
    [P_MIN_VISIT] =
        RLB_REAL("min_visit", 0.03, 0, 0.5, "", RLB_P_EXPERT,
                 "Worlds are redrawn until the uniform policy takes every state-action pair at "
                 "least this fraction of an even share 1/(S A) of the time; 0 accepts the first."),
};

enum { VIEW_TRANSITIONS, VIEW_REWARDS, VIEW_OCCUPANCY, NUM_VIEWS };
static const rlb_view views[NUM_VIEWS] = {
    [VIEW_TRANSITIONS] = {"transitions",
                          "Probability of each next state (columns) for each state and action.",
                          RLB_VIEW_HEATMAP, 0},
    [VIEW_REWARDS] = {"rewards", "Reward of each state (rows) and action (columns).",
                      RLB_VIEW_HEATMAP, 0},
    [VIEW_OCCUPANCY] = {"occupancy",
                        "Share of time in each state under the uniform policy, and of the agents "
                        "there now.",
                        RLB_VIEW_BARS, 0},
};

enum { MAX_DRAWS = 2000 };

struct garnet {
    rlb_tabular mdp; /* first: the lib's functions take this struct */
    rlb_features features;
    double *occupancy; /* [S] of the uniform policy */
    float *picture;    /* the largest view */
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    if (v[P_BRANCHING].i > v[P_STATES].i)
        return host->fail(host, RLB_E_INVAL,
                          "branching %lld needs at least as many states, there are %lld",
                          (long long)v[P_BRANCHING].i, (long long)v[P_STATES].i);
    rlb_tabular_spaces(out, (uint32_t)v[P_STATES].i, (uint32_t)v[P_ACTIONS].i);
    out->reward_low = 0;
    out->reward_high = 1;
    return RLB_OK;
}

/* One-hot. */
static uint32_t features_row(void *self, uint32_t s, uint32_t a, uint32_t *index, double *value)
{
    const struct garnet *g = self;
    index[0] = s * g->mdp.model.num_actions + a;
    value[0] = 1;
    return 1;
}

/* Draws the common world and the kind's own, each ergodic by itself so that every mixture is. */
static rlb_status draw_worlds(const rlb_host *host, const rlb_value *v, struct garnet_world *base,
                              struct garnet_world *own, double *chain, double *mu)
{
    struct garnet_world *const worlds[2] = {base, own};
    for (uint32_t i = 0; i < 2; i++) {
        rlb_rng rng;
        rlb_rng_init(&rng, (uint64_t)v[P_INSTANCE].i, i ? 1 + (uint64_t)v[P_KIND].i : 0);
        rlb_status status =
            v[P_MIN_VISIT].r > 0
                ? garnet_draw_ergodic(worlds[i], (uint32_t)v[P_BRANCHING].i, v[P_MIN_VISIT].r,
                                      MAX_DRAWS, &rng, chain, mu)
                : (garnet_draw(worlds[i], (uint32_t)v[P_BRANCHING].i, &rng), RLB_OK);
        if (status == RLB_E_NUMERIC)
            return host->fail(
                host, RLB_E_INVAL,
                "%d draws gave no world with %lld states, %lld actions and branching "
                "%lld that visits every pair; lower min_visit (%g) or raise branching",
                MAX_DRAWS, (long long)v[P_STATES].i, (long long)v[P_ACTIONS].i,
                (long long)v[P_BRANCHING].i, v[P_MIN_VISIT].r);
        if (status != RLB_OK)
            return host->fail(host, status, "no memory to draw a world");
    }
    garnet_mix(base, own, v[P_EPS_KERNEL].r, v[P_EPS_REWARD].r);
    return RLB_OK;
}

/* Rewards are rounded to what a batch carries (float), so that the model is exactly the world. */
static void fill_outcomes(struct garnet *g, const struct garnet_world *w)
{
    for (uint32_t s = 0; s < w->states; s++) {
        g->mdp.start[s] = 1.0 / w->states;
        for (uint32_t a = 0; a < w->actions; a++) {
            size_t pair = (size_t)s * w->actions + a;
            const double *row = w->probs + pair * w->states;
            double reward = (float)w->rewards[pair];
            for (uint32_t next = 0; next < w->states; next++)
                rlb_tabular_add(&g->mdp, s, a, row[next], next, reward, 0);
        }
    }
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    uint32_t S = (uint32_t)v[P_STATES].i, A = (uint32_t)v[P_ACTIONS].i;
    uint32_t B = (uint32_t)v[P_BRANCHING].i;
    size_t pairs = (size_t)S * A;
    struct garnet_world base = {.states = S, .actions = A}, own = base;
    struct garnet *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a garnet");
    rlb_status status =
        rlb_tabular_init(&g->mdp, host, setup->num_lanes, S, A, 2 * B < S ? 2 * B : S);
    if (status != RLB_OK)
        return status;
    base.probs = host->alloc(host, pairs * S * sizeof *base.probs);
    own.probs = host->alloc(host, pairs * S * sizeof *own.probs);
    base.rewards = host->alloc(host, pairs * sizeof *base.rewards);
    own.rewards = host->alloc(host, pairs * sizeof *own.rewards);
    double *chain = host->alloc(host, (size_t)S * S * sizeof *chain);
    g->occupancy = host->alloc(host, S * sizeof *g->occupancy);
    g->picture = host->alloc(host, pairs * S * sizeof *g->picture);
    if (!base.probs || !own.probs || !base.rewards || !own.rewards || !chain || !g->occupancy ||
        !g->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u states and %u actions", S, A);
    status = draw_worlds(host, v, &base, &own, chain, g->occupancy);
    if (status != RLB_OK)
        return status;
    if (garnet_occupancy(&base, chain, g->occupancy) != RLB_OK)
        for (uint32_t s = 0; s < S; s++)
            g->occupancy[s] = NAN; /* several recurrent classes: only with min_visit 0 */
    fill_outcomes(g, &base);
    g->features = (rlb_features){
        .size = sizeof g->features, .dim = (uint32_t)pairs, .max_nonzero = 1, .row = features_row};
    *out = g;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static void draw_pairs(struct garnet *g, int transitions, rlb_frame *out)
{
    const rlb_tabular *t = &g->mdp;
    uint32_t S = t->model.num_states, A = t->model.num_actions;
    memset(g->picture, 0, (size_t)S * A * S * sizeof *g->picture);
    for (size_t pair = 0; pair < (size_t)S * A; pair++) {
        const rlb_outcome *o = t->outcomes + pair * t->model.max_outcomes;
        if (!transitions)
            g->picture[pair] = (float)o->reward;
        for (uint32_t i = 0; transitions && i < t->counts[pair]; i++)
            g->picture[pair * S + (size_t)o[i].next] = (float)o[i].prob;
    }
    out->rows = transitions ? S * A : S;
    out->cols = transitions ? S : A;
    out->caption = transitions ? "P(s'|s,a): rows s, a; columns s'" : "r(s, a): rows s, columns a";
    out->lo = 0;
    out->hi = 1;
}

static void draw_occupancy(struct garnet *g, rlb_frame *out)
{
    const rlb_tabular *t = &g->mdp;
    uint32_t S = t->model.num_states;
    for (uint32_t s = 0; s < S; s++) {
        g->picture[2 * s] = (float)g->occupancy[s];
        g->picture[2 * s + 1] = 0;
    }
    for (uint32_t lane = 0; lane < t->num_lanes; lane++)
        g->picture[2 * t->state[lane] + 1] += 1.0f / (float)t->num_lanes;
    out->rows = S;
    out->cols = 2;
    out->col_labels = "uniform policy\nnow";
    out->caption = "share of time in each state";
    out->lo = 0;
    out->hi = NAN;
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct garnet *g = self;
    (void)lane;
    out->kind = views[index].kind;
    out->a = g->picture;
    if (index == VIEW_OCCUPANCY)
        draw_occupancy(g, out);
    else
        draw_pairs(g, index == VIEW_TRANSITIONS, out);
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    struct garnet *g = self;
    if (strcmp(id, RLB_MODEL) == 0)
        return &g->mdp.model;
    return strcmp(id, RLB_FEATURES) == 0 ? &g->features : NULL;
}

static const rlb_env garnet = {
    .size = sizeof garnet,
    .id = "garnet",
    .title = "Garnet (random MDP)",
    .doc = "A random finite MDP: every state and action has a few successors drawn uniformly, with "
           "random probabilities and a random reward, and no episode ever ends. One instance gives "
           "any number of kinds whose kernels and rewards differ as much as eps_kernel and "
           "eps_reward say: the heterogeneous clients of federated learning. With the exact model.",
    .citation = "Archibald, McKinnon, Thomas: On the generation of Markov decision processes, "
                "Journal of the Operational Research Society, 1995; drawn as in Mangold, Berthier, "
                "Moulines: arXiv 2512.17688, 2025",
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
    .bind = rlb_tabular_bind,
    .reset = rlb_tabular_reset,
    .step = rlb_tabular_step,
    .view = view,
    .save = rlb_tabular_save,
    .load = rlb_tabular_load,
    .interface = interface,
};

RLB_MODULE_ENV(garnet)
