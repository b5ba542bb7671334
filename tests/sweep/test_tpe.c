/* The sampler of bayes: on test functions it finds better values than random draws, with an
 * interval over seeds; what it draws is a function of what it is told. */
#include "sweep/tpe.h"

#include "check.h"
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS = 60, SEEDS = 30, MOST_DIMS = 6 };

struct problem {
    const char *name;
    struct sweep_dim dims[MOST_DIMS];
    size_t num_dims;
    double (*f)(const double *x);
};

#define DIM(n, lo, hi)                                                                             \
    {                                                                                              \
        .path = "algorithm.params." n, .name = n, .low = lo, .high = hi, .step = 1                 \
    }

/* Branin and Hoo's function: three minima of 0.397887. */
static double branin(const double *x)
{
    double t = x[1] - 5.1 / (4 * M_PI * M_PI) * x[0] * x[0] + 5 / M_PI * x[0] - 6;
    return t * t + 10 * (1 - 1 / (8 * M_PI)) * cos(x[0]) + 10;
}

/* Hartmann's function of six variables: minimum -3.32237. */
static double hartmann(const double *x)
{
    static const double alpha[4] = {1, 1.2, 3, 3.2};
    static const double A[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                   {0.05, 10, 17, 0.1, 8, 14},
                                   {3, 3.5, 1.7, 10, 17, 8},
                                   {17, 8, 0.05, 10, 0.1, 14}};
    static const double P[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                                   {2329, 4135, 8307, 3736, 1004, 9991},
                                   {2348, 1451, 3522, 2883, 3047, 6650},
                                   {4047, 8828, 8732, 5743, 1091, 381}};
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        double inner = 0;
        for (int k = 0; k < 6; k++) {
            double off = x[k] - 1e-4 * P[i][k];
            inner += A[i][k] * off * off;
        }
        sum -= alpha[i] * exp(-inner);
    }
    return sum;
}

/* A learner's usual valley: a step size by its logarithm, a whole number, a word; some diverge. */
static double valley(const double *x)
{
    double rate = log10(x[0]) + 2.5, layers = (x[1] - 3) / 4, word = x[2] == 1 ? 0 : 0.7;
    return x[0] > 0.3 ? (double)NAN : rate * rate + layers * layers + word;
}

static const char *const words[] = {"relu", "tanh", "elu"};

static void make(struct problem *p, const char *name)
{
    *p = (struct problem){.name = name};
    if (strcmp(name, "branin") == 0) {
        *p = (struct problem){name, {DIM("a", -5, 10), DIM("b", 0, 15)}, 2, branin};
    } else if (strcmp(name, "hartmann") == 0) {
        *p = (struct problem){name,
                              {DIM("a", 0, 1), DIM("b", 0, 1), DIM("c", 0, 1), DIM("d", 0, 1),
                               DIM("e", 0, 1), DIM("f", 0, 1)},
                              6,
                              hartmann};
    } else {
        *p =
            (struct problem){name, {DIM("a", 1e-5, 1), DIM("b", 1, 12), DIM("c", 0, 0)}, 3, valley};
        p->dims[0].as = sweep_distribution_find("log_uniform");
        p->dims[1].as = sweep_distribution_find("int_uniform");
        p->dims[1].whole = true;
        p->dims[2].as = sweep_distribution_find("categorical");
        p->dims[2].choices = words;
        p->dims[2].num_choices = 3;
    }
    for (size_t k = 0; k < p->num_dims; k++)
        if (!p->dims[k].as)
            p->dims[k].as = sweep_distribution_find("uniform");
}

/* The best value of a sweep; parallel > TRIALS: nothing is ever known, so draws are random. */
static double best_of(struct problem *p, uint64_t seed, uint32_t parallel, double *first)
{
    const struct sweep_spec s = {.method = "bayes",
                                 .metric = "f",
                                 .seed = seed,
                                 .trials = TRIALS,
                                 .parallel = parallel,
                                 .dims = p->dims,
                                 .num_dims = p->num_dims};
    static double values[TRIALS][MOST_DIMS];
    struct sweep_trial trials[TRIALS] = {0};
    double best = (double)NAN;
    for (uint32_t n = 1; n <= TRIALS; n++) {
        struct sweep_trial *t = &trials[n - 1];
        t->values = values[n - 1];
        tpe_draw(&s, trials, n, t->values, &t->known);
        t->value = p->f(t->values);
        t->state = isnan(t->value) ? TRIAL_FAILED : TRIAL_DONE;
        best = sweep_is_better(&s, t->value, best) ? t->value : best;
    }
    if (first)
        memcpy(first, values, sizeof values);
    return best;
}

