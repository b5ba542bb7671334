#include "check.h"
#include "lib/rl/chi.h"

#include <rlbench/explore.h>

enum { DRAWS = 100000, N = 6 };

static const float values[N] = {1, 3, -2, 3, 9, 3};
static const uint8_t masked[N] = {1, 1, 1, 1, 0, 1}; /* the best is not allowed */

static void epsilon_greedy(void)
{
    rlb_rng rng;
    uint64_t counts[N] = {0}, all[N] = {0};
    double share[N], e = 0.3;
    rlb_rng_init(&rng, 1, 0);
    for (int i = 0; i < DRAWS; i++) {
        counts[rlb_epsilon_greedy(&rng, e, values, masked, N)]++;
        all[rlb_epsilon_greedy(&rng, e, values, NULL, N)]++;
    }
    for (int a = 0; a < N; a++)
        share[a] = a == 4 ? 0 : e / 5 + (values[a] == 3 ? (1 - e) / 3 : 0);
    CU_ASSERT(chi_fits(counts, share, N));
    for (int a = 0; a < N; a++)
        share[a] = e / 6 + (a == 4 ? 1 - e : 0);
    CU_ASSERT(chi_fits(all, share, N));
    CU_ASSERT_EQUAL(rlb_epsilon_greedy(&rng, 0, values, NULL, N), 4);
    CU_ASSERT_EQUAL(rlb_epsilon_greedy(&rng, 1, values, NULL, 1), 0);
}

static void softmax(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 2, 0);
    for (int k = 0; k < 4; k++) {
        const uint8_t *allowed = k % 2 ? masked : NULL;
        double temperature = k < 2 ? 1 : 3, total = 0, share[N];
        uint64_t counts[N] = {0}, gumbel[N] = {0};
        for (int a = 0; a < N; a++)
            total += share[a] = allowed && !allowed[a] ? 0 : exp((double)values[a] / temperature);
        for (int a = 0; a < N; a++)
            share[a] /= total;
        for (int i = 0; i < DRAWS; i++) {
            float log_prob;
            uint32_t a = rlb_softmax_draw(&rng, temperature, values, allowed, N, &log_prob);
            counts[a]++;
            if (!(fabs((double)log_prob - log(share[a])) < 1e-6)) {
                CU_FAIL("log-probability");
                break;
            }
            gumbel[rlb_gumbel_draw(&rng, temperature, values, allowed, N)]++;
        }
        CU_ASSERT(chi_fits(counts, share, N));
        CU_ASSERT(chi_fits(gumbel, share, N));
    }
    const float huge[] = {-1e30F, 1e30F, -INFINITY}; /* no overflow */
    float log_prob;
    CU_ASSERT_EQUAL(rlb_softmax_draw(&rng, 1, huge, NULL, 3, &log_prob), 1);
    CU_ASSERT_EQUAL(log_prob, 0);
    CU_ASSERT_EQUAL(rlb_gumbel_draw(&rng, 1, huge, NULL, 3), 1);
}

static void gaussian(void)
{
    rlb_rng rng;
    double sum = 0, squares = 0;
    int at_clip = 0, outside = 0, at_low = 0;
    rlb_rng_init(&rng, 3, 0);
    for (int i = 0; i < DRAWS; i++) {
        float a[3] = {0.5F, 0, -1};
        rlb_gaussian_noise(&rng, 0.2, 0.3, -1, 0.6, 3, a);
        outside += a[0] > 0.6F || a[2] < -1 || a[1] < -0.3F || a[1] > 0.3F;
        at_clip += a[1] == 0.3F || a[1] == -0.3F;
        at_low += a[2] == -1;
        float free_of_bounds = 0;
        rlb_gaussian_noise(&rng, 0.2, INFINITY, -INFINITY, INFINITY, 1, &free_of_bounds);
        sum += (double)free_of_bounds;
        squares += (double)free_of_bounds * (double)free_of_bounds;
    }
    double tail = erfc(1.5 / sqrt(2)); /* |x| > 1.5 deviations */
    CU_ASSERT_EQUAL(outside, 0);
    CU_ASSERT(fabs(at_clip - DRAWS * tail) < 4 * sqrt(DRAWS * tail * (1 - tail)));
    CU_ASSERT(fabs(at_low - DRAWS * 0.5) < 4 * sqrt(DRAWS * 0.25));
    CU_ASSERT(fabs(sum / DRAWS) < 4 * 0.2 / sqrt(DRAWS));
    CU_ASSERT(fabs(squares / DRAWS / 0.04 - 1) < 4 * sqrt(2.0 / DRAWS));
}

/* A first-order autoregression: its mean, variance and correlation are known. */
static void ornstein_uhlenbeck(void)
{
    enum { CHAINS = 20000, STEPS = 200 };
    static double x[CHAINS], before[CHAINS];
    rlb_ou ou = {.theta = 0.15, .sigma = 0.2, .mean = 0.5, .dt = 0.5};
    rlb_rng rng;
    double keep = 1 - 0.15 * 0.5, mean = 0, variance = 0, product = 0;
    double expected = 0.04 * 0.5 / (1 - keep * keep);
    rlb_rng_init(&rng, 4, 0);
    for (int i = 0; i < STEPS; i++)
        rlb_ou_step(&ou, &rng, CHAINS, x);
    memcpy(before, x, sizeof x);
    rlb_ou_step(&ou, &rng, CHAINS, x);
    for (int i = 0; i < CHAINS; i++) {
        mean += x[i] / CHAINS;
        variance += (x[i] - 0.5) * (x[i] - 0.5) / CHAINS;
        product += (x[i] - 0.5) * (before[i] - 0.5) / CHAINS;
    }
    CU_ASSERT(fabs(mean - 0.5) < 4 * sqrt(expected / CHAINS));
    CU_ASSERT(fabs(variance / expected - 1) < 4 * sqrt(2.0 / CHAINS));
    CU_ASSERT(fabs(product / expected - keep) < 4 * sqrt((1 + keep * keep) / CHAINS));
}

CHECK_MAIN("exploration", {"epsilon-greedy, masks, ties", epsilon_greedy},
           {"softmax and Gumbel", softmax}, {"Gaussian noise", gaussian},
           {"Ornstein-Uhlenbeck", ornstein_uhlenbeck})
