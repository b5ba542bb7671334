/* Attempts, superseded points, and summaries that equal what SQL says of the points. */
#include "common.h"
#include "store/internal.h"

#include "base/num.h"
#include <rlbench/rng.h>

static double number(struct store *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static double number(struct store *s, const char *fmt, ...)
{
    struct buf sql = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&sql, fmt, ap);
    va_end(ap);
    sqlite3_stmt *st = NULL;
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(s->db, sql.data, -1, &st, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_step(st), SQLITE_ROW);
    double value = column_real(st, 0);
    sqlite3_finalize(st);
    buf_finish(&sql);
    return value;
}

static void same(double a, double b)
{
    bool equal = a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b));
    if (!equal)
        fprintf(stderr, "%.17g is not %.17g\n", a, b);
    CU_ASSERT(equal);
}

/* Every column of every summary against an aggregate over v_point. */
static void compare_summaries(struct store *s, int64_t run, const int64_t *metrics)
{
    static const char *const finite = "value IS NOT NULL AND abs(value) <= 1.7976931348623157e308";
    for (int m = 0; m < NUM_TEST_METRICS; m++) {
        const char *name = test_metrics[m].name;
        char where[200], have[100];
        snprintf(where, sizeof where, "FROM v_point WHERE run_id = %lld AND metric = '%s'",
                 (long long)run, name);
        snprintf(have, sizeof have, "FROM summary WHERE run_id = %lld AND metric_id = %lld",
                 (long long)run, (long long)metrics[m]);
        double n = number(s, "SELECT count(*) %s", where);
        same(number(s, "SELECT count(*) %s", have), n > 0);
        if (n == 0)
            continue;
        same(number(s, "SELECT n %s", have), n);
        same(number(s, "SELECT nan_n %s", have),
             number(s, "SELECT count(*) %s AND value IS NULL", where));
        same(number(s, "SELECT inf_n %s", have),
             number(s, "SELECT count(*) %s AND abs(value) = 9e999", where));
        same(number(s, "SELECT first_step %s", have), number(s, "SELECT min(step) %s", where));
        same(number(s, "SELECT last_step %s", have), number(s, "SELECT max(step) %s", where));
        same(
            number(s, "SELECT last %s", have),
            number(s, "SELECT value %s ORDER BY step DESC, sub DESC, attempt DESC LIMIT 1", where));
        same(number(s, "SELECT mean %s", have),
             number(s, "SELECT avg(value) %s AND %s", where, finite));
        same(number(s, "SELECT m2 %s", have),
             number(
                 s,
                 "SELECT sum((value - mu) * (value - mu)) FROM (SELECT value, (SELECT avg(value) %s"
                 " AND %s) AS mu %s AND %s)",
                 where, finite, where, finite));
        const char *best = test_metrics[m].goal == RLB_GOAL_MAXIMIZE ? "max" : "min";
        same(number(s, "SELECT best %s", have),
             number(s, "SELECT %s(value) %s AND %s", best, where, finite));
        same(number(s, "SELECT best_step %s", have),
             number(s, "SELECT min(step) %s AND value = (SELECT best %s)", where, have));
    }
}

static double any_value(rlb_rng *rng)
{
    double u = rlb_rng_uniform(rng);
    return u < 0.05   ? (double)NAN
           : u < 0.07 ? (double)INFINITY
           : u < 0.09 ? -(double)INFINITY
                      : floor(u * 50);
}

/* Random histories: batches of any size, several values at a step, resumes from anywhere before,
 * late points of an earlier attempt, batches given up, connections that come and go. */
