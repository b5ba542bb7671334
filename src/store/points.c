/* Curves and episodes going in, and attempts, which decide what of them is visible. */
#include "store/internal.h"

#include "base/clock.h"

#include <string.h>

#define POINTS_AT_ONCE 50

/* ---- the headline ---- */

/* The curve a list shows: the first that its algorithm calls a headline, else the evaluation, else
 * the training return, else the first. */
static int headline_rank(sqlite3_stmt *st, const struct run_cache *run)
{
    const char *name = (const char *)sqlite3_column_text(st, 0);
    if (sqlite3_column_int(st, 1) & (int)RLB_M_HEADLINE)
        return 3;
    if (strcmp(name, "eval/return") == 0 && run->eval_every > 0)
        return 2;
    return strcmp(name, "episode/return") == 0;
}

static int choose_headline(struct store *s, struct run_cache *run, const int64_t *metric_ids,
                           size_t n, struct err *e)
{
    if (run->headline_known || n == 0)
        return OK;
    size_t best = 0;
    int best_rank = 0;
    sqlite3_stmt *st;
    for (size_t i = 0; i < n; i++) {
        if (!(st = store_statement(s, ST_METRIC_NAME, e)))
            return ERR_INTERNAL;
        sqlite3_bind_int64(st, 1, metric_ids[i]);
        int rank = sqlite3_step(st) == SQLITE_ROW ? headline_rank(st, run) : 0;
        sqlite3_reset(st);
        if (rank > best_rank) {
            best_rank = rank;
            best = i;
        }
    }
    if (!(st = store_statement(s, ST_SET_HEADLINE, e)))
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run->run);
    sqlite3_bind_int64(st, 2, metric_ids[best]);
    run->headline_known = true;
    return store_run(s, st, "cannot update a run", e);
}

/* ---- points ---- */

/* Many rows to a statement: half of the time of a single insert goes into starting and ending it.
 * OR FAIL, because the default (undo what the statement did) keeps a journal for each of them. */
static sqlite3_stmt *insert_statement(struct store *s, size_t rows, struct err *e)
{
    sqlite3_stmt **st = &s->insert[rows > 1];
    struct buf sql = {0};
    if (!*st) {
        buf_puts(&sql,
                 "INSERT OR FAIL INTO point(run_id, metric_id, step, sub, attempt, value) VALUES ");
        for (size_t i = 0; i < rows; i++)
            buf_printf(&sql, "%s(?1, ?%zu, ?%zu, ?%zu, ?2, ?%zu)", i ? "," : "", 4 * i + 3,
                       4 * i + 4, 4 * i + 5, 4 * i + 6);
        if (sqlite3_prepare_v3(s->db, sql.data, -1, SQLITE_PREPARE_PERSISTENT, st, NULL) !=
            SQLITE_OK)
            store_fail(s, e, "cannot prepare a statement");
        buf_finish(&sql);
    }
    return *st;
}

struct target {
    int64_t run;
    uint32_t attempt;
    bool newest; /* the run's newest attempt: all its points are visible */
    const int64_t *metric_ids;
    size_t num_metrics;
};

static int summary_of(struct store *s, const struct target *to, const struct store_point *p,
                      struct summary **out, struct err *e)
{
    if (p->metric >= to->num_metrics)
        return err_set(e, ERR_INTERNAL, "run %lld: metric %u of %zu", (long long)to->run, p->metric,
                       to->num_metrics);
    return summaries_get(s, to->run, to->metric_ids[p->metric], p->metric, out, e);
}

/* For points of which one lies where another is already: the later one counts, and the summary
 * needs a look at all of them. */
static int replace_points(struct store *s, const struct target *to, const struct store_point *p,
                          size_t n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_REPLACE_POINT, e);
    int status = st ? OK : ERR_INTERNAL;
    for (size_t i = 0; i < n && status == OK; i++, p++) {
        struct summary *m;
        if ((status = summary_of(s, to, p, &m, e)) != OK)
            break;
        m->stale = m->dirty = true;
        sqlite3_bind_int64(st, 1, to->run);
        sqlite3_bind_int64(st, 2, to->metric_ids[p->metric]);
        sqlite3_bind_int64(st, 3, (int64_t)p->step);
        sqlite3_bind_int64(st, 4, p->sub);
        sqlite3_bind_int64(st, 5, to->attempt);
        bind_real(st, 6, p->value);
        status = store_run(s, st, "cannot write a point", e);
    }
    return status;
}

