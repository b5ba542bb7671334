/* The configuration file, $XDG_CONFIG_HOME/rlbench/config.yml: how somebody likes the program. See
 * rlbench-config(5). Options of the command line and variables of the environment come before it.
 */
#ifndef RLBENCH_TUI_CONFIG_H
#define RLBENCH_TUI_CONFIG_H

#include "base/err.h"
#include "base/mem.h"

struct config {
    struct arena arena;
    const char *path;                                       /* of the file, there or not */
    const char *theme, *glyphs, *color, *database, *editor; /* NULL: it does not say */
    int mouse;                                              /* 1 on, 0 off, -1: it does not say */
    int jobs;                                               /* 0: it does not say */
};

/* Reads the file, if there is one, for the whole program, and binds its keys (action_bind). Every
 * mistake, with its place, goes to diags, as the user reads it; then nothing of the file holds.
 * ERR_CONFIG. */
int config_load(struct buf *diags, struct err *e);
/* What was read; before that, and after a mistake, nothing is set but the path. */
const struct config *config_get(void);
/* A text as config_load takes it from the file; out is to be finished with config_finish. */
int config_parse(const char *path, const char *text, size_t n, struct config *out,
                 struct buf *diags, struct err *e);
void config_finish(struct config *c);

#endif
