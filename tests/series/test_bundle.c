/* Bundles and smoothing against values computed with scipy 1.x (trim_mean, t.interval) and
 * TensorBoard's debiased average, and against the rule spelled out slowly. */
#include "check.h"
#include "series/bundle.h"
#include "series/smooth.h"

#include <math.h>
#include <stdlib.h>

static void statistics_equal_scipy(void)
{
    double x[] = {0.3, 2.5, -1.25, 7, 4.5, 3.25, 0.125, 9, 1, 6.5, 2};
    struct bundle_column c;
    bundle_values((double[]){0.3, 2.5, -1.25, 7}, 4, &c);
    CU_ASSERT_DOUBLE_EQUAL(c.mean, 2.1375, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.median, 1.4, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.iqm, 1.4, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.lo, -3.5722257538176256, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(c.hi, 7.847225753817626, 1e-6);
    bundle_values(x, 11, &c);
    CU_ASSERT_DOUBLE_EQUAL(c.mean, 3.175, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.median, 2.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.iqm, 2.8642857142857143, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.lo, 0.9971179604550966, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(c.hi, 5.3528820395449035, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(c.min, -1.25, 0);
    CU_ASSERT_DOUBLE_EQUAL(c.max, 9, 0);
    CU_ASSERT_EQUAL(c.n, 11);
    double z[25];
    for (int i = 0; i < 25; i++)
        z[i] = sin(i);
    bundle_values(z, 25, &c);
    CU_ASSERT_DOUBLE_EQUAL(c.iqm, 0.0017542906808651892, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(c.lo, -0.29532361241884, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(c.hi, 0.3012618082175311, 1e-5);
}

static void few_or_bad_values(void)
{
    struct bundle_column c;
    bundle_values(NULL, 0, &c);
    CU_ASSERT(c.n == 0 && isnan(c.mean) && isnan(c.lo));
    bundle_values((double[]){4}, 1, &c);
    CU_ASSERT(c.n == 1 && c.mean == 4 && c.iqm == 4 && c.median == 4 && isnan(c.lo));
    bundle_values((double[]){NAN, 3, INFINITY, 5, -INFINITY}, 5, &c);
    CU_ASSERT(c.n == 2 && c.bad == 3 && c.mean == 4 && c.min == 3 && c.max == 5);
}

/* The rule of bundle.h, one point and one column at a time. */
static void slow(const struct series *const *curves, size_t n, uint64_t lo, uint64_t hi,
                 size_t columns, size_t c, struct bundle_column *out)
{
    double values[16];
    size_t used = 0;
    uint32_t fresh = 0;
    uint64_t start = series_column_start(lo, hi, columns, c),
             end = series_column_start(lo, hi, columns, c + 1);
    for (size_t k = 0; k < n; k++) {
        const struct series *s = curves[k];
        int started = 0, has = 0;
        double value = 0;
        for (size_t i = 0; i < s->len; i++) {
            if (s->steps[i] < end) {
                started = 1;
                value = s->values[i];
            }
            if (s->steps[i] >= start && s->steps[i] < end)
                has = 1;
        }
        fresh += (uint32_t)has;
        int ended = s->len && s->steps[s->len - 1] < end - 1 && !has;
        if (started && !ended)
            values[used++] = value;
    }
    bundle_values(values, used, out);
    out->fresh = fresh;
}

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static void columns_follow_the_rule(void)
{
    enum { CURVES = 7 };
    struct series curves[CURVES];
    const struct series *list[CURVES];
    srand(5);
    for (int k = 0; k < CURVES; k++) {
        series_init(&curves[k]);
        list[k] = &curves[k];
        uint64_t step =
            (uint64_t)(rand() % 300); /* different starts, ends and lengths; one empty */
        for (int i = 0, n = k == 3 ? 0 : rand() % 400; i < n; i++) {
            double v = rand() % 41 == 0 ? NAN : rand() / (double)RAND_MAX;
            series_append(&curves[k], &step, &v, 1);
            step += (uint64_t)(rand() % 7);
        }
    }
    for (int trial = 0; trial < 60; trial++) {
        uint64_t lo = (uint64_t)(rand() % 1500), hi = lo + (uint64_t)(rand() % 1500);
        size_t columns = 1 + (size_t)(rand() % 70);
        struct bundle_column out[70], want;
        bundle_reduce(list, CURVES, lo, hi, columns, out);
        for (size_t c = 0; c < columns; c++) {
            slow(list, CURVES, lo, hi, columns, c, &want);
            CU_ASSERT_EQUAL(out[c].n, want.n);
            CU_ASSERT_EQUAL(out[c].bad, want.bad);
            CU_ASSERT_EQUAL(out[c].fresh, want.fresh);
            CU_ASSERT(same(out[c].mean, want.mean) && same(out[c].iqm, want.iqm));
            CU_ASSERT(same(out[c].lo, want.lo) && same(out[c].max, want.max));
        }
    }
    for (int k = 0; k < CURVES; k++)
        series_finish(&curves[k]);
}

static void a_curve_is_never_extrapolated(void)
{
    struct series early, late;
    series_init(&early);
    series_init(&late);
    series_append(&early, (uint64_t[]){0, 10, 20}, (double[]){1, 1, 1}, 3);
    series_append(&late, (uint64_t[]){20, 30, 40}, (double[]){3, 3, 3}, 3);
    const struct series *both[] = {&early, &late};
    struct bundle_column c[5];
    bundle_reduce(both, 2, 0, 49, 5, c);
    CU_ASSERT(c[0].n == 1 && c[0].mean == 1);
    CU_ASSERT(c[1].n == 1 && c[1].mean == 1);
    CU_ASSERT(c[2].n == 2 && c[2].mean == 2 && c[2].fresh == 2);
    CU_ASSERT(c[3].n == 1 && c[3].mean == 3);
    CU_ASSERT(c[4].n == 1 && c[4].mean == 3);
    series_finish(&early);
    series_finish(&late);
}

static void smoothing_equals_the_debiased_average(void)
{
    static const double x[] = {1, 4, 2, 8, 5, 7};
    static const double y[] = {
        1, 2.875, 2.428571428571429, 4.988970588235294, 4.993754337265787, 5.835526315789474};
    struct smooth s;
    smooth_init(&s, 0.6, 100);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 500 + 100 * (uint64_t)i, x[i]), y[i], 1e-12);
}

static void smoothing_knows_about_steps(void)
{
    struct smooth s;
    smooth_init(&s, 0.5, 10);
    smooth_next(&s, 0, 1);
    /* two spacings later the old point weighs 1/4 */
    CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 20, 2), (0.25 * 1 + 2) / 1.25, 1e-12);
    /* not finite: passed through, and the average goes on as if it had not been */
    CU_ASSERT(isnan(smooth_next(&s, 25, NAN)));
    CU_ASSERT(isinf(smooth_next(&s, 26, INFINITY)));
    CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 30, 4), (0.125 * 1 + 0.5 * 2 + 4) / 1.625, 1e-12);
    smooth_init(&s, 0, 10);
    CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 1, 5), 5, 0);
    CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 2, 7), 7, 0);
    CU_ASSERT_DOUBLE_EQUAL(smooth_next(&s, 2, 9), 8, 0); /* both at the same step */
    smooth_init(&s, 5, 0);
    CU_ASSERT_DOUBLE_EQUAL(s.strength, SMOOTH_MAX, 0);
    CU_ASSERT_DOUBLE_EQUAL(s.spacing, 1, 0);
}

CHECK_MAIN("series/bundle", {"statistics equal scipy's", statistics_equal_scipy},
           {"few or bad values", few_or_bad_values},
           {"columns follow the rule", columns_follow_the_rule},
           {"a curve is never extrapolated", a_curve_is_never_extrapolated},
           {"smoothing equals the debiased average", smoothing_equals_the_debiased_average},
           {"smoothing knows about steps", smoothing_knows_about_steps})
