/* Trials of sweeps: what the supervisor knows of them, kept so that another one can go on. */
#include "store/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct trial_row read_trial(sqlite3_stmt *st, struct arena *a)
{
    return (struct trial_row){.n = (uint32_t)sqlite3_column_int64(st, 0),
                              .state = column_text(st, 1, a),
                              .settings = column_text(st, 2, a),
                              .known = (uint32_t)sqlite3_column_int64(st, 3),
                              .rungs = (uint32_t)sqlite3_column_int64(st, 4),
                              .value = column_real(st, 5),
                              .step = (uint64_t)sqlite3_column_int64(st, 6)};
}

static int read_trials(struct store *s, int64_t experiment, struct arena *a,
                       struct trial_row **rows, size_t *n, struct err *e)
{
    VEC(struct trial_row) v = {0};
    int code = SQLITE_DONE;
    sqlite3_stmt *st = store_statement(s, ST_TRIALS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, experiment);
    while ((code = sqlite3_step(st)) == SQLITE_ROW)
        vec_push(&v, read_trial(st, a));
    *rows = arena_alloc(a, (v.len + 1) * sizeof *v.data);
    if (v.len)
        memcpy(*rows, v.data, v.len * sizeof *v.data);
    *n = v.len;
    vec_finish(&v);
    int status = code == SQLITE_DONE ? OK : store_fail(s, e, "cannot read the trials");
    sqlite3_reset(st);
    return status;
}

int store_read_sweep(struct store *s, int64_t experiment, struct arena *a, const char **spec,
                     struct trial_row **rows, size_t *n, struct err *e)
{
    *spec = NULL;
    *n = 0;
    sqlite3_stmt *st = store_statement(s, ST_GET_SWEEP, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, experiment);
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *spec = column_text(st, 0, a);
    int status =
        code == SQLITE_ROW || code == SQLITE_DONE ? OK : store_fail(s, e, "cannot read a sweep");
    sqlite3_reset(st);
    return status == OK && *spec ? read_trials(s, experiment, a, rows, n, e) : status;
}

int trial_write(struct store *s, int64_t experiment, const struct trial_row *t, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_PUT_TRIAL, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, experiment);
    sqlite3_bind_int64(st, 2, t->n);
    bind_text(st, 3, t->state);
    bind_text(st, 4, t->settings);
    sqlite3_bind_int64(st, 5, t->known);
    sqlite3_bind_int64(st, 6, t->rungs);
    bind_real(st, 7, t->value);
    sqlite3_bind_int64(st, 8, (int64_t)t->step);
    return store_run(s, st, "cannot write a trial", e);
}

int store_put_trial(struct store *s, int64_t experiment, const struct trial_row *t, struct err *e)
{
    int status = scope_enter(s, e);
    return status == OK ? scope_leave(s, trial_write(s, experiment, t, e), e) : status;
}

static int set_param(struct store *s, int64_t experiment, uint32_t trial, const struct param_row *p,
                     struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_SET_TRIAL_PARAM, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, experiment);
    sqlite3_bind_int64(st, 2, trial);
    bind_text(st, 3, p->key);
    if (p->is_num)
        bind_real(st, 4, p->num);
    bind_text(st, 5, p->text);
    return store_run(s, st, "cannot set a parameter", e);
}

int store_set_trial(struct store *s, int64_t experiment, uint32_t trial,
                    const struct param_row *params, size_t n, const char *label, const char *group,
                    struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    for (size_t i = 0; i < n && status == OK; i++)
        status = set_param(s, experiment, trial, &params[i], e);
    sqlite3_stmt *st = status == OK ? store_statement(s, ST_NAME_TRIAL, e) : NULL;
    if (!st)
        return scope_leave(s, status == OK ? ERR_INTERNAL : status, e);
    sqlite3_bind_int64(st, 1, experiment);
    sqlite3_bind_int64(st, 2, trial);
    bind_text(st, 3, label);
    bind_text(st, 4, group);
    return scope_leave(s, store_run(s, st, "cannot name the runs of a trial", e), e);
}
