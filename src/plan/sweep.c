/* The sweep: a grid of values, a list of runs, or random draws (random.c), expanded into variants.
 */
#include "plan/sweep.h"

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

bool sweep_check_path(struct draft *d, const char *path, struct mark at)
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

bool sweep_make_given(struct draft *d, const char *path, struct mark key_at,
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

bool sweep_is_fixed(struct draft *d, const char *path, struct mark at)
{
    if (!givens_find(d->sets.data, d->sets.len, path))
        return false;
    draft_warn(d, at, NULL, "%s is fixed by --set and not swept", path);
    return true;
}

void sweep_add_swept(struct draft *d, const char *path)
{
    for (size_t i = 0; i < d->swept.len; i++)
        if (strcmp(d->swept.data[i], path) == 0)
            return;
    vec_push(&d->swept, path);
}

bool sweep_check_number(struct draft *d, size_t groups)
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

/* The one value that stands under value, the list under values. */
struct sweep_values sweep_read_values(struct draft *d, const char *path, struct mark key_at,
                                      const struct node *spec)
{
    const struct node *list = node_get(spec, "values"), *one = node_get(spec, "value");
    const char *hint = arena_printf(d->arena, "write %s: {values: [a, b, c]}", path);
    struct sweep_values out = {.wrong = true};
    if (list && one)
        recipe_error(d->recipe, one->at, hint, "%s has both value and values", path);
    else if (list && list->kind != NODE_SEQUENCE)
        recipe_error(d->recipe, list->at, hint, "values must be a list, found %s",
                     node_kind_name(list));
    else if (list && list->num_items == 0)
        recipe_error(d->recipe, list->at, hint, "%s has no values to sweep", path);
    else
        out.wrong = false;
    size_t n = out.wrong ? 0 : list ? list->num_items : one ? 1 : 0;
    out.data = arena_alloc(d->arena, (n + 1) * sizeof *out.data);
    for (size_t i = 0; i < n; i++)
        if (sweep_make_given(d, path, key_at, list ? list->items[i].value : one, &out.data[out.n]))
            out.n++;
        else
            out.wrong = true;
    return out;
}

/* ---- grid ---- */

struct axis {
    struct given *values;
    size_t n;
};

/* True when a parameter of a grid has nothing but values. */
static bool check_axis(struct draft *d, const char *path, const struct node *spec)
{
    static const char *const ranges[] = {"min", "max", "distribution", "mu", "sigma", "q"};
    const char *hint = arena_printf(d->arena, "write %s: {values: [a, b, c]}", path);
    if (spec->kind != NODE_MAPPING) {
        recipe_error(d->recipe, spec->at, hint,
                     "a swept key must be a mapping with values, found %s", node_kind_name(spec));
        return false;
    }
    for (size_t i = 0; i < spec->num_items; i++) {
        const char *key = spec->items[i].key;
        if (strcmp(key, "values") == 0 || strcmp(key, "value") == 0 || strncmp(key, "x-", 2) == 0)
            continue;
        bool range = false;
        for (size_t j = 0; j < sizeof ranges / sizeof ranges[0]; j++)
            range = range || strcmp(key, ranges[j]) == 0;
        recipe_error(d->recipe, spec->items[i].key_at,
                     range ? "list the values, or draw: method: random and run_cap: 20" : hint,
                     range ? "%s is not a key of a parameter of a grid"
                           : "%s is not a key of a swept parameter",
                     key);
        if (range)
            return false;
    }
    if (node_get(spec, "values") || node_get(spec, "value"))
        return true;
    recipe_error(d->recipe, spec->at, hint, "%s has no values to sweep", path);
    return false;
}

static bool read_axis(struct draft *d, const char *path, struct mark key_at,
                      const struct node *spec, struct axis *out)
{
    if (spec->kind == NODE_MAPPING && !is_sweepable(path) && plan_key_is_section(path)) {
        recipe_error(d->recipe, key_at, "such as algorithm.params.alpha: {values: [0.1, 0.2]}",
                     "swept keys are written as one dotted path");
        return false;
    }
    if (!sweep_check_path(d, path, key_at))
        return false;
    if (!check_axis(d, path, spec))
        return false;
    struct sweep_values values = sweep_read_values(d, path, key_at, spec);
    if (sweep_is_fixed(d, path, key_at))
        return false;
    *out = (struct axis){values.data, values.n};
    sweep_add_swept(d, path);
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
    if (axes.len && sweep_check_number(d, total))
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
        } else if (strncmp(path, "x-", 2) != 0 && sweep_check_path(d, path, at) &&
                   !sweep_is_fixed(d, path, at) &&
                   sweep_make_given(d, path, at, run->items[i].value, &v.givens[v.num_givens])) {
            v.num_givens++;
            sweep_add_swept(d, path);
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
    if (!sweep_check_number(d, runs->num_items))
        return;
    for (size_t i = 0; i < runs->num_items; i++)
        read_run(d, runs->items[i].value);
}

/* ---- the section ---- */

static const struct method {
    const char *name, *body; /* the key with what it expands */
    void (*read)(struct draft *d, const struct node *body);
    const char *keys[5]; /* beside method, metric and early_terminate */
} methods[] = {
    {"grid", "parameters", read_grid, {"parameters"}},
    {"list", "runs", read_list, {"runs"}},
    {"random", "parameters", sweep_read_random, {"parameters", "run_cap", "seed"}},
    {"bayes", "parameters", sweep_read_bayes, {"parameters", "run_cap", "seed", "parallel"}},
};

/* NULL after complaining; from what is there when it is not said. */
static const struct method *read_method(struct draft *d)
{
    static const char *const others[] = {"halving", "hyperband", "sobol"};
    const struct node *method = node_get(d->sweep, "method");
    if (!method)
        return &methods[node_get(d->sweep, "runs") ? 1 : 0];
    const char *word = method->kind == NODE_SCALAR ? method->text : "";
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(word, methods[i].name) == 0)
            return &methods[i];
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(word, others[i]) == 0) {
            recipe_error(d->recipe, method->at,
                         i < 2 ? "any method with early_terminate: {type: hyperband, ...}"
                               : "grid, list, random and bayes are there",
                         "there is no sweep.method %s", word);
            return NULL;
        }
    recipe_error(d->recipe, method->at,
                 "grid: every combination of parameters; list: the runs listed; random: draws; "
                 "bayes: draws by the results so far",
                 "sweep.method must be grid, list, random or bayes, found %s",
                 method->kind == NODE_SCALAR ? method->text : node_kind_name(method));
    return NULL;
}

