/* Line charts (and grids of cells) as SVG: the one picture of files and of reports. Text, lines and
 * areas only; no scripts, no fonts, nothing outside the file. Lines differ in colour and in dashes.
 */
#ifndef RLBENCH_CHART_SVG_H
#define RLBENCH_CHART_SVG_H

#include "base/mem.h"
#include "chart/grid.h"

#include <stdbool.h>
#include <stddef.h>

struct svg_line {
    const char *name;
    const double *x, *y;   /* [n]; y NaN: the line is broken */
    const double *lo, *hi; /* [n] band; NULL: none, NaN: none here */
    size_t n;
};

struct svg_chart {
    const char *title, *x_label; /* "": none */
    const char *desc;            /* for those who do not see it, and for whoever asks how */
    const struct svg_line *lines;
    size_t num_lines;
    bool log_x, log_y;
    double width, height; /* of the whole, in pixels */
};

/* A chart's plot area within it, in pixels. */
struct svg_area {
    double left, top, right, bottom;
};
struct svg_area svg_area_of(const struct svg_chart *c);

/* An <svg> element; as_file: with the XML declaration that a file of its own needs. */
void svg_chart(struct buf *out, const struct svg_chart *c, bool as_file);
/* The cells of a grid, characters and colours, in the same way. */
void svg_grid(struct buf *out, const struct grid *g, bool as_file);
/* Text as it stands in XML and HTML. */
void svg_text(struct buf *out, const char *text);

#endif
