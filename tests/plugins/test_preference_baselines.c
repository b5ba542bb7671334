#include "../../plugins/algorithms/preference/lp.h"
#include "../../plugins/algorithms/preference/solo.h"
#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char sentence[400];

RLB_PRINTF(3, 4)
static rlb_status keep(const rlb_host *host, rlb_status status, const char *fmt, ...)
{
    va_list ap;
    (void)host;
    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    return status;
}
static const rlb_host host = {.size = sizeof host, .fail = keep};

/* ---- linear programming */

enum { MOST = 200 };

static void check_equilibrium(uint32_t n, const double *p, const double *pi)
{
    double sum = 0, worst = 1;
    for (uint32_t i = 0; i < n; i++) {
        CU_ASSERT(pi[i] >= 0);
        sum += pi[i];
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
    for (uint32_t j = 0; j < n; j++) {
        double win = 0;
        for (uint32_t i = 0; i < n; i++)
            win += pi[i] * p[i * n + j];
        worst = fmin(worst, win);
    }
    CU_ASSERT_DOUBLE_EQUAL(worst, 0.5, 1e-9); /* the value of every game of preferences */
}

/* A game whose only equilibrium is known: pi on an odd support, where the margins are antisymmetric
 * with pi in their kernel, and strictly worse responses around it. */
static void known_game(rlb_rng *r, uint32_t n, uint32_t support, double *pi, double *p)
{
    static double a[MOST * MOST], inside[MOST * MOST];
    static uint32_t place[MOST];
    double sum = 0, norm = 0, largest = 0;
    for (uint32_t i = 0; i < n; i++)
        place[i] = i;
    for (uint32_t i = n; i-- > 1;) { /* the support anywhere */
        uint32_t k = rlb_rng_below(r, i + 1), swap = place[i];
        place[i] = place[k];
        place[k] = swap;
    }
    memset(pi, 0, n * sizeof *pi);
    for (uint32_t i = 0; i < support; i++)
        sum += pi[place[i]] = 0.1 + rlb_rng_uniform(r);
    for (uint32_t i = 0; i < support; i++) {
        pi[place[i]] /= sum;
        norm += pi[place[i]] * pi[place[i]];
    }
    for (uint32_t i = 0; i < support; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double x = i == j ? 0 : rlb_rng_normal(r);
            a[i * support + j] = x;
            a[j * support + i] = -x;
        }
    /* Q A Q with Q = I - pi pi' / |pi|^2 keeps antisymmetry and sends pi to 0 */
    for (uint32_t side = 0; side < 2; side++) {
        for (uint32_t j = 0; j < support; j++) {
            double along = 0;
            for (uint32_t i = 0; i < support; i++)
                along += pi[place[i]] * (side ? a[j * support + i] : a[i * support + j]);
            for (uint32_t i = 0; i < support; i++)
                *(side ? &a[j * support + i] : &a[i * support + j]) -= pi[place[i]] * along / norm;
        }
    }
    for (uint32_t i = 0; i < support * support; i++)
        largest = fmax(largest, fabs(a[i]));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double x = 0.6 * rlb_rng_uniform(r) - 0.3;
            inside[i * n + j] = i == j ? 0 : x;
            inside[j * n + i] = i == j ? 0 : -x;
        }
    for (uint32_t i = 0; i < support; i++)
        for (uint32_t j = 0; j < support; j++)
            inside[place[i] * n + place[j]] = largest > 0 ? 0.4 * a[i * support + j] / largest : 0;
    for (uint32_t k = support; k < n; k++) { /* an outsider loses to pi by 0.01 to 0.11 */
        double win = 0, want = -0.01 - 0.1 * rlb_rng_uniform(r);
        for (uint32_t i = 0; i < support; i++)
            win += pi[place[i]] * inside[place[k] * n + place[i]];
        for (uint32_t i = 0; i < support; i++) {
            inside[place[k] * n + place[i]] += want - win;
            inside[place[i] * n + place[k]] = -inside[place[k] * n + place[i]];
        }
    }
    for (uint32_t i = 0; i < n * n; i++)
        p[i] = 0.5 + 0.5 * inside[i];
}

