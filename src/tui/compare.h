/* The Compare screen's own state, shared by screen_compare.c (what happens) and compare_view.c (how
 * it looks). */
#ifndef RLBENCH_TUI_COMPARE_H
#define RLBENCH_TUI_COMPARE_H

#include "tui/compare_diff.h"
#include "tui/list.h"
#include "tui/tui.h"

struct compare {
    struct compare_model model; /* what is shown */
    struct compare_model next;  /* what it is replaced by when that is read */
    struct compare_diff diff;
    bool has_next, refine, want_diff; /* want_diff: its pane is open */
    /* ---- how */
    char metric[128]; /* "": the headline */
    char words[512];  /* which runs; "": those marked, else those in focus */
    enum compare_align align;
    enum compare_band band;
    int log_y; /* 0, 1; -1: as the metric says */
    bool has_cursor;
    uint64_t cursor;      /* a place on the axis */
    struct list list;     /* of groups; the one under the cursor stands out */
    struct list settings; /* that differ */
    bool in_settings;     /* keys move there */
    /* ---- reading */
    VEC(int64_t) ids; /* what was asked for */
    bool stale;
    int64_t read_ns, took_ns;
    char why[300]; /* there is nothing to show */
    int plot_cols; /* of cells, as last drawn */
    struct rect chart;
};

/* Where the panes lie in the body; rows 0: not there. */
struct compare_layout {
    struct rect chart, legend, diff;
};
struct compare_layout compare_lay_out(const struct compare *c, struct rect r);
/* Columns of the chart's raster in the body of a screen. */
size_t compare_columns(const struct compare *c, struct rect body, enum glyphs glyphs);
bool compare_is_log(const struct compare *c);
void compare_draw(const struct app *a, struct compare *c, struct grid *g, struct rect r);

#endif
