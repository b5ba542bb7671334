#include "truth.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <string.h>

enum { MOST_IMPROVEMENTS = 1000 };

rlb_status truth_init(struct truth *t, const struct world *w, double gamma)
{
    const rlb_model *m = w->model;
    const rlb_host *host = w->host;
    size_t S = w->num_states, A = m->num_actions;
    *t = (struct truth){.world = w, .S = (uint32_t)S, .A = (uint32_t)A, .gamma = gamma};
    rlb_outcome *outcomes = host->alloc(host, m->max_outcomes * sizeof *outcomes);
    t->kernel = host->alloc(host, S * A * S * sizeof *t->kernel);
    t->matrix = host->alloc(host, S * S * sizeof *t->matrix);
    t->policy = host->alloc(host, S * A * sizeof *t->policy);
    t->q = host->alloc(host, S * A * sizeof *t->q);
    t->uniform = host->alloc(host, S * S * sizeof *t->uniform);
    if (!outcomes || !t->kernel || !t->matrix || !t->policy || !t->q || !t->uniform)
        return host->fail(host, RLB_E_NOMEM, "no memory for the exact model");
    for (size_t s = 0; s < S; s++)
        for (size_t a = 0; a < A; a++) {
            uint32_t n = m->outcomes(w->model_self, 0, (uint32_t)s, (uint32_t)a, outcomes);
            for (uint32_t i = 0; i < n; i++)
                t->kernel[(s * A + a) * S + outcomes[i].next] +=
                    outcomes[i].terminated ? 0 : outcomes[i].prob;
        }
    for (size_t i = 0; i < S * A; i++)
        t->policy[i] = 1.0 / (double)A;
    return truth_visits(t, t->policy, t->uniform);
}

void truth_chain(const struct truth *t, const double *policy, double *p)
{
    size_t S = t->S, A = t->A;
    memset(p, 0, S * S * sizeof *p);
    for (size_t s = 0; s < S; s++)
        for (size_t a = 0; a < A; a++)
            for (size_t next = 0; next < S; next++)
                p[s * S + next] += policy[s * A + a] * t->kernel[(s * A + a) * S + next];
}

/* I - gamma P into the scratch. */
static void fill_system(const struct truth *t, const double *policy)
{
    size_t S = t->S;
    truth_chain(t, policy, t->matrix);
    for (size_t i = 0; i < S * S; i++)
        t->matrix[i] *= -t->gamma;
    for (size_t s = 0; s < S; s++)
        t->matrix[s * S + s] += 1;
}

static rlb_status solved(const struct truth *t, rlb_status status)
{
    return status == RLB_OK ? RLB_OK
                            : t->world->host->fail(t->world->host, status,
                                                   "the exact values of a policy do not exist");
}

rlb_status truth_value(const struct truth *t, const double *policy, const double *reward, double *v)
{
    fill_system(t, policy);
    memcpy(v, reward, t->S * sizeof *v);
    return solved(t, rlb_solve(t->S, t->matrix, v));
}

rlb_status truth_visits(const struct truth *t, const double *policy, double *m)
{
    size_t S = t->S;
    fill_system(t, policy);
    memset(m, 0, S * S * sizeof *m);
    for (size_t s = 0; s < S; s++)
        m[s * S + s] = 1;
    return solved(t, rlb_solve_many(t->S, t->S, t->matrix, m));
}

void truth_pair_visits(const struct truth *t, const double *m, uint32_t s, uint32_t a,
                       bool from_next, double *out)
{
    size_t S = t->S;
    const double *p = t->kernel + ((size_t)s * t->A + a) * S;
    memset(out, 0, S * sizeof *out);
    for (size_t next = 0; next < S; next++)
        for (size_t i = 0; p[next] > 0 && i < S; i++)
            out[i] += p[next] * m[next * S + i];
    for (size_t i = 0; !from_next && i < S; i++)
        out[i] = t->gamma * out[i] + (i == s);
}

static void fill_q(const struct truth *t, const double *reward, const double *v, double *q)
{
    size_t S = t->S, A = t->A;
    for (size_t i = 0; i < S * A; i++) {
        q[i] = reward[i / A];
        for (size_t next = 0; next < S; next++)
            q[i] += t->gamma * t->kernel[i * S + next] * v[next];
    }
}

void truth_uniform(const struct truth *t, const double *reward, double *v)
{
    size_t S = t->S;
    for (size_t s = 0; s < S; s++) {
        v[s] = 0;
        for (size_t i = 0; i < S; i++)
            v[s] += t->uniform[s * S + i] * reward[i];
    }
}

rlb_status truth_one_step(const struct truth *t, const double *reward, double *v)
{
    truth_uniform(t, reward, v);
    fill_q(t, reward, v, t->q);
    truth_policy(t, t->q, 0, t->policy);
    return truth_value(t, t->policy, reward, v);
}

/* Takes the best action where it is better than v by more than rounding; whether any was. */
static bool improve(const struct truth *t, const double *v, double largest)
{
    bool better = false;
    for (size_t s = 0; s < t->S; s++) {
        const double *q = t->q + s * t->A;
        double *policy = t->policy + s * t->A;
        uint32_t best = 0;
        for (uint32_t a = 1; a < t->A; a++)
            best = q[a] > q[best] ? a : best;
        if (q[best] <= v[s] + 1e-11 * fmax(largest, fabs(v[s])))
            continue;
        memset(policy, 0, t->A * sizeof *policy);
        policy[best] = 1;
        better = true;
    }
    return better;
}

/* Policy iteration from the one-step policy, which is nearly there. */
rlb_status truth_best(const struct truth *t, const double *reward, double *v, double *q)
{
    double largest = 0;
    for (size_t s = 0; s < t->S; s++)
        largest = fmax(largest, fabs(reward[s]));
    rlb_status status = truth_one_step(t, reward, v);
    for (int k = 0; status == RLB_OK && k < MOST_IMPROVEMENTS; k++) {
        fill_q(t, reward, v, t->q);
        if (!improve(t, v, largest))
            break;
        status = truth_value(t, t->policy, reward, v);
    }
    if (status == RLB_OK && q)
        memcpy(q, t->q, (size_t)t->S * t->A * sizeof *q);
    return status;
}

void truth_policy(const struct truth *t, const double *q, double temperature, double *policy)
{
    for (size_t s = 0; s < t->S; s++) {
        const double *row = q + s * t->A;
        double *out = policy + s * t->A, best = row[0], sum = 0;
        for (uint32_t a = 1; a < t->A; a++)
            best = fmax(best, row[a]);
        for (uint32_t a = 0; a < t->A; a++)
            sum += out[a] = temperature > 0 ? exp((row[a] - best) / temperature)
                                            : (double)(row[a] >= best - 1e-9);
        for (uint32_t a = 0; a < t->A; a++)
            out[a] /= sum;
    }
}
