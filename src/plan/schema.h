/* JSON Schema (draft 7) of recipes, for editors. */
#ifndef RLBENCH_PLAN_SCHEMA_H
#define RLBENCH_PLAN_SCHEMA_H

#include "base/mem.h"
#include "module/registry.h"

/* Appends the schema: every key, and for each algorithm and environment of the registry its
 * parameters with ranges, defaults and sentences. */
void schema_write(const struct registry *reg, struct buf *out);

#endif
