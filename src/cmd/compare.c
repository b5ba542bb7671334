/* rlbench compare: two groups of runs or more, side by side. */
#include "cmd/runs.h"
#include "cmd/spreads.h"
#include "cmd/table.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    SCORE_OPTS,
    INTERVAL_OPTS,
    {"json", 0, NULL, "one JSON object per line"},
    {NULL, 0, NULL, NULL},
};

/* ---- which runs stand on which side ---- */

struct sides {
    VEC(struct run_row) rows;
    VEC(const char *) names;
};

/* A run that is named stands for all runs that differ from it in nothing but the seed. */
static int widen_to_group(struct store *s, struct arena *a, struct run_row **rows, size_t *n,
                          struct err *e)
{
    struct run_row one = (*rows)[0], *all;
    size_t num_all;
    int status = store_experiment_runs(s, one.experiment_id, a, &all, &num_all, e);
    if (status != OK)
        return status;
    *rows = all;
    *n = 0;
    for (size_t i = 0; i < num_all; i++)
        if (strcmp(all[i].group, one.group) == 0)
            all[(*n)++] = all[i];
    return OK;
}

static int add_side(struct sides *sides, struct store *s, const char *word, struct arena *a,
                    struct err *e)
{
    struct run_row *rows;
    size_t n;
    int status = judge_select(s, &word, 1, a, &rows, &n, e);
    if (status == OK && n == 1 && !judge_is_filter(word))
        status = widen_to_group(s, a, &rows, &n, e);
    for (size_t i = 0; i < n && status == OK; i++) {
        for (size_t k = 0; k < sides->rows.len; k++)
            if (sides->rows.data[k].id == rows[i].id)
                return err_set(e, ERR_USAGE, "run %lld is on both sides, %s and %s",
                               (long long)rows[i].id, sides->names.data[k], word);
        vec_push(&sides->rows, rows[i]);
        vec_push(&sides->names, word);
    }
    return status;
}

/* ---- values ---- */

static struct stats_interval mean_of(struct judging *g, size_t side, size_t task)
{
    bool *tasks = mem_alloc(g->judge.tasks.len + 1);
    tasks[task] = true;
    struct stats_interval i =
        judge_aggregate(&g->judge, side, tasks, JUDGE_OWN, STATS_MEAN, 0, &g->resampling);
    free(tasks);
    return i;
}

static size_t runs_of(const struct judge *j, size_t side)
{
    size_t n = 0;
    for (size_t i = 0; i < j->runs.len; i++)
        n += j->runs.data[i].contender == side && j->runs.data[i].counts;
    return n;
}

static void print_values(struct judging *g)
{
    struct judge *j = &g->judge;
    struct table t = {.num_columns = 2 + j->tasks.len};
    char *aligns = arena_alloc(&j->arena, t.num_columns + 1);
    memset(aligns, 'r', t.num_columns);
    aligns[0] = 'l';
    t.aligns = aligns;
    table_add(&t, "MEAN");
    table_add(&t, "RUNS");
    for (size_t k = 0; k < j->tasks.len; k++)
        table_add(&t, j->tasks.data[k].name);
    for (size_t c = 0; c < j->contenders.len; c++) {
        table_add(&t, j->contenders.data[c].name);
        table_printf(&t, "%zu", runs_of(j, c));
        for (size_t k = 0; k < j->tasks.len; k++)
            table_add(&t, interval_text(mean_of(g, c, k), &t.arena));
    }
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
}

/* ---- differences ---- */

static bool both_have(const struct judge_difference *d)
{
    return d->num_a > 0 && d->num_b > 0;
}

static void print_differences(struct judging *g)
{
    struct judge *j = &g->judge;
    struct table t;
    table_init(&t, "DIFFERENCE|ON|MEAN|SEEDS|P(FIRST IMPROVES)", "llrlr");
    for (size_t a = 0; a < j->contenders.len; a++)
        for (size_t b = a + 1; b < j->contenders.len; b++)
            for (size_t k = 0; k < j->tasks.len; k++) {
                struct judge_difference d = judge_differ(j, a, b, k, &g->resampling);
                if (!both_have(&d))
                    continue;
                table_printf(&t, "%s - %s", j->contenders.data[a].name, j->contenders.data[b].name);
                table_add(&t, j->tasks.data[k].name);
                table_add(&t, interval_text(d.value, &t.arena));
                if (d.paired)
                    table_printf(&t, "%zu paired", d.pairs);
                else
                    table_printf(&t, "%zu and %zu, apart", d.num_a, d.num_b);
                struct stats_interval p = judge_improvement_on(j, a, b, k, &g->resampling);
                table_add(&t, interval_text(p, &t.arena));
            }
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
    putchar('\n');
    for (size_t a = 0; a < j->contenders.len; a++)
        for (size_t b = a + 1; b < j->contenders.len; b++)
            for (size_t k = 0; k < j->tasks.len; k++) {
                struct judge_difference d = judge_differ(j, a, b, k, &g->resampling);
                if (d.num_a + d.num_b)
                    puts(judge_sentence(j, a, b, k, &d));
            }
}

