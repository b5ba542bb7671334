/* Estimators against numpy's sums (fixture.txt), against sums written out here for all kinds of
 * shapes, and against each other where the papers say that they agree. */
#include "check.h"
#include "fixture.h"

#include <rlbench/returns.h>
#include <rlbench/rng.h>

#include <math.h>

enum { MOST_T = 40, MOST_N = 35, MOST = (MOST_T + 1) * MOST_N };

static struct {
    float reward[MOST], value[MOST], final[MOST], q[MOST], ratio[MOST];
    uint8_t terminated[MOST], truncated[MOST];
} in;
static float out[MOST], other[MOST];
static rlb_steps s = {.reward = in.reward,
                      .value = in.value,
                      .final_value = in.final,
                      .terminated = in.terminated,
                      .truncated = in.truncated};

static const double *stored(const char *name, size_t n)
{
    return fixture("lib/rl/fixture.txt", name, n);
}

static void load(const char *name, size_t n, float *to)
{
    const double *from = stored(name, n);
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}

static int agrees(const float *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)x[i] - y[i]) <= 1e-6 * fmax(1, fabs(y[i]))))
            return 0;
    return 1;
}

/* numpy's values: T = 23, N = 3, discount 0.93, lambda 0.8, rho 1.2, c 0.9, 4 steps. */
static void reference(void)
{
    enum { T = 23, N = 3, NUM = T * N };
    s.num_steps = T;
    s.num_streams = N;
    load("reward", NUM, in.reward);
    load("value", NUM + N, in.value);
    load("final", NUM, in.final);
    load("q", NUM, in.q);
    load("ratio", NUM, in.ratio);
    for (int i = 0; i < NUM; i++) {
        in.terminated[i] = (uint8_t)stored("terminated", NUM)[i];
        in.truncated[i] = (uint8_t)stored("truncated", NUM)[i];
    }
    rlb_discounted_sums(&s, 0.93, out);
    CU_ASSERT(agrees(out, stored("sums", NUM), NUM));
    rlb_nstep_returns(&s, 0.93, 4, out);
    CU_ASSERT(agrees(out, stored("nstep", NUM), NUM));
    rlb_lambda_returns(&s, 0.93, 0.8, out);
    CU_ASSERT(agrees(out, stored("lambda_return", NUM), NUM));
    rlb_gae(&s, 0.93, 0.8, out);
    CU_ASSERT(agrees(out, stored("gae", NUM), NUM));
    rlb_vtrace(&s, 0.93, 0.8, 1.2, 0.9, in.ratio, out, other);
    CU_ASSERT(agrees(out, stored("vtrace", NUM), NUM));
    CU_ASSERT(agrees(other, stored("vtrace_advantage", NUM), NUM));
    rlb_retrace(&s, 0.93, 0.8, in.q, in.ratio, out);
    CU_ASSERT(agrees(out, stored("retrace", NUM), NUM));
}

static void fill(rlb_rng *r, uint32_t T, uint32_t N)
{
    s.num_steps = T;
    s.num_streams = N;
    for (uint32_t i = 0; i < (T + 1) * N; i++) {
        in.reward[i] = (float)rlb_rng_normal(r);
        in.value[i] = (float)rlb_rng_normal(r);
        in.final[i] = (float)rlb_rng_normal(r);
        in.q[i] = (float)rlb_rng_normal(r);
        in.ratio[i] = (float)exp(rlb_rng_normal(r));
        in.terminated[i] = rlb_rng_below(r, 10) == 0;
        in.truncated[i] = rlb_rng_below(r, 10) == 0; /* sometimes both: terminated wins */
    }
}

static const struct {
    uint32_t T, N;
} shapes[] = {{1, 1}, {1, 17}, {2, 1}, {7, 15}, {5, 16}, {40, 3}, {13, 33}, {31, 35}};
enum { NUM_SHAPES = sizeof shapes / sizeof *shapes };

static double next_value(uint32_t i)
{
    return in.terminated[i] ? 0
                            : (double)(in.truncated[i] ? in.final[i] : in.value[i + s.num_streams]);
}

/* Sums forwards in time, with the weights multiplied up: O(T^2). which: 0 GAE, 1 V-trace, 2
 * Retrace. */
static double forwards(uint32_t first, int which, double discount, double lambda, double rho,
                       double c)
{
    uint32_t N = s.num_streams, entries = N * s.num_steps;
    double sum = which == 0 ? 0 : (double)(which == 1 ? in.value : in.q)[first], weight = 1;
    for (uint32_t i = first; i < entries; i += N) {
        double ratio = (double)in.ratio[i];
        double error = (double)in.reward[i] + discount * next_value(i) -
                       (double)(which == 2 ? in.q : in.value)[i];
        if (which == 2 && i != first)
            weight *= lambda * fmin(1, ratio);
        sum += weight * error * (which == 1 ? fmin(rho, ratio) : 1);
        if (in.terminated[i] || in.truncated[i])
            break;
        weight *= discount * (which == 2 ? 1 : lambda * (which == 1 ? fmin(c, ratio) : 1));
    }
    return sum;
}

