/* What is on the screen into a file: E, and :export FILE. The ending says as what. */
#ifndef RLBENCH_TUI_EXPORT_H
#define RLBENCH_TUI_EXPORT_H

#include "base/mem.h"

#include <stdbool.h>

struct app;

/* .txt: the picture as text; .svg: the chart, or the picture where there is none; .csv: the data
 * behind, where the screen has some. Asks for the name when there is none, and before a file is
 * overwritten. */
unsigned export_view(struct app *a, const char *file);

/* The picture as text onto the clipboard: :copy picture. */
unsigned export_copy(struct app *a);

/* ---- data of screens: a line of names, then the rows (export_data.c); false: there is none ----
 */
bool export_runs(const struct app *a, void *self, struct buf *out);
bool export_recipes(const struct app *a, void *self, struct buf *out);
bool export_log(const struct app *a, void *self, struct buf *out);
bool export_stats(const struct app *a, void *self, struct buf *out);
/* The chart or the view in focus (export_live.c). */
bool export_live(const struct app *a, void *self, struct buf *out);
bool export_live_svg(const struct app *a, void *self, struct buf *out);
/* The lines of Compare; the trials of Sweep (export_compare.c). */
bool export_compare(const struct app *a, void *self, struct buf *out);
bool export_compare_svg(const struct app *a, void *self, struct buf *out);
bool export_sweep(const struct app *a, void *self, struct buf *out);

#endif
