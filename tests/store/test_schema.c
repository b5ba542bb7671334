/* The schema, the way to it, and files that are refused. */
#include "common.h"
#include "store/internal.h"

#include "base/file.h"
#include "base/sysinfo.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_step(st), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return value;
}

/* Every released schema has a golden file: a change without a migration shows here. */
static void schema_is_the_released_one(int version)
{
    char name[32];
    snprintf(name, sizeof name, "golden%d.db", version);
    const char *path = scratch(name);
    int newest = store_schema_version;
    struct store *s = NULL;
    store_schema_version = version;
    MUST(store_open_write(path, &s, NULL));
    store_close(s);
    store_schema_version = newest;
    sqlite3 *db;
    sqlite3_stmt *st;
    struct buf found = {0}, golden = {0};
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(
        sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
                           -1, &st, NULL),
        SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        buf_printf(&found, "%s;\n", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    char *file = mem_printf("%s/tests/store/schema.%d.sql", getenv("TOP_SRCDIR"), version);
    MUST(file_read(file, 1 << 20, &golden, NULL));
    CHECK_TEXT(buf_text(&found), buf_text(&golden));
    free(file);
    buf_finish(&found);
    buf_finish(&golden);
}

static void schemas_are_the_released_ones(void)
{
    for (int version = 1; version <= store_schema_version; version++)
        schema_is_the_released_one(version);
}

/* A file as schema 1 left it, with a row in every table that later steps change. */
static void rows_of_the_first_schema_survive(void)
{
    const char *path = scratch("first.db");
    int newest = store_schema_version;
    struct store *s = NULL;
    store_schema_version = 1;
    MUST(store_open_write(path, &s, NULL));
    store_close(s);
    store_schema_version = newest;
    run_sql(path,
            "INSERT INTO recipe VALUES ('h', 'version: 1');"
            "INSERT INTO experiment VALUES (1, 'old', '', 'old.yaml', 'text', 'h', 5);"
            "INSERT INTO run(uid, experiment_id, algo, algo_version, algo_path, algo_sha256, env,"
            " env_version, env_path, env_sha256, seed, group_key, label, step_unit, state,"
            " total_steps, created_us, build_id, cpu, attempts) VALUES ('abc', 1, 'a', '1', '/a',"
            " 'aa', '', '', '', '', 7, 'g', '', 'step', 'done', 10, 5, 'b', 'c', 1);"
            "INSERT INTO attempt VALUES (1, 1, 0, 9223372036854775807, 5, '')");
    MUST(store_open_write(path, &s, NULL));
    MUST(store_note_attempt(s, 1, 1, "{\"build\":\"x\"}", NULL));
    struct buf problems = {0};
    MUST(store_check(s, &problems, NULL));
    CHECK_TEXT(buf_text(&problems), "");
    buf_finish(&problems);
    store_close(s);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM v_run WHERE uid = 'abc' AND seed = 7"), 1);
    CU_ASSERT_EQUAL(ask(path, "SELECT git_commit = '' AND git_dirty IS NULL FROM experiment"), 1);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM v_provenance WHERE run_id = 1 AND attempt = 1"
                              " AND key = 'build' AND value = 'x'"),
                    1);
}

