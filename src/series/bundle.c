#include "series/bundle.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* The 97.5 % quantile of Student's t with df degrees of freedom: a table while the tail matters,
 * then the Cornish-Fisher expansion around the normal quantile (error below 1e-5 from df = 11). */
static double t_quantile(size_t df)
{
    static const double table[] = {12.706205, 4.302653, 3.182446, 2.776445, 2.570582,
                                   2.446912,  2.364624, 2.306004, 2.262157, 2.228139};
    if (df <= sizeof table / sizeof table[0])
        return table[df - 1];
    double z = 1.959963985, z2 = z * z, n = (double)df;
    return z * (1 + (z2 + 1) / (4 * n) + ((5 * z2 + 16) * z2 + 3) / (96 * n * n) +
                (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * n * n * n));
}

/* Insertion: seeds are few, and neighbouring columns come in nearly the same order. */
static void sort(double *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double x = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static double mean_of(const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (double)n;
}

void bundle_values(double *values, size_t n, struct bundle_column *out)
{
    size_t good = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            values[good++] = values[i];
    *out = (struct bundle_column){.mean = NAN,
                                  .median = NAN,
                                  .iqm = NAN,
                                  .min = NAN,
                                  .max = NAN,
                                  .lo = NAN,
                                  .hi = NAN,
                                  .n = (uint32_t)good,
                                  .bad = (uint32_t)(n - good)};
    if (good == 0)
        return;
    sort(values, good);
    size_t cut = good / 4; /* as scipy.stats.trim_mean(x, 0.25) cuts */
    out->mean = mean_of(values, good);
    out->iqm = mean_of(values + cut, good - 2 * cut);
    out->median = (values[(good - 1) / 2] + values[good / 2]) / 2;
    out->min = values[0];
    out->max = values[good - 1];
    if (good < 2)
        return;
    double squares = 0;
    for (size_t i = 0; i < good; i++)
        squares += (values[i] - out->mean) * (values[i] - out->mean);
    double error = sqrt(squares / (double)(good - 1) / (double)good);
    out->lo = out->mean - t_quantile(good - 1) * error;
    out->hi = out->mean + t_quantile(good - 1) * error;
}

double bundle_log_low(const struct bundle_column *b)
{
    return b->mean > 0 ? b->mean * exp(-(b->mean - b->lo) / b->mean) : b->lo;
}

void bundle_reduce(const struct series *const *curves, size_t n, uint64_t lo, uint64_t hi,
                   size_t columns, struct bundle_column *out)
{
    double *values = mem_grow(NULL, n + 1, sizeof *values);
    size_t *next = mem_grow(NULL, n + 1, sizeof *next); /* per curve: points before the column */
    for (size_t k = 0; k < n; k++)
        next[k] = series_find(curves[k], lo);
    for (size_t c = 0; c < columns; c++) {
        uint64_t last = series_column_start(lo, hi, columns, c + 1) - 1; /* lo 0, hi huge: wraps */
        size_t used = 0;
        uint32_t fresh = 0;
        for (size_t k = 0; k < n; k++) {
            const struct series *s = curves[k];
            size_t after = last == UINT64_MAX ? s->len : series_find_from(s, next[k], last + 1);
            bool is_fresh = after > next[k];
            next[k] = after;
            fresh += is_fresh;
            if (after > 0 && (is_fresh || s->steps[s->len - 1] >= last))
                values[used++] = s->values[after - 1];
        }
        bundle_values(values, used, &out[c]);
        out[c].fresh = fresh;
    }
    free(values);
    free(next);
}
