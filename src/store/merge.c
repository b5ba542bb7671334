/* The way of rows: what is chosen is numbered anew in temporary tables (old and new ids of runs,
 * experiments and metrics), then every table is copied through them. Columns come from the schema
 * itself, so one that a later version adds is copied without a word here. */
#include "store/merge.h"

#include "store/internal.h"
#include "store/transfer.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static const char work_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS wanted(old INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS map_run(old INTEGER PRIMARY KEY, new INTEGER, was INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_experiment(old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_metric(old INTEGER PRIMARY KEY, new INTEGER);"
    "DELETE FROM wanted; DELETE FROM map_run; DELETE FROM map_experiment; DELETE FROM map_metric;";

/* Runs that are not here, or newer there; `was`: replaces a row of ours, which keeps its number. */
static const char choose[] =
    "INSERT INTO map_run(old, new, was) SELECT s.id, r.id, r.id IS NOT NULL FROM source.run s"
    " LEFT JOIN main.run r ON r.uid = s.uid WHERE s.id IN (SELECT old FROM wanted) AND"
    " (r.id IS NULL OR coalesce(s.heartbeat_us, 0) > coalesce(r.heartbeat_us, 0));";

static int count(struct store *s, const char *sql, int64_t *out, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int status = OK;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step(st) != SQLITE_ROW)
        status = store_fail(s, e, "cannot merge");
    else
        *out = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return status;
}

static int want(struct store *s, const struct merge_options *o, struct err *e)
{
    if (!o->runs)
        return store_exec(s, "INSERT INTO wanted SELECT id FROM source.run", e);
    int status = OK;
    for (size_t i = 0; i < o->num_runs && status == OK; i++) {
        char *sql =
            sqlite3_mprintf("INSERT OR IGNORE INTO wanted VALUES (%lld)", (long long)o->runs[i]);
        status = store_exec(s, sql, e);
        sqlite3_free(sql);
    }
    return status;
}

/* An experiment of ours that this one of the source belongs to: where its runs are already, the
 * same launch, or with `join` one of the same recipe that lacks all of its runs. */
#define ALREADY_THERE                                                                              \
    "SELECT min(r.experiment_id) FROM main.run r JOIN source.run q ON q.uid = r.uid"               \
    " WHERE q.experiment_id = %lld"
#define SAME_LAUNCH                                                                                \
    "SELECT min(x.id) FROM main.experiment x JOIN source.experiment y ON y.id = %lld"              \
    " WHERE x.recipe_hash = y.recipe_hash AND x.name = y.name"                                     \
    " AND x.recipe_text = y.recipe_text AND x.git_commit = y.git_commit"
#define ALSO_SAME_TIME " AND x.created_us = y.created_us"
#define ALSO_DISJOINT                                                                              \
    " AND NOT EXISTS (SELECT 1 FROM main.run r JOIN source.run q ON q.group_key = r.group_key"     \
    " AND q.seed = r.seed AND q.uid <> r.uid WHERE r.experiment_id = x.id"                         \
    " AND q.experiment_id = y.id AND q.id IN (SELECT old FROM map_run))"

static int place_experiment(struct store *s, int64_t old, bool join, struct err *e)
{
    static const char *const rules[] = {ALREADY_THERE, SAME_LAUNCH ALSO_SAME_TIME,
                                        SAME_LAUNCH ALSO_DISJOINT};
    int64_t id = 0;
    for (int i = 0; i < (join ? 3 : 2) && id == 0; i++) {
        char *sql = sqlite3_mprintf(rules[i], (long long)old);
        int status = count(s, sql, &id, e);
        sqlite3_free(sql);
        if (status != OK)
            return status;
    }
    int status = id ? OK : transfer_experiment(s, old, e);
    if (!id)
        id = sqlite3_last_insert_rowid(s->db);
    char *sql = sqlite3_mprintf("INSERT INTO map_experiment VALUES (%lld, %lld)", (long long)old,
                                (long long)id);
    if (status == OK)
        status = store_exec(s, sql, e);
    sqlite3_free(sql);
    return status;
}

