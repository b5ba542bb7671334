/* Line charts: several curves over a window of steps, each already reduced to the chart's columns.
 *
 * Colour never carries meaning alone: curves differ in line pattern and marker too, and the legend
 * shows the marker. Ranges (least and greatest point of a column) and bands are drawn in light dots
 * under the line, so that a spike of a single point stays visible at any zoom. */
#ifndef RLBENCH_CHART_PLOT_H
#define RLBENCH_CHART_PLOT_H

#include "chart/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A column of a curve. Everything may be NaN: mean: no point here, the line goes on to the next
 * one. */
struct plot_column {
    double mean;     /* where the line goes */
    double min, max; /* range of the points behind it */
    double lo, hi;   /* band */
    bool bad;        /* a value here was NaN or infinite: marked on the axis; with mean NaN the
                        line is broken */
};

struct plot_curve {
    const char *name;                  /* "": none; NULL, of several curves: not in the legend */
    const struct plot_column *columns; /* [plot.columns] */
    int style;                         /* 0 … 7 */
    double last, half;                 /* read-out of the legend: last ± half; NaN: left out */
    bool in_focus;                     /* its name stands out */
};

/* A horizontal line with its meaning. */
struct plot_guide {
    double value;
    const char *label;
};

struct plot {
    const struct plot_curve *curves;
    size_t num_curves;
    size_t columns;         /* as plot_columns() says for the rectangle */
    uint64_t lo, hi;        /* steps shown, both inclusive */
    const char *x_unit;     /* "rounds"; NULL: none */
    double x_from, x_scale; /* what step 0 and a step are in that unit; x_scale 0: 1 */
    const char *key; /* what names of curves are values of, said once in the legend; NULL: none */
    bool log_y;
    double y_lo, y_hi; /* NaN: from the data */
    const struct plot_guide *guides;
    size_t num_guides;
    bool has_cursor;
    uint64_t cursor;     /* a step: a vertical line there, and the legend reads the values */
    uint64_t per_column; /* points behind one screen column, said in the chart when above 1 */
    const char *note;    /* replaces the text of an empty chart; NULL: "no points yet" */
};

/* Dot columns a chart has in a rectangle: what its curves are to be reduced to. 0: too small. */
size_t plot_columns(struct rect r, enum glyphs glyphs);
/* The dot column, in [0, columns), of a step, and the step a column starts at. */
size_t plot_column_of(const struct plot *p, uint64_t step);
/* A step in the unit of the axis. */
double plot_in_unit(const struct plot *p, uint64_t step);
void plot_draw(struct grid *g, struct rect r, const struct plot *p, enum glyphs glyphs);

#endif
