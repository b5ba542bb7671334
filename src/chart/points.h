/* Points in a plane with axes: what came out against what was put in. */
#ifndef RLBENCH_CHART_POINTS_H
#define RLBENCH_CHART_POINTS_H

#include "chart/grid.h"

#include <stdbool.h>
#include <stddef.h>

struct points {
    const double *x, *y; /* [n]; points that are not finite are left out */
    size_t n;
    /* x counts these words from 0; NULL: x is a number, on a logarithmic axis when it is positive
     * and spans more than a decade and a half */
    const char *const *words;
    size_t num_words;
    const char *x_name;
    size_t mark; /* this point stands out; SIZE_MAX: none does */
    bool log_y;
};

void points_draw(struct grid *g, struct rect r, const struct points *p, enum glyphs glyphs);

#endif
