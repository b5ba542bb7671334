/* Writing while runs go on. Everything between store_begin and store_commit is collected in memory
 * and written in one short transaction, so that the write lock is held only while writing, and a
 * batch that could not be written (busy, disk full) is still whole and can be tried again. */
#include "store/internal.h"

#include "base/clock.h"

#include <stdlib.h>

/* ---- carrying out, one function per kind of operation ---- */

static int put_point(struct store *s, sqlite3_stmt *st, const struct point_row *p)
{
    sqlite3_bind_int64(st, 1, p->run);
    sqlite3_bind_int64(st, 2, p->metric);
    sqlite3_bind_int64(st, 3, (int64_t)p->step);
    sqlite3_bind_int64(st, 4, p->sub);
    sqlite3_bind_int64(st, 5, p->attempt);
    bind_real(st, 6, p->value);
    int code = sqlite3_step(st);
    sqlite3_reset(st);
    (void)s;
    return code;
}

static int apply_points(struct store *s, const struct op *op, struct err *e)
{
    struct run_cache *run;
    int status = summaries_run(s, op->run, &run, e);
    sqlite3_stmt *insert = store_statement(s, ST_ADD_POINT, e);
    if (status != OK || !insert)
        return status != OK ? status : ERR_INTERNAL;
    const struct point_row *p = s->batch.points.data + op->u.rows.first;
    for (size_t i = 0; i < op->u.rows.count; i++, p++) {
        if (p->attempt == 0 || p->attempt > run->attempt)
            return err_set(e, ERR_INTERNAL, "run %lld: points of attempt %u, which has not begun",
                           (long long)op->run, p->attempt);
        struct summary *m;
        status = summaries_get(s, p->run, p->metric, p->ord, &m, e);
        if (status != OK)
            return status;
        int code = put_point(s, insert, p);
        bool again = (code & 0xff) == SQLITE_CONSTRAINT; /* a second value at this very place */
        if (again) {
            sqlite3_stmt *replace = store_statement(s, ST_REPLACE_POINT, e);
            if (!replace)
                return ERR_INTERNAL;
            code = put_point(s, replace, p);
        }
        if (code != SQLITE_DONE)
            return store_fail(s, e, "cannot write a point");
        /* What is not simply one more visible point needs a look at all of them. */
        if (again || p->attempt < run->attempt)
            m->stale = m->dirty = true;
        else
            summary_add(m, p->step, p->value);
    }
    return OK;
}

static int apply_episodes(struct store *s, const struct op *op, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_EPISODE, e);
    if (!st)
        return ERR_INTERNAL;
    const struct episode_row *p = s->batch.episodes.data + op->u.rows.first;
    int status = OK;
    for (size_t i = 0; i < op->u.rows.count && status == OK; i++, p++) {
        sqlite3_bind_int64(st, 1, p->run);
        sqlite3_bind_int64(st, 2, p->ep.kind);
        sqlite3_bind_int64(st, 3, (int64_t)p->ep.step);
        sqlite3_bind_int64(st, 4, p->ep.index);
        sqlite3_bind_int64(st, 5, p->attempt);
        bind_real(st, 6, p->ep.ret);
        sqlite3_bind_int64(st, 7, (int64_t)p->ep.length);
        bind_real(st, 8, p->ep.extra);
        status = store_run(s, st, "cannot write an episode", e);
    }
    return status;
}

static int apply_attempt(struct store *s, const struct op *op, struct err *e)
{
    struct run_cache *run;
    int status = summaries_run(s, op->run, &run, e);
    if (status != OK)
        return status;
    sqlite3_stmt *add = store_statement(s, ST_ADD_ATTEMPT, e);
    sqlite3_stmt *hide = store_statement(s, ST_SUPERSEDE, e);
    sqlite3_stmt *count = store_statement(s, ST_COUNT_ATTEMPT, e);
    if (!add || !hide || !count)
        return ERR_INTERNAL;
    sqlite3_stmt *const all[] = {add, hide, count};
    for (int i = 0; i < 3; i++) {
        sqlite3_bind_int64(all[i], 1, op->run);
        sqlite3_bind_int64(all[i], 2, op->u.attempt.n);
    }
    sqlite3_bind_int64(add, 3, (int64_t)op->step);
    sqlite3_bind_int64(add, 4, op->t_us);
    bind_text(add, 5, op->u.attempt.from);
    sqlite3_bind_int64(hide, 3, (int64_t)op->step);
    for (int i = 0; i < 3 && status == OK; i++)
        status = store_run(s, all[i], "cannot start an attempt", e);
    run->attempt = op->u.attempt.n;
    run->progress_us = 0;
    return status == OK ? summaries_mark_stale(s, op->run, op->step, e) : status;
}

