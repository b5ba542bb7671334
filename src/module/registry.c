/* The registry: folders to files, files to descriptors, through the cache and scanner children. */
#include "module/registry.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "module/cache.h"
#include "module/scan.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MOST_OTHERS = 256 /* entries kept in the cache for files outside the folders of this start */
};
/* A crash or a timeout is looked at again after this long: the machine may have been busy. */
static const int64_t broken_again_us = INT64_C(600) * 1000000;

/* One shared object in a folder that is searched. */
struct found {
    char *path; /* absolute; owned */
    uint64_t size, mtime_ns;
    const struct wire_cache_entry *known; /* from the cache, or NULL */
    struct scan_job job;                  /* when it is not known */
    char sha256[65];
};
typedef VEC(struct found) found_list;

/* ---- folders ---- */

static int by_path(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    return strcmp(x->path, y->path);
}

static bool is_module_name(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".so") == 0 && name[0] != '.';
}

static bool already_found(const found_list *list, const char *path)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->data[i].path, path) == 0)
            return true;
    return false;
}

/* Adds the shared objects of one folder, sorted by name. */
static void search_folder(const char *folder, found_list *list)
{
    size_t before = list->len;
    char *whole = realpath(folder, NULL);
    DIR *dir = whole ? opendir(whole) : NULL;
    for (struct dirent *d; dir && (d = readdir(dir));) {
        struct stat st;
        if (!is_module_name(d->d_name))
            continue;
        char *path = mem_printf("%s/%s", whole, d->d_name);
        if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || already_found(list, path)) {
            free(path);
            continue;
        }
        uint64_t mtime_ns =
            (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec;
        vec_push(list, ((struct found){
                           .path = path, .size = (uint64_t)st.st_size, .mtime_ns = mtime_ns}));
    }
    if (dir)
        closedir(dir);
    free(whole);
    if (list->len > before)
        qsort(list->data + before, list->len - before, sizeof *list->data, by_path);
}

/* A list of folders separated by colons; empty names are skipped. */
static void search_folders(const char *folders, found_list *list)
{
    while (folders && *folders) {
        size_t n = strcspn(folders, ":");
        char *one = mem_printf("%.*s", (int)n, folders);
        if (n)
            search_folder(one, list);
        free(one);
        folders += n + (folders[n] == ':');
    }
}

/* ---- scanning what the cache does not know ---- */

static bool still_good(const struct wire_cache_entry *x)
{
    int64_t age_us = clock_wall_us() - (int64_t)x->scanned_us;
    return x->reason[0] == '\0' || (age_us >= 0 && age_us < broken_again_us);
}

/* Scans the files without an entry; *scanned tells whether there were any. */
static int scan_unknown(found_list *list, bool *scanned, struct err *e)
{
    VEC(struct scan_job) jobs = {0};
    for (size_t i = 0; i < list->len; i++)
        if (!list->data[i].known)
            vec_push(&jobs, ((struct scan_job){.path = list->data[i].path}));
    *scanned = jobs.len > 0;
    int status = jobs.len ? scan_run(jobs.data, jobs.len, e) : OK;
    for (size_t i = 0, k = 0; i < list->len; i++) {
        struct found *f = &list->data[i];
        if (f->known)
            continue;
        f->job = jobs.data[k++];
        if (status == OK && file_sha256(f->path, f->sha256, NULL) != OK)
            f->sha256[0] = '\0';
    }
    vec_finish(&jobs);
    return status;
}

/* The cache after this start: what was found, and what is known of files elsewhere. */
static void update_cache(const struct cache *old, const found_list *list)
{
    VEC(struct wire_cache_entry) entries = {0};
    for (size_t i = 0; i < list->len; i++) {
        const struct found *f = &list->data[i];
        if (f->known)
            vec_push(&entries, *f->known);
        else if (f->job.settled)
            vec_push(&entries, ((struct wire_cache_entry){
                                   .path = f->path,
                                   .size = f->size,
                                   .mtime_ns = f->mtime_ns,
                                   .scanned_us = (uint64_t)clock_wall_us(),
                                   .sha256 = f->sha256,
                                   .reason = f->job.reason,
                                   .frames = {f->job.frames.data, f->job.frames.len}}));
    }
    size_t others = 0;
    for (size_t i = 0; i < old->entries.len && others < MOST_OTHERS; i++) {
        const struct wire_cache_entry *x = &old->entries.data[i];
        if (!already_found(list, x->path) && file_exists(x->path)) {
            vec_push(&entries, *x);
            others++;
        }
    }
    cache_store(entries.data, entries.len);
    vec_finish(&entries);
}

