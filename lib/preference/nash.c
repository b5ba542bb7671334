/* The regularised Nash equilibrium of a symmetric preference game.
 *
 * Unknown are u = log pi and a constant lambda:
 *   u_i - log ref_i - sum_j p_ij exp(u_j) / tau + lambda = 0,   sum_i exp(u_i) = 1.
 * Newton's step is damped where it would lengthen the residual; tau is halved from 1 on, each
 * solution being the start of the next. */
#include <rlbench/linalg.h>
#include <rlbench/preference.h>

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NEWTON = 60, MAX_HALVINGS = 30 };

struct newton {
    uint32_t n; /* responses that the reference allows */
    double tau;
    double *p, *log_ref; /* of those */
    double *x, *trial;   /* [n + 1] u, lambda */
    double *pi, *residual, *next, *step, *jacobian;
};

/* Largest absolute residual at x. */
static double residual_at(struct newton *w, const double *x, double *out)
{
    double mass = -1, worst = 0;
    for (uint32_t i = 0; i < w->n; i++)
        mass += w->pi[i] = exp(fmin(x[i], 50));
    for (uint32_t i = 0; i < w->n; i++) {
        double value = 0;
        for (uint32_t j = 0; j < w->n; j++)
            value += w->p[(size_t)i * w->n + j] * w->pi[j];
        out[i] = x[i] - w->log_ref[i] - value / w->tau + x[w->n];
        worst = fmax(worst, fabs(out[i]));
    }
    out[w->n] = mass;
    return fmax(worst, fabs(mass));
}

static rlb_status newton_step(struct newton *w)
{
    uint32_t n = w->n, m = n + 1;
    for (uint32_t i = 0; i < n; i++) {
        double *row = w->jacobian + (size_t)i * m;
        for (uint32_t j = 0; j < n; j++)
            row[j] = -w->p[(size_t)i * n + j] * w->pi[j] / w->tau;
        row[i] += 1;
        row[n] = 1;
        w->jacobian[(size_t)n * m + i] = w->pi[i];
        w->step[i] = -w->residual[i];
    }
    w->jacobian[(size_t)n * m + n] = 0;
    w->step[n] = -w->residual[n];
    return rlb_solve(m, w->jacobian, w->step);
}

/* Solves at w->tau from w->x on. */
static rlb_status solve_at(struct newton *w)
{
    double small = 64 * DBL_EPSILON * (1 + 1 / w->tau);
    double worst = residual_at(w, w->x, w->residual);
    for (int k = 0; k < MAX_NEWTON && worst > small; k++) {
        rlb_status status = newton_step(w);
        if (status != RLB_OK)
            return status;
        double scale = 1, reached = INFINITY;
        for (int h = 0; h < MAX_HALVINGS; h++, scale /= 2) {
            for (uint32_t i = 0; i <= w->n; i++)
                w->trial[i] = w->x[i] + scale * w->step[i];
            reached = residual_at(w, w->trial, w->next);
            if (reached < worst)
                break;
        }
        if (!(reached < worst)) { /* rounding is all that is left, or nothing helps */
            (void)residual_at(w, w->x, w->residual);
            return worst < 1e4 * small ? RLB_OK : RLB_E_NUMERIC;
        }
        memcpy(w->x, w->trial, (w->n + 1) * sizeof *w->x);
        memcpy(w->residual, w->next, (w->n + 1) * sizeof *w->residual);
        worst = reached;
    }
    return worst <= 1e4 * small ? RLB_OK : RLB_E_NUMERIC;
}

static rlb_status solve(struct newton *w, double tau)
{
    rlb_status status = RLB_OK;
    for (uint32_t i = 0; i < w->n; i++)
        w->x[i] = w->log_ref[i];
    w->tau = fmax(1, tau);
    w->x[w->n] = 0.5 / w->tau;
    for (;;) {
        status = solve_at(w);
        if (status != RLB_OK || w->tau <= tau)
            return status;
        double next = fmax(tau, w->tau / 2);
        w->x[w->n] *= w->tau / next;
        w->tau = next;
    }
}

rlb_status rlb_nash(const rlb_host *host, uint32_t n, const double *p, const double *ref,
                    double tau, double *pi)
{
    if (!(tau > 0) || n == 0)
        return host->fail(host, RLB_E_INVAL,
                          "the regularised Nash equilibrium needs tau > 0 and a response");
    size_t m = (size_t)n + 1;
    double *memory = malloc((2 * m * m + 8 * m) * sizeof *memory);
    uint32_t *kept = malloc(n * sizeof *kept);
    rlb_status status = RLB_E_NOMEM;
    if (!memory || !kept)
        goto out;
    double *rest = memory + 2 * m * m;
    struct newton w = {.p = memory,
                       .jacobian = memory + m * m,
                       .log_ref = rest,
                       .x = rest + m,
                       .trial = rest + 2 * m,
                       .pi = rest + 3 * m,
                       .residual = rest + 4 * m,
                       .next = rest + 5 * m,
                       .step = rest + 6 * m};
    for (uint32_t i = 0; i < n; i++)
        if (!ref || ref[i] > 0)
            kept[w.n++] = i;
    for (uint32_t i = 0; i < w.n; i++) {
        w.log_ref[i] = log(ref ? ref[kept[i]] : 1.0 / n);
        for (uint32_t j = 0; j < w.n; j++)
            w.p[(size_t)i * w.n + j] = p[(size_t)kept[i] * n + kept[j]];
    }
    status = solve(&w, tau);
    memset(pi, 0, n * sizeof *pi);
    double sum = 0;
    for (uint32_t i = 0; i < w.n; i++)
        sum += pi[kept[i]] = exp(w.x[i]);
    for (uint32_t i = 0; i < n; i++)
        pi[i] /= sum;
out:
    free(memory);
    free(kept);
    if (status == RLB_E_NUMERIC)
        return host->fail(host, status, "the Nash equilibrium at tau = %g was not found", tau);
    return status == RLB_OK ? RLB_OK
                            : host->fail(host, status, "no memory for a game of %u responses", n);
}
