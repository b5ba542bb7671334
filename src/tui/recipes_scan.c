/* Which recipes there are: the shipped ones, one's own, and those of the working folder. */
#include "base/file.h"
#include "recipe/recipe.h"
#include "tui/recipes_model.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_FILES = 2000 };

struct found {
    char *path;
    enum origin origin;
};
struct scan {
    VEC(struct found) files;
    uint64_t stamp;
};

static void mix(uint64_t *stamp, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++)
        *stamp = (*stamp ^ b[i]) * UINT64_C(1099511628211);
}

static bool is_yaml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return name[0] != '.' && dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static bool known(const struct scan *s, const char *path)
{
    char *a = realpath(path, NULL);
    bool same = false;
    for (size_t i = 0; a && !same && i < s->files.len; i++) {
        char *b = realpath(s->files.data[i].path, NULL);
        same = b && strcmp(a, b) == 0;
        free(b);
    }
    free(a);
    return same;
}

static void look_into(struct scan *s, const char *folder, enum origin origin)
{
    DIR *d = opendir(*folder ? folder : ".");
    if (!d)
        return;
    const struct dirent *entry;
    while ((entry = readdir(d)) && s->files.len < MOST_FILES) {
        if (!is_yaml(entry->d_name))
            continue;
        char *path =
            *folder ? mem_printf("%s/%s", folder, entry->d_name) : mem_strdup(entry->d_name);
        struct stat st;
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
            (origin == ORIGIN_HERE && known(s, path))) {
            free(path);
            continue;
        }
        mix(&s->stamp, path, strlen(path));
        mix(&s->stamp, &st.st_mtim, sizeof st.st_mtim);
        mix(&s->stamp, &st.st_size, sizeof st.st_size);
        struct found f = {path, origin};
        vec_push(&s->files, f);
    }
    closedir(d);
}

/* Without a name of its own a recipe goes by that of its file. */
static void read_one(struct recipes_model *m, const struct found *f)
{
    struct recipe r;
    struct err e = ERR_INIT;
    int status = recipe_read(f->path, &r, &e);
    char *base = mem_strdup(file_base(f->path));
    *strrchr(base, '.') = '\0';
    struct buf diags = {0};
    recipe_print_diags(&r, &diags);
    struct recipes_item item = {.origin = f->origin,
                                .path = f->path,
                                .name = r.name && *r.name ? r.name : base,
                                .describe = r.describe ? r.describe : "",
                                .algorithm = r.algorithm ? r.algorithm : "",
                                .env = r.env ? r.env : "",
                                .duration = r.duration ? r.duration : "",
                                .errors = (int)recipe_errors(&r)};
    if (status != OK) {
        item.errors = item.errors ? item.errors : 1;
        item.checked = diags.len ? diags.data : e.text;
        for (size_t i = 0; i < r.diags.len && !item.line; i++)
            if (!r.diags.data[i].warning) {
                item.line = r.diags.data[i].at.line;
                item.column = r.diags.data[i].at.column;
            }
    }
    recipes_model_add(m, &item);
    buf_finish(&diags);
    free(base);
    recipe_finish(&r);
}

bool recipes_scan(struct recipes_model *m)
{
    struct scan s = {.stamp = UINT64_C(14695981039346656037)};
    char *shipped = place_recipes(), *own = place_own_recipes();
    look_into(&s, shipped, ORIGIN_SHIPPED);
    look_into(&s, own, ORIGIN_OWN);
    look_into(&s, "recipes", ORIGIN_HERE);
    look_into(&s, "", ORIGIN_HERE);
    free(shipped);
    free(own);
    bool changed = s.stamp != m->stamp;
    if (changed) {
        struct recipes_item *at = recipes_model_current(m);
        char *path = mem_strdup(at ? at->path : NULL);
        recipes_model_clear(m);
        for (size_t i = 0; i < s.files.len; i++)
            read_one(m, &s.files.data[i]);
        recipes_model_arrange(m);
        for (size_t i = 0; path && i < m->shown.len; i++)
            if (strcmp(m->items.data[m->shown.data[i]].path, path) == 0)
                m->list.at = (int)i;
        free(path);
        list_set_count(&m->list, (int)m->shown.len);
        m->stamp = s.stamp;
    }
    for (size_t i = 0; i < s.files.len; i++)
        free(s.files.data[i].path);
    vec_finish(&s.files);
    return changed;
}