static void sums(void)
{
    static double expected[MOST], advantage[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 1, 0);
    for (int k = 0; k < NUM_SHAPES; k++) {
        uint32_t N = shapes[k].N, n = shapes[k].T * N;
        fill(&r, shapes[k].T, N);
        for (uint32_t i = 0; i < n; i++)
            expected[i] = forwards(i, 0, 0.9, 0.7, 0, 0);
        rlb_gae(&s, 0.9, 0.7, out);
        CU_ASSERT(agrees(out, expected, n));
        for (uint32_t i = 0; i < n; i++) {
            int ends = in.terminated[i] || in.truncated[i] || i + N >= n;
            expected[i] = forwards(i, 1, 0.9, 0.7, 1.5, 0.8);
            double ahead = ends ? next_value(i) : forwards(i + N, 1, 0.9, 0.7, 1.5, 0.8);
            advantage[i] = fmin(1.5, (double)in.ratio[i]) *
                           ((double)in.reward[i] + 0.9 * ahead - (double)in.value[i]);
        }
        rlb_vtrace(&s, 0.9, 0.7, 1.5, 0.8, in.ratio, out, other);
        CU_ASSERT(agrees(out, expected, n));
        CU_ASSERT(agrees(other, advantage, n));
        rlb_vtrace(&s, 0.9, 0.7, 1.5, 0.8, in.ratio, other, NULL);
        CU_ASSERT_EQUAL(memcmp(out, other, n * sizeof *out), 0);
        for (uint32_t i = 0; i < n; i++)
            expected[i] = forwards(i, 2, 0.9, 0.7, 0, 0);
        rlb_retrace(&s, 0.9, 0.7, in.q, in.ratio, out);
        CU_ASSERT(agrees(out, expected, n));
    }
}

/* What the papers remark. */
static void identities(void)
{
    static double wide[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 2, 0);
    for (int k = 0; k < NUM_SHAPES; k++) {
        uint32_t T = shapes[k].T, n = T * shapes[k].N;
        fill(&r, T, shapes[k].N);
        rlb_lambda_returns(&s, 0.95, 1, out); /* lambda 1: the longest return */
        rlb_nstep_returns(&s, 0.95, T, other);
        for (uint32_t i = 0; i < n; i++)
            wide[i] = (double)other[i];
        CU_ASSERT(agrees(out, wide, n));
        rlb_lambda_returns(&s, 0.95, 0, out); /* lambda 0: one step */
        rlb_nstep_returns(&s, 0.95, 1, other);
        for (uint32_t i = 0; i < n; i++) {
            wide[i] = (double)other[i];
            in.ratio[i] = 1;
        }
        CU_ASSERT(agrees(out, wide, n));
        rlb_vtrace(&s, 0.95, 1, 1, 1, in.ratio, out, NULL); /* on-policy: the Bellman target */
        rlb_nstep_returns(&s, 0.95, T, other);
        for (uint32_t i = 0; i < n; i++)
            wide[i] = (double)other[i];
        CU_ASSERT(agrees(out, wide, n));
        memset(in.truncated, 0, n);
        rlb_gae(&s, 0.95, 0.5, out);
        s.truncated = NULL;
        s.final_value = NULL;
        rlb_gae(&s, 0.95, 0.5, other);
        CU_ASSERT_EQUAL(memcmp(out, other, n * sizeof *out), 0);
        s.truncated = in.truncated;
        s.final_value = in.final;
    }
}

/* Reward 1 for ever and the true value: no advantage; sums are geometric. */
static void closed_forms(void)
{
    enum { T = 40, N = 2 };
    s.num_steps = T;
    s.num_streams = N;
    memset(in.terminated, 0, sizeof in.terminated);
    memset(in.truncated, 0, sizeof in.truncated);
    for (int i = 0; i < (T + 1) * N; i++) {
        in.reward[i] = 1;
        in.value[i] = in.final[i] = 8; /* 1 / (1 - 0.875) */
    }
    in.truncated[11 * N] = 1;
    in.terminated[21 * N + 1] = 1;
    rlb_gae(&s, 0.875, 0.5, out);
    rlb_discounted_sums(&s, 0.875, other);
    for (int t = 0; t < T; t++) {
        int left = (t <= 11 ? 12 : T) - t, alive = (t <= 21 ? 22 : T) - t;
        double shortfall = t <= 21 ? -7 * pow(0.875 * 0.5, 21 - t) : 0; /* 1 - 8 at the end */
        CU_ASSERT_DOUBLE_EQUAL(out[t * N], 0, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(out[t * N + 1], shortfall, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(other[t * N], (1 - pow(0.875, left)) * 8, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(other[t * N + 1], (1 - pow(0.875, alive)) * 8, 1e-6);
    }
}

CHECK_MAIN("returns", {"numpy's values", reference}, {"sums written out", sums},
           {"identities of the papers", identities}, {"closed forms", closed_forms})
