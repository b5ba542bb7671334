#include "policy.h"

#include <math.h>
#include <string.h>

uint32_t policy_best(const double *q, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t a = 1; a < n; a++)
        if (q[a] > q[best])
            best = a;
    return best;
}

static double mean_of(const double *q, uint32_t n)
{
    double sum = 0;
    for (uint32_t a = 0; a < n; a++)
        sum += q[a];
    return sum / n;
}

static void softmax(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    double top = q[policy_best(q, n)], inverse = 1 / p->temperature, sum = 0;
    for (uint32_t a = 0; a < n; a++)
        sum += probs[a] = exp((q[a] - top) * inverse);
    for (uint32_t a = 0; a < n; a++)
        probs[a] /= sum;
}

/* Slope 1/temperature, cut where the least probability would become negative (Zhang et al.). */
static double linear_slope(const struct policy *p, const double *q, uint32_t n, double mean,
                           uint32_t *least)
{
    *least = 0;
    for (uint32_t a = 1; a < n; a++)
        if (q[a] < q[*least])
            *least = a;
    return fmin(1 / p->temperature, 1 / (mean - q[*least]));
}

static void linear(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    uint32_t least;
    double mean = mean_of(q, n), slope = linear_slope(p, q, n, mean, &least);
    for (uint32_t a = 0; a < n; a++)
        probs[a] = fmax(0, (1 + slope * (q[a] - mean)) / n);
}

static void eps_greedy(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    for (uint32_t a = 0; a < n; a++)
        probs[a] = p->epsilon / n;
    probs[policy_best(q, n)] += 1 - p->epsilon;
}

static void argmax(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    (void)p;
    memset(probs, 0, n * sizeof *probs);
    probs[policy_best(q, n)] = 1;
}

static void uniform(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    (void)p;
    (void)q;
    for (uint32_t a = 0; a < n; a++)
        probs[a] = 1.0 / n;
}

void policy_probs(const struct policy *p, const double *q, uint32_t n, double *probs)
{
    static void (*const operators[NUM_POLICIES])(const struct policy *, const double *, uint32_t,
                                                 double *) = {
        [POLICY_SOFTMAX] = softmax, [POLICY_LINEAR] = linear, [POLICY_EPS_GREEDY] = eps_greedy,
        [POLICY_ARGMAX] = argmax,   [POLICY_FIXED] = uniform,
    };
    operators[p->kind](p, q, n, probs);
}

/* p_a = (1 + L (q_a - mean)) / n; where L is cut to 1 / (mean - least) it moves with the values. */
static void linear_slopes(const struct policy *p, const double *q, uint32_t n, double *slopes)
{
    uint32_t least;
    double mean = mean_of(q, n), slope = linear_slope(p, q, n, mean, &least);
    int cut = slope < 1 / p->temperature;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < n; b++) {
            double d = slope * ((a == b) - 1.0 / n);
            if (cut)
                d -= slope * slope * (q[a] - mean) * (1.0 / n - (b == least));
            slopes[a * n + b] = d / n;
        }
}

void policy_slopes(const struct policy *p, const double *q, uint32_t n, const double *probs,
                   double *slopes)
{
    if (p->kind == POLICY_LINEAR) {
        linear_slopes(p, q, n, slopes);
        return;
    }
    memset(slopes, 0, (size_t)n * n * sizeof *slopes);
    if (p->kind == POLICY_SOFTMAX)
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = 0; b < n; b++)
                slopes[a * n + b] = probs[a] * ((a == b) - probs[b]) / p->temperature;
}
