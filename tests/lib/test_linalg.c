#include "check.h"

#include <rlbench/linalg.h>
#include <rlbench/rng.h>

#include <math.h>
#include <string.h>

/* Hilbert matrix of order 6: the inverse times ones is known in integers. */
static void known_system(void)
{
    double a[36], b[6], expected[6] = {-6, 210, -1680, 5040, -6300, 2772};
    for (int i = 0; i < 6; i++) {
        b[i] = 1;
        for (int j = 0; j < 6; j++)
            a[i * 6 + j] = 1.0 / (i + j + 1);
    }
    CU_ASSERT_EQUAL(rlb_solve(6, a, b), RLB_OK);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_DOUBLE_EQUAL(b[i] / expected[i], 1.0, 1e-9);
}

static void residuals(void)
{
    enum { N = 60, M = 3 };
    static double a[N * N], copy[N * N], b[N * M], rhs[N * M];
    rlb_rng r;
    rlb_rng_init(&r, 1, 0);
    for (int i = 0; i < N * N; i++)
        copy[i] = a[i] = rlb_rng_normal(&r); /* not symmetric: a transposed solve would show */
    for (int i = 0; i < N * M; i++)
        rhs[i] = b[i] = rlb_rng_normal(&r);
    CU_ASSERT_EQUAL(rlb_solve_many(N, M, a, b), RLB_OK);
    for (int i = 0; i < N; i++)
        for (int m = 0; m < M; m++) {
            double sum = -rhs[i * M + m];
            for (int j = 0; j < N; j++)
                sum += copy[i * N + j] * b[j * M + m];
            CU_ASSERT(fabs(sum) < 1e-11);
        }
}

static void singular(void)
{
    double exact[] = {1, 2, 2, 4}, b[3] = {1, 1, 1};
    CU_ASSERT_EQUAL(rlb_solve(2, exact, b), RLB_E_NUMERIC);
    double third = 1 / 3.0; /* singular, but for rounding */
    double hidden[] = {third, 2 * third, 3 * third, 0.1, 0.2, 0.3, 0.7, 0.11, 0.13};
    hidden[5] = hidden[3] + hidden[4];
    hidden[2] = hidden[0] + hidden[1];
    CU_ASSERT_EQUAL(rlb_solve(3, hidden, b), RLB_E_NUMERIC);
    double poisoned[] = {1, NAN, 0, 1};
    CU_ASSERT_EQUAL(rlb_solve(2, poisoned, b), RLB_E_NUMERIC);
    CU_ASSERT_EQUAL(rlb_solve(0, NULL, NULL), RLB_OK);
}

/* Birth and death: mu(i) is proportional to (up/down)^i. */
static void stationary(void)
{
    enum { N = 12 };
    double p[N * N] = {0}, mu[N], product[N] = {0}, up = 0.3, down = 0.2, sum = 0;
    for (int i = 0; i < N; i++) {
        if (i + 1 < N)
            p[i * N + i + 1] = up;
        if (i > 0)
            p[i * N + i - 1] = down;
        p[i * N + i] = 1 - (i + 1 < N ? up : 0) - (i > 0 ? down : 0);
        sum += pow(up / down, i);
    }
    CU_ASSERT_EQUAL(rlb_stationary(N, p, mu), RLB_OK);
    for (int i = 0; i < N; i++) {
        CU_ASSERT_DOUBLE_EQUAL(mu[i], pow(up / down, i) / sum, 1e-14);
        for (int j = 0; j < N; j++)
            product[j] += mu[i] * p[i * N + j];
    }
    for (int i = 0; i < N; i++)
        CU_ASSERT_DOUBLE_EQUAL(product[i], mu[i], 1e-14);
}

static void odd_chains(void)
{
    double mu[4];
    double periodic[] = {0, 1, 0, 0, 0, 1, 1, 0, 0};
    CU_ASSERT_EQUAL(rlb_stationary(3, periodic, mu), RLB_OK);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_DOUBLE_EQUAL(mu[i], 1 / 3.0, 1e-14);
    double transient[] = {0, 0.5, 0.5, 0, 0.25, 0.75, 0, 0.75, 0.25}; /* state 0 is left for ever */
    CU_ASSERT_EQUAL(rlb_stationary(3, transient, mu), RLB_OK);
    CU_ASSERT_DOUBLE_EQUAL(mu[0], 0, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(mu[1], 0.5, 1e-14);
    double apart[] = {0.9, 0.1, 0,   0,   0.3, 0.7, 0,   0, /* two classes: not unique */
                      0,   0,   0.2, 0.8, 0,   0,   0.4, 0.6};
    CU_ASSERT_EQUAL(rlb_stationary(4, apart, mu), RLB_E_NUMERIC);
    double thirds[] = {1 / 3.0, 2 / 3.0, 0,       0,       2 / 3.0, 1 / 3.0, 0,       0,
                       0,       0,       1 / 7.0, 6 / 7.0, 0,       0,       3 / 7.0, 4 / 7.0};
    CU_ASSERT_EQUAL(rlb_stationary(4, thirds, mu), RLB_E_NUMERIC);
}

CHECK_MAIN("linear algebra", {"a Hilbert system has integer answers", known_system},
           {"residuals vanish", residuals}, {"singular systems are refused", singular},
           {"birth and death", stationary}, {"periodic, transient, split chains", odd_chains})
