/* Every number of `rlbench stats`, in one order for all formats. */
#include "cmd/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { THRESHOLDS = 101, THRESHOLDS_SHOWN = 11 };

struct walk {
    const struct stats_page *page;
    const struct judge *judge;
    const struct stats_resampling *how;
    void (*take)(void *ctx, const struct stats_row *row);
    void *ctx;
    struct arena arena;
};

static size_t count_runs(const struct judge *j, size_t contender, const bool *tasks)
{
    size_t n = 0;
    for (size_t i = 0; i < j->runs.len; i++)
        n += j->runs.data[i].counts && j->runs.data[i].contender == contender &&
             tasks[j->runs.data[i].task];
    return n;
}

static const char *name_of(const struct walk *w, size_t contender)
{
    return w->judge->contenders.data[contender].name;
}

/* Tasks that all contenders have. */
static size_t common_tasks(const struct walk *w, bool *tasks)
{
    size_t n = w->judge->contenders.len, *all = mem_grow(NULL, n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    size_t count = judge_common_tasks(w->judge, all, n, tasks);
    free(all);
    return count;
}

/* ---- cells and aggregates ---- */

static void emit_cell(struct walk *w, enum stats_aggregate a, size_t contender, size_t task)
{
    bool *tasks = mem_alloc(w->judge->tasks.len + 1);
    tasks[task] = true;
    size_t n = count_runs(w->judge, contender, tasks);
    /* The gap's target is a score of all tasks at once. */
    enum judge_scale scale = a == STATS_GAP ? JUDGE_NORMALISED : JUDGE_OWN;
    if (n)
        w->take(w->ctx,
                &(struct stats_row){.kind = "cell",
                                    .statistic = stats_aggregate_name(a),
                                    .algorithm = name_of(w, contender),
                                    .versus = "",
                                    .task = w->judge->tasks.data[task].name,
                                    .threshold = NAN,
                                    .n = n,
                                    .value = judge_aggregate(w->judge, contender, tasks, scale, a,
                                                             w->page->target, w->how)});
    free(tasks);
}

static void emit_aggregate(struct walk *w, enum stats_aggregate a, size_t contender,
                           const bool *tasks)
{
    w->take(w->ctx, &(struct stats_row){.kind = "aggregate",
                                        .statistic = stats_aggregate_name(a),
                                        .algorithm = name_of(w, contender),
                                        .versus = "",
                                        .task = "",
                                        .threshold = NAN,
                                        .n = count_runs(w->judge, contender, tasks),
                                        .value = judge_aggregate(w->judge, contender, tasks,
                                                                 JUDGE_NORMALISED, a,
                                                                 w->page->target, w->how)});
}

static void emit_table(struct walk *w)
{
    bool *common = mem_alloc(w->judge->tasks.len + 1);
    size_t shared = common_tasks(w, common);
    for (int a = 0; a < STATS_NUM_AGGREGATES; a++)
        for (size_t c = 0; w->page->aggregates[a] && c < w->judge->contenders.len; c++) {
            for (size_t t = 0; t < w->judge->tasks.len; t++)
                emit_cell(w, (enum stats_aggregate)a, c, t);
            if (w->judge->tasks.len > 1 && shared)
                emit_aggregate(w, (enum stats_aggregate)a, c, common);
        }
    free(common);
}

/* ---- pairs ---- */

static void emit_improvement(struct walk *w)
{
    bool *tasks = mem_alloc(w->judge->tasks.len + 1);
    size_t n = w->judge->contenders.len;
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++) {
            struct stats_interval i = judge_improvement(w->judge, a, b, w->how);
            struct stats_row row = {.kind = "improvement",
                                    .statistic = "improvement",
                                    .algorithm = name_of(w, a),
                                    .versus = name_of(w, b),
                                    .task = "",
                                    .threshold = NAN,
                                    .value = i};
            judge_common_tasks(w->judge, (const size_t[]){a, b}, 2, tasks);
            row.n = count_runs(w->judge, a, tasks) + count_runs(w->judge, b, tasks);
            w->take(w->ctx, &row);
            row.algorithm = name_of(w, b);
            row.versus = name_of(w, a);
            row.value = (struct stats_interval){1 - i.point, 1 - i.high, 1 - i.low};
            w->take(w->ctx, &row);
        }
    free(tasks);
}

