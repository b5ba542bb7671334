/* The gates of the recipes that runs were made from. */
#include "tui/stats_model.h"

#include "base/num.h"
#include "plan/plan.h"
#include "recipe/recipe.h"

#include <stdlib.h>
#include <string.h>

/* The runs of one experiment, and the gate that is being read. */
struct reading {
    struct stats_model *model;
    struct store *store;
    const struct run_row *rows;
    size_t n;
};

static const char *text_of(const struct node *n)
{
    return n && n->kind == NODE_SCALAR ? n->text : NULL;
}

/* Two names and a metric; false for gates of other kinds. */
static bool read_gate(const struct node *n, struct plan_gate *out)
{
    const struct node *both = node_get(n, "compare");
    const char *bound = text_of(node_get(n, "at_least"));
    if (!both || both->kind != NODE_SEQUENCE || both->num_items != 2)
        return false;
    out->compare[0] = text_of(both->items[0].value);
    out->compare[1] = text_of(both->items[1].value);
    out->metric = text_of(node_get(n, "metric"));
    return out->compare[0] && out->compare[1] && out->metric && bound &&
           !num_parse_real(bound, &out->at_least);
}

static const char *side_of(const struct plan_gate *g, const struct run_row *row)
{
    for (int k = 0; k < 2; k++)
        if (plan_gate_means(g->compare[k], row->label, row->algo))
            return g->compare[k];
    return "others";
}

/* Scores of both sides, as `rlbench run` judges them. */
static void judge_sides(struct reading *r, const struct plan_gate *g, struct judge *j,
                        const char *text)
{
    struct stats_model *m = r->model;
    size_t who[2];
    struct err e = ERR_INIT;
    bool *tasks = arena_alloc(&m->arena, j->tasks.len + 1);
    for (int k = 0; k < 2; k++)
        if (judge_find(j, g->compare[k], &who[k], &e) != OK) {
            stats_model_add_hopeless(m, text, e.text);
            return;
        }
    judge_common_tasks(j, who, 2, tasks);
    for (int k = 0; k < 2; k++) {
        size_t seeds = judge_fewest_seeds(j, who[k], tasks);
        if (seeds >= 2)
            continue;
        stats_model_add_hopeless(m, text,
                                 arena_printf(&m->arena, "%s has %zu seed%s so far; two are needed",
                                              g->compare[k], seeds, seeds == 1 ? "" : "s"));
        return;
    }
    stats_model_add_gate(m, text, judge_scores(j, who[0], tasks, JUDGE_OWN, &m->arena),
                         judge_scores(j, who[1], tasks, JUDGE_OWN, &m->arena), g->at_least);
}

static void add_gate(struct reading *r, const struct node *n)
{
    struct stats_model *m = r->model;
    struct plan_gate g = {0};
    struct judge j = {0};
    struct err e = ERR_INIT;
    if (!read_gate(n, &g))
        return;
    const char **sides = mem_alloc((r->n + 1) * sizeof(const char *));
    for (size_t i = 0; i < r->n; i++)
        sides[i] = side_of(&g, &r->rows[i]);
    const char *text =
        arena_printf(&m->arena, "%s > %s on %s", g.compare[0], g.compare[1], g.metric);
    const struct judge_how how = {
        .metric = arena_strdup(&m->arena, g.metric), .window = 1, .sides = sides};
    if (judge_collect(&j, r->store, r->rows, r->n, &how, &e) == OK)
        judge_sides(r, &g, &j, text);
    else
        stats_model_add_hopeless(m, text, e.text);
    judge_finish(&j);
    free(sides);
}

static int read_recipe(struct reading *r, struct err *e)
{
    struct arena tmp = {0};
    struct recipe recipe;
    const char *text;
    int status = store_run_recipe(r->store, r->rows[0].id, "resolved", &tmp, &text, e);
    if (status == OK && strstr(text, "\ngates:")) { /* parsing the others would be for nothing */
        if (recipe_parse("the recipe", text, strlen(text), &recipe, e) == OK) {
            const struct node *list = node_get(recipe.root, "gates");
            for (size_t i = 0; list && list->kind == NODE_SEQUENCE && i < list->num_items; i++)
                add_gate(r, list->items[i].value);
        }
        recipe_finish(&recipe);
    }
    arena_finish(&tmp);
    return status;
}

int stats_gates_read(struct stats_model *m, struct store *s, const struct run_row *rows, size_t n,
                     struct err *e)
{
    int status = OK;
    for (size_t i = 0, k; status == OK && i < n; i += k) { /* rows come in order of their numbers */
        for (k = 1; i + k < n && rows[i + k].experiment_id == rows[i].experiment_id;)
            k++;
        struct reading r = {.model = m, .store = s, .rows = rows + i, .n = k};
        status = read_recipe(&r, e);
    }
    return status;
}
