/* Lists of runs and the ways to name one. */
#include "store/internal.h"

#include "base/sysinfo.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static enum run_state state_from(const char *name)
{
    for (int i = 0; i < RUN_NUM_STATES; i++)
        if (strcmp(run_state_name((enum run_state)i), name) == 0)
            return (enum run_state)i;
    return RUN_CRASHED;
}

/* What the row says, unless it says that a process of this host works on the run and there is none.
 */
static enum run_state derive_state(const struct store *s, enum run_state stored, const char *host,
                                   int64_t pid, uint64_t pid_start)
{
    bool claimed =
        stored == RUN_RUNNING || stored == RUN_PAUSED || (stored == RUN_QUEUED && pid != 0);
    if (claimed && strcmp(host, s->host) == 0 && !sysinfo_alive((pid_t)pid, pid_start))
        return RUN_CRASHED;
    return stored;
}

static struct run_row read_row(const struct store *s, sqlite3_stmt *st, struct arena *a)
{
    struct run_row r = {.id = sqlite3_column_int64(st, 0),
                        .experiment_id = sqlite3_column_int64(st, 1),
                        .uid = column_text(st, 2, a),
                        .experiment = column_text(st, 3, a),
                        .describe = column_text(st, 4, a),
                        .algo = column_text(st, 5, a),
                        .env = column_text(st, 6, a),
                        .label = column_text(st, 7, a),
                        .group = column_text(st, 8, a),
                        .message = column_text(st, 9, a),
                        .socket = column_text(st, 10, a),
                        .step_unit = column_text(st, 11, a),
                        .digest = column_text(st, 12, a),
                        .seed = (uint64_t)sqlite3_column_int64(st, 13),
                        .steps = (uint64_t)sqlite3_column_int64(st, 14),
                        .total_steps = (uint64_t)sqlite3_column_int64(st, 15),
                        .env_steps = (uint64_t)sqlite3_column_int64(st, 16),
                        .pid = sqlite3_column_int64(st, 19),
                        .exit_code = sqlite3_column_int(st, 21),
                        .exit_signal = sqlite3_column_int(st, 22),
                        .created_us = sqlite3_column_int64(st, 23),
                        .started_us = sqlite3_column_int64(st, 24),
                        .ended_us = sqlite3_column_int64(st, 25),
                        .heartbeat_us = sqlite3_column_int64(st, 26),
                        .steps_per_s = sqlite3_column_double(st, 27),
                        .attempts = (uint32_t)sqlite3_column_int64(st, 28),
                        .headline = column_text(st, 29, a),
                        .last = column_real(st, 30),
                        .best = column_real(st, 31),
                        .archived = sqlite3_column_int(st, 32),
                        .trial = (uint32_t)sqlite3_column_int64(st, 33)};
    enum run_state stored = state_from((const char *)sqlite3_column_text(st, 17));
    r.state = derive_state(s, stored, (const char *)sqlite3_column_text(st, 18), r.pid,
                           (uint64_t)sqlite3_column_int64(st, 20));
    r.stale = r.state != stored;
    return r;
}

/* Rows of a bound statement that a filter (NULL: all) lets through. */
static int collect(struct store *s, sqlite3_stmt *st, struct filter *f, size_t limit,
                   struct arena *a, struct run_row **rows, size_t *n, struct err *e)
{
    VEC(struct run_row) v = {0};
    int code = SQLITE_DONE;
    while ((limit == 0 || v.len < limit) && (code = sqlite3_step(st)) == SQLITE_ROW) {
        struct run_row r = read_row(s, st, a);
        if (!f || filter_accepts(s, f, &r))
            vec_push(&v, r);
    }
    *rows = arena_alloc(a, (v.len + 1) * sizeof *v.data);
    if (v.len)
        memcpy(*rows, v.data, v.len * sizeof *v.data);
    *n = v.len;
    vec_finish(&v);
    int status =
        code == SQLITE_DONE || code == SQLITE_ROW ? OK : store_fail(s, e, "cannot read the runs");
    sqlite3_reset(st);
    return status;
}

