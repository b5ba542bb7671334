/* The references a run is measured against, computed from the exact models alone. */
#include "fed.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <string.h>

enum { MAX_NOISE_DIM = 128, MAX_DOUBLINGS = 60 };

static const double one = 1;

static struct mixture kind_alone(uint32_t k)
{
    return (struct mixture){.first = k, .count = 1, .weights = &one};
}

rlb_status fed_truth_init(struct fed *f, const rlb_model **models, void **selves)
{
    size_t d = f->d, pairs = (size_t)f->S * f->A;
    f->bias_per_step = f->noise_floor = NAN;
    f->has_exact = d <= EXACT_MAX_DIM && f->S <= EXACT_MAX_STATES && pairs * d <= EXACT_MAX_SPREAD;
    if (!f->has_exact) {
        f->host->log(f->host, RLB_LOG_WARN,
                     "no exact references: %u states, %u actions and %u features are too many",
                     f->S, f->A, f->d);
        return RLB_OK;
    }
    f->exact = (struct exact){.phi = &f->phi,
                              .models = models,
                              .selves = selves,
                              .kinds = f->num_kinds,
                              .S = f->S,
                              .A = f->A,
                              .d = f->d,
                              .target = f->target,
                              .policy = f->policy,
                              .discount = f->discount};
    struct {
        double **at;
        size_t n;
    } arrays[] = {{&f->theta_star, d},
                  {&f->theta_avg, d},
                  {&f->theta_kinds, d * f->num_kinds},
                  {&f->pi_star, pairs},
                  {&f->occupancy, (size_t)f->num_kinds * f->S},
                  {&f->bias, d},
                  {&f->jacobian, d * d},
                  {&f->jacobian_sum, d * d},
                  {&f->sigma, d * d}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i].at = f->host->alloc(f->host, arrays[i].n * sizeof(double));
        if (!*arrays[i].at)
            return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the exact solution");
    }
    rlb_status status = exact_init(&f->exact, f->host);
    if (status == RLB_OK && f->num_kinds > 1)
        status = exact_heterogeneity(&f->exact, &f->eps_kernel, &f->eps_reward);
    return status;
}

/* Every fixed point; false when one was not found. */
static bool solve_fixed_points(struct fed *f)
{
    struct exact *x = &f->exact;
    struct mixture all = {.count = f->num_kinds, .weights = f->shares};
    memset(f->theta_star, 0, f->d * sizeof *f->theta_star);
    if (exact_fixed_point(x, &all, f->theta_star) != RLB_OK)
        return false;
    memcpy(f->theta_avg, f->theta_star, f->d * sizeof *f->theta_avg);
    all.averaged = true;
    if (f->num_kinds > 1 && exact_fixed_point(x, &all, f->theta_avg) != RLB_OK)
        return false;
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        struct mixture alone = kind_alone(k);
        double *theta = f->theta_kinds + (size_t)k * f->d;
        memcpy(theta, f->theta_star, f->d * sizeof *theta);
        if (f->num_kinds > 1 && exact_fixed_point(x, &alone, theta) != RLB_OK)
            return false;
    }
    exact_set_theta(x, f->theta_star);
    memcpy(f->pi_star, x->pi, (size_t)f->S * f->A * sizeof *f->pi_star);
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        struct mixture alone = kind_alone(k);
        if (exact_occupancy(x, &alone, f->occupancy + (size_t)k * f->S) != RLB_OK)
            return false;
    }
    return true;
}

/* Features that are never visited do not move: their row of the Jacobian is empty. */
static void fix_unvisited(const struct fed *f, double *jacobian)
{
    for (uint32_t i = 0; i < f->d; i++) {
        double *row = jacobian + (size_t)i * f->d;
        if (row[i] == 0)
            row[i] = -1;
    }
}

/* bias = (1/2) Jbar^{-1} mean_c J_c g_c(theta*): H local steps of size alpha move the fixed point
 * by -alpha (H - 1) bias. Leaves Jbar in f->jacobian_sum. */
