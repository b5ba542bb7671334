/* A program of the system, started for its output. */
#ifndef RLBENCH_BASE_CHILD_H
#define RLBENCH_BASE_CHILD_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/* Runs argv (found along PATH) with the variables `unset` (NULL-terminated, may be NULL) taken from
 * its environment, nothing to read and nowhere to complain, and appends at most `most` bytes of
 * what it prints to out. True when it ended with exit code 0 within timeout_ms; it is killed when
 * it does not end. */
bool child_output(const char *const *argv, const char *const *unset, int timeout_ms, size_t most,
                  struct buf *out);

#endif