/* ---- assembly ---- */

static void add_broken(struct registry *r, const char *path, const char *reason)
{
    struct broken b = {arena_strdup(&r->arena, path), arena_strdup(&r->arena, reason)};
    vec_push(&r->broken, b);
}

static void add_found(struct registry *r, const struct found *f)
{
    struct err e = ERR_INIT;
    struct wire_bytes frames = {f->job.frames.data, f->job.frames.len};
    const char *reason = f->job.reason, *sha256 = f->sha256;
    if (f->known) {
        frames = f->known->frames;
        reason = f->known->reason[0] ? f->known->reason : NULL;
        sha256 = f->known->sha256;
    }
    if (!reason && scan_decode(r, f->path, sha256, frames, &e) != OK)
        reason = e.text;
    if (reason)
        add_broken(r, f->path, reason);
}

static int by_kind_and_id(const void *a, const void *b)
{
    const struct desc *x = a, *y = b;
    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : strcmp(x->id, y->id);
}

/* Drops every descriptor whose id an earlier folder already gave, then sorts. */
static void settle_descs(struct registry *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->descs.len; i++) {
        const struct desc *d = &r->descs.data[i];
        bool taken = false;
        for (size_t k = 0; k < kept && !taken; k++)
            taken = by_kind_and_id(d, &r->descs.data[k]) == 0;
        if (!taken)
            r->descs.data[kept++] = *d;
    }
    r->descs.len = kept;
    if (kept)
        qsort(r->descs.data, kept, sizeof *r->descs.data, by_kind_and_id);
}

int registry_load(struct registry *r, const char *extra, struct err *e)
{
    found_list list = {0};
    struct cache cache;
    bool scanned = false;
    *r = (struct registry){.arena = {NULL}};
    search_folders(extra, &list);
    search_folders(getenv("RLBENCH_PLUGIN_PATH"), &list);
    search_folder(RLBENCH_PLUGIN_DIR, &list);
    cache_load(&cache);
    for (size_t i = 0; i < list.len; i++) {
        struct found *f = &list.data[i];
        f->known = cache_find(&cache, f->path, f->size, f->mtime_ns);
        if (f->known && !still_good(f->known))
            f->known = NULL;
    }
    int status = scan_unknown(&list, &scanned, e);
    if (status == OK) {
        for (size_t i = 0; i < list.len; i++)
            add_found(r, &list.data[i]);
        settle_descs(r);
        if (scanned)
            update_cache(&cache, &list);
    }
    for (size_t i = 0; i < list.len; i++) {
        free(list.data[i].path);
        scan_job_finish(&list.data[i].job);
    }
    vec_finish(&list);
    cache_finish(&cache);
    if (status != OK)
        registry_finish(r);
    return status;
}

void registry_finish(struct registry *r)
{
    vec_finish(&r->descs);
    vec_finish(&r->broken);
    arena_finish(&r->arena);
}

/* ---- looking up ---- */

const struct desc *registry_find(const struct registry *r, enum desc_kind kind, const char *id)
{
    for (size_t i = 0; i < r->descs.len; i++)
        if (r->descs.data[i].kind == kind && strcmp(r->descs.data[i].id, id) == 0)
            return &r->descs.data[i];
    return NULL;
}

const char *registry_nearest(const struct registry *r, enum desc_kind kind, const char *id)
{
    VEC(const char *) ids = {0};
    for (size_t i = 0; i < r->descs.len; i++)
        if (r->descs.data[i].kind == kind)
            vec_push(&ids, r->descs.data[i].id);
    const char *near = ids.len ? text_nearest(id, ids.data, ids.len) : NULL;
    vec_finish(&ids);
    return near;
}
