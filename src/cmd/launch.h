/* Runs in this process or detached from it: what `run` and `resume` share. */
#ifndef RLBENCH_CMD_LAUNCH_H
#define RLBENCH_CMD_LAUNCH_H

#include "cmd/cmd.h"

#include <stdint.h>

/* The --jobs of this command line, by default one per processor; never more than n. */
int launch_jobs(const struct cli *cli, size_t n, int *jobs, struct err *e);
/* --detach: starts a supervisor and prints the runs. Otherwise runs them here, with progress and
 * the table of results at the end as --quiet and --json ask for. */
int launch_runs(const struct cli *cli, const char *database, const int64_t *runs, size_t n,
                int jobs, struct err *e);

#define LAUNCH_OPTS                                                                                \
    {"jobs", 'j', "N", "runs side by side, by default one per processor"},                         \
        {"detach", 'd', NULL, "go on in the background, also without this terminal"},              \
        {"plain", 0, NULL, "a line for each change instead of one that is rewritten"},             \
        {"quiet", 'q', NULL, "no progress, only the results"},                                     \
    {                                                                                              \
        "json", 0, NULL, "progress and results as JSON lines"                                      \
    }

#endif
