#include <rlbench/linalg.h>
#include <rlbench/tabular.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static double backup(const rlb_outcome *o, uint32_t n, double discount, const double *v)
{
    double value = 0;
    for (uint32_t i = 0; i < n; i++)
        value += o[i].prob * (o[i].reward + (o[i].terminated ? 0 : discount * v[o[i].next]));
    return value;
}

/* (I - discount P_pi) v = r_pi. */
rlb_status rlb_policy_value(const rlb_model *m, void *self, double discount, const double *policy,
                            double *v)
{
    uint32_t S = m->num_states, A = m->num_actions;
    if (m->horizon)
        return RLB_E_UNSUPPORTED;
    double *system = calloc((size_t)S * S, sizeof *system);
    rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
    rlb_status status = RLB_E_NOMEM;
    if (!system || !o)
        goto free_scratch;
    for (uint32_t s = 0; s < S; s++) {
        double *row = system + (size_t)s * S;
        row[s] = 1;
        v[s] = 0;
        for (uint32_t a = 0; a < A; a++) {
            double p = policy[(size_t)s * A + a];
            if (p == 0)
                continue;
            uint32_t n = m->outcomes(self, 0, s, a, o);
            for (uint32_t i = 0; i < n; i++) {
                v[s] += p * o[i].prob * o[i].reward;
                if (!o[i].terminated)
                    row[o[i].next] -= p * discount * o[i].prob;
            }
        }
    }
    status = rlb_solve(S, system, v);
free_scratch:
    free(o);
    free(system);
    return status;
}

static void improve(const rlb_model *m, void *self, double discount, const double *v,
                    rlb_outcome *o, double *policy)
{
    for (uint32_t s = 0; s < m->num_states; s++) {
        double *row = policy + (size_t)s * m->num_actions, best = 0;
        uint32_t greedy = 0;
        for (uint32_t a = 0; a < m->num_actions; a++) {
            double value = backup(o, m->outcomes(self, 0, s, a, o), discount, v);
            row[a] = 0;
            if (a == 0 || value > best + 1e-12 * fabs(best)) {
                best = value;
                greedy = a;
            }
        }
        row[greedy] = 1;
    }
}

/* Howard's policy iteration from v = 0: where the sweeps below start when the world is small enough
 * to solve. They would get there too, but a discount near 1 takes them thousands of sweeps. */
static void iterate_policies(const rlb_model *m, void *self, double discount, rlb_outcome *o,
                             double *v)
{
    enum { MOST_STATES = 512, MOST_ROUNDS = 50 };
    size_t pairs = (size_t)m->num_states * m->num_actions, bytes = pairs * sizeof(double);
    double *policy = calloc(2 * pairs, sizeof *policy), *before = policy ? policy + pairs : NULL;
    bool small = policy && m->num_states <= MOST_STATES && discount < 1;
    for (int round = 0; small && round < MOST_ROUNDS; round++) {
        improve(m, self, discount, v, o, policy);
        if (memcmp(policy, before, bytes) == 0)
            break;
        memcpy(before, policy, bytes);
        if (rlb_policy_value(m, self, discount, policy, v) != RLB_OK) {
            memset(v, 0, m->num_states * sizeof *v);
            break;
        }
    }
    free(policy);
}

/* In-place sweeps over the states (Gauss-Seidel value iteration). */
rlb_status rlb_optimal_q(const rlb_model *m, void *self, double discount, double tolerance,
                         uint32_t max_sweeps, double *q)
{
    if (m->horizon)
        return RLB_E_UNSUPPORTED;
    double *v = calloc(m->num_states, sizeof *v);
    rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
    rlb_status status = v && o ? RLB_E_NUMERIC : RLB_E_NOMEM;
    if (status == RLB_E_NUMERIC)
        iterate_policies(m, self, discount, o, v);
    for (uint32_t sweep = 0; status == RLB_E_NUMERIC && sweep < max_sweeps; sweep++) {
        double change = 0, size = 1;
        for (uint32_t s = 0; s < m->num_states; s++) {
            double best = -INFINITY;
            for (uint32_t a = 0; a < m->num_actions; a++) {
                uint32_t n = m->outcomes(self, 0, s, a, o);
                double value = backup(o, n, discount, v);
                q[(size_t)s * m->num_actions + a] = value;
                best = fmax(best, value);
            }
            change = fmax(change, fabs(best - v[s]));
            size = fmax(size, fabs(best));
            v[s] = best;
        }
        if (change <= tolerance * size)
            status = RLB_OK;
    }
    free(o);
    free(v);
    return status;
}
