#include "solo.h"

rlb_status solo_init(struct solo *s, const struct problem *pr, const struct solo_options *o,
                     bool whole, uint64_t seed)
{
    const rlb_host *host = pr->host;
    uint32_t V = whole ? pr->n : pr->V, L = whole ? 1 : pr->L;
    size_t draws = (size_t)o->batch + 1;
    *s = (struct solo){.problem = pr, .o = *o};
    rlb_status status = forest_init(&s->policy, host, pr->X, V, L, o->temperature, o->batch);
    /* with a uniform reference pi^(1-m) ref^m is pi at a higher temperature */
    double hotter = o->temperature / fmax(1 - o->mixture, 1e-9);
    if (status == RLB_OK)
        status = forest_init(&s->mix, host, pr->X, V, L, hotter, o->batch);
    if (status != RLB_OK)
        return status;
    s->mix.logits = s->policy.logits;
    uint32_t *row = host->alloc(host, draws * L * sizeof *row);
    uint32_t *token = host->alloc(host, draws * L * sizeof *token);
    double *log_p = host->alloc(host, draws * L * sizeof *log_p);
    s->paths = host->alloc(host, draws * sizeof *s->paths);
    s->score = host->alloc(host, o->batch * sizeof *s->score);
    s->step = host->alloc(host, L * sizeof *s->step);
    if (!row || !token || !log_p || !s->paths || !s->score || !s->step)
        return host->fail(host, RLB_E_NOMEM, "no memory for a batch of %u", o->batch);
    for (size_t i = 0; i < draws; i++)
        s->paths[i] = (struct path){row + i * L, token + i * L, log_p + i * L};
    s->spare = s->paths[o->batch];
    rlb_rng_init(&s->rng, seed, 1);
    return RLB_OK;
}

/* log pi - log ref of a response. */
static double log_ratio(const struct solo *s, const struct path *path)
{
    double sum = 0;
    for (uint32_t t = 0; t < s->policy.L; t++)
        sum += path->log_p[t] + log(s->policy.V);
    return sum;
}

void solo_nash_step(struct solo *s, double rate, struct solo_report *out)
{
    const struct problem *pr = s->problem;
    uint32_t B = s->o.batch;
    double even = -log(s->policy.V);
    *out = (struct solo_report){0};
    for (uint32_t b = 0; b < B; b++) {
        uint32_t x = problem_context(pr, &s->rng);
        uint32_t y = forest_draw(&s->policy, x, &s->rng, &s->paths[b]);
        uint32_t z = forest_draw(&s->mix, x, &s->rng, &s->spare);
        s->score[b] = problem_p(pr, x)[(size_t)y * pr->n + z];
        out->score += s->score[b] / B;
        out->kl += log_ratio(s, &s->paths[b]) / B;
    }
    for (uint32_t b = 0; b < B; b++) {
        const struct path *path = &s->paths[b];
        for (uint32_t t = 0; t < s->policy.L; t++)
            s->step[t] = rate / B * (s->score[b] - 0.5 - s->o.tau * (path->log_p[t] - even));
        forest_move(&s->policy, path, s->step);
    }
    forest_settle(&s->policy);
    forest_settle(&s->mix); /* nothing was moved in it: its rows are forgotten */
}

void solo_rloo_step(struct solo *s, double rate, const double *reward, struct solo_report *out)
{
    const struct problem *pr = s->problem;
    uint32_t B = s->o.batch, k = s->o.group;
    *out = (struct solo_report){0};
    for (uint32_t first = 0; first < B; first += k) {
        uint32_t x = problem_context(pr, &s->rng);
        double sum = 0;
        for (uint32_t b = first; b < first + k; b++) {
            uint32_t y = forest_draw(&s->policy, x, &s->rng, &s->paths[b]);
            double r = reward[(size_t)x * pr->n + y], ratio = log_ratio(s, &s->paths[b]);
            sum += s->score[b] = r - s->o.tau * ratio;
            out->score += r / B;
            out->kl += ratio / B;
        }
        for (uint32_t b = first; b < first + k; b++)
            s->score[b] -= (sum - s->score[b]) / (k - 1);
    }
    for (uint32_t b = 0; b < B; b++) {
        for (uint32_t t = 0; t < s->policy.L; t++)
            s->step[t] = rate / B * s->score[b];
        forest_move(&s->policy, &s->paths[b], s->step);
    }
    forest_settle(&s->policy);
}
