/* The sweep: a grid of values or a list of runs, expanded into variants. */
#include "plan/draft.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_sweepable(const char *path)
{
    enum desc_kind kind;
    const char *name;
    return plan_key_find(path) || path_is_param(path, &kind, &name) || plan_key_is_dataset(path) ||
           strcmp(path, "algorithm.name") == 0 || strcmp(path, "env.name") == 0;
}

static const char *hint_sweep(struct draft *d, const char *path)
{
    static const char *const own[] = {"label"};
    for (size_t i = 0; i < num_plan_paths; i++)
        if (strcmp(plan_paths[i].path, path) == 0)
            return "it is one for the whole recipe";
    return d->is_list && text_nearest(path, own, 1) ? "did you mean label?"
                                                    : hint_unknown_path(d, path);
}

/* True when runs of a sweep may differ in this key; else complains. */
static bool check_path(struct draft *d, const char *path, struct mark at)
{
    if (is_sweepable(path)) {
        struct given probe = {.key = path, .key_at = at};
        return check_param_known(d, &probe);
    }
    if (strncmp(path, "seeds", 5) == 0)
        recipe_error(d->recipe, at, "write seeds at the top level",
                     "seeds are not swept: every run of a sweep is made with every seed");
    else
        recipe_error(d->recipe, at, hint_sweep(d, path), "%s cannot be swept", path);
    return false;
}

/* One value of a sweep as a given; false after complaining. */
static bool make_given(struct draft *d, const char *path, struct mark key_at,
                       const struct node *value, struct given *out)
{
    if (value->kind != NODE_SCALAR || node_is_nothing(value)) {
        recipe_error(d->recipe, value->at, NULL, "a value of %s must be a single value, found %s",
                     path, node_kind_name(value));
        return false;
    }
    *out = (struct given){.key = path,
                          .text = value->text,
                          .key_at = key_at,
                          .at = value->at,
                          .source = draft_source(d, value->at, true)};
    return true;
}

/* True when --set fixes the key, so that the sweep cannot change it. */
static bool is_fixed(struct draft *d, const char *path, struct mark at)
{
    if (!givens_find(d->sets.data, d->sets.len, path))
        return false;
    draft_warn(d, at, NULL, "%s is fixed by --set and not swept", path);
    return true;
}

static void add_swept(struct draft *d, const char *path)
{
    for (size_t i = 0; i < d->swept.len; i++)
        if (strcmp(d->swept.data[i], path) == 0)
            return;
    vec_push(&d->swept, path);
}

/* True while the number of runs is within bounds; else complains. */
static bool check_number(struct draft *d, size_t groups)
{
    size_t seeds = d->seed_values.len ? d->seed_values.len : 1;
    if (groups <= PLAN_MAX_RUNS / seeds)
        return true;
    char many[60];
    snprintf(many, sizeof many, groups > 1000000000 ? "more than 1000000000" : "%zu", groups);
    recipe_error(d->recipe, d->sweep_at, "sweep fewer values, or split the recipe",
                 "%s groups with %zu seed%s each are more than %d runs", many, seeds,
                 seeds == 1 ? "" : "s", PLAN_MAX_RUNS);
    return false;
}

/* ---- grid ---- */

struct axis {
    struct given *values;
    size_t n;
};

/* The list of values of one swept key; NULL after complaining. */
static const struct node *axis_values(struct draft *d, const char *path, const struct node *spec)
{
    static const char *const ranges[] = {"min", "max", "distribution", "value"};
    const char *hint = arena_printf(d->arena, "write %s: {values: [a, b, c]}", path);
    if (spec->kind != NODE_MAPPING) {
        recipe_error(d->recipe, spec->at, hint,
                     "a swept key must be a mapping with values, found %s", node_kind_name(spec));
        return NULL;
    }
    for (size_t i = 0; i < spec->num_items; i++) {
        const char *key = spec->items[i].key;
        if (strcmp(key, "values") == 0 || strncmp(key, "x-", 2) == 0)
            continue;
        bool later = false;
        for (size_t j = 0; j < sizeof ranges / sizeof ranges[0]; j++)
            later = later || strcmp(key, ranges[j]) == 0;
        recipe_error(d->recipe, spec->items[i].key_at,
                     later ? "ranges come in a later version; list the values" : hint,
                     "%s is not a key of a swept parameter", key);
        if (later)
            return NULL;
    }
    const struct node *values = node_get(spec, "values");
    if (!values)
        recipe_error(d->recipe, spec->at, hint, "%s has no values to sweep", path);
    else if (values->kind != NODE_SEQUENCE)
        recipe_error(d->recipe, values->at, hint, "values must be a list, found %s",
                     node_kind_name(values));
    else if (values->num_items == 0)
        recipe_error(d->recipe, values->at, hint, "%s has no values to sweep", path);
    else
        return values;
    return NULL;
}

