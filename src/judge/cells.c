/* Scores of contenders on tasks, as the statistics want them. */
#include "judge/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- normalisation ---- */

const char *judge_norm_text(enum judge_norm norm)
{
    static const char *const texts[] = {
        [NORM_AUTO] = "",
        [NORM_NONE] = "",
        [NORM_MINMAX] = "0 is the worst and 1 the best score on the task among these runs",
        [NORM_GIVEN] = "by the references given"};
    return texts[norm];
}

static void spread_of(const struct judge *j, size_t task, double *least, double *greatest)
{
    *least = INFINITY;
    *greatest = -INFINITY;
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (!r->counts || r->task != task)
            continue;
        *least = fmin(*least, r->value);
        *greatest = fmax(*greatest, r->value);
    }
}

static void by_spread(struct judge *j, struct judge_task *t, size_t task)
{
    double least, greatest;
    spread_of(j, task, &least, &greatest);
    t->lo = judge_minimises(j) ? greatest : least;
    t->hi = judge_minimises(j) ? least : greatest;
    if (least < greatest || least > greatest)
        return;
    judge_note(j, "all scores on %s are equal: normalised, they are 0", t->name);
    t->hi = t->lo + (judge_minimises(j) ? -1 : 1);
}

static int by_reference(const struct judge *j, struct judge_task *t,
                        const struct judge_reference *refs, size_t n, struct err *e)
{
    const struct judge_reference *found = NULL;
    for (size_t i = 0; i < n; i++) {
        bool own = refs[i].task &&
                   (strcmp(refs[i].task, t->name) == 0 || strcmp(refs[i].task, t->env) == 0);
        if (own || (!refs[i].task && !found))
            found = &refs[i];
    }
    if (!found)
        return err_set(e, ERR_USAGE, "no reference for %s: give --normalize '%s=LO:HI'", t->name,
                       t->name);
    t->lo = found->lo;
    t->hi = found->hi;
    if ((t->hi < t->lo) != judge_minimises(j))
        return err_set(e, ERR_USAGE,
                       "the reference %g:%g of %s: %s is to be %s, so the value of score 1 must be "
                       "the %s one",
                       t->lo, t->hi, t->name, j->metric,
                       judge_minimises(j) ? "minimised" : "maximised",
                       judge_minimises(j) ? "smaller" : "larger");
    return OK;
}

int judge_normalise(struct judge *j, enum judge_norm norm, const struct judge_reference *refs,
                    size_t num_refs, struct err *e)
{
    int status = OK;
    if (norm == NORM_AUTO)
        norm = j->tasks.len > 1 ? NORM_MINMAX : NORM_NONE;
    j->normalised = norm != NORM_NONE;
    for (size_t i = 0; i < j->tasks.len && status == OK; i++) {
        struct judge_task *t = &j->tasks.data[i];
        if (norm == NORM_MINMAX)
            by_spread(j, t, i);
        else if (norm == NORM_GIVEN)
            status = by_reference(j, t, refs, num_refs, e);
    }
    if (norm == NORM_NONE && j->tasks.len > 1)
        judge_note(j, "scores of %zu tasks are put together without normalisation", j->tasks.len);
    return status;
}

/* ---- scores ---- */

static double score_of(const struct judge *j, const struct judge_run *r, enum judge_scale scale)
{
    const struct judge_task *t = &j->tasks.data[r->task];
    if (scale == JUDGE_NORMALISED && j->normalised)
        return (r->value - t->lo) / (t->hi - t->lo);
    return judge_minimises(j) ? -r->value : r->value;
}

struct stats_interval judge_turn_back(const struct judge *j, struct stats_interval i)
{
    return judge_minimises(j) ? (struct stats_interval){-i.point, -i.high, -i.low} : i;
}

static int by_seed(const void *a, const void *b)
{
    const struct judge_run *x = *(const struct judge_run *const *)a,
                           *y = *(const struct judge_run *const *)b;
    return (x->row.seed > y->row.seed) - (x->row.seed < y->row.seed);
}

size_t judge_cell(const struct judge *j, size_t contender, size_t task, enum judge_scale scale,
                  struct arena *a, double **scores, uint64_t **seeds)
{
    VEC(const struct judge_run *) runs = {0};
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (r->counts && r->contender == contender && r->task == task)
            vec_push(&runs, r);
    }
    size_t n = runs.len;
    if (n)
        qsort(runs.data, n, sizeof(struct judge_run *), by_seed);
    *scores = arena_alloc(a, (n + 1) * sizeof **scores);
    if (seeds)
        *seeds = arena_alloc(a, (n + 1) * sizeof **seeds);
    for (size_t i = 0; i < n; i++) {
        (*scores)[i] = score_of(j, runs.data[i], scale);
        if (seeds)
            (*seeds)[i] = runs.data[i]->row.seed;
    }
    vec_finish(&runs);
    return n;
}

static bool has_scores(const struct judge *j, size_t contender, size_t task)
{
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (r->counts && r->contender == contender && r->task == task)
            return true;
    }
    return false;
}

size_t judge_common_tasks(const struct judge *j, const size_t *contenders, size_t n, bool *tasks)
{
    size_t count = 0;
    for (size_t t = 0; t < j->tasks.len; t++) {
        tasks[t] = true;
        for (size_t i = 0; i < n; i++)
            tasks[t] = tasks[t] && has_scores(j, contenders[i], t);
        count += tasks[t];
    }
    return count;
}

struct stats_scores judge_scores(const struct judge *j, size_t contender, const bool *tasks,
                                 enum judge_scale scale, struct arena *a)
{
    VEC(double) values = {0};
    size_t *start = arena_alloc(a, (j->tasks.len + 1) * sizeof *start), used = 0;
    for (size_t t = 0; t < j->tasks.len; t++) {
        if (!tasks[t])
            continue;
        double *cell;
        size_t n = judge_cell(j, contender, t, scale, a, &cell, NULL);
        for (size_t i = 0; i < n; i++)
            vec_push(&values, cell[i]);
        start[++used] = values.len;
    }
    double *kept = arena_alloc(a, (values.len + 1) * sizeof *kept);
    if (values.len)
        memcpy(kept, values.data, values.len * sizeof *kept);
    vec_finish(&values);
    return (struct stats_scores){used, start, kept};
}

size_t judge_pairs(const struct judge *j, size_t a, size_t b, size_t task, struct arena *arena,
                   double **of_a, double **of_b)
{
    uint64_t *seeds_a, *seeds_b;
    size_t n = judge_cell(j, a, task, JUDGE_OWN, arena, of_a, &seeds_a), pairs = 0;
    size_t m = judge_cell(j, b, task, JUDGE_OWN, arena, of_b, &seeds_b);
    for (size_t i = 0, k = 0; i < n && k < m;) {
        if (seeds_a[i] == seeds_b[k]) {
            (*of_a)[pairs] = (*of_a)[i++];
            (*of_b)[pairs++] = (*of_b)[k++];
        } else if (seeds_a[i] < seeds_b[k])
            i++;
        else
            k++;
    }
    return pairs;
}