static int put_chunk(struct store *s, const struct target *to, const struct store_point *points,
                     size_t n, struct err *e)
{
    sqlite3_stmt *st = insert_statement(s, n, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, to->run);
    sqlite3_bind_int64(st, 2, to->attempt);
    for (size_t i = 0; i < n; i++) {
        const struct store_point *p = &points[i];
        struct summary *m;
        int status = summary_of(s, to, p, &m, e);
        if (status != OK)
            return status;
        if (to->newest)
            summary_add(m, p->step, p->value);
        else
            m->stale = m->dirty = true;
        sqlite3_bind_int64(st, (int)(4 * i + 3), to->metric_ids[p->metric]);
        sqlite3_bind_int64(st, (int)(4 * i + 4), (int64_t)p->step);
        sqlite3_bind_int64(st, (int)(4 * i + 5), p->sub);
        bind_real(st, (int)(4 * i + 6), p->value);
    }
    int code = sqlite3_step(st), status = OK;
    if (code != SQLITE_DONE && (code & 0xff) != SQLITE_CONSTRAINT)
        status = store_fail(s, e, "cannot write points");
    sqlite3_reset(st);
    return (code & 0xff) == SQLITE_CONSTRAINT ? replace_points(s, to, points, n, e) : status;
}

static int put_points(struct store *s, const struct target *to, const struct store_point *points,
                      size_t n, struct err *e)
{
    int status = OK;
    for (size_t i = 0, k; i < n && status == OK; i += k) {
        k = n - i >= POINTS_AT_ONCE ? POINTS_AT_ONCE : 1;
        status = put_chunk(s, to, points + i, k, e);
    }
    return status;
}

int store_add_points(struct store *s, int64_t run, uint32_t attempt, const int64_t *metric_ids,
                     size_t num_metrics, const struct store_point *points, size_t n, struct err *e)
{
    struct run_cache *cache;
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    status = summaries_run(s, run, &cache, e);
    if (status == OK && (attempt == 0 || attempt > cache->attempt))
        status = err_set(e, ERR_INTERNAL, "run %lld: points of attempt %u, which has not begun",
                         (long long)run, attempt);
    if (status == OK)
        status = choose_headline(s, cache, metric_ids, num_metrics, e);
    if (status == OK) {
        const struct target to = {run, attempt, attempt == cache->attempt, metric_ids, num_metrics};
        status = put_points(s, &to, points, n, e);
    }
    return scope_leave(s, status, e);
}

/* ---- episodes ---- */

int store_add_episodes(struct store *s, int64_t run, uint32_t attempt,
                       const struct store_episode *eps, size_t n, struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_ADD_EPISODE, e);
    if (!st)
        return scope_leave(s, ERR_INTERNAL, e);
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 5, attempt);
    for (size_t i = 0; i < n && status == OK; i++) {
        sqlite3_bind_int64(st, 2, eps[i].kind);
        sqlite3_bind_int64(st, 3, (int64_t)eps[i].step);
        sqlite3_bind_int64(st, 4, eps[i].index);
        bind_real(st, 6, eps[i].ret);
        sqlite3_bind_int64(st, 7, (int64_t)eps[i].length);
        bind_real(st, 8, eps[i].extra);
        status = store_run(s, st, "cannot write an episode", e);
    }
    return scope_leave(s, status, e);
}

/* ---- attempts ---- */

static int put_attempt(struct store *s, struct run_cache *run, uint32_t n, uint64_t start_step,
                       const char *from_checkpoint, struct err *e)
{
    sqlite3_stmt *add = store_statement(s, ST_ADD_ATTEMPT, e);
    sqlite3_stmt *hide = store_statement(s, ST_SUPERSEDE, e);
    sqlite3_stmt *count = store_statement(s, ST_COUNT_ATTEMPT, e);
    if (!add || !hide || !count)
        return ERR_INTERNAL;
    sqlite3_stmt *const all[] = {add, hide, count};
    for (int i = 0; i < 3; i++) {
        sqlite3_bind_int64(all[i], 1, run->run);
        sqlite3_bind_int64(all[i], 2, n);
    }
    sqlite3_bind_int64(add, 3, (int64_t)start_step);
    sqlite3_bind_int64(add, 4, clock_wall_us());
    bind_text(add, 5, from_checkpoint);
    sqlite3_bind_int64(hide, 3, (int64_t)start_step);
    int status = OK;
    for (int i = 0; i < 3 && status == OK; i++)
        status = store_run(s, all[i], "cannot start an attempt", e);
    run->attempt = n;
    run->progress_us = 0;
    return status;
}

int store_begin_attempt(struct store *s, int64_t run, uint32_t n, uint64_t start_step,
                        const char *from_checkpoint, struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    struct run_cache *cache;
    status = summaries_run(s, run, &cache, e);
    if (status == OK)
        status = put_attempt(s, cache, n, start_step, from_checkpoint, e);
    if (status == OK)
        status = summaries_mark_stale(s, run, start_step, e);
    return scope_leave(s, status, e);
}
