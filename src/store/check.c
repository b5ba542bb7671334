/* The health of a database: SQLite's own checks, then what must hold between our tables. */
#include "store/internal.h"

#include <string.h>

/* Each gives one line of text per problem. */
static const char *const checks[] = {
    "SELECT 'damaged: ' || integrity_check FROM pragma_integrity_check(20)"
    " WHERE integrity_check <> 'ok'",
    "SELECT 'a row of ' || \"table\" || ' names a row of ' || parent || ' that is not there'"
    " FROM pragma_foreign_key_check LIMIT 20",
    "SELECT 'run ' || r.uid || ' counts ' || r.attempts || ' attempts, there are ' || count(a.n)"
    " FROM run r LEFT JOIN attempt a ON a.run_id = r.id GROUP BY r.id"
    " HAVING r.attempts <> coalesce(max(a.n), 0) OR r.attempts <> count(a.n)",
    "SELECT 'attempt ' || a.n || ' of run ' || r.uid || ' hides the wrong points'"
    " FROM attempt a JOIN run r ON r.id = a.run_id WHERE a.visible_to <> coalesce("
    " (SELECT min(b.start_step) FROM attempt b WHERE b.run_id = a.run_id AND b.n > a.n),"
    " 9223372036854775807)",
};

static int run_check(struct store *s, const char *sql, struct buf *problems, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
    if (code == SQLITE_OK)
        while ((code = sqlite3_step(st)) == SQLITE_ROW)
            buf_printf(problems, "%s\n", (const char *)sqlite3_column_text(st, 0));
    int status = code == SQLITE_DONE ? OK : store_fail(s, e, "cannot check");
    sqlite3_finalize(st);
    return status;
}

static sqlite3_stmt *prepare(struct store *s, const char *sql, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
        store_fail(s, e, "cannot check");
    return st;
}

/* Goes from one (run, metric) to the next by look-ups, so that only the counting touches every
 * point. */
static int check_curves(struct store *s, struct buf *problems, struct err *e)
{
    sqlite3_stmt *next = prepare(s,
                                 "SELECT run_id, metric_id FROM point WHERE (run_id, metric_id) >"
                                 " (?1, ?2) ORDER BY run_id, metric_id LIMIT 1",
                                 e);
    sqlite3_stmt *count = prepare(
        s,
        "SELECT (SELECT uid FROM run WHERE id = ?1), (SELECT name FROM metric WHERE id = ?2),"
        " (SELECT n FROM summary WHERE run_id = ?1 AND metric_id = ?2),"
        " (SELECT count(*) FROM point p JOIN attempt a ON a.run_id = p.run_id"
        " AND a.n = p.attempt AND p.step <= a.visible_to"
        " WHERE p.run_id = ?1 AND p.metric_id = ?2)",
        e);
    int status = next && count ? OK : ERR_INTERNAL;
    int64_t run = INT64_MIN, metric = INT64_MIN;
    while (status == OK) {
        sqlite3_bind_int64(next, 1, run);
        sqlite3_bind_int64(next, 2, metric);
        int code = sqlite3_step(next);
        if (code != SQLITE_ROW) {
            status = code == SQLITE_DONE ? OK : store_fail(s, e, "cannot check");
            break;
        }
        run = sqlite3_column_int64(next, 0);
        metric = sqlite3_column_int64(next, 1);
        sqlite3_reset(next);
        sqlite3_bind_int64(count, 1, run);
        sqlite3_bind_int64(count, 2, metric);
        if (sqlite3_step(count) != SQLITE_ROW) {
            status = store_fail(s, e, "cannot check");
            break;
        }
        const char *uid = (const char *)sqlite3_column_text(count, 0);
        const char *name = (const char *)sqlite3_column_text(count, 1);
        long long counted = sqlite3_column_int64(count, 2), there = sqlite3_column_int64(count, 3);
        if (!uid || !name)
            buf_printf(problems, "points of run %lld, metric %lld, of which one is not there\n",
                       (long long)run, (long long)metric);
        else if (counted != there)
            buf_printf(problems, "run %s: the summary of %s counts %lld points, there are %lld\n",
                       uid, name, counted, there);
        sqlite3_reset(count);
    }
    sqlite3_finalize(next);
    sqlite3_finalize(count);
    return status;
}

int store_check(struct store *s, struct buf *problems, struct err *e)
{
    /* One transaction: everything is seen at one moment, whoever writes meanwhile. */
    int status = store_exec(s, "BEGIN", e);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0] && status == OK; i++)
        status = run_check(s, checks[i], problems, e);
    if (status == OK)
        status = check_curves(s, problems, e);
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
