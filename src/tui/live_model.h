/* What the Live screen knows: the runs in focus, grouped by what differs besides the seed, their
 * metrics, and the curves that have been looked at. No drawing and no terminal.
 *
 * Curves are read only when they come into sight, then only what was added since. */
#ifndef RLBENCH_TUI_LIVE_MODEL_H
#define RLBENCH_TUI_LIVE_MODEL_H

#include "chart/plot.h"
#include "series/series.h"
#include "series/smooth.h"
#include "store/store.h"
#include "tui/labels.h"
#include "wire/wire.h"

struct live_run {
    int64_t id;
    char *uid, *socket;
    uint64_t seed, steps, total; /* total 0: no limit */
    enum run_state state;
    double steps_per_s;
    uint32_t attempts;
    int64_t started_us, ended_us;
    size_t group;
    bool has_status;           /* a supervisor has told more */
    struct wire_status status; /* the last one */
};

/* Runs that differ in nothing but the seed: one line in every chart. */
struct live_group {
    char *key, *name;
    size_t num_runs;
};

struct live_curve {
    struct series raw, smooth; /* smooth is empty while the strength is 0 */
    struct smooth state;
    uint64_t changes;  /* grows with every change of the points */
    uint32_t attempts; /* of the run when it was read */
    bool complete;     /* the run was over when it was read: nothing will follow */
};

struct live_metric {
    int64_t id;
    char *name, *unit, *doc;
    uint32_t goal, flags;
    bool log_y;
    uint64_t first_step, last_step; /* over all runs */
    struct live_curve *curves;      /* [runs.len] */
};

struct live_model {
    VEC(struct live_run) runs;
    VEC(struct live_group) groups;
    struct labels labels;            /* names of groups, shortened */
    VEC(struct live_metric) metrics; /* in the order of the charts */
    char *title, *step_unit;
    double strength; /* of smoothing, 0: none */
};

void live_init(struct live_model *m);
void live_finish(struct live_model *m);

/* Makes the model show these runs, and reads what the database says about them now. Curves of runs
 * that stay are kept. ERR_NOINPUT when none of them exists. */
int live_load(struct live_model *m, struct store *s, const int64_t *ids, size_t n, struct err *e);
/* Reads what was added to these metrics (indices) until the deadline (monotonic); *more: there was
 * not enough time. */
int live_load_curves(struct live_model *m, struct store *s, const size_t *metrics, size_t n,
                     int64_t deadline_ns, bool *more, struct err *e);
void live_take_status(struct live_model *m, const struct wire_status *status);
void live_set_smoothing(struct live_model *m, double strength);

/* ---- building blocks of live_load, and of tests ---- */
/* Adds a run and returns it. */
struct live_run *live_add_run(struct live_model *m, const struct run_row *row);
/* What the database says about a run that is there already. */
void live_update_run(struct live_run *r, const struct run_row *row);
/* Adds a metric of a run, or finds it. */
size_t live_add_metric(struct live_model *m, const struct metric_row *row);
void live_add_points(struct live_model *m, size_t metric, size_t run, const uint64_t *steps,
                     const double *values, size_t n);
/* Headlines first, then in the order found, what depends on the clock last. */
void live_sort_metrics(struct live_model *m);

/* ---- what screens ask ---- */
/* First and last step that any metric has; false when there are no points. */
bool live_extent(const struct live_model *m, uint64_t *lo, uint64_t *hi);
/* Whether a group, or a run, has points of a metric in memory. */
bool live_has_points(const struct live_model *m, size_t metric, size_t group_or_run, bool run);
/* A group's line in a window of steps: mean and band over its seeds, or the curve of its only run
 * with the range of the points behind each column. *last and *half: the newest value and half of
 * its 95 % interval, NaN when there is none. */
void live_reduce_group(const struct live_model *m, size_t metric, size_t group, uint64_t lo,
                       uint64_t hi, size_t columns, struct plot_column *out, double *last,
                       double *half);
/* The same of one run. */
void live_reduce_run(const struct live_model *m, size_t metric, size_t run, uint64_t lo,
                     uint64_t hi, size_t columns, struct plot_column *out, double *last);
/* Most points of one curve of that metric in the window. */
uint64_t live_points_in(const struct live_model *m, size_t metric, uint64_t lo, uint64_t hi);

/* All runs together. */
struct live_summary {
    size_t count[RUN_NUM_STATES];
    double done;         /* share of the steps, NaN when a run has no limit */
    double seconds_left; /* NaN when it cannot be told */
    double steps_per_s;  /* of the running ones */
    double env_fraction, learn_fraction, log_fraction; /* means; NaN when nobody has told */
    uint64_t rss;                                      /* bytes, sum */
    double checkpoint_in;                              /* seconds until the next one, NaN */
    double seconds; /* from the first start to the last end, NaN while something runs */
};
struct live_summary live_summarize(const struct live_model *m);
bool live_is_over(enum run_state state);

#endif
