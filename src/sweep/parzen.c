#include "sweep/parzen.h"

#include <math.h>
#include <stdlib.h>

static double scale(const struct sweep_dim *d, double x)
{
    return d->as->flags & SWEEP_LOG ? log(x) : x;
}

/* Mass of a standard Gaussian from a to b, exact in both tails. */
static double mass(double a, double b)
{
    if (a > 0)
        return 0.5 * (erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2));
    return 0.5 * (erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2));
}

/* ---- choices ---- */

static double prior_of(const struct sweep_dim *d, size_t k)
{
    return d->probabilities ? d->probabilities[k] : 1.0 / (double)d->num_choices;
}

static void init_choices(struct parzen *z, const double *x, size_t n)
{
    const struct sweep_dim *d = z->dim;
    size_t m = d->num_choices;
    double extra = (double)m / (double)(n + 1), *times = mem_alloc(m * sizeof *times);
    for (size_t i = 0; i < n; i++)
        times[(size_t)x[i]]++;
    z->p = mem_alloc(m * sizeof *z->p);
    for (size_t k = 0; k < m; k++) {
        double p = prior_of(d, k), seen = (times[k] + (double)n * extra * p) / (1 + extra);
        z->p[k] = (seen + p) / (double)(n + 1);
    }
    free(times);
}

static double draw_choice(const struct parzen *z, rlb_rng *rng)
{
    double u = rlb_rng_uniform(rng), sum = 0;
    size_t k = 0;
    for (; k + 1 < z->dim->num_choices; k++)
        if ((sum += z->p[k]) > u)
            break;
    return (double)k;
}

/* ---- numbers ---- */

static int ascending(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* mu[0..n) are sorted. */
static double spread(const double *mu, size_t n, size_t i, double lo, double hi)
{
    double left = i > 0 ? mu[i] - mu[i - 1] : n == 1 ? fabs(mu[i] - lo) : 0;
    double right = i + 1 < n ? mu[i + 1] - mu[i] : n == 1 ? fabs(hi - mu[i]) : 0;
    return fmax(left, right);
}

static void init_numbers(struct parzen *z, const double *x, size_t n)
{
    const struct sweep_dim *d = z->dim;
    double q = sweep_dim_spacing(d), low = d->low, high = d->high;
    if (d->as->flags & SWEEP_STEPS) {
        low = ceil(low / q) * q;
        high = floor(high / q) * q;
    }
    z->low = scale(d, low - q / 2);
    z->high = scale(d, high + q / 2);
    double range = z->high - z->low, least = range / fmin(100, (double)(n + 2));
    for (size_t i = 0; i < n; i++)
        z->mu[i] = scale(d, x[i]);
    qsort(z->mu, n, sizeof *z->mu, ascending);
    for (size_t i = 0; i < n; i++)
        z->sigma[i] = fmin(fmax(spread(z->mu, n, i, z->low, z->high), least), range);
    z->mu[n] = (z->low + z->high) / 2;
    z->sigma[n] = range;
    for (size_t i = 0; i <= n; i++)
        z->share[i] = mass((z->low - z->mu[i]) / z->sigma[i], (z->high - z->mu[i]) / z->sigma[i]);
}

static double density(const struct parzen *z, double x)
{
    const struct sweep_dim *d = z->dim;
    double q = sweep_dim_spacing(d), sum = 0;
    double from = scale(d, x - q / 2), to = scale(d, x + q / 2);
    for (size_t i = 0; i < z->num; i++) {
        double s = z->sigma[i], a = (from - z->mu[i]) / s, b = (to - z->mu[i]) / s;
        double here = q > 0 ? mass(a, b) : exp(-a * a / 2) / (s * sqrt(2 * M_PI));
        sum += here / z->share[i];
    }
    return sum / (double)z->num;
}

/* Every centre lies within the bounds: a third of the tries at least succeed. */
static double draw_number(const struct parzen *z, rlb_rng *rng)
{
    size_t i = rlb_rng_below(rng, (uint32_t)z->num);
    double v;
    do
        v = z->mu[i] + z->sigma[i] * rlb_rng_normal(rng);
    while (v < z->low || v > z->high);
    return z->dim->as->flags & SWEEP_LOG ? exp(v) : v;
}

/* ---- both ---- */

void parzen_init(struct parzen *z, const struct sweep_dim *dim, const double *x, size_t n)
{
    *z = (struct parzen){.dim = dim, .num = n + 1};
    if (dim->as->shape == SWEEP_CHOICE) {
        init_choices(z, x, n);
        return;
    }
    z->mu = mem_alloc(3 * z->num * sizeof *z->mu);
    z->sigma = z->mu + z->num;
    z->share = z->sigma + z->num;
    init_numbers(z, x, n);
}

void parzen_finish(struct parzen *z)
{
    free(z->p);
    free(z->mu);
}

double parzen_log_density(const struct parzen *z, double x)
{
    return log(z->p ? z->p[(size_t)x] : density(z, x));
}

double parzen_draw(const struct parzen *z, rlb_rng *rng)
{
    return z->p ? draw_choice(z, rng) : sweep_dim_round(z->dim, draw_number(z, rng));
}
