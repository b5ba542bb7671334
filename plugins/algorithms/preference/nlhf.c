/* Nash learning from human feedback: the symmetric equilibrium of p(pi > pi') - tau KL(pi | ref) +
 * tau KL(pi' | ref), exactly, by mirror descent with exact expectations, or from samples. */
#include "lp.h"
#include "single.h"

#include <string.h>

enum { P_METHOD, P_TAU, P_STEP_SIZE, P_MIXTURE, P_BATCH, P_TEMPERATURE, P_WHOLE, NUM_PARAMS };
enum { METHOD_EXACT, METHOD_NASH_MD, METHOD_NASH_MD_PG };
static const char *const methods[] = {"exact", "nash-md", "nash-md-pg", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_METHOD] = RLB_ENUM("method", METHOD_EXACT, methods, 0,
                          "exact: in one step, by Newton's method, for tau 0 by linear "
                          "programming; nash-md: mirror descent against the mixture with the "
                          "reference, exact expectations; nash-md-pg: the same from samples."),
    [P_TAU] = RLB_REAL("tau", 0.02, 0, 1e9, "", 0,
                       "Weight of the KL divergence from the (uniform) reference."),
    [P_STEP_SIZE] = RLB_REAL("step_size", 0.4, 1e-6, 1e3, "", RLB_P_LOG | RLB_P_LIVE,
                             "Step size; eta of nash-md."),
    [P_MIXTURE] = RLB_REAL("mixture", 0.125, 0, 1, "", 0,
                           "nash-md-pg: the opponent is pi^(1 - mixture) ref^mixture, token by "
                           "token."),
    [P_BATCH] = RLB_INT("batch", 32, 1, 65536, "", RLB_P_LOG, "nash-md-pg: pairs in a step."),
    [P_TEMPERATURE] = RLB_REAL("temperature", 1, 0.01, 100, "", RLB_P_EXPERT,
                               "nash-md-pg: logits are divided by it."),
    [P_WHOLE] = RLB_BOOL("whole", 1, 0,
                         "nash-md-pg: one table over whole responses instead of one for every "
                         "prefix."),
};

enum { M_KL_TO_NASH = NUM_SINGLE_METRICS, NUM_METRICS };
static const rlb_metric metrics[NUM_METRICS] = {
    SINGLE_METRICS,
    [M_KL_TO_NASH] = {"kl_to_nash", "KL divergence of the exact equilibrium from the policy.",
                      "nat", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE,
                      RLB_M_LOG | RLB_M_NAN_OK | RLB_M_HEADLINE, 0},
};

struct nlhf {
    struct single s; /* first */
    uint32_t method;
    double tau;
    double *nash; /* [X][n] exact */
    double *mix;  /* [n] */
};

