/* The exact model of an environment as NumPy arrays, so that anyone can check results with other
 * tools. The work is done by a child, since it needs the plugin. */
#ifndef RLBENCH_MODULE_DUMP_H
#define RLBENCH_MODULE_DUMP_H

#include "base/err.h"
#include "base/mem.h"
#include "module/registry.h"

/* A plugin with values for its parameters: texts "name=value", any number of them. */
struct dump_part {
    const struct desc *desc; /* NULL: none */
    const char *const *values;
    size_t num_values;
};

/* Writes P.npy, R.npy, … of `env` into the folder `out`; when `algo` makes clients of its own, one
 * folder for each of them. What was written is listed in `files`, one path a line. */
int dump_run(const char *out, const struct dump_part *env, const struct dump_part *algo,
             struct buf *files, struct err *e);

/* The child: `rlbench --dump OUT COUNT ENV_FILE ENV_ID [NAME=VALUE]... [ALGO_FILE ALGO_ID
 * [NAME=VALUE]...]`, COUNT values of the environment. Returns the exit code. */
int dump_main(int argc, char **argv);

#endif