/* One after the other, with its runs: the next may have to see them. */
static int place_all(struct store *s, const struct merge_options *o, struct err *e)
{
    for (;;) {
        int64_t old = 0;
        int status = count(s,
                           "SELECT coalesce(min(r.experiment_id), 0) FROM source.run r"
                           " WHERE r.id IN (SELECT old FROM map_run) AND r.experiment_id NOT IN"
                           " (SELECT old FROM map_experiment)",
                           &old, e);
        if (status != OK || old == 0)
            return status;
        status = place_experiment(s, old, o->join, e);
        if (status == OK)
            status = transfer_runs(s, old, e);
        if (status != OK)
            return status;
    }
}

static int merge_rows(struct store *s, const struct merge_options *o, struct merge_result *out,
                      struct err *e)
{
    int64_t wanted = 0, chosen = 0, replaced = 0;
    int status = store_exec(s, work_tables, e);
    if (status == OK)
        status = want(s, o, e);
    if (status == OK)
        status = store_exec(s, choose, e);
    if (status == OK)
        status = count(s, "SELECT count(*) FROM wanted", &wanted, e);
    if (status == OK)
        status = count(s, "SELECT count(*) FROM map_run", &chosen, e);
    if (status == OK)
        status = count(s, "SELECT count(*) FROM map_run WHERE was", &replaced, e);
    if (status == OK)
        status = transfer_shared(s, e);
    if (status == OK)
        status = place_all(s, o, e);
    if (status == OK)
        status = o->as_planned ? transfer_plan_only(s, e) : transfer_measured(s, e);
    *out = (struct merge_result){.added = (size_t)(chosen - replaced),
                                 .replaced = (size_t)replaced,
                                 .kept = (size_t)(wanted - chosen)};
    return status;
}

/* What kind of file is attached. */
static int check_source(struct store *s, const char *from, struct err *e)
{
    int64_t id = 0, version = 0;
    int status = count(s, "PRAGMA source.application_id", &id, e);
    if (status == OK)
        status = count(s, "PRAGMA source.user_version", &version, e);
    if (status == OK && id != STORE_APPLICATION_ID)
        return err_set(e, ERR_DATA, "%s is not a database of rlbench", from);
    if (status == OK && version < store_schema_version)
        return err_set(e, ERR_DATA,
                       "%s has schema %d, this program's is %d; bring it up to date with rlbench "
                       "db migrate --db %s",
                       from, (int)version, store_schema_version, from);
    if (status == OK && version > store_schema_version)
        return err_set(e, ERR_DATA, "%s has schema %d; this program knows schemas up to %d", from,
                       (int)version, store_schema_version);
    return status == OK ? OK : err_prefix(e, "%s", from);
}

static int attach(struct store *s, const char *path, struct err *e)
{
    char *uri = store_uri(path, "mode=ro");
    char *sql = sqlite3_mprintf("ATTACH %Q AS source", uri);
    int status = store_exec(s, sql, e);
    sqlite3_free(sql);
    sqlite3_free(uri);
    return status == OK ? OK : err_prefix(e, "%s", path);
}

int store_merge(struct store *s, const char *from, const struct merge_options *o,
                struct merge_result *out, struct err *e)
{
    char *path = realpath(from, NULL);
    *out = (struct merge_result){0};
    if (!path)
        return err_sys(e, ERR_NOINPUT, "%s", from);
    if (strcmp(path, s->path) == 0) {
        free(path);
        return err_set(e, ERR_USAGE, "%s cannot be merged into itself", from);
    }
    int status = attach(s, path, e);
    free(path);
    if (status != OK)
        return status;
    summaries_forget(s);
    if ((status = check_source(s, from, e)) == OK && (status = store_begin(s, e)) == OK) {
        status = merge_rows(s, o, out, e);
        if (status == OK && o->artifacts)
            status = transfer_files(s, o->artifacts, &out->files, e);
        if (status == OK)
            status = store_commit(s, e);
        if (status != OK)
            store_rollback(s);
    }
    store_exec(s, "DETACH source", NULL);
    return status;
}
