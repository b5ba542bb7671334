#include "cmd/gates.h"

#include "base/num.h"
#include "judge/judge.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

/* Whom the gate calls by a name keeps that name; others stay by themselves. */
static const char *side_of(const struct plan_gate *g, const struct run_row *row)
{
    for (int k = 0; k < 2; k++)
        if (plan_gate_means(g->compare[k], row->label, row->algo))
            return g->compare[k];
    return "others";
}

static int check(struct store *s, const struct plan_gate *g, const struct run_row *rows, size_t n,
                 bool *holds, struct err *e)
{
    const struct stats_resampling how = STATS_RESAMPLING;
    const char **sides = mem_alloc((n + 1) * sizeof *sides);
    struct judge j = {0};
    struct judge_verdict verdict;
    for (size_t i = 0; i < n; i++)
        sides[i] = side_of(g, &rows[i]);
    const struct judge_how score = {.metric = g->metric, .window = 1, .sides = sides};
    char number[40];
    char *text = mem_printf("%s>%s@%s", g->compare[0], g->compare[1],
                            num_format_real(g->at_least, number, sizeof number));
    int status = judge_collect(&j, s, rows, n, &score, e);
    if (status == OK)
        status = judge_gate(&j, text, STATS_IQM, 0, &how, &verdict, e);
    if (status == OK) {
        fprintf(stderr, "%s (%s)\n", verdict.text, g->metric);
        *holds = verdict.holds;
    }
    judge_finish(&j);
    free(text);
    free(sides);
    return status;
}

int gates_check(const char *database, const struct plan *plan, const int64_t *runs, struct err *e)
{
    struct arena a = {0};
    struct store *s = NULL;
    size_t n = plan->runs.len, missed = 0;
    struct run_row *rows = mem_alloc((n + 1) * sizeof *rows);
    int status = store_open_read(database, &s, e);
    for (size_t i = 0; status == OK && i < n; i++) {
        char ref[32];
        snprintf(ref, sizeof ref, "%lld", (long long)runs[i]);
        status = store_find_run(s, ref, &a, &rows[i], e);
    }
    for (size_t i = 0; status == OK && i < plan->gates.len; i++) {
        bool holds = false;
        status = check(s, &plan->gates.data[i], rows, n, &holds, e);
        missed += !holds;
    }
    if (status == OK && missed)
        status = err_set(e, ERR_FAILED, "%zu of %zu gates not met", missed, plan->gates.len);
    store_close(s);
    free(rows);
    arena_finish(&a);
    return status;
}
