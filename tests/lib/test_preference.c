#include "check.h"

#include <rlbench/preference.h>

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

enum { MOST = 40 };

struct drawn {
    uint32_t n;
    double p[MOST * MOST], leader_ref[MOST], follower_ref[MOST * MOST];
    rlb_game game;
};

static void draw_distribution(rlb_rng *r, uint32_t n, double *x)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += x[i] = 0.02 + rlb_rng_uniform(r);
    for (uint32_t i = 0; i < n; i++)
        x[i] /= sum;
}

/* levels > 0: preferences are multiples of 1 / levels, so that many are tied. */
static void draw_matrix(rlb_rng *r, uint32_t n, uint32_t levels, double *p)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double x = levels ? (double)rlb_rng_below(r, levels + 1) / levels : rlb_rng_uniform(r);
            p[i * n + j] = i == j ? 0.5 : x;
            p[j * n + i] = i == j ? 0.5 : 1 - x;
        }
}

static void draw_game(struct drawn *d, rlb_rng *r, uint32_t n, double tau_l, double tau_f)
{
    d->n = n;
    draw_matrix(r, n, 0, d->p);
    draw_distribution(r, n, d->leader_ref);
    for (uint32_t y = 0; y < n; y++)
        draw_distribution(r, n, d->follower_ref + y * n);
    d->game = (rlb_game){.n = n,
                         .p = d->p,
                         .leader_ref = d->leader_ref,
                         .follower_ref = d->follower_ref,
                         .tau_leader = tau_l,
                         .tau_follower = tau_f};
}

static double farthest(uint32_t n, const double *a, const double *b)
{
    double off = 0;
    for (uint32_t i = 0; i < n; i++)
        off = fmax(off, fabs(a[i] - b[i]));
    return off;
}

/* ---- what a matrix of preferences is */

