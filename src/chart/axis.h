/* An axis: where its ticks are and what they say. */
#ifndef RLBENCH_CHART_AXIS_H
#define RLBENCH_CHART_AXIS_H

#include <stdbool.h>
#include <stddef.h>

struct axis {
    double lo, hi; /* finite, lo < hi; both positive on a logarithmic axis */
    bool log;
};

struct tick {
    double value;
    double at; /* 0 at lo, 1 at hi */
    char label[16];
};

enum { AXIS_MAX_TICKS = 16 };

/* An axis that shows [lo, hi]: what is not finite, empty, constant or (logarithmic) not positive is
 * mended, so that every input gives a usable axis. margin: free space at either end, as a fraction.
 */
struct axis axis_make(double lo, double hi, bool log, double margin);
/* Position of value: 0 at lo, 1 at hi, outside beyond them; NaN stays NaN, and on a logarithmic
 * axis what is not positive lies at -infinity. */
double axis_at(const struct axis *a, double value);
/* The value at a position. */
double axis_value(const struct axis *a, double at);
/* At most `most` (and AXIS_MAX_TICKS) ticks at round values, 1, 2 or 5 times a power of ten, or at
 * powers of ten. All labels of one axis carry the same suffix and number of decimals and are at
 * most `width` columns wide; where that needs a power of ten left out of every label, it goes to
 * *exponent (else 0). */
size_t axis_ticks(const struct axis *a, size_t most, size_t width, struct tick *out, int *exponent);
/* A step: "0", "850", "100k", "1.25M", with the digits that tell it from steps `apart` away (0: all
 * of them); returns out. */
char *axis_format_step(double value, double apart, char *out, size_t size);

#endif
