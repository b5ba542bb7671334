/* What the verbs that judge share: which runs, which score, how intervals are made. */
#ifndef RLBENCH_CMD_JUDGING_H
#define RLBENCH_CMD_JUDGING_H

#include "cmd/cmd.h"
#include "judge/judge.h"

/* Rows of the option tables: how a run's score is made, and how intervals are. */
#define SCORE_OPTS                                                                                 \
    {"metric", 'm', "METRIC", "judge by this metric (default: eval/return, else the headline)"},   \
        {"window", 'w', "N", "a run's score is the mean of its last N points (default 1)"},        \
        {"at", 0, "STEP", "a run's score is its last point at or before STEP"},                    \
        {"best", 0, NULL, "a run's score is its best point"},                                      \
    {                                                                                              \
        "missing", 0, "VALUE", "an ended run without a score counts as VALUE"                      \
    }
#define INTERVAL_OPTS                                                                              \
    {"replicates", 'R', "N", "replicates of the bootstrap (default 50000)"},                       \
    {                                                                                              \
        "confidence", 0, "P", "of the intervals (default 0.95)"                                    \
    }

struct judging {
    struct store *store;
    struct arena arena; /* rows and their texts */
    struct run_row *rows;
    size_t num_rows;
    struct judge judge;
    struct stats_resampling resampling;
};

/* Opens the database and reads the options of scores. On failure too, close it. */
int judging_start(struct judging *g, const struct cli *c, struct judge_how *how, struct err *e);
/* The same, then judges the runs that the words mean. */
int judging_open(struct judging *g, const struct cli *c, const char *const *words, size_t n,
                 struct err *e);
void judging_close(struct judging *g);
/* --normalize, repeatable: auto, none, minmax, LO:HI or TASK=LO:HI; *norm says which it was. */
int judging_normalise(struct judging *g, const struct cli *c, enum judge_norm *norm, struct err *e);

/* An option that is a whole number from lo on; what is there stays when it is not given. */
int cli_get_size(const struct cli *c, const char *name, size_t lo, size_t *out, struct err *e);
int cli_get_real(const struct cli *c, const char *name, double *out, struct err *e);

/* "0.95 [0.91, 0.98]", "0.95" without an interval, "-" for NaN; in the arena. */
const char *interval_text(struct stats_interval i, struct arena *a);

#endif
