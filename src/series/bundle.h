/* Several seeds' curves as one: their statistics at common steps.
 *
 * The rule: in a column of the chart a curve counts with its last value at or before the column's
 * last step, from its first step to the column of its last one; it is never extrapolated. A value
 * that is not finite is counted in `bad` and left out of the statistics. */
#ifndef RLBENCH_SERIES_BUNDLE_H
#define RLBENCH_SERIES_BUNDLE_H

#include "series/series.h"

struct bundle_column {
    double mean, median, iqm, min, max; /* NaN when n is 0 */
    double lo, hi;  /* 95 % Student-t interval of the mean; NaN when n < 2. Cheap and the same at
                       every redraw, so it is the interval of live charts. */
    uint32_t n;     /* curves that count here */
    uint32_t bad;   /* curves whose value here is NaN or infinite */
    uint32_t fresh; /* curves with a point of their own in this column */
};

/* The columns of the window [lo, hi] (see series_column_start) into out[columns]. */
void bundle_reduce(const struct series *const *curves, size_t n, uint64_t lo, uint64_t hi,
                   size_t columns, struct bundle_column *out);
/* The lower end of the interval for a logarithmic axis, where that of a positive mean must stay
 * positive: of log(mean) by the delta method, mean · exp(−half / mean), never below mean − half. */
double bundle_log_low(const struct bundle_column *b);
/* The statistics of n values (not finite ones are `bad`); values are reordered. fresh is 0. */
void bundle_values(double *values, size_t n, struct bundle_column *out);

#endif
