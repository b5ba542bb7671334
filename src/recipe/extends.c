/* What a recipe takes from other files, and from its own profiles. */
#include "recipe/parse.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The files that are being read, innermost first. */
struct chain {
    uint32_t file;
    const struct chain *up;
};

/* A path in a recipe starts from the folder of the file it stands in. */
static const char *beside(struct recipe *r, uint32_t file, const char *path)
{
    const char *own = r->files.data[file].path, *slash = strrchr(own, '/');
    if (*path == '/' || !slash)
        return path;
    return arena_printf(&r->arena, "%.*s%s", (int)(slash - own) + 1, own, path);
}

/* "a.yaml, b.yaml, a.yaml" */
static void put_circle(const struct recipe *r, const struct chain *at, uint32_t first,
                       struct buf *out)
{
    if (at->file != first)
        put_circle(r, at->up, first, out);
    buf_printf(out, "%s, ", file_base(r->files.data[at->file].path));
}

static bool is_circle(struct recipe *r, const struct chain *at, struct mark where, uint32_t file)
{
    for (const struct chain *c = at; c; c = c->up) {
        if (c->file != file)
            continue;
        struct buf circle = {0};
        put_circle(r, at, file, &circle);
        recipe_error(r, where, NULL, "a recipe cannot extend itself: %s%s", buf_text(&circle),
                     file_base(r->files.data[file].path));
        buf_finish(&circle);
        return true;
    }
    return false;
}

/* The index of a file that is known already, -1: none. */
static int find_file(const struct recipe *r, const char *path)
{
    char *real = realpath(path, NULL);
    int found = -1;
    for (size_t i = 0; real && found < 0 && i < r->files.len; i++)
        if (strcmp(r->files.data[i].real, real) == 0)
            found = (int)i;
    free(real);
    return found;
}

/* The index of a file, read when it is new; -1 after complaining. */
static int open_file(struct recipe *r, const struct node *item)
{
    const char *path = beside(r, item->at.file, item->text);
    struct buf text = {0};
    struct err e = ERR_INIT;
    struct stat st;
    int file = find_file(r, path);
    if (file >= 0)
        return file;
    bool odd = stat(path, &st) == 0 && !S_ISREG(st.st_mode); /* a pipe may never answer */
    int status = odd ? err_set(&e, ERR_NOINPUT, "%s: not a file", path)
                     : file_read(path, RECIPE_MAX_BYTES + 1, &text, &e);
    if (status != OK && status != ERR_DATA) /* too long: recipe_add_file says so */
        recipe_error(r, item->at, "a path starts from the folder of the file it stands in",
                     "extends: %s", e.text);
    else if (r->files.len >= RECIPE_MAX_FILES)
        recipe_error(r, item->at, NULL, "the recipe is made of more than %d files",
                     RECIPE_MAX_FILES);
    else
        file = (int)recipe_add_file(r, path, buf_text(&text), text.len);
    buf_finish(&text);
    return file;
}

static struct node *without(struct recipe *r, const struct node *m, const char *const *keys)
{
    struct node *n = merge_recipes(&r->arena, NULL, m);
    size_t kept = 0;
    for (size_t i = 0; i < n->num_items; i++) {
        bool drop = false;
        for (size_t k = 0; keys[k]; k++)
            drop = drop || strcmp(n->items[i].key, keys[k]) == 0;
        if (!drop)
            n->items[kept++] = n->items[i];
    }
    n->num_items = kept;
    return n;
}

static struct node *read_whole(struct recipe *r, const struct chain *at);

/* What the file of one item says, with what it extends; NULL after complaining. */
static struct node *read_item(struct recipe *r, const struct chain *at, const struct node *item)
{
    if (item->kind != NODE_SCALAR || !*item->text) {
        recipe_error(r, item->at, "write extends: [common.yaml]",
                     "extends must be a list of files");
        return NULL;
    }
    int file = open_file(r, item);
    if (file < 0 || is_circle(r, at, item->at, (uint32_t)file))
        return NULL;
    if (!r->files.data[file].done) {
        struct node *whole = read_whole(r, &(struct chain){(uint32_t)file, at});
        r->files.data[file].whole = whole; /* files may have moved meanwhile */
        r->files.data[file].done = true;
    }
    return r->files.data[file].whole;
}

/* All that at's file means; NULL when it, or a file below, is not understood. */
static struct node *read_whole(struct recipe *r, const struct chain *at)
{
    static const char *const own_matters[] = {"name", "describe", "duration", "extends", NULL};
    const struct node *own = r->files.data[at->file].own, *list = node_get(own, "extends");
    struct node *under = NULL;
    bool good = own != NULL;
    size_t n = !list ? 0 : list->kind == NODE_SEQUENCE ? list->num_items : 1;
    for (size_t i = 0; i < n; i++) {
        const struct node *item = list->kind == NODE_SEQUENCE ? list->items[i].value : list;
        const struct node *more = read_item(r, at, item);
        if (more)
            under = merge_recipes(&r->arena, under, without(r, more, own_matters));
        good = good && more;
    }
    return good ? merge_recipes(&r->arena, under, own) : NULL;
}