static void emit_pair(struct walk *w, size_t a, size_t b, size_t task)
{
    double *x, *y;
    size_t n = judge_pairs(w->judge, a, b, task, &w->arena, &x, &y);
    if (n == 0)
        return;
    struct stats_paired p = stats_paired(x, y, n, w->how);
    struct stats_row row = {.kind = "paired",
                            .statistic = "difference",
                            .algorithm = name_of(w, a),
                            .versus = name_of(w, b),
                            .task = w->judge->tasks.data[task].name,
                            .threshold = NAN,
                            .n = n,
                            .value = judge_turn_back(w->judge, p.difference)};
    w->take(w->ctx, &row);
    row.statistic = "wins";
    row.value = (struct stats_interval){p.wins, NAN, NAN};
    w->take(w->ctx, &row);
}

static void emit_pairs(struct walk *w)
{
    for (size_t a = 0; a < w->judge->contenders.len; a++)
        for (size_t b = a + 1; b < w->judge->contenders.len; b++)
            for (size_t t = 0; t < w->judge->tasks.len; t++)
                emit_pair(w, a, b, t);
}

/* ---- profiles ---- */

static void widen(struct stats_scores s, double *lo, double *hi)
{
    for (size_t i = 0; i < s.start[s.num_tasks]; i++) {
        *lo = fmin(*lo, s.values[i]);
        *hi = fmax(*hi, s.values[i]);
    }
}

static void emit_profile(struct walk *w, size_t contender, struct stats_scores s,
                         const double *thresholds, size_t n)
{
    struct stats_interval share[THRESHOLDS];
    bool turned = judge_minimises(w->judge) && !w->judge->normalised;
    stats_profile(&s, thresholds, n, w->how, share);
    for (size_t i = 0; i < n; i++)
        w->take(w->ctx, &(struct stats_row){.kind = "profile",
                                            .statistic = "share",
                                            .algorithm = name_of(w, contender),
                                            .versus = "",
                                            .task = "",
                                            .threshold = turned ? -thresholds[i] : thresholds[i],
                                            .n = s.start[s.num_tasks],
                                            .value = share[i]});
}

/* Thresholds lie evenly from the least to the greatest score of all contenders. */
static void emit_profiles(struct walk *w)
{
    size_t nc = w->judge->contenders.len;
    size_t n = w->page->format == STATS_CSV || w->page->format == STATS_JSON ? THRESHOLDS
                                                                             : THRESHOLDS_SHOWN;
    bool *tasks = mem_alloc(w->judge->tasks.len + 1);
    struct stats_scores *scores = mem_alloc((nc + 1) * sizeof *scores);
    double thresholds[THRESHOLDS], lo = INFINITY, hi = -INFINITY;
    if (common_tasks(w, tasks)) {
        for (size_t c = 0; c < nc; c++) {
            scores[c] = judge_scores(w->judge, c, tasks, JUDGE_NORMALISED, &w->arena);
            widen(scores[c], &lo, &hi);
        }
        for (size_t i = 0; i < n; i++)
            thresholds[i] = lo + (hi - lo) * (double)i / (double)(n - 1);
        for (size_t c = 0; c < nc; c++)
            emit_profile(w, c, scores[c], thresholds, n);
    }
    free(tasks);
    free(scores);
}

void stats_each(const struct stats_page *p, void (*take)(void *ctx, const struct stats_row *row),
                void *ctx)
{
    struct walk w = {.page = p,
                     .judge = &p->judging->judge,
                     .how = &p->judging->resampling,
                     .take = take,
                     .ctx = ctx};
    emit_table(&w);
    if (p->improvement)
        emit_improvement(&w);
    if (p->paired)
        emit_pairs(&w);
    if (p->profile)
        emit_profiles(&w);
    arena_finish(&w.arena);
}
