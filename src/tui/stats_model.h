/* What the Stats screen knows: scores of contenders, and their intervals as far as the bootstrap
 * has come. It runs in slices, so that keys are never kept waiting. */
#ifndef RLBENCH_TUI_STATS_MODEL_H
#define RLBENCH_TUI_STATS_MODEL_H

#include "judge/judge.h"
#include "tui/list.h"

/* One number with its interval. */
struct stats_number {
    size_t a, b; /* contenders; b is that one it is compared with, or SIZE_MAX: an aggregate */
    size_t task; /* of an aggregate; tasks.len: the tasks that all contenders have */
    struct stats_scores of, against; /* in the arena */
    struct stats_interval value;     /* low and high are NaN until it is ready */
    double *replicates;              /* while it is being made */
    uint32_t done;
    bool ready;
};

/* A line of the list: the heading of a task, or an aggregate. */
struct stats_line {
    size_t task, number; /* SIZE_MAX: the heading */
};

struct stats_model {
    struct judge judge; /* of what was read last */
    bool there;         /* there is something to show */
    char why[2000];     /* there is not */
    struct arena arena; /* of the numbers and of the runs' rows */
    VEC(struct stats_number) numbers;
    size_t num_aggregates; /* those come first */
    VEC(struct stats_line) lines;
    size_t at; /* the number that is being made */
    struct list list;
    /* how */
    enum stats_aggregate aggregate;
    struct stats_resampling resampling;
    const char *rule; /* of the scores, in words */
};

void stats_model_init(struct stats_model *m);
void stats_model_finish(struct stats_model *m);
/* Begins with the scores in m->judge, which are normalised already. */
void stats_model_begin(struct stats_model *m);
/* Goes on with the bootstrap until that monotonic time; true when there is more to do. */
bool stats_model_step(struct stats_model *m, int64_t until_ns);
/* Share of the work that is done, 0 to 1. */
double stats_model_progress(const struct stats_model *m);
/* P(a improves on b), NaN when no task has scores of both. */
struct stats_interval stats_model_improvement(const struct stats_model *m, size_t a, size_t b);

struct look;
/* Draws into r, the body of the screen. */
void stats_view(struct stats_model *m, const struct look *look, struct grid *g, struct rect r);

#endif