/* ---- profiles ---- */

static void check_profiles(struct recipe *r)
{
    static const char *const never[] = {"version", "extends", "profiles"};
    const struct node *p = r->profiles;
    if (p && p->kind != NODE_MAPPING)
        recipe_error(r, p->at, "write profiles: {quick: {budget: {steps: 20k}}}",
                     "profiles must be a mapping from names to keys of a recipe");
    for (size_t i = 0; p && p->kind == NODE_MAPPING && i < p->num_items; i++) {
        const struct node *profile = p->items[i].value;
        if (profile->kind != NODE_MAPPING)
            recipe_error(
                r, profile->at,
                arena_printf(&r->arena, "write %s: {budget: {steps: 20k}}", p->items[i].key),
                "profile %s must be a mapping of keys of a recipe", p->items[i].key);
        for (size_t k = 0; profile->kind == NODE_MAPPING && k < profile->num_items; k++)
            for (size_t j = 0; j < sizeof never / sizeof never[0]; j++)
                if (strcmp(profile->items[k].key, never[j]) == 0)
                    recipe_error(r, profile->items[k].key_at, NULL, "a profile cannot have %s",
                                 never[j]);
    }
}

void recipe_extend(struct recipe *r)
{
    static const char *const ours[] = {"extends", "profiles", NULL};
    struct node *whole = read_whole(r, &(struct chain){0, NULL});
    if (!whole)
        return;
    r->files.data[0].whole = whole;
    r->profiles = node_get(whole, "profiles");
    r->root = without(r, whole, ours);
    check_profiles(r);
    tree_read_head(r, r->root);
}

/* The same place as a place of the profile. */
static struct mark in_profile(struct recipe *r, struct mark at, const char *name)
{
    for (uint32_t i = 0; i < r->files.len; i++) {
        const struct recipe_file *f = &r->files.data[i];
        if (f->profile && f->text == r->files.data[at.file].text && strcmp(f->profile, name) == 0) {
            at.file = i;
            return at;
        }
    }
    struct recipe_file made = r->files.data[at.file];
    made.profile = arena_strdup(&r->arena, name);
    at.file = (uint32_t)r->files.len;
    vec_push(&r->files, made);
    return at;
}

static struct node *copy_as_profile(struct recipe *r, const struct node *n, const char *name)
{
    struct node *copy = arena_alloc(&r->arena, sizeof *copy);
    *copy = *n;
    copy->at = in_profile(r, n->at, name);
    copy->items = arena_alloc(&r->arena, n->num_items * sizeof *n->items);
    for (size_t i = 0; i < n->num_items; i++) {
        copy->items[i].key = n->items[i].key;
        copy->items[i].key_at = in_profile(r, n->items[i].key_at, name);
        copy->items[i].value = copy_as_profile(r, n->items[i].value, name);
    }
    return copy;
}

static void refuse_profile(struct recipe *r, const char *name)
{
    VEC(const char *) names = {0};
    struct buf text = {0}, hint = {0};
    for (size_t i = 0; r->profiles && i < r->profiles->num_items; i++)
        vec_push(&names, r->profiles->items[i].key);
    const char *near = names.len ? text_nearest(name, names.data, names.len) : NULL;
    if (near)
        buf_printf(&hint, "did you mean %s?", near);
    for (size_t i = 0; !near && i < names.len; i++)
        buf_printf(&hint, "%s%s", i ? ", " : "its profiles: ", names.data[i]);
    buf_printf(&text, "there is no profile '%s'", name);
    recipe_add_diag(
        r, &(struct diag){.origin = arena_printf(&r->arena, "--profile %s", name),
                          .text = buf_text(&text),
                          .hint = names.len ? buf_text(&hint) : "the recipe has no profiles"});
    vec_finish(&names);
    buf_finish(&text);
    buf_finish(&hint);
}

int recipe_use_profile(struct recipe *r, const char *name, struct err *e)
{
    const struct node *profile = node_get(r->profiles, name);
    if (!profile)
        refuse_profile(r, name);
    else if (r->root && profile->kind == NODE_MAPPING)
        r->root = merge_recipes(&r->arena, r->root, copy_as_profile(r, profile, name));
    if (recipe_errors(r))
        return err_set(e, ERR_DATA, "%s: %zu error%s", r->path, recipe_errors(r),
                       recipe_errors(r) == 1 ? "" : "s");
    return OK;
}
