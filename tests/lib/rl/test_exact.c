/* Exact quantities of finite worlds against power series, enumeration and numpy. */
#include "check.h"
#include "fixture.h"
#include "lib/rl/host.h"

#include <rlbench/linalg.h>
#include <rlbench/rng.h>
#include <rlbench/tabular.h>

#include <math.h>

enum { S = 5, A = 3, H = 3, OUT = 3, PAIRS = S * A };

/* A random world, another one at every stage. */
struct world {
    rlb_model model;
    rlb_outcome outcome[H][S][A][OUT];
    double start[S], policy[H][S][A];
};

static uint32_t outcomes(void *self, uint32_t h, uint32_t s, uint32_t a, rlb_outcome *out)
{
    struct world *w = self;
    memcpy(out, w->outcome[h][s][a], sizeof w->outcome[h][s][a]);
    return OUT;
}

static void start_of(void *self, double *out)
{
    memcpy(out, ((struct world *)self)->start, S * sizeof(double));
}

static void simplex(rlb_rng *r, uint32_t n, double *p)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += p[i] = 0.05 + rlb_rng_uniform(r);
    for (uint32_t i = 0; i < n; i++)
        p[i] /= sum;
}

/* terminating: whether episodes can end. */
static void make(struct world *w, uint64_t seed, uint32_t horizon, int terminating)
{
    rlb_rng r;
    double p[OUT];
    rlb_rng_init(&r, seed, 0);
    w->model = (rlb_model){.size = sizeof w->model,
                           .num_states = S,
                           .num_actions = A,
                           .max_outcomes = OUT,
                           .horizon = horizon,
                           .outcomes = outcomes,
                           .start = start_of};
    simplex(&r, S, w->start);
    for (uint32_t h = 0; h < H; h++)
        for (uint32_t s = 0; s < S; s++) {
            simplex(&r, A, w->policy[h][s]);
            for (uint32_t a = 0; a < A; a++) {
                uint32_t first = rlb_rng_below(&r, S);
                simplex(&r, OUT, p);
                for (uint32_t i = 0; i < OUT; i++)
                    w->outcome[h][s][a][i] =
                        (rlb_outcome){.next = (int32_t)((first + i) % S),
                                      .terminated = terminating && rlb_rng_below(&r, 3) == 0,
                                      .prob = p[i],
                                      .reward = rlb_rng_normal(&r)};
            }
        }
}

static struct bare_host bare;
static const rlb_host *host = &bare.host;

static double off(const double *a, const double *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        worst = !(fabs(a[i] - b[i]) <= worst) ? fabs(a[i] - b[i]) : worst;
    return worst;
}

/* ---------------------------------------------------------------- horizons */

/* Expected return from s at stage h, trajectory by trajectory. choice: the action of every (h, s),
 * or NULL: the policy. */
static double play(const struct world *w, uint32_t h, uint32_t s, double discount,
                   const uint8_t (*choice)[2])
{
    double value = 0;
    for (uint32_t a = 0; h < w->model.horizon && a < w->model.num_actions; a++) {
        double p = choice ? choice[h][s] == a : w->policy[h][s][a];
        for (uint32_t i = 0; p > 0 && i < OUT; i++) {
            const rlb_outcome *o = &w->outcome[h][s][a][i];
            double rest =
                o->terminated ? 0 : discount * play(w, h + 1, (uint32_t)o->next, discount, choice);
            value += p * o->prob * (o->reward + rest);
        }
    }
    return value;
}

static void finite_policy(void)
{
    static struct world w;
    double v[(H + 1) * S];
    for (uint64_t seed = 0; seed < 5; seed++)
        for (uint32_t horizon = 1; horizon <= H; horizon++) {
            make(&w, seed, horizon, (int)seed % 2);
            CU_ASSERT_EQUAL(rlb_finite_policy_value(host, &w.model, &w, 0.8, w.policy[0][0], v),
                            RLB_OK);
            for (uint32_t h = 0; h <= horizon; h++)
                for (uint32_t s = 0; s < S; s++)
                    CU_ASSERT_DOUBLE_EQUAL(v[h * S + s], play(&w, h, s, 0.8, NULL), 1e-13);
        }
}

