/* Random sweeps: what is drawn follows the distributions, against their closed forms; streams are
 * of one parameter each. */
#include "plan/plan.h"

#include "check.h"
#include "recipe/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAWS = 5000 };

static int compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* The values of a key in n draws, in order, beside another parameter, so that no group repeats;
 * false when the recipe is wrong. */
static bool draw(const char *parameters, const char *key, int n, int seed, double *out)
{
    struct recipe r;
    struct plan p;
    struct err e = ERR_INIT;
    char *text =
        mem_printf("algorithm: {name: q-learning}\nenv: {name: gridworld}\n"
                   "budget: {steps: 100}\nsweep:\n  method: random\n  run_cap: %d\n"
                   "  seed: %d\n  parameters: {%s, algorithm.params.epsilon: {min: 1e-9, max: 1, "
                   "distribution: log_uniform}, env.params.slip: {min: 0, max: 1}}\n",
                   n, seed, parameters);
    int status = rig_plan("draws.yaml", text, strlen(text), &r, &p, &e);
    bool good = status == OK && p.num_groups == (size_t)n;
    for (int i = 0; good && i < n; i++)
        for (size_t k = 0; k < p.runs.data[i].num_values; k++)
            if (strcmp(p.runs.data[i].values[k].key, key) == 0)
                out[i] = p.runs.data[i].values[k].num;
    if (!good)
        fprintf(stderr, "%s: %s (%zu groups)\n", parameters, e.text, p.num_groups);
    free(text);
    plan_finish(&p);
    recipe_finish(&r);
    return good;
}

/* The largest distance of the draws' distribution from F (Kolmogorov-Smirnov). */
static double distance(double *x, int n, double (*F)(double))
{
    double most = 0;
    qsort(x, (size_t)n, sizeof *x, compare);
    for (int i = 0; i < n; i++)
        most = fmax(most, fmax(fabs(F(x[i]) - (double)i / n), fabs((double)(i + 1) / n - F(x[i]))));
    return most;
}

static double flat(double x)
{
    return (x - 0.2) / 0.6;
}

static double log_flat(double x)
{
    return log10(x) / 4 + 1;
}

static double bell(double x)
{
    return 0.5 * erfc(-(x - 0.5) / 0.05 / sqrt(2));
}

static double log_bell(double x)
{
    return 0.5 * erfc(-(log(x) + 5) / 0.5 / sqrt(2));
}

/* 1.95 / sqrt(n) is passed by chance once in a thousand; the seed is fixed. */
static void continuous(void)
{
    static double x[DRAWS];
    static const struct {
        const char *parameters, *key;
        double (*F)(double);
    } cases[] = {
        {"algorithm.params.gamma: {min: 0.2, max: 0.8}", "algorithm.params.gamma", flat},
        {"algorithm.params.alpha: {min: 1e-4, max: 1, distribution: log_uniform}",
         "algorithm.params.alpha", log_flat},
        {"algorithm.params.gamma: {mu: 0.5, sigma: 0.05}", "algorithm.params.gamma", bell},
        {"algorithm.params.gamma: {mu: -5, sigma: 0.5, distribution: log_normal}",
         "algorithm.params.gamma", log_bell},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_FATAL(draw(cases[i].parameters, cases[i].key, DRAWS, 1, x));
        CU_ASSERT(distance(x, DRAWS, cases[i].F) < 1.95 / sqrt(DRAWS));
    }
}

/* How often each multiple of step is drawn. */
static void count(const char *spec, double step, double *counts, int n)
{
    static double x[DRAWS];
    char *both = mem_printf("algorithm.params.warmup: %s", spec);
    CU_ASSERT_FATAL(draw(both, "algorithm.params.warmup", DRAWS, 1, x));
    for (int i = 0; i < DRAWS; i++) {
        int k = (int)(x[i] / step);
        CU_ASSERT_FATAL(k >= 0 && k < n && x[i] == k * step);
        counts[k]++;
    }
    free(both);
}

static void discrete(void)
{
    double flat5[5] = {0}, steps[4] = {0}, skewed[3] = {0};
    count("{min: 0, max: 4}", 1, flat5, 5);
    for (int i = 0; i < 5; i++) /* five standard deviations */
        CU_ASSERT_DOUBLE_EQUAL(flat5[i], DRAWS / 5.0, 5 * sqrt(DRAWS * 0.2 * 0.8));
    count("{min: 0, max: 30, q: 10, distribution: q_uniform}", 10, steps, 4);
    for (int i = 0; i < 4; i++) /* the ends are rounded to from one side only */
        CU_ASSERT_DOUBLE_EQUAL(steps[i], DRAWS / (i % 3 ? 3.0 : 6.0), 5 * sqrt(DRAWS / 4.0));
    count("{values: [0, 1, 2], probabilities: [0.1, 0.2, 0.7]}", 1, skewed, 3);
    CU_ASSERT_DOUBLE_EQUAL(skewed[0], DRAWS * 0.1, 5 * sqrt(DRAWS * 0.1 * 0.9));
    CU_ASSERT_DOUBLE_EQUAL(skewed[1], DRAWS * 0.2, 5 * sqrt(DRAWS * 0.2 * 0.8));
    CU_ASSERT_DOUBLE_EQUAL(skewed[2], DRAWS * 0.7, 5 * sqrt(DRAWS * 0.7 * 0.3));
}

static void streams(void)
{
    double few[5], many[20], beside[20], other[20];
    const char *alpha = "algorithm.params.alpha: {min: 0.1, max: 1}";
    const char *both = "algorithm.params.gamma: {min: 0.1, max: 1}, "
                       "algorithm.params.alpha: {min: 0.1, max: 1}";
    CU_ASSERT_FATAL(draw(alpha, "algorithm.params.alpha", 5, 3, few));
    CU_ASSERT_FATAL(draw(alpha, "algorithm.params.alpha", 20, 3, many));
    CU_ASSERT_FATAL(draw(both, "algorithm.params.alpha", 20, 3, beside));
    CU_ASSERT_FATAL(draw(alpha, "algorithm.params.alpha", 20, 4, other));
    CU_ASSERT(memcmp(few, many, sizeof few) == 0);
    CU_ASSERT(memcmp(many, beside, sizeof many) == 0);
    for (int i = 0; i < 20; i++)
        CU_ASSERT(many[i] != other[i]);
    CU_ASSERT_FATAL(draw(both, "algorithm.params.gamma", 20, 3, other));
    CU_ASSERT(memcmp(many, other, sizeof many) != 0);
}

CHECK_MAIN("random sweeps", {"continuous distributions", continuous},
           {"whole numbers, steps and choices", discrete}, {"a stream for each parameter", streams})
