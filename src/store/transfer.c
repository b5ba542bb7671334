#include "store/transfer.h"

#include "store/internal.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

/* How a column's value is found where it is not the same on both sides. Aliases: t the source's
 * row, r the map of runs. */
static const struct {
    const char *column, *value;
} renumbered[] = {
    {"run_id", "r.new"},
    {"metric_id", "(SELECT new FROM map_metric WHERE old = t.metric_id)"},
    {"headline_id", "(SELECT new FROM map_metric WHERE old = t.headline_id)"},
    {"experiment_id", "(SELECT new FROM map_experiment WHERE old = t.experiment_id)"},
};

/* Tables whose rows belong to a run, in the order they are filled. */
static const struct {
    const char *table;
    bool planned; /* known before the run starts */
} of_runs[] = {
    {"param", true},    {"world", true},     {"attempt", false},
    {"point", false},   {"progress", false}, {"summary", false},
    {"episode", false}, {"event", false},    {"artifact", false},
};

static const char *value_of(const char *column)
{
    for (size_t i = 0; i < sizeof renumbered / sizeof renumbered[0]; i++)
        if (strcmp(renumbered[i].column, column) == 0)
            return renumbered[i].value;
    return NULL;
}

/* "a, b, c" and "t.a, r.new, t.c" for a table; an id of its own is given anew. */
static int list_columns(struct store *s, const char *table, struct buf *names, struct buf *values,
                        struct err *e)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(
        s->db, "SELECT name FROM pragma_table_info(?1) WHERE name <> 'id'", -1, &st, NULL);
    if (code == SQLITE_OK)
        bind_text(st, 1, table);
    while (code == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0), *value = value_of(name);
        const char *comma = names->len ? ", " : "";
        buf_printf(names, "%s%s", comma, name);
        if (value)
            buf_printf(values, "%s%s", comma, value);
        else
            buf_printf(values, "%st.%s", comma, name);
    }
    int status = code == SQLITE_OK ? OK : store_fail(s, e, "cannot merge");
    sqlite3_finalize(st);
    return status;
}

/* INSERT INTO table SELECT … FROM source.table <rest>. */
static int copy_rows(struct store *s, const char *verb, const char *table, const char *rest,
                     struct err *e)
{
    struct buf names = {0}, values = {0}, sql = {0};
    int status = list_columns(s, table, &names, &values, e);
    if (status == OK) {
        buf_printf(&sql, "%s INTO main.%s(%s) SELECT %s FROM source.%s t %s", verb, table,
                   buf_text(&names), buf_text(&values), table, rest);
        status = store_exec(s, sql.data, e);
    }
    buf_finish(&names);
    buf_finish(&values);
    buf_finish(&sql);
    return status == OK ? OK : err_prefix(e, "cannot merge the table %s", table);
}

int transfer_shared(struct store *s, struct err *e)
{
    int status = copy_rows(s, "INSERT OR IGNORE", "recipe",
                           "WHERE t.hash IN (SELECT x.recipe_hash FROM source.experiment x JOIN"
                           " source.run q ON q.experiment_id = x.id WHERE q.id IN"
                           " (SELECT old FROM map_run))",
                           e);
    if (status == OK)
        status = copy_rows(s, "INSERT OR IGNORE", "provenance",
                           "WHERE t.hash IN (SELECT a.provenance FROM source.attempt a JOIN map_run"
                           " r ON r.old = a.run_id)",
                           e);
    if (status == OK)
        status = copy_rows(s, "INSERT OR IGNORE", "metric", "ORDER BY t.id", e);
    if (status == OK)
        status = store_exec(s,
                            "INSERT INTO map_metric SELECT t.id, m.id FROM source.metric t"
                            " JOIN main.metric m ON m.name = t.name",
                            e);
    return status;
}

int transfer_experiment(struct store *s, int64_t old, struct err *e)
{
    char *rest = mem_printf("WHERE t.id = %lld", (long long)old);
    int status = copy_rows(s, "INSERT", "experiment", rest, e);
    free(rest);
    return status;
}

/* A run that replaces one keeps its number: only its row's content goes. */
static const char forget_replaced[] =
    "DELETE FROM main.run WHERE id IN (SELECT new FROM map_run WHERE was AND old IN"
    " (SELECT id FROM source.run WHERE experiment_id = %lld));";

static int forget_rows(struct store *s, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < sizeof of_runs / sizeof of_runs[0] && status == OK; i++) {
        char *sql = mem_printf("DELETE FROM main.%s WHERE run_id IN (SELECT new FROM map_run WHERE"
                               " was)",
                               of_runs[i].table);
        status = store_exec(s, sql, e);
        free(sql);
    }
    return status;
}

