#include "store/maintain.h"

#include "store/internal.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int store_newest_schema(void)
{
    return store_schema_version;
}

int store_schema_of(const char *path, int *version, struct err *e)
{
    struct store *s = NULL;
    int status = store_open_as_is(path, &s, version, e);
    store_close(s);
    return status;
}

/* Everything into a new file without a log of its own. */
static int copy_pages(struct store *s, const char *to, struct err *e)
{
    sqlite3 *copy = NULL;
    int status = OK,
        code = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *b = code == SQLITE_OK ? sqlite3_backup_init(copy, "main", s->db, "main") : NULL;
    if (b) {
        do
            code = sqlite3_backup_step(b, -1); /* in one go: one moment */
        while ((code & 0xff) == SQLITE_BUSY && usleep(10000) == 0);
        sqlite3_backup_finish(b);
        if (code == SQLITE_DONE)
            code = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    } else if (code == SQLITE_OK)
        code = sqlite3_errcode(copy);
    if (code != SQLITE_OK)
        status = err_set(e, (code & 0xff) == SQLITE_CANTOPEN ? ERR_CANTCREAT : ERR_IO,
                         "cannot copy %s to %s: %s", s->path, to, sqlite3_errmsg(copy));
    sqlite3_close(copy);
    return status;
}

/* In place and on the disk; nobody's file is replaced. */
static int settle(const char *temporary, const char *to, struct err *e)
{
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    int status = fd >= 0 && fsync(fd) == 0 ? OK : err_sys(e, ERR_IO, "%s", temporary);
    if (fd >= 0)
        close(fd);
    if (status == OK && link(temporary, to) < 0 &&
        (file_exists(to) || rename(temporary, to) < 0)) /* a file system without links */
        status = err_sys(e, ERR_CANTCREAT, "%s", to);
    return status;
}

int store_backup(const char *path, const char *to, struct err *e)
{
    struct store *s = NULL;
    int version, status;
    if (file_exists(to))
        return err_set(e, ERR_CANTCREAT, "%s is there already; name a file that is not", to);
    if ((status = store_open_as_is(path, &s, &version, e)) != OK)
        return status;
    char *temporary = mem_printf("%s.%ld.part", to, (long)getpid());
    status = copy_pages(s, temporary, e);
    if (status == OK)
        status = settle(temporary, to, e);
    unlink(temporary);
    free(temporary);
    store_close(s);
    return status;
}

int store_vacuum(struct store *s, struct err *e)
{
    int status = store_exec(s, "VACUUM", e);
    if (status == OK)
        status = store_exec(s, "PRAGMA wal_checkpoint(TRUNCATE)", e);
    return status;
}
