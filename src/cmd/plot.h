/* The forms of `rlbench plot`. */
#ifndef RLBENCH_CMD_PLOT_H
#define RLBENCH_CMD_PLOT_H

#include "chart/grid.h"
#include "cmd/judging.h"
#include "judge/lines.h"

struct plot_request {
    struct judging *judging;
    struct judge_line_how how;
    bool log_x, log_y;
};

/* Writes a file that others may read as the umask says; - is the standard output. */
int plot_write(const char *path, const struct buf *text, struct err *e);
/* Texts of files, appended; each says how its numbers were made. */
void plot_svg(const struct plot_request *r, struct judge_lines *l, bool as_file, struct buf *out);
void plot_gnuplot(const struct plot_request *r, struct judge_lines *l, struct buf *out);
void plot_pgfplots(const struct plot_request *r, struct judge_lines *l, struct buf *out);
/* Into a grid of characters; l drawn for exactly plot_columns() columns. */
void plot_cells(const struct plot_request *r, struct judge_lines *l, enum glyphs glyphs,
                struct grid *g);

/* Prints a grid to stdout, with the colours of the workbench when color. */
void grid_print(const struct grid *g, bool color);
/* --color, NO_COLOR, TERM and whether stdout is a terminal. ERR_USAGE for another word. */
int cli_color(const struct cli *c, bool *color, struct err *e);
/* --glyphs, else what the locale and TERM can show. */
int cli_glyphs(const struct cli *c, enum glyphs *glyphs, struct err *e);

#endif
