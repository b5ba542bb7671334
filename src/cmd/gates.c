#include "cmd/gates.h"

#include "base/num.h"
#include "judge/recipe_gate.h"
#include "store/store.h"
#include "supervisor/supervisor.h"

#include <rlbench/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One gate; its sentence is owned. A gate that cannot be judged is not met. */
static char *check(struct store *s, const struct plan_gate *g, const struct run_row *rows, size_t n,
                   bool *holds)
{
    const struct stats_resampling how = STATS_RESAMPLING;
    const char **sides = mem_alloc((n + 1) * sizeof *sides);
    struct judge j = {0};
    struct judge_verdict verdict = {0};
    struct err e = ERR_INIT;
    for (size_t i = 0; i < n; i++)
        sides[i] = judge_gate_side(g, &rows[i]);
    const struct judge_how score = {.metric = g->metric, .window = 1, .sides = sides};
    char *text = judge_gate_text(g), *said;
    int status = judge_collect(&j, s, rows, n, &score, &e);
    if (status == OK)
        status = judge_gate(&j, text, judge_gate_aggregate(g), 0, &how, &verdict, &e);
    *holds = status == OK && verdict.holds;
    said = status == OK ? mem_printf("%s (%s)", verdict.text, g->metric)
                        : mem_printf("gate %s: NOT MET: %s (%s)", text, e.text, g->metric);
    judge_finish(&j);
    free(text);
    free(sides);
    return said;
}

struct counts {
    size_t gates, missed;
};

static void note(struct store *s, const struct run_row *first, bool holds, const char *text,
                 bool say)
{
    struct err e = ERR_INIT;
    if (say)
        fprintf(stderr, "%s\n", text);
    if (store_add_event(s, first->id, first->steps, holds ? RLB_LOG_INFO : RLB_LOG_WARN, "gate",
                        text, &e) != OK &&
        say)
        fprintf(stderr, "rlbench: the verdict is not kept: %s\n", e.text);
}

static bool is_at_work(const struct run_row *r)
{
    return r->state == RUN_QUEUED || r->state == RUN_RUNNING || r->state == RUN_PAUSED;
}

static int check_experiment(struct store *s, int64_t experiment, bool say, struct counts *c,
                            struct err *e)
{
    struct arena a = {0};
    struct run_row *rows;
    struct recipe recipe = {0};
    struct plan p = {0};
    const char *text = "";
    size_t n = 0, busy = 0;
    int status = store_experiment_runs(s, experiment, &a, &rows, &n, e);
    for (size_t i = 0; status == OK && i < n; i++)
        busy += is_at_work(&rows[i]);
    if (status != OK || n == 0 || busy)
        goto finish_arena;
    status = store_run_recipe(s, rows[0].id, "resolved", &a, &text, e);
    if (status == OK)
        status = recipe_parse("the recipe", text, strlen(text), &recipe, e);
    if (status == OK)
        status = plan_read_gates(&recipe, &p, e);
    for (size_t i = 0; status == OK && i < p.gates.len; i++) {
        bool holds;
        char *said = check(s, &p.gates.data[i], rows, n, &holds);
        note(s, &rows[0], holds, said, say);
        c->gates++;
        c->missed += !holds;
        free(said);
    }
    plan_finish(&p);
    recipe_finish(&recipe);
finish_arena:
    arena_finish(&a);
    return status;
}

int gates_check(const char *database, const int64_t *runs, size_t n, bool say, struct err *e)
{
    struct store *s = NULL;
    struct counts c = {0};
    VEC(int64_t) seen = {0};
    int status = store_open_write(database, &s, e);
    for (size_t i = 0; i < n && status == OK; i++) {
        struct arena a = {0};
        struct run_row row;
        char ref[32];
        snprintf(ref, sizeof ref, "%lld", (long long)runs[i]);
        status = store_find_run(s, ref, &a, &row, e);
        bool known = status != OK;
        for (size_t k = 0; k < seen.len && !known; k++)
            known = seen.data[k] == row.experiment_id;
        if (!known) {
            vec_push(&seen, row.experiment_id);
            status = check_experiment(s, row.experiment_id, say, &c, e);
        }
        arena_finish(&a);
    }
    if (status == OK && c.missed)
        status = err_set(e, ERR_FAILED, "%zu of %zu gates not met", c.missed, c.gates);
    store_close(s);
    vec_finish(&seen);
    return status;
}

int gates_supervise(int argc, char **argv)
{
    int status = supervisor_main(argc, argv);
    VEC(int64_t) runs = {0};
    for (int i = 2; i < argc; i++) {
        int64_t id;
        if (num_parse_int(argv[i], &id) == NULL)
            vec_push(&runs, id);
    }
    if (status == OK || status == ERR_FAILED)
        gates_check(argv[0], runs.data, runs.len, false, NULL);
    vec_finish(&runs);
    return status;
}
