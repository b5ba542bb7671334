/* Curves at the ends of a chart's columns, and steps as seconds and as episodes, against what is
 * told by all points. */
#include "common.h"

#include "store/internal.h"

static uint64_t random_state = 88172645463325252u; /* Marsaglia's xorshift64 */
static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 20) % n;
}

/* Of a whole curve the last point at or before each end, each once. */
static void sample(const struct curve *all, const uint64_t *ends, size_t n, struct curve *out)
{
    size_t taken = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t last = SIZE_MAX;
        for (size_t k = 0; k < all->len && all->steps[k] <= ends[i]; k++)
            last = k;
        if (last != SIZE_MAX && last != taken)
            curve_push(out, all->steps[last], all->values[last]);
        taken = last;
    }
}

static void the_last_point_before_each_end(void)
{
    int64_t run, id;
    struct err e = ERR_INIT;
    struct store *s = make_store(scratch("ends.db"), 1, &run);
    const rlb_metric metric = {.name = "loss", .doc = "a loss", .unit = ""};
    MUST(store_metric_id(s, &metric, &id, &e));
    uint64_t step = 0;
    for (uint32_t attempt = 1; attempt <= 3; attempt++) {
        MUST(store_begin_attempt(s, run, attempt, step, "", &e));
        for (int i = 0; i < 300; i++) {
            struct store_point p = {.sub = (uint32_t)below(2), .step = step, .value = (double)i};
            MUST(store_add_points(s, run, attempt, &id, 1, &p, 1, &e));
            step += below(4);
        }
        step -= 150; /* back to a checkpoint: a part is superseded */
    }
    for (int trial = 0; trial < 200; trial++) {
        uint64_t ends[40];
        size_t n = 1 + below(40);
        for (size_t i = 0; i < n; i++)
            ends[i] = (i ? ends[i - 1] : 0) + below(60);
        struct curve all = {0}, want = {0}, got = {0};
        MUST(store_read_curve(s, run, id, -1, &all, &e));
        sample(&all, ends, n, &want);
        MUST(store_sample_ends(s, run, id, ends, n, &got, &e));
        CU_ASSERT_EQUAL_FATAL(got.len, want.len);
        for (size_t i = 0; i < got.len; i++)
            CU_ASSERT(got.steps[i] == want.steps[i] && got.values[i] == want.values[i]);
        curve_finish(&all);
        curve_finish(&want);
        curve_finish(&got);
    }
    store_close(s);
}

static void episodes_are_counted(void)
{
    int64_t run;
    struct err e = ERR_INIT;
    struct store *s = make_store(scratch("episodes.db"), 1, &run);
    struct curve c = {0};
    MUST(store_begin_attempt(s, run, 1, 0, "", &e));
    for (uint32_t i = 0; i < 50; i++) { /* one ends every 10 steps, two at step 100 */
        struct store_episode ep = {.step = i < 10 ? 10 * (i + 1) : 10 * i, .index = i};
        MUST(store_add_episodes(s, run, 1, &ep, 1, &e));
    }
    struct store_episode other = {.step = 5, .kind = 1, .index = 77}; /* an evaluation's */
    MUST(store_add_episodes(s, run, 1, &other, 1, &e));
    const uint64_t ends[] = {5, 9, 10, 99, 100, 105, 1000};
    MUST(store_sample_episodes(s, run, ends, 7, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 4);
    CU_ASSERT(c.steps[0] == 10 && c.values[0] == 1);
    CU_ASSERT(c.steps[1] == 90 && c.values[1] == 9);
    CU_ASSERT(c.steps[2] == 100 && c.values[2] == 11);
    CU_ASSERT(c.steps[3] == 490 && c.values[3] == 50);
    curve_finish(&c);
    store_close(s);
}

/* Ten steps a second for 10 s, an hour of nothing, back to step 80, then five a second. */
static void the_clock_stands_still_between_attempts(void)
{
    int64_t run;
    struct err e = ERR_INIT;
    struct store *s = make_store(scratch("clock.db"), 1, &run);
    struct curve c = {0};
    MUST(store_begin_attempt(s, run, 1, 0, "", &e));
    MUST(store_begin_attempt(s, run, 2, 80, "c", &e));
    MUST(store_exec(s,
                    "UPDATE attempt SET started_us = 1000000000 + (n - 1) * 3610000000;"
                    "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 10)"
                    " INSERT INTO progress SELECT run_id, n, CASE n WHEN 1 THEN 10 * i"
                    " ELSE 80 + 5 * i END, 0, started_us + i * 1000000 FROM attempt, k;"
                    "UPDATE run SET steps = 140, ended_us = 1000000000 + 3610000000 + 12000000;",
                    &e));
    MUST(store_read_clock(s, run, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 20); /* 0, 10 to 70, 80, 85 to 130, 140 */
    CU_ASSERT(c.steps[0] == 0 && c.values[0] == 0);
    CU_ASSERT(c.steps[7] == 70 && c.values[7] == 7);
    CU_ASSERT(c.steps[8] == 80 && c.values[8] == 8);
    CU_ASSERT(c.steps[9] == 85 && c.values[9] == 9);
    CU_ASSERT(c.steps[18] == 130 && c.values[18] == 18);
    CU_ASSERT(c.steps[19] == 140 && c.values[19] == 20);
    curve_finish(&c);
    store_close(s);
}

CHECK_MAIN("store/axes", {"the last point before each end", the_last_point_before_each_end},
           {"episodes are counted", episodes_are_counted},
           {"the clock stands still between attempts", the_clock_stands_still_between_attempts})
