#include <rlbench/linalg.h>
#include <rlbench/tabular.h>

#include <stdlib.h>
#include <string.h>

static rlb_status no_memory(const rlb_host *host, uint32_t n)
{
    return host->fail(host, RLB_E_NOMEM, "no memory for a chain of %u states", n);
}

/* Room for the outcomes of one pair; NULL with *status set. */
static rlb_outcome *outcomes_of(const rlb_host *host, const rlb_model *m, rlb_status *status)
{
    *status = RLB_E_UNSUPPORTED;
    if (m->horizon) {
        host->fail(host, *status, "a world with a horizon has another chain at every stage");
        return NULL;
    }
    rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
    *status = o ? RLB_OK : no_memory(host, m->num_states);
    return o;
}

rlb_status rlb_policy_chain(const rlb_host *host, const rlb_model *m, void *self,
                            const double *policy, double *p, double *r)
{
    uint32_t S = m->num_states, A = m->num_actions;
    rlb_status status;
    rlb_outcome *o = outcomes_of(host, m, &status);
    if (!o)
        return status;
    memset(p, 0, (size_t)S * S * sizeof *p);
    for (uint32_t s = 0; s < S; s++) {
        double *row = p + (size_t)s * S, reward = 0;
        for (uint32_t a = 0; a < A; a++) {
            double chance = policy[(size_t)s * A + a];
            uint32_t n = chance > 0 ? m->outcomes(self, 0, s, a, o) : 0;
            for (uint32_t i = 0; i < n; i++) {
                reward += chance * o[i].prob * o[i].reward;
                row[o[i].next] += o[i].terminated ? 0 : chance * o[i].prob;
            }
        }
        if (r)
            r[s] = reward;
    }
    free(o);
    return RLB_OK;
}

rlb_status rlb_pair_chain(const rlb_host *host, const rlb_model *m, void *self,
                          const double *policy, double *p, double *r)
{
    uint32_t S = m->num_states, A = m->num_actions;
    size_t pairs = (size_t)S * A;
    rlb_status status;
    rlb_outcome *o = outcomes_of(host, m, &status);
    if (!o)
        return status;
    memset(p, 0, pairs * pairs * sizeof *p);
    for (size_t pair = 0; pair < pairs; pair++) {
        double *row = p + pair * pairs, reward = 0;
        uint32_t n = m->outcomes(self, 0, (uint32_t)(pair / A), (uint32_t)(pair % A), o);
        for (uint32_t i = 0; i < n; i++) {
            size_t next = (size_t)o[i].next * A;
            reward += o[i].prob * o[i].reward;
            for (uint32_t a = 0; a < A && !o[i].terminated; a++)
                row[next + a] += o[i].prob * policy[next + a];
        }
        if (r)
            r[pair] = reward;
    }
    free(o);
    return RLB_OK;
}

/* What a row of p lacks to 1 goes to the states that episodes start in. */
static void restart(uint32_t n, const double *start, double *p)
{
    for (uint32_t s = 0; s < n; s++) {
        double *row = p + (size_t)s * n, ends = 1;
        for (uint32_t i = 0; i < n; i++)
            ends -= row[i];
        for (uint32_t i = 0; i < n && ends > 0; i++)
            row[i] += ends * start[i];
    }
}

rlb_status rlb_policy_stationary(const rlb_host *host, const rlb_model *m, void *self,
                                 const double *policy, double *mu)
{
    uint32_t S = m->num_states;
    double *p = calloc((size_t)S * S, sizeof *p);
    rlb_status status = p ? rlb_policy_chain(host, m, self, policy, p, NULL) : no_memory(host, S);
    if (status == RLB_OK) {
        m->start(self, mu);
        restart(S, mu, p);
        status = rlb_stationary(S, p, mu);
        if (status == RLB_E_NUMERIC)
            host->fail(host, status,
                       "the stationary distribution of this policy is not unique: there are "
                       "states between which it never passes");
        else if (status != RLB_OK)
            no_memory(host, S);
    }
    free(p);
    return status;
}

/* I - discount P, or its transpose. */
static double *resolvent(uint32_t n, const double *p, double discount, int transposed)
{
    double *a = malloc(((size_t)n * n + 1) * sizeof *a);
    for (uint32_t i = 0; a && i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            a[(size_t)i * n + j] =
                (i == j) - discount * (transposed ? p[(size_t)j * n + i] : p[(size_t)i * n + j]);
    return a;
}

static rlb_status explain(const rlb_host *host, rlb_status status, uint32_t n, double discount)
{
    if (status == RLB_E_NUMERIC)
        return host->fail(host, status,
                          "I - %g P is singular: the chain may go on for ever, so its discounted "
                          "visits are not finite; take a discount below 1",
                          discount);
    return status == RLB_OK ? status : no_memory(host, n);
}

rlb_status rlb_successor(const rlb_host *host, uint32_t n, const double *p, double discount,
                         double *m)
{
    double *a = resolvent(n, p, discount, 0);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            m[(size_t)i * n + j] = i == j;
    rlb_status status = a ? rlb_solve_many(n, n, a, m) : RLB_E_NOMEM;
    free(a);
    return explain(host, status, n, discount);
}

rlb_status rlb_occupancy(const rlb_host *host, uint32_t n, const double *p, double discount,
                         const double *start, double *d)
{
    double *a = resolvent(n, p, discount, 1);
    memcpy(d, start, n * sizeof *d);
    rlb_status status = a ? rlb_solve(n, a, d) : RLB_E_NOMEM;
    free(a);
    return explain(host, status, n, discount);
}
