/* What the verbs plugins and envs share. */
#ifndef RLBENCH_CMD_PLUGINS_H
#define RLBENCH_CMD_PLUGINS_H

#include "cmd/cmd.h"
#include "module/registry.h"

/* Without an argument the list, with one its page; `only` NULL: of both kinds, and broken ones. */
int plugins_list_or_show(const struct cli *c, const enum desc_kind *only, struct err *e);

/* rlbench plugins check FILE...: one line per check; OK, ERR_FAILED when a check failed, ERR_PLUGIN
 * when a module cannot be loaded. */
int plugins_check(const struct cli *c, struct err *e);
/* rlbench envs dump NAME|RECIPE --out DIR. */
int envs_dump(const struct cli *c, struct err *e);

#endif