static bool read_axis(struct draft *d, const char *path, struct mark key_at,
                      const struct node *spec, struct axis *out)
{
    if (spec->kind == NODE_MAPPING && !is_sweepable(path) && plan_key_is_section(path)) {
        recipe_error(d->recipe, key_at, "such as algorithm.params.alpha: {values: [0.1, 0.2]}",
                     "swept keys are written as one dotted path");
        return false;
    }
    if (!check_path(d, path, key_at))
        return false;
    const struct node *values = axis_values(d, path, spec);
    if (!values || is_fixed(d, path, key_at))
        return false;
    *out = (struct axis){arena_alloc(d->arena, values->num_items * sizeof(struct given)), 0};
    for (size_t i = 0; i < values->num_items; i++)
        if (make_given(d, path, key_at, values->items[i].value, &out->values[out->n]))
            out->n++;
    add_swept(d, path);
    return out->n > 0;
}

static void expand(struct draft *d, const struct axis *axes, size_t num_axes, size_t total)
{
    for (size_t i = 0; i < total; i++) {
        struct variant v = {.at = d->sweep_at,
                            .givens = arena_alloc(d->arena, num_axes * sizeof(struct given)),
                            .num_givens = num_axes};
        size_t rest = i;
        for (size_t a = num_axes; a-- > 0;) { /* the last axis changes fastest */
            v.givens[a] = axes[a].values[rest % axes[a].n];
            rest /= axes[a].n;
        }
        vec_push(&d->variants, v);
    }
}

static void read_grid(struct draft *d, const struct node *parameters)
{
    if (parameters->kind != NODE_MAPPING) {
        recipe_error(d->recipe, parameters->at,
                     "write algorithm.params.alpha: {values: [0.1, 0.2]}",
                     "sweep.parameters must be a mapping, found %s", node_kind_name(parameters));
        return;
    }
    VEC(struct axis) axes = {0};
    size_t total = 1;
    for (size_t i = 0; i < parameters->num_items; i++) {
        struct axis axis;
        const char *path = arena_strdup(d->arena, parameters->items[i].key);
        if (!read_axis(d, path, parameters->items[i].key_at, parameters->items[i].value, &axis))
            continue;
        vec_push(&axes, axis);
        if (__builtin_mul_overflow(total, axis.n, &total))
            total = SIZE_MAX;
    }
    if (parameters->num_items == 0)
        recipe_error(d->recipe, parameters->at, NULL, "sweep.parameters is empty");
    if (axes.len && check_number(d, total))
        expand(d, axes.data, axes.len, total);
    vec_finish(&axes);
}

/* ---- list ---- */

static const char *read_label(struct draft *d, const struct node *value)
{
    if (value->kind == NODE_SCALAR && *value->text && strlen(value->text) <= 200 &&
        !strpbrk(value->text, "\n\r\t"))
        return arena_strdup(d->arena, value->text);
    recipe_error(d->recipe, value->at, NULL, "a label must be one line of text, at most 200 bytes");
    return NULL;
}

static void read_run(struct draft *d, const struct node *run)
{
    if (run->kind != NODE_MAPPING) {
        recipe_error(d->recipe, run->at, "write - {label: slow, algorithm.params.alpha: 0.01}",
                     "a run of the list must be a mapping, found %s", node_kind_name(run));
        return;
    }
    struct variant v = {.at = run->at,
                        .givens = arena_alloc(d->arena, run->num_items * sizeof(struct given))};
    for (size_t i = 0; i < run->num_items; i++) {
        const char *path = arena_strdup(d->arena, run->items[i].key);
        struct mark at = run->items[i].key_at;
        if (strcmp(path, "label") == 0) {
            v.label = read_label(d, run->items[i].value);
            v.at = run->items[i].value->at;
        } else if (strncmp(path, "x-", 2) != 0 && check_path(d, path, at) &&
                   !is_fixed(d, path, at) &&
                   make_given(d, path, at, run->items[i].value, &v.givens[v.num_givens])) {
            v.num_givens++;
            add_swept(d, path);
        }
    }
    vec_push(&d->variants, v);
}

