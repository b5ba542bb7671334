#include "tui/compare_diff.h"

#include "base/clock.h"
#include "recipe/recipe.h"

#include <stdlib.h>
#include <string.h>

void compare_diff_finish(struct compare_diff *d)
{
    vec_finish(&d->settings);
    arena_finish(&d->arena);
    *d = (struct compare_diff){0};
}

void compare_diff_set(struct compare_diff *d, size_t group, const char *key, const char *text)
{
    size_t i = 0;
    while (i < d->settings.len && strcmp(d->settings.data[i].key, key) != 0)
        i++;
    if (i == d->settings.len) {
        struct compare_setting fresh = {
            arena_strdup(&d->arena, key),
            arena_alloc(&d->arena, (d->groups + 1) * sizeof(const char *))};
        vec_push(&d->settings, fresh);
    }
    d->settings.data[i].texts[group] = arena_strdup(&d->arena, text);
}

/* ---- the recipe ---- */

/* Names, remarks and what is asked of the results are no settings; parameters are told by the run
 * itself, with what its sweep made of them. */
static bool is_setting(const char *key)
{
    static const char *const others[] = {"version", "name",     "describe",  "duration",
                                         "sweep",   "seeds",    "algorithm", "env",
                                         "gates",   "profiles", "extends"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(key, others[i]) == 0)
            return false;
    return strncmp(key, "x-", 2) != 0;
}

static void add_node(struct compare_diff *d, size_t group, const char *key, const struct node *n)
{
    if (n->kind == NODE_SCALAR)
        compare_diff_set(d, group, key, n->text);
    for (size_t i = 0; n->kind != NODE_SCALAR && i < n->num_items; i++) {
        const char *under = n->items[i].key;
        if (!*key && !is_setting(under))
            continue;
        char *path = under ? mem_printf("%s%s%s", key, *key ? "." : "", under)
                           : mem_printf("%s[%zu]", key, i);
        add_node(d, group, path, n->items[i].value);
        free(path);
    }
}

static int read_recipe(struct compare_diff *d, struct store *s, size_t group, int64_t run,
                       struct err *e)
{
    struct arena tmp = {0};
    struct recipe recipe;
    const char *text;
    int status = store_run_recipe(s, run, "resolved", &tmp, &text, e);
    if (status == OK) {
        if (recipe_parse("the recipe", text, strlen(text), &recipe, e) == OK && recipe.root &&
            recipe.root->kind == NODE_MAPPING)
            add_node(d, group, "", recipe.root);
        recipe_finish(&recipe);
    }
    arena_finish(&tmp);
    return status;
}

/* ---- all of it ---- */

static int read_group(struct compare_diff *d, struct store *s, const struct compare_model *m,
                      size_t group, struct err *e)
{
    struct arena tmp = {0};
    struct run_row run;
    struct param_row *params;
    size_t n = 0;
    int64_t id = m->groups.data[group].run;
    char *ref = arena_printf(&tmp, "%lld", (long long)id);
    int status = store_find_run(s, ref, &tmp, &run, e);
    if (status == OK) {
        compare_diff_set(d, group, "algorithm", run.algo);
        compare_diff_set(d, group, "environment", run.env);
        status = store_run_params(s, id, &tmp, &params, &n, e);
    }
    for (size_t i = 0; status == OK && i < n; i++)
        compare_diff_set(d, group, params[i].key, params[i].text);
    arena_finish(&tmp);
    return status == OK ? read_recipe(d, s, group, id, e) : status;
}

static bool differs(const struct compare_diff *d, const struct compare_setting *s)
{
    for (size_t g = 1; g < d->groups; g++)
        if (!s->texts[g] != !s->texts[0] || (s->texts[g] && strcmp(s->texts[g], s->texts[0]) != 0))
            return true;
    return false;
}

void compare_diff_conclude(struct compare_diff *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->settings.len; i++)
        if (differs(d, &d->settings.data[i]))
            d->settings.data[kept++] = d->settings.data[i];
    d->settings.len = kept;
}

int compare_diff_read(struct compare_diff *d, struct store *s, const struct compare_model *m,
                      int64_t deadline_ns, bool *more, struct err *e)
{
    int status = OK;
    d->groups = m->groups.len;
    *more = false;
    if (d->read >= d->groups)
        return OK;
    do
        status = read_group(d, s, m, d->read++, e);
    while (status == OK && d->read < d->groups && clock_mono_ns() < deadline_ns);
    *more = status == OK && d->read < d->groups;
    if (!*more)
        compare_diff_conclude(d);
    return status;
}
