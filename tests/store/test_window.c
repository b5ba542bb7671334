/* What a window onto a long history costs: a few points of a curve, the last lines of a log. */
#include "common.h"

static void a_curve_is_sampled_evenly(void)
{
    int64_t run;
    struct store *s = make_store(scratch("sample.db"), 1, &run);
    struct err e = ERR_INIT;
    const rlb_metric metric = {.name = "loss", .doc = "a loss", .unit = ""};
    int64_t id;
    MUST(store_metric_id(s, &metric, &id, &e));
    MUST(store_begin_attempt(s, run, 1, 0, "", &e));
    struct store_point points[1000];
    for (size_t i = 0; i < 1000; i++)
        points[i] = (struct store_point){.metric = 0, .step = 10 * (i + 1), .value = (double)i};
    MUST(store_add_points(s, run, 1, &id, 1, points, 1000, &e));
    struct curve c = {0};
    MUST(store_sample_curve(s, run, id, 1, 10000, 10, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 10);
    for (size_t i = 0; i < c.len; i++) {
        CU_ASSERT_EQUAL(c.steps[i], i * 1000 + 10);
        CU_ASSERT_EQUAL(c.values[i], (double)(i * 100));
    }
    c.len = 0; /* parts without a point stay empty, and none is taken twice */
    MUST(store_sample_curve(s, run, id, 9981, 10400, 42, &c, &e));
    CU_ASSERT_EQUAL(c.len, 2);
    curve_finish(&c);
    store_close(s);
}

static void what_a_resume_superseded_is_left_out(void)
{
    int64_t run;
    struct store *s = make_store(scratch("resumed.db"), 1, &run);
    struct err e = ERR_INIT;
    const rlb_metric metric = {.name = "loss", .doc = "a loss", .unit = ""};
    int64_t id;
    MUST(store_metric_id(s, &metric, &id, &e));
    MUST(store_begin_attempt(s, run, 1, 0, "", &e));
    for (uint64_t step = 1; step <= 10; step++)
        MUST(store_add_points(s, run, 1, &id, 1, &(struct store_point){.step = step, .value = 1}, 1,
                              &e));
    MUST(store_begin_attempt(s, run, 2, 4, "c", &e));
    for (uint64_t step = 5; step <= 8; step++)
        MUST(store_add_points(s, run, 2, &id, 1, &(struct store_point){.step = step, .value = 2}, 1,
                              &e));
    struct curve c = {0};
    MUST(store_sample_curve(s, run, id, 1, 10, 10, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 8);
    for (size_t i = 0; i < c.len; i++)
        CU_ASSERT_EQUAL(c.values[i], c.steps[i] <= 4 ? 1.0 : 2.0);
    curve_finish(&c);
    store_close(s);
}

static void the_last_lines_of_a_log(void)
{
    int64_t runs[2];
    struct store *s = make_store(scratch("log.db"), 2, runs);
    struct err e = ERR_INIT;
    for (int i = 0; i < 50; i++)
        MUST(store_add_event(s, runs[i % 2], 0, 1, "log", "a line", &e));
    for (int of = 0; of < 2; of++) {
        int64_t run = of ? runs[1] : 0, after;
        struct arena a = {0};
        struct event_row *rows;
        size_t n;
        MUST(store_events_back(s, run, 7, &after, &e));
        MUST(store_read_events(s, run, after, 0, &a, &rows, &n, &e));
        CU_ASSERT_EQUAL(n, 7);
        MUST(store_events_back(s, run, 5000, &after, &e));
        CU_ASSERT_EQUAL(after, 0);
        arena_finish(&a);
    }
    store_close(s);
}

CHECK_MAIN("windows", {"a curve is sampled evenly", a_curve_is_sampled_evenly},
           {"what a resume superseded is left out", what_a_resume_superseded_is_left_out},
           {"the last lines of a log", the_last_lines_of_a_log})