static void read_list(struct draft *d, const struct node *runs)
{
    if (runs->kind != NODE_SEQUENCE) {
        recipe_error(d->recipe, runs->at,
                     "write runs: [{label: slow, algorithm.params.alpha: 0.01}]",
                     "sweep.runs must be a list, found %s", node_kind_name(runs));
        return;
    }
    if (runs->num_items == 0)
        recipe_error(d->recipe, runs->at, NULL, "sweep.runs is empty");
    if (!check_number(d, runs->num_items))
        return;
    for (size_t i = 0; i < runs->num_items; i++)
        read_run(d, runs->items[i].value);
}

/* ---- the section ---- */

/* "grid", "list" or NULL after complaining; from what is there when it is not said. */
static const char *read_method(struct draft *d)
{
    static const char *const later[] = {"random", "bayes", "halving", "hyperband", "sobol"};
    const struct node *method = node_get(d->sweep, "method");
    if (!method)
        return node_get(d->sweep, "runs") ? "list" : "grid";
    const char *word = method->kind == NODE_SCALAR ? method->text : "";
    if (strcmp(word, "grid") == 0 || strcmp(word, "list") == 0)
        return word;
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        if (strcmp(word, later[i]) == 0) {
            recipe_error(d->recipe, method->at, "grid and list are there now",
                         "sweep.method %s comes in a later version", word);
            return NULL;
        }
    recipe_error(d->recipe, method->at,
                 "grid: every combination of parameters; list: the runs listed",
                 "sweep.method must be grid or list, found %s",
                 method->kind == NODE_SCALAR ? method->text : node_kind_name(method));
    return NULL;
}

static void check_keys(struct draft *d)
{
    for (size_t i = 0; i < d->sweep->num_items; i++) {
        const char *key = d->sweep->items[i].key;
        if (strcmp(key, "method") != 0 && strcmp(key, "parameters") != 0 &&
            strcmp(key, "runs") != 0 && strncmp(key, "x-", 2) != 0)
            recipe_error(d->recipe, d->sweep->items[i].key_at,
                         is_sweepable(key) ? "swept keys go under sweep.parameters"
                                           : hint_unknown_key(d, "sweep", key),
                         "sweep.%s is not a key of recipes", key);
    }
}

void draft_read_sweep(struct draft *d)
{
    if (d->sweep && node_is_nothing(d->sweep)) /* takes away what was extended */
        d->sweep = NULL;
    if (d->sweep && d->sweep->kind != NODE_MAPPING) {
        recipe_error(d->recipe, d->sweep->at,
                     "write sweep: {parameters: {algorithm.params.alpha: {values: [0.1, 0.2]}}}",
                     "sweep must be a mapping, found %s", node_kind_name(d->sweep));
    } else if (d->sweep) {
        check_keys(d);
        const char *method = read_method(d);
        d->is_list = method && strcmp(method, "list") == 0;
        const char *wanted = d->is_list ? "runs" : "parameters";
        const char *other = d->is_list ? "parameters" : "runs";
        if (method && node_get(d->sweep, other))
            recipe_error(d->recipe, node_key_mark(d->sweep, other), NULL, "a %s has %s, not %s",
                         method, wanted, other);
        const struct node *body = method ? node_get(d->sweep, wanted) : NULL;
        if (method && !body && !node_get(d->sweep, other)) /* else: that was the complaint */
            recipe_error(d->recipe, d->sweep_at, NULL, "sweep.%s is missing", wanted);
        else if (body)
            (d->is_list ? read_list : read_grid)(d, body);
    }
    if (d->variants.len == 0) {
        struct variant whole = {.at = {1, 1, 0, 0}};
        vec_push(&d->variants, whole);
    }
}
