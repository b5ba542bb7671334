/* rlbench query: free read-only SQL. */
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct opt opts[] = {
    {"file", 'f', "FILE", "read the query from FILE; - is the standard input"},
    {"format", 0, "FORMAT", "table (default), box, csv or json"},
    {"json", 0, NULL, "the same as --format json"},
    {NULL, 0, NULL, NULL},
};

/* ---- formats: each a pair of sink functions ---- */

struct output {
    struct table table; /* table, box */
    char *aligns;       /* numbers to the right, decided by the first row */
    const char **names; /* json */
    int num_names;
};

static int table_columns(void *ctx, int n, const char *const *names)
{
    struct output *o = ctx;
    o->table = (struct table){.num_columns = (size_t)n};
    o->aligns = mem_alloc((size_t)n + 1);
    memset(o->aligns, 'l', (size_t)n);
    o->table.aligns = o->aligns;
    for (int i = 0; i < n; i++)
        table_add(&o->table, names[i]);
    return 0;
}

static int table_row(void *ctx, int n, const char *types, const char *const *texts)
{
    struct output *o = ctx;
    for (int i = 0; i < n; i++) {
        if (types[i] == 'i' || types[i] == 'r')
            o->aligns[i] = 'r';
        table_add(&o->table, types[i] == 'n' ? "NULL" : texts[i]);
    }
    return 0;
}

/* RFC 4180: CRLF, quotes where needed, doubled inside. NULL is an empty field, an empty text "". */
static void csv_field(const char *text, bool is_null)
{
    if (is_null)
        return;
    if (*text && !text[strcspn(text, ",\"\r\n")]) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static int csv_columns(void *ctx, int n, const char *const *names)
{
    (void)ctx;
    for (int i = 0; i < n; i++) {
        fputs(i ? "," : "", stdout);
        csv_field(names[i], false);
    }
    fputs("\r\n", stdout);
    return 0;
}

static int csv_row(void *ctx, int n, const char *types, const char *const *texts)
{
    (void)ctx;
    for (int i = 0; i < n; i++) {
        fputs(i ? "," : "", stdout);
        csv_field(texts[i], types[i] == 'n');
    }
    fputs("\r\n", stdout);
    return ferror(stdout);
}

static int json_columns(void *ctx, int n, const char *const *names)
{
    struct output *o = ctx;
    o->names = mem_alloc((size_t)(n + 1) * sizeof *o->names);
    for (int i = 0; i < n; i++)
        o->names[i] = arena_strdup(&o->table.arena, names[i]);
    o->num_names = n;
    return 0;
}

static json_t *json_cell(char type, const char *text)
{
    switch (type) {
    case 'i': return json_integer(strtoll(text, NULL, 10));
    case 'r': return json_number(strtod(text, NULL));
    case 'n': return json_null();
    default: return json_string(text);
    }
}

static int json_row(void *ctx, int n, const char *types, const char *const *texts)
{
    struct output *o = ctx;
    json_t *row = json_object();
    for (int i = 0; i < n; i++) {
        json_t *value = json_cell(types[i], texts[i]);
        /* Text that is not UTF-8 has no place in JSON. */
        json_object_set_new(row, o->names[i], value ? value : json_null());
    }
    json_print(row);
    return ferror(stdout);
}

static const struct format {
    const char *name;
    struct store_sink sink;
    enum table_style style;
    bool is_table;
} formats[] = {
    {"table", {NULL, table_columns, table_row}, TABLE_ALIGNED, true},
    {"box", {NULL, table_columns, table_row}, TABLE_BOX, true},
    {"csv", {NULL, csv_columns, csv_row}, TABLE_ALIGNED, false},
    {"json", {NULL, json_columns, json_row}, TABLE_ALIGNED, false},
};

static const struct format *find_format(const struct cli *c, struct err *e)
{
    const char *name = cli_get(c, "format");
    if (!name)
        name = cli_has(c, "json") ? "json" : "table";
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    err_set(e, ERR_USAGE, "no format '%s'; formats: table box csv json", name);
    return NULL;
}

/* ---- the verb ---- */

static int read_stdin(struct buf *out, struct err *e)
{
    char chunk[4096];
    ssize_t n;
    while ((n = read(STDIN_FILENO, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, ERR_IO, "standard input");
        buf_add(out, chunk, (size_t)n);
    }
    return OK;
}

static int read_sql(const struct cli *c, struct buf *sql, struct err *e)
{
    const char *file = cli_get(c, "file");
    if (c->num_args > 1 || (file != NULL) == (c->num_args == 1))
        return err_set(e, ERR_USAGE, "give one query, in quotes, or a file with -f");
    if (!file) {
        buf_puts(sql, c->args[0]);
        return OK;
    }
    return strcmp(file, "-") == 0 ? read_stdin(sql, e) : file_read(file, 1 << 20, sql, e);
}

static int run(struct cli *c, struct err *e)
{
    struct buf sql = {0};
    struct store *s = NULL;
    struct output o = {0};
    const struct format *f = find_format(c, e);
    if (!f)
        return ERR_USAGE;
    int status = read_sql(c, &sql, e);
    if (status == OK)
        status = cli_open_store(c, &s, e);
    if (status == OK) {
        struct store_sink sink = f->sink;
        sink.ctx = &o;
        status = store_query(s, buf_text(&sql), &sink, e);
        if (status == OK && f->is_table)
            table_print(&o.table, f->style, stdout);
    }
    table_finish(&o.table);
    free(o.aligns);
    free(o.names);
    store_close(s);
    buf_finish(&sql);
    return status;
}

const struct verb verb_query = {
    .name = "query",
    .args = "SQL | -f FILE [OPTION]...",
    .doc = "ask the database, read-only",
    .examples = "rlbench query 'SELECT uid, state, last FROM v_run'\n"
                "rlbench query 'SELECT step, value FROM v_point WHERE run_id = 1' --format csv\n"
                "rlbench query -f report.sql --json\n"
                "man rlbench-db   the tables, the views and more examples\n",
    .opts = opts,
    .run = run,
};
