/* Draws against the distributions they claim to follow, and log-probabilities against densities
 * that integrate to 1. Bounds are the 99.9 % points of the statistics. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 100000, MOST_ACTIONS = 7 };

/* Counts, for loops too long for an assertion in each turn. */
static unsigned wrong;

static void expect_near(float found, double expected, double most)
{
    wrong += !(fabs((double)found - expected) <= most);
}

/* Probabilities of one row, from the definition. */
static void softmax(const float *x, const float *mask, uint32_t n, double *p)
{
    double largest = -INFINITY, sum = 0;
    for (uint32_t c = 0; c < n; c++)
        if (!mask || mask[c] != 0)
            largest = fmax(largest, (double)x[c]);
    for (uint32_t c = 0; c < n; c++) {
        p[c] = mask && mask[c] == 0 ? 0 : exp((double)x[c] - largest);
        sum += p[c];
    }
    for (uint32_t c = 0; c < n; c++)
        p[c] /= sum;
}

/* Chi-squared over the actions that can be expected at least five times; draws of the others, which
 * are at most `rare`. */
static double chi_squared(const unsigned *counts, const double *p, uint32_t n, unsigned *rare)
{
    double chi = 0;
    *rare = 0;
    for (uint32_t c = 0; c < n; c++) {
        double expected = p[c] * DRAWS, d = counts[c] - expected;
        if (expected >= 5)
            chi += d * d / expected;
        else
            *rare += counts[c];
    }
    return chi;
}

static void categorical_draws(void)
{
    static const struct {
        float logits[MOST_ACTIONS], mask[MOST_ACTIONS];
        uint32_t n;
        bool masked;
    } rows[] = {
        {{0, 1, -1, 0.5f, 2, -3, 0}, {0}, 7, false},
        {{0, 1, -1, 0.5f, 2, -3, 0}, {0, 1, 1, 0, 0, 1, 1}, 7, true},
        {{1e4f, 9999, 9998, -1e4f, 80}, {0}, 5, false},
        {{1e4f, -80, -81, -1e4f, -79}, {0, 1, 1, 1, 1}, 5, true},
        {{80, -80, 3}, {0, 1, 0}, 3, true},
        {{5}, {0}, 1, false},
    };
    rlb_rng rng;
    wrong = 0;
    rlb_rng_init(&rng, 21, 0);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const float *mask = rows[r].masked ? rows[r].mask : NULL;
        unsigned counts[MOST_ACTIONS] = {0}, rare;
        double p[MOST_ACTIONS];
        softmax(rows[r].logits, mask, rows[r].n, p);
        for (int i = 0; i < DRAWS; i++) {
            int32_t action;
            float log_p;
            rlb_categorical_sample(&rng, rows[r].logits, mask, 1, rows[r].n, &action, &log_p);
            if (action < 0 || action >= (int32_t)rows[r].n || p[action] <= 0) {
                wrong++;
                continue;
            }
            expect_near(log_p, log(p[action]), 1e-6);
            counts[action]++;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        CU_ASSERT(chi_squared(counts, p, rows[r].n, &rare) <= 22.46); /* of 6 degrees of freedom */
        CU_ASSERT(rare <= 15);
    }
}

/* Several rows at once are the rows one after another; a row without an allowed action is uniform;
 * log_prob may be NULL. */
