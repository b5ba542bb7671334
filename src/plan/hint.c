/* What to say about a name nobody knows: where it belongs, or what was probably meant. */
#include "plan/draft.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *prefixed(const struct draft *d, const char *prefix, const char *key)
{
    return *prefix ? arena_printf(d->arena, "%s.%s", prefix, key) : key;
}

const char *hint_join(struct draft *d, const char *const *words, size_t n, const char *last)
{
    struct buf b = {0};
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : i + 1 == n ? last : ", ", words[i]);
    const char *text = arena_strdup(d->arena, buf_text(&b));
    buf_finish(&b);
    return text;
}

const char *hint_about(struct draft *d, const rlb_param *p)
{
    char text[700], def[200];
    if (p->type == RLB_T_ENUM) /* the complaint has listed the choices */
        return arena_printf(d->arena, "default %s: %s", param_format(p, p->def, def, sizeof def),
                            p->doc);
    return arena_printf(d->arena, "%s: %s", param_describe(p, text, sizeof text), p->doc);
}

const char *hint_about_key(struct draft *d, const struct plan_key *k)
{
    char text[700];
    if (k->as.type == RLB_T_ENUM)
        return hint_about(d, &k->as);
    return arena_printf(d->arena, "%s: %s", plan_key_describe(k, text, sizeof text), k->as.doc);
}

const char *hint_about_path(struct draft *d, const char *path)
{
    enum desc_kind kind;
    const char *name;
    const struct plan_key *k = plan_key_find(path);
    if (k)
        return hint_about_key(d, k);
    for (size_t i = 0; path_is_param(path, &kind, &name) && i < d->players.len; i++) {
        const struct desc *desc = d->players.data[i];
        int at = desc->kind == kind ? desc_param(desc, name) : -1;
        if (at >= 0)
            return hint_about(d, &desc->params[at]);
    }
    return NULL;
}

/* "it is a parameter of sarsa", of a plugin the recipe does not use, or NULL. */
static const char *hint_of_others(struct draft *d, const char *name)
{
    const char *ids[6];
    size_t n = 0;
    for (size_t i = 0; i < d->registry->descs.len && n < 6; i++)
        if (desc_param(&d->registry->descs.data[i], name) >= 0)
            ids[n++] = d->registry->descs.data[i].id;
    return n ? arena_printf(d->arena, "%s is a parameter of %s", name,
                            hint_join(d, ids, n, " and "))
             : NULL;
}

size_t paths_of(const struct draft *d, const char *name, const char **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < num_plan_paths && n < max; i++) {
        const char *path = plan_paths[i].path;
        bool names = strcmp(plan_key_last(path), "name") == 0 && strchr(path, '.');
        size_t stem = strlen(path) - (names ? strlen(".name") : 0);
        if (names ? strlen(name) == stem && strncmp(path, name, stem) == 0
                  : strcmp(plan_key_last(path), name) == 0)
            out[n++] = path;
    }
    for (size_t i = 0; i < d->players.len && n < max; i++) {
        const struct desc *desc = d->players.data[i];
        if (desc_param(desc, name) < 0)
            continue;
        const char *path = arena_printf(d->arena, "%s.params.%s", kind_word(desc->kind), name);
        bool known = false;
        for (size_t j = 0; j < n; j++)
            known = known || strcmp(out[j], path) == 0;
        if (!known)
            out[n++] = path;
    }
    return n;
}

/* Where a key that is unknown here belongs, or NULL. */
static const char *hint_elsewhere(struct draft *d, const char *key)
{
    const char *paths[8];
    size_t n = paths_of(d, key, paths, 8);
    if (n == 0)
        return NULL;
    if (n > 1)
        return arena_printf(d->arena, "it could be %s", hint_join(d, paths, n, " or "));
    const char *dot = strrchr(paths[0], '.');
    if (!dot)
        return arena_printf(d->arena, "%s belongs at the top level of the recipe", key);
    if (strcmp(key, "algorithm") == 0 || strcmp(key, "env") == 0)
        return arena_printf(d->arena, "did you mean %s?", paths[0]);
    return arena_printf(d->arena, "%s belongs under %.*s", key, (int)(dot - paths[0]), paths[0]);
}

/* The names allowed at prefix, without repeats. */
static size_t children(struct draft *d, const char *prefix, const char **out, size_t max)
{
    size_t n = 0, skip = *prefix ? strlen(prefix) + 1 : 0;
    for (size_t i = 0; i < num_plan_paths && n < max; i++) {
        const char *path = plan_paths[i].path;
        if (skip && (strncmp(path, prefix, skip - 1) != 0 || path[skip - 1] != '.'))
            continue;
        const char *name = arena_strndup(d->arena, path + skip, strcspn(path + skip, "."));
        if (n == 0 || strcmp(out[n - 1], name) != 0)
            out[n++] = name;
    }
    return n;
}

