/* The agents of a run over ranks. Every sum of the exchange has one term that is not zero, the
 * owner's, so it is exact and every rank has the bits that one process would have. */
#include "fed.h"

#include <string.h>

rlb_status fed_ranks_init(struct fed *f)
{
    const rlb_allreduce *all = f->host->interface(f->host, RLB_ALLREDUCE);
    const rlb_lanes *lanes = f->host->interface(f->host, RLB_LANES);
    uint64_t N = f->num_agents;
    f->ranks = all && all->num_ranks > 1 && lanes ? all : NULL;
    f->own = f->ranks ? (uint32_t)(N * all->rank / all->num_ranks) : 0;
    f->own_end = f->ranks ? (uint32_t)(N * (all->rank + 1) / all->num_ranks) : f->num_agents;
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        struct group *g = &f->groups[k];
        uint32_t end = g->first + g->count;
        uint32_t from = f->own < g->first ? g->first : f->own < end ? f->own : end;
        uint32_t to = f->own_end < from ? from : f->own_end < end ? f->own_end : end;
        g->own = from - g->first;
        g->own_end = to - g->first;
        rlb_status status =
            f->ranks ? lanes->keep(f->host, g->venv, g->own, g->own_end - g->own) : RLB_OK;
        if (status != RLB_OK)
            return status;
    }
    return RLB_OK;
}

/* [N][stride] theta, [N] td_errors, [N] rewards, [K][S] visits */
static size_t shared_size(const struct fed *f)
{
    return (size_t)f->num_agents * (f->stride + 2) + (size_t)f->num_kinds * f->S;
}

rlb_status fed_ranks_arrays(struct fed *f)
{
    f->seen = f->visits;
    if (!f->ranks)
        return RLB_OK;
    f->shared = f->host->alloc(f->host, shared_size(f) * sizeof *f->shared);
    f->seen = f->host->alloc(f->host, (size_t)f->num_kinds * f->S * sizeof *f->seen);
    return f->shared && f->seen
               ? RLB_OK
               : f->host->fail(f->host, RLB_E_NOMEM, "no memory for what ranks exchange");
}

/* Copies one array of `width` values an agent to where it is exchanged: our slots, others zero. */
static void put_own(const struct fed *f, const double *from, size_t width, double *to)
{
    memset(to, 0, f->num_agents * width * sizeof *to);
    memcpy(to + f->own * width, from + f->own * width, (f->own_end - f->own) * width * sizeof *to);
}

rlb_status fed_ranks_start(struct fed *f)
{
    rlb_status status;
    if (!f->ranks)
        return RLB_OK;
    if (f->ranks->rank > 0)
        memset(f->theta, 0, f->stride * sizeof *f->theta);
    status = f->ranks->sum(f->host, f->theta, f->stride);
    for (uint32_t slot = 1; slot < f->num_agents; slot++)
        memcpy(fed_theta(f, slot), f->theta, f->stride * sizeof *f->theta);
    return status;
}

rlb_status fed_ranks_meet(struct fed *f)
{
    size_t n = (size_t)f->num_agents * f->stride;
    if (!f->ranks)
        return RLB_OK;
    put_own(f, f->theta, f->stride, f->shared);
    rlb_status status = f->ranks->sum(f->host, f->shared, n);
    if (status == RLB_OK)
        memcpy(f->theta, f->shared, n * sizeof *f->theta);
    return status;
}

rlb_status fed_ranks_report(struct fed *f)
{
    size_t N = f->num_agents, cells = (size_t)f->num_kinds * f->S;
    if (!f->ranks)
        return RLB_OK;
    double *errors = f->shared + N * f->stride, *rewards = errors + N, *visits = rewards + N;
    put_own(f, f->theta, f->stride, f->shared);
    put_own(f, f->td_errors, 1, errors);
    put_own(f, f->rewards, 1, rewards);
    for (size_t i = 0; i < cells; i++)
        visits[i] = (double)f->visits[i];
    rlb_status status = f->ranks->sum(f->host, f->shared, shared_size(f));
    if (status != RLB_OK)
        return status;
    memcpy(f->theta, f->shared, N * f->stride * sizeof *f->theta);
    memcpy(f->td_errors, errors, N * sizeof *errors);
    memcpy(f->rewards, rewards, N * sizeof *rewards);
    for (size_t i = 0; i < cells; i++)
        f->seen[i] = (uint64_t)visits[i];
    return RLB_OK;
}
