/* The difference between two contenders on one task, and what may be said of it. */
#include "judge/parts.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>

/* mean(a) - mean(b) of two independent samples: the runs of each are drawn by themselves, from
 * different streams. */
static struct stats_interval unpaired(const double *a, size_t n, const double *b, size_t m,
                                      const struct stats_resampling *how)
{
    const size_t start_a[] = {0, n}, start_b[] = {0, m};
    const struct stats_scores x = {1, start_a, a}, y = {1, start_b, b};
    double point = stats_aggregate(&x, STATS_MEAN, 0) - stats_aggregate(&y, STATS_MEAN, 0);
    uint32_t replicates = how->replicates;
    if (n < 2 || m < 2)
        return (struct stats_interval){point, NAN, NAN};
    double *of_a = mem_grow(NULL, replicates, sizeof *of_a);
    double *of_b = mem_grow(NULL, replicates, sizeof *of_b);
    stats_replicates(&x, STATS_MEAN, 0, how->seed, 0, replicates, of_a);
    stats_replicates(&y, STATS_MEAN, 0, how->seed + 1, 0, replicates, of_b);
    for (uint32_t k = 0; k < replicates; k++)
        of_a[k] -= of_b[k];
    struct stats_interval i = stats_percentiles(of_a, replicates, how->confidence, point);
    free(of_a);
    free(of_b);
    return i;
}

struct judge_difference judge_differ(const struct judge *j, size_t a, size_t b, size_t task,
                                     const struct stats_resampling *how)
{
    struct arena arena = {0};
    struct judge_difference d = {.value = {NAN, NAN, NAN}};
    double *x, *y;
    d.pairs = judge_pairs(j, a, b, task, &arena, &x, &y);
    double *of_a, *of_b;
    d.num_a = judge_cell(j, a, task, JUDGE_OWN, &arena, &of_a, NULL);
    d.num_b = judge_cell(j, b, task, JUDGE_OWN, &arena, &of_b, NULL);
    d.paired = d.pairs > 0 && d.pairs == d.num_a && d.pairs == d.num_b;
    if (d.paired)
        d.value = stats_paired(x, y, d.pairs, how).difference;
    else if (d.num_a && d.num_b)
        d.value = unpaired(of_a, d.num_a, of_b, d.num_b, how);
    d.value = judge_turn_back(j, d.value);
    arena_finish(&arena);
    return d;
}

const char *judge_sentence(struct judge *j, size_t a, size_t b, size_t task,
                           const struct judge_difference *d)
{
    const char *of_a = j->contenders.data[a].name, *of_b = j->contenders.data[b].name;
    const char *on = j->tasks.data[task].name;
    char point[32], low[32], high[32];
    size_t fewest = d->num_a < d->num_b ? d->num_a : d->num_b;
    if (fewest == 0)
        return arena_printf(&j->arena, "%s: %s has no scores there", on, d->num_a ? of_b : of_a);
    num_format_short(d->value.point, point, sizeof point);
    num_format_short(d->value.low, low, sizeof low);
    num_format_short(d->value.high, high, sizeof high);
    if (isnan(d->value.low))
        return arena_printf(&j->arena,
                            "%s: %s - %s = %s; a single run says nothing about other seeds", on,
                            of_a, of_b, point);
    const char *hint = fewest < STATS_FEW_SEEDS
                           ? arena_printf(&j->arena, " (n=%zu seeds: only a hint)", fewest)
                           : "";
    if (d->value.low <= 0 && d->value.high >= 0)
        return arena_printf(&j->arena,
                            "%s: no difference shown: %s - %s = %s [%s, %s] contains 0%s; that is "
                            "not a proof of equality",
                            on, of_a, of_b, point, low, high, hint);
    bool a_better = judge_minimises(j) ? d->value.high < 0 : d->value.low > 0;
    return arena_printf(&j->arena, "%s: %s is better: %s - %s = %s [%s, %s]%s", on,
                        a_better ? of_a : of_b, of_a, of_b, point, low, high, hint);
}
