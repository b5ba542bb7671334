/* FedSARSA's ground truth against values computed apart (fedsarsa_fixture.txt) and against what
 * must hold of it. */
#include "../../plugins/algorithms/fedsarsa/exact.h"
#include "check.h"
#include "fixture.h"
#include "plugins/fake_host.h"

#include <rlbench/linalg.h>

#include <stdlib.h>

enum { S = 10, A = 3, D = 30 };

static const double *reference(const char *name, size_t n)
{
    return fixture("plugins/fedsarsa_fixture.txt", name, n);
}

/* Two kinds of garnet and the exact solver over them. */
struct lab {
    struct fake_run worlds[2];
    const rlb_model *models[2];
    void *selves[2];
    struct features phi;
    struct exact exact;
};

static void open_lab(struct lab *l, struct policy policy, uint32_t target, double discount)
{
    const char *kinds[] = {"kind=0", "kind=1"};
    for (int k = 0; k < 2; k++) {
        rlb_venv *w;
        CU_ASSERT_EQUAL_FATAL(fake_start_env(&l->worlds[k], "garnet", kinds[k], 1, 1), RLB_OK);
        w = l->worlds[k].world;
        l->models[k] = w->interface(w, RLB_MODEL, &l->selves[k]);
    }
    const rlb_host *host = &l->worlds[0].host;
    CU_ASSERT_EQUAL_FATAL(features_init(&l->phi, host, S, A, NULL, NULL), RLB_OK);
    CU_ASSERT_TRUE(l->phi.tabular);
    l->exact = (struct exact){.phi = &l->phi,
                              .models = l->models,
                              .selves = l->selves,
                              .kinds = 2,
                              .S = S,
                              .A = A,
                              .d = D,
                              .target = target,
                              .policy = policy,
                              .discount = discount};
    CU_ASSERT_EQUAL_FATAL(exact_init(&l->exact, host), RLB_OK);
}

static void close_lab(struct lab *l)
{
    fake_finish(&l->worlds[0]);
    fake_finish(&l->worlds[1]);
}

static const struct policy softmax2 = {.kind = POLICY_SOFTMAX, .temperature = 2};
static const double halves[] = {0.5, 0.5}, one = 1;
static const struct mixture both = {.first = 0, .count = 2, .weights = halves};

static void same_worlds(void)
{
    struct lab l;
    rlb_outcome o[8];
    const char *probs[] = {"P0", "P1"}, *rewards[] = {"r0", "r1"};
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    for (int k = 0; k < 2; k++) {
        const double *P = reference(probs[k], D * S), *r = reference(rewards[k], D);
        for (uint32_t pair = 0; pair < D; pair++) {
            double row[S] = {0};
            uint32_t n = l.models[k]->outcomes(l.selves[k], 0, pair / A, pair % A, o);
            for (uint32_t i = 0; i < n; i++)
                row[o[i].next] = o[i].prob;
            CU_ASSERT(fixture_off(row, P + (size_t)pair * S, S) < 1e-15);
            CU_ASSERT_EQUAL(o[0].reward, r[pair]);
        }
    }
    close_lab(&l);
}

/* A result of the plugin under these parameters against the fixture. */
static void check_result(const char *set, const char *result, size_t offset, const char *name)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "fedsarsa", set, "garnet", "", 1, 1, 1000), RLB_OK);
    const double *values = fake_result(&r, result).data;
    double off = fixture_off(values + offset, reference(name, D), D);
    CU_ASSERT(off < 1e-11);
    fake_finish(&r);
}

static void fixed_points(void)
{
    check_result("", "theta_star", 0, "theta_star");
    check_result("n_agents=3", "theta_star", 0, "theta_three"); /* kinds 0, 1, 0 */
    check_result("", "theta_star_kinds", 0, "theta_0");
    check_result("", "theta_star_kinds", D, "theta_1");
    check_result("", "theta_avg", 0, "theta_avg");
    check_result("policy=fixed", "theta_star", 0, "theta_td");
    check_result("policy=linear-lipschitz", "theta_star", 0, "theta_linear");
    check_result("target=expected-sarsa", "theta_star", 0, "theta_star");
    check_result("target=max", "theta_star", 0, "theta_max");
    check_result("mode=single", "theta_star", 0, "theta_0");
}