/* What schema 2 wrote keeps its meaning: an episode of no named world, a run of no trial. */
static void rows_of_the_second_schema_survive(void)
{
    const char *path = scratch("second.db");
    int newest = store_schema_version;
    struct store *s = NULL;
    store_schema_version = 2;
    MUST(store_open_write(path, &s, NULL));
    store_close(s);
    store_schema_version = newest;
    run_sql(path,
            "INSERT INTO recipe VALUES ('h', 'version: 1');"
            "INSERT INTO experiment(id, name, describe, recipe_path, recipe_text, recipe_hash,"
            " created_us) VALUES (1, 'old', '', 'old.yaml', 'text', 'h', 5);"
            "INSERT INTO run(uid, experiment_id, algo, algo_version, algo_path, algo_sha256, env,"
            " env_version, env_path, env_sha256, seed, group_key, label, step_unit, state,"
            " total_steps, created_us, build_id, cpu, attempts) VALUES ('abc', 1, 'a', '1', '/a',"
            " 'aa', '', '', '', '', 7, 'g', '', 'step', 'done', 10, 5, 'b', 'c', 1);"
            "INSERT INTO attempt(run_id, n, start_step, started_us, from_checkpoint)"
            " VALUES (1, 1, 0, 5, '');"
            "INSERT INTO episode VALUES (1, 1, 10, 0, 1, 2.5, 4, 1), (1, 0, 9, 3, 1, 1.5, 4, 1)");
    MUST(store_open_write(path, &s, NULL));
    struct buf problems = {0};
    MUST(store_check(s, &problems, NULL));
    CHECK_TEXT(buf_text(&problems), "");
    buf_finish(&problems);
    store_close(s);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM v_episode WHERE kind = 'evaluation' AND"
                              " ret = 2.5 AND world = ''"),
                    1);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM v_episode"), 2);
    CU_ASSERT_EQUAL(ask(path, "SELECT trial IS NULL FROM run"), 1);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM v_trial"), 0);
}

static void file_says_what_it_is(void)
{
    const char *path = scratch("head.db");
    int64_t ids[1];
    store_close(make_store(path, 1, ids));
    unsigned char head[72];
    int fd = open(path, O_RDONLY);
    CU_ASSERT_EQUAL_FATAL(read(fd, head, sizeof head), (ssize_t)sizeof head);
    close(fd);
    CU_ASSERT_EQUAL(memcmp(head + 68, "RLBn", 4), 0);
    CU_ASSERT_EQUAL(ask(path, "PRAGMA user_version"), store_schema_version);
    CU_ASSERT_EQUAL(ask(path, "SELECT value LIKE 'rlbench _%' FROM meta WHERE key = 'written_by'"),
                    1);
}

static void an_empty_file_becomes_a_database(void)
{
    const char *path = scratch("empty.db");
    fclose(fopen(path, "w"));
    int64_t ids[2];
    struct store *s = make_store(path, 2, ids);
    store_close(s);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM run"), 2);
}

static void an_older_schema_is_migrated(void)
{
    enum { MOST = 32 };
    const char *path = scratch("older.db");
    int64_t ids[1];
    int now = store_schema_version;
    store_close(make_store(path, 1, ids));
    struct migration longer[MOST];
    CU_ASSERT_FATAL(now + 2 <= MOST);
    memcpy(longer, store_migrations, (size_t)now * sizeof longer[0]);
    longer[now] = (struct migration){
        "a note for every run", {"ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"}};
    longer[now + 1] =
        (struct migration){"broken", {"CREATE TABLE extra(x INTEGER) STRICT; SELECT nonsense"}};
    const struct migration *kept = store_migrations;
    store_migrations = longer;
    store_schema_version = now + 1;
    struct store *s = NULL;
    struct err e = ERR_INIT;
    MUST(store_open_read(path, &s, &e)); /* a reader has it migrated too */
    store_close(s);
    CU_ASSERT_EQUAL(ask(path, "PRAGMA user_version"), now + 1);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM run WHERE note = 'none'"), 1);
    store_schema_version = now + 2; /* a step that fails leaves everything as it was */
    s = NULL;
    CU_ASSERT_NOT_EQUAL(store_open_write(path, &s, &e), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "(broken)"));
    CU_ASSERT_EQUAL(ask(path, "PRAGMA user_version"), now + 1);
    store_migrations = kept;
    store_schema_version = now;
    CU_ASSERT_EQUAL(store_open_write(path, &s, &e), ERR_DATA); /* now it is from the future */
}

