/* The Stackelberg equilibrium of a preference game and its certificates. */
#include <rlbench/preference.h>

#include <stdlib.h>

static double leader_ref(const rlb_game *g, uint32_t y)
{
    return g->leader_ref ? g->leader_ref[y] : 1.0 / g->n;
}

/* Row y of the Follower's reference; NULL: uniform. */
static const double *follower_row(const rlb_game *g, uint32_t y)
{
    if (!g->follower_ref)
        return NULL;
    return g->shared ? g->follower_ref : g->follower_ref + (size_t)y * g->n;
}

/* tau log sum_i ref_i exp(sign x_i / tau) where ref_i > 0, sign times the largest sign x_i at tau =
 * 0; what attains or shares it into out, which may be x. */
static double soft_best(uint32_t n, const double *x, double sign, const double *ref, double tau,
                        double *out)
{
    double top = -INFINITY, sum = 0, each = 1.0 / n;
    for (uint32_t i = 0; i < n; i++)
        if (!ref || ref[i] > 0)
            top = fmax(top, sign * x[i]);
    for (uint32_t i = 0; i < n; i++) {
        double behind = top - sign * x[i], weight = ref ? ref[i] : each;
        double share = tau > 0 ? weight * exp(-behind / tau) : behind <= RLB_TIE ? weight : 0;
        if (weight <= 0)
            share = 0; /* however good: exp may have overflowed */
        sum += share;
        if (out)
            out[i] = share;
    }
    for (uint32_t i = 0; out && i < n; i++)
        out[i] /= sum;
    return tau > 0 ? top + tau * log(sum) : top;
}

double rlb_follower_response(const rlb_game *g, uint32_t y, double *omega)
{
    return -soft_best(g->n, g->p + (size_t)y * g->n, -1, follower_row(g, y), g->tau_follower,
                      omega);
}

double rlb_leader_response(const rlb_game *g, const double *v, double *pi)
{
    return soft_best(g->n, v, 1, g->leader_ref, g->tau_leader, pi);
}

double rlb_stackelberg(const rlb_game *g, double *pi, double *omega, double *v)
{
    for (uint32_t y = 0; y < g->n; y++)
        v[y] = rlb_follower_response(g, y, omega ? omega + (size_t)y * g->n : NULL);
    return rlb_leader_response(g, v, pi);
}

void rlb_leader_values(const rlb_game *g, const double *omega, double *out)
{
    for (uint32_t y = 0; y < g->n; y++) {
        const double *row = omega + (size_t)y * g->n, *p = g->p + (size_t)y * g->n;
        double mean = 0;
        for (uint32_t z = 0; z < g->n; z++)
            mean += row[z] * p[z];
        out[y] = mean;
        if (g->tau_follower > 0)
            out[y] += g->tau_follower * rlb_kl(g->n, row, follower_row(g, y));
    }
}

double rlb_leader_guarantee(const rlb_game *g, const double *pi)
{
    double sum = 0;
    for (uint32_t y = 0; y < g->n; y++) {
        if (pi[y] <= 0)
            continue;
        sum += pi[y] * rlb_follower_response(g, y, NULL);
        if (g->tau_leader > 0)
            sum -= g->tau_leader * pi[y] * log(pi[y] / leader_ref(g, y));
    }
    return sum;
}

rlb_status rlb_follower_certificate(const rlb_game *g, const double *omega, double *out)
{
    double *values = malloc(g->n * sizeof *values);
    if (!values)
        return RLB_E_NOMEM;
    rlb_leader_values(g, omega, values);
    *out = rlb_leader_response(g, values, NULL);
    free(values);
    return RLB_OK;
}

double rlb_stackelberg_objective(const rlb_game *g, const double *pi, const double *omega)
{
    double sum = 0;
    for (uint32_t y = 0; y < g->n; y++) {
        const double *row = omega + (size_t)y * g->n, *p = g->p + (size_t)y * g->n;
        double value = 0;
        if (pi[y] <= 0)
            continue;
        for (uint32_t z = 0; z < g->n; z++)
            value += row[z] * p[z];
        if (g->tau_follower > 0)
            value += g->tau_follower * rlb_kl(g->n, row, follower_row(g, y));
        if (g->tau_leader > 0)
            value -= g->tau_leader * log(pi[y] / leader_ref(g, y));
        sum += pi[y] * value;
    }
    return sum;
}
