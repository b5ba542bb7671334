/* Small pictures of numbers: sparklines, bars, progress. */
#ifndef RLBENCH_CHART_SPARK_H
#define RLBENCH_CHART_SPARK_H

#include "chart/grid.h"

#include <stddef.h>

/* The trend of n values in `width` columns of one row (the last value at the right end; several
 * values in a column are averaged; NaN leaves a gap). */
void sparkline_draw(struct grid *g, int row, int col, int width, const double *values, size_t n,
                    enum glyphs glyphs, int role);
/* A lying bar `length` columns long (a fraction shows in eighths), at most width. */
void spark_bar(struct grid *g, int row, int col, int width, double length, enum glyphs glyphs,
               int role);
/* A standing bar `height` rows high with its foot in `row`, at most `rows`. */
void spark_column(struct grid *g, int row, int col, int rows, double height, enum glyphs glyphs,
                  int role);
/* "██████▌░░░░░  61 %": done in [0, 1]; NaN: not known, an empty bar and no number. */
void progress_draw(struct grid *g, int row, int col, int width, double done, enum glyphs glyphs,
                   int role);

#endif