static void a_newer_schema_is_refused(void)
{
    const char *path = scratch("newer.db");
    int64_t ids[1];
    store_close(make_store(path, 1, ids));
    run_sql(path, "PRAGMA user_version = 9; UPDATE meta SET value = 'rlbench 7.5.0'");
    struct store *s = NULL;
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(store_open_read(path, &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "rlbench 7.5.0 (schema 9)"));
    CU_ASSERT_EQUAL(store_open_write(path, &s, &e), ERR_DATA);
    CU_ASSERT_EQUAL(ask(path, "PRAGMA user_version"), 9);
    run_sql(path, "DROP TABLE meta");
    CU_ASSERT_EQUAL(store_open_read(path, &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "a newer rlbench (schema 9)"));
    CU_ASSERT_PTR_NULL(s);
}

static void strangers_are_refused(void)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    const char *other = scratch("other.db"), *text = scratch("text.db"), *cut = scratch("cut.db");
    run_sql(other, "CREATE TABLE precious(x); INSERT INTO precious VALUES (1)");
    CU_ASSERT_EQUAL(store_open_write(other, &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "not one of rlbench"));
    CU_ASSERT_EQUAL(store_open_read(other, &s, &e), ERR_DATA);
    CU_ASSERT_EQUAL(ask(other, "SELECT count(*) FROM sqlite_schema"), 1);
    CU_ASSERT_EQUAL(
        ask(other, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'delete'"), 1);

    FILE *f = fopen(text, "w");
    for (int i = 0; i < 500; i++)
        fputs("this is a letter\n", f);
    fclose(f);
    CU_ASSERT_EQUAL(store_open_write(text, &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "not an SQLite file"));

    int64_t ids[1];
    store_close(make_store(cut, 1, ids));
    CU_ASSERT_EQUAL(truncate(cut, 5000), 0);
    CU_ASSERT_EQUAL(store_open_write(cut, &s, &e), ERR_DATA);
    CU_ASSERT_EQUAL(store_open_read(cut, &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "damaged"));

    CU_ASSERT_EQUAL(store_open_read(scratch("missing.db"), &s, &e), ERR_NOINPUT);
    CU_ASSERT_FALSE(file_exists(scratch("missing.db")));
    CU_ASSERT_NOT_EQUAL(store_open_read(getenv("SCRATCH"), &s, &e), OK); /* a folder */
    CU_ASSERT_NOT_EQUAL(store_open_write(getenv("SCRATCH"), &s, &e), OK);
    CU_ASSERT_NOT_EQUAL(store_open_write("/proc/1/x.db", &s, &e), OK);
    CU_ASSERT_PTR_NULL(s);
}

/* As somebody else, in a folder where nothing can be made. */
static void a_folder_of_another_can_be_read(void)
{
    int64_t ids[3];
    char *folder = mem_strdup(scratch("theirs")), *path = mem_printf("%s/50%% off?.db", folder);
    store_close(make_store(path, 3, ids));
    CU_ASSERT_FALSE(file_exists(scratch("theirs/50% off?.db-wal")));
    chmod(getenv("SCRATCH"), 0711);
    chmod(path, 0444);
    chmod(folder, 0555);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct store *s = NULL;
        struct err e = ERR_INIT;
        struct arena a = {0};
        struct run_row *rows;
        size_t n = 0;
        if (getuid() == 0 && setuid(65534) < 0)
            _exit(9);
        if (store_open_read(path, &s, &e) != OK ||
            store_list_runs(s, NULL, 0, &a, &rows, &n, &e) != OK)
            fprintf(stderr, "%s\n", e.text);
        store_close(s);
        s = NULL;
        arena_finish(&a);
        int status = store_open_write(path, &s, &e);
        if (status != ERR_PERM)
            fprintf(stderr, "%d: %s\n", status, e.text);
        store_close(s);
        _exit(n == 3 && status == ERR_PERM ? 0 : 1);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    chmod(path, 0000);
    pid = fork();
    if (pid == 0) {
        struct store *s = NULL;
        if (getuid() == 0 && setuid(65534) < 0)
            _exit(9);
        _exit(store_open_read(path, &s, NULL) == ERR_PERM ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    chmod(folder, 0755);
    free(folder);
    free(path);
}

static bool everything_is_far(const char *path)
{
    (void)path;
    return true;
}

static void network_file_systems_are_refused(void)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    store_is_network_fs = everything_is_far;
    CU_ASSERT_EQUAL(store_open_write(scratch("far.db"), &s, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "network file system"));
    CU_ASSERT_FALSE(file_exists(scratch("far.db")));
    store_is_network_fs = sysinfo_is_network_fs;
}

/* In a process of its own: there is no way back. */
static void a_lone_user_may_be_far(void)
{
    const char *path = scratch("alone.db");
    int status = -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct store *s = NULL, *second = NULL;
        int64_t ids[1];
        store_is_network_fs = everything_is_far;
        store_use_alone();
        s = make_store(path, 1, ids);
        char *log = mem_printf("%s-wal", path);
        bool kept = !file_exists(log) && store_open_as_is(path, &second, &status, NULL) != OK;
        store_close(s);
        _exit(kept && store_open_read(path, &second, NULL) == OK ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM run"), 1);
}

static void many_create_one_file(void)
{
    enum { N = 12 };
    const char *path = scratch("race.db");
    pid_t pids[N];
    fflush(NULL);
    for (int i = 0; i < N; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            int64_t ids[1];
            store_close(make_store(path, 1, ids));
            _exit(0);
        }
    }
    for (int i = 0; i < N; i++) {
        int status = -1;
        waitpid(pids[i], &status, 0);
        CU_ASSERT_EQUAL(status, 0);
    }
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM run"), N);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(DISTINCT uid) FROM run"), N);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM recipe"), 1);
}

