/* The registry: what plugins exist and what their tables say, copied out of the shared objects.
 *
 * Nothing here maps a plugin into this process: module_scan() runs a short-lived child of this
 * program for each file
 * (`rlbench --scan FILE`), which loads it, verifies its tables and prints them as one wire frame. A
 * child that crashes, hangs (5 s) or prints nonsense makes a `broken` entry with the reason.
 * Results are cached by path, size and mtime in place_cache() so that an unchanged folder costs one
 * stat per file. */
#ifndef RLBENCH_MODULE_REGISTRY_H
#define RLBENCH_MODULE_REGISTRY_H

#include "base/err.h"
#include "base/mem.h"
#include <rlbench/plugin.h>

#include <stdbool.h>

enum desc_kind { DESC_ALGORITHM, DESC_ENVIRONMENT };

/* One algorithm or environment. All pointers live as long as the registry. */
struct desc {
    enum desc_kind kind;
    const char *id, *title, *doc, *citation, *version,
        *step_unit; /* step_unit "" for environments */
    uint32_t flags;
    const rlb_param *params; /* stride sizeof(rlb_param); def.s and choices copied */
    size_t num_params;
    const rlb_metric *metrics; /* algorithms only */
    size_t num_metrics;
    const rlb_view *views;
    size_t num_views;
    const char *path;   /* of the shared object */
    const char *sha256; /* of the shared object, hexadecimal */
    const char *build;
    uint16_t abi_major, abi_minor;
    bool has_act, has_save;
};

struct broken {
    const char *path, *reason;
};

struct registry {
    struct arena arena;
    VEC(struct desc) descs; /* sorted by kind, id */
    VEC(struct broken) broken;
};

/* Folders searched, in order: extra (colon list, may be NULL; --plugin-path), RLBENCH_PLUGIN_PATH,
 * the installed folder. The first of two plugins with one id wins. A folder that is not there is
 * skipped. */
int registry_load(struct registry *r, const char *extra, struct err *e);
void registry_finish(struct registry *r);
/* NULL when there is none. */
const struct desc *registry_find(const struct registry *r, enum desc_kind kind, const char *id);
/* Nearest existing id for a did-you-mean, or NULL. */
const char *registry_nearest(const struct registry *r, enum desc_kind kind, const char *id);
/* Index of a parameter by name, -1 when there is none. */
int desc_param(const struct desc *d, const char *name);

/* A parameter's value from text, checked against its row: the one place where text becomes a value
 * (recipes, --set, worker). On success *out is set (strings borrow text) and NULL returned; else a
 * sentence in the caller's buffer
 * ("must be at least 1e-6, found 0"; "is not one of softmax, eps_greedy; did you mean softmax?").
 */
const char *param_parse(const rlb_param *p, const char *text, rlb_value *out, char *why,
                        size_t size);
/* The value as canonical text (reads back equal); returns out. */
char *param_format(const rlb_param *p, rlb_value v, char *out, size_t size);
/* "real, 1e-6 to 1, default 0.01" for messages and man pages; returns out. */
char *param_describe(const rlb_param *p, char *out, size_t size);

#endif
