/* What a supervisor records of its runs besides their curves. */
#include "store/internal.h"

#include "base/clock.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_names[RUN_NUM_STATES] = {
    [RUN_QUEUED] = "queued",  [RUN_RUNNING] = "running", [RUN_PAUSED] = "paused",
    [RUN_DONE] = "done",      [RUN_FAILED] = "failed",   [RUN_STOPPED] = "stopped",
    [RUN_CRASHED] = "crashed"};

const char *run_state_name(enum run_state state)
{
    return (unsigned)state < RUN_NUM_STATES ? state_names[state] : "unknown";
}

/* ---- the catalogue of metrics ---- */

static bool same_metric(sqlite3_stmt *st, const rlb_metric *m)
{
    return strcmp((const char *)sqlite3_column_text(st, 1), m->unit) == 0 &&
           (uint32_t)sqlite3_column_int64(st, 2) == m->goal &&
           strcmp((const char *)sqlite3_column_text(st, 3), m->doc) == 0 &&
           (uint32_t)sqlite3_column_int64(st, 4) == m->fold &&
           (uint32_t)sqlite3_column_int64(st, 5) == m->flags;
}

static int find_metric(struct store *s, const rlb_metric *m, int64_t *id, bool *same, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_FIND_METRIC, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, m->name);
    int code = sqlite3_step(st);
    *same = code == SQLITE_ROW && same_metric(st, m);
    if (code == SQLITE_ROW)
        *id = sqlite3_column_int64(st, 0);
    int status = code == SQLITE_ROW || code == SQLITE_DONE
                     ? OK
                     : store_fail(s, e, "cannot read the catalogue of metrics");
    sqlite3_reset(st);
    return status;
}

static int put_metric(struct store *s, const rlb_metric *m, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_METRIC, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, m->name);
    bind_text(st, 2, m->unit);
    sqlite3_bind_int64(st, 3, m->goal);
    bind_text(st, 4, m->doc);
    sqlite3_bind_int64(st, 5, m->fold);
    sqlite3_bind_int64(st, 6, m->flags);
    return store_run(s, st, "cannot add a metric to the catalogue", e);
}

int store_metric_id(struct store *s, const rlb_metric *m, int64_t *id, struct err *e)
{
    bool same;
    int status = find_metric(s, m, id, &same, e);
    if (status != OK || same)
        return status;
    /* New, or described differently by a newer plugin. */
    status = scope_enter(s, e);
    if (status != OK)
        return status;
    status = put_metric(s, m, e);
    if (status == OK)
        status = find_metric(s, m, id, &same, e);
    return scope_leave(s, status, e);
}

/* ---- attempts, events, artifacts ---- */

int store_note_attempt(struct store *s, int64_t run, uint32_t n, const char *facts, struct err *e)
{
    char hash[65];
    file_sha256_bytes(facts, strlen(facts), hash);
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *add = store_statement(s, ST_ADD_PROVENANCE, e);
    sqlite3_stmt *set = store_statement(s, ST_SET_PROVENANCE, e);
    if (!add || !set)
        return scope_leave(s, ERR_INTERNAL, e);
    bind_text(add, 1, hash);
    bind_text(add, 2, facts);
    sqlite3_bind_int64(set, 1, run);
    sqlite3_bind_int64(set, 2, n);
    bind_text(set, 3, hash);
    status = store_run(s, add, "cannot write what a run is made with", e);
    if (status == OK)
        status = store_run(s, set, "cannot write what a run is made with", e);
    return scope_leave(s, status, e);
}

int store_add_event(struct store *s, int64_t run, uint64_t step, int level, const char *kind,
                    const char *text, struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_ADD_EVENT, e);
    if (!st)
        return scope_leave(s, ERR_INTERNAL, e);
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, clock_wall_us());
    sqlite3_bind_int64(st, 3, (int64_t)step);
    sqlite3_bind_int(st, 4, level);
    bind_text(st, 5, kind);
    bind_text(st, 6, text);
    return scope_leave(s, store_run(s, st, "cannot write an event", e), e);
}

