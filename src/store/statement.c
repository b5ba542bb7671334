/* Prepared statements, kept for the life of the connection, and SQLite's errors in our words. */
#include "store/internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* What list.c reads of a run, in its order. */
#define RUN_COLUMNS                                                                                \
    "SELECT r.id, r.experiment_id, r.uid, x.name, x.describe, r.algo, r.env, r.label, "            \
    "r.group_key,"                                                                                 \
    " r.message, r.socket, r.step_unit, r.digest, r.seed, r.steps, r.total_steps, r.env_steps,"    \
    " r.state, r.host, r.pid, r.pid_start, coalesce(r.exit_code, 0), coalesce(r.exit_signal, 0),"  \
    " r.created_us, coalesce(r.started_us, 0), coalesce(r.ended_us, 0),"                           \
    " coalesce(r.heartbeat_us, 0), r.steps_per_s, r.attempts, coalesce(m.name, ''), s.last,"       \
    " s.best, r.archived, coalesce(r.trial, 0)"                                                    \
    " FROM run r JOIN experiment x ON x.id = r.experiment_id"                                      \
    " LEFT JOIN metric m ON m.id = r.headline_id"                                                  \
    " LEFT JOIN summary s ON s.run_id = r.id AND s.metric_id = r.headline_id "

static const char *const texts[ST_NUM] = {
#define STATEMENT(name, sql) [ST_##name] = sql,
#include "store/statements.def"
#undef STATEMENT
};

struct fault {
    int sqlite, status;
    const char *why; /* NULL: SQLite's own words */
};
static const struct fault faults[] = {
    {SQLITE_BUSY, ERR_BUSY, "the database is busy; try again"},
    {SQLITE_LOCKED, ERR_BUSY, "the database is busy; try again"},
    {SQLITE_FULL, ERR_IO, "the disk is full; nothing is lost, free some space"},
    {SQLITE_IOERR, ERR_IO, NULL},
    {SQLITE_CORRUPT, ERR_DATA, "the file is damaged; see rlbench doctor"},
    {SQLITE_NOTADB, ERR_DATA, "this is not an SQLite file"},
    {SQLITE_CANTOPEN, ERR_CANTCREAT, "cannot open the file"},
    {SQLITE_READONLY, ERR_PERM, "the file or its folder cannot be written"},
    {SQLITE_PERM, ERR_PERM, NULL},
    {SQLITE_AUTH, ERR_PERM, NULL},
};

int store_fail(struct store *s, struct err *e, const char *what)
{
    int extended = sqlite3_extended_errcode(s->db), code = extended & 0xff;
    int os = sqlite3_system_errno(s->db);
    s->disk_full = code == SQLITE_FULL || (code == SQLITE_IOERR && (os == ENOSPC || os == EDQUOT));
    if (s->disk_full)
        code = SQLITE_FULL;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct fault *f = &faults[i];
        if (f->sqlite != code)
            continue;
        if (code == SQLITE_IOERR && os)
            return err_set(e, f->status, "%s: %s: %s", s->path, what, strerror(os));
        return err_set(e, f->status, "%s: %s: %s", s->path, what,
                       f->why ? f->why : sqlite3_errmsg(s->db));
    }
    return err_set(e, ERR_INTERNAL, "%s: %s: %s", s->path, what, sqlite3_errmsg(s->db));
}

sqlite3_stmt *store_statement(struct store *s, enum statement which, struct err *e)
{
    sqlite3_stmt **st = &s->cached[which];
    if (!*st && sqlite3_prepare_v3(s->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, st, NULL) !=
                    SQLITE_OK) {
        store_fail(s, e, "cannot prepare a statement");
        return NULL;
    }
    sqlite3_reset(*st);
    sqlite3_clear_bindings(*st);
    return *st;
}

int store_run(struct store *s, sqlite3_stmt *st, const char *what, struct err *e)
{
    int status = sqlite3_step(st) == SQLITE_DONE ? OK : store_fail(s, e, what);
    sqlite3_reset(st);
    return status;
}

int store_exec(struct store *s, const char *sql, struct err *e)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? OK
               : store_fail(s, e, "cannot write");
}

void bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text ? text : "", -1, SQLITE_STATIC);
}

void bind_real(sqlite3_stmt *st, int i, double value)
{
    sqlite3_bind_double(st, i, value); /* SQLite binds NaN as NULL by itself */
}

const char *column_text(sqlite3_stmt *st, int i, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(st, i);
    return arena_strdup(a, text ? text : "");
}

double column_real(sqlite3_stmt *st, int i)
{
    return sqlite3_column_type(st, i) == SQLITE_NULL ? NAN : sqlite3_column_double(st, i);
}
