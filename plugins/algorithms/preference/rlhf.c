/* Reinforcement learning from human feedback: scores of the Bradley-Terry model from pairs that
 * annotators were shown, then the policy that maximises E r - tau KL(pi | ref). */
#include "pairs.h"
#include "single.h"

#include <string.h>

enum {
    P_METHOD,
    P_REWARD,
    P_TAU,
    P_PAIRS,
    P_PAIR_WEIGHTS,
    P_NUM_PAIRS,
    P_RIDGE,
    P_STEP_SIZE,
    P_BATCH,
    P_GROUP,
    P_TEMPERATURE,
    P_WHOLE,
    NUM_PARAMS
};
enum { METHOD_EXACT, METHOD_RLOO };
enum { REWARD_BRADLEY_TERRY, REWARD_ATTRIBUTES };
static const char *const methods[] = {"exact", "rloo", NULL};
static const char *const rewards[] = {"bradley-terry", "attributes", NULL};
static const char *const samplers[] = {"uniform", "chain", "biased", "on-policy", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_METHOD] = RLB_ENUM("method", METHOD_EXACT, methods, 0,
                          "exact: the policy in closed form; rloo: from samples, each compared "
                          "with the mean of the others of its context."),
    [P_REWARD] = RLB_ENUM("reward", REWARD_BRADLEY_TERRY, rewards, 0,
                          "bradley-terry: fitted scores; attributes: the mean of the attributes "
                          "that the problem has."),
    [P_TAU] = RLB_REAL("tau", 0.02, 0, 1e9, "", 0,
                       "Weight of the KL divergence from the (uniform) reference."),
    [P_PAIRS] = RLB_ENUM("pairs", PAIRS_UNIFORM, samplers, 0,
                         "Pairs that annotators are shown: all alike; A-B, B-C, … only; as "
                         "pair_weights says; draws of the policy, fitted anew at every step."),
    [P_PAIR_WEIGHTS] =
        RLB_STR("pair_weights", "AB:4 AC:1 BC:1", 0, "Pairs by letters with weights, for biased."),
    [P_NUM_PAIRS] = RLB_INT("num_pairs", 0, 0, 1e7, "", 0,
                            "Pairs drawn, with one verdict each; 0: exact expectations."),
    [P_RIDGE] = RLB_REAL("ridge", 1e-6, 0, 1e3, "", RLB_P_LOG,
                         "Ridge of the scores, which keeps them finite where one response always "
                         "wins."),
    [P_STEP_SIZE] =
        RLB_REAL("step_size", 2, 1e-6, 1e3, "", RLB_P_LOG | RLB_P_LIVE, "rloo: step size."),
    [P_BATCH] = RLB_INT("batch", 32, 2, 65536, "", RLB_P_LOG, "rloo: responses in a step."),
    [P_GROUP] =
        RLB_INT("group", 4, 2, 65536, "", 0, "rloo: of these, to one context; divides batch."),
    [P_TEMPERATURE] =
        RLB_REAL("temperature", 1, 0.01, 100, "", RLB_P_EXPERT, "rloo: logits are divided by it."),
    [P_WHOLE] = RLB_BOOL("whole", 1, 0,
                         "rloo: one table over whole responses instead of one for every prefix."),
};

enum { M_FIT = NUM_SINGLE_METRICS, NUM_METRICS };
static const rlb_metric metrics[NUM_METRICS] = {
    SINGLE_METRICS,
    [M_FIT] = {"reward/fit",
               "Root mean square distance of sigma(r_y - r_y') from the preferences, over all "
               "pairs: what no score can express.",
               "", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, 0, 0},
};

struct rlhf {
    struct single s; /* first */
    uint32_t method, kind, pairs;
    const char *pair_weights;
    uint64_t num_pairs;
    double tau, ridge;
    double *reward;     /* [X][n] */
    double *weight, *p; /* [n][n] */
    rlb_rng rng;        /* of the pairs */
};

