/* 50,000 replicates of the stratified bootstrap of the IQM over 10 tasks with 10 runs each, on one
 * core: milliseconds, the fastest of ten, and of the mean and P(improvement) beside it. The same in
 * rliable: bench/peers/rliable_bootstrap.py. */
#include "stats/stats.h"
#include "base/clock.h"

#include <rlbench/rng.h>

#include <stdio.h>

enum { TASKS = 10, RUNS = 10, ROUNDS = 10 };

static double values[2][TASKS * RUNS];
static size_t start[TASKS + 1];
static const struct stats_resampling how = {.replicates = 50000, .confidence = 0.95, .seed = 1};

static void fill(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (size_t t = 0; t <= TASKS; t++)
        start[t] = t * RUNS;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < TASKS * RUNS; i++)
            values[k][i] = rlb_rng_uniform(&rng) + 0.1 * k;
}

static struct stats_interval once(int what, const struct stats_scores *a,
                                  const struct stats_scores *b)
{
    if (what == 2)
        return stats_improvement(a, b, &how);
    return stats_bootstrap(a, what ? STATS_MEAN : STATS_IQM, 0, &how);
}

int main(void)
{
    static const char *const names[] = {"iqm", "mean", "P(improvement)"};
    fill();
    const struct stats_scores a = {TASKS, start, values[0]}, b = {TASKS, start, values[1]};
    for (int what = 0; what < 3; what++) {
        struct stats_interval i = {0, 0, 0};
        int64_t best = INT64_MAX;
        for (int round = 0; round < ROUNDS; round++) {
            int64_t from = clock_cpu_ns();
            i = once(what, &a, &b);
            int64_t took = clock_cpu_ns() - from;
            best = took < best ? took : best;
        }
        printf("%-15s %8.1f ms   %.4f [%.4f, %.4f]\n", names[what], (double)best * 1e-6, i.point,
               i.low, i.high);
    }
    return 0;
}
