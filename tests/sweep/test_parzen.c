/* Parzen estimators against stored ones of another implementation, and what must hold of any. */
#include "sweep/parzen.h"

#include "check.h"
#include "fixture.h"

#include <math.h>
#include <stdio.h>

static struct sweep_dim dim(const char *distribution, double low, double high, double step)
{
    return (struct sweep_dim){.path = "algorithm.params.x",
                              .name = "x",
                              .as = sweep_distribution_find(distribution),
                              .low = low,
                              .high = high,
                              .step = step};
}

static const double *named(const char *name, const char *part, size_t *n)
{
    char whole[60];
    snprintf(whole, sizeof whole, "%s_%s", name, part);
    return fixture_list("sweep/parzen.txt", whole, n);
}

static void same_densities(const char *name, struct sweep_dim d)
{
    size_t n, m, k;
    const double *x = named(name, "x", &n), *at = named(name, "at", &m);
    const double *log_density = named(name, "log", &k);
    struct parzen z;
    double worst = 0;
    CU_ASSERT_EQUAL_FATAL(m, k);
    parzen_init(&z, &d, x, n);
    for (size_t i = 0; i < m; i++)
        worst = fmax(worst, fabs(parzen_log_density(&z, at[i]) - log_density[i]));
    parzen_finish(&z);
    if (!(worst < 1e-11))
        fprintf(stderr, "%s: off by %g\n", name, worst);
    CU_ASSERT(worst < 1e-11);
}

static void numbers(void)
{
    same_densities("flat0", dim("uniform", -2, 5, 0));
    same_densities("flat1", dim("uniform", -2, 5, 0));
    same_densities("flat2", dim("uniform", -2, 5, 0));
    same_densities("flat9", dim("uniform", -2, 5, 0));
    same_densities("flat150", dim("uniform", -2, 5, 0));
    same_densities("log6", dim("log_uniform", 1e-4, 0.5, 0));
}

static void steps(void)
{
    same_densities("whole5", dim("int_uniform", 1, 12, 0));
    same_densities("step4", dim("q_uniform", 0.2, 2.1, 0.25)); /* multiples from 0.25 to 2 */
    same_densities("logwhole6", dim("q_log_uniform", 2, 40, 1));
}

static void words(void)
{
    static const char *const letters[] = {"a", "b", "c", "d", "e"};
    struct sweep_dim d = dim("categorical", 0, 0, 0);
    d.choices = letters;
    d.num_choices = 5;
    same_densities("choice0", d);
    same_densities("choice7", d);
}

/* With given probabilities the mixture is theirs before anything was seen, and sums to 1 after. */
static void words_of_unequal_probability(void)
{
    static const char *const letters[] = {"a", "b", "c"};
    static const double p[] = {0.5, 0.25, 0.25}, x[] = {2, 2};
    struct sweep_dim d = dim("categorical", 0, 0, 0);
    struct parzen z;
    double sum = 0;
    d.choices = letters;
    d.num_choices = 3;
    d.probabilities = p;
    parzen_init(&z, &d, x, 0);
    for (int k = 0; k < 3; k++)
        CU_ASSERT_DOUBLE_EQUAL(exp(parzen_log_density(&z, k)), p[k], 1e-15);
    parzen_finish(&z);
    parzen_init(&z, &d, x, 2);
    for (int k = 0; k < 3; k++)
        sum += exp(parzen_log_density(&z, k));
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-15);
    /* two of (e_2 + p) / 2, one of p */
    CU_ASSERT_DOUBLE_EQUAL(exp(parzen_log_density(&z, 2)), (2 * (1 + 0.25) / 2 + 0.25) / 3, 1e-15);
    parzen_finish(&z);
}

/* What is drawn follows the density that is told: the mass of tenths of the range. */
static void draws_follow_the_density(void)
{
    enum { TENTHS = 10, FINE = 4000, DRAWS = 20000 };
    static const double x[] = {0.01, 0.02, 0.02, 0.7, 0.9};
    struct sweep_dim d = dim("log_uniform", 1e-3, 1, 0);
    struct parzen z;
    rlb_rng rng;
    double mass[TENTHS] = {0}, seen[TENTHS] = {0}, sum = 0, width = log(1e3);
    parzen_init(&z, &d, x, 5);
    for (int i = 0; i < FINE; i++) {
        double at = log(1e-3) + width * (i + 0.5) / FINE;
        mass[i * TENTHS / FINE] += exp(parzen_log_density(&z, exp(at))) * width / FINE;
    }
    rlb_rng_init(&rng, 3, 0);
    for (int i = 0; i < DRAWS; i++) {
        double v = parzen_draw(&z, &rng);
        CU_ASSERT(v >= 1e-3 && v <= 1);
        int k = (int)(TENTHS * (log(v) - log(1e-3)) / width);
        seen[k < TENTHS ? k : TENTHS - 1] += 1.0 / DRAWS;
    }
    for (int k = 0; k < TENTHS; k++) {
        sum += mass[k];
        CU_ASSERT_DOUBLE_EQUAL(seen[k], mass[k], 4 * sqrt(mass[k] / DRAWS)); /* 4 deviations */
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-6);
    parzen_finish(&z);
}

CHECK_MAIN("sweep: Parzen estimators", {"of numbers", numbers}, {"of numbers with a step", steps},
           {"of words", words}, {"of words of unequal probability", words_of_unequal_probability},
           {"draws follow the density", draws_follow_the_density})
