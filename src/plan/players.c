/* Which algorithms and environments a recipe is about: known before anything else is read, because
 * what a key may be called depends on them. */
#include "plan/draft.h"

#include <stdlib.h>
#include <string.h>

const char *kind_word(enum desc_kind kind)
{
    return kind == DESC_ALGORITHM ? "algorithm" : "env";
}

bool path_is_param(const char *path, enum desc_kind *kind, const char **name)
{
    static const char *const prefixes[] = {"algorithm.params.", "env.params."};
    for (int k = 0; k < 2; k++)
        if (strncmp(path, prefixes[k], strlen(prefixes[k])) == 0) {
            *kind = k == 0 ? DESC_ALGORITHM : DESC_ENVIRONMENT;
            *name = path + strlen(prefixes[k]);
            return true;
        }
    return false;
}

static void add(struct draft *d, enum desc_kind kind, const char *id)
{
    for (size_t i = 0; i < d->names[kind].len; i++)
        if (strcmp(d->names[kind].data[i], id) == 0)
            return;
    vec_push(&d->names[kind], id);
    const struct desc *desc = registry_find(d->registry, kind, id);
    if (desc)
        vec_push(&d->players, desc);
}

static void add_node(struct draft *d, enum desc_kind kind, const struct node *n)
{
    if (n && n->kind == NODE_SCALAR)
        add(d, kind, n->text);
}

static bool add_set(struct draft *d, enum desc_kind kind, const char *const *sets, size_t n)
{
    size_t stem = strlen(kind_word(kind));
    const char *id = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *rest = sets[i] + stem;
        if (strncmp(sets[i], kind_word(kind), stem) != 0)
            continue;
        if (strncmp(rest, ".name", 5) == 0)
            rest += 5;
        if (*rest == '=')
            id = rest + 1;
    }
    if (id)
        add(d, kind, id);
    return id != NULL;
}

/* Adds what the sweep names; true when it names one for every run. */
static bool add_swept(struct draft *d, enum desc_kind kind)
{
    const char *path = kind == DESC_ALGORITHM ? "algorithm.name" : "env.name";
    const struct node *sweep = node_get(d->recipe->root, "sweep");
    const struct node *spec = node_get(node_get(sweep, "parameters"), path);
    const struct node *values = node_get(spec, "values"), *one = node_get(spec, "value");
    add_node(d, kind, one);
    for (size_t i = 0; values && values->kind == NODE_SEQUENCE && i < values->num_items; i++)
        add_node(d, kind, values->items[i].value);
    if (values || one)
        return true;
    const struct node *runs = node_get(sweep, "runs");
    size_t named = 0;
    if (!runs || runs->kind != NODE_SEQUENCE)
        return false;
    for (size_t i = 0; i < runs->num_items; i++) {
        const struct node *name = node_get(runs->items[i].value, path);
        add_node(d, kind, name);
        named += name != NULL;
    }
    return runs->num_items > 0 && named == runs->num_items;
}

void draft_find_players(struct draft *d, const char *const *sets, size_t num_sets)
{
    static const enum desc_kind kinds[] = {DESC_ALGORITHM, DESC_ENVIRONMENT};
    for (int k = 0; k < 2; k++) {
        if (add_set(d, kinds[k], sets, num_sets))
            continue;
        if (!add_swept(d, kinds[k]))
            add_node(d, kinds[k], node_get(node_get(d->recipe->root, kind_word(kinds[k])), "name"));
    }
}

bool check_param_known(struct draft *d, const struct given *g)
{
    enum desc_kind kind;
    const char *name;
    if (!path_is_param(g->key, &kind, &name))
        return true;
    size_t known = 0;
    for (size_t i = 0; i < d->players.len; i++) {
        if (d->players.data[i]->kind != kind)
            continue;
        known++;
        if (desc_param(d->players.data[i], name) >= 0)
            return true;
    }
    if (known < d->names[kind].len || known == 0)
        return true;
    struct given key = *g;
    key.at = g->key_at;
    given_error(d, &key, hint_unknown_path(d, g->key), "%s is not a parameter of %s", g->key,
                hint_join(d, d->names[kind].data, d->names[kind].len, " or "));
    return false;
}

const char **param_keys(struct draft *d, const struct desc *desc)
{
    for (size_t i = 0; i < d->desc_keys.len; i++)
        if (d->desc_keys.data[i].desc == desc)
            return d->desc_keys.data[i].keys;
    struct desc_keys made = {desc, arena_alloc(d->arena, (desc->num_params + 1) * sizeof(char *))};
    for (size_t i = 0; i < desc->num_params; i++)
        made.keys[i] =
            arena_printf(d->arena, "%s.params.%s", kind_word(desc->kind), desc->params[i].name);
    vec_push(&d->desc_keys, made);
    return made.keys;
}
