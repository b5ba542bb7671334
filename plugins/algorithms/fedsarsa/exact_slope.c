/* Derivatives of the mean field and what follows from them. */
#include "exact.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* spread[s][a][.] = d pi(a | s) / d theta. */
static void set_spread(struct exact *x)
{
    memset(x->spread, 0, (size_t)x->S * x->A * x->d * sizeof *x->spread);
    for (uint32_t s = 0; s < x->S; s++) {
        uint32_t first = s * x->A;
        policy_slopes(&x->policy, x->q + first, x->A, x->pi + first, x->slopes);
        for (uint32_t a = 0; a < x->A; a++)
            for (uint32_t b = 0; b < x->A; b++)
                features_add(x->phi, first + b, x->slopes[a * x->A + b],
                             x->spread + (size_t)(first + a) * x->d);
    }
}

/* h(x), the expected TD error of a pair, whose outcomes are left in x->outcomes. */
static double expected_error(struct exact *x, uint32_t kind, uint32_t pair, uint32_t *n)
{
    double h = -x->q[pair];
    *n = x->models[kind]->outcomes(x->selves[kind], 0, pair / x->A, pair % x->A, x->outcomes);
    for (uint32_t i = 0; i < *n; i++) {
        const rlb_outcome *o = &x->outcomes[i];
        h += o->prob * (o->reward + (o->terminated ? 0 : x->discount * x->value[o->next]));
    }
    return h;
}

/* out[s'] += scale P(s' | pair), the outcomes of the pair in x->outcomes, ends starting again. */
static void add_next(const struct exact *x, uint32_t n, const double *scale, double *out)
{
    for (uint32_t i = 0; i < n; i++) {
        const rlb_outcome *o = &x->outcomes[i];
        uint32_t from = o->terminated ? 0 : (uint32_t)o->next;
        uint32_t to = o->terminated ? x->S : from + 1;
        for (uint32_t s = from; s < to; s++) {
            double p = o->prob * (o->terminated ? x->start[s] : 1);
            for (uint32_t j = 0; p != 0 && j < x->d; j++)
                out[(size_t)s * x->d + j] += p * scale[j];
        }
    }
}

/* system = I - P + 1 mu', transposed when asked; x->chain holds P. */
static void set_system(struct exact *x, bool transposed)
{
    for (uint32_t i = 0; i < x->S; i++)
        for (uint32_t j = 0; j < x->S; j++) {
            uint32_t row = transposed ? j : i, column = transposed ? i : j;
            x->system[(size_t)i * x->S + j] =
                (i == j) - x->chain[(size_t)row * x->S + column] + x->mu[column];
        }
}

/* d mu(s) / d theta into side[s][.]: solves dmu (I - P + 1 mu') = mu dP. */
static rlb_status set_occupancy_slope(struct exact *x, uint32_t kind)
{
    memset(x->side, 0, (size_t)x->S * x->d * sizeof *x->side);
    for (uint32_t pair = 0; pair < x->S * x->A; pair++) {
        double *slope = x->spread + (size_t)pair * x->d, *scaled = x->vector;
        uint32_t n =
            x->models[kind]->outcomes(x->selves[kind], 0, pair / x->A, pair % x->A, x->outcomes);
        for (uint32_t j = 0; j < x->d; j++)
            scaled[j] = x->mu[pair / x->A] * slope[j];
        add_next(x, n, scaled, x->side);
    }
    set_system(x, true);
    return rlb_solve_many(x->S, x->d, x->system, x->side);
}

rlb_status exact_jacobian(struct exact *x, uint32_t kind, const double *theta, double *jacobian)
{
    const double one = 1;
    const struct mixture alone = {.first = kind, .count = 1, .weights = &one};
    uint32_t S = x->S, A = x->A, d = x->d, n;
    exact_set_theta(x, theta);
    rlb_status status = exact_field(x, &alone, jacobian, x->vector); /* M: theta as it stands */
    if (status != RLB_OK)
        return status;
    set_spread(x);
    status = set_occupancy_slope(x, kind);
    if (status != RLB_OK)
        return status;
    /* the value under the target policy moves with the policy */
    if (x->target != TARGET_MAX) {
        memset(x->pull, 0, (size_t)S * d * sizeof *x->pull);
        for (uint32_t pair = 0; pair < S * A; pair++)
            for (uint32_t j = 0; j < d; j++)
                x->pull[(size_t)(pair / A) * d + j] += x->q[pair] * x->spread[(size_t)pair * d + j];
        for (uint32_t i = 0; i < d; i++)
            for (uint32_t s = 0; s < S; s++) {
                double flow = x->discount * x->flow[(size_t)i * S + s];
                for (uint32_t j = 0; flow != 0 && j < d; j++)
                    jacobian[(size_t)i * d + j] += flow * x->pull[(size_t)s * d + j];
            }
    }
    /* the weights of the pairs move: d eta = d mu pi + mu d pi */
    const struct features *f = x->phi;
    for (uint32_t pair = 0; pair < S * A; pair++) {
        uint32_t s = pair / A;
        double h = expected_error(x, kind, pair, &n);
        for (uint32_t i = 0; i < f->count[pair]; i++) {
            size_t entry = (size_t)pair * f->width + i;
            double *row = jacobian + (size_t)f->index[entry] * d, scale = h * f->value[entry];
            for (uint32_t j = 0; j < d; j++)
                row[j] += scale * (x->side[(size_t)s * d + j] * x->pi[pair] +
                                   x->mu[s] * x->spread[(size_t)pair * d + j]);
        }
    }
    return RLB_OK;
}