static rlb_status solve(struct nlhf *l)
{
    const struct problem *pr = &l->s.problem;
    rlb_status status = RLB_OK;
    l->nash = pr->host->alloc(pr->host, (size_t)pr->X * pr->n * sizeof *l->nash);
    l->mix = pr->host->alloc(pr->host, pr->n * sizeof *l->mix);
    if (!l->nash || !l->mix)
        return pr->host->fail(pr->host, RLB_E_NOMEM, "no memory for %u equilibria", pr->X);
    for (uint32_t x = 0; x < pr->X && status == RLB_OK; x++) {
        double *pi = l->nash + (size_t)x * pr->n;
        status = l->tau > 0 ? rlb_nash(pr->host, pr->n, problem_p(pr, x), NULL, l->tau, pi)
                            : lp_nash(pr->host, pr->n, problem_p(pr, x), pi);
    }
    return status;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct nlhf *l = host->alloc(host, sizeof *l);
    if (!l)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    l->method = (uint32_t)v[P_METHOD].i;
    l->tau = v[P_TAU].r;
    l->s.step_size = v[P_STEP_SIZE].r;
    l->s.sampled = l->method == METHOD_NASH_MD_PG;
    if (l->method == METHOD_NASH_MD && l->s.step_size * l->tau > 1)
        return host->fail(host, RLB_E_INVAL,
                          "step_size: %g is too large for tau %g; their product is at most 1",
                          l->s.step_size, l->tau);
    rlb_status status = single_init(&l->s, host, setup, "nlhf");
    if (status == RLB_OK)
        status = solve(l);
    if (status == RLB_OK && l->s.sampled) {
        struct solo_options o = {.batch = (uint32_t)v[P_BATCH].i,
                                 .group = 1,
                                 .tau = l->tau,
                                 .temperature = v[P_TEMPERATURE].r,
                                 .mixture = v[P_MIXTURE].r};
        status = solo_init(&l->s.solo, &l->s.problem, &o, v[P_WHOLE].i, setup->seed);
    }
    if (status == RLB_OK)
        *out = l;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* mix ~ pi^(1 - eta tau) ref^(eta tau);  pi ~ mix exp(eta p(. > mix)), the reference uniform. */
static void descend(struct nlhf *l, uint32_t x)
{
    uint32_t n = l->s.problem.n;
    const double *p = problem_p(&l->s.problem, x);
    double *pi = l->s.pi + (size_t)x * n, eta = l->s.step_size;
    for (uint32_t y = 0; y < n; y++)
        l->mix[y] = (1 - eta * l->tau) * log(fmax(pi[y], 1e-300));
    (void)rlb_softmax_in_place(n, l->mix);
    for (uint32_t y = 0; y < n; y++) {
        double win = 0;
        for (uint32_t z = 0; z < n; z++)
            win += p[(size_t)y * n + z] * l->mix[z];
        pi[y] = log(fmax(l->mix[y], 1e-300)) + eta * win;
    }
    (void)rlb_softmax_in_place(n, pi);
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct nlhf *l = self;
    struct solo_report r;
    for (uint64_t i = 0; i < budget->max_steps; i++) {
        if (l->method == METHOD_EXACT && l->s.steps > 0)
            return RLB_DONE;
        switch (l->method) {
        case METHOD_EXACT:
            memcpy(l->s.pi, l->nash, (size_t)l->s.problem.X * l->s.problem.n * sizeof *l->nash);
            break;
        case METHOD_NASH_MD:
            for (uint32_t x = 0; x < l->s.problem.X; x++)
                descend(l, x);
            break;
        default: solo_nash_step(&l->s.solo, l->s.step_size, &r); single_sampled(&l->s, &r);
        }
        l->s.steps++;
        ++*done;
    }
    return RLB_OK;
}

static rlb_status measure(void *self)
{
    struct nlhf *l = self;
    const struct problem *pr = &l->s.problem;
    double kl = 0;
    single_measure(&l->s);
    for (uint32_t x = 0; x < pr->X; x++)
        kl +=
            pr->weight[x] * rlb_kl(pr->n, l->nash + (size_t)x * pr->n, l->s.pi + (size_t)x * pr->n);
    pr->host->metric(pr->host, M_KL_TO_NASH, kl);
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct nlhf *l = self;
    if (index != P_STEP_SIZE || (l->method == METHOD_NASH_MD && value.r * l->tau > 1))
        return l->s.host->fail(l->s.host, RLB_E_INVAL, "this parameter cannot become that");
    l->s.step_size = value.r;
    return RLB_OK;
}

static rlb_status save(void *self, rlb_writer *w)
{
    struct nlhf *l = self;
    return single_save(&l->s, w, NULL, 0);
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct nlhf *l = self;
    return single_load(&l->s, r, NULL, 0);
}

static rlb_status get(void *self, uint32_t index, rlb_result *out)
{
    struct nlhf *l = self;
    single_result(&l->s, out);
    if (index == 1) {
        out->name = "nash";
        out->doc = "(contexts, n): the exact equilibrium.";
        out->data = l->nash;
    }
    return index < 2 ? RLB_OK : RLB_E_INVAL;
}

static const void *interface(void *self, const char *id)
{
    static const rlb_results results = {.size = sizeof results, .count = 2, .get = get};
    (void)self;
    return strcmp(id, RLB_RESULTS) == 0 ? &results : NULL;
}

static const rlb_algo nlhf = {
    .size = sizeof nlhf,
    .id = "nlhf",
    .title = "Nash learning from human feedback",
    .doc = "The policy that no other one beats: two copies of it choose at the same time, and "
           "neither gains by choosing otherwise. Exactly (by linear programming without "
           "temperature), by mirror descent, or from samples as in Nash-MD-PG.",
    .citation = "Munos et al.: Nash Learning from Human Feedback, ICML 2024, arXiv 2312.00886",
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

RLB_MODULE_ALGO(nlhf)