/* All 64 deterministic policies of a world of two states, two actions, three stages. */
static void finite_optimum(void)
{
    static struct world w;
    for (uint64_t seed = 0; seed < 8; seed++) {
        double q[H * 2 * 2], best[H][2];
        make(&w, seed, H, (int)seed % 2);
        w.model.num_states = w.model.num_actions = 2;
        for (uint32_t h = 0; h < H; h++)
            for (uint32_t k = 0; k < 4; k++)
                for (uint32_t i = 0; i < OUT; i++)
                    w.outcome[h][k / 2][k % 2][i].next %= 2;
        for (uint32_t h = 0; h < H; h++)
            best[h][0] = best[h][1] = -INFINITY;
        for (uint32_t all = 0; all < 64; all++) {
            uint8_t choice[H][2];
            for (uint32_t k = 0; k < 6; k++)
                choice[k / 2][k % 2] = (uint8_t)(all >> k & 1);
            for (uint32_t k = 0; k < 6; k++)
                best[k / 2][k % 2] = fmax(best[k / 2][k % 2],
                                          play(&w, k / 2, k % 2, 1, (const uint8_t(*)[2])choice));
        }
        CU_ASSERT_EQUAL(rlb_finite_optimal_q(host, &w.model, &w, 1, q), RLB_OK);
        for (uint32_t k = 0; k < 6; k++)
            CU_ASSERT_DOUBLE_EQUAL(fmax(q[2 * k], q[2 * k + 1]), best[k / 2][k % 2], 1e-13);
    }
    w.model.horizon = 0;
    CU_ASSERT_EQUAL(rlb_finite_optimal_q(host, &w.model, &w, 1, NULL), RLB_E_UNSUPPORTED);
    CU_ASSERT(strstr(bare.failure, "no horizon") != NULL);
    CU_ASSERT_EQUAL(rlb_finite_policy_value(host, &w.model, &w, 1, NULL, NULL), RLB_E_UNSUPPORTED);
}

/* ---------------------------------------------------------------- chains */

/* One step of the state distribution under the policy, straight from the outcomes. */
static void advance(const struct world *w, const double *from, double *to, double *ended)
{
    *ended = 0;
    memset(to, 0, S * sizeof *to);
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t a = 0; a < A; a++)
            for (uint32_t i = 0; i < OUT; i++) {
                const rlb_outcome *o = &w->outcome[0][s][a][i];
                double mass = from[s] * w->policy[0][s][a] * o->prob;
                if (o->terminated)
                    *ended += mass;
                else
                    to[o->next] += mass;
            }
}

/* sum_t discount^t P(s_t = .) from a distribution, until nothing is added. */
static void visits(const struct world *w, const double *from, double discount, double *sum)
{
    double now[S], next[S], ended, weight = 1;
    memcpy(now, from, sizeof now);
    memset(sum, 0, S * sizeof *sum);
    for (int t = 0; t < 3000; t++, weight *= discount) {
        for (uint32_t s = 0; s < S; s++)
            sum[s] += weight * now[s];
        advance(w, now, next, &ended);
        memcpy(now, next, sizeof now);
    }
}

