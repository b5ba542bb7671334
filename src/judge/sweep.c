/* An experiment's groups read from the database, and what each came to. */
#include "judge/sweep.h"

#include "base/clock.h"
#include "plan/keys.h"
#include "recipe/recipe.h"
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 4 }; /* parts that a number's range is cut into to see its effect */

/* ---- the experiment ---- */

static int find_run(struct store *s, const char *ref, struct arena *a, struct run_row *out,
                    struct err *e)
{
    struct run_row *rows;
    size_t n = 0;
    struct err why = ERR_INIT;
    if (store_find_run(s, ref, a, out, e) == OK)
        return OK;
    if (store_list_runs(s, "archived=any", 0, a, &rows, &n, &why) != OK)
        return e->code;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].experiment, ref) == 0) {
            *out = rows[i];
            return OK;
        }
    return err_set(e, ERR_NOINPUT, "no run and no experiment '%s'; rlbench ls lists them", ref);
}

/* sweep.metric of the recipe that the run was made from. */
static int read_goal(struct store *s, int64_t run, struct sweep_results *r, struct err *e)
{
    const char *text;
    struct recipe recipe;
    int status = store_run_recipe(s, run, "resolved", &r->arena, &text, e);
    if (status != OK)
        return status;
    if (recipe_parse("the recipe", text, strlen(text), &recipe, e) == OK) {
        const struct node *m = node_get(node_get(recipe.root, "sweep"), "metric");
        const struct node *name = node_get(m, "name"), *goal = node_get(m, "goal");
        if (name && !r->metric)
            r->metric = arena_strdup(&r->arena, name->text);
        r->maximize = goal && strcmp(goal->text, "maximize") == 0;
    }
    recipe_finish(&recipe);
    return OK;
}

static struct sweep_group *group_of(struct sweep_results *r, const struct run_row *row)
{
    for (size_t i = 0; i < r->groups.len; i++)
        if (strcmp(r->groups.data[i].key, row->group) == 0)
            return &r->groups.data[i];
    struct sweep_group g = {
        .key = row->group, .label = row->label, .run = row->id, .algo = row->algo, .env = row->env};
    vec_push(&r->groups, g);
    return &r->groups.data[r->groups.len - 1];
}

static int add_run(struct store *s, struct sweep_results *r, const struct run_row *row,
                   struct err *e)
{
    struct metric_row *metrics;
    size_t n = 0;
    struct sweep_group *g = group_of(r, row);
    int status = store_run_metrics(s, row->id, &r->arena, &metrics, &n, e);
    if (status == OK && !g->params)
        status = store_run_params(s, row->id, &r->arena, &g->params, &g->num_params, e);
    g->runs++;
    g->done += row->state == RUN_DONE;
    for (size_t i = 0; status == OK && i < n; i++)
        if (strcmp(metrics[i].name, r->metric) == 0 && isfinite(metrics[i].last)) {
            g->values++;
            g->sum += metrics[i].last;
            g->squares += metrics[i].last * metrics[i].last;
        }
    return status;
}

/* ---- what they differ in ---- */

const char *sweep_value(const struct sweep_group *g, const char *key, double *num)
{
    *num = (double)NAN;
    if (strcmp(key, "algorithm.name") == 0)
        return g->algo;
    if (strcmp(key, "env.name") == 0)
        return g->env;
    for (size_t i = 0; i < g->num_params; i++)
        if (strcmp(g->params[i].key, key) == 0) {
            *num = g->params[i].is_num ? g->params[i].num : (double)NAN;
            return g->params[i].text;
        }
    return "";
}

static void add_key(struct sweep_results *r, const char *key)
{
    double num;
    bool differs = false;
    for (size_t i = 0; i < r->keys.len; i++)
        if (strcmp(r->keys.data[i], key) == 0)
            return;
    for (size_t i = 1; i < r->groups.len; i++)
        differs = differs || strcmp(sweep_value(&r->groups.data[i], key, &num),
                                    sweep_value(&r->groups.data[0], key, &num)) != 0;
    if (differs)
        vec_push(&r->keys, key);
}

static void find_keys(struct sweep_results *r)
{
    add_key(r, "algorithm.name");
    add_key(r, "env.name");
    for (size_t i = 0; i < r->groups.len; i++)
        for (size_t k = 0; k < r->groups.data[i].num_params; k++)
            if (strcmp(r->groups.data[i].params[k].key, "dataset.sha256") != 0)
                add_key(r, r->groups.data[i].params[k].key);
}

/* ---- the best first ---- */

double sweep_mean(const struct sweep_group *g)
{
    return g->values ? g->sum / (double)g->values : (double)NAN;
}

double sweep_deviation(const struct sweep_group *g)
{
    double n = (double)g->values, mean = sweep_mean(g);
    if (g->values < 2)
        return (double)NAN;
    return sqrt(fmax(0, (g->squares - n * mean * mean) / (n - 1)));
}

