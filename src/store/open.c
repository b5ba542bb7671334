/* Opening and closing a database. */
#include "store/internal.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/sysinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool (*store_is_network_fs)(const char *path) = sysinfo_is_network_fs;
static bool alone; /* see store_use_alone() */

void store_use_alone(void)
{
    alone = true;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_strdup(".");
    return slash == path ? mem_strdup("/") : mem_printf("%.*s", (int)(slash - path), path);
}

/* The absolute path of a file that may not exist yet, in a folder that does. */
static char *absolute_path(const char *path, struct err *e)
{
    char *whole = realpath(path, NULL);
    if (whole)
        return whole;
    char *folder = folder_of(path), *real = realpath(folder, NULL), *out = NULL;
    if (real)
        out = mem_printf("%s/%s", strcmp(real, "/") == 0 ? "" : real, file_base(path));
    else
        err_sys(e, ERR_CANTCREAT, "%s", folder);
    free(folder);
    free(real);
    return out;
}

/* SQLite's own handler sleeps longer the longer it has waited, which starves a writer among many
 * busy ones: this one asks again every 1 to 8 ms until the time is up. */
static int wait_a_little(void *ctx, int times)
{
    struct store *s = ctx;
    int64_t now = clock_mono_ns() / 1000;
    if (times == 0)
        s->busy_since_us = now;
    if (now - s->busy_since_us > (int64_t)STORE_BUSY_MS * 1000)
        return 0;
    s->random = s->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    usleep(1000 + (useconds_t)(s->random >> 33) % 7000);
    return 1;
}

static int check_network(const char *path, bool *network, struct err *e)
{
    char *folder = folder_of(path);
    *network = store_is_network_fs(folder);
    free(folder);
    if (!*network || alone)
        return OK;
    return err_set(e, ERR_DATA,
                   "%s lies on a network file system, where SQLite's write-ahead log is not safe; "
                   "name a database on a local disk with --db or RLBENCH_DB, and bring its runs "
                   "together with others by rlbench db merge",
                   path);
}

static struct store *new_store(char *path, bool writable)
{
    struct store *s = mem_alloc(sizeof *s);
    s->path = path;
    s->writable = writable;
    s->random = (uint64_t)getpid() * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)clock_mono_ns();
    sysinfo_host_name(s->host, sizeof s->host);
    return s;
}

static int connect_file(struct store *s, const char *name, int flags, struct err *e)
{
    if (sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK)
        return store_fail(s, e, "cannot open it");
    sqlite3_busy_handler(s->db, wait_a_little, s);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return OK;
}

/* Switching a new file to WAL needs a moment alone with it, and SQLite does not wait for that
 * moment by itself when several processes create one file at once. */
static int switch_to_wal(struct store *s, struct err *e)
{
    for (int times = 0;; times++) {
        int code = sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (code == SQLITE_OK)
            return OK;
        if ((code & 0xff) != SQLITE_BUSY || !wait_a_little(s, times))
            return store_fail(s, e, "cannot switch to the write-ahead log");
    }
}

