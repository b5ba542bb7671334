#include "check.h"
#include "fixture.h"
#include "lib/rl/host.h"

#include <rlbench/normalize.h>
#include <rlbench/rng.h>

#include <math.h>

enum { WIDTH = 5, MOST = 300 };

/* Two passes over everything seen. */
static int two_pass(const rlb_moments *m, float (*x)[WIDTH], uint32_t n)
{
    int right = fabs(m->count - n) < 1e-9;
    for (uint32_t j = 0; j < WIDTH; j++) {
        long double mean = 0, square = 0;
        for (uint32_t i = 0; i < n; i++)
            mean += (long double)x[i][j] / n;
        for (uint32_t i = 0; i < n; i++)
            square += ((long double)x[i][j] - mean) * ((long double)x[i][j] - mean);
        right &= fabs(m->mean[j] - (double)mean) <= 1e-12 * fmax(1, fabs((double)mean));
        right &= fabs(rlb_moments_variance(m, j) * n - (double)square) <= 1e-10 * (double)square;
    }
    return right;
}

/* Batches of all sizes, and one merge of two halves; a mean far from 0 costs nothing. */
static void moments(void)
{
    static float x[MOST][WIDTH];
    struct bare_host host;
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    bare_start(&host);
    for (uint32_t batch = 1; batch <= MOST; batch += 1 + batch / 2) {
        rlb_moments m, half;
        CU_ASSERT_EQUAL_FATAL(rlb_moments_init(&m, &host.host, WIDTH, 0), RLB_OK);
        CU_ASSERT_EQUAL_FATAL(rlb_moments_init(&half, &host.host, WIDTH, 0), RLB_OK);
        CU_ASSERT_EQUAL(rlb_moments_variance(&m, 0), 1);
        for (uint32_t i = 0; i < MOST; i++)
            for (uint32_t j = 0; j < WIDTH; j++)
                x[i][j] = (float)(1e4 * j + (1 + j) * rlb_rng_normal(&rng));
        for (uint32_t i = 0; i < MOST; i += batch)
            rlb_moments_add(i < MOST / 2 ? &m : &half, x[i], MOST - i < batch ? MOST - i : batch);
        rlb_moments_add(&m, x[0], 0);
        rlb_moments_merge(&m, &half);
        CU_ASSERT(two_pass(&m, x, MOST));
    }
    bare_finish(&host);
}

static void normalized(void)
{
    struct bare_host host;
    rlb_moments m, again;
    struct bare_stream s;
    float x[] = {1, 10, 3, 30, 5, 20}, out[6];
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_moments_init(&m, &host.host, 2, 0), RLB_OK);
    rlb_moments_add(&m, x, 3); /* means 3 and 20, variances 8/3 and 200/3 */
    rlb_moments_normalize(&m, x, 3, 1e-8, 1.23, out);
    double a = 2 / sqrt(8 / 3.0 + 1e-8), b = 10 / sqrt(200 / 3.0 + 1e-8);
    double expected[] = {-a, -b, 0, b, a, 0};
    for (int i = 0; i < 6; i++)
        CU_ASSERT_DOUBLE_EQUAL(out[i], fmax(-1.23, fmin(1.23, expected[i])), 1e-6);
    rlb_moments_normalize(&m, x, 3, 1e-8, INFINITY, x); /* in place, not clipped */
    for (int i = 0; i < 6; i++)
        CU_ASSERT_DOUBLE_EQUAL(x[i], expected[i], 1e-6);
    stream_start(&s);
    CU_ASSERT_EQUAL(rlb_moments_save(&m, &s.writer), RLB_OK);
    CU_ASSERT_EQUAL(rlb_moments_init(&again, &host.host, 2, 0.5), RLB_OK);
    CU_ASSERT_EQUAL(rlb_moments_load(&again, &s.reader), RLB_OK);
    CU_ASSERT_EQUAL(memcmp(m.mean, again.mean, 4 * sizeof(double)), 0);
    CU_ASSERT_EQUAL(m.count, again.count);
    s.at = 0;
    CU_ASSERT_EQUAL(rlb_moments_init(&again, &host.host, 3, 0), RLB_OK);
    CU_ASSERT_EQUAL(rlb_moments_load(&again, &s.reader), RLB_E_FORMAT);
    CU_ASSERT(strstr(host.failure, "3 dimensions") != NULL);
    CU_ASSERT_EQUAL(rlb_moments_init(&again, &host.host, 0, 0), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_moments_init(&again, &host.host, 2, -1), RLB_E_INVAL);
    host.allocs_left = 0;
    CU_ASSERT_EQUAL(rlb_moments_init(&again, &host.host, 2, 0), RLB_E_NOMEM);
    stream_finish(&s);
    bare_finish(&host);
}

