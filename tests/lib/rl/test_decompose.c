#include "check.h"
#include "fixture.h"

#include <rlbench/linalg.h>
#include <rlbench/rng.h>

#include <math.h>
#include <string.h>

enum { MOST = 40 };

static double off(const double *a, const double *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        worst = !(fabs(a[i] - b[i]) <= worst) ? fabs(a[i] - b[i]) : worst;
    return worst;
}

/* The Laplacian of a path: 2 - 2 cos(pi k / n), cosine waves. */
static void path_graph(void)
{
    for (uint32_t n = 1; n <= MOST; n += 1 + n / 3) {
        static double a[MOST * MOST], w[MOST];
        memset(a, 0, sizeof a);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                a[i * n + j] = j > i ? NAN /* not read */ : j + 1 == i ? -1 : 0;
        for (uint32_t i = 0; i < n; i++)
            a[i * n + i] = (i > 0) + (i + 1 < n);
        CU_ASSERT_EQUAL_FATAL(rlb_eigen_symmetric(n, a, w), RLB_OK);
        for (uint32_t k = 0; k < n; k++) {
            double scale = sqrt((k ? 2.0 : 1.0) / n), dot = 0, top = 0;
            CU_ASSERT_DOUBLE_EQUAL(w[k], 2 - 2 * cos(M_PI * k / n), 1e-13);
            for (uint32_t i = 0; i < n; i++) {
                dot += a[k * n + i] * scale * cos(M_PI * k * (i + 0.5) / n);
                top = fabs(a[k * n + i]) > fabs(top) ? a[k * n + i] : top;
            }
            CU_ASSERT_DOUBLE_EQUAL(fabs(dot), 1, 1e-12);
            CU_ASSERT(top > 0);
        }
    }
    CU_ASSERT_EQUAL(rlb_eigen_symmetric(0, NULL, NULL), RLB_OK);
    double poisoned[] = {1, 0, INFINITY, 1}, w[2];
    CU_ASSERT_EQUAL(rlb_eigen_symmetric(2, poisoned, w), RLB_E_NUMERIC);
}

/* U diag(s) V' is A again; U and V are orthonormal; s falls. */
static void singular_values(void)
{
    static const uint32_t shapes[][2] = {{1, 1}, {1, 6}, {6, 1}, {5, 8}, {8, 5}, {7, 7}};
    rlb_rng r;
    rlb_rng_init(&r, 1, 0);
    for (size_t q = 0; q < sizeof shapes / sizeof *shapes; q++) {
        uint32_t m = shapes[q][0], n = shapes[q][1], k = m < n ? m : n;
        double a[64], copy[64], u[64], s[8], vt[64], again[64] = {0}, gram[64], eye[64];
        for (uint32_t i = 0; i < m * n; i++)
            a[i] = copy[i] = rlb_rng_normal(&r);
        CU_ASSERT_EQUAL_FATAL(rlb_svd(m, n, a, u, s, vt), RLB_OK);
        for (uint32_t l = 0; l < k; l++) {
            CU_ASSERT(s[l] >= (l + 1 < k ? s[l + 1] : 0));
            for (uint32_t i = 0; i < m; i++)
                for (uint32_t j = 0; j < n; j++)
                    again[i * n + j] += u[i * k + l] * s[l] * vt[l * n + j];
            for (uint32_t o = 0; o < k; o++) {
                double uu = 0, vv = 0;
                for (uint32_t i = 0; i < m; i++)
                    uu += u[i * k + l] * u[i * k + o];
                for (uint32_t j = 0; j < n; j++)
                    vv += vt[l * n + j] * vt[o * n + j];
                gram[l * k + o] = fabs(uu - (l == o)) + fabs(vv - (l == o));
                eye[l * k + o] = 0;
            }
        }
        CU_ASSERT(off(again, copy, m * n) < 1e-13);
        CU_ASSERT(off(gram, eye, k * k) < 1e-13);
    }
    double poisoned[] = {NAN}, u, s, vt;
    CU_ASSERT_EQUAL(rlb_svd(1, 1, poisoned, &u, &s, &vt), RLB_E_NUMERIC);
    CU_ASSERT_EQUAL(rlb_svd(0, 1, NULL, NULL, NULL, NULL), RLB_OK);
}

/* Of rank 3: numpy's pseudo-inverse, and its singular values. */
static void deficient(void)
{
    double a[35], b[14], x[10], u[35], s[5], vt[25];
    uint32_t rank = 0;
    const double *tall = fixture("lib/rl/fixture.txt", "tall", 35);
    const double *sides = fixture("lib/rl/fixture.txt", "sides", 14);
    memcpy(a, tall, sizeof a);
    memcpy(b, sides, sizeof b);
    CU_ASSERT_EQUAL(rlb_least_squares(7, 5, 2, a, b, 1e-10, x, &rank), RLB_OK);
    CU_ASSERT_EQUAL(rank, 3);
    CU_ASSERT(off(x, fixture("lib/rl/fixture.txt", "least_squares", 10), 10) < 1e-12);
    memcpy(a, tall, sizeof a);
    CU_ASSERT_EQUAL(rlb_svd(7, 5, a, u, s, vt), RLB_OK);
    CU_ASSERT(off(s, fixture("lib/rl/fixture.txt", "singular_values", 3), 3) < 1e-12);
    CU_ASSERT(s[3] < 1e-14 * s[0]);
}

/* A line through points by hand; fewer equations than unknowns; nothing at all. */
static void fits(void)
{
    double points[] = {1, 0, 1, 1, 1, 2, 1, 3}, y[] = {1, 3, 5, 8}, x[3];
    uint32_t rank;
    CU_ASSERT_EQUAL(rlb_least_squares(4, 2, 1, points, y, -1, x, &rank), RLB_OK);
    CU_ASSERT_DOUBLE_EQUAL(x[0], 0.8, 1e-14); /* slope 11.5 / 5, mean 4.25 at 1.5 */
    CU_ASSERT_DOUBLE_EQUAL(x[1], 2.3, 1e-14);
    CU_ASSERT_EQUAL(rank, 2);
    double wide[] = {1, 2, 2}, one[] = {18}; /* the shortest of a plane: along (1, 2, 2) */
    CU_ASSERT_EQUAL(rlb_least_squares(1, 3, 1, wide, one, -1, x, NULL), RLB_OK);
    CU_ASSERT(off(x, (double[]){2, 4, 4}, 3) < 1e-14);
    double nan[] = {NAN}, b[] = {1};
    CU_ASSERT_EQUAL(rlb_least_squares(1, 1, 1, nan, b, -1, x, NULL), RLB_E_NUMERIC);
    CU_ASSERT_EQUAL(rlb_least_squares(0, 2, 1, NULL, NULL, -1, x, &rank), RLB_OK);
    CU_ASSERT(x[0] == 0 && x[1] == 0 && rank == 0);
}

CHECK_MAIN("decompositions", {"eigenvectors of a path", path_graph},
           {"singular values", singular_values}, {"rank deficient", deficient},
           {"least squares", fits})