static void successors(void)
{
    static struct world w;
    static double p[S * S], r[S], m[S * S], v[S], pp[PAIRS * PAIRS], pr[PAIRS], pm[PAIRS * PAIRS];
    for (uint64_t seed = 0; seed < 6; seed++) {
        int terminating = (int)seed % 2;
        double discount = terminating ? 1 : 0.95, d[S], sum[S], mean[S] = {0};
        make(&w, seed, 0, terminating);
        CU_ASSERT_EQUAL(rlb_policy_chain(host, &w.model, &w, w.policy[0][0], p, r), RLB_OK);
        CU_ASSERT_EQUAL(rlb_successor(host, S, p, discount, m), RLB_OK);
        for (uint32_t s = 0; s < S; s++) {
            double unit[S] = {0};
            unit[s] = 1;
            visits(&w, unit, discount, sum);
            CU_ASSERT(off(&m[s * S], sum, S) < 1e-10);
        }
        visits(&w, w.start, discount, sum);
        CU_ASSERT_EQUAL(rlb_occupancy(host, S, p, discount, w.start, d), RLB_OK);
        CU_ASSERT(off(d, sum, S) < 1e-10);
        /* Values: M r, the chain over pairs, and the solver that was there before. */
        CU_ASSERT_EQUAL(rlb_policy_value(&w.model, &w, discount, w.policy[0][0], v), RLB_OK);
        CU_ASSERT_EQUAL(rlb_pair_chain(host, &w.model, &w, w.policy[0][0], pp, pr), RLB_OK);
        CU_ASSERT_EQUAL(rlb_successor(host, PAIRS, pp, discount, pm), RLB_OK);
        for (uint32_t s = 0; s < S; s++) {
            double value = 0;
            for (uint32_t i = 0; i < S; i++)
                value += m[s * S + i] * r[i];
            CU_ASSERT_DOUBLE_EQUAL(value, v[s], 1e-11);
            for (uint32_t k = 0; k < A * PAIRS; k++)
                mean[s] += w.policy[0][s][k / PAIRS] * pm[s * A * PAIRS + k] * pr[k % PAIRS];
        }
        CU_ASSERT(off(mean, v, S) < 1e-11);
    }
}

static void stationary(void)
{
    static struct world w;
    for (uint64_t seed = 0; seed < 6; seed++) {
        double mu[S], now[S], next[S], ended;
        make(&w, seed, 0, (int)seed % 2);
        memcpy(now, w.start, sizeof now);
        for (int t = 0; t < 5000; t++) {
            advance(&w, now, next, &ended);
            for (uint32_t s = 0; s < S; s++)
                now[s] = next[s] + ended * w.start[s];
        }
        CU_ASSERT_EQUAL(rlb_policy_stationary(host, &w.model, &w, w.policy[0][0], mu), RLB_OK);
        CU_ASSERT(off(mu, now, S) < 1e-12);
    }
    /* Two states that keep to themselves. */
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t k = 0; k < A * OUT; k++) {
            w.outcome[0][s][k / OUT][k % OUT].terminated = 0;
            w.outcome[0][s][k / OUT][k % OUT].next = s < 2 ? (int32_t)s : 0;
        }
    double mu[S];
    CU_ASSERT_EQUAL(rlb_policy_stationary(host, &w.model, &w, w.policy[0][0], mu), RLB_E_NUMERIC);
    CU_ASSERT(strstr(bare.failure, "not unique") != NULL);
}