const char *hint_unknown_key(struct draft *d, const char *prefix, const char *key)
{
    const char *path = prefixed(d, prefix, key);
    if (plan_key_is_later(path))
        return "comes in a later version";
    const char *elsewhere = hint_elsewhere(d, key);
    if (elsewhere)
        return elsewhere;
    const char *names[32];
    size_t n = children(d, prefix, names, 32);
    const char *near = text_nearest(key, names, n);
    if (!near)
        return arena_printf(d->arena, "keys %s%s: %s", *prefix ? "of " : "of a recipe", prefix,
                            hint_join(d, names, n, ", "));
    const struct plan_key *k = plan_key_find(prefixed(d, prefix, near));
    if (k)
        return arena_printf(d->arena, "did you mean %s? (%s)", near, hint_about_key(d, k));
    return arena_printf(d->arena, "did you mean %s?", near);
}

static const char *hint_near_param(struct draft *d, enum desc_kind kind, const char *name)
{
    VEC(const char *) names = {0};
    for (size_t i = 0; i < d->players.len; i++)
        for (size_t j = 0; d->players.data[i]->kind == kind && j < d->players.data[i]->num_params;
             j++)
            vec_push(&names, d->players.data[i]->params[j].name);
    const char *near = names.len ? text_nearest(name, names.data, names.len) : NULL;
    const char *hint = NULL;
    if (near)
        for (size_t i = 0; i < d->players.len && !hint; i++) {
            const struct desc *desc = d->players.data[i];
            int at = desc->kind == kind ? desc_param(desc, near) : -1;
            char text[700];
            if (at >= 0)
                hint = arena_printf(d->arena, "did you mean %s? (%s: %s)", near,
                                    param_describe(&desc->params[at], text, sizeof text),
                                    desc->params[at].doc);
        }
    else if (names.len)
        hint =
            arena_printf(d->arena, "its parameters: %s", hint_join(d, names.data, names.len, ", "));
    vec_finish(&names);
    return hint ? hint : "it has no parameters";
}

const char *hint_unknown_path(struct draft *d, const char *path)
{
    enum desc_kind kind;
    const char *name;
    if (plan_key_is_later(path))
        return "comes in a later version";
    if (path_is_param(path, &kind, &name)) {
        const char *elsewhere = hint_about_path(d, path) ? NULL : hint_elsewhere(d, name);
        if (!elsewhere)
            elsewhere = hint_of_others(d, name);
        return elsewhere ? elsewhere : hint_near_param(d, kind, name);
    }
    const char *paths[8];
    size_t n = paths_of(d, plan_key_last(path), paths, 8);
    if (n)
        return arena_printf(d->arena, "did you mean %s?", hint_join(d, paths, n, " or "));
    const char *others = hint_of_others(d, plan_key_last(path));
    if (others)
        return others;
    VEC(const char *) all = {0};
    for (size_t i = 0; i < num_plan_paths; i++) {
        vec_push(&all, plan_paths[i].path);
        vec_push(&all, plan_key_last(plan_paths[i].path));
    }
    for (size_t i = 0; i < d->players.len; i++)
        for (size_t j = 0; j < d->players.data[i]->num_params; j++) {
            vec_push(&all, param_keys(d, d->players.data[i])[j]);
            vec_push(&all, d->players.data[i]->params[j].name);
        }
    const char *near = text_nearest(path, all.data, all.len);
    vec_finish(&all);
    return near ? arena_printf(d->arena, "did you mean %s?", near)
                : "paths look like algorithm.params.alpha, env.lanes or budget.steps";
}

const char *hint_unknown_desc(struct draft *d, enum desc_kind kind, const char *id)
{
    const struct registry *reg = d->registry;
    for (size_t i = 0; i < reg->broken.len; i++) {
        const char *slash = strrchr(reg->broken.data[i].path, '/');
        const char *base = slash ? slash + 1 : reg->broken.data[i].path;
        if (*id && strncmp(base, id, strlen(id)) == 0)
            return arena_printf(d->arena, "%s is broken: %s", reg->broken.data[i].path,
                                reg->broken.data[i].reason);
    }
    if (registry_find(reg, kind == DESC_ALGORITHM ? DESC_ENVIRONMENT : DESC_ALGORITHM, id))
        return kind == DESC_ALGORITHM ? "it is an environment: it belongs in env.name"
                                      : "it is an algorithm: it belongs in algorithm.name";
    const char *near = registry_nearest(reg, kind, id);
    if (near)
        return arena_printf(d->arena, "did you mean %s?", near);
    VEC(const char *) ids = {0};
    for (size_t i = 0; i < reg->descs.len; i++)
        if (reg->descs.data[i].kind == kind)
            vec_push(&ids, reg->descs.data[i].id);
    const char *hint =
        ids.len ? arena_printf(d->arena, "there are %s", hint_join(d, ids.data, ids.len, " and "))
                : "no plugin was found; rlbench doctor says where it looks";
    vec_finish(&ids);
    return hint;
}
