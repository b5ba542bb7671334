#include "tui/stats_model.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE = 64 }; /* replicates between two looks at the clock */

void stats_model_init(struct stats_model *m)
{
    *m = (struct stats_model){.aggregate = STATS_IQM, .resampling = STATS_RESAMPLING};
}

static void clear(struct stats_model *m)
{
    for (size_t i = 0; i < m->numbers.len; i++)
        free(m->numbers.data[i].replicates);
    m->numbers.len = m->lines.len = 0;
    m->gates.len = m->profile.len = 0;
    m->at = m->num_aggregates = m->profiles_done = 0;
}

void stats_model_finish(struct stats_model *m)
{
    clear(m);
    vec_finish(&m->numbers);
    vec_finish(&m->lines);
    vec_finish(&m->gates);
    vec_finish(&m->profile);
    judge_finish(&m->judge);
    arena_finish(&m->arena);
}

/* ---- what is to be computed ---- */

/* Scores in their own unit are negated for a metric to be minimised. */
bool stats_model_is_turned(const struct stats_model *m)
{
    return !m->judge.normalised && judge_minimises(&m->judge);
}

static void add_aggregate(struct stats_model *m, size_t contender, size_t task, const bool *tasks)
{
    struct stats_scores s = judge_scores(&m->judge, contender, tasks, JUDGE_NORMALISED, &m->arena);
    if (s.num_tasks == 0 || s.start[s.num_tasks] == 0)
        return;
    struct stats_number n = {.a = contender, .b = SIZE_MAX, .task = task, .of = s};
    double point = stats_aggregate(&s, m->aggregate, 0);
    n.value = (struct stats_interval){stats_model_is_turned(m) ? -point : point, NAN, NAN};
    n.ready = s.start[s.num_tasks] == s.num_tasks; /* single runs: no interval */
    vec_push(&m->lines, ((struct stats_line){task, m->numbers.len}));
    vec_push(&m->numbers, n);
}

/* The lines of a task, or of those marked, below its heading. */
static void add_task(struct stats_model *m, size_t task, const bool *tasks)
{
    if (m->judge.tasks.len > 1)
        vec_push(&m->lines, ((struct stats_line){task, SIZE_MAX}));
    for (size_t c = 0; c < m->judge.contenders.len; c++)
        add_aggregate(m, c, task, tasks);
}

static void add_pair(struct stats_model *m, size_t a, size_t b, bool *tasks)
{
    const struct judge *j = &m->judge;
    if (judge_common_tasks(j, (const size_t[]){a, b}, 2, tasks) == 0)
        return;
    struct stats_number n = {.a = a, .b = b, .task = j->tasks.len};
    n.of = judge_scores(j, a, tasks, JUDGE_OWN, &m->arena);
    n.against = judge_scores(j, b, tasks, JUDGE_OWN, &m->arena);
    n.value.point = stats_improvement_replicates(&n.of, &n.against, 0, 0, 0, NULL);
    n.value.low = n.value.high = NAN;
    size_t tasks_used = n.of.num_tasks;
    n.ready = n.of.start[tasks_used] == tasks_used || n.against.start[tasks_used] == tasks_used;
    vec_push(&m->numbers, n);
}

void stats_model_begin(struct stats_model *m)
{
    struct judge *j = &m->judge;
    size_t n = j->contenders.len, *all = mem_grow(NULL, n + 1, sizeof *all);
    bool *tasks = mem_alloc(j->tasks.len + 1);
    clear(m);
    for (size_t c = 0; c < n; c++)
        all[c] = c;
    if (judge_common_tasks(j, all, n, tasks) && j->tasks.len > 1)
        add_task(m, j->tasks.len, tasks);
    for (size_t t = 0; t < j->tasks.len; t++) {
        for (size_t k = 0; k < j->tasks.len; k++)
            tasks[k] = k == t;
        add_task(m, t, tasks);
    }
    m->num_aggregates = m->numbers.len;
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            add_pair(m, a, b, tasks);
    if (judge_common_tasks(j, all, n, tasks))
        stats_profiles_begin(m, tasks);
    m->rule = judge_rule(j);
    m->there = true;
    judge_warn_few_seeds(j);
    list_set_count(&m->list, (int)m->lines.len);
    free(all);
    free(tasks);
}

void stats_model_add_gate(struct stats_model *m, const char *text, struct stats_scores of,
                          struct stats_scores against, double bound)
{
    struct stats_number n = {.a = SIZE_MAX, .of = of, .against = against};
    n.value.point = stats_improvement_replicates(&of, &against, 0, 0, 0, NULL);
    n.value.low = n.value.high = NAN;
    struct stats_gate gate = {
        .text = arena_strdup(&m->arena, text), .number = m->numbers.len, .bound = bound};
    vec_push(&m->numbers, n);
    vec_push(&m->gates, gate);
}

void stats_model_add_verdict(struct stats_model *m, const char *text, bool holds)
{
    const struct stats_gate gate = {
        .text = arena_strdup(&m->arena, text), .judged = true, .holds = holds};
    vec_push(&m->gates, gate);
}

void stats_model_add_hopeless(struct stats_model *m, const char *text, const char *why)
{
    struct stats_gate gate = {.text = arena_strdup(&m->arena, text),
                              .why = arena_strdup(&m->arena, why)};
    vec_push(&m->gates, gate);
}

/* ---- what is known already ---- */