/* Picard with LU and plain iteration of the mean field meet. */
static void iterated_field(void)
{
    struct lab l;
    double star[D] = {0}, theta[D] = {0}, g[D];
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    CU_ASSERT_EQUAL(exact_fixed_point(&l.exact, &both, star), RLB_OK);
    CU_ASSERT_EQUAL(exact_pull(&l.exact, &both, star, g), RLB_OK);
    for (int i = 0; i < D; i++)
        CU_ASSERT(fabs(g[i]) < 1e-12);
    for (int t = 0; t < 60000; t++) {
        CU_ASSERT_EQUAL_FATAL(exact_pull(&l.exact, &both, theta, g), RLB_OK);
        for (int i = 0; i < D; i++)
            theta[i] += 2 * g[i];
    }
    CU_ASSERT(fixture_off(theta, star, D) < 1e-9);
    close_lab(&l);
}

/* Q = r + gamma P pi Q of one world, pi [S][A], by one linear solve: no stationary distribution. */
static void solve_bellman(struct lab *l, int k, const double *pi, double *q)
{
    double system[D * D] = {0};
    rlb_outcome o[8];
    for (uint32_t pair = 0; pair < D; pair++) {
        uint32_t n = l->models[k]->outcomes(l->selves[k], 0, pair / A, pair % A, o);
        q[pair] = o[0].reward;
        system[pair * D + pair] = 1;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t a = 0; a < A; a++) {
                uint32_t next = (uint32_t)o[i].next * A + a;
                system[pair * D + next] -= 0.9 * o[i].prob * pi[next];
            }
    }
    CU_ASSERT_EQUAL(rlb_solve(D, system, q), RLB_OK);
}

/* Equal agents: the fixed point solves Bellman's equation, whatever the visits; near-infinite
 * temperature is policy evaluation. */
static void bellman(void)
{
    struct lab l;
    double star[D] = {0}, hot[D] = {0}, uniform[D], q[D];
    struct mixture alone = {.first = 1, .count = 1, .weights = &one};
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    CU_ASSERT_EQUAL(exact_fixed_point(&l.exact, &alone, star), RLB_OK);
    exact_set_theta(&l.exact, star);
    solve_bellman(&l, 1, l.exact.pi, q);
    CU_ASSERT(fixture_off(star, q, D) < 1e-11);
    l.exact.policy.temperature = 1e9;
    CU_ASSERT_EQUAL(exact_fixed_point(&l.exact, &alone, hot), RLB_OK);
    for (int i = 0; i < D; i++)
        uniform[i] = 1.0 / A;
    solve_bellman(&l, 1, uniform, q);
    CU_ASSERT(fixture_off(hot, q, D) < 1e-8); /* 1e9 is not infinity */
    l.exact.policy.kind = POLICY_FIXED;
    CU_ASSERT_EQUAL(exact_fixed_point(&l.exact, &alone, hot), RLB_OK);
    CU_ASSERT(fixture_off(hot, q, D) < 1e-11);
    close_lab(&l);
}

/* Analytic Jacobian against central differences of the field. */
static void check_jacobian(struct policy policy, uint32_t target)
{
    struct lab l;
    double theta[D], J[D * D], up[D], down[D], h = 1e-5, off = 0;
    struct mixture alone = {.first = 0, .count = 1, .weights = &one};
    open_lab(&l, policy, target, 0.9);
    memcpy(theta, reference("theta_star", D), sizeof theta);
    CU_ASSERT_EQUAL(exact_jacobian(&l.exact, 0, theta, J), RLB_OK);
    for (int j = 0; j < D; j++) {
        double at = theta[j];
        theta[j] = at + h;
        exact_pull(&l.exact, &alone, theta, up);
        theta[j] = at - h;
        exact_pull(&l.exact, &alone, theta, down);
        theta[j] = at;
        for (int i = 0; i < D; i++)
            off = fmax(off, fabs(J[i * D + j] - (up[i] - down[i]) / (2 * h)));
    }
    CU_ASSERT(off < 1e-9);
    close_lab(&l);
}