int transfer_runs(struct store *s, int64_t experiment, struct err *e)
{
    int status = forget_rows(s, e);
    char *forget = mem_printf(forget_replaced, (long long)experiment);
    char *rest = mem_printf("JOIN map_run r ON r.old = t.id WHERE t.experiment_id = %lld"
                            " ORDER BY t.id",
                            (long long)experiment);
    /* Numbers first, so that a replaced run has its old one again. */
    char *number = mem_printf(
        "UPDATE main.run SET id = (SELECT m.new FROM map_run m JOIN source.run q ON q.id = m.old"
        " WHERE q.uid = run.uid) WHERE uid IN (SELECT q.uid FROM source.run q JOIN map_run m ON"
        " m.old = q.id WHERE m.was AND q.experiment_id = %lld);"
        "UPDATE map_run SET new = (SELECT r.id FROM main.run r JOIN source.run q ON q.uid = r.uid"
        " WHERE q.id = map_run.old) WHERE new IS NULL;",
        (long long)experiment);
    if (status == OK)
        status = store_exec(s, forget, e);
    if (status == OK)
        status = copy_rows(s, "INSERT", "run", rest, e);
    if (status == OK)
        status = store_exec(s, number, e);
    free(forget);
    free(rest);
    free(number);
    return status;
}

static int copy_of_runs(struct store *s, bool measured, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < sizeof of_runs / sizeof of_runs[0] && status == OK; i++)
        if (measured || of_runs[i].planned)
            status =
                copy_rows(s, "INSERT", of_runs[i].table, "JOIN map_run r ON r.old = t.run_id", e);
    return status;
}

/* Sweeps of the experiments; trials whose runs are copied are as the source has them. */
static int copy_sweeps(struct store *s, struct err *e)
{
    int status = copy_rows(s, "INSERT OR IGNORE", "sweep",
                           "WHERE t.experiment_id IN (SELECT old FROM map_experiment)", e);
    if (status == OK)
        status = copy_rows(s, "INSERT OR REPLACE", "trial",
                           "WHERE EXISTS (SELECT 1 FROM source.run q JOIN map_run r ON r.old = q.id"
                           " WHERE q.experiment_id = t.experiment_id AND q.trial = t.n)",
                           e);
    return status;
}

int transfer_measured(struct store *s, struct err *e)
{
    int status = copy_sweeps(s, e);
    return status == OK ? copy_of_runs(s, true, e) : status;
}

int transfer_plan_only(struct store *s, struct err *e)
{
    int status = copy_of_runs(s, false, e);
    if (status == OK)
        status = store_exec(s,
                            "UPDATE main.run SET state = 'queued', steps = 0, env_steps = 0,"
                            " steps_per_s = 0, attempts = 0, headline_id = NULL, exit_code = NULL,"
                            " exit_signal = NULL, message = '', digest = '', pid = 0,"
                            " pid_start = 0, socket = '', started_us = NULL, ended_us = NULL,"
                            " heartbeat_us = NULL, archived = 0 WHERE id IN"
                            " (SELECT new FROM map_run)",
                            e);
    return status;
}

/* ---- files ---- */

static int copy_file(const char *from, const char *folder, const char *to, struct err *e)
{
    struct buf bytes = {0};
    int status = file_read(from, SIZE_MAX / 2, &bytes, e);
    if (status == OK)
        status = file_mkdirs(folder, e);
    if (status == OK)
        status = file_write_atomic(to, buf_text(&bytes), bytes.len, e);
    buf_finish(&bytes);
    return status;
}

/* A file that is not there any more keeps its row as it is: the row says what there was. */
static int move_artifact(struct store *s, int64_t id, const char *path, const char *uid,
                         const char *root, size_t *files, struct err *e)
{
    char *folder = mem_printf("%s/%s", root, uid);
    char *to = mem_printf("%s/%s", folder, file_base(path));
    int status = OK;
    if (file_exists(path) && strcmp(path, to) != 0) {
        char *sql = sqlite3_mprintf("UPDATE main.artifact SET path = %Q WHERE id = %lld", to,
                                    (long long)id);
        status = copy_file(path, folder, to, e);
        if (status == OK)
            status = store_exec(s, sql, e);
        *files += status == OK;
        sqlite3_free(sql);
    }
    free(to);
    free(folder);
    return status;
}

int transfer_files(struct store *s, const char *folder, size_t *files, struct err *e)
{
    int status = file_mkdirs(folder, e);
    char *root = status == OK ? realpath(folder, NULL) : NULL;
    if (!root)
        return status == OK ? err_sys(e, ERR_CANTCREAT, "%s", folder) : status;
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db,
                           "SELECT a.id, a.path, r.uid FROM main.artifact a JOIN main.run r"
                           " ON r.id = a.run_id WHERE r.id IN (SELECT new FROM map_run)"
                           " ORDER BY a.id",
                           -1, &st, NULL) != SQLITE_OK)
        status = store_fail(s, e, "cannot merge");
    struct arena a = {0};
    while (status == OK && sqlite3_step(st) == SQLITE_ROW)
        status = move_artifact(s, sqlite3_column_int64(st, 0), column_text(st, 1, &a),
                               column_text(st, 2, &a), root, files, e);
    sqlite3_finalize(st);
    arena_finish(&a);
    free(root);
    return status;
}
