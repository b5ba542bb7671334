#include "base/mem.h"
#include "stats/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many thresholds (sorted) lie below value: the score passes those. */
static size_t passed(const double *thresholds, size_t n, double value)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (thresholds[middle] < value)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* Adds the runs of a task to ends, resampled with pick or, when it is NULL, each once. */
static void add_task(const size_t *pass, size_t runs, size_t tasks, rlb_rng *pick, double *ends)
{
    double each = 1.0 / ((double)runs * (double)tasks);
    for (size_t i = 0; i < runs; i++)
        ends[pass[pick ? rlb_rng_below(pick, (uint32_t)runs) : i]] += each;
}

/* ends[p] is the weight of the runs that pass exactly p thresholds; share[k] of those passing more
 * than k. */
static void shares(const double *ends, size_t n, double *share)
{
    double above = 0;
    for (size_t k = n; k-- > 0;) {
        above += ends[k + 1];
        share[k] = above;
    }
}

void stats_profile(const struct stats_scores *s, const double *thresholds, size_t n,
                   const struct stats_resampling *how, struct stats_interval *out)
{
    size_t tasks = s->num_tasks, total = s->start[tasks], replicates = how->replicates;
    size_t *pass = mem_grow(NULL, total + 1, sizeof *pass);
    double *ends = mem_grow(NULL, n + 1, sizeof *ends);
    double *share = mem_grow(NULL, n + 1, sizeof *share);
    double *values = mem_grow(NULL, n * replicates + 1, sizeof *values);
    rlb_rng rng;
    for (size_t i = 0; i < total; i++)
        pass[i] = passed(thresholds, n, s->values[i]);
    for (size_t r = 0; r <= replicates; r++) { /* the last one is the sample itself */
        bool whole = r == replicates;
        memset(ends, 0, (n + 1) * sizeof *ends);
        stats_stream(&rng, how->seed, (uint32_t)r);
        for (size_t t = 0; t < tasks; t++)
            add_task(pass + s->start[t], s->start[t + 1] - s->start[t], tasks, whole ? NULL : &rng,
                     ends);
        shares(ends, n, share);
        for (size_t k = 0; k < n && !whole; k++)
            values[k * replicates + r] = share[k];
    }
    for (size_t k = 0; k < n; k++)
        out[k] = stats_percentiles(values + k * replicates, (uint32_t)replicates, how->confidence,
                                   share[k]);
    free(pass);
    free(ends);
    free(share);
    free(values);
}