static void jacobians(void)
{
    struct lab l;
    double J[D * D];
    check_jacobian(softmax2, TARGET_SARSA);
    check_jacobian(softmax2, TARGET_MAX);
    check_jacobian((struct policy){.kind = POLICY_SOFTMAX, .temperature = 0.3}, TARGET_EXPECTED);
    check_jacobian((struct policy){.kind = POLICY_LINEAR, .temperature = 2}, TARGET_SARSA);
    check_jacobian((struct policy){.kind = POLICY_LINEAR, .temperature = 0.1},
                   TARGET_SARSA); /* cut */
    check_jacobian((struct policy){.kind = POLICY_FIXED}, TARGET_SARSA);
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    CU_ASSERT_EQUAL(exact_jacobian(&l.exact, 0, reference("theta_star", D), J), RLB_OK);
    CU_ASSERT(fixture_off(J, reference("jacobian_0", D * D), D * D) < 1e-9);
    close_lab(&l);
}

static void noise(void)
{
    struct lab l;
    double sigma[D * D] = {0};
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    CU_ASSERT_EQUAL(exact_noise(&l.exact, 0, reference("theta_star", D), 1, sigma), RLB_OK);
    CU_ASSERT(fixture_off(sigma, reference("sigma_0", D * D), D * D) < 1e-9);
    close_lab(&l);
}

/* Predictions as the plugin reports them. */
static void predictions(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(
        fake_start(&r, "fedsarsa", "n_agents=10 local_steps=101", "garnet", "", 1, 1, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    double bias = *reference("bias_per_step", 1), floor = *reference("noise_floor_10", 1);
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&r, "bias_pred")->last / bias, 1.0,
                           1e-8); /* (alpha 100)^2 */
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&r, "noise_floor")->last / floor, 1.0, 1e-8);
    fake_finish(&r);
}

/* Offset of the fixed point of deterministic rounds of H local steps: iterates the round map with
 * corrections that know the Jacobian only roughly. */
static double round_offset(struct lab *l, int H, const double *star)
{
    double theta[D], change[D], ends[D], g[D], system[D * D], power[D * D], J[D * D], other[D * D];
    memcpy(theta, star, sizeof theta);
    exact_jacobian(&l->exact, 0, star, J);
    exact_jacobian(&l->exact, 1, star, other);
    for (int i = 0; i < D * D; i++) {
        J[i] = 0.01 * (J[i] + other[i]) / 2 + (i % (D + 1) == 0);
        power[i] = i % (D + 1) == 0;
    }
    for (int h = 0; h < H; h++) {
        memcpy(other, power, sizeof power);
        for (int i = 0; i < D; i++)
            for (int j = 0; j < D; j++) {
                double sum = 0;
                for (int k = 0; k < D; k++)
                    sum += J[i * D + k] * other[k * D + j];
                power[i * D + j] = sum;
            }
    }
    for (int sweep = 0; sweep < 12; sweep++) {
        for (int i = 0; i < D; i++)
            change[i] = -theta[i];
        for (uint32_t k = 0; k < 2; k++) {
            struct mixture alone = {.first = k, .count = 1, .weights = &one};
            memcpy(ends, theta, sizeof ends);
            for (int h = 0; h < H; h++) {
                exact_pull(&l->exact, &alone, ends, g);
                for (int i = 0; i < D; i++)
                    ends[i] += 0.01 * g[i];
            }
            for (int i = 0; i < D; i++)
                change[i] += ends[i] / 2;
        }
        for (int i = 0; i < D * D; i++)
            system[i] = (i % (D + 1) == 0) - power[i];
        CU_ASSERT_EQUAL(rlb_solve(D, system, change), RLB_OK);
        for (int i = 0; i < D; i++)
            theta[i] += change[i];
    }
    double offset = 0;
    for (int i = 0; i < D; i++)
        offset += (theta[i] - star[i]) * (theta[i] - star[i]);
    return offset;
}

