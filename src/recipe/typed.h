/* What the resolver decided, written as plain YAML and loaded back through libcyaml.
 *
 * The schema is built at run time from the fields (a plugin's parameters are not known before). The
 * load is the typed loader of settings and parameters, and at the same time a second opinion: what
 * libcyaml reads must be what our own parser read. */
#ifndef RLBENCH_RECIPE_TYPED_H
#define RLBENCH_RECIPE_TYPED_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

enum typed_kind { TYPED_BOOL, TYPED_INT, TYPED_UINT, TYPED_REAL, TYPED_ENUM, TYPED_TEXT };

/* One value of a block: `size` bytes (TYPED_TEXT: a char pointer) at `offset`. */
struct typed_field {
    const char *key;
    enum typed_kind kind;
    size_t offset, size;
    const char *const *choices; /* TYPED_ENUM: NULL-terminated, stored as their index */
};

/* Loads a mapping of all the fields into block (block_size bytes); texts go to the arena.
 * ERR_INTERNAL with libcyaml's sentence when it does not fit: the text is ours, so that is a fault
 * of rlbench. */
int typed_load(const struct typed_field *fields, size_t n, const char *yaml, void *block,
               size_t block_size, struct arena *arena, struct err *e);

/* Appends text as a YAML scalar that reads back as exactly this text: plain where that is safe,
 * else in double quotes. */
void yaml_put_scalar(struct buf *out, const char *text);

#endif
