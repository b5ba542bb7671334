/* What a supervisor records while its runs go on. */
#include "store/internal.h"

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

static const char *keep(struct store *s, const char *text)
{
    return arena_strdup(&s->batch.strings, text ? text : "");
}

static bool same_metric(sqlite3_stmt *st, const rlb_metric *m)
{
    return strcmp((const char *)sqlite3_column_text(st, 1), m->unit) == 0 &&
           (uint32_t)sqlite3_column_int64(st, 2) == m->goal &&
           strcmp((const char *)sqlite3_column_text(st, 3), m->doc) == 0 &&
           (uint32_t)sqlite3_column_int64(st, 4) == m->fold &&
           (uint32_t)sqlite3_column_int64(st, 5) == m->flags;
}

static int find_metric(struct store *s, const char *name, const rlb_metric *m, int64_t *id,
                       bool *same, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_FIND_METRIC, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, name);
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

int store_metric_id(struct store *s, const rlb_metric *m, int64_t *id, struct err *e)
{
    bool same;
    int status = find_metric(s, m->name, m, id, &same, e);
    if (status != OK || same)
        return status;
    /* New, or described differently by a newer plugin. Not part of a batch: the catalogue is
     * shared, and the id is needed now. */
    sqlite3_stmt *st = store_statement(s, ST_ADD_METRIC, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, m->name);
    bind_text(st, 2, m->unit);
    sqlite3_bind_int64(st, 3, m->goal);
    bind_text(st, 4, m->doc);
    sqlite3_bind_int64(st, 5, m->fold);
    sqlite3_bind_int64(st, 6, m->flags);
    status = store_run(s, st, "cannot add a metric to the catalogue", e);
    return status == OK ? find_metric(s, m->name, m, id, &same, e) : status;
}

int store_begin_attempt(struct store *s, int64_t run, uint32_t n, uint64_t start_step,
                        const char *from_checkpoint, struct err *e)
{
    struct op op = {.kind = OP_ATTEMPT,
                    .run = run,
                    .step = start_step,
                    .u.attempt = {n, keep(s, from_checkpoint)}};
    return batch_add(s, &op, e);
}

/* The curve a list shows: the first that its algorithm calls a headline, else the evaluation, else
 * the training return, else the first. */
static int choose_headline(struct store *s, int64_t run, const int64_t *metric_ids, size_t n,
                           struct err *e)
{
    struct run_cache *cache;
    int status = summaries_run(s, run, &cache, e);
    if (status != OK || cache->headline_known || n == 0)
        return status;
    size_t best = 0;
    int best_rank = 0;
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *st = store_statement(s, ST_METRIC_NAME, e);
        if (!st)
            return ERR_INTERNAL;
        sqlite3_bind_int64(st, 1, metric_ids[i]);
        if (sqlite3_step(st) == SQLITE_ROW) {
            const char *name = (const char *)sqlite3_column_text(st, 0);
            int rank = sqlite3_column_int(st, 1) & (int)RLB_M_HEADLINE             ? 3
                       : strcmp(name, "eval/return") == 0 && cache->eval_every > 0 ? 2
                       : strcmp(name, "episode/return") == 0                       ? 1
                                                                                   : 0;
            if (rank > best_rank) {
                best_rank = rank;
                best = i;
            }
        }
        sqlite3_reset(st);
    }
    cache->headline_known = true;
    struct op op = {.kind = OP_HEADLINE, .run = run, .u.headline = metric_ids[best]};
    return batch_add(s, &op, e);
}

int store_add_points(struct store *s, int64_t run, uint32_t attempt, const int64_t *metric_ids,
                     size_t num_metrics, const struct store_point *points, size_t n, struct err *e)
{
    int status = choose_headline(s, run, metric_ids, num_metrics, e);
    if (status != OK || n == 0)
        return status;
    for (size_t i = 0; i < n; i++)
        if (points[i].metric >= num_metrics)
            return err_set(e, ERR_INTERNAL, "run %lld: metric %u of %zu", (long long)run,
                           points[i].metric, num_metrics);
    struct op op = {.kind = OP_POINTS, .run = run, .u.rows = {s->batch.points.len, n}};
    for (size_t i = 0; i < n; i++) {
        struct point_row row = {.run = run,
                                .metric = metric_ids[points[i].metric],
                                .step = points[i].step,
                                .value = points[i].value,
                                .sub = points[i].sub,
                                .attempt = attempt,
                                .ord = points[i].metric};
        vec_push(&s->batch.points, row);
    }
    return batch_add(s, &op, e);
}