/* ---- the man page ---- */

/* True when the section of a table or view has an .It Va line with this word. */
static bool documented(const char *page, const char *table, const char *column)
{
    char *head = mem_printf("\n.Ss %s\n", table), *row = NULL;
    const char *at = strstr(page, head);
    bool found = false;
    free(head);
    while (at && !found && (at = strchr(at + 1, '\n')) && strncmp(at, "\n.S", 3) != 0) {
        if (strncmp(at, "\n.It Va ", 8) != 0)
            continue;
        row = strndup(at + 8, strcspn(at + 8, "\n"));
        char *rest = NULL;
        for (char *w = strtok_r(row, " ,", &rest); w && !found; w = strtok_r(NULL, " ,", &rest))
            found = strcmp(w, column) == 0;
        free(row);
    }
    return found;
}

static void read_page(struct buf *page)
{
    char *file = mem_printf("%s/man/rlbench-db.5", getenv("TOP_SRCDIR"));
    MUST(file_read(file, 1 << 20, page, NULL));
    free(file);
}

static void every_column_is_documented(void)
{
    const char *path = scratch("doc.db");
    int64_t ids[1];
    store_close(make_store(path, 1, ids));
    struct buf page = {0};
    read_page(&page);
    sqlite3 *db;
    sqlite3_stmt *st;
    int columns = 0;
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(
        sqlite3_prepare_v2(db,
                           "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
                           " WHERE t.type IN ('table', 'view')",
                           -1, &st, NULL),
        SQLITE_OK);
    for (; sqlite3_step(st) == SQLITE_ROW; columns++) {
        const char *table = (const char *)sqlite3_column_text(st, 0);
        const char *column = (const char *)sqlite3_column_text(st, 1);
        bool found = documented(buf_text(&page), table, column);
        if (!found)
            fprintf(stderr, "rlbench-db(5) says nothing of %s.%s\n", table, column);
        CU_ASSERT(found);
    }
    CU_ASSERT(columns > 100);
    CU_ASSERT_FALSE(documented(buf_text(&page), "run", "colour"));
    sqlite3_finalize(st);
    sqlite3_close(db);
    buf_finish(&page);
}

