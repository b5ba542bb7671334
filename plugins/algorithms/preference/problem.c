#include "problem.h"

#include <stdio.h>
#include <string.h>

enum { MOST_CELLS = 1 << 23, MOST_LENGTH = 64 };

static rlb_status find_table(struct problem *pr, rlb_venv *env, const char *who)
{
    const rlb_host *host = pr->host;
    pr->table = env->interface(env, RLB_PREFERENCE, &pr->self);
    if (!pr->table)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "%s learns from preferences, and this environment has none "
                          "(" RLB_PREFERENCE "); prefgame-matrix and prefgame-sequence do",
                          who);
    pr->X = pr->table->num_contexts;
    pr->V = pr->table->vocabulary;
    pr->L = pr->table->length;
    pr->K = pr->table->attributes ? pr->table->num_attributes : 0;
    uint64_t cells = pr->X;
    for (uint32_t t = 0; t < 2 * pr->L && cells <= MOST_CELLS; t++)
        cells *= pr->V;
    if (cells > MOST_CELLS || pr->L > MOST_LENGTH)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "%u contexts of %u tokens over %u symbols are too many for a table of "
                          "all pairs (at most %d entries)",
                          pr->X, pr->L, pr->V, MOST_CELLS);
    pr->n = 1;
    for (uint32_t t = 0; t < pr->L; t++)
        pr->n *= pr->V;
    return RLB_OK;
}

static rlb_status fill_table(struct problem *pr)
{
    int32_t y[MOST_LENGTH], z[MOST_LENGTH];
    for (uint32_t x = 0; x < pr->X; x++) {
        double *p = pr->p + (size_t)x * pr->n * pr->n;
        int32_t winner;
        uint32_t cyclic;
        char what[60];
        pr->weight[x] = pr->table->weight(pr->self, x);
        for (uint32_t i = 0; i < pr->n; i++) {
            problem_string(pr, i, y);
            for (uint32_t j = 0; j < pr->n; j++) {
                problem_string(pr, j, z);
                p[(size_t)i * pr->n + j] = pr->table->prefer(pr->self, x, y, z);
            }
        }
        snprintf(what, sizeof what, "the preferences of context %u", x);
        rlb_status status = rlb_preference_check(pr->host, what, pr->n, pr->n, p);
        if (status == RLB_OK)
            status = rlb_majority(pr->n, p, &winner, &cyclic);
        if (status != RLB_OK)
            return status;
        pr->cyclic += pr->weight[x] * cyclic;
        pr->condorcet += pr->weight[x] * (winner >= 0);
    }
    return RLB_OK;
}

/* Product over the tokens of keep [same] + (1 - keep) / V. */
static void fill_reference(struct problem *pr)
{
    double other = (1 - pr->keep) / pr->V;
    for (uint32_t y = 0; y < pr->n; y++)
        for (uint32_t z = 0; z < pr->n; z++) {
            double product = 1;
            for (uint32_t t = 0, a = y, b = z; t < pr->L; t++, a /= pr->V, b /= pr->V)
                product *= other + (a % pr->V == b % pr->V ? pr->keep : 0);
            pr->follower_ref[(size_t)y * pr->n + z] = product;
        }
}

rlb_status problem_init(struct problem *pr, const rlb_host *host, rlb_venv *env, const char *who,
                        double keep)
{
    *pr = (struct problem){.host = host, .keep = keep};
    rlb_status status = find_table(pr, env, who);
    if (status != RLB_OK)
        return status;
    size_t square = (size_t)pr->n * pr->n;
    pr->p = host->alloc(host, pr->X * square * sizeof *pr->p);
    pr->weight = host->alloc(host, pr->X * sizeof *pr->weight);
    if (keep > 0)
        pr->follower_ref = host->alloc(host, square * sizeof *pr->follower_ref);
    if (!pr->p || !pr->weight || (keep > 0 && !pr->follower_ref))
        return host->fail(host, RLB_E_NOMEM, "no memory for %u games of %u responses", pr->X,
                          pr->n);
    if (pr->follower_ref)
        fill_reference(pr);
    return fill_table(pr);
}

rlb_game problem_game(const struct problem *pr, uint32_t x, double tau_l, double tau_f)
{
    return (rlb_game){.n = pr->n,
                      .p = problem_p(pr, x),
                      .follower_ref = pr->follower_ref,
                      .tau_leader = tau_l,
                      .tau_follower = tau_f};
}

uint32_t problem_context(const struct problem *pr, rlb_rng *rng)
{
    return pr->X == 1 ? 0 : rlb_rng_choice(rng, pr->weight, pr->X);
}

void problem_string(const struct problem *pr, uint32_t y, int32_t *tokens)
{
    for (uint32_t t = pr->L; t-- > 0; y /= pr->V)
        tokens[t] = (int32_t)(y % pr->V);
}

void problem_name(const struct problem *pr, uint32_t y, char *out, size_t size)
{
    int32_t tokens[MOST_LENGTH];
    size_t used = 0;
    *out = 0;
    problem_string(pr, y, tokens);
    for (uint32_t t = 0; t < pr->L && used + 8 < size; t++)
        if (pr->V <= 26)
            used += (size_t)snprintf(out + used, size - used, "%c", 'A' + tokens[t]);
        else
            used += (size_t)snprintf(out + used, size - used, "%s%d", t ? " " : "", tokens[t] + 1);
}

uint32_t problem_mode(uint32_t n, const double *pi)
{
    uint32_t best = 0;
    for (uint32_t y = 1; y < n; y++)
        if (pi[y] > pi[best])
            best = y;
    return best;
}

void reward_policy(uint32_t n, const double *r, double tau, double *pi)
{
    rlb_game g = {.n = n, .tau_leader = tau};
    (void)rlb_leader_response(&g, r, pi);
}

rlb_status solutions_init(struct solutions *s, const struct problem *pr, double tau_l, double tau_f,
                          double ridge)
{
    const rlb_host *host = pr->host;
    size_t n = pr->n, all = pr->X * n * sizeof(double);
    s->stackelberg = host->alloc(host, all);
    s->nash = host->alloc(host, all);
    s->rlhf = host->alloc(host, all);
    s->reference = host->alloc(host, all);
    s->values = host->alloc(host, all);
    s->value = host->alloc(host, pr->X * sizeof *s->value);
    if (!s->stackelberg || !s->nash || !s->rlhf || !s->reference || !s->values || !s->value)
        return host->fail(host, RLB_E_NOMEM, "no memory for the exact solutions");
    for (uint32_t x = 0; x < pr->X; x++) {
        rlb_game g = problem_game(pr, x, tau_l, tau_f);
        s->value[x] = rlb_stackelberg(&g, s->stackelberg + x * n, NULL, s->values + x * n);
        for (size_t y = 0; y < n; y++)
            s->reference[x * n + y] = 1.0 / (double)n;
        double *rlhf = s->rlhf + x * n;
        rlb_status status = rlb_nash(host, pr->n, g.p, NULL, tau_l, s->nash + x * n);
        if (status == RLB_OK && n > 1)
            status = rlb_bradley_terry(host, pr->n, g.p, NULL, ridge, rlhf);
        if (status != RLB_OK)
            return status;
        reward_policy(pr->n, rlhf, tau_l, rlhf);
    }
    return RLB_OK;
}