static void refusals(void)
{
    static const struct {
        uint32_t rows, cols;
        double p[6];
        const char *part;
    } bad[] = {
        {0, 0, {0}, "is empty"},
        {2, 3, {.5, 1, 0, 0, .5, 1}, "2 rows and 3 columns"},
        {2, 2, {.5, 1.25, -.25, .5}, "entry (1, 2) is 1.25"},
        {2, 2, {.5, .25, NAN, .5}, "entry (2, 1) is nan"},
        {2, 2, {.5, .3, INFINITY, .5}, "entry (2, 1) is inf"},
        {2, 2, {.5, .3, .6, .5}, "entries (1, 2) and (2, 1) are 0.3 and 0.6"},
        {2, 2, {.5, .3, .7, .25}, "entry (2, 2) is 0.25"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        *sentence = 0;
        CU_ASSERT_EQUAL(rlb_preference_check(&host, "table", bad[i].rows, bad[i].cols, bad[i].p),
                        RLB_E_INVAL);
        if (!strstr(sentence, bad[i].part) || strncmp(sentence, "table: ", 7) != 0)
            fprintf(stderr, "'%s' has no '%s'\n", sentence, bad[i].part);
        CU_ASSERT(strstr(sentence, bad[i].part) && strncmp(sentence, "table: ", 7) == 0);
    }
    double fine[] = {.5, .3, .7, .5}, one[] = {.5};
    CU_ASSERT_EQUAL(rlb_preference_check(&host, "table", 2, 2, fine), RLB_OK);
    CU_ASSERT_EQUAL(rlb_preference_check(&host, "table", 1, 1, one), RLB_OK);
}

static void majorities(void)
{
    double circle[] = {.5, .6, .3, .4, .5, .9, .7, .1, .5};
    double winner[] = {.5, .51, .51, .49, .5, .99, .49, .01, .5};
    double tied[] = {.5, .5, .9, .5, .5, .9, .1, .1, .5};
    int32_t who;
    uint32_t cyclic;
    CU_ASSERT_EQUAL(rlb_majority(3, circle, &who, &cyclic), RLB_OK);
    CU_ASSERT(who == -1 && cyclic == 1);
    CU_ASSERT_EQUAL(rlb_majority(3, winner, &who, &cyclic), RLB_OK);
    CU_ASSERT(who == 0 && cyclic == 0);
    CU_ASSERT_EQUAL(rlb_majority(3, tied, &who, &cyclic), RLB_OK);
    CU_ASSERT(who == -1 && cyclic == 0);
}

/* ---- the Stackelberg equilibrium */

/* Exponentiated gradient on one distribution until it rests: x ~ x exp(-rate slope), where slope
 * is that of <cost, x> + tau KL(x | ref). */
static void descend(uint32_t n, const double *cost, const double *ref, double tau, double *x)
{
    double rate = 0.3 / tau;
    for (uint32_t i = 0; i < n; i++)
        x[i] = 1.0 / n;
    for (int k = 0; k < 400; k++) {
        for (uint32_t i = 0; i < n; i++)
            x[i] = log(x[i]) - rate * (cost[i] + tau * log(x[i] / ref[i]));
        (void)rlb_softmax_in_place(n, x);
    }
}

/* Minimising row by row and then maximising, both by mirror descent, knows no closed form. */
static void brute_force(void)
{
    static struct drawn d;
    static double pi[MOST], omega[MOST * MOST], v[MOST], row[MOST], worth[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 3, 0);
    for (int k = 0; k < 60; k++) {
        uint32_t n = 2 + rlb_rng_below(&r, 12);
        draw_game(&d, &r, n, 0.02 + 0.3 * rlb_rng_uniform(&r), 0.02 + 0.3 * rlb_rng_uniform(&r));
        double value = rlb_stackelberg(&d.game, pi, omega, v), total = 0;
        for (uint32_t y = 0; y < n; y++) {
            descend(n, d.p + y * n, d.follower_ref + y * n, d.game.tau_follower, row);
            CU_ASSERT(farthest(n, row, omega + y * n) < 1e-8);
            worth[y] = 0;
            for (uint32_t z = 0; z < n; z++)
                worth[y] += row[z] * (d.p[y * n + z] + d.game.tau_follower *
                                                           log(row[z] / d.follower_ref[y * n + z]));
            CU_ASSERT_DOUBLE_EQUAL(worth[y], v[y], 1e-8);
            worth[y] = -worth[y];
        }
        descend(n, worth, d.leader_ref, d.game.tau_leader, row);
        CU_ASSERT(farthest(n, row, pi) < 1e-8);
        for (uint32_t y = 0; y < n; y++)
            total -= row[y] * (worth[y] + d.game.tau_leader * log(row[y] / d.leader_ref[y]));
        CU_ASSERT_DOUBLE_EQUAL(total, value, 1e-8);
    }
}

/* guarantee <= f(pi, omega) <= certificate for any pair, with equality at the equilibrium. */
static void certificates(void)
{
    static struct drawn d;
    static double pi[MOST], omega[MOST * MOST], v[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 4, 0);
    for (int k = 0; k < 400; k++) {
        uint32_t n = 1 + rlb_rng_below(&r, 8);
        double above;
        draw_game(&d, &r, n, k % 5 ? 0.3 * rlb_rng_uniform(&r) : 0,
                  k % 7 ? 0.3 * rlb_rng_uniform(&r) : 0);
        double value = rlb_stackelberg(&d.game, pi, omega, v);
        CU_ASSERT_DOUBLE_EQUAL(rlb_leader_guarantee(&d.game, pi), value, 1e-12);
        CU_ASSERT_EQUAL(rlb_follower_certificate(&d.game, omega, &above), RLB_OK);
        CU_ASSERT_DOUBLE_EQUAL(above, value, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(rlb_stackelberg_objective(&d.game, pi, omega), value, 1e-12);
        draw_distribution(&r, n, pi);
        for (uint32_t y = 0; y < n; y++)
            draw_distribution(&r, n, omega + y * n);
        double below = rlb_leader_guarantee(&d.game, pi);
        double between = rlb_stackelberg_objective(&d.game, pi, omega);
        CU_ASSERT_EQUAL(rlb_follower_certificate(&d.game, omega, &above), RLB_OK);
        CU_ASSERT(below <= between + 1e-12 && between <= above + 1e-12);
        CU_ASSERT(below <= value + 1e-12 && value <= above + 1e-12);
        CU_ASSERT(n == 1 || above - below > 1e-9);
    }
}

/* At temperature 0 the Leader plays the largest row minimum, and a Condorcet winner where there is
 * one; tied rows share by the reference. */
static void no_temperature(void)
{
    static double p[MOST * MOST], pi[MOST], omega[MOST * MOST], v[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 5, 0);
    for (int k = 0; k < 300; k++) {
        uint32_t n = 1 + rlb_rng_below(&r, 9), best = 0;
        draw_matrix(&r, n, k % 3 ? 4 : 0, p);
        if (k % 2) /* a Condorcet winner */
            for (uint32_t i = 0; i < n; i++)
                if (i != k % n) {
                    p[k % n * n + i] = 0.6;
                    p[i * n + k % n] = 0.4;
                }
        rlb_game g = {.n = n, .p = p};
        double value = rlb_stackelberg(&g, pi, omega, v), low[MOST], mass = 0, tied = 0;
        for (uint32_t y = 0; y < n; y++) {
            low[y] = 1;
            for (uint32_t z = 0; z < n; z++)
                low[y] = fmin(low[y], p[y * n + z]);
            CU_ASSERT_EQUAL(low[y], v[y]);
            for (uint32_t z = 0; z < n; z++)
                CU_ASSERT((omega[y * n + z] > 0) == (p[y * n + z] <= low[y] + 1e-12));
            if (low[y] > low[best])
                best = y;
        }
        CU_ASSERT_EQUAL(value, low[best]);
        for (uint32_t y = 0; y < n; y++)
            tied += low[y] >= low[best] - 1e-12;
        for (uint32_t y = 0; y < n; y++) {
            mass += pi[y];
            CU_ASSERT_DOUBLE_EQUAL(pi[y], low[y] >= low[best] - 1e-12 ? 1 / tied : 0, 1e-12);
        }
        CU_ASSERT_DOUBLE_EQUAL(mass, 1, 1e-12);
        if (k % 2)
            CU_ASSERT_EQUAL(pi[k % n], 1);
    }
}

/* A Follower who may not leave the reference: the Leader solves a problem of rewards. */
static void stiff_follower(void)
{
    static struct drawn d;
    static double pi[MOST], omega[MOST * MOST], v[MOST], reward[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 6, 0);
    draw_game(&d, &r, 9, 0.1, 1e6);
    (void)rlb_stackelberg(&d.game, pi, omega, v);
    CU_ASSERT(farthest(81, omega, d.follower_ref) < 1e-6);
    for (uint32_t y = 0; y < 9; y++) {
        double mean = 0;
        for (uint32_t z = 0; z < 9; z++)
            mean += d.follower_ref[y * 9 + z] * d.p[y * 9 + z];
        reward[y] = log(d.leader_ref[y]) + mean / 0.1;
    }
    (void)rlb_softmax_in_place(9, reward);
    CU_ASSERT(farthest(9, pi, reward) < 1e-5);
}

/* What the reference rules out is never played, however good. */
static void ruled_out(void)
{
    double p[] = {.5, 1, 1, 0, .5, .7, 0, .3, .5}, ref[] = {0, .5, .5}, pi[3], omega[9], v[3];
    for (int cold = 0; cold < 2; cold++) {
        double tau = cold ? 0 : 1e-3; /* exp(1 / tau) overflows */
        rlb_game g = {.n = 3,
                      .shared = 1,
                      .p = p,
                      .leader_ref = ref,
                      .follower_ref = ref,
                      .tau_leader = tau,
                      .tau_follower = tau};
        (void)rlb_stackelberg(&g, pi, omega, v);
        CU_ASSERT(pi[0] == 0 && omega[0] == 0 && omega[3] == 0 && omega[6] == 0);
        CU_ASSERT_DOUBLE_EQUAL(pi[1], 1, 1e-9);
    }
}

/* ---- Nash */

/* Mirror descent against itself, drawn towards the reference. */
static void mirror_nash(uint32_t n, const double *p, const double *ref, double tau, double *pi)
{
    double eta = 0.2 * fmin(0.5 / tau, 2), next[MOST];
    memcpy(pi, ref, n * sizeof *pi);
    for (int k = 0; k < 40000; k++) {
        for (uint32_t i = 0; i < n; i++) {
            double win = 0;
            for (uint32_t j = 0; j < n; j++)
                win += p[i * n + j] * pi[j];
            next[i] = (1 - eta * tau) * log(pi[i]) + eta * tau * log(ref[i]) + eta * win;
        }
        (void)rlb_softmax_in_place(n, next);
        memcpy(pi, next, n * sizeof *pi);
    }
}

static void nash(void)
{
    static struct drawn d;
    static double pi[MOST], other[MOST];
    static const double taus[] = {0.02, 0.1, 1, 5};
    rlb_rng r;
    rlb_rng_init(&r, 7, 0);
    for (int k = 0; k < 12; k++) {
        uint32_t n = 2 + rlb_rng_below(&r, 9);
        double tau = taus[k % 4], best = 0, span = 0;
        draw_game(&d, &r, n, 0, 0);
        if (k % 3 == 0)
            draw_matrix(&r, n, 2, d.p);
        CU_ASSERT_EQUAL(rlb_nash(&host, n, d.p, d.leader_ref, tau, pi), RLB_OK);
        mirror_nash(n, d.p, d.leader_ref, tau, other);
        CU_ASSERT(farthest(n, pi, other) < 1e-8);
        for (uint32_t i = 0; i < n; i++) { /* nobody wins much against it */
            double win = 0;
            for (uint32_t j = 0; j < n; j++)
                win += d.p[i * n + j] * pi[j];
            best = fmax(best, win);
            span = fmax(span, -log(d.leader_ref[i]));
        }
        CU_ASSERT(best <= 0.5 + tau * span + 1e-9);
    }
    double cycle[] = {.5, .6, .3, .4, .5, .9, .7, .1, .5};
    CU_ASSERT_EQUAL(rlb_nash(&host, 3, cycle, NULL, 1e-5, pi), RLB_OK);
    double limit[] = {4 / 7.0, 2 / 7.0, 1 / 7.0};
    CU_ASSERT(farthest(3, pi, limit) < 1e-3);
    CU_ASSERT_EQUAL(rlb_nash(&host, 3, cycle, NULL, 0.01, pi), RLB_OK);
    double warm[] = {.560, .306, .134}; /* stored with the reproduction plan */
    CU_ASSERT(farthest(3, pi, warm) < 1e-3);
    CU_ASSERT_EQUAL(rlb_nash(&host, 3, cycle, NULL, 0, pi), RLB_E_INVAL);
}

/* A Follower who must answer every y with one distribution plays Nash, by extragradient on the
 * two-player game. */
static void blind_follower(void)
{
    static struct drawn d;
    static double pi[MOST], a[MOST], b[MOST], half_a[MOST], half_b[MOST];
    rlb_rng r;
    rlb_rng_init(&r, 8, 0);
    for (int k = 0; k < 6; k++) {
        uint32_t n = 2 + rlb_rng_below(&r, 7);
        double tau = 0.1, rate = 0.5;
        draw_game(&d, &r, n, tau, tau);
        draw_distribution(&r, n, a);
        draw_distribution(&r, n, b);
        for (int t = 0; t < 4000; t++) {
            const double *at_a = a, *at_b = b;
            double next_a[MOST], next_b[MOST];
            for (int half = 0; half < 2; half++) {
                for (uint32_t i = 0; i < n; i++) {
                    double win = 0, lose = 0;
                    for (uint32_t j = 0; j < n; j++) {
                        win += d.p[i * n + j] * at_b[j];
                        lose += d.p[j * n + i] * at_a[j];
                    }
                    double ref = d.leader_ref[i];
                    next_a[i] = log(a[i]) + rate * (win - tau * log(at_a[i] / ref));
                    next_b[i] = log(b[i]) - rate * (lose + tau * log(at_b[i] / ref));
                }
                (void)rlb_softmax_in_place(n, next_a);
                (void)rlb_softmax_in_place(n, next_b);
                memcpy(half_a, next_a, sizeof half_a);
                memcpy(half_b, next_b, sizeof half_b);
                at_a = half_a;
                at_b = half_b;
            }
            memcpy(a, half_a, sizeof a);
            memcpy(b, half_b, sizeof b);
        }
        CU_ASSERT_EQUAL(rlb_nash(&host, n, d.p, d.leader_ref, tau, pi), RLB_OK);
        CU_ASSERT(farthest(n, pi, a) < 1e-5 && farthest(n, pi, b) < 1e-5);
    }
}

/* ---- Bradley-Terry */

static void scores(void)
{
    static double p[MOST * MOST], r[MOST], truth[MOST];
    rlb_rng rng;
    rlb_rng_init(&rng, 9, 0);
    for (uint32_t n = 2; n < 30; n += 9) { /* preferences that have scores give them back */
        double mean = 0;
        for (uint32_t i = 0; i < n; i++)
            mean += truth[i] = rlb_rng_normal(&rng);
        for (uint32_t i = 0; i < n; i++)
            truth[i] -= mean / n;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                p[i * n + j] = 1 / (1 + exp(truth[j] - truth[i]));
        CU_ASSERT_EQUAL(rlb_bradley_terry(&host, n, p, NULL, 0, r), RLB_OK);
        CU_ASSERT(farthest(n, r, truth) < 1e-9);
    }
    /* known cases of three responses */
    double circle[] = {.5, 2 / 3.0, 1 / 3.0, 1 / 3.0, .5, 2 / 3.0, 2 / 3.0, 1 / 3.0, .5};
    double chain[] = {0, 1, 0, 0, 0, 1, 0, 0, 0}, biased[] = {0, 4, 1, 0, 0, 1, 0, 0, 0};
    double borda[] = {.5, .51, .51, .49, .5, .99, .49, .01, .5};
    double want_chain[] = {log(2), 0, -log(2)}, want_biased[] = {.2257, -.2257, 0};
    double want_borda[] = {.031, .722, -.752}, none[3] = {0};
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 3, circle, NULL, 0, r), RLB_OK);
    CU_ASSERT(farthest(3, r, none) < 1e-12);
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 3, circle, chain, 0, r), RLB_OK);
    CU_ASSERT(farthest(3, r, want_chain) < 1e-9);
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 3, circle, biased, 0, r), RLB_OK);
    CU_ASSERT(farthest(3, r, want_biased) < 1e-3);
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 3, borda, NULL, 0, r), RLB_OK);
    CU_ASSERT(farthest(3, r, want_borda) < 1e-3);
}