int store_add_artifact(struct store *s, int64_t run, uint64_t step, const char *kind,
                       const char *path, const char *sha256, uint64_t bytes, struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_ADD_ARTIFACT, e);
    if (!st)
        return scope_leave(s, ERR_INTERNAL, e);
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, clock_wall_us());
    sqlite3_bind_int64(st, 3, (int64_t)step);
    bind_text(st, 4, kind);
    bind_text(st, 5, path);
    bind_text(st, 6, sha256);
    sqlite3_bind_int64(st, 7, (int64_t)bytes);
    return scope_leave(s, store_run(s, st, "cannot write an artifact", e), e);
}

int store_prune_checkpoints(struct store *s, int64_t run, uint32_t keep, struct arena *a,
                            const char ***paths, size_t *n, struct err *e)
{
    *paths = NULL;
    *n = 0;
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_CHECKPOINTS, e);
    sqlite3_stmt *drop = store_statement(s, ST_DROP_ARTIFACT, e);
    if (!st || !drop)
        return scope_leave(s, ERR_INTERNAL, e);
    VEC(int64_t) ids = {0};
    VEC(const char *) old = {0};
    sqlite3_bind_int64(st, 1, run);
    for (uint32_t i = 0; sqlite3_step(st) == SQLITE_ROW; i++)
        if (i >= keep) {
            vec_push(&ids, sqlite3_column_int64(st, 0));
            vec_push(&old, column_text(st, 1, a));
        }
    sqlite3_reset(st);
    for (size_t i = 0; i < ids.len && status == OK; i++) {
        sqlite3_bind_int64(drop, 1, ids.data[i]);
        status = store_run(s, drop, "cannot forget a checkpoint", e);
    }
    status = scope_leave(s, status, e);
    if (status == OK && old.len) {
        *paths = arena_alloc(a, old.len * sizeof *old.data);
        memcpy(*paths, old.data, old.len * sizeof *old.data);
        *n = old.len;
    }
    vec_finish(&ids);
    vec_finish(&old);
    return status;
}

/* ---- the run's own row ---- */

/* Once a second at most: when which step was reached. */
static int add_progress(struct store *s, int64_t run, const struct run_update *u, int64_t now,
                        struct err *e)
{
    struct run_cache *cache;
    int status = summaries_run(s, run, &cache, e);
    if (status != OK || cache->attempt == 0 || now - cache->progress_us < 1000000)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_ADD_PROGRESS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, cache->attempt);
    sqlite3_bind_int64(st, 3, (int64_t)u->steps);
    sqlite3_bind_int64(st, 4, (int64_t)u->env_steps);
    sqlite3_bind_int64(st, 5, now);
    cache->progress_us = now;
    return store_run(s, st, "cannot write the progress", e);
}

/* Runs a bound statement that changes one run. */
static int change_run(struct store *s, sqlite3_stmt *st, int64_t run, struct err *e)
{
    int status = store_run(s, st, "cannot update a run", e);
    if (status == OK && sqlite3_changes(s->db) == 0)
        status = err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)run);
    return status;
}

static int put_update(struct store *s, int64_t run, const struct run_update *u, int64_t now,
                      struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_UPDATE_RUN, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, u->set);
    sqlite3_bind_int64(st, 3, now);
    bind_text(st, 4, run_state_name(u->state));
    sqlite3_bind_int64(st, 5, u->pid);
    sqlite3_bind_int64(st, 6, (int64_t)u->pid_start);
    bind_text(st, 7, s->host);
    sqlite3_bind_int64(st, 8, (int64_t)u->steps);
    sqlite3_bind_int64(st, 9, (int64_t)u->env_steps);
    sqlite3_bind_int(st, 10, u->exit_code);
    sqlite3_bind_int(st, 11, u->exit_signal);
    bind_text(st, 12, u->message);
    bind_text(st, 13, u->digest);
    bind_text(st, 14, u->socket);
    sqlite3_bind_double(st, 15, u->steps_per_s);
    return change_run(s, st, run, e);
}

int store_update_run(struct store *s, int64_t run, const struct run_update *u, struct err *e)
{
    int64_t now = clock_wall_us();
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    if (u->set & RU_STEPS)
        status = add_progress(s, run, u, now, e);
    if (status == OK)
        status = put_update(s, run, u, now, e);
    return scope_leave(s, status, e);
}

int store_set_archived(struct store *s, int64_t run, bool archived, struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_SET_ARCHIVED, e);
    if (!st)
        return scope_leave(s, ERR_INTERNAL, e);
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int(st, 2, archived);
    return scope_leave(s, change_run(s, st, run, e), e);
}
