/* StackelbergGDA with exact gradients (the paper's algorithm 1), in every context by itself:
 *
 *   d f / d pi(y)         = sum_z omega(z|y) p(y,z) + tau_F KL(omega(.|y) | ref) - tau_L (log
 * pi(y)/ref + 1) d f / d omega(z|y)    = pi(y) [p(y,z) + tau_F (log omega(z|y)/ref + 1)]
 *
 * either projected to the simplex, or through the logits of a softmax. */
#include "slhf.h"

#include <string.h>

/* Where the projection puts a probability to 0 its logarithm counts as that of this. */
#define LEAST 1e-12

rlb_status exact_init(struct slhf *s)
{
    const struct problem *pr = &s->problem;
    size_t n = pr->n;
    s->leader = s->host->alloc(s->host, pr->X * n * sizeof *s->leader);
    s->follower = s->host->alloc(s->host, pr->X * n * n * sizeof *s->follower);
    if (!s->leader || !s->follower)
        return s->host->fail(s->host, RLB_E_NOMEM, "no memory for %u policies of %u responses",
                             pr->X, pr->n);
    if (s->learner == LEARNER_SIMPLEX) {
        for (size_t i = 0; i < pr->X * n; i++)
            s->leader[i] = 1.0 / (double)n;
        for (size_t i = 0; i < pr->X * n * n; i++)
            s->follower[i] = 1.0 / (double)n;
    }
    return RLB_OK;
}

static double log_ratio(double p, double ref)
{
    return log(fmax(p, LEAST) / ref);
}

/* x += rate slope, along the simplex: p are its probabilities now. */
static rlb_status move(const struct slhf *s, double *x, const double *p, const double *slope,
                       double rate)
{
    uint32_t n = s->problem.n;
    if (s->learner == LEARNER_SIMPLEX) {
        for (uint32_t i = 0; i < n; i++)
            x[i] += rate * slope[i];
        return rlb_project_simplex(n, x);
    }
    double mean = 0;
    for (uint32_t i = 0; i < n; i++)
        mean += p[i] * slope[i];
    for (uint32_t i = 0; i < n; i++)
        x[i] += rate * p[i] * (slope[i] - mean);
    return RLB_OK;
}

/* The Follower's row for response y; returns the value of y to the Leader. slope: scratch [n]. */
static double row_slope(const struct slhf *s, uint32_t x, uint32_t y, double *slope)
{
    const struct problem *pr = &s->problem;
    const double *p = problem_p(pr, x) + (size_t)y * pr->n, *row = s->omega + (size_t)y * pr->n;
    const double *ref = pr->follower_ref ? pr->follower_ref + (size_t)y * pr->n : NULL;
    double value = 0, uniform = 1.0 / pr->n;
    for (uint32_t z = 0; z < pr->n; z++) {
        double l = log_ratio(row[z], ref ? ref[z] : uniform);
        value += row[z] * (p[z] + s->tau_follower * l);
        slope[z] = -(p[z] + s->tau_follower * (l + 1));
    }
    return value;
}

static rlb_status step_context(struct slhf *s, uint32_t x, double leader_rate, double follower_rate)
{
    uint32_t n = s->problem.n;
    double *leader = s->leader + (size_t)x * n, *follower = s->follower + (size_t)x * n * n;
    double *slope = s->arena.work;
    rlb_status status = RLB_OK;
    slhf_policies(s, x);
    for (uint32_t y = 0; y < n && status == RLB_OK; y++) {
        s->values[y] =
            row_slope(s, x, y, slope) - s->tau_leader * (log_ratio(s->pi[y], 1.0 / n) + 1);
        double rate = follower_rate * (s->row_normalised ? 1 : s->pi[y]);
        if (rate > 0)
            status = move(s, follower + (size_t)y * n, s->omega + (size_t)y * n, slope, rate);
    }
    if (status == RLB_OK && leader_rate > 0)
        status = move(s, leader, s->pi, s->values, leader_rate);
    return status == RLB_OK ? status : s->host->fail(s->host, status, "no memory for a step");
}

rlb_status exact_step(struct slhf *s)
{
    uint64_t m = s->leader_every;
    bool leads = m == 1 || (s->steps + 1) % m == 0, follows = m == 1 || !leads;
    double rate = s->step_size;
    for (uint32_t x = 0; x < s->problem.X; x++) {
        rlb_status status =
            step_context(s, x, leads ? rate : 0, follows ? rate * s->follower_weight : 0);
        if (status != RLB_OK)
            return status;
    }
    return RLB_OK;
}
