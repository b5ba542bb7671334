/* Aggregates, intervals, profiles and comparisons against rliable, closed forms and brute force. */
#include "stats/stats.h"

#include "check.h"
#include "fixture.h"

#include <rlbench/rng.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 10, RUNS = 10, ALL = TASKS * RUNS, TAUS = 21 };
static const char file[] = "stats/stats_fixture.txt";
static size_t starts[TASKS + 1];

static struct stats_scores scores(const char *name)
{
    for (size_t t = 0; t <= TASKS; t++)
        starts[t] = t * RUNS;
    return (struct stats_scores){TASKS, starts, fixture(file, name, ALL)};
}

static const struct stats_resampling how = {.replicates = 50000, .confidence = 0.95, .seed = 1};

/* Ends of intervals are random on both sides: within 5 % of the interval's width, some ten standard
 * errors of a percentile of 50,000 replicates. */
static void expect_interval(struct stats_interval i, const double *expected, double share)
{
    double room = share * (expected[1] - expected[0]);
    CU_ASSERT_DOUBLE_EQUAL(i.low, expected[0], room);
    CU_ASSERT_DOUBLE_EQUAL(i.high, expected[1], room);
}

static void like_rliable(void)
{
    struct stats_scores a = scores("a");
    for (int k = 0; k < STATS_NUM_AGGREGATES; k++) {
        const char *name = stats_aggregate_name((enum stats_aggregate)k);
        char interval[40];
        snprintf(interval, sizeof interval, "%s_interval", name);
        struct stats_interval i = stats_bootstrap(&a, (enum stats_aggregate)k, 1, &how);
        CU_ASSERT_DOUBLE_EQUAL(i.point, *fixture(file, name, 1), 1e-12);
        CU_ASSERT_EQUAL(i.point, stats_aggregate(&a, (enum stats_aggregate)k, 1));
        expect_interval(i, fixture(file, interval, 2), 0.05);
    }
}

static void improvement_like_rliable(void)
{
    struct stats_scores a = scores("a"), b = scores("b");
    struct stats_interval i = stats_improvement(&a, &b, &how);
    CU_ASSERT_DOUBLE_EQUAL(i.point, *fixture(file, "improvement", 1), 1e-12);
    expect_interval(i, fixture(file, "improvement_interval", 2), 0.1);
    struct stats_interval other = stats_improvement(&b, &a, &how);
    CU_ASSERT_DOUBLE_EQUAL(i.point + other.point, 1, 1e-12);
    struct stats_interval self = stats_improvement(&a, &a, &how);
    CU_ASSERT_DOUBLE_EQUAL(self.point, 0.5, 1e-12);
}

