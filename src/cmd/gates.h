/* The gates of a recipe, when the runs of its experiment have ended. */
#ifndef RLBENCH_CMD_GATES_H
#define RLBENCH_CMD_GATES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Judges the experiments of these runs that have gates and no run at work any more: every verdict
 * is an event of the experiment's first run, and printed to stderr when `say`. ERR_FAILED when one
 * is not met. */
int gates_check(const char *database, const int64_t *runs, size_t n, bool say, struct err *e);
/* rlbench --supervise: the supervisor in the background, then the gates. */
int gates_supervise(int argc, char **argv);

#endif
