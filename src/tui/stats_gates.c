/* The gates of the recipes that runs were made from. */
#include "judge/recipe_gate.h"
#include "recipe/recipe.h"
#include "tui/stats_model.h"

#include <stdlib.h>
#include <string.h>

enum { REPLICATES = 2000 }; /* of a gate that is judged at once */

/* The runs of one experiment, and the gate that is being read. */
struct reading {
    struct stats_model *model;
    struct store *store;
    const struct run_row *rows;
    size_t n;
};

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
                         judge_scores(j, who[1], tasks, JUDGE_OWN, &m->arena), g->bound);
}

/* What is not a probability is judged at once: a few milliseconds. */
static void judge_number(struct reading *r, const struct plan_gate *g, struct judge *j,
                         const char *text)
{
    struct stats_resampling how = r->model->resampling;
    struct judge_verdict verdict;
    struct err e = ERR_INIT;
    char *gate = judge_gate_text(g);
    how.replicates = how.replicates < REPLICATES ? how.replicates : REPLICATES;
    if (judge_gate(j, gate, judge_gate_aggregate(g), 0, &how, &verdict, &e) == OK)
        stats_model_add_verdict(r->model, verdict.text, verdict.holds);
    else
        stats_model_add_hopeless(r->model, text, e.text);
    free(gate);
}

static void add_gate(struct reading *r, const struct plan_gate *g)
{
    struct stats_model *m = r->model;
    bool poi = strcmp(g->stat, "poi") == 0;
    struct judge j = {0};
    struct err e = ERR_INIT;
    const char **sides = mem_alloc((r->n + 1) * sizeof(const char *));
    for (size_t i = 0; i < r->n; i++)
        sides[i] = judge_gate_side(g, &r->rows[i]);
    const char *text =
        arena_printf(&m->arena, "%s %s %s on %s", g->compare[0], poi ? ">" : "against",
                     g->compare[1] ? g->compare[1] : "a bound", g->metric);
    const struct judge_how how = {
        .metric = arena_strdup(&m->arena, g->metric), .window = 1, .sides = sides};
    if (judge_collect(&j, r->store, r->rows, r->n, &how, &e) == OK)
        (poi ? judge_sides : judge_number)(r, g, &j, text);
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
        struct plan p = {0};
        if (recipe_parse("the recipe", text, strlen(text), &recipe, e) == OK &&
            plan_read_gates(&recipe, &p, e) == OK)
            for (size_t i = 0; i < p.gates.len; i++)
                add_gate(r, &p.gates.data[i]);
        plan_finish(&p);
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
