/* The file's own values: every key checked against the rows of keys.c. */
#include "plan/draft.h"

#include "base/num.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

bool node_is_nothing(const struct node *n)
{
    return n->kind == NODE_SCALAR && !n->quoted &&
           (!*n->text || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0);
}

const char *node_kind_name(const struct node *n)
{
    return n->kind == NODE_MAPPING    ? "a mapping"
           : n->kind == NODE_SEQUENCE ? "a list"
           : node_is_nothing(n)       ? "nothing"
                                      : "text";
}

struct mark node_key_mark(const struct node *m, const char *key)
{
    for (size_t i = 0; m && m->kind == NODE_MAPPING && i < m->num_items; i++)
        if (strcmp(m->items[i].key, key) == 0)
            return m->items[i].key_at;
    return (struct mark){1, 1, 0, 0};
}

struct item {
    const char *path; /* whole */
    struct mark key_at;
    const struct node *value;
};

void draft_doubt(struct draft *d, const char *path)
{
    static const char *const sections[] = {"algorithm", "env", "budget"};
    const char *paths[8];
    size_t n = paths_of(d, plan_key_last(path), paths, 8);
    for (int s = 0; s < 3; s++) {
        size_t stem = strlen(sections[s]);
        bool doubt = text_nearest(path, &sections[s], 1) != NULL ||
                     (strncmp(path, sections[s], stem) == 0 && strchr(".", path[stem]));
        for (size_t i = 0; i < n; i++)
            doubt = doubt || strncmp(paths[i], sections[s], stem) == 0;
        d->unclear[s] = d->unclear[s] || doubt;
    }
}

/* Records a single value; complains about lists, mappings and nothing. */
static void give(struct draft *d, const struct item *it)
{
    const char *hint = hint_about_path(d, it->path);
    if (node_is_nothing(it->value)) {
        draft_doubt(d, it->path);
        recipe_error(d->recipe, it->key_at, hint, "%s has no value", it->path);
        return;
    }
    if (it->value->kind != NODE_SCALAR) {
        draft_doubt(d, it->path);
        recipe_error(d->recipe, it->value->at,
                     it->value->kind == NODE_SEQUENCE
                         ? "to try several values, list them under sweep.parameters"
                         : hint,
                     "%s must be a single value, found %s", it->path, node_kind_name(it->value));
        return;
    }
    struct given g = {.key = it->path,
                      .text = it->value->text,
                      .key_at = it->key_at,
                      .at = it->value->at,
                      .source = draft_source(d, it->value->at, false)};
    vec_push(&d->file, g);
}

static void read_params(struct draft *d, const struct item *it)
{
    if (node_is_nothing(it->value))
        return;
    if (it->value->kind != NODE_MAPPING) {
        recipe_error(d->recipe, it->value->at, "write params: {name: value, ...}",
                     "%s must be a mapping of parameters, found %s", it->path,
                     node_kind_name(it->value));
        return;
    }
    for (size_t i = 0; i < it->value->num_items; i++) {
        struct item param = {arena_printf(d->arena, "%s.%s", it->path, it->value->items[i].key),
                             it->value->items[i].key_at, it->value->items[i].value};
        struct given probe = {.key = param.path, .key_at = param.key_at};
        if (strncmp(it->value->items[i].key, "x-", 2) != 0 && check_param_known(d, &probe))
            give(d, &param);
    }
}

/* A text about the recipe itself. */
static const char *read_text(struct draft *d, const struct item *it)
{
    if (it->value->kind != NODE_SCALAR)
        recipe_error(d->recipe, it->value->at, "text that starts with [ or { needs quotes",
                     "%s must be text, found %s", it->path, node_kind_name(it->value));
    return it->value->kind != NODE_SCALAR || node_is_nothing(it->value)
               ? ""
               : arena_strdup(d->arena, it->value->text);
}

static void read_version(struct draft *d, const struct item *it)
{
    int64_t version;
    if (it->value->kind != NODE_SCALAR || num_parse_int(it->value->text, &version) || version < 1)
        recipe_error(d->recipe, it->value->at, "write version: 1", "version must be 1");
    else if (version > 1)
        recipe_error(d->recipe, it->value->at, "this rlbench reads version 1",
                     "version %lld is of a newer rlbench", (long long)version);
}

static void read_name(struct draft *d, const struct item *it)
{
    d->plan->name = read_text(d, it);
    if (it->value->kind != NODE_SCALAR)
        return;
    if (!*d->plan->name)
        recipe_error(d->recipe, it->key_at, "leave it out to use the file's name",
                     "name has no value");
    else if (strlen(d->plan->name) > 200 || strpbrk(d->plan->name, "\n\r\t"))
        recipe_error(d->recipe, it->value->at, "longer text belongs in describe",
                     "name must be one line of at most 200 bytes");
}

