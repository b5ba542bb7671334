/* From runs of the database to scores that can be compared; every definition is in
 * rlbench-stats(7).
 *
 * A contender is what is judged: runs with one algorithm and the same parameters of it. A task is
 * what it is judged on: an environment with its parameters (and the dataset). Of every contender,
 * task and seed one run counts, the newest that has a score. */
#ifndef RLBENCH_JUDGE_JUDGE_H
#define RLBENCH_JUDGE_JUDGE_H

#include "base/err.h"
#include "base/mem.h"
#include "stats/stats.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- which runs ---- */

/* The runs that words of a command line mean, each once, in the order of their numbers. A word is
 * the name of an experiment (all its runs), a run (number, beginning of its uid, @last, @live), an
 * algorithm, or a filter as `rlbench ls` has it. No word at all: the experiment of the newest run.
 * ERR_NOINPUT for a word that names nothing. */
int judge_select(struct store *s, const char *const *words, size_t num_words, struct arena *a,
                 struct run_row **rows, size_t *n, struct err *e);

/* A word that can only be a filter. */
bool judge_is_filter(const char *word);

/* ---- which number of a run ---- */

enum judge_pick {
    JUDGE_LAST, /* mean of the last `window` points */
    JUDGE_BEST, /* the best finite point by the metric's goal; without a goal the greatest */
    JUDGE_AT    /* the last point at or before `step`, of runs that got there */
};
struct judge_how {
    const char *metric; /* NULL: eval/return where a run has it, else the headline of the runs */
    enum judge_pick pick;
    size_t window; /* at least 1 */
    uint64_t step;
    bool count_missing; /* an ended run without a score counts as `missing` instead of not at all */
    double missing;     /* in the metric's own unit */
    /* [runs] The contender of each run by name, for whoever has decided; NULL: by algorithm and
     * parameters. */
    const char *const *sides;
};

struct judge_run {
    struct run_row row;
    size_t contender, task;
    int64_t metric;            /* id; 0: this run has no points of it */
    struct metric_row summary; /* of it */
    double value; /* its score in the metric's own unit; meaningless unless it counts */
    bool counts;
    const char *why; /* it does not, or NULL: an older run of a seed */
};

struct judge_contender {
    const char *name, *algo, *key;
    struct param_row *params; /* of its first run */
    size_t num_params;
};

struct judge_task {
    const char *name, *env, *key;
    struct param_row *params;
    size_t num_params;
    double lo, hi; /* values whose normalised scores are 0 and 1; where there is normalisation */
};

struct judge {
    struct arena arena; /* of everything here but the rows' texts */
    const char *metric, *unit;
    uint32_t goal; /* as rlb_goal: 0 none, 1 minimize, 2 maximize */
    uint32_t flags;
    bool normalised; /* set by judge_normalise */
    struct judge_how how;
    VEC(struct judge_run) runs;
    VEC(struct judge_contender) contenders;
    VEC(struct judge_task) tasks;
    VEC(const char *) notes; /* what a reader must know about the numbers */
};

/* ERR_NOINPUT when no run has the metric; texts of rows must live as long as j. On failure too, j
 * is to be finished. */
int judge_collect(struct judge *j, struct store *s, const struct run_row *rows, size_t n,
                  const struct judge_how *how, struct err *e);
/* ERR_NOINPUT, saying why, when no run has a score. */
int judge_need_scores(const struct judge *j, struct err *e);
void judge_finish(struct judge *j);
/* The rule of the scores in words: "mean of the last 5 points of eval/return (maximize)". */
const char *judge_rule(struct judge *j);
bool judge_minimises(const struct judge *j);
/* The only contender of that name, or whose name contains it. ERR_USAGE. */
int judge_find(const struct judge *j, const char *name, size_t *out, struct err *e);

/* ---- scores ---- */

/* Scores are turned round where the metric is to be minimised, so that larger is better. */
enum judge_scale {
    JUDGE_OWN,       /* own unit, negated for a metric to be minimised */
    JUDGE_NORMALISED /* (value - lo) / (hi - lo) of the task; without normalisation the same as
                        JUDGE_OWN */
};

enum judge_norm {
    NORM_AUTO, /* NORM_MINMAX for several tasks, else NORM_NONE */
    NORM_NONE,
    NORM_MINMAX, /* least and greatest value of the task among the runs that count */
    NORM_GIVEN
};
struct judge_reference { /* for NORM_GIVEN */
    const char *task;    /* NULL: every task that has none of its own */
    double lo, hi;       /* values with score 0 and 1 */
};
/* Decides lo and hi of every task; adds what must be said to the notes. ERR_USAGE when a task has
 * no reference. */
