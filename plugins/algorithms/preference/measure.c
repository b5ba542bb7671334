/* Exact figures of the players as they are, and what the pictures remember of them. */
#include "slhf.h"

struct figures {
    double guarantee, certificate, value, kl_to_se, entropy[3], kl[2], top;
};

/* Weighted mean over the Leader's responses of the Follower's entropy and divergence. */
static void follower_figures(const struct slhf *s, double share, struct figures *out)
{
    const struct problem *pr = &s->problem;
    for (uint32_t y = 0; y < pr->n; y++) {
        const double *row = s->omega + (size_t)y * pr->n;
        const double *ref = pr->follower_ref ? pr->follower_ref + (size_t)y * pr->n : NULL;
        if (s->pi[y] <= 0)
            continue;
        out->entropy[1] += share * s->pi[y] * rlb_entropy(pr->n, row);
        out->kl[1] += share * s->pi[y] * rlb_kl(pr->n, row, ref);
    }
}

static rlb_status add_context(struct slhf *s, uint32_t x, struct figures *out)
{
    const struct problem *pr = &s->problem;
    const struct solutions *exact = &s->solutions;
    size_t at = (size_t)x * pr->n;
    double share = pr->weight[x], above;
    slhf_policies(s, x);
    rlb_game g = problem_game(pr, x, s->tau_leader, s->tau_follower);
    rlb_status status = rlb_follower_certificate(&g, s->omega, &above);
    if (status != RLB_OK)
        return s->host->fail(s->host, status, "no memory for the certificate");
    out->guarantee += share * rlb_leader_guarantee(&g, s->pi);
    out->certificate += share * above;
    out->value += share * exact->value[x];
    out->kl_to_se += share * rlb_kl(pr->n, exact->stackelberg + at, s->pi);
    out->entropy[0] += share * rlb_entropy(pr->n, s->pi);
    out->entropy[2] += share * rlb_entropy(pr->n, exact->nash + at);
    out->kl[0] += share * rlb_kl(pr->n, s->pi, NULL);
    out->top += share * s->pi[problem_mode(pr->n, s->pi)];
    follower_figures(s, share, out);
    const double *const sources[NUM_SOURCES] = {exact->reference + at, exact->rlhf + at,
                                                exact->nash + at, s->pi};
    arena_add(&s->arena, pr, x, sources, s->omega);
    return RLB_OK;
}

/* The three responses of the first context that the equilibrium plays most. */
static void corners(const struct slhf *s, uint32_t out[3])
{
    const double *pi = s->solutions.stackelberg;
    for (int k = 0; k < 3; k++) {
        out[k] = UINT32_MAX;
        for (uint32_t y = 0; y < s->problem.n; y++) {
            bool taken = (k > 0 && y == out[0]) || (k > 1 && y == out[1]);
            if (!taken && (out[k] == UINT32_MAX || pi[y] > pi[out[k]]))
                out[k] = y;
        }
    }
}

static void remember(struct slhf *s, const struct figures *now)
{
    struct history *h = &s->history;
    uint32_t corner[3];
    if (h->every == 0)
        h->every = 1;
    if (h->skipped++ % h->every)
        return;
    if (h->used == HISTORY) {
        for (uint32_t i = 0; i < HISTORY / 2; i++) {
            h->guarantee[i] = h->guarantee[2 * i];
            h->certificate[i] = h->certificate[2 * i];
            for (int k = 0; k < 3; k++)
                h->corner[k][i] = h->corner[k][2 * i];
        }
        h->used = HISTORY / 2;
        h->every *= 2;
    }
    h->guarantee[h->used] = (float)now->guarantee;
    h->certificate[h->used] = (float)now->certificate;
    slhf_policies(s, 0);
    corners(s, corner);
    for (int k = 0; k < 3; k++)
        h->corner[k][h->used] = corner[k] == UINT32_MAX ? 0 : (float)s->pi[corner[k]];
    h->used++;
}

static void report(struct slhf *s, const struct figures *f)
{
    const rlb_host *host = s->host;
    const struct arena *a = &s->arena;
    const struct problem *pr = &s->problem;
    const double values[] = {
        [M_GAP] = f->certificate - f->guarantee,
        [M_GUARANTEE] = f->guarantee,
        [M_CERTIFICATE] = f->certificate,
        [M_VALUE_STAR] = f->value,
        [M_KL_TO_SE] = f->kl_to_se,
        [M_PAIRED] = a->refine[SOURCE_LEADER],
    };
    for (uint32_t i = 0; i < sizeof values / sizeof *values; i++)
        host->metric(host, i, values[i]);
    for (uint32_t i = 0; i < 3; i++)
        host->metric(host, M_ENTROPY_LEADER + i, f->entropy[i]);
    for (uint32_t i = 0; i < 2; i++)
        host->metric(host, M_KL_LEADER + i, f->kl[i]);
    slhf_policies(s, 0);
    host->metric(host, M_TOP, f->top);
    host->metric(host, M_MODE, problem_mode(pr->n, s->pi));
    host->metric(host, M_NASH_MODE, problem_mode(pr->n, s->solutions.nash));
    host->metric(host, M_RLHF_MODE, problem_mode(pr->n, s->solutions.rlhf));
    for (uint32_t i = 0; i < NUM_SOURCES; i++)
        host->metric(host, M_TRANSFER + i, a->refine[i]);
    for (uint32_t i = 0; i < NUM_ROUNDS; i++)
        host->metric(host, M_ROUND + i, a->rounds[i]);
    for (uint32_t N = 2; N <= 3 && pr->K > 0; N++) {
        host->metric(host, M_PASS + 2 * (N - 2), a->pass_chain[N]);
        host->metric(host, M_PASS + 2 * (N - 2) + 1, a->pass_nash[N]);
    }
    host->metric(host, M_CYCLIC, pr->cyclic);
    host->metric(host, M_CONDORCET, pr->condorcet);
}

rlb_status slhf_measure(void *self)
{
    struct slhf *s = self;
    struct figures now = {0};
    arena_clear(&s->arena);
    for (uint32_t x = 0; x < s->problem.X; x++) {
        rlb_status status = add_context(s, x, &now);
        if (status != RLB_OK)
            return status;
    }
    report(s, &now);
    remember(s, &now);
    return RLB_OK;
}
