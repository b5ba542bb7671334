/* Query: answers read, rows drawn, a database asked without waiting for it. */
#include "fuzz.h"
#include "query_fixture.h"

#include "pty.h" /* after wire.h: utmp.h defines a word that a message table uses */

#include <dirent.h>

static void pictures(void)
{
    struct app a;
    struct buf text = {0};
    golden_app(&a, SCOPE_QUERY);
    query_fill(&a);
    app_act(&a, ACT_QUERY_CHART, "");
    golden_check(&a, "query-chart");
    buf_puts(&text, "E");
    query_put(&text,
              "no such column: los; did you mean loss?\n1:14: SELECT step, los FROM v_point\n"
              "                   ^");
    buf_putc(&text, '.');
    query_give(&a, &text, ERR_USAGE);
    golden_check(&a, "query-error");
    app_finish(&a);
}

/* Of a copy. */
static void read_answer(const struct buf *text, int status, struct asker_answer *a)
{
    struct buf copy = {0};
    buf_add(&copy, text->data, text->len);
    asker_begin(a, &copy, status);
    CU_ASSERT_FALSE(asker_step(a, INT64_MAX));
}

static void a_large_answer_is_read_a_little_at_a_time(void)
{
    struct buf text = {0};
    struct asker_answer a;
    query_answer(5000, "", &text);
    asker_begin(&a, &text, 0);
    size_t steps = 1, before = 0;
    for (; asker_step(&a, 0); steps++) { /* time is always up */
        CU_ASSERT(a.num_rows > before && a.num_rows < before + 1000);
        before = a.num_rows;
    }
    CU_ASSERT(steps > 10);
    CU_ASSERT_EQUAL(a.num_rows, 5000);
    CHECK_TEXT(asker_cell(&a, 4999, 0), "499900");
    CU_ASSERT_EQUAL(asker_number(&a, 4999, 2), 4999.0 * 4999.0);
    asker_finish(&a);
}

static void answers(void)
{
    struct buf text = {0};
    struct asker_answer a;
    query_answer(5, "", &text);
    read_answer(&text, 0, &a);
    CU_ASSERT(!a.error && !a.more);
    CU_ASSERT_EQUAL(a.num_rows, 5);
    CU_ASSERT_EQUAL(a.num_columns, 4);
    CU_ASSERT(a.columns[0].is_number && a.columns[1].is_number && !a.columns[3].is_number);
    CHECK_TEXT(asker_cell(&a, 4, 0), "400");
    CU_ASSERT_PTR_NULL(asker_cell(&a, 3, 1));
    CU_ASSERT(isnan(asker_number(&a, 3, 1)) && isnan(asker_number(&a, 0, 3)));
    asker_finish(&a);
    /* cut anywhere: said, never read beyond */
    for (size_t n = 0; n < text.len; n++) {
        struct buf part = {0};
        buf_add(&part, text.data, n);
        read_answer(&part, 137, &a);
        CU_ASSERT_PTR_NOT_NULL_FATAL(a.error);
        CU_ASSERT(strstr(a.error, "137") != NULL);
        CU_ASSERT(a.num_rows <= 5);
        asker_finish(&a);
        buf_finish(&part);
    }
    buf_finish(&text);
    buf_puts(&text, "CR");
    read_answer(&text, 0, &a);
    CU_ASSERT_PTR_NOT_NULL(a.error);
    asker_finish(&a);
    buf_finish(&text);
}

/* Answers of a child gone mad. */
static void any_answer_at_all(void)
{
    rlb_rng rng;
    struct buf good = {0}, text = {0};
    rlb_rng_init(&rng, 3, 4);
    query_answer(6, "", &good);
    for (int i = 0; i < 4000; i++) {
        struct asker_answer a;
        buf_add(&text, good.data, good.len);
        for (int k = i % 8; k >= 0; k--)
            fuzz_mutate(&rng, &text);
        asker_begin(&a, &text, 1);
        while (asker_step(&a, 0))
            ;
        for (size_t row = 0; row < a.num_rows; row++)
            for (size_t c = 0; c < a.num_columns; c++)
                CU_ASSERT(!asker_cell(&a, row, c) || strlen(asker_cell(&a, row, c)) < a.text.len);
        asker_finish(&a);
    }
    buf_finish(&good);
}

