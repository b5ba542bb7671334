#include "stats/stats.h"

#include "base/mem.h"
#include "stats/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[STATS_NUM_AGGREGATES] = {
    [STATS_MEAN] = "mean", [STATS_MEDIAN] = "median", [STATS_IQM] = "iqm", [STATS_GAP] = "gap"};

const char *stats_aggregate_name(enum stats_aggregate a)
{
    return names[a];
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stats_sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
}

double stats_task_mean(const struct stats_scores *s, size_t task)
{
    double sum = 0;
    for (size_t i = s->start[task]; i < s->start[task + 1]; i++)
        sum += s->values[i];
    return sum / (double)(s->start[task + 1] - s->start[task]);
}

double stats_median_of(double *values, size_t n)
{
    stats_sort(values, n);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double mean(const struct stats_scores *s)
{
    double sum = 0;
    for (size_t t = 0; t < s->num_tasks; t++)
        sum += stats_task_mean(s, t);
    return sum / (double)s->num_tasks;
}

static double median(const struct stats_scores *s)
{
    double *means = mem_grow(NULL, s->num_tasks, sizeof *means);
    for (size_t t = 0; t < s->num_tasks; t++)
        means[t] = stats_task_mean(s, t);
    double middle = stats_median_of(means, s->num_tasks);
    free(means);
    return middle;
}

static double iqm(const struct stats_scores *s)
{
    size_t n = s->start[s->num_tasks], cut = n / 4;
    double *sorted = mem_grow(NULL, n, sizeof *sorted), sum = 0;
    memcpy(sorted, s->values, n * sizeof *sorted);
    stats_sort(sorted, n);
    for (size_t i = cut; i < n - cut; i++)
        sum += sorted[i];
    free(sorted);
    return sum / (double)(n - 2 * cut);
}

static double gap(const struct stats_scores *s, double target)
{
    size_t n = s->start[s->num_tasks];
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fmax(0, target - s->values[i]);
    return sum / (double)n;
}

double stats_aggregate(const struct stats_scores *s, enum stats_aggregate a, double target)
{
    switch (a) {
    case STATS_MEAN: return mean(s);
    case STATS_MEDIAN: return median(s);
    case STATS_IQM: return iqm(s);
    case STATS_GAP: return gap(s, target);
    case STATS_NUM_AGGREGATES: break;
    }
    return NAN;
}

const char *stats_few_seeds(const struct stats_scores *s)
{
    static _Thread_local char text[80];
    size_t fewest = s->start[1] - s->start[0];
    for (size_t t = 1; t < s->num_tasks; t++) {
        size_t runs = s->start[t + 1] - s->start[t];
        fewest = runs < fewest ? runs : fewest;
    }
    if (fewest >= STATS_FEW_SEEDS)
        return NULL;
    snprintf(text, sizeof text, "n=%zu seed%s: interval unreliable", fewest,
             fewest == 1 ? "" : "s");
    return text;
}
