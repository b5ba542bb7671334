#include "tui/recipes_model.h"

#include "tui/match.h"

#include <stdlib.h>
#include <string.h>

void recipes_model_clear(struct recipes_model *m)
{
    for (size_t i = 0; i < m->items.len; i++)
        free(m->items.data[i].checked);
    arena_finish(&m->arena);
    m->items.len = m->shown.len = 0;
}

void recipes_model_finish(struct recipes_model *m)
{
    recipes_model_clear(m);
    vec_finish(&m->items);
    vec_finish(&m->shown);
    free(m->busy);
}

void recipes_model_add(struct recipes_model *m, const struct recipes_item *item)
{
    struct recipes_item copy = *item;
    copy.path = arena_strdup(&m->arena, item->path);
    copy.name = arena_strdup(&m->arena, item->name);
    copy.describe = arena_strdup(&m->arena, item->describe);
    copy.algorithm = arena_strdup(&m->arena, item->algorithm);
    copy.env = arena_strdup(&m->arena, item->env);
    copy.duration = arena_strdup(&m->arena, item->duration);
    copy.checked = mem_strdup(item->checked);
    vec_push(&m->items, copy);
}

static int compare(const void *x, const void *y)
{
    const struct recipes_item *a = x, *b = y;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    int first = (strcmp(b->name, "quickstart") == 0) - (strcmp(a->name, "quickstart") == 0);
    if (first)
        return first;
    int by = strcmp(a->name, b->name);
    return by ? by : strcmp(a->path, b->path);
}

void recipes_model_arrange(struct recipes_model *m)
{
    const struct recipes_item *at = recipes_model_current(m);
    char *path = mem_strdup(at ? at->path : NULL);
    if (m->items.len)
        qsort(m->items.data, m->items.len, sizeof *m->items.data, compare);
    struct match match;
    match_init(&match, m->filter);
    m->shown.len = 0;
    for (size_t i = 0; i < m->items.len; i++) {
        const struct recipes_item *r = &m->items.data[i];
        const char *const texts[] = {r->name, r->describe, r->algorithm, r->env, r->path, NULL};
        if (!match_any(&match, texts))
            continue;
        if (path && strcmp(path, r->path) == 0)
            m->list.at = (int)m->shown.len;
        vec_push(&m->shown, i);
    }
    match_finish(&match);
    free(path);
    list_set_count(&m->list, (int)m->shown.len);
}

struct recipes_item *recipes_model_current(struct recipes_model *m)
{
    return (size_t)m->list.at < m->shown.len ? &m->items.data[m->shown.data[m->list.at]] : NULL;
}

struct recipes_item *recipes_model_find(struct recipes_model *m, const char *path)
{
    for (size_t i = 0; i < m->items.len; i++)
        if (strcmp(m->items.data[i].path, path) == 0)
            return &m->items.data[i];
    return NULL;
}
