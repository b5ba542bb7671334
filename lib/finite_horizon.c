#include <rlbench/tabular.h>

#include <stdlib.h>
#include <string.h>

/* Value of (s, a) at stage h when v are the values at the next. */
static double backup(const rlb_model *m, void *self, uint32_t h, uint32_t s, uint32_t a,
                     double discount, const double *v, rlb_outcome *o)
{
    double value = 0;
    uint32_t n = m->outcomes(self, h, s, a, o);
    for (uint32_t i = 0; i < n; i++)
        value += o[i].prob * (o[i].reward + (o[i].terminated ? 0 : discount * v[o[i].next]));
    return value;
}

static rlb_status check(const rlb_host *host, const rlb_model *m, const void *scratch)
{
    if (m->horizon == 0)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "this world has no horizon: values by stage need one");
    return scratch ? RLB_OK
                   : host->fail(host, RLB_E_NOMEM, "no memory for the values of %u states",
                                m->num_states);
}

rlb_status rlb_finite_optimal_q(const rlb_host *host, const rlb_model *m, void *self,
                                double discount, double *q)
{
    uint32_t S = m->num_states, A = m->num_actions;
    rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
    double *v = calloc(S, sizeof *v); /* best values of the stage after */
    rlb_status status = check(host, m, o && v ? v : NULL);
    for (uint32_t h = m->horizon; status == RLB_OK && h-- > 0;) {
        double *stage = q + (size_t)h * S * A;
        for (uint32_t s = 0; s < S; s++)
            for (uint32_t a = 0; a < A; a++)
                stage[(size_t)s * A + a] = backup(m, self, h, s, a, discount, v, o);
        for (uint32_t s = 0; s < S; s++) {
            v[s] = stage[(size_t)s * A];
            for (uint32_t a = 1; a < A; a++)
                if (stage[(size_t)s * A + a] > v[s])
                    v[s] = stage[(size_t)s * A + a];
        }
    }
    free(v);
    free(o);
    return status;
}

rlb_status rlb_finite_policy_value(const rlb_host *host, const rlb_model *m, void *self,
                                   double discount, const double *policy, double *v)
{
    uint32_t S = m->num_states, A = m->num_actions;
    rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
    rlb_status status = check(host, m, o);
    if (status == RLB_OK)
        memset(v + (size_t)m->horizon * S, 0, S * sizeof *v);
    for (uint32_t h = m->horizon; status == RLB_OK && h-- > 0;) {
        double *now = v + (size_t)h * S;
        for (uint32_t s = 0; s < S; s++) {
            now[s] = 0;
            for (uint32_t a = 0; a < A; a++) {
                double p = policy[((size_t)h * S + s) * A + a];
                if (p > 0)
                    now[s] += p * backup(m, self, h, s, a, discount, now + S, o);
            }
        }
    }
    free(o);
    return status;
}
