/* Curves against brute force over the raw points. */
#include "check.h"
#include "series/series.h"

#include <math.h>
#include <stdlib.h>

static uint64_t state = 88172645463325252u; /* Marsaglia's xorshift64 */
static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}
static double uniform(void)
{
    return (double)(next_random() >> 11) * 0x1p-53;
}

enum { POINTS = 70000 };
static uint64_t steps[POINTS];
static double values[POINTS];

/* Random gaps (some 0), NaN and infinities sprinkled in. */
static void make_points(void)
{
    uint64_t step = 17;
    for (size_t i = 0; i < POINTS; i++) {
        step += next_random() % 9;
        steps[i] = step;
        values[i] = uniform() * 10 - 5;
        if (next_random() % 97 == 0)
            values[i] = NAN;
        if (next_random() % 211 == 0)
            values[i] = next_random() % 2 ? INFINITY : -INFINITY;
    }
}

static struct series_column brute(size_t n, uint64_t from, uint64_t to)
{
    struct series_column c = {.min = NAN, .max = NAN, .mean = NAN};
    long double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (steps[i] < from || steps[i] > to)
            continue;
        if (!isfinite(values[i])) {
            c.bad++;
            continue;
        }
        c.min = c.count && c.min < values[i] ? c.min : values[i];
        c.max = c.count && c.max > values[i] ? c.max : values[i];
        sum += values[i];
        c.count++;
    }
    if (c.count)
        c.mean = (double)(sum / c.count);
    return c;
}

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * (1 + fabs(b));
}

static void a_window_equals_brute_force(void)
{
    make_points();
    struct series s;
    series_init(&s);
    size_t taken = 0;
    static const size_t checks[] = {0, 1, 15, 16, 17, 255, 256, 257, 4096, 30000, POINTS};
    for (size_t k = 0; k < sizeof checks / sizeof checks[0]; k++) {
        while (taken < checks[k]) { /* batches of any size */
            size_t n = 1 + next_random() % 700;
            n = n < checks[k] - taken ? n : checks[k] - taken;
            CU_ASSERT_EQUAL(series_append(&s, steps + taken, values + taken, n), n);
            taken += n;
        }
        for (int trial = 0; trial < 12; trial++) {
            uint64_t end = steps[POINTS - 1] + 50;
            uint64_t lo = next_random() % end, hi = lo + next_random() % (end - lo + 1);
            if (trial == 0) {
                lo = 0;
                hi = end;
            }
            size_t columns = 1 + next_random() % 23;
            struct series_column out[23];
            series_reduce(&s, lo, hi, columns, out);
            for (size_t c = 0; c < columns; c++) {
                /* column c holds the steps with floor((step - lo) * columns / width) == c */
                uint64_t width = hi - lo + 1, from = lo, to = lo;
                while (from <= hi && (from - lo) * columns / width < c)
                    from += c > 2 && (from + 1000 - lo) * columns / width < c ? 1000 : 1;
                to = from;
                while (to <= hi && (to - lo) * columns / width == c)
                    to++;
                CU_ASSERT_EQUAL(series_column_start(lo, hi, columns, c), from);
                struct series_column want = {.min = NAN, .max = NAN, .mean = NAN};
                if (to > from)
                    want = brute(taken, from, to - 1);
                CU_ASSERT_EQUAL(out[c].count, want.count);
                CU_ASSERT_EQUAL(out[c].bad, want.bad);
                CU_ASSERT(same(out[c].min, want.min));
                CU_ASSERT(same(out[c].max, want.max));
                CU_ASSERT(same(out[c].mean, want.mean));
            }
        }
    }
    series_finish(&s);
}