int store_add_episodes(struct store *s, int64_t run, uint32_t attempt,
                       const struct store_episode *eps, size_t n, struct err *e)
{
    if (n == 0)
        return OK;
    struct op op = {.kind = OP_EPISODES, .run = run, .u.rows = {s->batch.episodes.len, n}};
    for (size_t i = 0; i < n; i++) {
        struct episode_row row = {.run = run, .ep = eps[i], .attempt = attempt};
        vec_push(&s->batch.episodes, row);
    }
    return batch_add(s, &op, e);
}

int store_add_event(struct store *s, int64_t run, uint64_t step, int level, const char *kind,
                    const char *text, struct err *e)
{
    struct op op = {.kind = OP_EVENT,
                    .run = run,
                    .step = step,
                    .u.event = {level, keep(s, kind), keep(s, text)}};
    return batch_add(s, &op, e);
}

int store_add_artifact(struct store *s, int64_t run, uint64_t step, const char *kind,
                       const char *path, const char *sha256, uint64_t bytes, struct err *e)
{
    struct op op = {.kind = OP_ARTIFACT,
                    .run = run,
                    .step = step,
                    .u.artifact = {keep(s, kind), keep(s, path), keep(s, sha256), bytes}};
    return batch_add(s, &op, e);
}

int store_update_run(struct store *s, int64_t run, const struct run_update *u, struct err *e)
{
    struct op op = {.kind = OP_UPDATE, .run = run, .u.update = *u};
    op.u.update.message = keep(s, u->set & RU_MESSAGE ? u->message : "");
    op.u.update.digest = keep(s, u->set & RU_DIGEST ? u->digest : "");
    op.u.update.socket = keep(s, u->set & RU_SOCKET ? u->socket : "");
    return batch_add(s, &op, e);
}

int store_prune_checkpoints(struct store *s, int64_t run, uint32_t keep_newest, struct arena *a,
                            const char ***paths, size_t *n, struct err *e)
{
    *paths = NULL;
    *n = 0;
    int status = OK;
    if (s->batch.open) { /* checkpoints of this batch count too */
        status = store_commit(s, e);
        if (status == OK)
            s->batch.open = true;
    }
    if (status == OK)
        status = store_transaction(s, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_CHECKPOINTS, e);
    sqlite3_stmt *drop = store_statement(s, ST_DROP_ARTIFACT, e);
    if (!st || !drop) {
        store_abandon(s);
        return ERR_INTERNAL;
    }
    VEC(int64_t) ids = {0};
    VEC(const char *) old = {0};
    sqlite3_bind_int64(st, 1, run);
    for (uint32_t i = 0; sqlite3_step(st) == SQLITE_ROW; i++)
        if (i >= keep_newest) {
            vec_push(&ids, sqlite3_column_int64(st, 0));
            vec_push(&old, column_text(st, 1, a));
        }
    sqlite3_reset(st);
    for (size_t i = 0; i < ids.len && status == OK; i++) {
        sqlite3_bind_int64(drop, 1, ids.data[i]);
        status = store_run(s, drop, "cannot forget a checkpoint", e);
    }
    if (status == OK)
        status = store_exec(s, "COMMIT", e);
    if (status != OK)
        store_abandon(s);
    if (status == OK && old.len) {
        *paths = arena_alloc(a, old.len * sizeof *old.data);
        memcpy(*paths, old.data, old.len * sizeof *old.data);
        *n = old.len;
    }
    vec_finish(&ids);
    vec_finish(&old);
    return status;
}

int store_set_archived(struct store *s, int64_t run, bool archived, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_SET_ARCHIVED, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int(st, 2, archived);
    int status = store_run(s, st, "cannot update a run", e);
    if (status == OK && sqlite3_changes(s->db) == 0)
        status = err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)run);
    return status;
}
