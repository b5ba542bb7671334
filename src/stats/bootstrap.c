#include "base/mem.h"
#include "stats/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for the replicates of one call. */
struct work {
    const struct stats_scores *s;
    double target;
    size_t num_values, widest; /* scores in all; runs of the task with most */
    double *sorted;            /* [num_values] */
    uint32_t *rank;            /* [num_values] place of values[i] in sorted */
    uint32_t *count;           /* [num_values] how often sorted[k] was drawn */
    double *means;             /* [num_tasks] */
    double *losses;            /* [num_values] max(0, target - value) */
};

struct ranked {
    double value;
    size_t at;
};

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void work_init(struct work *w, const struct stats_scores *s, double target)
{
    size_t n = s->start[s->num_tasks];
    *w = (struct work){.s = s, .target = target, .num_values = n};
    w->sorted = mem_grow(NULL, n, sizeof *w->sorted);
    w->rank = mem_grow(NULL, n, sizeof *w->rank);
    w->count = mem_grow(NULL, n, sizeof *w->count);
    w->means = mem_grow(NULL, s->num_tasks, sizeof *w->means);
    w->losses = mem_grow(NULL, n, sizeof *w->losses);
    struct ranked *order = mem_grow(NULL, n, sizeof *order);
    for (size_t i = 0; i < n; i++) {
        order[i] = (struct ranked){s->values[i], i};
        w->losses[i] = fmax(0, target - s->values[i]);
    }
    qsort(order, n, sizeof *order, by_value);
    for (size_t k = 0; k < n; k++) {
        w->sorted[k] = order[k].value;
        w->rank[order[k].at] = (uint32_t)k;
    }
    free(order);
}

static void work_finish(struct work *w)
{
    free(w->sorted);
    free(w->rank);
    free(w->count);
    free(w->means);
    free(w->losses);
}

/* Sum over a resample of task t of what[]. */
static double resampled_sum(const struct stats_scores *s, size_t t, const double *what,
                            rlb_rng *rng)
{
    size_t from = s->start[t];
    uint32_t runs = (uint32_t)(s->start[t + 1] - from);
    double sum = 0;
    for (uint32_t i = 0; i < runs; i++)
        sum += what[from + rlb_rng_below(rng, runs)];
    return sum;
}

static double task_mean(struct work *w, size_t t, rlb_rng *rng)
{
    const struct stats_scores *s = w->s;
    return resampled_sum(s, t, s->values, rng) / (double)(s->start[t + 1] - s->start[t]);
}

static double replicate_mean(struct work *w, rlb_rng *rng)
{
    double sum = 0;
    for (size_t t = 0; t < w->s->num_tasks; t++)
        sum += task_mean(w, t, rng);
    return sum / (double)w->s->num_tasks;
}

static double replicate_median(struct work *w, rlb_rng *rng)
{
    for (size_t t = 0; t < w->s->num_tasks; t++)
        w->means[t] = task_mean(w, t, rng);
    return stats_median_of(w->means, w->s->num_tasks);
}

/* Counts how often each score was drawn and walks over them in order: no sorting. */
static double replicate_iqm(struct work *w, rlb_rng *rng)
{
    const struct stats_scores *s = w->s;
    size_t n = w->num_values, cut = n / 4, skip = cut, left = n - 2 * cut;
    memset(w->count, 0, n * sizeof *w->count);
    for (size_t t = 0; t < s->num_tasks; t++) {
        const uint32_t *rank = w->rank + s->start[t];
        uint32_t runs = (uint32_t)(s->start[t + 1] - s->start[t]);
        for (uint32_t i = 0; i < runs; i++)
            w->count[rank[rlb_rng_below(rng, runs)]]++;
    }
    double sum = 0;
    for (size_t k = 0; left > 0; k++) {
        size_t drawn = w->count[k], skipped = drawn < skip ? drawn : skip;
        size_t taken = drawn - skipped < left ? drawn - skipped : left;
        skip -= skipped;
        left -= taken;
        sum += (double)taken * w->sorted[k];
    }
    return sum / (double)(n - 2 * cut);
}

static double replicate_gap(struct work *w, rlb_rng *rng)
{
    double sum = 0;
    for (size_t t = 0; t < w->s->num_tasks; t++)
        sum += resampled_sum(w->s, t, w->losses, rng);
    return sum / (double)w->num_values;
}

static double (*const replicate[STATS_NUM_AGGREGATES])(struct work *, rlb_rng *) = {
    [STATS_MEAN] = replicate_mean,
    [STATS_MEDIAN] = replicate_median,
    [STATS_IQM] = replicate_iqm,
    [STATS_GAP] = replicate_gap,
};

void stats_replicates(const struct stats_scores *s, enum stats_aggregate a, double target,
                      uint64_t seed, uint32_t first, uint32_t count, double *out)
{
    struct work w;
    rlb_rng rng;
    work_init(&w, s, target);
    for (uint32_t k = 0; k < count; k++) {
        stats_stream(&rng, seed, first + k);
        out[k] = replicate[a](&w, &rng);
    }
    work_finish(&w);
}

/* The p-quantile of n sorted values, linear between neighbours (numpy's default). */
static double quantile(const double *sorted, uint32_t n, double p)
{
    double at = p * (n - 1), below = floor(at);
    uint32_t k = (uint32_t)below, next = k + 1 < n ? k + 1 : k;
    return sorted[k] + (at - below) * (sorted[next] - sorted[k]);
}

struct stats_interval stats_percentiles(double *replicates, uint32_t n, double confidence,
                                        double point)
{
    if (n == 0)
        return (struct stats_interval){point, NAN, NAN};
    stats_sort(replicates, n);
    double tail = (1 - confidence) / 2;
    return (struct stats_interval){point, quantile(replicates, n, tail),
                                   quantile(replicates, n, 1 - tail)};
}

static bool has_spread(const struct stats_scores *s)
{
    for (size_t t = 0; t < s->num_tasks; t++)
        if (s->start[t + 1] - s->start[t] > 1)
            return true;
    return false;
}

struct stats_interval stats_bootstrap(const struct stats_scores *s, enum stats_aggregate a,
                                      double target, const struct stats_resampling *how)
{
    double point = stats_aggregate(s, a, target);
    if (!has_spread(s))
        return (struct stats_interval){point, NAN, NAN};
    double *values = mem_grow(NULL, how->replicates, sizeof *values);
    stats_replicates(s, a, target, how->seed, 0, how->replicates, values);
    struct stats_interval i = stats_percentiles(values, how->replicates, how->confidence, point);
    free(values);
    return i;
}
