/* Numbers as people write them: every spelling that has bitten someone. */
#include "base/num.h"

#include "check.h"

#include <math.h>

static void whole_numbers(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"7", 7},
                {"-3", -3},
                {"1e6", 1000000},
                {"1_000_000", 1000000},
                {"1M", 1000000},
                {"10k", 10000},
                {"2.5k", 2500},
                {"1.0", 1},
                {"+5", 5},
                {"3G", 3000000000},
                {"9223372036854775807", INT64_MAX}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t v = -99;
        CU_ASSERT_PTR_NULL(num_parse_int(good[i].text, &v));
        CU_ASSERT_EQUAL(v, good[i].value);
    }
    static const char *const bad[] = {"",     "32.5",  "0.01junk", "1__0",  "_1",  "1_",  "010",
                                      "1e",   "0x10",  "ten",      "1 000", "--1", "1kk", ".inf",
                                      "1e30", "1.2.3", "-",        "k",     "1e6M"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t v;
        CU_ASSERT_PTR_NOT_NULL(num_parse_int(bad[i], &v));
    }
}

static void real_numbers(void)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"1e-4", 1e-4}, {".5", 0.5},        {"5.", 5},
                {"1E3", 1000},  {".inf", INFINITY}, {"-.inf", -INFINITY},
                {"0.01", 0.01}, {"-2.5e+3", -2500}, {"300k", 3e5}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double v = NAN;
        CU_ASSERT_PTR_NULL(num_parse_real(good[i].text, &v));
        CU_ASSERT_EQUAL(v, good[i].value);
    }
    static const char *const bad[] = {"0.01junk", "",     ".",   "e5",  "1e400",
                                      "nan",      ".nan", "1,5", "0,1", "1_.5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double v;
        CU_ASSERT_PTR_NOT_NULL(num_parse_real(bad[i], &v));
    }
}

static void durations(void)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = {{"90", 90000},     {"90s", 90000}, {"10m", 600000},  {"1h30m", 5400000},
                {"2d", 172800000}, {"250ms", 250}, {"1.5h", 5400000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t v = 1;
        CU_ASSERT_PTR_NULL(num_parse_duration_ms(good[i].text, &v));
        CU_ASSERT_EQUAL(v, good[i].ms);
    }
    static const char *const bad[] = {"", "m", "10x", "-5s", "1h30", "ten minutes"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t v;
        CU_ASSERT_PTR_NOT_NULL(num_parse_duration_ms(bad[i], &v));
    }
}

static void reads_back_equal(void)
{
    static const double values[] = {0.1, 1e-5,      1.0 / 3, 6.02214076e23,         -2,
                                    0,   123456789, 5e-324,  1.7976931348623157e308};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[40];
        double back;
        CU_ASSERT_PTR_NULL(num_parse_real(num_format_real(values[i], text, sizeof text), &back));
        CU_ASSERT_EQUAL(back, values[i]);
    }
    char text[40];
    CHECK_TEXT(num_format_real(0.1, text, sizeof text), "0.1");
    CHECK_TEXT(num_format_short(300000, text, sizeof text), "300k");
    CHECK_TEXT(num_format_short(0.00019, text, sizeof text), "1.90e-4");
    CHECK_TEXT(num_format_short(0.709, text, sizeof text), "0.709");
}

CHECK_MAIN("num", {"whole numbers", whole_numbers}, {"real numbers", real_numbers},
           {"durations", durations}, {"formatted text reads back equal", reads_back_equal})
