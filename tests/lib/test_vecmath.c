/* Against the C library's long double functions, which carry eleven bits more. */
#include <rlbench/rng.h>
#include <rlbench/vecmath.h>

#include "check.h"

#include <float.h>
#include <math.h>

/* Distance from the exact value in units of its last place as a double. */
static double ulps(double got, long double exact)
{
    int exponent;
    frexpl(exact, &exponent);
    exponent = exponent < DBL_MIN_EXP ? DBL_MIN_EXP : exponent;
    return (double)(fabsl(got - exact) / ldexpl(1, exponent - DBL_MANT_DIG));
}

static double worst_over(double low, double high, int n)
{
    rlb_rng rng;
    double worst = 0;
    rlb_rng_init(&rng, 1, 0);
    for (int i = 0; i < n; i++) {
        double x = low + (high - low) * rlb_rng_uniform(&rng), s, c;
        rlb_sin_cos(x, &s, &c);
        worst = fmax(worst, fmax(ulps(s, sinl(x)), ulps(c, cosl(x))));
    }
    return worst;
}

static void near_the_exact_values(void)
{
    static const double reach[] = {1e-300, 1e-9, 0.05, 0.7853981633974483, 4, 100, 1e4, 1 << 20};
    for (size_t i = 0; i < sizeof reach / sizeof reach[0]; i++) {
        double worst = worst_over(-reach[i], reach[i], 200000);
        printf("\n    |x| <= %g: %.4f ulp", reach[i], worst);
        CU_ASSERT(worst <= 0.9);
    }
}

/* The doubles nearest to multiples of pi/2, where reducing the argument cancels most: the sine of
 * such a one is what the double is off, which only a long pi/2 tells. */
static void near_multiples_of_a_quarter_turn(void)
{
    double worst = 0;
    for (int k = -20000; k <= 20000; k++) {
        double x = (double)(k * 1.57079632679489661923132169163975144L);
        for (int step = -1; step <= 1; step++) {
            double y = step < 0 ? nextafter(x, -10) : step > 0 ? nextafter(x, 1e9) : x, s, c;
            rlb_sin_cos(y, &s, &c);
            worst = fmax(worst, fmax(ulps(s, sinl(y)), ulps(c, cosl(y))));
        }
    }
    printf("\n    %.4f ulp", worst);
    CU_ASSERT(worst <= 0.9);
}

static void special_values(void)
{
    double s, c;
    rlb_sin_cos(0, &s, &c);
    CU_ASSERT(s == 0 && c == 1);
    static const double never[] = {INFINITY, -INFINITY, NAN};
    for (int i = 0; i < 3; i++) {
        rlb_sin_cos(never[i], &s, &c);
        CU_ASSERT(isnan(s) && isnan(c));
    }
}

/* Beyond 2^20: no worse than moving x by a unit in its last place. */
static void large_arguments(void)
{
    for (double x = 1 << 20; x < 0x1p50; x *= 1.37) {
        double s, c, unit = nextafter(x, INFINITY) - x;
        rlb_sin_cos(x, &s, &c);
        CU_ASSERT(fabs(s - (double)sinl(x)) <= unit);
        CU_ASSERT(fabs(c - (double)cosl(x)) <= unit);
    }
}

static void rounding(void)
{
    static const double x[] = {0,          0.5,  1.5, 2.5, -0.5, -1.5, 0.49999999999999994,
                               1e9 + 0.25, -7.75};
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++)
        CU_ASSERT_EQUAL(rlb_round(x[i]), rint(x[i]));
}

static void exponentials(void)
{
    double worst = 0;
    rlb_rng r;
    rlb_rng_init(&r, 2, 0);
    for (int i = 0; i < 2000000; i++) {
        double x = i % 2 ? 2 * rlb_rng_uniform(&r) - 1 : -708 + 1417 * rlb_rng_uniform(&r);
        long double exact = expl(x);
        double unit = nextafter((double)exact, INFINITY) - (double)exact;
        worst = fmax(worst, (double)(fabsl((long double)rlb_exponential(x) - exact) / unit));
    }
    CU_ASSERT(worst <= 1);
    CU_ASSERT(rlb_exponential(0) == 1 && rlb_exponential(-0.0) == 1);
    CU_ASSERT(rlb_exponential(-708) > 0 && isfinite(rlb_exponential(709)));
}

CHECK_MAIN("vecmath", {"exponentials are near the exact values", exponentials},
           {"sine and cosine are near the exact values", near_the_exact_values},
           {"also near multiples of a quarter turn", near_multiples_of_a_quarter_turn},
           {"large arguments", large_arguments}, {"special values", special_values},
           {"rounding to integers", rounding})
