/* The parts of a line chart, for plot.c alone. */
#ifndef RLBENCH_CHART_PLOT_PARTS_H
#define RLBENCH_CHART_PLOT_PARTS_H

#include "chart/axis.h"
#include "chart/canvas.h"
#include "chart/plot.h"

/* Band and ranges of a curve, in light dots. */
void plot_draw_light(struct canvas *c, const struct axis *y, const struct plot *p,
                     const struct plot_curve *curve);
/* Its line and markers. */
void plot_draw_line(struct canvas *c, const struct axis *y, const struct plot *p,
                    const struct plot_curve *curve);
/* Rows that the legend takes, 1 to `most`. */
int plot_legend_rows(const struct plot *p, int cols, int most, enum glyphs glyphs);
/* Into those rows. */
void plot_draw_legend(struct grid *g, struct rect r, const struct plot *p, enum glyphs glyphs);

#endif
