#include "exact.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

rlb_status exact_init(struct exact *x, const rlb_host *host)
{
    size_t S = x->S, A = x->A, d = x->d, most = 1;
    for (uint32_t k = 0; k < x->kinds; k++)
        most = x->models[k]->max_outcomes > most ? x->models[k]->max_outcomes : most;
    struct {
        double **at;
        size_t n;
    } arrays[] = {
        {&x->q, S * A},          {&x->pi, S * A},     {&x->aim, S * A},  {&x->value, S},
        {&x->chain, S * S},      {&x->system, S * S}, {&x->mu, S},       {&x->start, S},
        {&x->flow, d * S},       {&x->matrix, d * d}, {&x->vector, d},   {&x->weight, d},
        {&x->spread, S * A * d}, {&x->slopes, A * A}, {&x->side, S * d}, {&x->pull, S * d}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i].at = host->alloc(host, arrays[i].n * sizeof(double));
        if (!*arrays[i].at)
            return host->fail(host, RLB_E_NOMEM, "no memory for the exact solution");
    }
    x->outcomes = host->alloc(host, most * sizeof *x->outcomes);
    return x->outcomes ? RLB_OK : host->fail(host, RLB_E_NOMEM, "no memory for the exact solution");
}

void exact_set_theta(struct exact *x, const double *theta)
{
    x->excludes = false;
    for (uint32_t s = 0; s < x->S; s++) {
        size_t row = (size_t)s * x->A;
        for (uint32_t a = 0; a < x->A; a++)
            x->q[row + a] = features_dot(x->phi, (uint32_t)row + a, theta);
        policy_probs(&x->policy, x->q + row, x->A, x->pi + row);
        memcpy(x->aim + row, x->pi + row, x->A * sizeof *x->aim);
        if (x->target == TARGET_MAX) {
            memset(x->aim + row, 0, x->A * sizeof *x->aim);
            x->aim[row + policy_best(x->q + row, x->A)] = 1;
        }
        x->value[s] = 0;
        for (uint32_t a = 0; a < x->A; a++) {
            x->value[s] += x->aim[row + a] * x->q[row + a];
            x->excludes = x->excludes || x->pi[row + a] == 0;
        }
    }
}

/* chain += weight * P of kind k under pi, an ended episode starting again. */
static void add_chain(struct exact *x, uint32_t k, double weight, double *chain)
{
    x->models[k]->start(x->selves[k], x->start);
    for (uint32_t s = 0; s < x->S; s++) {
        double *row = chain + (size_t)s * x->S, ended = 0;
        for (uint32_t a = 0; a < x->A; a++) {
            double p = weight * x->pi[(size_t)s * x->A + a];
            uint32_t n = x->models[k]->outcomes(x->selves[k], 0, s, a, x->outcomes);
            for (uint32_t i = 0; i < n; i++)
                if (x->outcomes[i].terminated)
                    ended += p * x->outcomes[i].prob;
                else
                    row[x->outcomes[i].next] += p * x->outcomes[i].prob;
        }
        for (uint32_t next = 0; ended > 0 && next < x->S; next++)
            row[next] += ended * x->start[next];
    }
}

/* A state visited less than this is one the chain leaves for good, but for rounding. */
#define NEVER 1e-14

rlb_status exact_occupancy(struct exact *x, const struct mixture *m, double *mu)
{
    memset(x->chain, 0, (size_t)x->S * x->S * sizeof *x->chain);
    for (uint32_t i = 0; i < m->count; i++)
        add_chain(x, m->first + i, m->weights[i], x->chain);
    rlb_status status = rlb_stationary(x->S, x->chain, mu);
    for (uint32_t s = 0; status == RLB_OK && s < x->S; s++)
        if (mu[s] < NEVER)
            mu[s] = 0;
    return status;
}

/* Adds kind k with the pairs' weights mu pi: flow, vector, and -sum eta phi phi' to matrix. */
static void add_field(struct exact *x, uint32_t k, double weight, const double *mu, double *matrix,
                      double *vector)
{
    const struct features *f = x->phi;
    for (uint32_t pair = 0; pair < x->S * x->A; pair++) {
        uint32_t s = pair / x->A, a = pair % x->A;
        double eta = weight * mu[s] * x->pi[pair], reward = 0;
        if (eta == 0)
            continue;
        uint32_t n = x->models[k]->outcomes(x->selves[k], 0, s, a, x->outcomes);
        for (uint32_t i = 0; i < n; i++)
            reward += x->outcomes[i].prob * x->outcomes[i].reward;
        features_add(f, pair, eta * reward, vector);
        size_t row = (size_t)pair * f->width;
        for (uint32_t j = 0; j < f->count[pair]; j++) {
            double scale = eta * f->value[row + j];
            double *flow = x->flow + (size_t)f->index[row + j] * x->S;
            features_add(f, pair, -scale, matrix + (size_t)f->index[row + j] * x->d);
            for (uint32_t i = 0; i < n; i++)
                if (!x->outcomes[i].terminated)
                    flow[x->outcomes[i].next] += scale * x->outcomes[i].prob;
        }
    }
}

