/* One recipe over another: mappings key by key, everything else as a whole. */
#include "recipe/parse.h"

#include <string.h>

static void put(struct node *into, const char *key, struct mark key_at, struct node *value)
{
    for (size_t i = 0; i < into->num_items; i++)
        if (strcmp(into->items[i].key, key) == 0) {
            into->items[i].key_at = key_at;
            into->items[i].value = value;
            return;
        }
    into->items[into->num_items].key = key;
    into->items[into->num_items].key_at = key_at;
    into->items[into->num_items++].value = value;
}

/* A copy of m without one key (NULL: with all), with room for more. */
static struct node *copy_mapping(struct arena *arena, const struct node *m, const char *without,
                                 size_t more)
{
    struct node *n = arena_alloc(arena, sizeof *n);
    *n = *m;
    n->items = arena_alloc(arena, (m->num_items + more) * sizeof *n->items);
    n->num_items = 0;
    for (size_t i = 0; i < m->num_items; i++)
        if (!without || strcmp(m->items[i].key, without) != 0)
            n->items[n->num_items++] = m->items[i];
    return n;
}

typedef struct node *merge_fn(struct arena *arena, const char *key, const struct node *under,
                              struct node *over);

static struct node *merge(struct arena *arena, const struct node *under, const char *without,
                          const struct node *over, merge_fn *below)
{
    struct node *n = copy_mapping(arena, under, without, over->num_items);
    n->at = over->at;
    for (size_t i = 0; i < over->num_items; i++) {
        const char *key = over->items[i].key;
        struct node *value = over->items[i].value, *old = node_get(n, key);
        if (old && old->kind == NODE_MAPPING && value->kind == NODE_MAPPING)
            value = below(arena, key, old, value);
        put(n, key, over->items[i].key_at, value);
    }
    return n;
}

static struct node *merge_plain(struct arena *arena, const char *key, const struct node *under,
                                struct node *over)
{
    (void)key;
    return merge(arena, under, NULL, over, merge_plain);
}

static struct node *merge_profile(struct arena *arena, const char *key, const struct node *under,
                                  struct node *over)
{
    (void)key;
    return merge_recipes(arena, under, over);
}

/* Parameters belong to the plugin they were given for. */
static bool names_another(const struct node *under, const struct node *over)
{
    const struct node *a = node_get(under, "name"), *b = node_get(over, "name");
    return a && b && a->kind == NODE_SCALAR && b->kind == NODE_SCALAR &&
           strcmp(a->text, b->text) != 0;
}

static struct node *merge_section(struct arena *arena, const char *key, const struct node *under,
                                  struct node *over)
{
    if (strcmp(key, "seeds") == 0 || strcmp(key, "sweep") == 0)
        return over;
    if (strcmp(key, "profiles") == 0)
        return merge(arena, under, NULL, over, merge_profile);
    bool plugin = strcmp(key, "algorithm") == 0 || strcmp(key, "env") == 0;
    return merge(arena, under, plugin && names_another(under, over) ? "params" : NULL, over,
                 merge_plain);
}

struct node *merge_recipes(struct arena *arena, const struct node *under, const struct node *over)
{
    return under ? merge(arena, under, NULL, over, merge_section)
                 : copy_mapping(arena, over, NULL, 0);
}