int store_list_runs(struct store *s, const char *filter, size_t limit, struct arena *a,
                    struct run_row **rows, size_t *n, struct err *e)
{
    struct filter *f;
    int status = filter_parse(filter, a, &f, e);
    if (status != OK)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_LIST_RUNS, e);
    status = st ? collect(s, st, f, limit, a, rows, n, e) : ERR_INTERNAL;
    filter_finish(f);
    return status;
}

int store_experiment_runs(struct store *s, int64_t experiment, struct arena *a,
                          struct run_row **rows, size_t *n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_EXPERIMENT_RUNS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, experiment);
    return collect(s, st, NULL, 0, a, rows, n, e);
}

/* ---- naming one ---- */

static void list_some(struct buf *out, const struct run_row *rows, size_t n)
{
    for (size_t i = 0; i < n && i < 4; i++)
        buf_printf(out, "%s%s (%s, %s, seed %llu)", i ? ", " : "", rows[i].uid, rows[i].experiment,
                   rows[i].algo, (unsigned long long)rows[i].seed);
    if (n > 4)
        buf_printf(out, ", and %zu more", n - 4);
}

static int not_found(struct store *s, const char *ref, struct err *e)
{
    struct arena a = {0};
    struct run_row *rows;
    size_t n;
    int status = store_list_runs(s, "archived=any", 0, &a, &rows, &n, e);
    if (status == OK && n == 0)
        status = err_set(e, ERR_NOINPUT, "no run '%s': %s has no runs yet", ref, s->path);
    else if (status == OK) {
        const char **uids = arena_alloc(&a, n * sizeof *uids);
        for (size_t i = 0; i < n; i++)
            uids[i] = rows[i].uid;
        const char *near = text_nearest(ref, uids, n);
        struct buf some = {0};
        list_some(&some, rows, n < 3 ? n : 3);
        status = err_set(e, ERR_NOINPUT, "no run '%s' in %s%s%s%s; the newest: %s", ref, s->path,
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "",
                         buf_text(&some));
        buf_finish(&some);
    }
    arena_finish(&a);
    return status;
}

/* The only row, or why not. */
static int only(struct store *s, const char *ref, struct run_row *rows, size_t n,
                struct run_row *out, struct err *e)
{
    if (n == 0)
        return not_found(s, ref, e);
    if (n > 1) {
        struct buf some = {0};
        list_some(&some, rows, n);
        int status =
            err_set(e, ERR_NOINPUT, "'%s' could be any of %zu runs: %s", ref, n, buf_text(&some));
        buf_finish(&some);
        return status;
    }
    *out = rows[0];
    return OK;
}

static int find_live(struct store *s, struct arena *a, struct run_row *out, struct err *e)
{
    struct run_row *rows;
    size_t n;
    int status = store_list_runs(s, "archived=any", 0, a, &rows, &n, e);
    if (status != OK)
        return status;
    for (size_t i = 0; i < n; i++)
        if (rows[i].state == RUN_RUNNING || rows[i].state == RUN_PAUSED ||
            (rows[i].state == RUN_QUEUED && rows[i].pid)) {
            *out = rows[i];
            return OK;
        }
    return err_set(e, ERR_NOINPUT, "no run is live; @last names the newest one");
}

int store_find_run(struct store *s, const char *ref, struct arena *a, struct run_row *out,
                   struct err *e)
{
    struct run_row *rows;
    size_t n;
    int status;
    if (strcmp(ref, "@live") == 0)
        return find_live(s, a, out, e);
    if (strcmp(ref, "@last") == 0) {
        status = store_list_runs(s, NULL, 1, a, &rows, &n, e);
        return status == OK ? only(s, ref, rows, n, out, e) : status;
    }
    bool number = *ref && strspn(ref, "0123456789") == strlen(ref) && strlen(ref) < 19;
    sqlite3_stmt *st = store_statement(s, number ? ST_RUN_BY_ID : ST_RUN_BY_UID, e);
    if (!st)
        return ERR_INTERNAL;
    if (!*ref)
        return not_found(s, ref, e);
    if (number)
        sqlite3_bind_int64(st, 1, strtoll(ref, NULL, 10));
    else
        bind_text(st, 1, ref);
    status = collect(s, st, NULL, 0, a, &rows, &n, e);
    return status == OK ? only(s, ref, rows, n, out, e) : status;
}
