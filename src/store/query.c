/* Free queries: one SELECT, nothing else, and mistakes shown where they are. */
#include "store/internal.h"

#include "base/num.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const harmless_pragmas[] = {
    "table_info",        "table_xinfo",     "table_list",     "index_list",      "index_info",
    "index_xinfo",       "user_version",    "application_id", "compile_options", "page_count",
    "page_size",         "function_list",   "database_list",  "integrity_check", "quick_check",
    "foreign_key_check", "foreign_key_list"};

static int authorize(void *ctx, int action, const char *first, const char *second, const char *db,
                     const char *inner)
{
    (void)ctx;
    (void)db;
    (void)inner;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_UPDATE: /* how SQLite declares a virtual table such as json_each to itself */
        return strcmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return second && strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        for (size_t i = 0; i < sizeof harmless_pragmas / sizeof harmless_pragmas[0]; i++)
            if (strcasecmp(first, harmless_pragmas[i]) == 0)
                return SQLITE_OK;
        return SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

/* ---- mistakes ---- */

/* Names of tables and views, or of their columns, one to a row. */
static void read_names(struct store *s, const char *sql, struct arena *a, const char *word,
                       const char **near)
{
    VEC(const char *) names = {0};
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK)
        while (sqlite3_step(st) == SQLITE_ROW)
            vec_push(&names, column_text(st, 0, a));
    sqlite3_finalize(st);
    *near = text_nearest(word, names.data, names.len);
    vec_finish(&names);
}

static const char *suggest(struct store *s, const char *message, struct arena *a)
{
    static const struct {
        const char *prefix, *sql;
    } kinds[] = {
        {"no such table: ", "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"},
        {"no such column: ",
         "SELECT DISTINCT c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
         " WHERE t.type IN ('table', 'view')"},
    };
    const char *near = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = strlen(kinds[i].prefix);
        if (strncmp(message, kinds[i].prefix, n) != 0)
            continue;
        const char *word = message + n, *dot = strrchr(word, '.');
        word = dot ? dot + 1 : word;
        read_names(s, kinds[i].sql, a, word, &near);
        if (near && strcmp(near, word) == 0) /* of another table: no help */
            near = NULL;
    }
    return near;
}

/* The line of the mistake with a caret under it; "" when SQLite does not know the place. */
static void point_at(const char *sql, int offset, struct buf *out)
{
    if (offset < 0 || (size_t)offset > strlen(sql))
        return;
    int line = 1;
    const char *start = sql;
    for (const char *p = sql; p < sql + offset; p++)
        if (*p == '\n') {
            line++;
            start = p + 1;
        }
    char *before = mem_printf("%.*s", (int)(sql + offset - start), start);
    int column = text_columns(before);
    buf_printf(out, "\n%d:%d: %.*s\n", line, column + 1, (int)strcspn(start, "\n"), start);
    int digits = snprintf(NULL, 0, "%d:%d: ", line, column + 1);
    buf_printf(out, "%*s^", digits + column, "");
    free(before);
}

static int mistake(struct store *s, const char *sql, struct err *e)
{
    int offset = -1, code = sqlite3_extended_errcode(s->db) & 0xff;
#if SQLITE_VERSION_NUMBER >= 3038000
    offset = sqlite3_error_offset(s->db);
#endif
    struct arena a = {0};
    const char *message = arena_strdup(&a, sqlite3_errmsg(s->db));
    if (code == SQLITE_AUTH)
        message = "queries only read: SELECT, VALUES, WITH … SELECT, EXPLAIN";
    else if (code != SQLITE_ERROR) {
        arena_finish(&a);
        return store_fail(s, e, "query");
    }
    sqlite3_set_authorizer(s->db, NULL, NULL);
    const char *near = suggest(s, message, &a);
    struct buf where = {0};
    point_at(sql, offset, &where);
    int status = err_set(e, ERR_USAGE, "%s%s%s%s%s", message, near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : "", buf_text(&where));
    buf_finish(&where);
    arena_finish(&a);
    return status;
}

/* ---- rows ---- */

static char type_of(sqlite3_stmt *st, int i)
{
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER: return 'i';
    case SQLITE_FLOAT: return 'r';
    case SQLITE_BLOB: return 'b';
    case SQLITE_NULL: return 'n';
    default: return 't';
    }
}

static const char *cell(sqlite3_stmt *st, int i, char type, struct arena *a)
{
    char number[40];
    if (type == 'r')
        return arena_strdup(a,
                            num_format_real(sqlite3_column_double(st, i), number, sizeof number));
    if (type != 'b')
        return type == 'n' ? "" : column_text(st, i, a);
    const unsigned char *bytes = sqlite3_column_blob(st, i);
    int n = sqlite3_column_bytes(st, i);
    char *hex = arena_alloc(a, 2 * (size_t)n + 1);
    for (int k = 0; k < n; k++)
        sqlite3_snprintf(3, hex + 2 * (size_t)k, "%02x", bytes[k]);
    return hex;
}

static int send_columns(sqlite3_stmt *st, const struct store_sink *sink, int n)
{
    const char **names = mem_alloc((size_t)(n + 1) * sizeof *names);
    for (int i = 0; i < n; i++)
        names[i] = sqlite3_column_name(st, i);
    int stop = sink->columns ? sink->columns(sink->ctx, n, names) : 0;
    free(names);
    return stop;
}

static int send_rows(struct store *s, sqlite3_stmt *st, const char *sql,
                     const struct store_sink *sink, struct err *e)
{
    int n = sqlite3_column_count(st), code = SQLITE_DONE;
    int stop = send_columns(st, sink, n);
    char *types = mem_alloc((size_t)n + 1);
    const char **texts = mem_alloc((size_t)(n + 1) * sizeof *texts);
    while (!stop && (code = sqlite3_step(st)) == SQLITE_ROW) {
        struct arena a = {0};
        for (int i = 0; i < n; i++) {
            types[i] = type_of(st, i);
            texts[i] = cell(st, i, types[i], &a);
        }
        stop = sink->row(sink->ctx, n, types, texts);
        arena_finish(&a);
    }
    free(types);
    free(texts);
    return stop || code == SQLITE_DONE ? OK : mistake(s, sql, e);
}

static bool only_blanks(struct store *s, const char *tail)
{
    sqlite3_stmt *more = NULL;
    bool blank = sqlite3_prepare_v2(s->db, tail, -1, &more, NULL) == SQLITE_OK && !more;
    sqlite3_finalize(more);
    return blank;
}

int store_query(struct store *s, const char *sql, const struct store_sink *sink, struct err *e)
{
    sqlite3_stmt *st = NULL;
    const char *tail = "";
    int status = OK;
    sqlite3_set_authorizer(s->db, authorize, NULL);
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, &tail) != SQLITE_OK)
        status = mistake(s, sql, e);
    else if (!st)
        status = err_set(e, ERR_USAGE, "there is no query in that text");
    else if (!sqlite3_stmt_readonly(st))
        status = err_set(e, ERR_USAGE, "queries only read");
    else if (!only_blanks(s, tail))
        status = err_set(e, ERR_USAGE, "one query at a time; there is more after the first ';'");
    else
        status = send_rows(s, st, sql, sink, e);
    sqlite3_finalize(st);
    sqlite3_set_authorizer(s->db, NULL, NULL);
    return status;
}