static void summaries_equal_the_points(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    const char *path = scratch("summary.db");
    struct store *s = make_store(path, 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    uint32_t attempt = 0;
    uint64_t step = 0;
    for (int round = 0; round < 60; round++) {
        static struct store_point points[400];
        size_t n = 0, want = 1 + rlb_rng_below(&rng, 300);
        MUST(store_begin(s, &e));
        if (attempt == 0 || rlb_rng_below(&rng, 6) == 0) {
            uint64_t start = attempt ? rlb_rng_below(&rng, (uint32_t)step + 1) : 0;
            MUST(store_begin_attempt(s, ids[0], ++attempt, start, "c", &e));
            step = start;
        }
        while (n < want) {
            step += 1 + rlb_rng_below(&rng, 3);
            for (uint32_t m = 0; m < NUM_TEST_METRICS; m++)
                for (uint32_t sub = 0; sub <= rlb_rng_below(&rng, 2); sub++)
                    points[n++] = (struct store_point){m, sub, step, any_value(&rng)};
        }
        MUST(store_add_points(s, ids[0], attempt, metrics, NUM_TEST_METRICS, points, n, &e));
        if (attempt > 1 && rlb_rng_below(&rng, 4) == 0) {
            const struct store_point late = {0, 9, step / 2, 3};
            MUST(store_add_points(s, ids[0], attempt - 1, metrics, NUM_TEST_METRICS, &late, 1, &e));
        }
        if (rlb_rng_below(&rng, 5) == 0) {
            store_rollback(s); /* the numbers of this attempt and step are simply used again */
            struct arena a = {0};
            struct store_job job;
            MUST(store_get_job(s, ids[0], &a, &job, &e));
            attempt = job.attempts;
            step =
                attempt
                    ? (uint64_t)number(s,
                                       "SELECT coalesce(max(step), (SELECT start_step FROM attempt"
                                       " WHERE n = %u)) FROM point WHERE attempt = %u",
                                       attempt, attempt)
                    : 0;
            arena_finish(&a);
        } else
            MUST(store_commit(s, &e));
        if (rlb_rng_below(&rng, 6) == 0) {
            store_close(s);
            MUST(store_open_write(path, &s, &e));
        }
        compare_summaries(s, ids[0], metrics);
    }
    struct buf problems = {0};
    MUST(store_check(s, &problems, &e));
    CHECK_TEXT(buf_text(&problems), "");
    buf_finish(&problems);
    store_close(s);
}

static void superseded_points_are_hidden_and_kept(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(scratch("resume.db"), 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    const struct store_point first[] = {{0, 0, 10, 5}, {0, 0, 20, 4}, {0, 0, 30, 1}, {1, 0, 30, 1}};
    const struct store_point second[] = {{0, 0, 30, 3}, {0, 0, 40, 2}};
    const struct store_episode episodes[] = {{15, 1, 0, 1, (double)NAN, 3}, {25, 1, 0, 2, 1, 4}};
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, first, 4, &e));
    MUST(store_add_episodes(s, ids[0], 1, episodes, 2, &e));
    same(number(s, "SELECT best FROM summary WHERE metric_id = %lld", (long long)metrics[0]), 1);
    MUST(store_begin_attempt(s, ids[0], 2, 20, "/c.ckpt", &e));
    same(number(s, "SELECT best FROM summary WHERE metric_id = %lld", (long long)metrics[0]), 4);
    same(number(s, "SELECT count(*) FROM summary"), 1); /* mse has no visible point any more */
    MUST(store_add_points(s, ids[0], 2, metrics, NUM_TEST_METRICS, second, 2, &e));
    struct curve c = {0};
    MUST(store_read_curve(s, ids[0], metrics[0], -1, &c, &e));
    static const double want[] = {5, 4, 3, 2};
    CU_ASSERT_EQUAL_FATAL(c.len, 4);
    for (size_t i = 0; i < 4; i++) {
        same(c.values[i], want[i]);
        same((double)c.steps[i], 10.0 * (double)(i + 1));
    }
    curve_finish(&c);
    same(number(s, "SELECT count(*) FROM point"), 6);
    same(number(s, "SELECT count(*) FROM v_point"), 4);
    same(number(s, "SELECT count(*) FROM v_episode"), 1);
    same(number(s, "SELECT attempts FROM run"), 2);
    same(number(s, "SELECT best FROM summary WHERE metric_id = %lld", (long long)metrics[0]), 2);
    /* back to the very start: nothing of before is left */
    MUST(store_begin_attempt(s, ids[0], 3, 0, "", &e));
    same(number(s, "SELECT count(*) FROM v_point"), 0);
    same(number(s, "SELECT count(*) FROM summary"), 0);
    CU_ASSERT_EQUAL(store_add_points(s, ids[0], 4, metrics, NUM_TEST_METRICS, second, 2, &e),
                    ERR_INTERNAL); /* an attempt that has not begun */
    CU_ASSERT_EQUAL(store_begin_attempt(s, 99, 1, 0, "", &e), ERR_NOINPUT);
    store_close(s);
}

