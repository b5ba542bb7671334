/* The conformance checker: does a module keep the rules of <rlbench/plugin.h>? Every check runs in
 * a child process with a time limit; a check that ends the child fails with the way it ended, and
 * the next one starts a new child. */
#ifndef RLBENCH_MODULE_CONFORM_H
#define RLBENCH_MODULE_CONFORM_H

#include "base/err.h"
#include "base/mem.h"
#include "module/registry.h"

enum conform_verdict { CONFORM_BEGUN, CONFORM_OK, CONFORM_FAIL, CONFORM_SKIP };

struct conform_line {
    const char *plugin; /* "algorithm q-learning"; "" for the module itself */
    const char *check;  /* "same seed" */
    const char *text;   /* one sentence */
    enum conform_verdict verdict;
};

struct conform_report {
    struct arena arena;
    VEC(struct conform_line) lines;
    size_t failed, skipped;
    bool loaded; /* false: the module could not even be loaded (the only line says why) */
};

/* Checks one file; every line also goes to `say` (may be NULL) as soon as it is known. Environments
 * of `reg` serve algorithms as worlds. limit_s: seconds for one check. Fails only when no child can
 * be started. */
int conform_run(const char *path, const struct registry *reg, unsigned limit_s,
                void (*say)(void *ctx, const struct conform_line *line), void *ctx,
                struct conform_report *out, struct err *e);
void conform_finish(struct conform_report *r);

/* The child: `rlbench --conform FILE FIRST DEAD [ENV_FILE ENV_ID]...`. Returns the exit code. */
int conform_main(int argc, char **argv);

#endif
