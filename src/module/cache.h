/* What earlier scans found, kept in place_cache()/plugins: one entry per shared object, by path,
 * size and time of change. A damaged or foreign file is the same as none. */
#ifndef RLBENCH_MODULE_CACHE_H
#define RLBENCH_MODULE_CACHE_H

#include "base/mem.h"
#include "wire/wire.h"

#include <stdbool.h>

struct cache {
    struct buf file; /* entries point into it */
    VEC(struct wire_cache_entry) entries;
};

/* Never fails: without a readable file the cache is empty. */
void cache_load(struct cache *c);
void cache_finish(struct cache *c);
/* The entry of a file as it is now, or NULL. */
const struct wire_cache_entry *cache_find(const struct cache *c, const char *path, uint64_t size,
                                          uint64_t mtime_ns);
/* Replaces the file; a failure is not an error, the next start scans again. */
void cache_store(const struct wire_cache_entry *entries, size_t n);

#endif