static void against_closed_form(void)
{
    static double p[MOST * MOST], pi[MOST], known[MOST];
    static const uint32_t sizes[][2] = {{1, 1},   {3, 3},    {5, 1},    {9, 5},     {40, 21},
                                        {60, 59}, {120, 61}, {200, 99}, {200, 199}, {200, 3}};
    rlb_rng r;
    rlb_rng_init(&r, 31, 0);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int again = 0; again < 3; again++) {
            uint32_t n = sizes[k][0];
            known_game(&r, n, sizes[k][1], known, p);
            CU_ASSERT_EQUAL(rlb_preference_check(&host, "game", n, n, p), RLB_OK);
            CU_ASSERT_EQUAL(lp_nash(&host, n, p, pi), RLB_OK);
            check_equilibrium(n, p, pi);
            double off = 0;
            for (uint32_t i = 0; i < n; i++)
                off = fmax(off, fabs(pi[i] - known[i]));
            CU_ASSERT(off < 1e-8);
            if (!(off < 1e-8))
                fprintf(stderr, "%u responses, %u played: off by %g\n", n, sizes[k][1], off);
        }
}

/* Circles of three: weights are in proportion to the margin of the opposite edge. */
static void circles(void)
{
    rlb_rng r;
    rlb_rng_init(&r, 32, 0);
    for (int k = 0; k < 200; k++) {
        double m[3], pi[3], p[9];
        for (int i = 0; i < 3; i++)
            m[i] = 0.01 + 0.49 * rlb_rng_uniform(&r);
        for (int i = 0; i < 3; i++) { /* i beats i + 1 by m[i] */
            p[4 * i] = 0.5;
            p[3 * i + (i + 1) % 3] = 0.5 + m[i];
            p[3 * ((i + 1) % 3) + i] = 0.5 - m[i];
        }
        CU_ASSERT_EQUAL(lp_nash(&host, 3, p, pi), RLB_OK);
        for (int i = 0; i < 3; i++)
            CU_ASSERT_DOUBLE_EQUAL(pi[i], m[(i + 1) % 3] / (m[0] + m[1] + m[2]), 1e-8);
    }
}

/* Ties, copies, all equal, a winner, probabilities 0 and 1: some equilibrium every time. */
static void degenerate(void)
{
    static double p[MOST * MOST], pi[MOST];
    static const uint32_t sizes[] = {2, 3, 10, 64, 200};
    rlb_rng r;
    rlb_rng_init(&r, 33, 0);
    for (size_t k = 0; k < 5; k++)
        for (uint32_t levels = 0; levels <= 5; levels++) {
            uint32_t n = sizes[k];
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t j = 0; j <= i; j++) {
                    double x = levels ? (double)rlb_rng_below(&r, levels + 1) / levels : 0.5;
                    p[i * n + j] = i == j ? 0.5 : x;
                    p[j * n + i] = i == j ? 0.5 : 1 - x;
                }
            for (uint32_t copy = n / 2; copy < n && levels > 3; copy++) /* every one twice */
                for (uint32_t j = 0; j < n; j++) {
                    uint32_t a = copy % (n / 2), b = j % (n / 2);
                    p[copy * n + j] = a == b ? 0.5 : p[a * n + b];
                    p[j * n + copy] = 1 - p[copy * n + j];
                }
            CU_ASSERT_EQUAL(rlb_preference_check(&host, "game", n, n, p), RLB_OK);
            CU_ASSERT_EQUAL(lp_nash(&host, n, p, pi), RLB_OK);
            check_equilibrium(n, p, pi);
            if (levels) { /* with one response that beats every other */
                for (uint32_t j = 0; j < n; j++) {
                    p[(n - 1) * n + j] = j == n - 1 ? 0.5 : 0.5 + 1e-3;
                    p[j * n + n - 1] = 1 - p[(n - 1) * n + j];
                }
                CU_ASSERT_EQUAL(lp_nash(&host, n, p, pi), RLB_OK);
                CU_ASSERT_DOUBLE_EQUAL(pi[n - 1], 1, 1e-8);
            }
        }
}