static void a_spike_of_one_point_in_a_million_shows(void)
{
    struct series s;
    series_init(&s);
    for (uint64_t i = 0; i < 1000000; i++) {
        double v = i == 654321 ? 99 : 0;
        series_append(&s, &i, &v, 1);
    }
    struct series_column out[100];
    series_reduce(&s, 0, 999999, 100, out);
    CU_ASSERT_DOUBLE_EQUAL(out[65].max, 99, 0);
    CU_ASSERT_DOUBLE_EQUAL(out[65].mean, 99e-4, 1e-12);
    CU_ASSERT_EQUAL(out[65].count, 10000);
    CU_ASSERT_DOUBLE_EQUAL(out[64].max, 0, 0);
    series_finish(&s);
}

static void the_last_value_at_or_before(void)
{
    struct series s;
    series_init(&s);
    double v = 0;
    CU_ASSERT_FALSE(series_value_at(&s, 5, &v));
    series_append(&s, (uint64_t[]){10, 20, 20, 30}, (double[]){1, 2, 3, 4}, 4);
    CU_ASSERT_FALSE(series_value_at(&s, 9, &v));
    CU_ASSERT(series_value_at(&s, 10, &v) && v == 1);
    CU_ASSERT(series_value_at(&s, 19, &v) && v == 1);
    CU_ASSERT(series_value_at(&s, 20, &v) && v == 3);
    CU_ASSERT(series_value_at(&s, UINT64_MAX, &v) && v == 4);
    CU_ASSERT_EQUAL(series_find(&s, 20), 1);
    CU_ASSERT_EQUAL(series_find(&s, 31), 4);
    for (size_t from = 0; from <= 4; from++)
        for (uint64_t step = 0; step < 40; step++) {
            size_t want = from;
            while (want < 4 && s.steps[want] < step)
                want++;
            CU_ASSERT_EQUAL(series_find_from(&s, from, step), want);
        }
    series_finish(&s);
}

static void steps_that_go_back_are_left_out(void)
{
    struct series s;
    series_init(&s);
    CU_ASSERT_EQUAL(series_append(&s, (uint64_t[]){10, 5, 10, 11}, (double[]){1, 2, 3, 4}, 4), 3);
    CU_ASSERT_EQUAL(s.len, 3);
    CU_ASSERT_EQUAL(s.steps[1], 10);
    CU_ASSERT_DOUBLE_EQUAL(s.values[1], 3, 0);
    series_clear(&s);
    CU_ASSERT_EQUAL(s.len, 0);
    CU_ASSERT_EQUAL(series_append(&s, (uint64_t[]){1}, (double[]){1}, 1), 1);
    series_finish(&s);
}

static void extreme_windows_and_values(void)
{
    struct series s;
    series_init(&s);
    series_append(&s, (uint64_t[]){0, 1, UINT64_MAX - 1, UINT64_MAX},
                  (double[]){1e308, 1.7e308, -3, 5}, 4);
    struct series_column out[4];
    series_reduce(&s, 0, UINT64_MAX, 4, out);
    CU_ASSERT_EQUAL(out[0].count, 2);
    CU_ASSERT(out[0].mean >= 1e308 && out[0].mean <= 1.7e308);
    CU_ASSERT_EQUAL(out[1].count + out[2].count, 0);
    CU_ASSERT_EQUAL(out[3].count, 2);
    CU_ASSERT_DOUBLE_EQUAL(out[3].mean, 1, 0);
    /* more columns than steps: each step is in one of them */
    struct series_column fine[64];
    series_reduce(&s, 0, 1, 64, fine);
    uint64_t total = 0;
    for (int c = 0; c < 64; c++)
        total += fine[c].count;
    CU_ASSERT_EQUAL(total, 2);
    series_reduce(&s, 7, 7, 4, out);
    CU_ASSERT(isnan(out[0].mean) && out[0].count == 0);
    series_finish(&s);
}

CHECK_MAIN("series/series", {"a window equals brute force", a_window_equals_brute_force},
           {"a spike of one point in a million shows", a_spike_of_one_point_in_a_million_shows},
           {"the last value at or before", the_last_value_at_or_before},
           {"steps that go back are left out", steps_that_go_back_are_left_out},
           {"extreme windows and values", extreme_windows_and_values})
