/* --set key=value: a whole path, or its last part where that is unique. */
#include "plan/draft.h"

#include <string.h>

/* The whole path a --set key means; NULL after complaining. */
static const char *whole_path(struct draft *d, const struct given *g)
{
    static const char *const heads[] = {"name",  "algorithm.name", "env.name",
                                        "seeds", "seeds.count",    "seeds.base"};
    enum desc_kind kind;
    const char *name;
    if (plan_key_find(g->key) || path_is_param(g->key, &kind, &name) || plan_key_is_dataset(g->key))
        return g->key;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (strcmp(heads[i], g->key) == 0)
            return g->key;
    const char *paths[8];
    size_t n = strchr(g->key, '.') ? 0 : paths_of(d, g->key, paths, 8);
    if (n > 1) {
        given_error(d, g, "write the whole path", "%s could be %s", g->key,
                    hint_join(d, paths, n, " or "));
        return NULL;
    }
    if (n == 1 && (plan_key_find(paths[0]) || path_is_param(paths[0], &kind, &name) ||
                   plan_key_is_dataset(paths[0]) || strcmp(plan_key_last(paths[0]), "name") == 0 ||
                   strncmp(paths[0], "seeds.", 6) == 0))
        return paths[0];
    for (size_t i = 0; i < num_plan_paths; i++)
        if (n == 1 || strcmp(plan_paths[i].path, g->key) == 0) {
            given_error(d, g, "change it in the file", "%s cannot be set here", g->key);
            return NULL;
        }
    if (d->players.len == d->names[0].len + d->names[1].len) /* else it may be one of theirs */
        given_error(d, g, hint_unknown_path(d, g->key), "there is no key %s", g->key);
    return NULL;
}

void draft_read_sets(struct draft *d, const char *const *sets, size_t num_sets)
{
    for (size_t i = 0; i < num_sets; i++) {
        struct given g = {.origin = arena_printf(d->arena, "--set %s", sets[i]), .source = "--set"};
        const char *equals = strchr(sets[i], '=');
        g.key = arena_strndup(d->arena, sets[i], equals ? (size_t)(equals - sets[i]) : 0);
        g.text = equals ? arena_strdup(d->arena, equals + 1) : "";
        if (!equals || !*g.key) {
            given_error(d, &g, NULL, "write --set key=value, such as --set alpha=0.1");
            continue;
        }
        g.key = whole_path(d, &g);
        if (!g.key || !check_param_known(d, &g))
            continue;
        if (strcmp(g.key, "name") == 0)
            d->plan->name = g.text;
        else
            vec_push(&d->sets, g);
    }
}
