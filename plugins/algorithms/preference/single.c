#include "single.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SHOWN = 40 };

const rlb_view single_views[NUM_SINGLE_VIEWS] = {
    [SINGLE_VIEW_POLICY] = {"policy", "Probability of every response in the first context.",
                            RLB_VIEW_BARS, 0},
    [SINGLE_VIEW_WINS] = {"wins", "How often every response wins against the policy.",
                          RLB_VIEW_BARS, 0},
};

rlb_status single_init(struct single *s, const rlb_host *host, const rlb_algo_setup *setup,
                       const char *who)
{
    s->host = host;
    rlb_status status = problem_init(&s->problem, host, setup->env, who, 0);
    if (status != RLB_OK)
        return status;
    size_t n = s->problem.n;
    s->pi = host->alloc(host, s->problem.X * n * sizeof *s->pi);
    s->row = host->alloc(host, n * sizeof *s->row);
    s->picture = host->alloc(host, n * sizeof *s->picture);
    if (!s->pi || !s->row || !s->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u policies of %u responses",
                          s->problem.X, s->problem.n);
    for (size_t i = 0; i < s->problem.X * n; i++)
        s->pi[i] = 1.0 / (double)n;
    return RLB_OK;
}

void single_policies(struct single *s)
{
    for (uint32_t x = 0; s->sampled && x < s->problem.X; x++)
        forest_enumerate(&s->solo.policy, x, s->row, s->pi + (size_t)x * s->problem.n);
}

/* p(y preferred to the policy) for every y, into s->row. */
static void wins(struct single *s, uint32_t x)
{
    uint32_t n = s->problem.n;
    const double *p = problem_p(&s->problem, x), *pi = s->pi + (size_t)x * n;
    for (uint32_t y = 0; y < n; y++) {
        s->row[y] = 0;
        for (uint32_t z = 0; z < n; z++)
            s->row[y] += p[(size_t)y * n + z] * pi[z];
    }
}

void single_measure(struct single *s)
{
    const struct problem *pr = &s->problem;
    double values[SINGLE_SCORE] = {0};
    single_policies(s);
    for (uint32_t x = 0; x < pr->X; x++) {
        const double *pi = s->pi + (size_t)x * pr->n;
        double best = 0, mean = 0, share = pr->weight[x];
        wins(s, x);
        for (uint32_t y = 0; y < pr->n; y++) {
            best = fmax(best, s->row[y]);
            mean += s->row[y] / pr->n;
        }
        values[SINGLE_TOP] += share * pi[problem_mode(pr->n, pi)];
        values[SINGLE_ENTROPY] += share * rlb_entropy(pr->n, pi);
        values[SINGLE_KL] += share * rlb_kl(pr->n, pi, NULL);
        values[SINGLE_EXPLOITABILITY] += share * (best - 0.5);
        values[SINGLE_AGAINST_REFERENCE] += share * (1 - mean);
    }
    values[SINGLE_MODE] = problem_mode(pr->n, s->pi);
    for (uint32_t i = 0; i < SINGLE_SCORE; i++)
        s->host->metric(s->host, i, values[i]);
}

void single_sampled(struct single *s, const struct solo_report *r)
{
    s->host->metric(s->host, SINGLE_SCORE, r->score);
    s->host->metric(s->host, SINGLE_SAMPLED_KL, r->kl);
}

rlb_status single_act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct single *s = self;
    single_policies(s);
    for (uint32_t i = 0; i < n; i++) {
        size_t x = (size_t)((const int32_t *)obs)[i];
        problem_string(&s->problem, problem_mode(s->problem.n, s->pi + x * s->problem.n),
                       (int32_t *)actions + (size_t)i * s->problem.L);
    }
    return RLB_OK;
}

