/* The parts of `rlbench report`. */
#ifndef RLBENCH_CMD_REPORT_H
#define RLBENCH_CMD_REPORT_H

#include "cmd/plot.h"
#include "cmd/stats.h"

struct report {
    struct judging *judging;
    struct stats_page stats;
    struct buf html;
};

/* "quickstart, sarsa-lambda" */
void report_title(const struct report *r, struct buf *out);
/* What was run, in the recipes' own words. */
void report_head(struct report *r);
/* Every run with its score; parameters by contender. */
void report_runs(struct report *r);
/* Programs, machines and digests that the runs were made with. */
int report_provenance(struct report *r, struct err *e);
/* The commands and recipes that make the same runs and the same report. */
int report_again(struct report *r, const struct cli *c, struct err *e);

#endif
