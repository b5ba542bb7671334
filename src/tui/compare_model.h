/* What the Compare screen knows: runs in groups that differ in nothing but the seed, and one metric
 * of them on a common axis, each curve reduced to its last value in every column of a chart. That
 * is all a bundle of seeds looks at, so a look-up per column and run is all that is read.
 *
 * Reading goes in two rounds over the runs, a few at a time: how far each reaches on the axis, then
 * its values. */
#ifndef RLBENCH_TUI_COMPARE_MODEL_H
#define RLBENCH_TUI_COMPARE_MODEL_H

#include "chart/plot.h"
#include "series/bundle.h"
#include "store/store.h"
#include "tui/labels.h"

/* What lies on the axis. */
enum compare_align { ALIGN_STEP, ALIGN_TIME, ALIGN_EPISODE, ALIGN_COUNT };
extern const char *const compare_align_names[ALIGN_COUNT];

/* What is drawn around a group's mean. */
enum compare_band {
    BAND_INTERVAL, /* 95 % interval of the mean */
    BAND_RANGE,    /* least and greatest seed */
    BAND_SEEDS,    /* every seed a line of its own instead */
    BAND_COUNT
};
extern const char *const compare_band_names[BAND_COUNT];

struct compare_run {
    int64_t id, metric; /* metric: id, 0: it has no points of it */
    uint64_t seed, steps, first_step, last_step, points;
    uint32_t attempts;
    size_t group;
    double last;        /* value of the metric */
    struct curve axis;  /* of its steps: seconds or episodes; empty while steps are the axis */
    struct series line; /* on the axis */
};

struct compare_group {
    int64_t experiment, run;        /* run: its first */
    const char *key, *name, *label; /* name: of the experiment */
    size_t num_runs;
};

struct compare_metric {
    const char *name, *unit;
    uint32_t flags;
};

struct compare_model {
    struct arena arena;
    VEC(struct compare_run) runs;
    VEC(struct compare_group) groups;
    struct labels labels;               /* names of groups, shortened */
    VEC(struct compare_metric) metrics; /* of all runs, headlines first */
    size_t metric;                      /* the one that is shown; SIZE_MAX: no run has it */
    char *wanted;                       /* its name */
    enum compare_align align;
    const char *step_units; /* "rounds" */
    size_t columns;         /* of the lines */
    uint64_t lo, hi;        /* of the axis: steps, milliseconds or episodes */
    size_t measured, read;  /* runs done in either round */
};

void compare_init(struct compare_model *m);
void compare_finish(struct compare_model *m);

/* These runs; metric NULL: the headline of the first. Reads only their rows. ERR_NOINPUT when none
 * of them exists. */
int compare_load(struct compare_model *m, struct store *s, const int64_t *ids, size_t n,
                 const char *metric, enum compare_align align, struct err *e);
/* Goes on reading until the deadline (monotonic), at least one run; columns are those of the chart.
 * *more: there is more to read. */
int compare_read(struct compare_model *m, struct store *s, size_t columns, int64_t deadline_ns,
                 bool *more, struct err *e);
/* Reads the values again, for another number of columns. */
void compare_again(struct compare_model *m);
/* All is there. */
bool compare_is_whole(const struct compare_model *m);
/* Whether both show the same points, as far as the first round tells. */
bool compare_same(const struct compare_model *a, const struct compare_model *b);

/* ---- building blocks of reading, and of tests ---- */
struct compare_run *compare_add_run(struct compare_model *m, const struct run_row *row);
void compare_name_groups(struct compare_model *m);
/* What the database says about a run's metrics. */
void compare_add_metrics(struct compare_model *m, struct compare_run *r,
                         const struct metric_row *rows, size_t n);
/* The axis from the least to the greatest point of any run. */
void compare_measure(struct compare_model *m);

/* ---- what screens ask ---- */
/* A place of a run on the axis. */
uint64_t compare_place(const struct compare_model *m, const struct compare_run *r, uint64_t step);
/* A group's line; band says what lo and hi are. */
void compare_line(const struct compare_model *m, size_t group, enum compare_band band, bool log_y,
                  size_t columns, struct plot_column *out);
void compare_seed(const struct compare_model *m, size_t run, size_t columns,
                  struct plot_column *out);
/* Statistics of the last values of a group's seeds, or of those at a place on the axis. */
struct bundle_column compare_last(const struct compare_model *m, size_t group);
struct bundle_column compare_at(const struct compare_model *m, size_t group, uint64_t place);
/* What the axis counts, and what one of it is in that unit. */
const char *compare_unit(const struct compare_model *m, double *scale);

#endif