/* As its temperature falls the regularised equilibrium comes to the one without. */
static void cooling(void)
{
    static double p[MOST * MOST], pi[MOST], known[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 34, 0);
    known_game(&r, 30, 11, known, p);
    double last = 1;
    for (double tau = 0.1; tau > 1e-6; tau /= 10) {
        double off = 0;
        CU_ASSERT_EQUAL(rlb_nash(&host, 30, p, NULL, tau, pi), RLB_OK);
        for (uint32_t i = 0; i < 30; i++)
            off = fmax(off, fabs(pi[i] - known[i]));
        CU_ASSERT(off < last);
        last = off;
    }
    CU_ASSERT(last < 1e-3);
}

/* ---- the plugins */

static double figure(struct fake_run *r, const char *name)
{
    fake_clear_metrics(r);
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    return fake_metric(r, name)->last;
}

static void check_policy(struct fake_run *r, const char *result, uint32_t n, const double *want,
                         double bound)
{
    rlb_result got = fake_result(r, result);
    const double *pi = got.data;
    for (uint32_t i = 0; i < n; i++)
        CU_ASSERT_DOUBLE_EQUAL(pi[i], want[i], bound);
}

static void nash_exact(void)
{
    struct fake_run r;
    const double cold[] = {4 / 7.0, 2 / 7.0, 1 / 7.0}, warm[] = {.560, .306, .134};
    fake_start(&r, "nlhf", "tau=0", "prefgame-matrix", "game=cycle-asym", 1, 1, 0);
    CU_ASSERT_EQUAL(fake_step(&r, 1, 0), RLB_OK);
    check_policy(&r, "policy", 3, cold, 1e-8);
    CU_ASSERT(figure(&r, "game/exploitability") < 1e-9);
    CU_ASSERT_EQUAL(fake_step(&r, 1, 0), RLB_DONE);
    fake_finish(&r);
    fake_start(&r, "nlhf", "tau=0.01", "prefgame-matrix", "game=cycle-asym", 1, 1, 0);
    fake_step(&r, 1, 0);
    check_policy(&r, "policy", 3, warm, 1e-3);
    fake_finish(&r);
}

/* Mirror descent comes as near as its step size lets it, samples near that. */
static void nash_learned(void)
{
    struct fake_run r;
    double off[2];
    for (int k = 0; k < 2; k++) {
        fake_start(&r, "nlhf",
                   k ? "method=nash-md tau=0.1 step_size=0.01"
                     : "method=nash-md tau=0.1 step_size=0.1",
                   "prefgame-matrix", "game=cycle-asym", 1, 1, 0);
        fake_step(&r, 40000, 0);
        off[k] = figure(&r, "kl_to_nash");
        fake_finish(&r);
    }
    CU_ASSERT(off[0] < 1e-4 && off[1] < off[0] / 50); /* quadratic in it */
    fake_start(&r, "nlhf", "method=nash-md-pg tau=0.1 step_size=0.2 mixture=0.02",
               "prefgame-matrix", "game=cycle-asym", 1, 1, 0);
    fake_step(&r, 40000, 0);
    CU_ASSERT(figure(&r, "kl_to_nash") < 0.01);
    fake_finish(&r);
}

/* The step of Nash-MD-PG and of RLOO follows the gradient of its objective: for one token, exact
 * expectations beside the mean of many steps. */
