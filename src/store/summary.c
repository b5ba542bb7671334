/* One row per run and metric, kept by the writer so that lists never touch the points. While a
 * writer works, the rows live here; each commit writes the changed ones. */
#include "store/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_REMEMBERED 65536 /* rows; beyond, memory is given back after a commit */

void summary_add(struct summary *m, uint64_t step, double value)
{
    m->dirty = true;
    if (m->n++ == 0 || step < m->first_step)
        m->first_step = step;
    if (m->n == 1 || step >= m->last_step) {
        m->last_step = step;
        m->last = value;
    }
    if (isnan(value)) {
        m->nan_n++;
        return;
    }
    if (isinf(value)) {
        m->inf_n++;
        return;
    }
    /* Welford's update: no cancellation however large the mean is beside the deviation. */
    double finite = (double)(m->n - m->nan_n - m->inf_n), d = value - m->mean;
    m->mean += d / finite;
    m->m2 += d * (value - m->mean);
    if (m->goal == RLB_GOAL_NONE)
        return;
    if (!m->has_best || (m->goal == RLB_GOAL_MINIMIZE ? value < m->best : value > m->best)) {
        m->has_best = true;
        m->best = value;
        m->best_step = step;
    }
}

/* ---- memory ---- */

static size_t slot_of(const struct summaries *t, int64_t run, int64_t metric)
{
    uint64_t h = ((uint64_t)run * UINT64_C(0x9E3779B97F4A7C15)) ^ (uint64_t)metric;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    size_t i = (size_t)(h >> 32) & (t->num_slots - 1);
    while (t->slots[i]) {
        const struct summary *m = &t->rows.data[t->slots[i] - 1];
        if (m->metric == metric && m->run == run)
            break;
        i = (i + 1) & (t->num_slots - 1);
    }
    return i;
}

static void make_room(struct summaries *t)
{
    if (t->num_slots > 2 * (t->rows.len + 1))
        return;
    t->num_slots = t->num_slots ? 2 * t->num_slots : 64;
    free(t->slots);
    t->slots = mem_alloc(t->num_slots * sizeof *t->slots);
    for (size_t i = 0; i < t->rows.len; i++)
        t->slots[slot_of(t, t->rows.data[i].run, t->rows.data[i].metric)] = (uint32_t)i + 1;
}

void summaries_forget(struct store *s)
{
    struct summaries *t = &s->summaries;
    t->rows.len = t->runs.len = 0;
    if (t->slots)
        memset(t->slots, 0, t->num_slots * sizeof *t->slots);
}

int summaries_run(struct store *s, int64_t run, struct run_cache **out, struct err *e)
{
    struct summaries *t = &s->summaries;
    for (size_t i = t->runs.len; i-- > 0;)
        if (t->runs.data[i].run == run) {
            *out = &t->runs.data[i];
            return OK;
        }
    sqlite3_stmt *st = store_statement(s, ST_RUN_CACHE, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int code = sqlite3_step(st);
    if (code != SQLITE_ROW) {
        int status = code == SQLITE_DONE
                         ? err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)run)
                         : store_fail(s, e, "cannot read a run");
        sqlite3_reset(st);
        return status;
    }
    struct run_cache c = {.run = run,
                          .attempt = (uint32_t)sqlite3_column_int64(st, 0),
                          .eval_every = (uint64_t)sqlite3_column_int64(st, 1),
                          .headline_known = sqlite3_column_int(st, 2)};
    sqlite3_reset(st);
    vec_push(&t->runs, c);
    *out = &t->runs.data[t->runs.len - 1];
    return OK;
}

/* A metric's row as the database has it, an empty one when it has none. */
static int load(struct store *s, struct summary *m, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_FIND_SUMMARY, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, m->run);
    sqlite3_bind_int64(st, 2, m->metric);
    int code = sqlite3_step(st), status = OK;
    if (code == SQLITE_DONE)
        status = err_set(e, ERR_INTERNAL, "no metric %lld in the catalogue", (long long)m->metric);
    else if (code != SQLITE_ROW)
        status = store_fail(s, e, "cannot read a summary");
    else
        m->goal = (uint32_t)sqlite3_column_int(st, 0);
    if (status == OK && sqlite3_column_type(st, 2) != SQLITE_NULL) {
        m->ord = (uint32_t)sqlite3_column_int(st, 1);
        m->n = (uint64_t)sqlite3_column_int64(st, 2);
        m->nan_n = (uint64_t)sqlite3_column_int64(st, 3);
        m->inf_n = (uint64_t)sqlite3_column_int64(st, 4);
        m->first_step = (uint64_t)sqlite3_column_int64(st, 5);
        m->last_step = (uint64_t)sqlite3_column_int64(st, 6);
        m->last = column_real(st, 7);
        m->has_best = sqlite3_column_type(st, 8) != SQLITE_NULL;
        m->best = sqlite3_column_double(st, 8);
        m->best_step = (uint64_t)sqlite3_column_int64(st, 9);
        m->mean = sqlite3_column_double(st, 10);
        m->m2 = sqlite3_column_double(st, 11);
    }
    sqlite3_reset(st);
    return status;
}

