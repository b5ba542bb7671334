/* Which metric is judged, and what is known of it. */
#include "judge/parts.h"

#include "base/text.h"

#include <rlbench/plugin.h>

#include <stdlib.h>
#include <string.h>

static const char evaluations[] = "eval/return";

/* The metrics of all runs: run i has rows[start[i] .. start[i + 1]). */
struct catalogue {
    VEC(struct metric_row) rows;
    VEC(size_t) start;
};

static int read_catalogue(struct judge *j, struct store *s, struct catalogue *c, struct err *e)
{
    int status = OK;
    vec_push(&c->start, 0);
    for (size_t i = 0; i < j->runs.len && status == OK; i++) {
        struct metric_row *rows;
        size_t n = 0;
        status = store_run_metrics(s, j->runs.data[i].row.id, &j->arena, &rows, &n, e);
        for (size_t k = 0; k < n && status == OK; k++)
            vec_push(&c->rows, rows[k]);
        vec_push(&c->start, c->rows.len);
    }
    return status;
}

static const struct metric_row *find(const struct catalogue *c, size_t run, const char *name)
{
    for (size_t k = c->start.data[run]; k < c->start.data[run + 1]; k++)
        if (strcmp(c->rows.data[k].name, name) == 0)
            return &c->rows.data[k];
    return NULL;
}

static int choose(const struct judge *j, const struct catalogue *c, const char **out, struct err *e)
{
    const char *headline = NULL;
    if (j->how.metric) {
        *out = j->how.metric;
        return OK;
    }
    for (size_t i = 0; i < j->runs.len; i++)
        if (find(c, i, evaluations)) {
            *out = evaluations;
            return OK;
        }
    for (size_t i = 0; i < j->runs.len; i++) {
        const char *own = j->runs.data[i].row.headline;
        if (headline && *own && strcmp(own, headline) != 0)
            return err_set(e, ERR_USAGE,
                           "the runs have different headlines, %s and %s; name one with --metric",
                           headline, own);
        headline = *own ? own : headline;
    }
    if (!headline)
        return err_set(e, ERR_NOINPUT, "no run has logged anything yet");
    *out = headline;
    return OK;
}

static int not_logged(const struct catalogue *c, const char *name, struct err *e)
{
    VEC(const char *) names = {0};
    for (size_t i = 0; i < c->rows.len; i++)
        vec_push(&names, c->rows.data[i].name);
    const char *near = text_nearest(name, names.data, names.len);
    int status = err_set(e, ERR_NOINPUT, "no run has logged '%s'%s%s%s", name,
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    vec_finish(&names);
    return status;
}

int judge_choose_metric(struct judge *j, struct store *s, struct err *e)
{
    struct catalogue c = {0};
    const char *name = "";
    bool any = false;
    int status = read_catalogue(j, s, &c, e);
    if (status == OK)
        status = choose(j, &c, &name, e);
    for (size_t i = 0; i < j->runs.len && status == OK; i++) {
        const struct metric_row *m = find(&c, i, name);
        if (!m)
            continue;
        any = true;
        j->runs.data[i].metric = m->id;
        j->runs.data[i].summary = *m;
        j->metric = m->name;
        j->unit = m->unit;
        j->goal = m->goal;
        j->flags = m->flags;
    }
    if (status == OK && !any)
        status = not_logged(&c, name, e);
    vec_finish(&c.rows);
    vec_finish(&c.start);
    return status;
}

bool judge_minimises(const struct judge *j)
{
    return j->goal == RLB_GOAL_MINIMIZE;
}

const char *judge_rule(struct judge *j)
{
    static const char *const goals[] = {"no goal: larger is better", "minimize", "maximize"};
    const char *what = strcmp(j->metric, evaluations) == 0 ? "evaluation" : "point";
    const char *of = arena_printf(&j->arena, "of %s (%s)", j->metric, goals[j->goal % 3]);
    if (j->how.pick == JUDGE_BEST)
        return arena_printf(&j->arena, "best %s %s", what, of);
    if (j->how.pick == JUDGE_AT)
        return arena_printf(&j->arena, "last %s at or before step %llu %s", what,
                            (unsigned long long)j->how.step, of);
    if (j->how.window == 1)
        return arena_printf(&j->arena, "last %s %s", what, of);
    return arena_printf(&j->arena, "mean of the last %zu %ss %s", j->how.window, what, of);
}