static void categorical_rows(void)
{
    const float logits[] = {0, 3, 1, 7, 7, 2}, mask[] = {0, 0, 0, 1, 1, 1};
    rlb_rng together, alone;
    wrong = 0;
    rlb_rng_init(&together, 4, 1);
    rlb_rng_init(&alone, 4, 1);
    unsigned counts[3] = {0};
    for (int i = 0; i < DRAWS; i++) {
        int32_t actions[2], each[2];
        float log_p[2];
        rlb_categorical_sample(&together, logits, mask, 2, 3, actions, log_p);
        rlb_categorical_sample(&alone, logits, mask, 1, 3, &each[0], NULL);
        rlb_categorical_sample(&alone, logits + 3, mask + 3, 1, 3, &each[1], NULL);
        wrong += actions[0] != each[0] || actions[1] != each[1];
        expect_near(log_p[0], -log(3), 1e-6);
        counts[actions[0]]++;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    double third[] = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    unsigned rare;
    CU_ASSERT(chi_squared(counts, third, 3, &rare) <= 13.82);
    int32_t best[2];
    rlb_categorical_greedy(logits, NULL, 2, 3, best);
    CU_ASSERT(best[0] == 1 && best[1] == 0);
    const float only[] = {1, 0, 1, 0, 0, 0};
    rlb_categorical_greedy(logits, only, 2, 3, best);
    CU_ASSERT(best[0] == 2 && best[1] == 0);
}

/* ---- continuous */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov's statistic of n standardised values against N(0, 1), times sqrt n. Sorts them. */
static double kolmogorov(double *z, size_t n)
{
    double worst = 0;
    qsort(z, n, sizeof *z, by_size);
    for (size_t i = 0; i < n; i++) {
        double at = 0.5 * erfc(-z[i] / sqrt(2.0));
        worst = fmax(worst, fmax(at - (double)i / (double)n, (double)(i + 1) / (double)n - at));
    }
    return worst * sqrt((double)n);
}

enum { ROWS = 2, DIMS = 3 };
static const float mean[] = {0, -1, 5, 0.3f, -0.7f, 1.2f};
static const float log_std[] = {0, -1, 0.5f, -2, -0.5f, -3};

static double normal_log_density(double x, size_t i, size_t std)
{
    double z = (x - (double)mean[i]) / exp((double)log_std[std]);
    return -0.5 * z * z - (double)log_std[std] - 0.5 * log(2 * acos(-1));
}

static void gaussian_draws(void)
{
    enum { N = 20000 };
    static double z[ROWS * DIMS][N];
    rlb_rng rng;
    wrong = 0;
    rlb_rng_init(&rng, 22, 0);
    for (size_t std_rows = 1; std_rows <= ROWS; std_rows++) {
        for (int k = 0; k < N; k++) {
            float x[ROWS * DIMS], log_p[ROWS];
            rlb_gaussian_sample(&rng, mean, log_std, std_rows, ROWS, DIMS, x, log_p);
            double expected[ROWS] = {0};
            for (size_t i = 0; i < ROWS * DIMS; i++) {
                size_t std = std_rows == 1 ? i % DIMS : i;
                z[i][k] = ((double)x[i] - (double)mean[i]) / exp((double)log_std[std]);
                expected[i / DIMS] += normal_log_density((double)x[i], i, std);
            }
            for (size_t r = 0; r < ROWS; r++)
                expect_near(log_p[r], expected[r], 2e-5);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        for (size_t i = 0; i < ROWS * DIMS; i++)
            CU_ASSERT(kolmogorov(z[i], N) <= 1.95);
    }
    float filled[N];
    rlb_fill_normal(&rng, filled, N);
    for (int k = 0; k < N; k++)
        z[0][k] = (double)filled[k];
    CU_ASSERT(kolmogorov(z[0], N) <= 1.95);
}

/* Densities of the actions in double, by the change of variables as it stands. */
static void squashed_draws(void)
{
    enum { N = 20000 };
    static double z[DIMS][N];
    const float centre[] = {0.3f, -0.7f, 1.2f}, spread[] = {-1, -0.5f, -2};
    rlb_rng rng;
    wrong = 0;
    rlb_rng_init(&rng, 23, 0);
    for (int k = 0; k < N; k++) {
        float a[DIMS], log_p;
        rlb_tanh_gaussian_sample(&rng, centre, spread, 1, 1, DIMS, a, &log_p);
        double expected = 0;
        for (size_t i = 0; i < DIMS; i++) {
            double x = (double)a[i], s = (double)spread[i];
            z[i][k] = (atanh(x) - (double)centre[i]) / exp(s);
            expected += -0.5 * z[i][k] * z[i][k] - s - 0.5 * log(2 * acos(-1)) - log(1 - x * x);
        }
        expect_near(log_p, expected, 1e-4);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    for (size_t i = 0; i < DIMS; i++)
        CU_ASSERT(kolmogorov(z[i], N) <= 1.95);
}

/* Far out the action is 1 and its log-probability finite; without a generator it is tanh(mean), and
 * the density there. */
static void squashed_ends(void)
{
    const float far[] = {50, -1e4f}, narrow[] = {-2, -2};
    float a[2], log_p[2];
    rlb_rng rng;
    wrong = 0;
    rlb_rng_init(&rng, 24, 0);
    rlb_tanh_gaussian_sample(&rng, far, narrow, 2, 2, 1, a, log_p);
    CU_ASSERT(a[0] == 1 && a[1] == -1);
    CU_ASSERT(log_p[0] > 90 && log_p[0] < 110 && log_p[1] > 19000 && log_p[1] < 21000);
    const float middle = 0.8f, half = -0.7f;
    rlb_tanh_gaussian_sample(NULL, &middle, &half, 1, 1, 1, a, log_p);
    CU_ASSERT_DOUBLE_EQUAL((double)a[0], tanh(0.8), 1e-7);
    double expected = 0.7 - 0.5 * log(2 * acos(-1)) - 2 * log(1 / cosh(0.8));
    CU_ASSERT_DOUBLE_EQUAL((double)log_p[0], expected, 1e-6);
}

/* The mass on (-1, 1) and the mean action by the tape's log-probability, at the middles of equal
 * parts; the mean against draws. */
static void squashed_density(void)
{
    enum { PARTS = 20000 };
    const float means[] = {0, 1.1f, -0.4f}, deviations[] = {0.8f, 0.3f, 0.05f};
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t one = 1;
    rlb_tensor *mu = rlb_input(t, PARTS, 1), *s = rlb_input_shaped(t, 1, &one);
    rlb_tensor *a = rlb_input(t, PARTS, 1), *log_p = rlb_tanh_gaussian_log_prob(t, mu, s, a);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, NULL), RLB_OK);
    rlb_rng rng;
    wrong = 0;
    rlb_rng_init(&rng, 25, 0);
    for (int k = 0; k < 3; k++) {
        double mass = 0, average = 0, drawn = 0;
        s->data[0] = logf(deviations[k]);
        for (int i = 0; i < PARTS; i++) {
            mu->data[i] = means[k];
            a->data[i] = (float)(-1 + (2.0 * i + 1) / PARTS);
        }
        rlb_forward(t);
        for (int i = 0; i < PARTS; i++) {
            double p = exp((double)log_p->data[i]) * 2 / PARTS;
            float action;
            mass += p;
            average += p * (double)a->data[i];
            rlb_tanh_gaussian_sample(&rng, &means[k], s->data, 1, 1, 1, &action, NULL);
            drawn += (double)action / PARTS;
        }
        CU_ASSERT_DOUBLE_EQUAL(mass, 1, 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(drawn, average, 3.3 * (double)deviations[k] / sqrt(PARTS));
    }
    nn_host_finish(&host);
}

CHECK_MAIN("samplers", {"categorical draws", categorical_draws},
           {"rows, and the greedy action", categorical_rows}, {"Gaussian draws", gaussian_draws},
           {"squashed draws", squashed_draws}, {"squashed draws far out", squashed_ends},
           {"the density of squashed actions", squashed_density})
