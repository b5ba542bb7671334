/* The gates of a recipe, when its runs have ended. */
#ifndef RLBENCH_CMD_GATES_H
#define RLBENCH_CMD_GATES_H

#include "base/err.h"
#include "plan/plan.h"

/* Judges the plan's runs and prints a line for each gate to stderr, where messages go. ERR_FAILED
 * when one is not met. */
int gates_check(const char *database, const struct plan *plan, const int64_t *runs, struct err *e);

#endif
