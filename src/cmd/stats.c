/* rlbench stats: algorithms on environments, with intervals. */
#include "cmd/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    SCORE_OPTS,
    INTERVAL_OPTS,
    {"iqm", 0, NULL, "interquartile mean (the default)"},
    {"mean", 0, NULL, "mean"},
    {"median", 0, NULL, "median over environments of the mean over seeds"},
    {"gap", 0, "T", "optimality gap: mean shortfall below T"},
    {"poi", 0, NULL, "only P(improvement) besides the table (the default adds it)"},
    {"profile", 0, NULL, "performance profiles"},
    {"paired", 0, NULL, "differences on the same seeds"},
    {"normalize", 0, "HOW", "none, minmax, LO:HI or TASK=LO:HI; repeatable"},
    {"gate", 'g', "GATE", "'A>B@0.95', 'A>=X', 'A - B<=X'; exit code 1 when one is not met"},
    {"format", 0, "FORMAT", "table (default), csv, json, markdown or latex"},
    {"json", 0, NULL, "the same as --format json"},
    {NULL, 0, NULL, NULL},
};

static int read_format(const struct cli *c, enum stats_format *out, struct err *e)
{
    static const char *const names[] = {[STATS_TABLE] = "table",
                                        [STATS_CSV] = "csv",
                                        [STATS_JSON] = "json",
                                        [STATS_MARKDOWN] = "markdown",
                                        [STATS_LATEX] = "latex"};
    const char *name = cli_get(c, "format");
    if (!name)
        name = cli_has(c, "json") ? "json" : "table";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum stats_format)i;
            return OK;
        }
    return err_set(e, ERR_USAGE, "no format '%s'; formats: table csv json markdown latex", name);
}

static int read_page(const struct cli *c, struct stats_page *p, struct err *e)
{
    bool any = false;
    p->first = STATS_IQM;
    for (int a = STATS_NUM_AGGREGATES - 1; a >= 0; a--) {
        p->aggregates[a] = cli_has(c, stats_aggregate_name((enum stats_aggregate)a));
        any = any || p->aggregates[a];
        if (p->aggregates[a])
            p->first = (enum stats_aggregate)a;
    }
    p->aggregates[STATS_IQM] = p->aggregates[STATS_IQM] || !any;
    if (p->aggregates[STATS_IQM])
        p->first = STATS_IQM;
    p->profile = cli_has(c, "profile");
    p->paired = cli_has(c, "paired");
    p->improvement = cli_has(c, "poi") || (!p->profile && !p->paired);
    int status = read_format(c, &p->format, e);
    return status == OK ? cli_get_real(c, "gap", &p->target, e) : status;
}

/* ---- warnings ---- */

void stats_warn(struct stats_page *p)
{
    struct judge *j = &p->judging->judge;
    size_t n = j->contenders.len, *all = mem_grow(NULL, n, sizeof *all);
    bool *tasks = mem_alloc(j->tasks.len + 1);
    struct stats_interval *totals = mem_grow(NULL, n, sizeof *totals);
    for (size_t c = 0; c < n; c++)
        all[c] = c;
    judge_common_tasks(j, all, n, tasks);
    for (size_t c = 0; c < n; c++)
        totals[c] = judge_aggregate(j, c, tasks, JUDGE_NORMALISED, p->first, p->target,
                                    &p->judging->resampling);
    judge_warn_few_seeds(j);
    judge_warn_totals(j, totals, p->first == STATS_GAP);
    free(all);
    free(tasks);
    free(totals);
}

/* ---- the verb ---- */

int stats_check_gates(struct stats_page *p, const struct cli *c, bool *met, struct err *e)
{
    int status = OK;
    const char *gate;
    *met = true;
    for (size_t i = 0; status == OK && (gate = cli_get_nth(c, "gate", i)); i++) {
        struct judge_verdict v;
        status = judge_gate(&p->judging->judge, gate, p->first, p->target, &p->judging->resampling,
                            &v, e);
        if (status != OK)
            break;
        vec_push(&p->verdicts, v);
        *met = *met && v.holds;
    }
    return status;
}

static int run(struct cli *c, struct err *e)
{
    struct judging g = {0};
    struct stats_page p = {.judging = &g};
    bool met = true;
    int status = read_page(c, &p, e);
    if (status == OK)
        status = judging_open(&g, c, c->args, c->num_args, e);
    if (status == OK)
        status = judging_normalise(&g, c, &p.norm, e);
    if (status == OK)
        status = stats_check_gates(&p, c, &met, e);
    if (status == OK) {
        stats_warn(&p);
        stats_print(&p);
        if (!met)
            status = ERR_FAILED; /* the verdicts say which */
    }
    vec_finish(&p.verdicts);
    judging_close(&g);
    return status;
}

const struct verb verb_stats = {
    .name = "stats",
    .args = "[RUN|EXPERIMENT|FILTER]... [OPTION]...",
    .doc = "compare algorithms on environments, with intervals over seeds",
    .examples = "rlbench stats\n"
                "rlbench stats quickstart --window 10\n"
                "rlbench stats 'algo=sarsa' 'algo=q-learning env=gridworld' --mean --profile\n"
                "rlbench stats quickstart --gate 'sarsa>q-learning@0.8' || echo no\n"
                "rlbench stats fedsarsa-speedup -m mse_star --format latex > table.tex\n",
    .opts = opts,
    .run = run,
};
