/* What the files of judge share. */
#ifndef RLBENCH_JUDGE_PARTS_H
#define RLBENCH_JUDGE_PARTS_H

#include "judge/judge.h"

void judge_note(struct judge *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Names of contenders and tasks (names.c): as short as tells them apart. */
void judge_name(struct judge *j);
/* The metric to judge by (metric.c): sets j->metric, unit, goal and flags. */
int judge_choose_metric(struct judge *j, struct store *s, struct err *e);
/* Scores of all runs and what to say about those without (score.c). */
int judge_score_runs(struct judge *j, struct store *s, struct err *e);

#endif