static rlb_status fit(struct rlhf *l)
{
    const struct problem *pr = &l->s.problem;
    uint32_t n = pr->n;
    rlb_status status = RLB_OK;
    if (l->pairs == PAIRS_ON_POLICY)
        single_policies(&l->s);
    for (uint32_t x = 0; x < pr->X && status == RLB_OK && n > 1; x++) {
        status = pairs_weights(pr, l->pairs, l->pair_weights, l->s.pi + (size_t)x * n, l->weight);
        memcpy(l->p, problem_p(pr, x), (size_t)n * n * sizeof *l->p);
        if (status == RLB_OK && l->num_pairs)
            status = pairs_draw(pr, l->num_pairs, &l->rng, l->weight, l->p);
        if (status == RLB_OK)
            status = rlb_bradley_terry(pr->host, n, l->p, l->weight, l->ridge,
                                       l->reward + (size_t)x * n);
    }
    return status;
}

static void mean_attributes(struct rlhf *l)
{
    const struct problem *pr = &l->s.problem;
    int32_t tokens[64];
    double score[64];
    for (uint32_t x = 0; x < pr->X; x++)
        for (uint32_t y = 0; y < pr->n; y++) {
            problem_string(pr, y, tokens);
            pr->table->attributes(pr->self, x, tokens, score);
            for (uint32_t k = 0; k < pr->K; k++)
                l->reward[(size_t)x * pr->n + y] += score[k] / pr->K;
        }
}

static rlb_status make_reward(struct rlhf *l)
{
    const struct problem *pr = &l->s.problem;
    const rlb_host *host = pr->host;
    size_t n = pr->n;
    l->reward = host->alloc(host, pr->X * n * sizeof *l->reward);
    l->weight = host->alloc(host, n * n * sizeof *l->weight);
    l->p = host->alloc(host, n * n * sizeof *l->p);
    if (!l->reward || !l->weight || !l->p)
        return host->fail(host, RLB_E_NOMEM, "no memory for the scores of %u responses", pr->n);
    if (l->kind == REWARD_BRADLEY_TERRY)
        return fit(l);
    if (pr->K == 0 || pr->K > 64)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "reward: attributes needs a problem with 1 to 64 of them; this one has "
                          "%u",
                          pr->K);
    mean_attributes(l);
    return RLB_OK;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct rlhf *l = host->alloc(host, sizeof *l);
    if (!l)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    l->method = (uint32_t)v[P_METHOD].i;
    l->kind = (uint32_t)v[P_REWARD].i;
    l->pairs = (uint32_t)v[P_PAIRS].i;
    l->pair_weights = v[P_PAIR_WEIGHTS].s;
    l->num_pairs = (uint64_t)v[P_NUM_PAIRS].i;
    l->tau = v[P_TAU].r;
    l->ridge = v[P_RIDGE].r;
    l->s.step_size = v[P_STEP_SIZE].r;
    l->s.sampled = l->method == METHOD_RLOO;
    rlb_rng_init(&l->rng, setup->seed, 2);
    struct solo_options o = {.batch = (uint32_t)v[P_BATCH].i,
                             .group = (uint32_t)v[P_GROUP].i,
                             .tau = l->tau,
                             .temperature = v[P_TEMPERATURE].r};
    if (l->s.sampled && o.batch % o.group)
        return host->fail(host, RLB_E_INVAL, "group: %u does not divide the batch of %u", o.group,
                          o.batch);
    rlb_status status = single_init(&l->s, host, setup, "rlhf");
    if (status == RLB_OK && l->s.sampled)
        status = solo_init(&l->s.solo, &l->s.problem, &o, v[P_WHOLE].i, setup->seed);
    if (status == RLB_OK)
        status = make_reward(l);
    if (status == RLB_OK)
        *out = l;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct rlhf *l = self;
    const struct problem *pr = &l->s.problem;
    bool again = l->pairs == PAIRS_ON_POLICY && l->kind == REWARD_BRADLEY_TERRY;
    struct solo_report r;
    for (uint64_t i = 0; i < budget->max_steps; i++) {
        if (l->method == METHOD_EXACT && !again && l->s.steps > 0)
            return RLB_DONE;
        rlb_status status = again && l->s.steps > 0 ? fit(l) : RLB_OK;
        if (status != RLB_OK)
            return status;
        if (l->method == METHOD_EXACT) {
            for (uint32_t x = 0; x < pr->X; x++)
                reward_policy(pr->n, l->reward + (size_t)x * pr->n, l->tau,
                              l->s.pi + (size_t)x * pr->n);
        } else {
            solo_rloo_step(&l->s.solo, l->s.step_size, l->reward, &r);
            single_sampled(&l->s, &r);
        }
        l->s.steps++;
        ++*done;
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    struct rlhf *l = self;
    const struct problem *pr = &l->s.problem;
    double off = 0;
    single_measure(&l->s);
    for (uint32_t x = 0; x < pr->X; x++) {
        const double *r = l->reward + (size_t)x * pr->n, *p = problem_p(pr, x);
        for (uint32_t y = 0; y < pr->n; y++)
            for (uint32_t z = 0; z < pr->n; z++) {
                double d = 1 / (1 + exp(r[z] - r[y])) - p[(size_t)y * pr->n + z];
                off += pr->weight[x] * d * d / ((double)pr->n * pr->n);
            }
    }
    pr->host->metric(pr->host, M_FIT, sqrt(off));
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct rlhf *l = self;
    if (index != P_STEP_SIZE)
        return l->s.host->fail(l->s.host, RLB_E_INVAL,
                               "this parameter cannot change while running");
    l->s.step_size = value.r;
    return RLB_OK;
}

