/* The averaged environment: the mean of the kinds' kernels and rewards, sampled by the algorithm
 * itself. Every agent walks in it; a reference, not something a federation could do. */
#include "fed.h"

#include <string.h>

/* Adds kind k's start, rows (as probabilities) and rewards, weighted by its share of agents. */
static void add_kind(struct fed *f, uint32_t k)
{
    struct averaged *w = &f->averaged;
    const struct exact *x = &f->exact;
    double share = f->shares[k];
    x->models[k]->start(x->selves[k], f->work);
    for (uint32_t s = 0; s < f->S; s++)
        w->start[s] += share * f->work[s];
    for (uint32_t pair = 0; pair < f->S * f->A; pair++) {
        double *row = w->rows + (size_t)pair * (f->S + 1);
        uint32_t n = x->models[k]->outcomes(x->selves[k], 0, pair / f->A, pair % f->A, x->outcomes);
        for (uint32_t i = 0; i < n; i++) {
            const rlb_outcome *o = &x->outcomes[i];
            row[o->terminated ? f->S : (uint32_t)o->next] += share * o->prob;
            w->rewards[pair] += share * o->prob * o->reward;
        }
    }
}

rlb_status fed_averaged_init(struct fed *f)
{
    struct averaged *w = &f->averaged;
    const rlb_host *host = f->host;
    size_t pairs = (size_t)f->S * f->A, n = f->num_agents;
    w->rows = host->alloc(host, pairs * (f->S + 1) * sizeof *w->rows);
    w->rewards = host->alloc(host, pairs * sizeof *w->rewards);
    w->start = host->alloc(host, f->S * sizeof *w->start);
    w->rng = host->alloc(host, n * sizeof *w->rng);
    w->state = host->alloc(host, n * sizeof *w->state);
    w->reward = host->alloc(host, n * sizeof *w->reward);
    w->ended = host->alloc(host, 2 * n); /* the second half stays 0: nothing is ever truncated */
    if (!w->rows || !w->rewards || !w->start || !w->rng || !w->state || !w->reward || !w->ended)
        return host->fail(host, RLB_E_NOMEM, "no memory for the averaged environment");
    for (uint32_t k = 0; k < f->num_kinds; k++)
        add_kind(f, k);
    for (size_t pair = 0; pair < pairs; pair++) {
        double *row = w->rows + pair * (f->S + 1), sum = 0;
        for (uint32_t s = 0; s <= f->S; s++)
            row[s] = sum += row[s];
    }
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        struct group *g = &f->groups[k];
        for (uint32_t slot = g->first; slot < g->first + g->count; slot++)
            rlb_rng_init(&w->rng[slot], rlb_rng_derive(f->seed, 1), fed_agent_of(f, slot, k));
        g->answer = (struct answer){.state = w->state + g->first,
                                    .reward = w->reward + g->first,
                                    .terminated = w->ended + g->first,
                                    .truncated = w->ended + n};
    }
    return RLB_OK;
}

void fed_averaged_reset(struct fed *f)
{
    struct averaged *w = &f->averaged;
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        f->state[slot] = w->state[slot] = (int32_t)rlb_rng_choice(&w->rng[slot], w->start, f->S);
}

/* First entry above u, by halving. */
static uint32_t find(const double *row, uint32_t n, double u)
{
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (row[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void fed_averaged_step(struct fed *f)
{
    struct averaged *w = &f->averaged;
    for (uint32_t slot = f->own; slot < f->own_end; slot++) {
        size_t pair = (size_t)f->state[slot] * f->A + (uint32_t)f->action[slot];
        const double *row = w->rows + pair * (f->S + 1);
        uint32_t next = find(row, f->S + 1, rlb_rng_uniform(&w->rng[slot]) * row[f->S]);
        w->ended[slot] = next == f->S;
        w->reward[slot] = (float)w->rewards[pair];
        w->state[slot] =
            w->ended[slot] ? (int32_t)rlb_rng_choice(&w->rng[slot], w->start, f->S) : (int32_t)next;
    }
}