static bool is_among(const char *key, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (keys[i] && strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static size_t num_keys(const struct method *m)
{
    size_t n = 0;
    while (n < sizeof m->keys / sizeof m->keys[0] && m->keys[n])
        n++;
    return n;
}

static void check_keys(struct draft *d, const struct method *m)
{
    static const char *const all[] = {
        "method", "metric", "early_terminate", "parameters", "run_cap", "runs", "seed", "parallel"};
    for (size_t i = 0; i < d->sweep->num_items; i++) {
        const char *key = d->sweep->items[i].key;
        struct mark at = d->sweep->items[i].key_at;
        bool known = is_among(key, all, sizeof all / sizeof all[0]);
        if (strncmp(key, "x-", 2) == 0 || is_among(key, all, 3))
            continue;
        if (!known)
            recipe_error(d->recipe, at,
                         is_sweepable(key) ? "swept keys go under sweep.parameters"
                                           : hint_unknown_key(d, "sweep", key),
                         "sweep.%s is not a key of recipes", key);
        else if (m && !is_among(key, m->keys, sizeof m->keys / sizeof m->keys[0]))
            recipe_error(
                d->recipe, at,
                arena_printf(d->arena, "it has %s", hint_join(d, m->keys, num_keys(m), " and ")),
                "a %s has no %s", m->name, key);
    }
}

/* What the sweep is after: {name, goal}. */
static void read_metric(struct draft *d, const struct node *m)
{
    static const char *const parts[] = {"name", "goal"};
    const char *hint = "write metric: {name: eval/return, goal: maximize}";
    const char **out[] = {&d->metric, &d->goal};
    if (m->kind != NODE_MAPPING) {
        recipe_error(d->recipe, m->at, hint, "sweep.metric must be a mapping, found %s",
                     node_kind_name(m));
        return;
    }
    for (size_t i = 0; i < m->num_items; i++)
        if (!is_among(m->items[i].key, parts, 2) && strncmp(m->items[i].key, "x-", 2) != 0)
            recipe_error(d->recipe, m->items[i].key_at, hint,
                         "sweep.metric.%s is not a key of recipes", m->items[i].key);
    for (int i = 0; i < 2; i++) {
        const struct node *n = node_get(m, parts[i]);
        if (!n)
            recipe_error(d->recipe, m->at, hint, "sweep.metric.%s is missing", parts[i]);
        else if (n->kind != NODE_SCALAR || node_is_nothing(n) || strlen(n->text) > 200 ||
                 strpbrk(n->text, "\n\r\t"))
            recipe_error(d->recipe, n->at, hint, "sweep.metric.%s must be a word", parts[i]);
        else if (i == 1 && strcmp(n->text, "maximize") != 0 && strcmp(n->text, "minimize") != 0)
            recipe_error(d->recipe, n->at, hint, "sweep.metric.goal is maximize or minimize");
        else
            *out[i] = n->text;
    }
}

static void read_sweep(struct draft *d)
{
    const struct method *m = read_method(d);
    check_keys(d, m);
    d->is_list = m && strcmp(m->name, "list") == 0;
    if (node_get(d->sweep, "metric"))
        read_metric(d, node_get(d->sweep, "metric"));
    if (!m)
        return;
    const struct node *early = node_get(d->sweep, "early_terminate");
    const struct node *body = node_get(d->sweep, m->body);
    if (body)
        m->read(d, body);
    else if (!node_get(d->sweep, d->is_list ? "parameters" : "runs")) /* else: that was said */
        recipe_error(d->recipe, d->sweep_at, NULL, "sweep.%s is missing", m->body);
    if (early && !node_is_nothing(early))
        sweep_read_early(d, early, node_key_mark(d->sweep, "early_terminate"));
    sweep_check_adaptive(d);
}

void draft_read_sweep(struct draft *d)
{
    if (d->sweep && node_is_nothing(d->sweep)) /* takes away what was extended */
        d->sweep = NULL;
    if (d->sweep && d->sweep->kind != NODE_MAPPING)
        recipe_error(d->recipe, d->sweep->at,
                     "write sweep: {parameters: {algorithm.params.alpha: {values: [0.1, 0.2]}}}",
                     "sweep must be a mapping, found %s", node_kind_name(d->sweep));
    else if (d->sweep)
        read_sweep(d);
    if (d->variants.len == 0) {
        struct variant whole = {.at = {1, 1, 0, 0}};
        vec_push(&d->variants, whole);
    }
}