static int count_row(void *ctx, int n, const char *types, const char *const *texts)
{
    (void)n;
    (void)types;
    (void)texts;
    ++*(int *)ctx;
    return 0;
}

static void add_examples_data(struct store *s, int64_t run)
{
    int64_t metrics[NUM_TEST_METRICS];
    const struct store_point first[] = {{1, 0, 10, 1}, {1, 0, 20, (double)NAN}, {1, 0, 30, 3}};
    const struct store_point second[] = {{1, 0, 30, 2}};
    const struct store_episode episode = {20, 1, 0, 1, 1, 12};
    const struct run_update u = {
        .set = RU_STATE | RU_STEPS, .state = RUN_RUNNING, .steps = 30, .env_steps = 30};
    make_metrics(s, metrics);
    MUST(store_begin_attempt(s, run, 1, 0, "", NULL));
    MUST(store_add_points(s, run, 1, metrics, NUM_TEST_METRICS, first, 3, NULL));
    MUST(store_add_episodes(s, run, 1, &episode, 1, NULL));
    MUST(store_update_run(s, run, &u, NULL));
    MUST(store_begin_attempt(s, run, 2, 20, "x.ckpt", NULL));
    MUST(store_add_points(s, run, 2, metrics, NUM_TEST_METRICS, second, 1, NULL));
    MUST(store_add_event(s, run, 20, RLB_LOG_WARN, "log", "careful", NULL));
}

/* Every query of the page runs and finds something in a database that has what it asks for. */
static void examples_of_the_page_run(void)
{
    const char *path = scratch("examples.db");
    int64_t ids[2];
    struct store *s = make_store(path, 2, ids);
    add_examples_data(s, ids[0]);
    store_close(s);
    struct buf page = {0};
    read_page(&page);
    struct err e = ERR_INIT;
    MUST(store_open_read(path, &s, &e));
    static const char mark[] = "\n.\\\" query\n.Bd -literal -offset indent\n";
    int queries = 0;
    for (const char *at = buf_text(&page); (at = strstr(at, mark)); queries++) {
        at += strlen(mark);
        struct buf sql = {0};
        for (const char *p = at; strncmp(p, ".Ed", 3) != 0; p++)
            if (strncmp(p, "\\(aq", 4) == 0) {
                buf_putc(&sql, '\'');
                p += 3;
            } else
                buf_putc(&sql, *p);
        int rows = 0;
        const struct store_sink sink = {&rows, NULL, count_row};
        int status = store_query(s, buf_text(&sql), &sink, &e);
        if (status != OK || rows == 0)
            fprintf(stderr, "%s%s\n", buf_text(&sql), status != OK ? e.text : "finds nothing");
        CU_ASSERT_EQUAL(status, OK);
        CU_ASSERT(rows > 0);
        buf_finish(&sql);
    }
    CU_ASSERT(queries >= 12);
    store_close(s);
    buf_finish(&page);
}

CHECK_MAIN("store: schema", {"the schemas are the released ones", schemas_are_the_released_ones},
           {"rows of the first schema survive", rows_of_the_first_schema_survive},
           {"rows of the second schema survive", rows_of_the_second_schema_survive},
           {"the file says what it is", file_says_what_it_is},
           {"an empty file becomes a database", an_empty_file_becomes_a_database},
           {"an older schema is migrated", an_older_schema_is_migrated},
           {"a newer schema is refused", a_newer_schema_is_refused},
           {"strangers are refused", strangers_are_refused},
           {"network file systems are refused", network_file_systems_are_refused},
           {"a lone user may be far", a_lone_user_may_be_far},
           {"a folder of another can be read", a_folder_of_another_can_be_read},
           {"many create one file", many_create_one_file},
           {"every column is documented", every_column_is_documented},
           {"the examples of the page run", examples_of_the_page_run})
