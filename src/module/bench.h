/* How fast plugins are, measured with the worker's own parts in a child of this program. */
#ifndef RLBENCH_MODULE_BENCH_H
#define RLBENCH_MODULE_BENCH_H

#include "base/err.h"
#include "module/registry.h"

struct bench_job {
    const struct desc *env, *algo; /* algo NULL: the environment alone, with random actions */
    double seconds;                /* of measuring */
    uint32_t lanes;
};
struct bench_result {
    double steps; /* transitions of all lanes; with an algorithm, steps in its own unit */
    double seconds;
};
/* ERR_DATA when the two do not go together; ERR_FAILED when the child died. */
int bench_run(const struct bench_job *job, struct bench_result *out, struct err *e);

/* The child: `rlbench --bench SECONDS LANES ENV_FILE ENV_ID [ALGO_FILE ALGO_ID]`. Returns the exit
 * code. */
int bench_main(int argc, char **argv);

#endif
