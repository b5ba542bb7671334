#include "tui/stats_model.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>

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
    m->at = m->num_aggregates = 0;
}

void stats_model_finish(struct stats_model *m)
{
    clear(m);
    vec_finish(&m->numbers);
    vec_finish(&m->lines);
    judge_finish(&m->judge);
    arena_finish(&m->arena);
}

/* ---- what is to be computed ---- */

/* Scores in their own unit are negated for a metric to be minimised. */
static bool is_turned(const struct stats_model *m)
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
    n.value = (struct stats_interval){is_turned(m) ? -point : point, NAN, NAN};
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
    m->rule = judge_rule(j);
    m->there = true;
    judge_warn_few_seeds(j);
    list_set_count(&m->list, (int)m->lines.len);
    free(all);
    free(tasks);
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
    bool turned = n->b == SIZE_MAX && is_turned(m);
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
    if (!m->there || m->at > m->numbers.len)
        return false;
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
    return false;
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
