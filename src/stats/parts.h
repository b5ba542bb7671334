/* What the files of stats share. */
#ifndef RLBENCH_STATS_PARTS_H
#define RLBENCH_STATS_PARTS_H

#include "stats/stats.h"

#include <rlbench/rng.h>

#include <stdio.h>

void stats_sort(double *values, size_t n);
double stats_task_mean(const struct stats_scores *s, size_t task);
/* Reorders values. */
double stats_median_of(double *values, size_t n);

/* The stream of replicate k. */
static inline void stats_stream(rlb_rng *rng, uint64_t seed, uint32_t replicate)
{
    rlb_rng_init(rng, rlb_rng_derive(seed, 0x57A75), replicate);
}

#endif
