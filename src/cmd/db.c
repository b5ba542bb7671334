/* rlbench db: the database as a file: what is in it, its health, its schema, copies, and many into
 * one. */
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "store/maintain.h"
#include "store/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct opt opts[] = {
    {"runs", 0, "FILTER", "copy: only these runs; terms as of ls"},
    {"join", 0, NULL, "merge: parts of one plan become one experiment"},
    {"artifacts", 0, "DIR", "copy, merge: take the files of the runs along, into DIR"},
    {"json", 0, NULL, "info, check, merge: JSON"},
    {NULL, 0, NULL, NULL},
};

static int no_more_arguments(const struct cli *c, size_t n, const char *usage, struct err *e)
{
    return c->num_args == n ? OK : err_set(e, ERR_USAGE, "rlbench db %s", usage);
}

/* ---- info: names and numbers, each of them one query ---- */

static const struct {
    const char *key, *sql;
} facts[] = {
    {"written_by", "SELECT value FROM meta WHERE key = 'written_by'"},
    {"created", "SELECT datetime(value / 1000000, 'unixepoch') FROM meta WHERE key = 'created_us'"},
    {"experiments", "SELECT count(*) FROM experiment"},
    {"runs", "SELECT count(*) FROM run"},
    {"runs_done", "SELECT count(*) FROM run WHERE state = 'done'"},
    {"runs_archived", "SELECT count(*) FROM run WHERE archived"},
    {"metrics", "SELECT count(*) FROM metric"},
    {"points", "SELECT coalesce(sum(n), 0) FROM summary"},
    {"episodes", "SELECT count(*) FROM episode"},
    {"events", "SELECT count(*) FROM event"},
    {"artifacts", "SELECT count(*) FROM artifact"},
    {"artifact_bytes", "SELECT coalesce(sum(bytes), 0) FROM artifact"},
};

struct one {
    struct arena *arena;
    const char *text;
    bool integer;
};

static int take_one(void *ctx, int n, const char *types, const char *const *texts)
{
    struct one *o = ctx;
    (void)n;
    o->integer = types[0] == 'i';
    o->text = arena_strdup(o->arena, texts[0]);
    return 0;
}

static int no_columns(void *ctx, int n, const char *const *names)
{
    (void)ctx;
    (void)n;
    (void)names;
    return 0;
}

static uint64_t bytes_of(const char *path, const char *suffix)
{
    struct stat st;
    char *whole = mem_printf("%s%s", path, suffix);
    uint64_t bytes = stat(whole, &st) == 0 ? (uint64_t)st.st_size : 0;
    free(whole);
    return bytes;
}

static void tell(json_t *o, const char *key, const char *text, bool integer)
{
    if (!o)
        printf("%-16s %s\n", key, text);
    else if (integer)
        json_object_set_new(o, key, json_integer(strtoll(text, NULL, 10)));
    else
        json_object_set_new(o, key, json_string(text));
}

static int info(const struct cli *c, struct err *e)
{
    struct arena a = {0};
    struct store *s = NULL;
    json_t *o = cli_has(c, "json") ? json_object() : NULL;
    int status = no_more_arguments(c, 1, "info [--json]", e);
    if (status == OK)
        status = cli_open_store(c, &s, e);
    if (status == OK) {
        if (o)
            json_object_set_new(o, "v", json_integer(1));
        tell(o, "file", store_path(s), false);
        tell(o, "bytes", arena_printf(&a, "%" PRIu64, bytes_of(store_path(s), "")), true);
        tell(o, "log_bytes", arena_printf(&a, "%" PRIu64, bytes_of(store_path(s), "-wal")), true);
        tell(o, "schema", arena_printf(&a, "%d", store_newest_schema()), true);
        tell(o, "sqlite", store_library_version(), false);
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0] && status == OK; i++) {
        struct one one = {.arena = &a, .text = ""};
        const struct store_sink sink = {&one, no_columns, take_one};
        status = store_query(s, facts[i].sql, &sink, e);
        if (status == OK)
            tell(o, facts[i].key, one.text, one.integer);
    }
    if (o && status == OK)
        json_print(o);
    else
        json_decref(o);
    store_close(s);
    arena_finish(&a);
    return status;
}