/* Paired over seeds: both begin with the same ten draws. */
static void beats(const char *name, uint32_t parallel)
{
    struct problem p;
    double random[SEEDS], bayes[SEEDS], means[2] = {0};
    const struct stats_resampling how = STATS_RESAMPLING;
    make(&p, name);
    for (int i = 0; i < SEEDS; i++) {
        random[i] = best_of(&p, (uint64_t)i, TRIALS + 1, NULL);
        bayes[i] = best_of(&p, (uint64_t)i, parallel, NULL);
        means[0] += random[i] / SEEDS;
        means[1] += bayes[i] / SEEDS;
    }
    struct stats_paired d = stats_paired(random, bayes, SEEDS, &how);
    printf("\n  %s, %d side by side: random %.4g, bayes %.4g, difference %.4g [%.4g, %.4g], wins "
           "%.2f ",
           name, (int)parallel, means[0], means[1], d.difference.point, d.difference.low,
           d.difference.high, d.wins);
    CU_ASSERT(d.difference.low > 0);
}

static void beats_random_draws(void)
{
    beats("branin", 1);
    beats("hartmann", 1);
    beats("valley", 1);
}

static void beats_them_side_by_side(void)
{
    beats("branin", 4);
    beats("hartmann", 4);
    beats("valley", 4);
}

static void same_again(void)
{
    static double a[TRIALS * MOST_DIMS], b[TRIALS * MOST_DIMS];
    struct problem p;
    make(&p, "valley");
    best_of(&p, 5, 4, a);
    best_of(&p, 5, 4, b);
    CU_ASSERT_EQUAL(memcmp(a, b, sizeof a), 0);
    best_of(&p, 6, 4, b);
    CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof a), 0);
}

/* Trials too near to be known do not matter, whether they have ended or not. */
static void only_what_may_be_known_counts(void)
{
    struct problem p;
    static double values[30][MOST_DIMS];
    struct sweep_trial trials[30] = {0};
    double a[MOST_DIMS], b[MOST_DIMS];
    uint32_t known;
    make(&p, "branin");
    const struct sweep_spec s = {
        .seed = 1, .trials = 30, .parallel = 4, .dims = p.dims, .num_dims = p.num_dims};
    for (uint32_t n = 1; n < 30; n++) {
        trials[n - 1].values = values[n - 1];
        tpe_draw(&s, trials, n, values[n - 1], &trials[n - 1].known);
        trials[n - 1].value = p.f(values[n - 1]);
        trials[n - 1].state = TRIAL_DONE;
        CU_ASSERT_EQUAL(trials[n - 1].known, n > 4 ? n - 4 : 0);
    }
    tpe_draw(&s, trials, 30, a, &known);
    CU_ASSERT_EQUAL(known, 26);
    trials[27].state = TRIAL_DRAWN;
    trials[28].value = -1e9;
    tpe_draw(&s, trials, 30, b, &known);
    CU_ASSERT_EQUAL(memcmp(a, b, 2 * sizeof *a), 0);
    trials[10].value = -1e9;
    tpe_draw(&s, trials, 30, b, &known);
    CU_ASSERT_NOT_EQUAL(memcmp(a, b, 2 * sizeof *a), 0);
}

/* Twelve combinations in twelve trials: none is tried twice while there are others. */
static void nothing_is_tried_twice(void)
{
    struct sweep_dim dims[2] = {DIM("a", 1, 4), DIM("b", 1, 3)};
    static double values[12][2];
    struct sweep_trial trials[12] = {0};
    const struct sweep_spec s = {
        .seed = 1, .trials = 12, .parallel = 1, .dims = dims, .num_dims = 2};
    dims[0].as = dims[1].as = sweep_distribution_find("int_uniform");
    int repeats = 0;
    for (uint32_t n = 1; n <= 8; n++) {
        trials[n - 1].values = values[n - 1];
        tpe_draw(&s, trials, n, values[n - 1], &trials[n - 1].known);
        trials[n - 1].state = TRIAL_DONE;
        for (uint32_t i = 0; i + 1 < n; i++)
            repeats += memcmp(values[i], values[n - 1], sizeof values[0]) == 0;
    }
    CU_ASSERT_EQUAL(repeats, 0);
}

CHECK_MAIN("sweep: tree-structured Parzen estimator", {"beats random draws", beats_random_draws},
           {"beats them side by side", beats_them_side_by_side}, {"the same again", same_again},
           {"only what may be known counts", only_what_may_be_known_counts},
           {"nothing is tried twice", nothing_is_tried_twice})
