/* Inside rlbench sweep: what came of one. */
#ifndef RLBENCH_CMD_SWEEP_H
#define RLBENCH_CMD_SWEEP_H

#include "cmd/cmd.h"
#include "judge/sweep.h"
#include "plan/plan.h"
#include "store/store.h"

/* sweep_trials.c: of a sweep that goes by results. What it will try first. */
int sweep_preview(const struct cli *cli, const struct plan *p, struct err *e);
/* What came of its trials; *any: there are some. */
int sweep_print_trials(struct store *s, const struct sweep_results *r, bool json, bool *any,
                       struct err *e);
/* rlbench sweep --resume */
int sweep_resume(const struct cli *cli, struct err *e);

/* rlbench sweep --show */
int sweep_show(const struct cli *cli, struct err *e);

#endif
