/* Filters, names of runs, and free queries. */
#include "common.h"

#include "base/sysinfo.h"

static struct store *s;
static int64_t ids[6];

/* Seeds 0 to 5: 0 done, 1 failed, 2 running, 3 archived, the others queued; the last value is the
 * seed, seed 4 has NaN. */
static void make_some(void)
{
    int64_t metrics[NUM_TEST_METRICS];
    s = make_store(scratch("find.db"), 6, ids);
    make_metrics(s, metrics);
    static const enum run_state states[] = {RUN_DONE, RUN_FAILED, RUN_RUNNING, RUN_DONE};
    for (size_t i = 0; i < 4; i++) {
        struct run_update u = {.set = RU_STATE | RU_PID | RU_STEPS,
                               .state = states[i],
                               .pid = getpid(),
                               .pid_start = sysinfo_pid_start(getpid()),
                               .steps = 100 * i};
        MUST(store_update_run(s, ids[i], &u, NULL));
    }
    for (size_t i = 0; i < 5; i++) {
        const struct store_point p = {1, 0, 10, i == 4 ? (double)NAN : (double)i};
        MUST(store_begin_attempt(s, ids[i], 1, 0, "", NULL));
        MUST(store_add_points(s, ids[i], 1, metrics, NUM_TEST_METRICS, &p, 1, NULL));
    }
    MUST(store_set_archived(s, ids[3], true, NULL));
}

/* The seeds a filter lets through, newest first, as one text. */
static const char *seeds(const char *filter)
{
    static char out[64];
    struct arena a = {0};
    struct run_row *rows;
    struct err e = ERR_INIT;
    size_t n, at = 0;
    int status = store_list_runs(s, filter, 0, &a, &rows, &n, &e);
    out[0] = '\0';
    if (status != OK)
        snprintf(out, sizeof out, "error %d", status);
    for (size_t i = 0; status == OK && i < n; i++)
        at += (size_t)snprintf(out + at, sizeof out - at, "%llu", (unsigned long long)rows[i].seed);
    arena_finish(&a);
    return out;
}

static void filters(void)
{
    static const struct {
        const char *filter, *want;
    } cases[] = {
        {NULL, "54210"},
        {"", "54210"},
        {"speed", "54210"},
        {"SPEED chain", "54210"},
        {"nothing", ""},
        {"!nothing", "54210"},
        {"state=done", "0"},
        {"state=running", "2"},
        {"state=DONE archived=any", "30"},
        {"archived=yes", "3"},
        {"archived=no", "54210"},
        {"archived=any", "543210"},
        {"state!=queued", "210"},
        {"!state=queued", "210"},
        {"state~^(done|failed)$", "10"},
        {"state!~ed$", "20"},
        {"algo~Q-Learn", "54210"},
        {"seed>=4", "54"},
        {"seed>1 seed<5", "42"},
        {"seed<=1", "10"},
        {"seed=1e0", "1"},
        {"seed=x", ""},
        {"last>0.5", "21"},
        {"last<0.5", "0"},
        {"last=nan", "54"},
        {"best<1.5 state=failed", "1"},
        {"progress>=10", "21"},
        {"steps=200", "2"},
        {"id=3", "2"},
        {"label=n=1", "54210"},
        {"group~aa$", "54210"},
        {"algorithm.params.alpha=0.1", "54210"},
        {"algorithm.params.alpha>0.1", ""},
        {"algorithm.params.policy=softmax", "54210"},
        {"env.params.states<6", "54210"},
        {"log.every=10", "54210"},
        {"no.such=1", ""},
        {"no.such!=1", "54210"},
        {"stat=done", "error 64"},
        {"seed>many", "error 64"},
        {"state~(", "error 64"},
        {"=", "54210"},
        {"!", ""},
        {"uid~.", "54210"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = seeds(cases[i].filter);
        if (strcmp(found, cases[i].want) != 0)
            fprintf(stderr, "'%s': %s, not %s\n", cases[i].filter, found, cases[i].want);
        CU_ASSERT_STRING_EQUAL(found, cases[i].want);
    }
    struct arena a = {0};
    struct run_row *rows;
    struct err e = ERR_INIT;
    size_t n;
    CU_ASSERT_EQUAL(store_list_runs(s, "stat=done", 0, &a, &rows, &n, &e), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "did you mean state?"));
    MUST(store_list_runs(s, NULL, 2, &a, &rows, &n, &e));
    CU_ASSERT_EQUAL(n, 2);
    arena_finish(&a);
}

static void names_of_runs(void)
{
    struct arena a = {0};
    struct run_row row, *rows;
    struct err e = ERR_INIT;
    size_t n;
    char prefix[13];
    MUST(store_list_runs(s, NULL, 0, &a, &rows, &n, &e));
    for (size_t i = 0; i < n; i++) {
        MUST(store_find_run(s, rows[i].uid, &a, &row, &e));
        CU_ASSERT_EQUAL(row.id, rows[i].id);
        CU_ASSERT(strlen(rows[i].uid) == 12 && rows[i].uid[0] >= 'a');
    }
    /* the longest prefix shared by no other */
    for (size_t len = 1; len <= 12; len++) {
        size_t same = 0;
        snprintf(prefix, sizeof prefix, "%.*s", (int)len, rows[0].uid);
        struct run_row *all;
        size_t num_all;
        MUST(store_list_runs(s, "archived=any", 0, &a, &all, &num_all, &e));
        for (size_t i = 0; i < num_all; i++)
            same += strncmp(all[i].uid, prefix, len) == 0;
        int status = store_find_run(s, prefix, &a, &row, &e);
        CU_ASSERT_EQUAL(status, same == 1 ? OK : ERR_NOINPUT);
        if (same > 1)
            CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "could be any of"));
    }
    MUST(store_find_run(s, "@last", &a, &row, &e));
    CU_ASSERT_EQUAL(row.seed, 5);
    MUST(store_find_run(s, "@live", &a, &row, &e));
    CU_ASSERT_EQUAL(row.seed, 2);
    MUST(store_find_run(s, "4", &a, &row, &e)); /* archived, but named */
    CU_ASSERT_EQUAL(row.seed, 3);
    static const char *const missing[] = {
        "99", "zzzz", "", "@first", "-1", "123456789012345678901234567890", "'; DROP"};
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        CU_ASSERT_EQUAL(store_find_run(s, missing[i], &a, &row, &e), ERR_NOINPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(e.text, rows[0].uid)); /* candidates */
    }
    char *wrong = arena_strdup(&a, rows[1].uid);
    wrong[5] = wrong[5] == 'a' ? 'b' : 'a';
    CU_ASSERT_EQUAL(store_find_run(s, wrong, &a, &row, &e), ERR_NOINPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "did you mean"));
    arena_finish(&a);
}

