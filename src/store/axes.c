/* Curves at chosen steps, and what a run's steps are in time and in episodes. */
#include "store/internal.h"

#include <math.h>
#include <stdlib.h>

/* One look-up per end; the statement gives step, attempt, value from ?3 back to after ?4. */
static int sample_back(struct store *s, enum statement which, int64_t run, int64_t metric,
                       const uint64_t *ends, size_t n, struct curve *out, struct err *e)
{
    struct visible visible = {0};
    int status = visible_read(s, run, &visible, e), code = SQLITE_DONE;
    sqlite3_stmt *st = status == OK ? store_statement(s, which, e) : NULL;
    if (!st) {
        vec_finish(&visible.to);
        return status == OK ? ERR_INTERNAL : status;
    }
    /* one transaction: taking the file's lock for every look-up costs as much as the look-up */
    bool alone = sqlite3_get_autocommit(s->db) && store_exec(s, "BEGIN", NULL) == OK;
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, metric);
    int64_t known = -1;
    for (size_t i = 0; i < n && (code == SQLITE_DONE || code == SQLITE_ROW); i++) {
        sqlite3_bind_int64(st, 3, ends[i] < INT64_MAX ? (int64_t)ends[i] : INT64_MAX);
        sqlite3_bind_int64(st, 4, known);
        while ((code = sqlite3_step(st)) == SQLITE_ROW) {
            int64_t step = sqlite3_column_int64(st, 0);
            if (!visible_has(&visible, step, (size_t)sqlite3_column_int64(st, 1)))
                continue;
            curve_push(out, (uint64_t)step, column_real(st, 2));
            known = step;
            break;
        }
        sqlite3_reset(st);
    }
    vec_finish(&visible.to);
    status =
        code == SQLITE_DONE || code == SQLITE_ROW ? OK : store_fail(s, e, "cannot read a curve");
    if (alone)
        store_exec(s, "COMMIT", NULL);
    return status;
}

int store_sample_ends(struct store *s, int64_t run, int64_t metric, const uint64_t *ends, size_t n,
                      struct curve *out, struct err *e)
{
    return sample_back(s, ST_CURVE_BACK, run, metric, ends, n, out, e);
}

int store_sample_episodes(struct store *s, int64_t run, const uint64_t *ends, size_t n,
                          struct curve *out, struct err *e)
{
    return sample_back(s, ST_EPISODES_BACK, run, 0 /* of training */, ends, n, out, e);
}

/* ---- the clock ---- */

/* Seconds at a step between two that are known. */
static double clock_at(const struct curve *c, uint64_t step)
{
    size_t i = 0;
    while (i < c->len && c->steps[i] < step)
        i++;
    if (i == c->len)
        return c->len ? c->values[c->len - 1] : 0;
    if (i == 0 || c->steps[i] == step)
        return c->values[i];
    double share = (double)(step - c->steps[i - 1]) / (double)(c->steps[i] - c->steps[i - 1]);
    return c->values[i - 1] + share * (c->values[i] - c->values[i - 1]);
}

/* An attempt begins: what the one before did beyond its first step counts no longer. */
static double go_back_to(struct curve *c, uint64_t step)
{
    double seconds = clock_at(c, step);
    while (c->len && c->steps[c->len - 1] >= step)
        c->len--;
    curve_push(c, step, seconds);
    return seconds;
}

static void go_on_to(struct curve *c, uint64_t step, double seconds)
{
    if (c->len && step > c->steps[c->len - 1])
        curve_push(c, step, fmax(seconds, c->values[c->len - 1]));
}

int store_read_clock(struct store *s, int64_t run, struct curve *out, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_CLOCK, e), *end = store_statement(s, ST_CLOCK_END, e);
    if (!st || !end)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(end, 1, run);
    int64_t attempt = 0, started = 0;
    double before = 0; /* seconds of earlier attempts */
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        if (sqlite3_column_int64(st, 0) != attempt) {
            attempt = sqlite3_column_int64(st, 0);
            started = sqlite3_column_int64(st, 2);
            before = go_back_to(out, (uint64_t)sqlite3_column_int64(st, 1));
        }
        if (sqlite3_column_type(st, 3) != SQLITE_NULL)
            go_on_to(out, (uint64_t)sqlite3_column_int64(st, 3),
                     before + (double)(sqlite3_column_int64(st, 4) - started) * 1e-6);
    }
    sqlite3_reset(st);
    if (code == SQLITE_DONE && (code = sqlite3_step(end)) == SQLITE_ROW && attempt)
        go_on_to(out, (uint64_t)sqlite3_column_int64(end, 0),
                 before + (double)(sqlite3_column_int64(end, 1) - started) * 1e-6);
    sqlite3_reset(end);
    return code == SQLITE_DONE || code == SQLITE_ROW ? OK : store_fail(s, e, "cannot read a clock");
}