/* The scores travel, too: those of drawn or on-policy pairs do not follow from the seed alone. */
static size_t reward_bytes(const struct rlhf *l)
{
    return (size_t)l->s.problem.X * l->s.problem.n * sizeof *l->reward;
}

enum { TAG_PAIRS = RLB_TAG('P', 'A', 'I', 'R') };

static rlb_status save(void *self, rlb_writer *w)
{
    struct rlhf *l = self;
    rlb_status status = single_save(&l->s, w, l->reward, reward_bytes(l));
    return status == RLB_OK ? w->put(w, TAG_PAIRS, &l->rng, sizeof l->rng) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct rlhf *l = self;
    rlb_status status = single_load(&l->s, r, l->reward, reward_bytes(l));
    if (status == RLB_OK)
        status = r->get(r, TAG_PAIRS, &l->rng, sizeof l->rng);
    if (status != RLB_OK)
        return status;
    bool sound = l->rng.used <= 4;
    for (size_t i = 0; i < reward_bytes(l) / sizeof *l->reward; i++)
        sound = sound && isfinite(l->reward[i]);
    return sound ? RLB_OK
                 : l->s.host->fail(l->s.host, RLB_E_FORMAT, "the checkpoint holds what cannot be");
}

static rlb_status get(void *self, uint32_t index, rlb_result *out)
{
    struct rlhf *l = self;
    single_result(&l->s, out);
    if (index == 1) {
        out->name = "reward";
        out->doc = "(contexts, n): the scores.";
        out->data = l->reward;
    }
    return index < 2 ? RLB_OK : RLB_E_INVAL;
}

static const void *interface(void *self, const char *id)
{
    static const rlb_results results = {.size = sizeof results, .count = 2, .get = get};
    (void)self;
    return strcmp(id, RLB_RESULTS) == 0 ? &results : NULL;
}

static const rlb_algo rlhf = {
    .size = sizeof rlhf,
    .id = "rlhf",
    .title = "Reinforcement learning from human feedback",
    .doc = "Preferences are turned into one score for every response, and a policy maximises it. "
           "What it comes to depends on which pairs were shown: where preferences go in circles no "
           "score can express them, and a score may rank a Condorcet winner second.",
    .citation = "Ouyang et al.: Training language models to follow instructions with human "
                "feedback, NeurIPS 2022; Ahmadian et al.: Back to Basics (RLOO), ACL 2024",
    .version = "1.0",
    .step_unit = "step",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = single_views,
    .num_views = NUM_SINGLE_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = measure,
    .act = single_act,
    .set_param = set_param,
    .view = single_view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ALGO(rlhf)