/* ---- check ---- */

static int check(const struct cli *c, struct err *e)
{
    struct store *s = NULL;
    struct buf problems = {0};
    size_t n = 0;
    int status = no_more_arguments(c, 1, "check [--json]", e);
    if (status == OK)
        status = cli_open_store(c, &s, e);
    if (status == OK)
        status = store_check(s, &problems, e);
    for (size_t i = 0; i < problems.len; i++)
        n += problems.data[i] == '\n';
    if (status == OK && cli_has(c, "json")) {
        json_t *o = json_object(), *list = json_array();
        char *rest = NULL;
        for (char *line = n ? strtok_r(problems.data, "\n", &rest) : NULL; line;
             line = strtok_r(NULL, "\n", &rest))
            json_array_append_new(list, json_string(line));
        json_object_set_new(o, "v", json_integer(1));
        json_object_set_new(o, "sound", json_boolean(n == 0));
        json_object_set_new(o, "problems", list);
        json_print(o);
    } else if (status == OK)
        fputs(n ? buf_text(&problems) : "sound\n", stdout);
    if (status == OK && n)
        status =
            err_set(e, ERR_FAILED, "%zu %s found", n, n == 1 ? "problem was" : "problems were");
    buf_finish(&problems);
    store_close(s);
    return status;
}

/* ---- migrate, vacuum, backup ---- */

static int migrate(const struct cli *c, struct err *e)
{
    struct store *s = NULL;
    int version = 0, newest = store_newest_schema();
    char *path = cli_database(c), *copy = NULL;
    int status = no_more_arguments(c, 1, "migrate", e);
    if (status == OK)
        status = store_schema_of(path, &version, e);
    if (status == OK && version == newest) {
        printf("%s: schema %d, nothing to do\n", path, version);
        goto free_path;
    }
    copy = mem_printf("%s.schema-%d", path, version);
    if (status == OK)
        status = store_backup(path, copy, e);
    if (status == OK)
        status = store_open_write(path, &s, e);
    store_close(s);
    if (status == OK)
        printf("%s: schema %d, was %d; as it was: %s\n", path, newest, version, copy);
free_path:
    free(copy);
    free(path);
    return status;
}

static int vacuum(const struct cli *c, struct err *e)
{
    struct store *s = NULL;
    char *path = cli_database(c);
    uint64_t before = bytes_of(path, "");
    int status = no_more_arguments(c, 1, "vacuum", e);
    if (status == OK && !file_exists(path))
        status = err_set(e, ERR_NOINPUT, "no database at %s", path);
    if (status == OK)
        status = store_open_write(path, &s, e);
    if (status == OK)
        status = store_vacuum(s, e);
    store_close(s);
    if (status == OK)
        printf("%s: %" PRIu64 " bytes, were %" PRIu64 "\n", path, bytes_of(path, ""), before);
    free(path);
    return status;
}

static int backup(const struct cli *c, struct err *e)
{
    char *path = cli_database(c);
    int status = no_more_arguments(c, 2, "backup OUT.db", e);
    if (status == OK)
        status = store_backup(path, c->args[1], e);
    if (status == OK)
        puts(c->args[1]);
    free(path);
    return status;
}

/* ---- copy, merge ---- */