int summaries_get(struct store *s, int64_t run, int64_t metric, uint32_t ord, struct summary **out,
                  struct err *e)
{
    struct summaries *t = &s->summaries;
    make_room(t);
    size_t i = slot_of(t, run, metric);
    if (!t->slots[i]) {
        struct summary m = {.run = run, .metric = metric, .ord = ord};
        int status = load(s, &m, e);
        if (status != OK)
            return status;
        vec_push(&t->rows, m);
        t->slots[i] = (uint32_t)t->rows.len;
    }
    *out = &t->rows.data[t->slots[i] - 1];
    return OK;
}

int summaries_mark_stale(struct store *s, int64_t run, uint64_t beyond, struct err *e)
{
    /* Changed rows of this batch are only in memory, others only in the database. */
    for (size_t i = 0; i < s->summaries.rows.len; i++) {
        struct summary *m = &s->summaries.rows.data[i];
        if (m->run == run && m->n > 0 && m->last_step > beyond)
            m->stale = m->dirty = true;
    }
    sqlite3_stmt *st = store_statement(s, ST_RUN_SUMMARIES, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int code, status = OK;
    while (status == OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
        struct summary *m;
        if ((uint64_t)sqlite3_column_int64(st, 2) <= beyond)
            continue;
        status = summaries_get(s, run, sqlite3_column_int64(st, 0),
                               (uint32_t)sqlite3_column_int(st, 1), &m, e);
        if (status == OK)
            m->stale = m->dirty = true;
    }
    if (status == OK && code != SQLITE_DONE)
        status = store_fail(s, e, "cannot read the summaries");
    sqlite3_reset(st);
    return status;
}

/* ---- writing ---- */

static int rebuild(struct store *s, struct summary *m, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_VISIBLE_POINTS, e);
    if (!st)
        return ERR_INTERNAL;
    *m = (struct summary){.run = m->run, .metric = m->metric, .ord = m->ord, .goal = m->goal};
    sqlite3_bind_int64(st, 1, m->run);
    sqlite3_bind_int64(st, 2, m->metric);
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW)
        summary_add(m, (uint64_t)sqlite3_column_int64(st, 0), column_real(st, 1));
    int status = code == SQLITE_DONE ? OK : store_fail(s, e, "cannot rebuild a summary");
    sqlite3_reset(st);
    return status;
}

static int put(struct store *s, const struct summary *m, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, m->n ? ST_PUT_SUMMARY : ST_DROP_SUMMARY, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, m->run);
    sqlite3_bind_int64(st, 2, m->metric);
    if (m->n) {
        sqlite3_bind_int64(st, 3, m->ord);
        sqlite3_bind_int64(st, 4, (int64_t)m->n);
        sqlite3_bind_int64(st, 5, (int64_t)m->nan_n);
        sqlite3_bind_int64(st, 6, (int64_t)m->inf_n);
        sqlite3_bind_int64(st, 7, (int64_t)m->first_step);
        sqlite3_bind_int64(st, 8, (int64_t)m->last_step);
        bind_real(st, 9, m->last);
        if (m->has_best) {
            sqlite3_bind_double(st, 10, m->best);
            sqlite3_bind_int64(st, 11, (int64_t)m->best_step);
        }
        if (m->n > m->nan_n + m->inf_n) {
            sqlite3_bind_double(st, 12, m->mean);
            sqlite3_bind_double(st, 13, m->m2);
        }
    }
    return store_run(s, st, "cannot write a summary", e);
}

int summaries_flush(struct store *s, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < s->summaries.rows.len && status == OK; i++) {
        struct summary *m = &s->summaries.rows.data[i];
        if (!m->dirty)
            continue;
        if (m->stale)
            status = rebuild(s, m, e);
        if (status == OK)
            status = put(s, m, e);
        m->dirty = m->stale = false;
    }
    if (status == OK && s->summaries.rows.len > MAX_REMEMBERED)
        summaries_forget(s);
    return status;
}
