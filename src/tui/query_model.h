/* What the Query screen shows. Plain data; a test fills it by hand. */
#ifndef RLBENCH_TUI_QUERY_MODEL_H
#define RLBENCH_TUI_QUERY_MODEL_H

#include "chart/grid.h"
#include "tui/asker.h"
#include "tui/list.h"
#include "tui/query_saved.h"

struct query_model {
    char *sql;    /* asked last, or being asked; owned; NULL: nothing yet */
    bool running; /* … since then, monotonic */
    int64_t since_ns;
    double seconds; /* that it took */
    bool answered, stopped;
    struct asker_answer answer;
    VEC(size_t) shown; /* rows that match the filter */
    char filter[512];
    struct list list; /* of shown */
    size_t column;    /* under the cursor */
    size_t left;      /* first one in sight */
    bool chart;
    bool choosing; /* among saved queries */
    struct query_saved saved;
    struct list choice;
};

void query_model_finish(struct query_model *m);
/* Takes an answer (its memory goes over) for the query being asked. */
void query_model_take(struct query_model *m, struct asker_answer *answer);
/* Filters anew. */
void query_model_arrange(struct query_model *m);
/* The row under the cursor; SIZE_MAX: none. */
size_t query_model_row(const struct query_model *m);

/* ---- rows as a chart (query_chart.c) ---- */
enum query_chart { QUERY_NO_CHART, QUERY_LINES, QUERY_POINTS, QUERY_BARS };
/* What the rows can be drawn as: lines over whole numbers from 0, points over other numbers, bars
 * over texts; *why when they cannot. */
enum query_chart query_chart_kind(const struct query_model *m, const char **why);
void query_chart_draw(const struct query_model *m, struct grid *g, struct rect r,
                      enum glyphs glyphs);
/* The same as a file; false for bars. */
bool query_chart_svg(const struct query_model *m, struct buf *out);

struct look;
/* Draws into r, the body of the screen. */
void query_view(struct query_model *m, const struct look *look, int64_t now_ns, struct grid *g,
                struct rect r);

#endif