static int copy_runs(const struct cli *c, struct store *from, const char *to, struct err *e)
{
    struct arena a = {0};
    struct run_row *rows = NULL;
    struct store *s = NULL;
    struct merge_result r = {0};
    size_t n = 0;
    int status = store_list_runs(from, cli_get(c, "runs"), 0, &a, &rows, &n, e);
    int64_t *ids = mem_alloc((n + 1) * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    const struct merge_options o = {
        .runs = ids, .num_runs = n, .artifacts = cli_get(c, "artifacts")};
    if (status == OK && n == 0)
        status = err_set(e, ERR_NOINPUT, "no run of %s is meant", store_path(from));
    if (status == OK)
        status = store_open_write(to, &s, e);
    if (status == OK)
        status = store_merge(s, store_path(from), &o, &r, e);
    store_close(s);
    if (status == OK)
        printf("%s: %zu runs, %zu files\n", to, r.added, r.files);
    free(ids);
    arena_finish(&a);
    return status;
}

static int copy(const struct cli *c, struct err *e)
{
    struct store *from = NULL;
    int status = no_more_arguments(c, 2, "copy [--runs FILTER] [--artifacts DIR] OUT.db", e);
    if (status == OK && file_exists(c->args[1]))
        status = err_set(e, ERR_CANTCREAT,
                         "%s is there already; rlbench db merge adds to a database", c->args[1]);
    if (status == OK)
        status = cli_open_store(c, &from, e);
    if (status == OK)
        status = copy_runs(c, from, c->args[1], e);
    store_close(from);
    return status;
}

static void tell_merged(const struct cli *c, const char *file, const struct merge_result *r)
{
    if (!cli_has(c, "json")) {
        printf("%s: %zu added, %zu replaced, %zu there already", file, r->added, r->replaced,
               r->kept);
        printf(cli_has(c, "artifacts") ? ", %zu files\n" : "\n", r->files);
        return;
    }
    json_t *o = json_object();
    json_object_set_new(o, "v", json_integer(1));
    json_object_set_new(o, "file", json_string(file));
    json_object_set_new(o, "added", json_integer((json_int_t)r->added));
    json_object_set_new(o, "replaced", json_integer((json_int_t)r->replaced));
    json_object_set_new(o, "kept", json_integer((json_int_t)r->kept));
    json_object_set_new(o, "files", json_integer((json_int_t)r->files));
    json_print(o);
}

static int merge(const struct cli *c, struct err *e)
{
    const struct merge_options o = {.join = cli_has(c, "join"),
                                    .artifacts = cli_get(c, "artifacts")};
    struct store *s = NULL;
    char *path = cli_database(c);
    int status = c->num_args > 1
                     ? OK
                     : err_set(e, ERR_USAGE, "rlbench db merge [--join] [--artifacts DIR] FILE...");
    if (status == OK)
        status = store_open_write(path, &s, e);
    for (size_t i = 1; i < c->num_args && status == OK; i++) {
        struct merge_result r;
        status = store_merge(s, c->args[i], &o, &r, e);
        if (status == OK)
            tell_merged(c, c->args[i], &r);
    }
    store_close(s);
    free(path);
    return status;
}

/* ---- the verb ---- */

static const struct {
    const char *name;
    int (*run)(const struct cli *c, struct err *e);
} words[] = {{"info", info},     {"check", check}, {"migrate", migrate}, {"vacuum", vacuum},
             {"backup", backup}, {"copy", copy},   {"merge", merge}};

static int run(struct cli *c, struct err *e)
{
    const char *names[sizeof words / sizeof words[0]];
    size_t n = sizeof words / sizeof words[0];
    if (c->num_args == 0)
        return err_set(e, ERR_USAGE,
                       "what? rlbench db info, check, migrate, vacuum, backup, copy "
                       "or merge");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].name, c->args[0]) == 0)
            return words[i].run(c, e);
        names[i] = words[i].name;
    }
    const char *near = text_nearest(c->args[0], names, n);
    return near
               ? err_set(e, ERR_USAGE, "rlbench db has no '%s'; did you mean '%s'?", c->args[0],
                         near)
               : err_set(e, ERR_USAGE, "rlbench db has no '%s'; see rlbench db --help", c->args[0]);
}

const struct verb verb_db = {
    .name = "db",
    .args = "info|check|migrate|vacuum|backup|copy|merge [FILE]...",
    .doc = "the database as a file: health, schema, copies, many into one",
    .examples = "rlbench db info                                how much is in it, who made it\n"
                "rlbench db backup results-friday.db            while runs go on\n"
                "rlbench db copy --runs 'algo=sarsa' small.db   some runs, complete\n"
                "rlbench db merge --join spool/*.db             parts of a plan, from many files\n"
                "rlbench db check && rlbench db vacuum\n",
    .opts = opts,
    .run = run,
};
