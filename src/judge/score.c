/* One number per run, by the rule of rlbench-stats(7), or why there is none. */
#include "judge/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double mean_of_last(const struct curve *c, size_t window)
{
    size_t n = c->len < window ? c->len : window;
    double sum = 0;
    for (size_t i = c->len - n; i < c->len; i++)
        sum += c->values[i];
    return sum / (double)n;
}

static double best_of(const struct curve *c, bool least)
{
    double best = NAN;
    for (size_t i = 0; i < c->len; i++) {
        double v = c->values[i];
        if (isfinite(v) && (isnan(best) || (least ? v < best : v > best)))
            best = v;
    }
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

static int score_run(struct judge *j, struct store *s, struct judge_run *r, struct err *e)
{
    struct curve c = {0};
    int status = OK;
    r->why = state_reason(j, r);
    if (!r->why) {
        status = store_read_curve(s, r->row.id, r->metric, -1, &c, e);
        r->value = status != OK || c.len == 0  ? (double)NAN
                   : j->how.pick == JUDGE_BEST ? best_of(&c, judge_minimises(j))
                   : j->how.pick == JUDGE_AT   ? value_at(&c, j->how.step)
                                               : mean_of_last(&c, j->how.window);
        if (isnan(r->value))
            r->why = c.len == 0 ? "no points of the metric" : "nan";
        else if (isinf(r->value))
            r->why = r->value > 0 ? "inf" : "-inf";
    }
    curve_finish(&c);
    if (r->why && j->how.count_missing && !is_at_work(r->row.state))
        r->value = j->how.missing;
    r->counts = !r->why || (j->how.count_missing && !is_at_work(r->row.state));
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