static void refusals(void)
{
    static struct world w;
    double p[S * S], m[S * S], d[S];
    make(&w, 1, 0, 0);
    CU_ASSERT_EQUAL(rlb_policy_chain(host, &w.model, &w, w.policy[0][0], p, NULL), RLB_OK);
    CU_ASSERT_EQUAL(rlb_successor(host, S, p, 1, m), RLB_E_NUMERIC); /* it never ends */
    CU_ASSERT(strstr(bare.failure, "go on for ever") != NULL);
    CU_ASSERT_EQUAL(rlb_occupancy(host, S, p, 1, w.start, d), RLB_E_NUMERIC);
    w.model.horizon = 2;
    CU_ASSERT_EQUAL(rlb_policy_chain(host, &w.model, &w, w.policy[0][0], p, NULL),
                    RLB_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(rlb_pair_chain(host, &w.model, &w, w.policy[0][0], p, NULL), RLB_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(rlb_policy_stationary(host, &w.model, &w, w.policy[0][0], d),
                    RLB_E_UNSUPPORTED);
    CU_ASSERT(strstr(bare.failure, "at every stage") != NULL);
}

/* ---------------------------------------------------------------- linear fixed points */

static const double *stored(const char *name, size_t n)
{
    return fixture("lib/rl/fixture.txt", name, n);
}

static void numpy(void)
{
    enum { N = 9, D = 4 };
    double theta[D], m[N * N];
    const double *p = stored("chain", N * N), *r = stored("chain_r", N);
    CU_ASSERT_EQUAL(rlb_successor(host, N, p, 0.93, m), RLB_OK);
    CU_ASSERT(off(m, stored("successor", N * N), N * N) < 1e-11);
    CU_ASSERT_EQUAL(
        rlb_lstd(host, N, p, r, 0.93, 0.8, stored("weight", N), D, stored("phi", N * D), theta),
        RLB_OK);
    CU_ASSERT(off(theta, stored("lstd", D), D) < 1e-10);
}

/* lambda 0: the weighted projection of the Bellman error vanishes. lambda 1: the weighted fit of
 * the values. Tables: the values. */
static void fixed_points(void)
{
    enum { N = 9, D = 4 };
    const double *p = stored("chain", N * N), *r = stored("chain_r", N),
                 *phi = stored("phi", N * D);
    const double *weight = stored("weight", N);
    double theta[N], m[N * N], v[N] = {0}, a[N * D], b[N], fit[D], eye[N * N];
    CU_ASSERT_EQUAL(rlb_lstd(host, N, p, r, 0.9, 0, weight, D, phi, theta), RLB_OK);
    for (int k = 0; k < D; k++) {
        double sum = 0;
        for (int s = 0; s < N; s++) {
            double error = r[s];
            for (int j = 0; j < D; j++) {
                error -= phi[s * D + j] * theta[j];
                for (int i = 0; i < N; i++)
                    error += 0.9 * p[s * N + i] * phi[i * D + j] * theta[j];
            }
            sum += phi[s * D + k] * weight[s] * error;
        }
        CU_ASSERT(fabs(sum) < 1e-11);
    }
    CU_ASSERT_EQUAL(rlb_successor(host, N, p, 0.9, m), RLB_OK);
    for (int s = 0; s < N; s++)
        for (int i = 0; i < N; i++) {
            v[s] += m[s * N + i] * r[i];
            eye[s * N + i] = s == i;
        }
    for (int s = 0; s < N; s++) {
        b[s] = sqrt(weight[s]) * v[s];
        for (int j = 0; j < D; j++)
            a[s * D + j] = sqrt(weight[s]) * phi[s * D + j];
    }
    CU_ASSERT_EQUAL(rlb_least_squares(N, D, 1, a, b, -1, fit, NULL), RLB_OK);
    CU_ASSERT_EQUAL(rlb_lstd(host, N, p, r, 0.9, 1, weight, D, phi, theta), RLB_OK);
    CU_ASSERT(off(theta, fit, D) < 1e-11);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_EQUAL(rlb_lstd(host, N, p, r, 0.9, k / 2.0, weight, N, eye, theta), RLB_OK);
        CU_ASSERT(off(theta, v, N) < 1e-11);
    }
    double twice[N * 2];
    for (int s = 0; s < N; s++)
        twice[2 * s] = twice[2 * s + 1] = phi[s];
    CU_ASSERT_EQUAL(rlb_lstd(host, N, p, r, 0.9, 0, weight, 2, twice, theta), RLB_E_NUMERIC);
    CU_ASSERT(strstr(bare.failure, "not unique") != NULL);
}

int main(void)
{
    const struct check tests[] = {
        {"policies with a horizon, trajectory by trajectory", finite_policy},
        {"the best of all policies with a horizon", finite_optimum},
        {"successors, occupancy, values", successors},
        {"stationary distributions", stationary},
        {"what cannot be", refusals},
        {"numpy's values", numpy},
        {"fixed points", fixed_points}};
    bare_start(&bare);
    int failed = check_main("exact quantities", tests, sizeof tests / sizeof *tests);
    bare_finish(&bare);
    return failed;
}