static void profile_like_rliable(void)
{
    struct stats_scores a = scores("a");
    struct stats_interval out[TAUS];
    const double *point = fixture(file, "profile", TAUS);
    const double *band = fixture(file, "profile_interval", 2 * TAUS);
    const struct stats_resampling fewer = {.replicates = 2000, .confidence = 0.95, .seed = 1};
    stats_profile(&a, fixture(file, "taus", TAUS), TAUS, &fewer, out);
    for (int k = 0; k < TAUS; k++) {
        CU_ASSERT_DOUBLE_EQUAL(out[k].point, point[k], 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(out[k].low, band[k], 0.021); /* steps of a hundredth */
        CU_ASSERT_DOUBLE_EQUAL(out[k].high, band[TAUS + k], 0.021);
    }
}

/* Replicates of any cut of the range are the same, and another seed gives others. */
static void any_division(void)
{
    struct stats_scores a = scores("a");
    double whole[300], parts[300], others[300];
    for (int k = 0; k < STATS_NUM_AGGREGATES; k++) {
        stats_replicates(&a, (enum stats_aggregate)k, 1, 9, 0, 300, whole);
        stats_replicates(&a, (enum stats_aggregate)k, 1, 9, 0, 101, parts);
        stats_replicates(&a, (enum stats_aggregate)k, 1, 9, 101, 199, parts + 101);
        stats_replicates(&a, (enum stats_aggregate)k, 1, 10, 0, 300, others);
        CU_ASSERT_EQUAL(memcmp(whole, parts, sizeof whole), 0);
        CU_ASSERT_NOT_EQUAL(memcmp(whole, others, sizeof whole), 0);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean of the middle half by sorting, on ragged tasks of every size from 1 score on, with ties;
 * and the counting walk of the bootstrap, which must agree with it where every draw is forced. */
static void middle_half(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 4, 0);
    for (size_t n = 1; n <= 40; n++) {
        double values[40], sorted[40], sum = 0;
        const size_t start[] = {0, n / 3, n};
        for (size_t i = 0; i < n; i++)
            sorted[i] = values[i] = rlb_rng_below(&rng, 7);
        qsort(sorted, n, sizeof *sorted, by_value);
        for (size_t i = n / 4; i < n - n / 4; i++)
            sum += sorted[i];
        const struct stats_scores s = {n / 3 ? 2 : 1, n / 3 ? start : start + 1, values};
        const size_t one[] = {0, n};
        const struct stats_scores flat = {1, one, values};
        double expected = sum / (double)(n - 2 * (n / 4));
        CU_ASSERT_DOUBLE_EQUAL(stats_aggregate(n / 3 ? &s : &flat, STATS_IQM, 0), expected, 1e-12);
        size_t singles[41];
        for (size_t i = 0; i <= n; i++)
            singles[i] = i;
        const struct stats_scores forced = {n, singles, values};
        double replicate;
        stats_replicates(&forced, STATS_IQM, 0, 1, 0, 1, &replicate);
        CU_ASSERT_DOUBLE_EQUAL(replicate, expected, 1e-12);
    }
}

/* Normal scores: the interval of the mean covers the truth about as often as it says. Percentile
 * intervals of 30 runs cover some 93 to 95 of 100. */
static void coverage(void)
{
    enum { TRIALS = 400, N = 30 };
    const size_t start[] = {0, N};
    const struct stats_resampling few = {.replicates = 500, .confidence = 0.95, .seed = 3};
    rlb_rng rng;
    rlb_rng_init(&rng, 11, 0);
    int covered = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double values[N];
        for (int i = 0; i < N; i++)
            values[i] = rlb_rng_normal(&rng);
        const struct stats_scores s = {1, start, values};
        struct stats_interval i = stats_bootstrap(&s, STATS_MEAN, 0, &few);
        covered += i.low <= 0 && 0 <= i.high;
    }
    CU_ASSERT(covered > TRIALS * 90 / 100 && covered < TRIALS * 98 / 100);
}

static void pairs(void)
{
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {0, 2, 1, 4.5, 3, 2};
    struct stats_paired p = stats_paired(a, b, 6, &how);
    CU_ASSERT_DOUBLE_EQUAL(p.difference.point, 8.5 / 6, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(p.wins, 4.5 / 6, 1e-12);
    CU_ASSERT(p.difference.low < p.difference.point && p.difference.point < p.difference.high);
    /* what seeds have in common drops out: a constant lead is certain */
    const double c[] = {9, 1, 5, 7}, d[] = {8, 0, 4, 6};
    p = stats_paired(c, d, 4, &how);
    CU_ASSERT_DOUBLE_EQUAL(p.difference.low, 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(p.difference.high, 1, 1e-12);
    CU_ASSERT(isnan(stats_paired(a, b, 0, &how).wins));
}

static void warnings(void)
{
    const size_t many[] = {0, 5, 10}, few[] = {0, 5, 8}, one[] = {0, 1};
    const double values[10] = {0};
    CU_ASSERT_PTR_NULL(stats_few_seeds(&(struct stats_scores){2, many, values}));
    CHECK_TEXT(stats_few_seeds(&(struct stats_scores){2, few, values}),
               "n=3 seeds: interval unreliable");
    CHECK_TEXT(stats_few_seeds(&(struct stats_scores){1, one, values}),
               "n=1 seed: interval unreliable");
    const struct stats_scores single = {1, one, values};
    struct stats_interval i = stats_bootstrap(&single, STATS_IQM, 0, &how);
    CU_ASSERT(i.point == 0 && isnan(i.low) && isnan(i.high));
    CU_ASSERT(stats_overlap((struct stats_interval){0, 0, 2}, (struct stats_interval){0, 2, 3}));
    CU_ASSERT(!stats_overlap((struct stats_interval){0, 0, 1}, (struct stats_interval){0, 2, 3}));
}

static void levels(void)
{
    const double few[] = {3, 1, 3, 2}, many[] = {8, 1, 7, 2, 6, 3, 5, 4},
                 tied[] = {1, 1, 1, 1, 2, 3};
    const uint32_t few_are[] = {2, 0, 2, 1}, many_are[] = {3, 0, 3, 0, 2, 1, 2, 1},
                   tied_are[] = {0, 0, 0, 0, 1, 1};
    uint32_t level[8];
    CU_ASSERT_EQUAL(stats_levels(few, 4, 4, level), 3);
    CU_ASSERT(memcmp(level, few_are, sizeof few_are) == 0);
    CU_ASSERT_EQUAL(stats_levels(many, 8, 4, level), 4);
    CU_ASSERT(memcmp(level, many_are, sizeof many_are) == 0);
    CU_ASSERT_EQUAL(stats_levels(tied, 6, 2, level), 2);
    CU_ASSERT(memcmp(level, tied_are, sizeof tied_are) == 0);
    CU_ASSERT_EQUAL(stats_levels(few, 0, 4, level), 0);
}

/* By hand: SSW 2 + 2, SST 17.5, so 1 - (4 / 4) / (17.5 / 5) = 5 / 7. */
static void effects(void)
{
    const double y[] = {1, 4, 2, 5, 3, 6}, same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const uint32_t level[] = {0, 1, 0, 1, 0, 1}, idle[] = {0, 0, 1, 1, 0, 1};
    CU_ASSERT_DOUBLE_EQUAL(stats_effect(y, level, 6, 2), 5.0 / 7, 1e-15);
    CU_ASSERT_EQUAL(stats_effect(same, level, 6, 2), 0);
    CU_ASSERT(isnan(stats_effect(y, level, 6, 1)));
    CU_ASSERT(isnan(stats_effect(y, (const uint32_t[]){0, 1}, 2, 2)));
    /* parts 1, 4, 3 and 2, 5, 6: SSW 14/3 + 26/3, so 1 - (40/3 / 4) / 3.5 = 1 / 21 */
    CU_ASSERT_DOUBLE_EQUAL(stats_effect(y, idle, 6, 2), 1.0 / 21, 1e-15);
    /* without any effect the mean of the uncut measure is 0: the cut one stays small */
    rlb_rng rng;
    double sum = 0;
    rlb_rng_init(&rng, 5, 0);
    for (int rep = 0; rep < 2000; rep++) {
        double noise[24];
        uint32_t part[24];
        for (uint32_t i = 0; i < 24; i++) {
            noise[i] = rlb_rng_normal(&rng);
            part[i] = i % 4;
        }
        sum += stats_effect(noise, part, 24, 4);
    }
    CU_ASSERT(sum / 2000 < 0.06);
}

CHECK_MAIN("statistics", {"aggregates and intervals like rliable's", like_rliable},
           {"improvement like rliable's", improvement_like_rliable},
           {"profiles like rliable's", profile_like_rliable},
           {"any division of the replicates", any_division}, {"the middle half", middle_half},
           {"coverage", coverage}, {"pairs", pairs}, {"warnings", warnings},
           {"levels of a parameter", levels}, {"what a parameter explains", effects})
