/* One number per run, by the rule of rlbench-stats(7), or why there is none. */
#include "judge/parts.h"

#include <math.h>

static double mean_of_last(const struct curve *c, size_t window)
{
    size_t n = c->len < window ? c->len : window;
    double sum = 0;
    for (size_t i = c->len - n; i < c->len; i++)
        sum += c->values[i];
    return sum / (double)n;
}

static double greatest_of(const struct curve *c)
{
    double best = NAN;
    for (size_t i = 0; i < c->len; i++)
        if (isfinite(c->values[i]) && !(best >= c->values[i]))
            best = c->values[i];
    return best;
}

static double value_at(const struct curve *c, uint64_t step)
{
    double value = NAN;
    for (size_t i = 0; i < c->len && c->steps[i] <= step; i++)
        value = c->values[i];
    return value;
}

static bool is_at_work(enum run_state s)
{
    return s == RUN_QUEUED || s == RUN_RUNNING || s == RUN_PAUSED;
}

/* Why a run has no score whatever its curve is, NULL when it may have one. A run that got to the
 * step asked for has its score there, however it went on. */
static const char *state_reason(const struct judge *j, const struct judge_run *r)
{
    bool there = j->how.pick == JUDGE_AT && r->row.steps >= j->how.step;
    if (r->metric == 0)
        return is_at_work(r->row.state) ? run_state_name(r->row.state) : "no points of the metric";
    if (r->row.state == RUN_DONE && !there && j->how.pick == JUDGE_AT)
        return "ended before that step";
    return r->row.state == RUN_DONE || there ? NULL : run_state_name(r->row.state);
}

/* The last points, at least `window` of them unless there are fewer: a guess at where they begin,
 * and all points when it was too near the end. */
static int read_tail(struct store *s, const struct judge_run *r, size_t window, struct curve *c,
                     struct err *e)
{
    const struct metric_row *m = &r->summary;
    double spacing = m->n > 1 ? (double)(m->last_step - m->first_step) / (double)(m->n - 1) : 0;
    double after = (double)m->last_step - 2 * (double)window * spacing - 1;
    int status = store_read_curve(s, r->row.id, r->metric, after > 0 ? (int64_t)after : -1, c, e);
    if (status != OK || c->len >= window || after <= 0)
        return status;
    c->len = 0;
    return store_read_curve(s, r->row.id, r->metric, -1, c, e);
}

/* The summary of the run answers what it can: it does not take longer on long curves. */
static int read_value(struct judge *j, struct store *s, struct judge_run *r, struct err *e)
{
    struct curve c = {0};
    int status = OK;
    if (j->how.pick == JUDGE_LAST && j->how.window == 1)
        r->value = r->summary.last;
    else if (j->how.pick == JUDGE_BEST && r->summary.goal != 0)
        r->value = r->summary.best;
    else if (j->how.pick == JUDGE_LAST) {
        status = read_tail(s, r, j->how.window, &c, e);
        r->value = mean_of_last(&c, j->how.window);
    } else {
        status = store_read_curve(s, r->row.id, r->metric, -1, &c, e);
        r->value = j->how.pick == JUDGE_BEST ? greatest_of(&c) : value_at(&c, j->how.step);
    }
    curve_finish(&c);
    return status;
}

static int score_run(struct judge *j, struct store *s, struct judge_run *r, struct err *e)
{
    int status = OK;
    r->why = state_reason(j, r);
    if (!r->why) {
        status = read_value(j, s, r, e);
        if (isnan(r->value))
            r->why = "nan";
        else if (isinf(r->value))
            r->why = r->value > 0 ? "inf" : "-inf";
    }
    bool stands_in = r->why && j->how.count_missing && !is_at_work(r->row.state);
    if (stands_in)
        r->value = j->how.missing;
    r->counts = !r->why || stands_in;
    return status;
}

/* "2 of 20 runs are left out: 12 (crashed), 14 (nan)" */
static void note_reasons(struct judge *j, bool counted)
{
    enum { SHOWN = 8 };
    size_t n = 0;
    struct buf who = {0};
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (!r->why || r->counts != counted)
            continue;
        if (n < SHOWN)
            buf_printf(&who, "%s%lld (%s)", n ? ", " : "", (long long)r->row.id, r->why);
        n++;
    }
    if (n > SHOWN)
        buf_printf(&who, " and %zu more", n - SHOWN);
    const char *verb = n == 1 ? "is" : "are";
    if (n && counted)
        judge_note(j, "%zu of %zu runs %s counted as %g: %s", n, j->runs.len, verb, j->how.missing,
                   buf_text(&who));
    else if (n)
        judge_note(j, "%zu of %zu runs %s left out: %s", n, j->runs.len, verb, buf_text(&who));
    buf_finish(&who);
}

int judge_score_runs(struct judge *j, struct store *s, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < j->runs.len && status == OK; i++)
        status = score_run(j, s, &j->runs.data[i], e);
    note_reasons(j, false);
    note_reasons(j, true);
    return status;
}
