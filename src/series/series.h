/* A curve in memory: (step, value) points that only grow, with a pyramid of minima, maxima and sums
 * over blocks of 16, 256, … points. Any window is reduced to any number of screen columns in
 * O(columns · log points), always from the full data, so a spike of one point in a million shows.
 */
#ifndef RLBENCH_SERIES_SERIES_H
#define RLBENCH_SERIES_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_FANOUT = 16, SERIES_LEVELS = 8 };

/* What is known about a block of points. min, max and sum are over the finite ones. */
struct series_block {
    double min, max, sum;
    uint64_t count; /* finite points */
    uint64_t bad;   /* NaN and infinities */
};

struct series {
    uint64_t *steps; /* never decreasing */
    double *values;  /* may be NaN or infinite */
    size_t len, cap;
    struct series_level {
        struct series_block *blocks; /* level k: full blocks of 16^(k+1) points */
        size_t len, cap;
    } levels[SERIES_LEVELS];
};

/* One screen column: the points whose steps fall into it. */
struct series_column {
    double min, max, mean; /* over the finite points; NaN when there are none */
    uint64_t count;        /* finite points */
    uint64_t bad;          /* NaN and infinities */
};

void series_init(struct series *s);
void series_finish(struct series *s);
void series_clear(struct series *s); /* keeps the memory */
/* Appends n points and returns how many were taken: a point whose step is smaller than the last
 * one's is left out. */
size_t series_append(struct series *s, const uint64_t *steps, const double *values, size_t n);

/* Index of the first point with steps[i] >= step; len when there is none. */
size_t series_find(const struct series *s, uint64_t step);
/* The same from an index at or before it; costs O(log of the distance). */
size_t series_find_from(const struct series *s, size_t from, uint64_t step);
/* Everything about the points [from, to). */
struct series_block series_range(const struct series *s, size_t from, size_t to);
/* The last value at or before step; false before the first point. */
bool series_value_at(const struct series *s, uint64_t step, double *value);

/* The window [lo, hi] of steps, both inclusive, cut into equal columns: the first step of column c
 * (of column `columns`: the step after the window). Column c holds the steps from its start to
 * before the next one's; it may hold none when there are more columns than steps. */
uint64_t series_column_start(uint64_t lo, uint64_t hi, size_t columns, size_t c);
/* Reduces that window to out[columns]. */
void series_reduce(const struct series *s, uint64_t lo, uint64_t hi, size_t columns,
                   struct series_column *out);

#endif