rlb_status exact_field(struct exact *x, const struct mixture *m, double *matrix, double *vector)
{
    rlb_status status = RLB_OK;
    memset(x->flow, 0, (size_t)x->d * x->S * sizeof *x->flow);
    memset(matrix, 0, (size_t)x->d * x->d * sizeof *matrix);
    memset(vector, 0, x->d * sizeof *vector);
    if (m->averaged)
        status = exact_occupancy(x, m, x->mu);
    for (uint32_t i = 0; status == RLB_OK && i < m->count; i++) {
        const double one = 1;
        struct mixture alone = {.first = m->first + i, .count = 1, .weights = &one};
        if (!m->averaged)
            status = exact_occupancy(x, &alone, x->mu);
        if (status == RLB_OK)
            add_field(x, m->first + i, m->weights[i], x->mu, matrix, vector);
    }
    for (uint32_t i = 0; i < x->d; i++)
        x->weight[i] = -matrix[(size_t)i * x->d + i];
    for (uint32_t i = 0; i < x->d; i++)
        for (uint32_t s = 0; s < x->S; s++)
            for (uint32_t a = 0; a < x->A && x->flow[(size_t)i * x->S + s] != 0; a++)
                features_add(x->phi, s * x->A + a,
                             x->discount * x->flow[(size_t)i * x->S + s] * x->aim[s * x->A + a],
                             matrix + (size_t)i * x->d);
    return status;
}

rlb_status exact_pull(struct exact *x, const struct mixture *m, const double *theta, double *g)
{
    exact_set_theta(x, theta);
    rlb_status status = exact_field(x, m, x->matrix, g);
    for (uint32_t i = 0; status == RLB_OK && i < x->d; i++)
        for (uint32_t j = 0; j < x->d; j++)
            g[i] += x->matrix[(size_t)i * x->d + j] * theta[j];
    return status;
}

/* x->vector = the next iterate of Picard's iteration from theta. */
static rlb_status picard(struct exact *x, const struct mixture *m, const double *theta)
{
    exact_set_theta(x, theta);
    rlb_status status = exact_field(x, m, x->matrix, x->vector);
    if (status != RLB_OK)
        return status;
    for (uint32_t i = 0; i < x->d; i++) {
        double *row = x->matrix + (size_t)i * x->d, scale = x->weight[i];
        if (scale == 0) { /* no pair with this feature is ever visited … */
            if (x->excludes)
                return RLB_E_NUMERIC; /* … by this policy: its values could be anything */
            row[i] = 1;
            x->vector[i] = theta[i];
            continue;
        }
        /* rows weigh as little as their pairs are visited: level them for the solver's sake */
        for (uint32_t j = 0; j < x->d; j++)
            row[j] /= scale;
        x->vector[i] /= -scale;
    }
    return rlb_solve(x->d, x->matrix, x->vector);
}

rlb_status exact_fixed_point(struct exact *x, const struct mixture *m, double *theta)
{
    static const double dampings[] = {1, 0.5, 0.1};
    uint32_t sweeps = x->d <= 128 ? 400 : 60;
    for (size_t i = 0; i < sizeof dampings / sizeof *dampings; i++) {
        double before = INFINITY;
        for (uint32_t sweep = 0; sweep < sweeps; sweep++) {
            double change = 0, size = 1;
            rlb_status status = picard(x, m, theta);
            if (status != RLB_OK)
                return status;
            for (uint32_t j = 0; j < x->d; j++) {
                double step = x->vector[j] - theta[j];
                theta[j] += dampings[i] * step;
                change += fabs(step);
                size += fabs(theta[j]);
            }
            if (!isfinite(change))
                return RLB_E_NUMERIC;
            /* settled to the last bits: small, and no longer falling */
            if (change <= 1e-14 * size || (change <= 1e-11 * size && change >= before))
                return RLB_OK;
            before = change;
        }
    }
    return RLB_E_NUMERIC;
}
