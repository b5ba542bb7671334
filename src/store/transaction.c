/* Transactions. A batch is one SQLite transaction that takes the write lock at once; a call outside
 * of a batch is a transaction of its own. */
#include "store/internal.h"

int store_transaction(struct store *s, struct err *e)
{
    s->disk_full = false;
    if (!s->writable)
        return err_set(e, ERR_INTERNAL, "%s is open for reading only", s->path);
    if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
        return OK;
    return store_fail(s, e, "cannot start writing");
}

void store_abandon(struct store *s)
{
    /* What is in memory may be ahead of the file now: read it again when next needed. */
    summaries_forget(s);
    if (s->db && !sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int scope_enter(struct store *s, struct err *e)
{
    if (!s->in_batch)
        return store_transaction(s, e);
    if (s->broken)
        return err_set(e, ERR_IO, "%s: the batch failed before; nothing of it was written",
                       s->path);
    return OK;
}

int scope_leave(struct store *s, int status, struct err *e)
{
    if (s->in_batch) {
        s->broken |= status != OK;
        return status;
    }
    if (status == OK)
        status = summaries_flush(s, e);
    if (status == OK)
        status = store_exec(s, "COMMIT", e);
    if (status != OK)
        store_abandon(s);
    return status;
}

int store_begin(struct store *s, struct err *e)
{
    if (s->in_batch)
        return err_set(e, ERR_INTERNAL, "a batch is open already");
    int status = store_transaction(s, e);
    s->in_batch = status == OK;
    s->broken = false;
    return status;
}

int store_commit(struct store *s, struct err *e)
{
    if (!s->in_batch)
        return err_set(e, ERR_INTERNAL, "no batch is open");
    int status = scope_enter(s, e);
    s->in_batch = false;
    return scope_leave(s, status, e);
}

void store_rollback(struct store *s)
{
    s->in_batch = false;
    store_abandon(s);
}

bool store_disk_full(const struct store *s)
{
    return s->disk_full;
}
