/* Rules about metrics: what their text means, and when they hold. */
#include "supervisor/alerts.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

static struct arena arena;

static struct alert_watch watch(const char *rule)
{
    struct alert_watch w = {0};
    size_t at = 0;
    const char *wrong = alert_parse(rule, &arena, &w.rule, &at);
    if (wrong)
        fprintf(stderr, "%s: %s\n", rule, wrong);
    CU_ASSERT_PTR_NULL_FATAL(wrong);
    return w;
}

static char found[40];

/* The first step of 1, 2, … at which the rule about x begins to hold; 0: none. */
static uint64_t first(const char *rule, const double *values, uint64_t n)
{
    struct alert_watch w = watch(rule);
    uint64_t at = 0;
    for (uint64_t step = 1; step <= n && at == 0; step++)
        if (alert_take(&w, "x", step, values[step - 1], found, sizeof found))
            at = step;
    alert_watch_finish(&w);
    return at;
}

static void values(void)
{
    const double up[] = {1, 2, 3, 4, 5}, wild[] = {1, NAN, 3, INFINITY, 5};
    CU_ASSERT_EQUAL(first("x > 3", up, 5), 4);
    CHECK_TEXT(found, "4");
    CU_ASSERT_EQUAL(first("x >= 3", up, 5), 3);
    CU_ASSERT_EQUAL(first("x < 1", up, 5), 0);
    CU_ASSERT_EQUAL(first("'x' <= 1", up, 5), 1);
    CU_ASSERT_EQUAL(first("x > 3", wild, 5), 5); /* what is not finite is isnan's alone */
    CU_ASSERT_EQUAL(first("isnan(any)", wild, 5), 2);
    CU_ASSERT_EQUAL(first("isnan(x)", wild, 5), 2);
    CU_ASSERT_EQUAL(first("isnan(y)", wild, 5), 0);
    CU_ASSERT_EQUAL(first("isnan(any)", up, 5), 0);
}

/* A window of w steps is full with a point w steps ago. */
static void windows(void)
{
    const double hill[] = {0, 1, 4, 4.5, 4.4, 3, 1};
    CU_ASSERT_EQUAL(first("slope(x, 2) < 0", hill, 7), 6); /* (3 - 4.5) / 2 */
    CHECK_TEXT(found, "-0.75");
    CU_ASSERT_EQUAL(first("slope(x, 6) > 0", hill, 7), 7);
    CU_ASSERT_EQUAL(first("slope(x, 7) > 0", hill, 7), 0);
    CU_ASSERT_EQUAL(first("plateau(x, 2, 0.5)", hill, 7), 5); /* 4, 4.5, 4.4 */
    CU_ASSERT_EQUAL(first("plateau(x, 2, 0.49)", hill, 7), 0);
    CU_ASSERT_EQUAL(first("mean(x, 2) > 4", hill, 7), 5);
    CU_ASSERT_EQUAL(first("max(x, 3) < 4.5", hill, 6), 0);
    CU_ASSERT_EQUAL(first("min(x, 1) >= 4", hill, 7), 4);
}

/* Once for every time that it begins to hold. */
static void edges(void)
{
    struct alert_watch w = watch("x > 1");
    const double values[] = {2, 2, 0, 2, 2}, expected[] = {1, 0, 0, 1, 0};
    for (uint64_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(alert_take(&w, "x", i + 1, values[i], found, sizeof found), expected[i]);
        CU_ASSERT_FALSE(alert_take(&w, "y", i + 1, 7, found, sizeof found));
    }
    alert_watch_finish(&w);
}

static void missing(void)
{
    struct alert_watch w = watch("missing(x, 10)");
    CU_ASSERT_FALSE(alert_take(&w, "y", 5, 0, found, sizeof found));
    CU_ASSERT_FALSE(alert_take(&w, "x", 8, 0, found, sizeof found));
    CU_ASSERT_FALSE(alert_take(&w, "y", 17, 0, found, sizeof found));
    CU_ASSERT(alert_take(&w, "y", 18, 0, found, sizeof found));
    CU_ASSERT_FALSE(alert_take(&w, "y", 19, 0, found, sizeof found));
    CU_ASSERT_FALSE(alert_take(&w, "x", 20, 0, found, sizeof found));
    CU_ASSERT(alert_take(&w, "y", 30, 0, found, sizeof found));
    alert_watch_finish(&w);
    w = watch("missing(x, 10)"); /* never there: from the first point of any */
    CU_ASSERT_FALSE(alert_take(&w, "y", 1000, 0, found, sizeof found));
    CU_ASSERT(alert_take(&w, "y", 1010, 0, found, sizeof found));
    alert_watch_finish(&w);
    arena_finish(&arena);
}

CHECK_MAIN("alerts", {"values", values}, {"windows", windows}, {"once each time", edges},
           {"metrics that stay away", missing})