/* Gymnasium's wrapper on the same table, saved and loaded in the middle. */
static void rewards(void)
{
    enum { T = 23, N = 3 };
    const double *reward = fixture("lib/rl/fixture.txt", "reward", T * N);
    const double *terminated = fixture("lib/rl/fixture.txt", "terminated", T * N);
    const double *truncated = fixture("lib/rl/fixture.txt", "truncated", T * N);
    const double *expected = fixture("lib/rl/fixture.txt", "normalized_reward", T * N);
    struct bare_host host;
    struct bare_stream s;
    rlb_reward_scale scale, again, *now = &scale;
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_reward_scale_init(&scale, &host.host, N, 0.93, 1e-8), RLB_OK);
    CU_ASSERT_EQUAL(rlb_reward_scale_init(&again, &host.host, N, 0.93, 1e-8), RLB_OK);
    stream_start(&s);
    for (int t = 0; t < T; t++) {
        float r[N];
        uint8_t term[N], trunc[N];
        for (int n = 0; n < N; n++) {
            r[n] = (float)(5 * reward[t * N + n]);
            term[n] = (uint8_t)terminated[t * N + n];
            trunc[n] = (uint8_t)truncated[t * N + n];
        }
        rlb_reward_scale_step(now, r, term, trunc, r);
        for (int n = 0; n < N; n++)
            CU_ASSERT_DOUBLE_EQUAL(r[n], expected[t * N + n], 2e-6);
        if (t == T / 2) {
            CU_ASSERT_EQUAL(rlb_reward_scale_save(&scale, &s.writer), RLB_OK);
            CU_ASSERT_EQUAL(rlb_reward_scale_load(&again, &s.reader), RLB_OK);
            now = &again;
        }
    }
    CU_ASSERT_EQUAL(rlb_reward_scale_init(&scale, &host.host, N, 1.5, 1e-8), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_reward_scale_init(&scale, &host.host, N, 0.5, 0), RLB_E_INVAL);
    stream_finish(&s);
    bare_finish(&host);
}

static void figures(void)
{
    float x[] = {1, 2, 3, 6}, one[] = {7}, y[] = {1, 2, 3, 4}, half[] = {0.5F, 1, 1.5F, 2};
    float off[] = {11, 12, 13, 14}, flat[] = {2, 2, 2, 2};
    rlb_standardize(x, 4); /* mean 3, deviation sqrt(14 / 3) */
    CU_ASSERT_DOUBLE_EQUAL(x[0], -2 / sqrt(14 / 3.0), 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(x[3], 3 / sqrt(14 / 3.0), 1e-6);
    rlb_standardize(one, 1);
    CU_ASSERT_EQUAL(one[0], 0);
    rlb_standardize(one, 0);
    CU_ASSERT_EQUAL(rlb_explained_variance(y, y, 4), 1);
    CU_ASSERT_DOUBLE_EQUAL(rlb_explained_variance(y, half, 4), 0.75, 1e-12);
    CU_ASSERT_EQUAL(rlb_explained_variance(y, off, 4), 1); /* a constant error is no variance */
    CU_ASSERT_EQUAL(rlb_explained_variance(y, flat, 4), 0);
    CU_ASSERT(isnan(rlb_explained_variance(flat, y, 4)));
}

CHECK_MAIN("normalisers", {"moments by two passes", moments}, {"normalised", normalized},
           {"Gymnasium's rewards", rewards}, {"standardised, explained", figures})
