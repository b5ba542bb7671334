/* Inside src/plan: what the files of the JSON Schema share. */
#ifndef RLBENCH_PLAN_SCHEMA_PARTS_H
#define RLBENCH_PLAN_SCHEMA_PARTS_H

#include <jansson.h>

/* What num.h reads, for readers of YAML to whom 1M, 1_000_000 or 1e-3 are text. */
#define NUMBER_PATTERN                                                                             \
    "^[+-]?(([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?[kKMGT]?|\\.?inf)$"

/* An object without unknown properties, but for x- ones. */
json_t *schema_section(const char *doc);
void schema_add(json_t *object, const char *name, json_t *schema);
/* The sentence of a path of the recipe; and a schema with that as its description. */
const char *schema_doc_of(const char *path);
json_t *schema_described(json_t *s, const char *path);

/* schema_lists.c */
json_t *schema_worlds(void);
json_t *schema_early(void);
json_t *schema_alerts(void);
json_t *schema_gates(void);
json_t *schema_extends(void);

#endif