static void what_rows_can_be_drawn_as(void)
{
    struct app a;
    struct buf text = {0};
    struct buf svg = {0};
    const char *why;
    golden_app(&a, SCOPE_QUERY);
    CU_ASSERT_EQUAL(query_chart_kind(query_model_of(&a), &why), QUERY_NO_CHART);
    query_answer(20, "", &text);
    query_give(&a, &text, 0);
    CU_ASSERT_EQUAL(query_chart_kind(query_model_of(&a), &why), QUERY_LINES);
    CU_ASSERT(query_chart_svg(query_model_of(&a), &svg));
    CU_ASSERT(strstr(svg.data, "a longer name than most") && !strstr(svg.data, ">note<"));
    query_answer(20, "-1.5e", &text); /* -1.5e0, -1.5e100, … */
    query_give(&a, &text, 0);
    CU_ASSERT_EQUAL(query_chart_kind(query_model_of(&a), &why), QUERY_POINTS);
    query_put(&text, "C2");
    query_put(&text, "who");
    query_put(&text, "score");
    buf_puts(&text, "Rt");
    query_put(&text, "sarsa");
    buf_putc(&text, 'i');
    query_put(&text, "3");
    buf_putc(&text, '.');
    query_give(&a, &text, 0);
    CU_ASSERT_EQUAL(query_chart_kind(query_model_of(&a), &why), QUERY_BARS);
    CU_ASSERT_FALSE(query_chart_svg(query_model_of(&a), &svg));
    for (int rows = 1; rows < 40; rows += 3) { /* drawn at any size */
        struct buf out = {0};
        app_act(&a, ACT_QUERY_CHART, "");
        golden_draw(&a, 80 + rows, 24 + rows, &out);
        buf_finish(&out);
    }
    buf_finish(&svg);
    app_finish(&a);
}

static void rows_are_filtered(void)
{
    struct app a;
    struct buf text = {0};
    golden_app(&a, SCOPE_QUERY);
    query_answer(20, "", &text);
    query_give(&a, &text, 0);
    app_act(&a, ACT_FILTER, "^1100$");
    CU_ASSERT_EQUAL_FATAL(query_model_of(&a)->shown.len, 1);
    CU_ASSERT_EQUAL(query_model_row(query_model_of(&a)), 11);
    app_act(&a, ACT_FILTER, "!plain");
    CU_ASSERT_EQUAL(query_model_of(&a)->shown.len, 10);
    app_act(&a, ACT_FILTER, "NULL");
    CU_ASSERT_EQUAL(query_model_of(&a)->shown.len, 3);
    app_act(&a, ACT_COPY, "row");
    CHECK_TEXT(a.clipboard, "300\t\t9\tplain");
    app_act(&a, ACT_RIGHT, "");
    app_act(&a, ACT_RIGHT, "");
    app_act(&a, ACT_COPY, "");
    CHECK_TEXT(a.clipboard, "9");
    app_act(&a, ACT_COPY, "command");
    CU_ASSERT(strstr(a.clipboard, "rlbench query 'SELECT step,") != NULL);
    app_finish(&a);
}

/* ---- the program ---- */

static char *database; /* of this test alone */

static void start(struct pty *p)
{
    free(database);
    database = mem_printf("%s/q.db", getenv("SCRATCH"));
    if (chdir(getenv("SCRATCH")) != 0)
        exit(99);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("VISUAL", "sh ./edit.sh", 1);
    const char *const argv[] = {getenv("RLBENCH_SELF"), "--db", database, NULL};
    pty_start(p, 24, 80, "xterm-256color", argv);
    pty_until(p, "? help", 8000);
}

static void a_database(void)
{
    const char yaml[] =
        "version: 1\nname: walk\nenv: {name: chain}\nalgorithm: {name: q-learning}\n"
        "budget: {steps: 2000}\nseeds: 2\nlog: {every: 100}\n";
    struct err e = ERR_INIT;
    if (chdir(getenv("SCRATCH")) != 0 ||
        file_write_atomic("walk.yaml", yaml, sizeof yaml - 1, &e) != OK)
        exit(99);
    char *line =
        mem_printf("'%s' run walk.yaml --quiet --db q.db >/dev/null 2>&1", getenv("RLBENCH_SELF"));
    if (system(line) != 0)
        exit(99);
    free(line);
}

static void ask(struct pty *p, const char *sql)
{
    pty_keys(p, "\r\025"); /* Enter, and away with what stands there */
    pty_keys(p, sql);
    pty_keys(p, "\r");
}