static int apply_event(struct store *s, const struct op *op, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_EVENT, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, op->run);
    sqlite3_bind_int64(st, 2, op->t_us);
    sqlite3_bind_int64(st, 3, (int64_t)op->step);
    sqlite3_bind_int(st, 4, op->u.event.level);
    bind_text(st, 5, op->u.event.kind);
    bind_text(st, 6, op->u.event.text);
    return store_run(s, st, "cannot write an event", e);
}

static int apply_artifact(struct store *s, const struct op *op, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_ARTIFACT, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, op->run);
    sqlite3_bind_int64(st, 2, op->t_us);
    sqlite3_bind_int64(st, 3, (int64_t)op->step);
    bind_text(st, 4, op->u.artifact.kind);
    bind_text(st, 5, op->u.artifact.path);
    bind_text(st, 6, op->u.artifact.sha256);
    sqlite3_bind_int64(st, 7, (int64_t)op->u.artifact.bytes);
    return store_run(s, st, "cannot write an artifact", e);
}

/* Once a second at most: when which step was reached. */
static int add_progress(struct store *s, const struct op *op, struct err *e)
{
    struct run_cache *run;
    int status = summaries_run(s, op->run, &run, e);
    if (status != OK || run->attempt == 0 || op->t_us - run->progress_us < 1000000)
        return status;
    sqlite3_stmt *st = store_statement(s, ST_ADD_PROGRESS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, op->run);
    sqlite3_bind_int64(st, 2, run->attempt);
    sqlite3_bind_int64(st, 3, (int64_t)op->u.update.steps);
    sqlite3_bind_int64(st, 4, (int64_t)op->u.update.env_steps);
    sqlite3_bind_int64(st, 5, op->t_us);
    run->progress_us = op->t_us;
    return store_run(s, st, "cannot write the progress", e);
}

static int apply_update(struct store *s, const struct op *op, struct err *e)
{
    const struct run_update *u = &op->u.update;
    int status = u->set & RU_STEPS ? add_progress(s, op, e) : OK;
    sqlite3_stmt *st = store_statement(s, ST_UPDATE_RUN, e);
    if (status != OK || !st)
        return status != OK ? status : ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, op->run);
    sqlite3_bind_int64(st, 2, u->set);
    sqlite3_bind_int64(st, 3, op->t_us);
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
    status = store_run(s, st, "cannot update a run", e);
    if (status == OK && sqlite3_changes(s->db) == 0)
        status = err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)op->run);
    return status;
}

static int apply_headline(struct store *s, const struct op *op, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_SET_HEADLINE, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, op->run);
    sqlite3_bind_int64(st, 2, op->u.headline);
    return store_run(s, st, "cannot update a run", e);
}

static int (*const apply[OP_NUM])(struct store *, const struct op *, struct err *) = {
    [OP_POINTS] = apply_points,     [OP_EPISODES] = apply_episodes, [OP_ATTEMPT] = apply_attempt,
    [OP_EVENT] = apply_event,       [OP_ARTIFACT] = apply_artifact, [OP_UPDATE] = apply_update,
    [OP_HEADLINE] = apply_headline,
};

static int carry_out(struct store *s, struct err *e)
{
    if (s->batch.ops.len == 0)
        return OK;
    int status = store_transaction(s, e);
    for (size_t i = 0; i < s->batch.ops.len && status == OK; i++)
        status = apply[s->batch.ops.data[i].kind](s, &s->batch.ops.data[i], e);
    if (status == OK)
        status = summaries_flush(s, e);
    if (status == OK)
        status = store_exec(s, "COMMIT", e);
    if (status != OK) {
        /* What is in memory now is ahead of the file: read it again when next needed. */
        summaries_forget(s);
        store_abandon(s);
    }
    return status;
}

static void clear(struct batch *b)
{
    b->open = false;
    b->ops.len = b->points.len = b->episodes.len = 0;
    arena_finish(&b->strings);
}

/* ---- the interface ---- */

int batch_add(struct store *s, const struct op *op, struct err *e)
{
    struct op stamped = *op;
    if (!stamped.t_us)
        stamped.t_us = clock_wall_us();
    vec_push(&s->batch.ops, stamped);
    if (s->batch.open)
        return OK;
    int status = carry_out(s, e);
    clear(&s->batch);
    return status;
}

int store_begin(struct store *s, struct err *e)
{
    if (!s->writable)
        return err_set(e, ERR_INTERNAL, "%s is open for reading only", s->path);
    if (s->batch.open)
        return err_set(e, ERR_INTERNAL, "a batch is open already");
    s->batch.open = true;
    return OK;
}

int store_commit(struct store *s, struct err *e)
{
    if (!s->batch.open)
        return err_set(e, ERR_INTERNAL, "no batch is open");
    int status = carry_out(s, e);
    if (status == OK)
        clear(&s->batch);
    return status;
}

void store_rollback(struct store *s)
{
    clear(&s->batch);
}

bool store_disk_full(const struct store *s)
{
    return s->disk_full;
}