static bool same_scores(const struct stats_scores *a, const struct stats_scores *b)
{
    if (a->num_tasks != b->num_tasks)
        return false;
    size_t n = a->num_tasks ? a->start[a->num_tasks] : 0;
    return a->num_tasks == 0 ||
           (memcmp(a->start, b->start, (a->num_tasks + 1) * sizeof *a->start) == 0 &&
            memcmp(a->values, b->values, n * sizeof *a->values) == 0);
}

static void take_number(struct stats_number *n, struct stats_model *old)
{
    for (size_t i = 0; i < old->numbers.len; i++) {
        struct stats_number *o = &old->numbers.data[i];
        if ((n->b == SIZE_MAX) != (o->b == SIZE_MAX) || !same_scores(&n->of, &o->of) ||
            !same_scores(&n->against, &o->against) || (!o->ready && !o->replicates))
            continue;
        n->value = o->value;
        n->ready = o->ready;
        n->done = o->done;
        free(n->replicates);
        n->replicates = o->replicates;
        o->replicates = NULL;
        return;
    }
}

static void take_profile(struct stats_model *m, struct stats_profile_line *p,
                         const struct stats_model *old)
{
    for (size_t i = 0; i < old->profile.len; i++) {
        const struct stats_profile_line *o = &old->profile.data[i];
        if (!o->share || !same_scores(&p->of, &o->of))
            continue;
        size_t bytes = STATS_THRESHOLDS * sizeof *p->share;
        p->share = memcpy(arena_alloc(&m->arena, bytes), o->share, bytes);
        return;
    }
}

void stats_model_take_over(struct stats_model *m, struct stats_model *old)
{
    const struct stats_resampling *x = &m->resampling, *y = &old->resampling;
    if (!old->there || m->aggregate != old->aggregate || x->replicates != y->replicates ||
        x->confidence != y->confidence || x->seed != y->seed ||
        stats_model_is_turned(m) != stats_model_is_turned(old))
        return;
    for (size_t i = 0; i < m->numbers.len; i++)
        if (!m->numbers.data[i].ready)
            take_number(&m->numbers.data[i], old);
    if (memcmp(m->thresholds, old->thresholds, sizeof m->thresholds) == 0)
        for (size_t i = 0; i < m->profile.len; i++)
            take_profile(m, &m->profile.data[i], old);
}

/* ---- the bootstrap ---- */

static void slice(struct stats_model *m, struct stats_number *n)
{
    const struct stats_resampling *how = &m->resampling;
    uint32_t count = how->replicates - n->done < SLICE ? how->replicates - n->done : SLICE;
    if (!n->replicates)
        n->replicates = mem_grow(NULL, how->replicates, sizeof *n->replicates);
    double *out = n->replicates + n->done;
    if (n->b == SIZE_MAX)
        stats_replicates(&n->of, m->aggregate, 0, how->seed, n->done, count, out);
    else
        stats_improvement_replicates(&n->of, &n->against, how->seed, n->done, count, out);
    n->done += count;
}

static void conclude(struct stats_model *m, struct stats_number *n)
{
    bool turned = n->b == SIZE_MAX && stats_model_is_turned(m);
    double point = turned ? -n->value.point : n->value.point;
    n->value =
        stats_percentiles(n->replicates, m->resampling.replicates, m->resampling.confidence, point);
    if (turned)
        n->value = judge_turn_back(&m->judge, n->value);
    free(n->replicates);
    n->replicates = NULL;
    n->ready = true;
}

/* All intervals are there: what they leave open. */
static void warn(struct stats_model *m)
{
    struct judge *j = &m->judge;
    size_t total = j->tasks.len > 1 ? j->tasks.len : 0;
    struct stats_interval *totals = mem_grow(NULL, j->contenders.len + 1, sizeof *totals);
    for (size_t c = 0; c < j->contenders.len; c++)
        totals[c] = (struct stats_interval){NAN, NAN, NAN};
    for (size_t i = 0; i < m->num_aggregates; i++)
        if (m->numbers.data[i].task == total)
            totals[m->numbers.data[i].a] = m->numbers.data[i].value;
    judge_warn_totals(j, totals, false);
    free(totals);
}

bool stats_model_step(struct stats_model *m, int64_t until_ns)
{
    if (!m->there)
        return false;
    if (m->at > m->numbers.len) {
        while (clock_mono_ns() < until_ns)
            if (!stats_profiles_step(m))
                return false;
        return true;
    }
    while (m->at < m->numbers.len) {
        struct stats_number *n = &m->numbers.data[m->at];
        while (!n->ready && n->done < m->resampling.replicates) {
            if (clock_mono_ns() >= until_ns)
                return true;
            slice(m, n);
        }
        if (!n->ready)
            conclude(m, n);
        m->at++;
    }
    m->at++; /* beyond the last: warned */
    warn(m);
    return stats_model_step(m, until_ns); /* profiles */
}

double stats_model_progress(const struct stats_model *m)
{
    if (m->at >= m->numbers.len)
        return 1;
    double part = (double)m->numbers.data[m->at].done / m->resampling.replicates;
    return ((double)m->at + part) / (double)m->numbers.len;
}

struct stats_interval stats_model_improvement(const struct stats_model *m, size_t a, size_t b)
{
    for (size_t i = m->num_aggregates; i < m->numbers.len; i++) {
        const struct stats_number *n = &m->numbers.data[i];
        if (n->a == a && n->b == b)
            return n->value;
        if (n->a == b && n->b == a) /* ties count half on both sides */
            return (struct stats_interval){1 - n->value.point, 1 - n->value.high, 1 - n->value.low};
    }
    return (struct stats_interval){NAN, NAN, NAN};
}
