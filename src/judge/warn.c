/* What must be said of scores before anybody believes them. */
#include "judge/parts.h"

#include <math.h>
#include <stdlib.h>

void judge_warn_few_seeds(struct judge *j)
{
    struct arena a = {0};
    for (size_t c = 0; c < j->contenders.len; c++)
        for (size_t t = 0; t < j->tasks.len; t++) {
            double *scores;
            size_t start[2] = {0, judge_cell(j, c, t, JUDGE_OWN, &a, &scores, NULL)};
            const struct stats_scores s = {1, start, scores};
            const char *text = start[1] ? stats_few_seeds(&s) : NULL;
            bool several = j->tasks.len > 1;
            if (text)
                judge_note(j, "%s%s%s: %s", j->contenders.data[c].name, several ? " on " : "",
                           several ? j->tasks.data[t].name : "", text);
        }
    arena_finish(&a);
}

static size_t common_tasks(const struct judge *j)
{
    size_t *all = mem_grow(NULL, j->contenders.len, sizeof *all);
    bool *tasks = mem_alloc(j->tasks.len + 1);
    for (size_t c = 0; c < j->contenders.len; c++)
        all[c] = c;
    size_t n = judge_common_tasks(j, all, j->contenders.len, tasks);
    free(all);
    free(tasks);
    return n;
}

/* Whoever's interval meets that of the best one may be as good. */
static void warn_overlap(struct judge *j, const struct stats_interval *totals, bool least)
{
    size_t n = j->contenders.len, best = 0;
    struct buf others = {0};
    for (size_t c = 0; c < n; c++)
        if (least ? totals[c].point < totals[best].point : totals[c].point > totals[best].point)
            best = c;
    for (size_t c = 0; c < n; c++)
        if (c != best && stats_overlap(totals[c], totals[best]))
            buf_printf(&others, "%s%s", others.len ? ", " : "", j->contenders.data[c].name);
    if (others.len)
        judge_note(j,
                   "the interval of %s, the best, overlaps with %s: these scores do not settle "
                   "which is better",
                   j->contenders.data[best].name, buf_text(&others));
    buf_finish(&others);
}

void judge_warn_totals(struct judge *j, const struct stats_interval *totals, bool gap)
{
    size_t n = j->contenders.len, common = common_tasks(j);
    if (common)
        warn_overlap(j, totals, gap || (judge_minimises(j) && !j->normalised));
    if (!common && n > 1)
        judge_note(j, "no environment has scores of every algorithm: there is no total");
    else if (common < j->tasks.len && n > 1)
        judge_note(j,
                   "totals are over the %zu of %zu environments that have scores of every "
                   "algorithm",
                   common, j->tasks.len);
}
