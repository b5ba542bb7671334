/* Curves and episodes going in, and attempts, which decide what of them is visible. */
#include "store/internal.h"

#include "base/clock.h"

#include <string.h>

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

/* Binds what differs from point to point; run and attempt stay bound. */
static int put_point(sqlite3_stmt *st, int64_t metric, const struct store_point *p)
{
    sqlite3_bind_int64(st, 2, metric);
    sqlite3_bind_int64(st, 3, (int64_t)p->step);
    sqlite3_bind_int64(st, 4, p->sub);
    bind_real(st, 6, p->value);
    int code = sqlite3_step(st);
    sqlite3_reset(st);
    return code;
}

static sqlite3_stmt *point_statement(struct store *s, enum statement which, int64_t run,
                                     uint32_t attempt, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, which, e);
    if (st) {
        sqlite3_bind_int64(st, 1, run);
        sqlite3_bind_int64(st, 5, attempt);
    }
    return st;
}

static int put_points(struct store *s, const struct run_cache *run, uint32_t attempt,
                      const int64_t *metric_ids, size_t num_metrics,
                      const struct store_point *points, size_t n, struct err *e)
{
    sqlite3_stmt *insert = point_statement(s, ST_ADD_POINT, run->run, attempt, e);
    if (!insert)
        return ERR_INTERNAL;
    for (size_t i = 0; i < n; i++) {
        const struct store_point *p = &points[i];
        if (p->metric >= num_metrics)
            return err_set(e, ERR_INTERNAL, "run %lld: metric %u of %zu", (long long)run->run,
                           p->metric, num_metrics);
        struct summary *m;
        int64_t metric = metric_ids[p->metric];
        int status = summaries_get(s, run->run, metric, p->metric, &m, e);
        if (status != OK)
            return status;
        int code = put_point(insert, metric, p);
        bool again = (code & 0xff) == SQLITE_CONSTRAINT; /* a second value at this very place */
        if (again) {
            sqlite3_stmt *replace = point_statement(s, ST_REPLACE_POINT, run->run, attempt, e);
            if (!replace)
                return ERR_INTERNAL;
            code = put_point(replace, metric, p);
        }
        if (code != SQLITE_DONE)
            return store_fail(s, e, "cannot write a point");
        /* What is not simply one more visible point needs a look at all of them. */
        if (again || attempt < run->attempt)
            m->stale = m->dirty = true;
        else
            summary_add(m, p->step, p->value);
    }
    return OK;
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
    if (status == OK)
        status = put_points(s, cache, attempt, metric_ids, num_metrics, points, n, e);
    return scope_leave(s, status, e);
}

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
