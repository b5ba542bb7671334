/* Statistics of scores over seeds, after Agarwal et al., "Deep reinforcement learning at the edge
 * of the statistical precipice", NeurIPS 2021: aggregates with stratified bootstrap percentile
 * intervals, performance profiles, probability of improvement.
 *
 * Everything is a pure function of its arguments. Replicate k of a bootstrap draws from a random
 * stream of its own, so that the numbers do not depend on how replicates are spread over threads.
 * Scores are finite: whoever collects them decides what a crashed run counts as. */
#ifndef RLBENCH_STATS_STATS_H
#define RLBENCH_STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Scores of one algorithm. Task t (an environment) holds values[start[t] .. start[t + 1]), one for
 * each run (seed); at least one task, at least one run in each. Larger is better. Borrowed. */
struct stats_scores {
    size_t num_tasks;
    const size_t *start; /* [num_tasks + 1] */
    const double *values;
};

enum stats_aggregate {
    STATS_MEAN,   /* mean over tasks of the mean over runs */
    STATS_MEDIAN, /* median over tasks of the mean over runs */
    STATS_IQM, /* mean of the middle half of all scores: a quarter is cut off at each end, rounded
                  down to whole scores */
    STATS_GAP, /* optimality gap: mean of max(0, target - score); smaller is better */
    STATS_NUM_AGGREGATES
};
/* "mean", "median", "iqm", "gap". */
const char *stats_aggregate_name(enum stats_aggregate a);
/* target is used by STATS_GAP alone. */
double stats_aggregate(const struct stats_scores *s, enum stats_aggregate a, double target);

/* ---- the bootstrap */

struct stats_resampling {
    uint32_t replicates;
    double confidence; /* 0.95 */
    uint64_t seed;
};
#define STATS_RESAMPLING ((struct stats_resampling){.replicates = 50000, .confidence = 0.95})

struct stats_interval {
    double point, low, high;
};

/* Replicates [first, first + count) of an aggregate, into out[count]: in each, every task's runs
 * are drawn with replacement by themselves (stratified). */
void stats_replicates(const struct stats_scores *s, enum stats_aggregate a, double target,
                      uint64_t seed, uint32_t first, uint32_t count, double *out);
/* Percentile interval of n replicates (reordered), linear between order statistics. */
struct stats_interval stats_percentiles(double *replicates, uint32_t n, double confidence,
                                        double point);
/* Both in one call. With a single run in every task the interval is [NaN, NaN]. */
struct stats_interval stats_bootstrap(const struct stats_scores *s, enum stats_aggregate a,
                                      double target, const struct stats_resampling *how);

/* ---- two algorithms on the same tasks */

/* Probability that a run of a is better than a run of b: the mean over tasks of the share of pairs
 * (i, j) with a_i > b_j, ties counting half (Mann and Whitney's U); with its bootstrap interval. */
struct stats_interval stats_improvement(const struct stats_scores *a, const struct stats_scores *b,
                                        const struct stats_resampling *how);
/* Its replicates [first, first + count), into out[count]; returns the probability itself. */
double stats_improvement_replicates(const struct stats_scores *a, const struct stats_scores *b,
                                    uint64_t seed, uint32_t first, uint32_t count, double *out);

/* Runs of a and b matched by seed, n pairs: mean difference a - b with its bootstrap interval over
 * pairs, and the share of pairs that a wins, ties counting half. */
struct stats_paired {
    struct stats_interval difference;
    double wins;
};
struct stats_paired stats_paired(const double *a, const double *b, size_t n,
                                 const struct stats_resampling *how);

/* ---- performance profiles */

/* For each threshold tau the share of runs with score > tau, the mean over tasks, with pointwise
 * bootstrap intervals. thresholds: [n], ascending; out: [n]. */
void stats_profile(const struct stats_scores *s, const double *thresholds, size_t n,
                   const struct stats_resampling *how, struct stats_interval *out);

/* ---- what a parameter explains */

/* Sorts n numbers into at most `most` levels, level[i] from 0 up, and returns how many: one level
 * for each value when there are no more values than that, else parts of equal numbers, equal values
 * together. */
uint32_t stats_levels(const double *x, size_t n, uint32_t most, uint32_t *level);
/* Share of the variance of y[n] that the level explains, corrected for what levels without any
 * effect would explain by chance: epsilon squared = 1 - (SS_within / (n - levels)) / (SS_total /
 * (n - 1)) (Kelley, "An unbiased correlation ratio measure", PNAS 1935), 0 when that is negative.
 * NaN with one level, or no more values than levels. */
double stats_effect(const double *y, const uint32_t *level, size_t n, uint32_t levels);

/* ---- what to say about the numbers */

enum { STATS_FEW_SEEDS = 5 };
/* A sentence when the fewest runs of any task make the interval unreliable, else NULL. */
const char *stats_few_seeds(const struct stats_scores *s);
static inline bool stats_overlap(struct stats_interval a, struct stats_interval b)
{
    return a.low <= b.high && b.low <= a.high;
}

#endif