/* Local steps: no bias at H = 1; at H = 100 the closed form to 3 %; growth like (H - 1)^2. */
static void local_step_bias(void)
{
    struct lab l;
    const double *star = reference("theta_star", D);
    double bias = *reference("bias_per_step", 1);
    open_lab(&l, softmax2, TARGET_SARSA, 0.9);
    double offset1 = round_offset(&l, 1, star), offset100 = round_offset(&l, 100, star),
           offset1000 = round_offset(&l, 1000, star);
    CU_ASSERT(offset1 < 1e-20);
    CU_ASSERT_DOUBLE_EQUAL(offset100 / *reference("offset_100", 1), 1.0, 1e-8);
    CU_ASSERT_DOUBLE_EQUAL(offset1000 / *reference("offset_1000", 1), 1.0, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(sqrt(offset100) / (0.01 * 99 * sqrt(bias)), 1.0, 0.03);
    CU_ASSERT(offset1000 / offset100 > 70 && offset1000 / offset100 < 102);
    close_lab(&l);
}

/* Episodes: the random walk's values are a straight line (discount 1, uniform policy). */
static void episodes(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "fedsarsa",
                                     "policy=fixed discount=1 n_kinds=1 n_agents=1 init=zero",
                                     "chain", "states=19 slip=0.5", 1, 1, 1000),
                          RLB_OK);
    const double *q = fake_result(&r, "theta_star").data;
    for (int i = 0; i < 19; i++)
        for (int a = 0; a < 2; a++)
            CU_ASSERT_DOUBLE_EQUAL(q[2 * i + a], -1 + 2 * (i + 1) / 20.0, 1e-10);
    fake_finish(&r);
}

/* States that a kind never visits (here: the goal of a continuing map) do not hide the fixed point;
 * there the kind's own is that of the others. */
static void unvisited_states(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "fedsarsa", "n_agents=4 n_kinds=4 temperature=0.1",
                                     "gridworld", "continuing=1 wind=0.3 goal_by_kind=1", 1, 1,
                                     1000),
                          RLB_OK);
    CHECK_TEXT(r.log, "");
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "mse_star")->last > 10);
    const double *star = fake_result(&r, "theta_star").data;
    const double *kinds = fake_result(&r, "theta_star_kinds").data;
    for (int i = 4 * 103; i < 4 * 104; i++) { /* the last cell is the goal of kind 0 alone */
        CU_ASSERT_EQUAL(kinds[i], star[i]);
        CU_ASSERT(fabs(kinds[4 * 104 + i] - star[i]) > 1e-6);
    }
    CU_ASSERT(isfinite(fake_metric(&r, "bias_pred")->last));
    fake_finish(&r);
}

/* A greedy policy has no fixed point here: said, and no errors against one are reported. */
static void no_fixed_point(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "fedsarsa", "policy=argmax", "garnet", "", 1, 1, 1000),
                          RLB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.log, "no fixed point"));
    CU_ASSERT_EQUAL(fake_step(&r, 1000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT_EQUAL(fake_metric(&r, "mse_star")->count, 0);
    CU_ASSERT_EQUAL(fake_metric(&r, "td_error")->count, 1);
    fake_finish(&r);
}

CHECK_MAIN("fedsarsa: ground truth", {"both implementations draw the same worlds", same_worlds},
           {"fixed points equal the references", fixed_points},
           {"the iterated mean field meets the solved one", iterated_field},
           {"equal agents solve Bellman's equation", bellman},
           {"Jacobians equal finite differences", jacobians},
           {"noise covariance equals the summed autocovariances", noise},
           {"predicted bias and noise floor", predictions},
           {"local steps move the fixed point as predicted", local_step_bias},
           {"episodes that end", episodes}, {"no fixed point is said to be none", no_fixed_point},
           {"states that are never visited", unvisited_states})
