#include "duel.h"

enum { LEADER, FOLLOWER };

rlb_status duel_init(struct duel *d, const struct problem *pr, const struct duel_options *o,
                     uint32_t V, uint32_t L, double temperature, uint64_t seed)
{
    const rlb_host *host = pr->host;
    size_t draws = 2 * (size_t)o->batch, tokens = draws * L;
    *d = (struct duel){.problem = pr, .o = *o};
    rlb_status status = forest_init(&d->leader, host, pr->X, V, L, temperature, o->batch);
    if (status == RLB_OK)
        status =
            forest_init(&d->follower, host, (size_t)pr->X * pr->n, V, L, temperature, o->batch);
    if (status != RLB_OK)
        return status;
    uint32_t *row = host->alloc(host, tokens * sizeof *row);
    uint32_t *token = host->alloc(host, tokens * sizeof *token);
    double *log_p = host->alloc(host, tokens * sizeof *log_p);
    d->paths = host->alloc(host, draws * sizeof *d->paths);
    d->said = host->alloc(host, draws * sizeof *d->said);
    d->foreign = host->alloc(host, o->batch);
    d->win = host->alloc(host, o->batch * sizeof *d->win);
    d->wandered = host->alloc(host, o->batch * sizeof *d->wandered);
    d->step = host->alloc(host, L * sizeof *d->step);
    if (!row || !token || !log_p || !d->paths || !d->said || !d->foreign || !d->win || !d->step)
        return host->fail(host, RLB_E_NOMEM, "no memory for a batch of %u", o->batch);
    for (size_t i = 0; i < draws; i++)
        d->paths[i] = (struct path){row + i * L, token + i * L, log_p + i * L};
    d->log_uniform = -log(V);
    d->log_other = log((1 - pr->keep) / pr->V);
    d->log_same = log((1 - pr->keep) / pr->V + pr->keep);
    rlb_rng_init(&d->rng, seed, 1);
    return RLB_OK;
}

double duel_kl(uint32_t estimator, double log_ratio)
{
    double l = fmin(40, fmax(-40, log_ratio));
    switch (estimator) {
    case KL_K2: return l * l / 2;
    case KL_K3: return exp(l) - 1 - l;
    default: return -l;
    }
}

/* log of the reference's probability of a token; seen: the token in its place of what a Follower
 * sees, or -1 for a Leader. A table over whole responses has one token, the response. */
static double log_reference(const struct duel *d, uint32_t said, uint32_t token, int64_t seen)
{
    const struct problem *pr = d->problem;
    if (seen < 0 || pr->keep == 0)
        return d->log_uniform;
    if (d->leader.L == pr->L)
        return token == (uint32_t)seen ? d->log_same : d->log_other;
    return log(pr->follower_ref[(size_t)seen * pr->n + said]);
}

/* log p - log reference of what a Follower said about response y. */
static double wandered(const struct duel *d, const struct path *path, uint32_t y, uint32_t z)
{
    double sum = 0;
    for (uint32_t t = d->follower.L; t-- > 0; y /= d->follower.V)
        sum += path->log_p[t] - log_reference(d, z, path->token[t], (int64_t)(y % d->follower.V));
    return sum;
}

/* Draws contexts, responses and verdicts. */
static void play(struct duel *d, struct duel_report *out)
{
    const struct problem *pr = d->problem;
    uint32_t B = d->o.batch, n = pr->n;
    for (uint32_t b = 0; b < B; b++) {
        uint32_t x = problem_context(pr, &d->rng);
        uint32_t y = forest_draw(&d->leader, x, &d->rng, &d->paths[b]);
        d->foreign[b] = d->o.exploration_mix > 0 && rlb_rng_uniform(&d->rng) < d->o.exploration_mix;
        if (d->foreign[b])
            y = rlb_rng_below(&d->rng, n);
        uint32_t z = forest_draw(&d->follower, (size_t)x * n + y, &d->rng, &d->paths[B + b]);
        double win = problem_p(pr, x)[(size_t)y * n + z];
        if (d->o.bernoulli)
            win = rlb_rng_uniform(&d->rng) < win;
        d->said[b] = y;
        d->said[B + b] = z;
        d->win[b] = win;
        if (d->o.charge_leader)
            d->wandered[b] = wandered(d, &d->paths[B + b], y, z);
        out->win += win / B;
    }
}

static double score_of(const struct duel *d, int who, uint32_t b)
{
    if (who == FOLLOWER)
        return 1 - d->win[b];
    return d->o.charge_leader ? d->win[b] + d->o.tau_follower * d->wandered[b] : d->win[b];
}

/* Moves one player by its draws: token t of draw b by rate / B times score - baseline - tau k_t. */
static void learn(struct duel *d, int who, double rate, struct duel_report *out)
{
    struct forest *f = who == LEADER ? &d->leader : &d->follower;
    uint32_t B = d->o.batch, L = f->L, V = f->V;
    double tau = who == LEADER ? d->o.tau_leader : d->o.tau_follower, sum = 0;
    for (uint32_t b = 0; b < B; b++)
        sum += score_of(d, who, b);
    for (uint32_t b = 0; b < B; b++) {
        const struct path *path = &d->paths[who * B + b];
        double score = score_of(d, who, b), later = 0;
        double centred =
            score - (d->o.rloo_baseline && B > 1 ? (sum - score) / (B - 1) : d->o.baseline);
        out->score[who] += score / B;
        if (who == LEADER && d->foreign[b])
            continue; /* it was not the Leader who spoke */
        uint32_t place = d->said[b], said = d->said[who * B + b];
        for (uint32_t t = L; t-- > 0;) {
            int64_t seen = who == LEADER ? -1 : (int64_t)(place % V);
            double ratio = log_reference(d, said, path->token[t], seen) - path->log_p[t];
            double k = duel_kl(d->o.kl_estimator, ratio);
            place /= V;
            later = d->o.kl_return_to_go ? later + k : k;
            d->step[t] = rate / B * (centred - tau * later);
            out->kl[who] -= ratio / B;
            out->minus_log_p[who] -= path->log_p[t] / B;
            out->loss[who] += (tau * later - centred) * path->log_p[t] / B;
        }
        if (rate > 0)
            forest_move(f, path, d->step);
    }
}

void duel_step(struct duel *d, double leader_rate, double follower_rate, struct duel_report *out)
{
    *out = (struct duel_report){0};
    play(d, out);
    learn(d, LEADER, leader_rate, out);
    learn(d, FOLLOWER, follower_rate, out);
    forest_settle(&d->leader);
    forest_settle(&d->follower);
}
