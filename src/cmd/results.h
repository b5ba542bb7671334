/* What runs came to: one row per group of seeds, and where to look further. */
#ifndef RLBENCH_CMD_RESULTS_H
#define RLBENCH_CMD_RESULTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints the table (or JSON lines) of these runs to stdout. */
int results_print(const char *database, const int64_t *runs, size_t n, bool json, struct err *e);
/* "12", "12 to 21", "12, 14, 20 to 22" into out; returns out. Sorted runs. */
char *results_run_list(const int64_t *runs, size_t n, char *out, size_t size);

#endif
