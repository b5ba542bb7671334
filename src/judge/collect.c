/* Runs sorted into contenders and tasks. */
#include "judge/parts.h"

#include <stdlib.h>
#include <string.h>

void judge_note(struct judge *j, const char *fmt, ...)
{
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    const char *text = arena_strdup(&j->arena, buf_text(&b));
    buf_finish(&b);
    vec_push(&j->notes, text);
}

void judge_finish(struct judge *j)
{
    vec_finish(&j->runs);
    vec_finish(&j->contenders);
    vec_finish(&j->tasks);
    vec_finish(&j->notes);
    arena_finish(&j->arena);
}

/* ---- whose a parameter is ---- */

enum side { ALGORITHM, TASK, NEITHER };

/* The longest prefix that fits decides; what is not here belongs to the algorithm. */
static const struct {
    const char *prefix;
    enum side side;
} sides[] = {
    {"env.lanes", ALGORITHM}, /* how many worlds side by side is how it learns, not what */
    {"env.", TASK},           {"dataset.", TASK},   {"budget.", NEITHER},
    {"log.", NEITHER},        {"eval.", NEITHER},   {"checkpoint.", NEITHER},
    {"on_nan", NEITHER},      {"limits.", NEITHER}, {"algorithm.", ALGORITHM},
};

static enum side side_of(const char *key)
{
    if (strcmp(key, "dataset.path") == 0) /* its digest tells datasets apart */
        return NEITHER;
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        if (strncmp(key, sides[i].prefix, strlen(sides[i].prefix)) == 0)
            return sides[i].side;
    return ALGORITHM;
}

/* The parameters of one side, and one text that is equal for equal ones. */
static const char *take_side(const char *first, enum side side, const struct param_row *params,
                             size_t n, struct arena *a, struct param_row **out, size_t *num_out)
{
    struct buf key = {0};
    buf_puts(&key, first);
    *out = arena_alloc(a, (n + 1) * sizeof **out);
    *num_out = 0;
    for (size_t i = 0; i < n; i++)
        if (side_of(params[i].key) == side) {
            buf_printf(&key, "\n%s=%s", params[i].key, params[i].text);
            (*out)[(*num_out)++] = params[i];
        }
    const char *text = arena_strdup(a, buf_text(&key));
    buf_finish(&key);
    return text;
}

static size_t find_contender(struct judge *j, const struct run_row *r,
                             const struct param_row *params, size_t n)
{
    struct judge_contender c = {.algo = r->algo};
    c.key = take_side(r->algo, ALGORITHM, params, n, &j->arena, &c.params, &c.num_params);
    if (j->how.sides)
        c.name = c.key = j->how.sides[j->runs.len];
    for (size_t i = 0; i < j->contenders.len; i++)
        if (strcmp(j->contenders.data[i].key, c.key) == 0)
            return i;
    vec_push(&j->contenders, c);
    return j->contenders.len - 1;
}

static size_t find_task(struct judge *j, const struct run_row *r, const struct param_row *params,
                        size_t n)
{
    struct judge_task t = {.env = *r->env ? r->env : "-"};
    t.key = take_side(t.env, TASK, params, n, &j->arena, &t.params, &t.num_params);
    for (size_t i = 0; i < j->tasks.len; i++)
        if (strcmp(j->tasks.data[i].key, t.key) == 0)
            return i;
    vec_push(&j->tasks, t);
    return j->tasks.len - 1;
}

static int add_run(struct judge *j, struct store *s, const struct run_row *row, struct err *e)
{
    struct param_row *params;
    size_t n;
    int status = store_run_params(s, row->id, &j->arena, &params, &n, e);
    if (status != OK)
        return status;
    struct judge_run r = {.row = *row};
    r.contender = find_contender(j, row, params, n);
    r.task = find_task(j, row, params, n);
    vec_push(&j->runs, r);
    return OK;
}

/* ---- one run of each seed ---- */

/* Runs are in the order of their numbers; a later one with a score takes the place of an earlier.
 */
static void keep_newest(struct judge *j)
{
    size_t older = 0;
    for (size_t i = 0; i < j->runs.len; i++) {
        struct judge_run *r = &j->runs.data[i];
        for (size_t k = i + 1; r->counts && k < j->runs.len; k++) {
            const struct judge_run *o = &j->runs.data[k];
            if (o->counts && o->contender == r->contender && o->task == r->task &&
                o->row.seed == r->row.seed) {
                r->counts = false;
                older++;
            }
        }
    }
    if (older)
        judge_note(j,
                   older == 1 ? "%zu older run of the same seed is left out"
                              : "%zu older runs of the same seeds are left out",
                   older);
}

/* Different budgets in one cell are compared at different steps. */
static void compare_budgets(struct judge *j)
{
    if (j->how.pick == JUDGE_AT)
        return;
    for (size_t t = 0; t < j->tasks.len; t++) {
        uint64_t lo = UINT64_MAX, hi = 0;
        for (size_t i = 0; i < j->runs.len; i++) {
            const struct judge_run *r = &j->runs.data[i];
            if (!r->counts || r->task != t)
                continue;
            lo = r->row.total_steps < lo ? r->row.total_steps : lo;
            hi = r->row.total_steps > hi ? r->row.total_steps : hi;
        }
        if (lo < hi)
            judge_note(j,
                       "runs on %s have different budgets (%llu to %llu steps); --at STEP compares "
                       "them at one step",
                       j->tasks.data[t].name, (unsigned long long)lo, (unsigned long long)hi);
    }
}

int judge_collect(struct judge *j, struct store *s, const struct run_row *rows, size_t n,
                  const struct judge_how *how, struct err *e)
{
    *j = (struct judge){.how = *how};
    int status = n ? OK : err_set(e, ERR_NOINPUT, "no runs to judge");
    for (size_t i = 0; i < n && status == OK; i++)
        status = add_run(j, s, &rows[i], e);
    if (status == OK)
        status = judge_choose_metric(j, s, e);
    if (status != OK)
        return status;
    judge_name(j);
    if ((status = judge_score_runs(j, s, e)) != OK)
        return status;
    keep_newest(j);
    compare_budgets(j);
    return OK;
}

int judge_need_scores(const struct judge *j, struct err *e)
{
    for (size_t i = 0; i < j->runs.len; i++)
        if (j->runs.data[i].counts)
            return OK;
    return err_set(e, ERR_NOINPUT, "no run has a score yet: %s",
                   j->notes.len ? j->notes.data[0] : j->metric);
}
