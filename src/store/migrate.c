/* What a file is, and the way from an older schema to ours: forward only, under the write lock. */
#include "store/internal.h"

#include "base/clock.h"
#include "config.h"

#include <string.h>

/* Who wrote a file of a schema we may not know: meta is the one table every version keeps. */
static void read_writer(struct store *s, char *out, size_t size)
{
    sqlite3_stmt *st = NULL;
    sqlite3_snprintf((int)size, out, "%s", "a newer rlbench");
    if (sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE key = 'written_by'", -1, &st,
                           NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        sqlite3_snprintf((int)size, out, "%s", sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
}

int store_identify(struct store *s, int *version, struct err *e)
{
    /* One statement sees one moment: another process may be creating the file right now. */
    static const char sql[] =
        "SELECT (SELECT count(*) FROM sqlite_schema), application_id, user_version"
        " FROM pragma_application_id, pragma_user_version";
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step(st) != SQLITE_ROW) {
        int status = store_fail(s, e, "cannot read it");
        sqlite3_finalize(st);
        return status;
    }
    int64_t tables = sqlite3_column_int64(st, 0), id = sqlite3_column_int64(st, 1);
    int64_t user = sqlite3_column_int64(st, 2);
    sqlite3_finalize(st);
    *version = (int)user;
    if (id != STORE_APPLICATION_ID && (tables > 0 || id != 0 || user != 0))
        return err_set(e, ERR_DATA,
                       "%s is an SQLite database, but not one of rlbench; name another with --db",
                       s->path);
    if (user > store_schema_version) {
        char writer[128];
        read_writer(s, writer, sizeof writer);
        return err_set(
            e, ERR_DATA,
            "%s was written by %s (schema %d); this is rlbench %s, which knows schemas up "
            "to %d: update rlbench, or name another database with --db",
            s->path, writer, (int)user, PACKAGE_VERSION, store_schema_version);
    }
    return OK;
}

static int migrate_locked(struct store *s, struct err *e)
{
    int version;
    int status = store_identify(s, &version, e);
    if (status != OK || version == store_schema_version)
        return status;
    for (; status == OK && version < store_schema_version; version++) {
        const struct migration *m = &store_migrations[version];
        for (size_t i = 0; i < 3 && m->sql[i] && status == OK; i++)
            status = store_exec(s, m->sql[i], e);
        if (status != OK)
            err_prefix(e, "migration to schema %d (%s)", version + 1, m->what);
    }
    if (status != OK)
        return status;
    char *sql =
        sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;"
                        "INSERT OR REPLACE INTO meta VALUES ('written_by', 'rlbench %q');"
                        "INSERT OR IGNORE INTO meta VALUES ('created_us', '%lld');",
                        STORE_APPLICATION_ID, version, PACKAGE_VERSION, (long long)clock_wall_us());
    status = store_exec(s, sql, e);
    sqlite3_free(sql);
    return status;
}

int store_migrate(struct store *s, struct err *e)
{
    int version;
    int status = store_identify(s, &version, e);
    if (status != OK || version == store_schema_version)
        return status;
    status = store_transaction(s, e);
    if (status != OK)
        return status;
    /* Others may have waited for the same lock: the version is read again under it. */
    status = migrate_locked(s, e);
    if (status == OK)
        status = store_exec(s, "COMMIT", e);
    if (status != OK)
        store_abandon(s);
    return status;
}