/* Where one group always wins there is no finite maximum, and a ridge makes one. */
static void no_scores(void)
{
    double p[] = {.5, .7, 1, 1, .3, .5, 1, 1, 0, 0, .5, .6, 0, 0, .4, .5}, r[4];
    *sentence = 0;
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 4, p, NULL, 0, r), RLB_E_NUMERIC);
    CU_ASSERT(strstr(sentence, "no finite scores") != NULL);
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 4, p, NULL, 1e-4, r), RLB_OK);
    CU_ASSERT(r[0] > r[1] && r[1] > r[2] + 3 && r[2] > r[3]);
    /* the slope of what is maximised is 0 there */
    for (uint32_t i = 0; i < 4; i++) {
        double slope = -1e-4 * r[i];
        for (uint32_t j = 0; j < 4; j++)
            if (i != j)
                slope += 2 / 12.0 * (p[i * 4 + j] - 1 / (1 + exp(r[j] - r[i])));
        CU_ASSERT(fabs(slope) < 1e-11);
    }
    double pairs[16] = {0}; /* two components, each with its own mean */
    pairs[0 * 4 + 1] = pairs[2 * 4 + 3] = 1;
    CU_ASSERT_EQUAL(rlb_bradley_terry(&host, 4, p, pairs, 0, r), RLB_OK);
    CU_ASSERT_DOUBLE_EQUAL(r[0] - r[1], log(.7 / .3), 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(r[0] + r[1], 0, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(r[2] - r[3], log(.6 / .4), 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(r[2] + r[3], 0, 1e-9);
}

/* Preferences that have scores: all three solutions agree on the best response. */
static void agreement(void)
{
    static double p[MOST * MOST], r[MOST], truth[MOST], pi[MOST], nash_pi[MOST], v[MOST];
    rlb_rng rng;
    rlb_rng_init(&rng, 10, 0);
    for (int k = 0; k < 20; k++) {
        uint32_t n = 3 + rlb_rng_below(&rng, 10), best[4] = {0};
        for (uint32_t i = 0; i < n; i++)
            truth[i] = rlb_rng_normal(&rng);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                p[i * n + j] = 1 / (1 + exp(truth[j] - truth[i]));
        rlb_game g = {.n = n, .p = p, .tau_leader = 0.02, .tau_follower = 0.02};
        (void)rlb_stackelberg(&g, pi, NULL, v);
        CU_ASSERT_EQUAL(rlb_nash(&host, n, p, NULL, 0.02, nash_pi), RLB_OK);
        CU_ASSERT_EQUAL(rlb_bradley_terry(&host, n, p, NULL, 0, r), RLB_OK);
        const double *of[] = {truth, pi, nash_pi, r};
        for (int s = 0; s < 4; s++)
            for (uint32_t i = 0; i < n; i++)
                if (of[s][i] > of[s][best[s]])
                    best[s] = i;
        CU_ASSERT(best[0] == best[1] && best[0] == best[2] && best[0] == best[3]);
    }
}

/* The nearest point: no feasible direction from it to a vertex comes closer. */
static void projection(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 11, 0);
    for (int k = 0; k < 200; k++) {
        uint32_t n = 1 + rlb_rng_below(&rng, 9);
        double x[9], y[9], sum = 0, inner = 0;
        for (uint32_t i = 0; i < n; i++)
            x[i] = y[i] = 2 * rlb_rng_normal(&rng);
        CU_ASSERT_EQUAL(rlb_project_simplex(n, y), RLB_OK);
        for (uint32_t i = 0; i < n; i++) {
            sum += y[i];
            inner += (x[i] - y[i]) * y[i];
            CU_ASSERT(y[i] >= 0);
        }
        CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
        for (uint32_t i = 0; i < n; i++)
            CU_ASSERT(x[i] - y[i] <= inner + 1e-12);
    }
}

CHECK_MAIN("preference games", {"matrices that are none", refusals}, {"majorities", majorities},
           {"equilibrium by brute force", brute_force}, {"certificates", certificates},
           {"temperature 0", no_temperature}, {"stiff follower", stiff_follower},
           {"ruled out responses", ruled_out}, {"regularised Nash", nash},
           {"blind follower", blind_follower}, {"Bradley-Terry", scores},
           {"scores that are not finite", no_scores}, {"agreement", agreement},
           {"projection", projection})
