/* Learning curves of contenders: the curves of their seeds as one line with a band, on a common
 * grid of steps.
 *
 * The grid is every step at which a run has a point when those are few enough; else the range of
 * steps cut into equal columns, each standing at its last step. At a step of the grid a run counts
 * with its last value at or before it (in the column), from its first point to its last one; it is
 * never extrapolated. Steps of the grid where no run has a point of its own since the one before
 * are left out. Values that are not finite are counted in `bad` and left out of the statistics. */
#ifndef RLBENCH_JUDGE_LINES_H
#define RLBENCH_JUDGE_LINES_H

#include "judge/judge.h"

struct judge_point {
    uint64_t step;
    double mid, lo, hi;     /* IQM or mean of the runs; its interval, NaN with one run */
    double least, greatest; /* of a line of one run: all points since the step before; else NaN */
    uint32_t runs, bad;
};
struct judge_line {
    const char *name; /* contender, and task where there are several */
    size_t runs;
    struct judge_point *points;
    size_t num_points;
};
struct judge_lines {
    struct arena arena;
    VEC(struct judge_line) lines;
    uint64_t first, last; /* steps of the first and the last point of any run */
    size_t columns;       /* 0: every step */
    enum stats_aggregate centre;
    const char *x_unit; /* "step" */
};
struct judge_line_how {
    enum stats_aggregate centre; /* STATS_IQM or STATS_MEAN */
    size_t columns;              /* at most so many; force: exactly, one point to a column */
    bool force;
    struct stats_resampling resampling;
};
/* Curves of the metric of j, of every run that has points and is not the older one of a seed.
 * ERR_NOINPUT when there are none. On failure too, finish. */
int judge_draw_lines(struct judge *j, struct store *s, const struct judge_line_how *how,
                     struct judge_lines *out, struct err *e);
void judge_lines_finish(struct judge_lines *l);
/* How the lines were made, in one sentence; lives in l. */
const char *judge_lines_rule(struct judge_lines *l, const struct judge_line_how *how);

#endif