static void a_second_value_at_one_place_replaces_the_first(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(scratch("twice.db"), 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    static struct store_point points[120];
    for (size_t i = 0; i < 120; i++)
        points[i] = (struct store_point){0, 0, i, (double)i};
    points[70].step = 3;
    points[119].step = 4;
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, points, 120, &e));
    same(number(s, "SELECT count(*) FROM point"), 118);
    same(number(s, "SELECT value FROM point WHERE step = 3"), 70);
    same(number(s, "SELECT value FROM point WHERE step = 4"), 119);
    compare_summaries(s, ids[0], metrics);
    store_close(s);
}

static void a_failed_batch_writes_nothing(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(scratch("failed.db"), 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    const struct store_point good = {0, 0, 10, 5}, bad = {7, 0, 10, 5};
    MUST(store_begin(s, &e));
    CU_ASSERT_EQUAL(store_begin(s, &e), ERR_INTERNAL);
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, &good, 1, &e));
    CU_ASSERT_EQUAL(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, &bad, 1, &e),
                    ERR_INTERNAL);
    CU_ASSERT_NOT_EQUAL(store_add_event(s, ids[0], 0, 1, "log", "late", &e), OK);
    CU_ASSERT_NOT_EQUAL(store_commit(s, &e), OK);
    same(number(s, "SELECT count(*) FROM point"), 0);
    same(number(s, "SELECT count(*) FROM attempt"), 0);
    CU_ASSERT_EQUAL(store_commit(s, &e), ERR_INTERNAL);
    MUST(store_add_event(s, ids[0], 0, 1, "log", "again", &e));
    struct store *reader;
    MUST(store_open_read(scratch("failed.db"), &reader, &e));
    CU_ASSERT_NOT_EQUAL(store_add_event(reader, ids[0], 0, 1, "log", "no", &e), OK);
    store_close(reader);
    store_close(s);
}

static void damage_is_found(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(scratch("check.db"), 1, ids);
    struct err e = ERR_INIT;
    make_metrics(s, metrics);
    const struct store_point p = {0, 0, 10, 5};
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, &p, 1, &e));
    MUST(
        store_exec(s,
                   "INSERT INTO point VALUES (1, 1, 11, 0, 1, 2.5);" /* the summary does not know */
                   "INSERT INTO point VALUES (77, 1, 20, 0, 1, 2.5);"
                   "UPDATE run SET attempts = 5; UPDATE attempt SET visible_to = 12;",
                   &e));
    struct buf problems = {0};
    MUST(store_check(s, &problems, &e));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&problems), "summary of td_error counts 1 points"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&problems), "points of run 77"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&problems), "counts 5 attempts, there are 1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&problems), "hides the wrong points"));
    buf_finish(&problems);
    store_close(s);
}

CHECK_MAIN("store: attempts", {"summaries equal the points", summaries_equal_the_points},
           {"superseded points are hidden and kept", superseded_points_are_hidden_and_kept},
           {"a second value at one place replaces the first",
            a_second_value_at_one_place_replaces_the_first},
           {"a failed batch writes nothing", a_failed_batch_writes_nothing},
           {"damage is found", damage_is_found})