static int larger_first(const void *x, const void *y)
{
    const struct sweep_group *a = x, *b = y;
    double ma = sweep_mean(a), mb = sweep_mean(b);
    if (isnan(ma) != isnan(mb))
        return isnan(ma) ? 1 : -1;
    return ma > mb ? -1 : ma < mb ? 1 : a->run < b->run ? -1 : 1;
}

static int smaller_first(const void *x, const void *y)
{
    const struct sweep_group *a = x, *b = y;
    double ma = sweep_mean(a), mb = sweep_mean(b);
    if (isnan(ma) || isnan(mb) || ma == mb)
        return larger_first(x, y);
    return ma < mb ? -1 : 1;
}

double sweep_importance(const struct sweep_results *r, const char *key)
{
    size_t n = 0, all = r->groups.len;
    double *x = mem_alloc((all + 1) * sizeof *x), *y = mem_alloc((all + 1) * sizeof *y), effect;
    uint32_t *level = mem_alloc((all + 1) * sizeof *level), levels;
    const char **texts = mem_alloc((all + 1) * sizeof *texts);
    for (size_t i = 0; i < all; i++) {
        const struct sweep_group *g = &r->groups.data[i];
        if (!g->values)
            continue;
        texts[n] = sweep_value(g, key, &x[n]);
        for (size_t k = 0; isnan(x[n]) && k <= n; k++) /* words: the first with the same word */
            if (strcmp(texts[k], texts[n]) == 0)
                x[n] = (double)k;
        y[n++] = sweep_mean(g);
    }
    double num;
    bool words = n > 0 && (sweep_value(&r->groups.data[0], key, &num), isnan(num));
    levels = stats_levels(x, n, words ? (uint32_t)n : LEVELS, level);
    effect = stats_effect(y, level, n, levels);
    free(texts);
    free(level);
    free(y);
    free(x);
    return effect;
}

const char *sweep_short_name(const struct sweep_results *r, const char *key)
{
    const char *last = plan_key_last(key);
    if (strcmp(last, "name") == 0)
        return key;
    for (size_t i = 0; i < r->keys.len; i++)
        if (strcmp(r->keys.data[i], key) != 0 && strcmp(plan_key_last(r->keys.data[i]), last) == 0)
            return key;
    return last;
}

/* ---- the whole ---- */

int sweep_find(struct store *s, const char *ref, struct sweep_results *out, struct err *e)
{
    struct run_row run;
    *out = (struct sweep_results){0};
    int status = find_run(s, ref, &out->arena, &run, e);
    if (status == OK)
        status =
            store_experiment_runs(s, run.experiment_id, &out->arena, &out->rows, &out->num_rows, e);
    out->experiment = status == OK ? run.experiment : "";
    return status;
}

int sweep_begin(struct store *s, const char *ref, const char *metric, const char *goal,
                struct sweep_results *out, struct err *e)
{
    int status = sweep_find(s, ref, out, e);
    out->metric = metric ? arena_strdup(&out->arena, metric) : NULL;
    if (status == OK)
        status = read_goal(s, out->rows[0].id, out, e);
    if (status != OK)
        return status;
    out->maximize = goal ? strcmp(goal, "maximize") == 0 : out->maximize;
    if (!out->metric || (metric && !goal))
        return err_set(e, ERR_USAGE, "which metric? --metric %s --goal maximize or minimize",
                       out->metric              ? out->metric
                       : *out->rows[0].headline ? out->rows[0].headline
                                                : "eval/return");
    return OK;
}

static void conclude(struct sweep_results *r)
{
    find_keys(r);
    if (r->groups.len)
        qsort(r->groups.data, r->groups.len, sizeof *r->groups.data,
              r->maximize ? larger_first : smaller_first);
}

int sweep_go_on(struct store *s, struct sweep_results *r, int64_t deadline_ns, bool *more,
                struct err *e)
{
    int status = OK;
    *more = false;
    for (bool first = true; status == OK && r->read < r->num_rows; first = false) {
        if (!first && clock_mono_ns() > deadline_ns) {
            *more = true;
            return OK;
        }
        status = add_run(s, r, &r->rows[r->read++], e);
    }
    if (status == OK)
        conclude(r);
    return status;
}

int sweep_read(struct store *s, const char *ref, const char *metric, const char *goal,
               struct sweep_results *out, struct err *e)
{
    bool more;
    int status = sweep_begin(s, ref, metric, goal, out, e);
    return status == OK ? sweep_go_on(s, out, INT64_MAX, &more, e) : status;
}

void sweep_finish(struct sweep_results *r)
{
    vec_finish(&r->groups);
    vec_finish(&r->keys);
    arena_finish(&r->arena);
}
