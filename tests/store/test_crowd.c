/* Many writers at once, killed writers, and a full disk: nothing committed is ever lost. */
#include "common.h"
#include "store/internal.h"

#include "base/clock.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

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

/* Commits batches of 30 points until the time is up (or for ever) and counts them in *committed,
 * which the parent reads; gives the first error. */
static int write_for(const char *path, int64_t run, double seconds, volatile int64_t *committed)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    int64_t metrics[NUM_TEST_METRICS];
    int status = store_open_write(path, &s, &e);
    for (int i = 0; i < NUM_TEST_METRICS && status == OK; i++)
        status = store_metric_id(s, &test_metrics[i], &metrics[i], &e);
    if (status == OK)
        status = store_begin_attempt(s, run, 1, 0, "", &e);
    int64_t end = clock_mono_ns() + (int64_t)(seconds * 1e9);
    for (uint64_t step = 0; status == OK && clock_mono_ns() < end; step += 10) {
        struct store_point points[30];
        for (uint32_t i = 0; i < 30; i++)
            points[i] = (struct store_point){i % 3, 0, step + i / 3, i};
        const struct run_update u = {
            .set = RU_STATE | RU_STEPS, .state = RUN_RUNNING, .steps = step};
        if ((status = store_begin(s, &e)) == OK &&
            (status = store_add_points(s, run, 1, metrics, NUM_TEST_METRICS, points, 30, &e)) ==
                OK &&
            (status = store_update_run(s, run, &u, &e)) == OK &&
            (status = store_commit(s, &e)) == OK)
            *committed += 30;
    }
    if (status != OK)
        fprintf(stderr, "%s\n", e.text);
    store_close(s);
    return status;
}

/* Two seconds; RLBENCH_CROWD_SECONDS=60 for the claim of the manual, outside of make check. */
static double crowd_seconds(void)
{
    const char *given = getenv("RLBENCH_CROWD_SECONDS");
    return given ? strtod(given, NULL) : 2;
}