/* Without the memory that a write-ahead log shares between its users. */
static int keep_to_ourselves(struct store *s, struct err *e)
{
    return store_exec(s, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE", e);
}

int store_open_write(const char *path, struct store **out, struct err *e)
{
    bool network;
    char *folder = folder_of(path);
    int status = file_mkdirs(folder, e);
    free(folder);
    if (status != OK)
        return status;
    char *real = absolute_path(path, e);
    if (!real)
        return ERR_CANTCREAT;
    if ((status = check_network(real, &network, e)) != OK) {
        free(real);
        return status;
    }
    struct store *s = new_store(real, true);
    int version;
    if ((status = connect_file(
             s, s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, e)) != OK ||
        (status = store_identify(s, &version, e)) != OK ||
        (status = network ? keep_to_ourselves(s, e) : switch_to_wal(s, e)) != OK ||
        (status = store_exec(s,
                             "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
                             "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8000;"
                             "PRAGMA wal_autocheckpoint = 4000;",
                             e)) != OK ||
        (status = store_migrate(s, e)) != OK) {
        store_close(s);
        return status;
    }
    *out = s;
    return OK;
}

/* A reader never changes the file, so an older schema is brought up to date by a short-lived
 * writer. */
static int update_schema(const char *path, struct err *e)
{
    struct store *writer = NULL;
    int status = store_open_write(path, &writer, e);
    store_close(writer);
    return status == OK ? OK : err_prefix(e, "its schema is older and could not be updated");
}

char *store_uri(const char *path, const char *options)
{
    char *name = sqlite3_mprintf("file:");
    for (const char *p = path; *p && name; p++)
        name = sqlite3_mprintf(strchr("?#%", *p) ? "%z%%%02X" : "%z%c", name, *p);
    return sqlite3_mprintf("%z?%s", name, options);
}

/* A reader of a write-ahead log makes files beside the database. Where it may not, nobody writes
 * either, and a file without a log can be read as one that never changes (a folder shared by
 * somebody else, an archive). */
static int connect_unchanging(struct store *s, int *version, struct err *e)
{
    char *log = mem_printf("%s-wal", s->path), *folder = folder_of(s->path), *name = NULL;
    int status = e ? e->code : ERR_PERM;
    if (access(folder, W_OK) == 0 || file_exists(log))
        goto free_names;
    sqlite3_close(s->db);
    s->db = NULL;
    name = store_uri(s->path, "immutable=1");
    status = connect_file(s, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e);
    if (status == OK)
        status = store_identify(s, version, e);
free_names:
    sqlite3_free(name);
    free(folder);
    free(log);
    return status;
}

static int connect_reader(struct store *s, int *version, struct err *e)
{
    struct err first = ERR_INIT;
    int status = ERR_PERM;
    if (access(s->path, R_OK) < 0)
        return err_sys(e, ERR_PERM, "%s", s->path);
    status = connect_file(s, s->path, SQLITE_OPEN_READONLY, &first);
    if (status == OK)
        status = store_identify(s, version, &first);
    if (status == ERR_CANTCREAT || status == ERR_PERM)
        status = connect_unchanging(s, version, &first);
    return status == OK ? OK : err_set(e, status, "%s", first.text);
}

int store_open_as_is(const char *path, struct store **out, int *version, struct err *e)
{
    char *real = realpath(path, NULL);
    if (!real)
        return err_set(e, errno == EACCES ? ERR_PERM : ERR_NOINPUT,
                       "no database at %s (%s); a first run makes it, or name another with --db",
                       path, strerror(errno));
    struct store *s = new_store(real, false);
    int status = connect_reader(s, version, e);
    if (status == OK)
        *out = s;
    else
        store_close(s);
    return status;
}

static int open_reader(const char *path, int depth, struct store **out, struct err *e)
{
    struct store *s = NULL;
    int version = 0;
    int status = store_open_as_is(path, &s, &version, e);
    if (status == OK && version < store_schema_version) {
        store_close(s);
        if (depth > 0)
            return err_set(e, ERR_DATA, "%s: its schema is still %d", path, version);
        status = update_schema(path, e);
        return status == OK ? open_reader(path, depth + 1, out, e) : status;
    }
    if (status == OK)
        status = store_exec(s, "PRAGMA query_only = ON; PRAGMA cache_size = -16000;", e);
    if (status != OK) {
        store_close(s);
        return status;
    }
    *out = s;
    return OK;
}

int store_open_read(const char *path, struct store **out, struct err *e)
{
    return open_reader(path, 0, out, e);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    for (size_t i = 0; i < ST_NUM; i++)
        sqlite3_finalize(s->cached[i]);
    sqlite3_finalize(s->insert[0]);
    sqlite3_finalize(s->insert[1]);
    sqlite3_close(s->db);
    vec_finish(&s->summaries.rows);
    vec_finish(&s->summaries.runs);
    free(s->summaries.slots);
    free(s->path);
    free(s);
}

const char *store_path(const struct store *s)
{
    return s->path;
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}

int64_t store_data_version(struct store *s)
{
    sqlite3_stmt *st = store_statement(s, ST_DATA_VERSION, NULL);
    int64_t version = st && sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    if (st)
        sqlite3_reset(st);
    return version;
}
