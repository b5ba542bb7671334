/* A recipe's gates in the terms of judge_gate. */
#ifndef RLBENCH_JUDGE_RECIPE_GATE_H
#define RLBENCH_JUDGE_RECIPE_GATE_H

#include "judge/judge.h"
#include "plan/plan.h"

/* The side of a run: whom the gate calls by a name keeps that name; the others are "others". */
const char *judge_gate_side(const struct plan_gate *g, const struct run_row *row);
/* As `rlbench stats --gate` takes it; owned. */
char *judge_gate_text(const struct plan_gate *g);
/* IQM for stat: poi. */
enum stats_aggregate judge_gate_aggregate(const struct plan_gate *g);

#endif