static void a_session(void)
{
    struct pty p;
    a_database();
    start(&p);
    pty_keys(&p, "8");
    CU_ASSERT(pty_until(&p, "[8] Query", 5000));
    ask(&p, "SELECT experiment, seed FROM v_run ORDER BY seed");
    CU_ASSERT(pty_until(&p, "2 rows", 8000));
    CU_ASSERT(pty_shows(&p, "walk"));
    ask(&p, "DELETE FROM run");
    CU_ASSERT(pty_until(&p, "queries only read", 8000));
    ask(&p, "SELECT experimnt FROM v_run");
    CU_ASSERT(pty_until(&p, "did you mean experiment?", 8000));
    CU_ASSERT(pty_shows(&p, "^"));
    /* several lines from an editor; without a change nothing is asked */
    static const char script[] = "#!/bin/sh\nprintf 'SELECT 42 AS\n answer -- of all\n' >\"$1\"\n";
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(file_write_atomic("edit.sh", script, sizeof script - 1, &e), OK);
    pty_keys(&p, "e");
    CU_ASSERT(pty_until(&p, "answer = 42", 8000));
    pty_keys(&p, "ie\033");
    pty_settle(&p, 200);
    ask(&p, "SELECT experimnt FROM v_run");
    CU_ASSERT(pty_until(&p, "did you mean experiment?", 8000));
    pty_keys(&p, "oerr\r");
    CU_ASSERT(pty_until(&p, "saved: s, or :saved err", 5000));
    CU_ASSERT(file_exists("config/rlbench/queries/err.sql"));
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
    start(&p); /* another day */
    pty_keys(&p, "8:saved er\t\r");
    CU_ASSERT(pty_until(&p, "did you mean experiment?", 8000));
    pty_keys(&p, "i\033OA\033OA"); /* the newest is what stands there */
    CU_ASSERT(pty_until(&p, "SQL: SELECT 42 AS  answer -- of all", 5000));
    pty_keys(&p, "\033q");
    pty_wait(&p, 5000);
    pty_finish(&p);
}

/* Processes that are asking it. */
static int askers(void)
{
    int n = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *entry; (entry = readdir(d));) {
        char *path = mem_printf("/proc/%s/cmdline", entry->d_name);
        struct buf text = {0};
        bool read = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
                    file_read(path, 1 << 16, &text, NULL) == OK;
        const char *role = read ? memmem(text.data, text.len, "--asker", 8) : NULL;
        n += role && strcmp(role + 8, database) == 0;
        buf_finish(&text);
        free(path);
    }
    closedir(d);
    return n;
}

static void a_query_without_end_stops_nothing_and_is_stopped(void)
{
    static const char endless[] =
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c";
    struct pty p;
    start(&p);
    /* whoever asked may be gone before the query begins */
    char *line = mem_printf("timeout 10 '%s' --asker '%s' '%s' 1", getenv("RLBENCH_SELF"), database,
                            endless);
    int status = system(line);
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == ERR_IO);
    free(line);
    pty_keys(&p, "8");
    CU_ASSERT(pty_until(&p, "[8] Query", 5000));
    ask(&p, endless);
    CU_ASSERT(pty_until(&p, "running for", 5000));
    int64_t before = clock_mono_ns(); /* every other key answers at once */
    pty_keys(&p, "2");
    CU_ASSERT(pty_until(&p, "[2] Runs", 5000));
    CU_ASSERT((clock_mono_ns() - before) / 1000000 < 2000);
    pty_keys(&p, "8");
    CU_ASSERT(pty_until(&p, "running for", 5000));
    CU_ASSERT_EQUAL(askers(), 1);
    pty_keys(&p, "\033");
    CU_ASSERT(pty_until(&p, "stopped", 5000));
    CU_ASSERT_EQUAL(askers(), 0);
    pty_keys(&p, "r");
    CU_ASSERT(pty_until(&p, "running for", 5000));
    pty_keys(&p, "\003"); /* Ctrl-C stops the query, not the workbench */
    CU_ASSERT(pty_until(&p, "stopped", 5000));
    CU_ASSERT_EQUAL(askers(), 0);
    pty_keys(&p, "r");
    CU_ASSERT(pty_until(&p, "running for", 5000));
    pty_keys(&p, "q"); /* leaving takes it along */
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    for (int i = 0; i < 50 && askers() != 0; i++)
        usleep(50000);
    CU_ASSERT_EQUAL(askers(), 0);
    pty_finish(&p);
}

CHECK_MAIN("tui/query", {"answers", answers},
           {"a large answer is read a little at a time", a_large_answer_is_read_a_little_at_a_time},
           {"any answer at all", any_answer_at_all}, {"pictures", pictures},
           {"what rows can be drawn as", what_rows_can_be_drawn_as},
           {"rows are filtered", rows_are_filtered}, {"a session", a_session},
           {"a query without end stops nothing and is stopped",
            a_query_without_end_stops_nothing_and_is_stopped})
