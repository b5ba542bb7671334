/* How runs are doing, for somebody who waits: a line rewritten in place on a terminal, a line now
 * and then elsewhere, or JSON lines. No terminal mode is changed, so there is nothing to restore.
 */
#ifndef RLBENCH_CMD_PROGRESS_H
#define RLBENCH_CMD_PROGRESS_H

#include "supervisor/supervisor.h"

#include <stdbool.h>
#include <stdio.h>

struct progress {
    bool quiet, json, terminal;
    char *shown;  /* the line on the terminal */
    char *notice; /* the last one told */
    int *states;  /* the last ones told, by run */
    size_t num_states;
    int64_t next_ns; /* of the next line when not on a terminal */
};
/* plain: lines, on a terminal too. */
void progress_init(struct progress *p, bool quiet, bool json, bool plain);
/* For supervisor_options.progress; ctx is the struct progress. */
void progress_show(void *ctx, const struct supervisor_progress *s);
/* Leaves the terminal's line. */
void progress_finish(struct progress *p);
/* The line itself: "2 of 10 done, 4 running  47%  1.2M steps/s  1m12s left". */
void progress_line(const struct supervisor_progress *s, char *out, size_t size);

#endif