static void thirty_two_writers(void)
{
    enum { N = 32 };
    int64_t ids[N], told = 0;
    const char *path = scratch("crowd.db");
    store_close(make_store(path, N, ids));
    int ends[2];
    pid_t pids[N];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(NULL);
    for (int i = 0; i < N; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            int64_t n = 0;
            int status = write_for(path, ids[i], crowd_seconds(), &n);
            ssize_t wrote = write(ends[1], &n, sizeof n);
            _exit(status != OK || wrote != (ssize_t)sizeof n);
        }
    }
    for (int i = 0; i < N; i++) {
        int status = -1;
        int64_t n = 0;
        waitpid(pids[i], &status, 0);
        CU_ASSERT_EQUAL(status, 0);
        CU_ASSERT_EQUAL(read(ends[0], &n, sizeof n), (ssize_t)sizeof n);
        CU_ASSERT(n > 0);
        told += n;
    }
    close(ends[0]);
    close(ends[1]);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM point"), told);
    CU_ASSERT_EQUAL(ask(path, "SELECT sum(n) FROM summary"), told);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM metric"), NUM_TEST_METRICS);
    CU_ASSERT_EQUAL(ask(path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    printf("%lld points ", (long long)told);
}

static void killed_writers_lose_nothing(void)
{
    enum { ROUNDS = 25 };
    int64_t ids[ROUNDS];
    const char *path = scratch("killed.db");
    store_close(make_store(path, ROUNDS, ids));
    fflush(NULL);
    for (int i = 0; i < ROUNDS; i++) {
        int ends[2];
        CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
            /* every commit is told before the next begins */
            for (int64_t told = 0, n = 0;; told = n) {
                struct store *s = NULL;
                int64_t metrics[NUM_TEST_METRICS];
                if (store_open_write(path, &s, NULL) != OK)
                    _exit(1);
                for (int k = 0; k < NUM_TEST_METRICS; k++)
                    store_metric_id(s, &test_metrics[k], &metrics[k], NULL);
                if (store_begin_attempt(s, ids[i], 1, 0, "", NULL) != OK)
                    _exit(1);
                for (uint64_t step = 1;; step++, told = n) {
                    const struct store_point p = {0, 0, step, 1};
                    if (store_add_points(s, ids[i], 1, metrics, NUM_TEST_METRICS, &p, 1, NULL) !=
                        OK)
                        _exit(1);
                    n = (int64_t)step;
                    if (write(ends[1], &n, sizeof n) != (ssize_t)sizeof n)
                        _exit(1);
                }
                (void)told;
            }
        }
        close(ends[1]);
        int64_t n, last = 0;
        for (int k = 0; k < 5 + i; k++)
            if (read(ends[0], &n, sizeof n) == (ssize_t)sizeof n)
                last = n;
        usleep((useconds_t)(i * 97));
        kill(pid, SIGKILL);
        while (read(ends[0], &n, sizeof n) == (ssize_t)sizeof n)
            last = n;
        int status;
        waitpid(pid, &status, 0);
        close(ends[0]);
        CU_ASSERT(WIFSIGNALED(status));
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM point WHERE run_id = %lld",
                 (long long)ids[i]);
        int64_t found = ask(path, sql);
        CU_ASSERT(found == last || found == last + 1); /* committed, not told any more */
    }
    CU_ASSERT_EQUAL(ask(path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    struct store *s;
    struct buf problems = {0};
    MUST(store_open_read(path, &s, NULL));
    MUST(store_check(s, &problems, NULL));
    CHECK_TEXT(buf_text(&problems), "");
    buf_finish(&problems);
    store_close(s);
}

static void a_full_disk_loses_nothing(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    const char *path = scratch("full.db");
    struct store *s = make_store(path, 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    static struct store_point points[3000];
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_exec(s, "PRAGMA max_page_count = 60", &e));
    uint64_t step = 0, committed = 0;
    int status = OK;
    while (status == OK && step < 100000) {
        for (uint32_t i = 0; i < 3000; i++)
            points[i] = (struct store_point){i % 3, 0, step + i / 3, i};
        MUST(store_begin(s, &e));
        status = store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, points, 3000, &e);
        if (status == OK)
            status = store_commit(s, &e);
        if (status == OK) {
            committed += 3000;
            step += 1000;
        }
    }
    CU_ASSERT_EQUAL(status, ERR_IO);
    CU_ASSERT(store_disk_full(s));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "disk is full"));
    CU_ASSERT(committed > 0);
    store_rollback(s);
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM point"), (int64_t)committed);
    CU_ASSERT_EQUAL(ask(path, "SELECT sum(n) FROM summary"), (int64_t)committed);
    MUST(store_exec(s, "PRAGMA max_page_count = 1000000", &e)); /* space was freed */
    MUST(store_begin(s, &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, points, 3000, &e));
    MUST(store_commit(s, &e));
    CU_ASSERT_FALSE(store_disk_full(s));
    CU_ASSERT_EQUAL(ask(path, "SELECT count(*) FROM point"), (int64_t)committed + 3000);
    CU_ASSERT_EQUAL(ask(path, "SELECT sum(n) FROM summary"), (int64_t)committed + 3000);
    store_close(s);
}

/* The same with a real limit of the kernel: no file of this process grows beyond 300 kB. */
static void files_that_cannot_grow(void)
{
    int64_t ids[1];
    const char *path = scratch("limit.db");
    store_close(make_store(path, 1, ids));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        const struct rlimit limit = {300000, 300000};
        volatile int64_t n = 0;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        freopen("/dev/null", "w", stderr);
        _exit(write_for(path, ids[0], 30, &n) == ERR_IO && n > 0 ? 0 : 1);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(ask(path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    CU_ASSERT_EQUAL(ask(path, "SELECT (SELECT count(*) FROM point) = (SELECT sum(n) FROM summary)"),
                    1);
}

static void a_held_lock_is_busy_in_the_end(void)
{
    int64_t ids[1];
    const char *path = scratch("busy.db");
    struct store *s = make_store(path, 1, ids), *other;
    struct err e = ERR_INIT;
    MUST(store_open_write(path, &other, &e));
    MUST(store_begin(s, &e));
    int64_t start = clock_mono_ns();
    CU_ASSERT_EQUAL(store_begin(other, &e), ERR_BUSY);
    double waited = (double)(clock_mono_ns() - start) / 1e9;
    CU_ASSERT(waited > 4.5 && waited < 8);
    store_rollback(s);
    MUST(store_begin(other, &e));
    MUST(store_commit(other, &e));
    store_close(other);
    store_close(s);
}

CHECK_MAIN("store: crowd", {"32 writers", thirty_two_writers},
           {"killed writers lose nothing", killed_writers_lose_nothing},
           {"a full disk loses nothing", a_full_disk_loses_nothing},
           {"files that cannot grow", files_that_cannot_grow},
           {"a held lock is busy in the end", a_held_lock_is_busy_in_the_end})
