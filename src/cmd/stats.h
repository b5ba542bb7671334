/* The parts of `rlbench stats`: pages for people, and rows for programs. */
#ifndef RLBENCH_CMD_STATS_H
#define RLBENCH_CMD_STATS_H

#include "cmd/judging.h"
#include "cmd/table.h"

enum stats_format { STATS_TABLE, STATS_CSV, STATS_JSON, STATS_MARKDOWN, STATS_LATEX };

struct stats_page {
    struct judging *judging;
    enum judge_norm norm;
    bool aggregates[STATS_NUM_AGGREGATES]; /* which to show */
    enum stats_aggregate first;            /* of those */
    double target;                         /* of the gap */
    bool improvement, profile, paired;
    enum stats_format format;
    VEC(struct judge_verdict) verdicts;
};

/* One number with its interval: a row for programs, a cell for people. */
struct stats_row {
    const char *kind;      /* cell, aggregate, improvement, profile, paired */
    const char *statistic; /* iqm, mean, …; improvement, share, difference, wins */
    const char *algorithm, *versus, *task; /* "": does not apply; task "": all */
    double threshold;                      /* of a profile, else NaN */
    size_t n;                              /* runs (or pairs) behind it */
    struct stats_interval value;
};
/* Every number that the page asks for, one after the other. */
void stats_each(const struct stats_page *p, void (*take)(void *ctx, const struct stats_row *row),
                void *ctx);

/* Every table that the page asks for; it is gone afterwards. */
typedef void stats_take_table(void *ctx, const char *title, const struct table *t);
void stats_tables(const struct stats_page *p, stats_take_table *take, void *ctx);

/* Prints the page in its format to stdout; CSV sends notes to stderr. */
void stats_print(struct stats_page *p);
/* Warnings about the numbers, after what judge->notes has. */
void stats_warn(struct stats_page *p);

/* The gates of --gate into verdicts; *met: all of them hold. */
int stats_check_gates(struct stats_page *p, const struct cli *c, bool *met, struct err *e);

#endif
