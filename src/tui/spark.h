/* A curve in one row of cells. */
#ifndef RLBENCH_TUI_SPARK_H
#define RLBENCH_TUI_SPARK_H

#include "chart/grid.h"

enum { SPARK_SAMPLES = 24 };

/* n values, oldest first, over cols columns; NaN leaves a gap. */
void spark_draw(struct grid *g, int row, int col, int cols, enum glyphs glyphs, int role,
                const double *values, int n);

#endif