static void print_page(struct judging *g, struct spreads *spreads)
{
    struct judge *j = &g->judge;
    printf("score: %s\n", judge_rule(j));
    printf("intervals: %g %% percentile bootstrap over seeds, %u replicates\n\n",
           100 * g->resampling.confidence, g->resampling.replicates);
    print_values(g);
    putchar('\n');
    spreads_print(spreads, j);
    putchar('\n');
    print_differences(g);
    for (size_t i = 0; i < j->notes.len; i++)
        printf("note: %s\n", j->notes.data[i]);
}

/* ---- for programs ---- */

static void set_interval(json_t *o, struct stats_interval i)
{
    json_object_set_new(o, "point", json_number(i.point));
    json_object_set_new(o, "low", json_number(i.low));
    json_object_set_new(o, "high", json_number(i.high));
}

static void json_differences(struct judging *g, size_t a, size_t b)
{
    struct judge *j = &g->judge;
    for (size_t k = 0; k < j->tasks.len; k++) {
        struct judge_difference d = judge_differ(j, a, b, k, &g->resampling);
        if (!both_have(&d))
            continue;
        json_t *o = json_pack("{s:i,s:s,s:s,s:s,s:s,s:b,s:I,s:I}", "v", 1, "kind", "difference",
                              "a", j->contenders.data[a].name, "b", j->contenders.data[b].name,
                              "task", j->tasks.data[k].name, "paired", d.paired, "n_a",
                              (json_int_t)d.num_a, "n_b", (json_int_t)d.num_b);
        set_interval(o, d.value);
        json_object_set_new(o, "improvement",
                            json_number(judge_improvement_on(j, a, b, k, &g->resampling).point));
        json_object_set_new(o, "text", json_string(judge_sentence(j, a, b, k, &d)));
        json_print(o);
    }
}

static void print_json(struct judging *g, struct spreads *spreads)
{
    struct judge *j = &g->judge;
    for (size_t c = 0; c < j->contenders.len; c++)
        for (size_t k = 0; k < j->tasks.len; k++) {
            json_t *o = json_pack("{s:i,s:s,s:s,s:s}", "v", 1, "kind", "mean", "side",
                                  j->contenders.data[c].name, "task", j->tasks.data[k].name);
            set_interval(o, mean_of(g, c, k));
            json_print(o);
        }
    spreads_json(spreads);
    for (size_t a = 0; a < j->contenders.len; a++)
        for (size_t b = a + 1; b < j->contenders.len; b++)
            json_differences(g, a, b);
    for (size_t i = 0; i < j->notes.len; i++)
        json_print(json_pack("{s:i,s:s,s:s}", "v", 1, "kind", "note", "text", j->notes.data[i]));
}

static int run(struct cli *c, struct err *e)
{
    struct judging g = {0};
    struct judge_how how;
    struct sides sides = {0};
    struct spreads spreads = {0};
    if (c->num_args < 2)
        return err_set(e, ERR_USAGE, "name two groups of runs or more: compare A B");
    int status = judging_start(&g, c, &how, e);
    for (size_t i = 0; i < c->num_args && status == OK; i++)
        status = add_side(&sides, g.store, c->args[i], &g.arena, e);
    how.sides = sides.names.data;
    if (status == OK)
        status = judge_collect(&g.judge, g.store, sides.rows.data, sides.rows.len, &how, e);
    if (status == OK)
        status = judge_need_scores(&g.judge, e);
    if (status == OK)
        status = spreads_read(&spreads, &g, e);
    if (status == OK)
        (cli_has(c, "json") ? print_json : print_page)(&g, &spreads);
    spreads_finish(&spreads);
    vec_finish(&sides.rows);
    vec_finish(&sides.names);
    judging_close(&g);
    return status;
}

const struct verb verb_compare = {
    .name = "compare",
    .args = "A B... [OPTION]...",
    .doc = "groups of runs side by side: values, parameters, differences",
    .examples = "rlbench compare 12 18\n"
                "rlbench compare sarsa q-learning\n"
                "rlbench compare 'algo=sarsa algorithm.params.lambda=0' "
                "'algo=sarsa algorithm.params.lambda=0.9' --window 10\n",
    .opts = opts,
    .run = run,
};