int judge_normalise(struct judge *j, enum judge_norm norm, const struct judge_reference *refs,
                    size_t num_refs, struct err *e);
/* How scores are normalised, in words; "" when they are not. */
const char *judge_norm_text(enum judge_norm norm);

/* One task's scores of a contender in the order of the seeds; seeds may be NULL. Arrays live in a.
 * Returns their number. */
size_t judge_cell(const struct judge *j, size_t contender, size_t task, enum judge_scale scale,
                  struct arena *a, double **scores, uint64_t **seeds);
/* Tasks on which every one of these contenders has scores; returns how many. tasks: [j->tasks.len].
 */
size_t judge_common_tasks(const struct judge *j, const size_t *contenders, size_t n, bool *tasks);
/* The scores of a contender on the tasks marked, one after the other. */
struct stats_scores judge_scores(const struct judge *j, size_t contender, const bool *tasks,
                                 enum judge_scale scale, struct arena *a);
/* An interval of own-unit scores as one of values: turned back where it was turned round. */
struct stats_interval judge_turn_back(const struct judge *j, struct stats_interval i);

/* Matched scores of two contenders on a task: pairs with equal seeds, own scale. */
size_t judge_pairs(const struct judge *j, size_t a, size_t b, size_t task, struct arena *arena,
                   double **of_a, double **of_b);

/* ---- two contenders ---- */

struct judge_difference {
    size_t num_a, num_b; /* runs */
    size_t pairs;        /* with equal seeds; the difference is paired when that is all of them */
    bool paired;
    /* mean of a minus mean of b in the metric's unit: over the pairs, or of runs drawn apart; the
     * interval is NaN where either has but one run */
    struct stats_interval value;
};
struct judge_difference judge_differ(const struct judge *j, size_t a, size_t b, size_t task,
                                     const struct stats_resampling *how);
/* What can honestly be said of it, in one sentence; lives in j. */
const char *judge_sentence(struct judge *j, size_t a, size_t b, size_t task,
                           const struct judge_difference *d);

/* ---- gates ---- */

/* "A>B@0.95": the lower end of the interval of P(A improves on B) is at least 0.95, with two seeds
 * or more of either on every common task. "A>=X", "A<=X": the lower (upper) end of the interval of
 * A's aggregate, as the table shows it, is at least (at most) X. "A - B>=X", "A - B<=X": the same
 * of the difference of an aggregate (not the gap) over the tasks both have, in the metric's own
 * unit; the runs of A and B are drawn apart. */
struct judge_verdict {
    bool holds;
    const char *text; /* the gate, what was found, and whether it holds */
};
int judge_gate(struct judge *j, const char *gate, enum stats_aggregate aggregate, double target,
               const struct stats_resampling *how, struct judge_verdict *out, struct err *e);
/* The aggregate of a contender over the tasks marked, as tables show it: of own-unit scores turned
 * back to values, or of normalised scores. target (of the gap) is in the same units. point NaN when
 * there are no scores. */
struct stats_interval judge_aggregate(const struct judge *j, size_t contender, const bool *tasks,
                                      enum judge_scale scale, enum stats_aggregate aggregate,
                                      double target, const struct stats_resampling *how);
/* P(a improves on b) over the tasks both have; point NaN when there are none. */
struct stats_interval judge_improvement(const struct judge *j, size_t a, size_t b,
                                        const struct stats_resampling *how);
/* The same on one task. */
struct stats_interval judge_improvement_on(const struct judge *j, size_t a, size_t b, size_t task,
                                           const struct stats_resampling *how);

/* The fewest runs of a contender on any of the tasks marked; 0 without scores. */
size_t judge_fewest_seeds(const struct judge *j, size_t contender, const bool *tasks);

/* ---- warnings, into the notes ---- */

/* Cells of fewer than STATS_FEW_SEEDS runs. */
void judge_warn_few_seeds(struct judge *j);
/* What totals (aggregates over the tasks all contenders have, [contenders.len]) leave open, and
 * which tasks they are over. gap: they are optimality gaps, the smaller the better. */
void judge_warn_totals(struct judge *j, const struct stats_interval *totals, bool gap);

#endif
