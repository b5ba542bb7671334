/* Ticks: round values, labels of one scale, never too many, never too wide. */
#include "chart/axis.h"
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static char text[1000];

/* Labels of an axis joined by blanks, with the common exponent. */
static const char *ticks_of(struct axis a, size_t most, size_t width)
{
    struct tick t[AXIS_MAX_TICKS];
    int exponent;
    size_t n = axis_ticks(&a, most, width, t, &exponent), used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "", t[i].label);
    if (exponent)
        snprintf(text + used, sizeof text - used, " x1e%d", exponent);
    return text;
}

static const char *linear(double lo, double hi, size_t most)
{
    return ticks_of((struct axis){lo, hi, false}, most, 7);
}

static const char *logarithmic(double lo, double hi, size_t most)
{
    return ticks_of((struct axis){lo, hi, true}, most, 7);
}

static void linear_axes(void)
{
    CHECK_TEXT(linear(0, 1, 6), "0.0 0.2 0.4 0.6 0.8 1.0");
    CHECK_TEXT(linear(0, 0.8, 3), "0.0 0.5");
    CHECK_TEXT(linear(-1, 1, 5), "-1.0 -0.5 0.0 0.5 1.0");
    CHECK_TEXT(linear(0, 300000, 4), "0 100k 200k 300k");
    CHECK_TEXT(linear(0, 1250000, 6), "0 0.5M 1.0M");
    CHECK_TEXT(linear(0, 1000, 5), "0 500 1000");
    CHECK_TEXT(linear(3, 97, 5), "20 40 60 80");
    CHECK_TEXT(linear(0.70912, 0.70991, 4), "0.7092 0.7094 0.7096 0.7098");
    CHECK_TEXT(linear(-3e-5, 4e-5, 5), "-2 0 2 4 x1e-5");
    CHECK_TEXT(linear(0, 3e20, 4), "0 1 2 3 x1e20");
    CHECK_TEXT(linear(-200, -100, 3), "-200 -150 -100");
    CHECK_TEXT(linear(0, 1, 1), "0");
    CHECK_TEXT(linear(0, 1, 0), "");
}

static void logarithmic_axes(void)
{
    CHECK_TEXT(logarithmic(1e-4, 1, 3), "1e-4 1e-2 1e+0");
    CHECK_TEXT(logarithmic(1e-4, 1, 6), "1e-4 1e-3 1e-2 1e-1 1e+0");
    CHECK_TEXT(logarithmic(3e-9, 2e5, 4), "1e-8 1e-4 1e+0 1e+4");
    CHECK_TEXT(logarithmic(1.5, 60, 6), "2 5 10 20 50");
    CHECK_TEXT(logarithmic(20, 90, 5), "20 50");
    CHECK_TEXT(logarithmic(0.008, 0.3, 6), "0.01 0.02 0.05 0.1 0.2");
    CHECK_TEXT(logarithmic(0.008, 0.3, 3), "1e-2 1e-1");
    CHECK_TEXT(logarithmic(21, 29, 5), "22 24 26 28");
}

static void every_input_gives_an_axis(void)
{
    static const double values[] = {0,       1,        -1,  1e-300,      1e300,
                                    -1e300,  5e-324,   NAN, INFINITY,    -INFINITY,
                                    1.7e308, -1.7e308, 3,   3.0000000001};
    const size_t n = sizeof values / sizeof values[0];
    for (int log = 0; log < 2; log++)
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++) {
                struct axis a = axis_make(values[i], values[k], log, 0.05);
                CU_ASSERT(isfinite(a.lo) && isfinite(a.hi) && a.lo < a.hi);
                CU_ASSERT(!log || a.lo > 0);
                for (size_t most = 0; most < 12; most++) {
                    struct tick t[AXIS_MAX_TICKS];
                    int exponent;
                    size_t ticks = axis_ticks(&a, most, 7, t, &exponent);
                    CU_ASSERT(ticks <= most);
                    for (size_t q = 0; q < ticks; q++) {
                        CU_ASSERT(t[q].at > -1e-6 && t[q].at < 1 + 1e-6);
                        CU_ASSERT(q == 0 || t[q].at > t[q - 1].at);
                        CU_ASSERT(strlen(t[q].label) <= 7);
                    }
                }
            }
}

static void positions(void)
{
    struct axis a = {10, 20, false}, b = {1e-2, 1e2, true};
    CU_ASSERT_DOUBLE_EQUAL(axis_at(&a, 12.5), 0.25, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(axis_value(&a, 0.25), 12.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(axis_at(&b, 1), 0.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(axis_value(&b, 0.5), 1, 1e-12);
    CU_ASSERT(axis_at(&b, 0) == -INFINITY && axis_at(&b, -1) == -INFINITY);
    CU_ASSERT(isnan(axis_at(&a, NAN)));
}

static void steps(void)
{
    static const struct {
        double value, apart;
        const char *text;
    } cases[] = {{0, 0, "0"},
                 {850, 0, "850"},
                 {9999, 0, "9999"},
                 {10000, 0, "10k"},
                 {12500, 0, "12.5k"},
                 {300000, 0, "300k"},
                 {1e6, 0, "1M"},
                 {1250000, 0, "1.25M"},
                 {123456, 0, "123.456k"},
                 {41200000, 0, "41.2M"},
                 {3e9, 0, "3G"},
                 {6523499, 70000, "6.5M"},
                 {6523499, 100, "6.5235M"},
                 {300, 1800, "300"}};
    char out[32];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_TEXT(axis_format_step(cases[i].value, cases[i].apart, out, sizeof out),
                   cases[i].text);
}

CHECK_MAIN("chart/axis", {"linear axes", linear_axes}, {"logarithmic axes", logarithmic_axes},
           {"every input gives an axis", every_input_gives_an_axis}, {"positions", positions},
           {"steps", steps})