static void single_gradients(void)
{
    enum { STEPS = 20000, n = 4 };
    for (int rloo = 0; rloo < 2; rloo++) {
        struct fake_run run;
        struct problem pr;
        struct solo s;
        struct solo_report report;
        struct solo_options o = {
            .batch = 16, .group = 4, .tau = 0.3, .temperature = 0.8, .mixture = 0.25};
        double start[n] = {0.5, -0.2, 0.9, 0}, reward[n] = {1, 0.3, -0.4, 0.7};
        double pi[n], mix[n], worth[n], mean[n] = {0}, square[n] = {0}, average = 0;
        fake_start_env(&run, "prefgame-matrix", "game=random-attributes responses=4", 1, 1);
        CU_ASSERT_EQUAL_FATAL(problem_init(&pr, &run.host, run.world, "test", 0), RLB_OK);
        CU_ASSERT_EQUAL_FATAL(solo_init(&s, &pr, &o, true, 3), RLB_OK);
        for (int k = 0; k < STEPS; k++) {
            memcpy(s.policy.logits, start, sizeof start);
            if (rloo)
                solo_rloo_step(&s, 1, reward, &report);
            else
                solo_nash_step(&s, 1, &report);
            for (uint32_t b = 0; rloo && b < o.batch; b += o.group) /* each less the others' mean */
                CU_ASSERT_DOUBLE_EQUAL(
                    s.score[b] + s.score[b + 1] + s.score[b + 2] + s.score[b + 3], 0, 1e-12);
            for (int i = 0; i < n; i++) {
                double moved = s.policy.logits[i] - start[i];
                mean[i] += moved / STEPS;
                square[i] += moved * moved / STEPS;
            }
        }
        for (int i = 0; i < n; i++) {
            pi[i] = start[i] / 0.8;
            mix[i] = 0.75 * start[i] / 0.8; /* pi^0.75, the reference uniform */
        }
        (void)rlb_softmax_in_place(n, pi);
        (void)rlb_softmax_in_place(n, mix);
        for (int i = 0; i < n; i++) {
            worth[i] = -0.3 * log(pi[i] * n);
            for (int j = 0; j < n && !rloo; j++)
                worth[i] += pr.p[i * n + j] * mix[j];
            worth[i] += rloo ? reward[i] : 0;
            average += pi[i] * worth[i];
        }
        for (int i = 0; i < n; i++) {
            double error = sqrt((square[i] - mean[i] * mean[i]) / STEPS);
            CU_ASSERT_DOUBLE_EQUAL(mean[i], pi[i] * (worth[i] - average) / 0.8, 4 * error);
            CU_ASSERT(error < 0.01 * fabs(mean[i]) + 2e-3);
        }
        fake_finish(&run);
    }
}

/* What annotators are shown decides which response wins, when preferences go in circles. */
static void data_matters(void)
{
    struct fake_run r;
    static const struct {
        const char *set;
        double reward[3];
    } cases[] = {
        {"pairs=uniform", {0, 0, 0}},
        {"pairs=chain", {.6931, 0, -.6931}},
        {"pairs=biased", {.2257, -.2257, 0}},
        {"pairs=biased pair_weights=CA:1,AB:1,CB:2", {-.1410, -.1410, .2819}},
    };
    for (int k = 0; k < 4; k++) {
        CU_ASSERT_EQUAL_FATAL(
            fake_start(&r, "rlhf", cases[k].set, "prefgame-matrix", "game=condorcet3", 1, 1, 0),
            RLB_OK);
        if (k < 3)
            check_policy(&r, "reward", 3, cases[k].reward, 1e-3);
        fake_finish(&r);
    }
    fake_start(&r, "rlhf", "pairs=chain num_pairs=1000000", "prefgame-matrix", "game=condorcet3", 1,
               1, 0);
    check_policy(&r, "reward", 3, cases[1].reward, 0.02); /* seven standard errors */
    fake_finish(&r);
}