/* side[s] = sum_{k>=0} E[e_k - g | s_0 = s], the chain's later pulls: (I - P + 1 mu')^{-1} (pull -
 * 1 g'), where pull[s] = E[e | s]. g is left in x->vector. */
static rlb_status set_later_pulls(struct exact *x, uint32_t kind)
{
    uint32_t n;
    memset(x->pull, 0, (size_t)x->S * x->d * sizeof *x->pull);
    memset(x->vector, 0, x->d * sizeof *x->vector);
    for (uint32_t pair = 0; pair < x->S * x->A; pair++)
        features_add(x->phi, pair, x->pi[pair] * expected_error(x, kind, pair, &n),
                     x->pull + (size_t)(pair / x->A) * x->d);
    for (uint32_t s = 0; s < x->S; s++)
        for (uint32_t j = 0; j < x->d; j++)
            x->vector[j] += x->mu[s] * x->pull[(size_t)s * x->d + j];
    for (uint32_t s = 0; s < x->S; s++)
        for (uint32_t j = 0; j < x->d; j++)
            x->side[(size_t)s * x->d + j] = x->pull[(size_t)s * x->d + j] - x->vector[j];
    set_system(x, false);
    return rlb_solve_many(x->S, x->d, x->system, x->side);
}

/* later[pair] = sum_{k>=1} E[e_k - g | (s_1, a_1) = pair], into x->spread. */
static void set_pair_pulls(struct exact *x, uint32_t kind)
{
    for (uint32_t pair = 0; pair < x->S * x->A; pair++) {
        uint32_t n;
        double *later = x->spread + (size_t)pair * x->d, h = expected_error(x, kind, pair, &n);
        for (uint32_t j = 0; j < x->d; j++)
            later[j] = -x->vector[j];
        features_add(x->phi, pair, h, later);
        for (uint32_t i = 0; i < n; i++) {
            const rlb_outcome *o = &x->outcomes[i];
            uint32_t from = o->terminated ? 0 : (uint32_t)o->next;
            uint32_t to = o->terminated ? x->S : from + 1;
            for (uint32_t s = from; s < to; s++)
                for (uint32_t j = 0; j < x->d; j++)
                    later[j] +=
                        o->prob * (o->terminated ? x->start[s] : 1) * x->side[(size_t)s * x->d + j];
        }
    }
}

/* Adds weight * phi(pair) delta (2 * later + delta phi(pair))' for one transition to (s, .): the
 * lag-0 term and twice the later ones; the sum is made symmetric at the end. */
static void add_transition(struct exact *x, uint32_t pair, const rlb_outcome *o, uint32_t s,
                           double weight, double *sigma)
{
    const struct features *f = x->phi;
    for (uint32_t a = 0; a < x->A; a++) {
        uint32_t next = s * x->A + a;
        double p = weight * x->pi[next];
        if (p == 0)
            continue;
        double aim = x->target == TARGET_SARSA ? x->q[next] : x->value[s];
        double delta = o->reward + (o->terminated ? 0 : x->discount * aim) - x->q[pair];
        for (uint32_t i = 0; i < f->count[pair]; i++) {
            size_t entry = (size_t)pair * f->width + i;
            double *row = sigma + (size_t)f->index[entry] * x->d;
            double scale = p * delta * f->value[entry];
            for (uint32_t j = 0; j < x->d; j++)
                row[j] += 2 * scale * x->spread[(size_t)next * x->d + j];
            features_add(f, pair, scale * delta, row);
        }
    }
}