/* ---- queries ---- */

struct seen {
    struct buf text;
    int stop_after;
};

static int take_columns(void *ctx, int n, const char *const *names)
{
    struct seen *seen = ctx;
    for (int i = 0; i < n; i++)
        buf_printf(&seen->text, "%s%s", i ? "," : "", names[i]);
    return 0;
}

static int take_row(void *ctx, int n, const char *types, const char *const *texts)
{
    struct seen *seen = ctx;
    buf_puts(&seen->text, "|");
    for (int i = 0; i < n; i++)
        buf_printf(&seen->text, "%s%c:%s", i ? "," : "", types[i], texts[i]);
    return --seen->stop_after == 0;
}

static void queries(void)
{
    static const struct {
        const char *sql, *want;
    } good[] = {
        {"SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, x'00ff' AS e, 9e999 AS f",
         "a,b,c,d,e,f|i:1,r:2.5,t:x,n:,b:00ff,r:inf"},
        {"SELECT count(*) AS n FROM run; -- and a comment", "n|i:6"},
        {"WITH t(x) AS (VALUES (1), (2)) SELECT x FROM t", "x|i:1|i:2"},
        {"SELECT 1 AS x WHERE 0", "x"},
        {"SELECT name FROM pragma_table_info('meta')", "name|t:key|t:value"},
        {"SELECT value FROM json_each('[7]')", "value|i:7"},
    };
    static const struct {
        const char *sql, *says;
    } bad[] = {
        {"DELETE FROM run", "only read"},
        {"INSERT INTO meta VALUES ('a', 'b')", "only read"},
        {"DROP TABLE run", "only read"},
        {"CREATE TEMP TABLE t(x)", "only read"},
        {"ATTACH '/tmp/x.db' AS x", "only read"},
        {"PRAGMA user_version = 7", "only read"},
        {"PRAGMA journal_mode = DELETE", "only read"},
        {"VACUUM INTO '/tmp/copy.db'", "only read"},
        {"BEGIN IMMEDIATE", "only read"},
        {"SELECT load_extension('x')", "not authorized"},
        {"UPDATE sqlite_master SET sql = ''", "may not be modified"},
        {"SELECT 1; SELECT 2", "one query at a time"},
        {"", "no query"},
        {" -- nothing\n", "no query"},
        {"SELECT\n  stat FROM v_run", "did you mean state?\n2:3:   stat FROM v_run\n       ^"},
        {"SELECT * FROM v_runs", "did you mean v_run?"},
        {"SELEC 1", "1:1: SELEC 1\n     ^"},
        {"SELECT 'öö', nope FROM run", "1:14: "},
        {"SELECT abs(-9223372036854775808)", "integer overflow"},
    };
    struct store *reader;
    struct err e = ERR_INIT;
    MUST(store_open_read(scratch("find.db"), &reader, &e));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct seen seen = {{0}, -1};
        const struct store_sink sink = {&seen, take_columns, take_row};
        int status = store_query(reader, good[i].sql, &sink, &e);
        if (status != OK)
            fprintf(stderr, "%s: %s\n", good[i].sql, e.text);
        CU_ASSERT_EQUAL(status, OK);
        CHECK_TEXT(buf_text(&seen.text), good[i].want);
        buf_finish(&seen.text);
    }
    struct store *const connections[] = {reader,
                                         s}; /* a writer's connection queries no more than that */
    for (size_t i = 0; i < 2 * sizeof bad / sizeof bad[0]; i++) {
        struct seen seen = {{0}, -1};
        const struct store_sink sink = {&seen, take_columns, take_row};
        const char *sql = bad[i / 2].sql;
        CU_ASSERT_EQUAL(store_query(connections[i % 2], sql, &sink, &e), ERR_USAGE);
        bool said = strstr(e.text, bad[i / 2].says) != NULL;
        if (!said)
            fprintf(stderr, "%s:\n%s\n", sql, e.text);
        CU_ASSERT(said);
        buf_finish(&seen.text);
    }
    struct seen seen = {{0}, 2};
    const struct store_sink sink = {&seen, take_columns, take_row};
    MUST(store_query(reader, "SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3", &sink, &e));
    CHECK_TEXT(buf_text(&seen.text), "x|i:1|i:2");
    buf_finish(&seen.text);
    CU_ASSERT_STRING_EQUAL(seeds(NULL), "54210"); /* and everything is still there */
    MUST(store_add_event(s, ids[0], 0, 1, "log", "still writable", &e));
    store_close(reader);
}

static void finish(void)
{
    store_close(s);
}

CHECK_MAIN("store: find", {"some runs", make_some}, {"filters", filters},
           {"names of runs", names_of_runs}, {"queries", queries}, {"finish", finish})