static bool solve_bias(struct fed *f)
{
    uint32_t d = f->d;
    double *pull = f->work;
    memset(f->bias, 0, d * sizeof *f->bias);
    memset(f->jacobian_sum, 0, (size_t)d * d * sizeof *f->jacobian_sum);
    for (uint32_t k = 0; k < f->num_kinds; k++) {
        struct mixture alone = kind_alone(k);
        if (exact_pull(&f->exact, &alone, f->theta_star, pull) != RLB_OK ||
            exact_jacobian(&f->exact, k, f->theta_star, f->jacobian) != RLB_OK)
            return false;
        for (uint32_t i = 0; i < d; i++)
            for (uint32_t j = 0; j < d; j++) {
                double slope = f->shares[k] * f->jacobian[(size_t)i * d + j];
                f->bias[i] += slope * pull[j] / 2;
                f->jacobian_sum[(size_t)i * d + j] += slope;
            }
    }
    fix_unvisited(f, f->jacobian_sum);
    memcpy(f->jacobian, f->jacobian_sum, (size_t)d * d * sizeof *f->jacobian);
    if (rlb_solve(d, f->jacobian, f->bias) != RLB_OK)
        return false;
    f->bias_per_step = 0;
    for (uint32_t i = 0; i < d; i++)
        f->bias_per_step += f->bias[i] * f->bias[i];
    return true;
}

/* out = a b, or a b' */
static void multiply(uint32_t d, const double *a, const double *b, bool transposed, double *out)
{
    for (uint32_t i = 0; i < d; i++)
        for (uint32_t j = 0; j < d; j++) {
            double sum = 0;
            for (uint32_t k = 0; k < d; k++)
                sum += a[(size_t)i * d + k] * b[transposed ? (size_t)j * d + k : (size_t)k * d + j];
            out[(size_t)i * d + j] = sum;
        }
}

/* Trace of the stationary covariance C = B C B' + alpha^2 Sigma / N, B = I + alpha Jbar, by
 * doubling (Smith 1968): after n rounds C holds the first 2^n terms of the series. */
static double covariance_trace(struct fed *f, double *b, double *c, double *scratch)
{
    uint32_t d = f->d;
    size_t cells = (size_t)d * d;
    double *next = f->exact.matrix, trace = 0;
    for (int round = 0; round < MAX_DOUBLINGS; round++) {
        double before = trace;
        multiply(d, b, c, false, scratch);
        multiply(d, scratch, b, true, next);
        trace = 0;
        for (size_t i = 0; i < cells; i++)
            c[i] += next[i];
        for (uint32_t i = 0; i < d; i++)
            trace += c[(size_t)i * d + i];
        if (!isfinite(trace))
            return NAN;
        if (fabs(trace - before) <= 1e-12 * trace)
            return trace;
        multiply(d, b, b, false, scratch);
        memcpy(b, scratch, cells * sizeof *b);
    }
    return NAN;
}

static bool noise_is_affordable(const struct fed *f)
{
    double outcomes = 0;
    for (uint32_t k = 0; k < f->num_kinds; k++)
        outcomes += (double)f->S * f->A * f->exact.models[k]->max_outcomes;
    return f->d <= MAX_NOISE_DIM && outcomes * f->A * f->d < 1e8;
}

/* Needs Jbar in f->jacobian_sum. */
static void solve_noise(struct fed *f)
{
    size_t cells = (size_t)f->d * f->d;
    double alpha = f->live.step_size, *step = f->jacobian_sum;
    if (f->schedule != SCHEDULE_CONSTANT || !noise_is_affordable(f))
        return;
    memset(f->sigma, 0, cells * sizeof *f->sigma);
    for (uint32_t k = 0; k < f->num_kinds; k++)
        if (exact_noise(&f->exact, k, f->theta_star, f->shares[k], f->sigma) != RLB_OK)
            return;
    for (size_t i = 0; i < cells; i++) {
        f->sigma[i] *= alpha * alpha / f->num_agents;
        step[i] = (i % (f->d + 1) == 0) + alpha * step[i];
    }
    f->noise_floor = covariance_trace(f, step, f->sigma, f->jacobian);
}

void fed_truth_solve(struct fed *f)
{
    f->has_truth = false;
    f->bias_per_step = f->noise_floor = NAN;
    if (!f->has_exact)
        return;
    f->exact.policy = f->policy;
    f->has_truth = solve_fixed_points(f);
    if (!f->has_truth)
        f->host->log(f->host, RLB_LOG_WARN,
                     "no fixed point theta* found at temperature %g: the policy may have several, "
                     "or none; errors against theta* are not reported",
                     f->policy.temperature);
    else if (solve_bias(f))
        solve_noise(f);
}