static void read_describe(struct draft *d, const struct item *it)
{
    d->plan->describe = read_text(d, it);
}

static void read_duration(struct draft *d, const struct item *it)
{
    d->duration = read_text(d, it);
}

static void keep_seeds(struct draft *d, const struct item *it)
{
    d->seeds = it->value;
    d->seeds_at = it->key_at;
}

static void keep_sweep(struct draft *d, const struct item *it)
{
    d->sweep = it->value;
    d->sweep_at = it->key_at;
}

static void read_alerts(struct draft *d, const struct item *it)
{
    draft_read_alerts(d, it->value);
}

static void read_gates(struct draft *d, const struct item *it)
{
    draft_read_gates(d, it->value);
}

static void read_worlds(struct draft *d, const struct item *it)
{
    draft_read_worlds(d, it->value, it->key_at);
}

static const struct {
    const char *path;
    void (*read)(struct draft *d, const struct item *it);
} readers[] = {
    {"version", read_version},    {"name", read_name},
    {"describe", read_describe},  {"duration", read_duration},
    {"seeds", keep_seeds},        {"sweep", keep_sweep},
    {"env.name", give},           {"algorithm.name", give},
    {"env.params", read_params},  {"algorithm.params", read_params},
    {"eval.worlds", read_worlds}, {"alerts", read_alerts},
    {"gates", read_gates},        {"dataset.path", give},
    {"dataset.sha256", give},
};

/* What a section most often holds: for the hint when something else stands there. */
static const char *section_hint(struct draft *d, const struct item *it)
{
    const char *colon = it->value->kind == NODE_SCALAR ? strchr(it->value->text, ':') : NULL;
    if (colon && colon[1] != ' ' && strlen(it->value->text) < 60)
        return arena_printf(d->arena, "put a space after the colon: %.*s: %s",
                            (int)(colon - it->value->text), it->value->text, colon + 1);
    static const struct {
        const char *section, *key, *example;
    } main_keys[] = {{"env", "name", "gridworld"}, {"algorithm", "name", "q-learning"},
                     {"budget", "steps", "100k"},  {"eval", "every", "10k"},
                     {"log", "every", "1000"},     {"checkpoint", "every", "100k"},
                     {"limits", "memory", "2G"},   {"dataset", "path", "maze.rlbd"}};
    bool usable = it->value->kind == NODE_SCALAR && !node_is_nothing(it->value) &&
                  strlen(it->value->text) < 60;
    for (size_t i = 0; i < sizeof main_keys / sizeof main_keys[0]; i++)
        if (strcmp(main_keys[i].section, it->path) == 0)
            return arena_printf(d->arena, "write %s: {%s: %s}", it->path, main_keys[i].key,
                                usable ? it->value->text : main_keys[i].example);
    return NULL;
}

static void refuse_key(struct draft *d, const char *prefix, const struct item *it)
{
    draft_doubt(d, it->path);
    recipe_error(d->recipe, it->key_at,
                 hint_unknown_key(d, prefix, it->path + (*prefix ? strlen(prefix) + 1 : 0)),
                 "%s is not a key of recipes", it->path);
}

static void read_section(struct draft *d, const struct node *m, const char *prefix);

static void read_item(struct draft *d, const char *prefix, const struct item *it)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (strcmp(readers[i].path, it->path) == 0) {
            readers[i].read(d, it);
            return;
        }
    if (plan_key_find(it->path))
        give(d, it);
    else if (!plan_key_is_section(it->path))
        refuse_key(d, prefix, it);
    else if (it->value->kind == NODE_MAPPING)
        read_section(d, it->value, it->path);
    else if (!node_is_nothing(it->value)) {
        draft_doubt(d, it->path);
        recipe_error(d->recipe, it->value->at, section_hint(d, it),
                     "%s must be a mapping, found %s", it->path, node_kind_name(it->value));
    }
}

static void read_section(struct draft *d, const struct node *m, const char *prefix)
{
    for (size_t i = 0; i < m->num_items; i++) {
        const char *key = m->items[i].key;
        struct item it = {*prefix ? arena_printf(d->arena, "%s.%s", prefix, key)
                                  : arena_strdup(d->arena, key),
                          m->items[i].key_at, m->items[i].value};
        if (strncmp(key, "x-", 2) != 0)
            read_item(d, prefix, &it);
    }
}

void draft_read_file(struct draft *d)
{
    read_section(d, d->recipe->root, "");
}