rlb_status exact_noise(struct exact *x, uint32_t kind, const double *theta, double weight,
                       double *sigma)
{
    const double one = 1;
    const struct mixture alone = {.first = kind, .count = 1, .weights = &one};
    double *sum = x->matrix;
    exact_set_theta(x, theta);
    rlb_status status = exact_occupancy(x, &alone, x->mu);
    if (status == RLB_OK)
        status = set_later_pulls(x, kind);
    if (status != RLB_OK)
        return status;
    set_pair_pulls(x, kind);
    memset(sum, 0, (size_t)x->d * x->d * sizeof *sum);
    for (uint32_t pair = 0; pair < x->S * x->A; pair++) {
        double eta = x->mu[pair / x->A] * x->pi[pair];
        uint32_t n =
            x->models[kind]->outcomes(x->selves[kind], 0, pair / x->A, pair % x->A, x->outcomes);
        for (uint32_t i = 0; eta != 0 && i < n; i++) {
            const rlb_outcome *o = &x->outcomes[i];
            if (!o->terminated)
                add_transition(x, pair, o, (uint32_t)o->next, eta * o->prob, sum);
            for (uint32_t s = 0; o->terminated && s < x->S; s++)
                if (x->start[s] > 0)
                    add_transition(x, pair, o, s, eta * o->prob * x->start[s], sum);
        }
    }
    for (uint32_t i = 0; i < x->d; i++)
        for (uint32_t j = 0; j < x->d; j++)
            sigma[(size_t)i * x->d + j] +=
                weight * ((sum[(size_t)i * x->d + j] + sum[(size_t)j * x->d + i]) / 2 -
                          x->vector[i] * x->vector[j]);
    return RLB_OK;
}

rlb_status exact_return(struct exact *x, uint32_t kind, const double *theta, double *value,
                        double *rate)
{
    const double one = 1;
    const struct mixture alone = {.first = kind, .count = 1, .weights = &one};
    exact_set_theta(x, theta);
    rlb_status status = exact_occupancy(x, &alone, x->mu);
    if (status != RLB_OK)
        return status;
    double *v = x->side;
    memset(x->system, 0, (size_t)x->S * x->S * sizeof *x->system);
    *rate = *value = 0;
    for (uint32_t s = 0; s < x->S; s++) {
        double *row = x->system + (size_t)s * x->S;
        row[s] = 1;
        v[s] = 0;
        for (uint32_t a = 0; a < x->A; a++) {
            double p = x->pi[(size_t)s * x->A + a];
            uint32_t n = x->models[kind]->outcomes(x->selves[kind], 0, s, a, x->outcomes);
            for (uint32_t i = 0; i < n; i++) {
                const rlb_outcome *o = &x->outcomes[i];
                v[s] += p * o->prob * o->reward;
                if (!o->terminated)
                    row[o->next] -= x->discount * p * o->prob;
            }
        }
        *rate += x->mu[s] * v[s];
    }
    status = rlb_solve(x->S, x->system, v);
    for (uint32_t s = 0; status == RLB_OK && s < x->S; s++)
        *value += x->start[s] * v[s];
    return status;
}

/* Row of one kind's pair: [S] next states, then the mass of ending; returns the expected reward. */
static double dense_row(struct exact *x, uint32_t kind, uint32_t pair, double *row)
{
    double reward = 0;
    memset(row, 0, (x->S + 1) * sizeof *row);
    uint32_t n =
        x->models[kind]->outcomes(x->selves[kind], 0, pair / x->A, pair % x->A, x->outcomes);
    for (uint32_t i = 0; i < n; i++) {
        const rlb_outcome *o = &x->outcomes[i];
        row[o->terminated ? x->S : (uint32_t)o->next] += o->prob;
        reward += o->prob * o->reward;
    }
    return reward;
}

rlb_status exact_heterogeneity(struct exact *x, double *kernel, double *reward)
{
    size_t stride = x->S + 1;
    double *rows = calloc(x->kinds * (stride + 1), sizeof *rows);
    if (!rows)
        return RLB_E_NOMEM;
    double *rewards = rows + x->kinds * stride;
    *kernel = *reward = 0;
    for (uint32_t pair = 0; pair < x->S * x->A; pair++) {
        for (uint32_t k = 0; k < x->kinds; k++)
            rewards[k] = dense_row(x, k, pair, rows + k * stride);
        for (uint32_t k = 0; k < x->kinds; k++)
            for (uint32_t l = 0; l < k; l++) {
                double distance = 0;
                for (size_t s = 0; s < stride; s++)
                    distance += fabs(rows[k * stride + s] - rows[l * stride + s]) / 2;
                *kernel = fmax(*kernel, distance);
                *reward = fmax(*reward, fabs(rewards[k] - rewards[l]));
            }
    }
    free(rows);
    return RLB_OK;
}
