#include "config.h"

#include "module/cache.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 64 << 20 };

static char *cache_path(void)
{
    char *folder = place_cache();
    char *path = mem_printf("%s/plugins", folder);
    free(folder);
    return path;
}

/* Names this build of the program: another one may verify differently or write other frames. */
static void name_program(char *out, size_t size)
{
    char *self = place_self();
    struct stat st;
    if (stat(self, &st) < 0)
        memset(&st, 0, sizeof st);
    snprintf(out, size, "%s %lld %lld.%09ld", PACKAGE_VERSION, (long long)st.st_size,
             (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    free(self);
}

static bool read_entries(struct cache *c)
{
    enum wire_type type;
    union wire_any m;
    struct err e;
    char program[200], digest[65];
    ptrdiff_t n = wire_decode(buf_text(&c->file), c->file.len, &type, &m, &e);
    name_program(program, sizeof program);
    if (n <= 0 || type != WIRE_CACHE_HEAD || strcmp(m.cache_head.program, program) != 0)
        return false;
    size_t at = (size_t)n;
    file_sha256_bytes(c->file.data + at, c->file.len - at, digest);
    if (strcmp(m.cache_head.sha256, digest) != 0)
        return false;
    while (at < c->file.len) {
        n = wire_decode(c->file.data + at, c->file.len - at, &type, &m, &e);
        if (n <= 0 || type != WIRE_CACHE_ENTRY)
            return false;
        vec_push(&c->entries, m.cache_entry);
        at += (size_t)n;
    }
    return true;
}

void cache_load(struct cache *c)
{
    *c = (struct cache){.file = {0}};
    char *path = cache_path();
    if (file_read(path, MOST_BYTES, &c->file, NULL) != OK || !read_entries(c))
        c->entries.len = 0;
    free(path);
}

void cache_finish(struct cache *c)
{
    buf_finish(&c->file);
    vec_finish(&c->entries);
}

const struct wire_cache_entry *cache_find(const struct cache *c, const char *path, uint64_t size,
                                          uint64_t mtime_ns)
{
    for (size_t i = 0; i < c->entries.len; i++) {
        const struct wire_cache_entry *x = &c->entries.data[i];
        if (x->size == size && x->mtime_ns == mtime_ns && strcmp(x->path, path) == 0)
            return x;
    }
    return NULL;
}

void cache_store(const struct wire_cache_entry *entries, size_t n)
{
    struct buf body = {0}, file = {0};
    char program[200], digest[65];
    for (size_t i = 0; i < n; i++)
        wire_encode(&body, WIRE_CACHE_ENTRY, &entries[i]);
    name_program(program, sizeof program);
    file_sha256_bytes(buf_text(&body), body.len, digest);
    wire_encode(&file, WIRE_CACHE_HEAD, &(struct wire_cache_head){program, digest});
    buf_add(&file, buf_text(&body), body.len);
    char *folder = place_cache(), *path = cache_path();
    if (file_mkdirs(folder, NULL) == OK)
        file_write_atomic(path, file.data, file.len, NULL);
    free(folder);
    free(path);
    buf_finish(&body);
    buf_finish(&file);
}