rlb_status single_view(void *self, uint32_t index, rlb_frame *out)
{
    struct single *s = self;
    uint32_t n = s->problem.n, shown = n < MOST_SHOWN ? n : MOST_SHOWN;
    size_t used = 0;
    single_policies(s);
    if (index == SINGLE_VIEW_WINS)
        wins(s, 0);
    const double *values = index == SINGLE_VIEW_WINS ? s->row : s->pi;
    for (uint32_t i = 0; i < shown; i++) { /* the most probable ones, in their own order */
        char name[80];
        uint32_t y = i;
        if (n > shown) { /* the i-th by probability */
            y = 0;
            for (uint32_t a = 0; a < n; a++) {
                uint32_t ahead = 0;
                for (uint32_t b = 0; b < n; b++)
                    ahead += s->pi[b] > s->pi[a] || (b < a && s->pi[b] == s->pi[a]);
                if (ahead == i)
                    y = a;
            }
        }
        s->picture[i] = (float)values[y];
        problem_name(&s->problem, y, name, sizeof name);
        if (used + sizeof name < sizeof s->labels)
            used += (size_t)snprintf(s->labels + used, sizeof s->labels - used, "%s%s",
                                     i ? "\n" : "", name);
    }
    out->kind = RLB_VIEW_BARS;
    out->rows = shown;
    out->cols = 1;
    out->a = s->picture;
    out->lo = 0;
    out->hi = 1;
    out->row_labels = s->labels;
    out->caption = index == SINGLE_VIEW_WINS ? "probability to be preferred to the policy"
                                             : "probability of a response";
    return RLB_OK;
}

enum {
    TAG_SHAPE = RLB_TAG('S', 'H', 'A', 'P'),
    TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'),
    TAG_POLICY = RLB_TAG('P', 'O', 'L', 'I'),
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' '),
    TAG_EXTRA = RLB_TAG('E', 'X', 'T', 'R')
};

static double *weights(struct single *s, size_t *bytes)
{
    const struct forest *f = &s->solo.policy;
    *bytes = sizeof(double) *
             (s->sampled ? f->trees * f->nodes * f->V : (size_t)s->problem.X * s->problem.n);
    return s->sampled ? f->logits : s->pi;
}

rlb_status single_save(struct single *s, rlb_writer *w, const void *extra, size_t bytes)
{
    const uint32_t shape[] = {s->sampled, s->problem.X, s->problem.n, 0};
    const double live[] = {s->step_size, (double)s->steps};
    size_t n;
    const double *policy = weights(s, &n);
    rlb_status status = w->put(w, TAG_SHAPE, shape, sizeof shape);
    if (status == RLB_OK)
        status = w->put(w, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_POLICY, policy, n);
    if (status == RLB_OK)
        status = w->put(w, TAG_RNG, &s->solo.rng, sizeof s->solo.rng);
    return status == RLB_OK && bytes ? w->put(w, TAG_EXTRA, extra, bytes) : status;
}

rlb_status single_load(struct single *s, rlb_reader *r, void *extra, size_t bytes)
{
    const uint32_t here[] = {s->sampled, s->problem.X, s->problem.n, 0};
    uint32_t shape[4];
    double live[2];
    size_t n;
    double *policy = weights(s, &n);
    rlb_status status = r->get(r, TAG_SHAPE, shape, sizeof shape);
    if (status != RLB_OK)
        return status;
    if (memcmp(shape, here, sizeof shape) != 0)
        return s->host->fail(s->host, RLB_E_FORMAT,
                             "the checkpoint is of %u contexts with %u responses, not of %u with "
                             "%u, or of another method",
                             shape[1], shape[2], here[1], here[2]);
    status = r->get(r, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_POLICY, policy, n);
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, &s->solo.rng, sizeof s->solo.rng);
    if (status == RLB_OK && bytes)
        status = r->get(r, TAG_EXTRA, extra, bytes);
    if (status != RLB_OK)
        return status;
    bool sound = live[0] > 0 && live[1] >= 0 && live[1] < 1e18 && s->solo.rng.used <= 4;
    for (size_t i = 0; i < n / sizeof *policy; i++)
        sound = sound && isfinite(policy[i]);
    if (!sound)
        return s->host->fail(s->host, RLB_E_FORMAT, "the checkpoint holds what cannot be");
    s->step_size = live[0];
    s->steps = (uint64_t)live[1];
    return RLB_OK;
}

void single_result(struct single *s, rlb_result *out)
{
    single_policies(s);
    *out = (rlb_result){.name = "policy",
                        .doc = "(contexts, n): the policy's probabilities.",
                        .data = s->pi,
                        .dtype = RLB_RESULT_F64,
                        .rank = 2,
                        .shape = {s->problem.X, s->problem.n}};
}