/* One policy from rewards, exactly and from samples; a winner that scores put second. */
static void reward_trained(void)
{
    struct fake_run r;
    const char *world = "game=condorcet-vs-borda";
    fake_start(&r, "rlhf", "tau=0.2", "prefgame-matrix", world, 1, 1, 0);
    fake_step(&r, 1, 0);
    double want[] = {.031 / .2, .722 / .2, -.752 / .2};
    (void)rlb_softmax_in_place(3, want);
    check_policy(&r, "policy", 3, want, 1e-3);
    CU_ASSERT(figure(&r, "policy/mode") == 1 && figure(&r, "game/exploitability") > 0);
    CU_ASSERT_EQUAL(fake_step(&r, 1, 0), RLB_DONE);
    fake_finish(&r);
    fake_start(&r, "rlhf", "method=rloo tau=0.2 step_size=0.2", "prefgame-matrix", world, 1, 1, 0);
    fake_step(&r, 20000, 0);
    check_policy(&r, "policy", 3, want, 0.02);
    fake_finish(&r);
    fake_start(&r, "rlhf", "reward=attributes tau=0", "prefgame-matrix",
               "game=population rankings=ABC:1,BAC:3", 1, 1, 0);
    fake_step(&r, 1, 0);
    const double tie[] = {.5, .5, 0}; /* unweighted means of places */
    check_policy(&r, "policy", 3, tie, 1e-12);
    fake_finish(&r);
    /* pairs of the policy's own: in the end its scores fit what it says */
    double pi[3], score[3], p[] = {.5, .51, .51, .49, .5, .99, .49, .01, .5};
    fake_start(&r, "rlhf", "pairs=on-policy tau=0.3", "prefgame-matrix", world, 1, 1, 0);
    CU_ASSERT_EQUAL(fake_step(&r, 500, 0), RLB_OK);
    memcpy(pi, fake_result(&r, "policy").data, sizeof pi);
    memcpy(score, fake_result(&r, "reward").data, sizeof score);
    for (int i = 0; i < 3; i++) {
        double slope = 0;
        for (int j = 0; j < 3; j++)
            slope += pi[i] * pi[j] * (p[3 * i + j] - 1 / (1 + exp(score[j] - score[i])));
        CU_ASSERT(fabs(slope) < 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(log(pi[i] / pi[0]), (score[i] - score[0]) / 0.3, 1e-9);
    }
    fake_finish(&r);
}

static void refusals(void)
{
    static const struct {
        const char *algo, *set, *part;
    } bad[] = {
        {"rlhf", "pairs=biased pair_weights=", "no pair has a weight"},
        {"rlhf", "pairs=biased pair_weights=AZ:1", "'AZ:1' is no pair"},
        {"rlhf", "pairs=biased pair_weights=AA:1", "'AA:1' is no pair"},
        {"rlhf", "pairs=biased pair_weights=AB", "'AB' is no pair"},
        {"rlhf", "pairs=biased pair_weights=AB:nan", "'AB:nan' is no pair"},
        {"rlhf", "ridge=0 pairs=uniform", "no finite scores"},
        {"rlhf", "method=rloo group=5", "5 does not divide"},
        {"rlhf", "reward=attributes", "this one has 0"},
        {"nlhf", "method=nash-md tau=1 step_size=2", "too large for tau"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fake_run r;
        CU_ASSERT(
            fake_start(&r, bad[i].algo, bad[i].set, "prefgame-matrix", "game=matrix", 1, 1, 0) < 0);
        if (!strstr(r.failure, bad[i].part))
            fprintf(stderr, "%s: '%s' has no '%s'\n", bad[i].set, r.failure, bad[i].part);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, bad[i].part));
        fake_finish(&r);
    }
}

CHECK_MAIN("preference baselines", {"linear program, closed form", against_closed_form},
           {"linear program, circles", circles}, {"linear program, degenerate", degenerate},
           {"cooling", cooling}, {"exact Nash", nash_exact}, {"learned Nash", nash_learned},
           {"gradients", single_gradients}, {"data matters", data_matters},
           {"reward-trained", reward_trained}, {"refusals", refusals})
