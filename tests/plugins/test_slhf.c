#include "check.h"
#include "plugins/fake_host.h"

#include "../../plugins/algorithms/preference/duel.h"

#include <math.h>
#include <stdlib.h>

/* ---- the sampled step beside exact gradients */

struct table {
    struct fake_run run;
    struct problem problem;
    struct duel duel;
};

static void open_table(struct table *t, const char *set, double keep, const struct duel_options *o,
                       uint64_t seed)
{
    memset(t, 0, sizeof *t);
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&t->run, "prefgame-sequence", set, 1, 1), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(problem_init(&t->problem, &t->run.host, t->run.world, "test", keep),
                          RLB_OK);
    CU_ASSERT_EQUAL_FATAL(
        duel_init(&t->duel, &t->problem, o, t->problem.V, t->problem.L, 0.8, seed), RLB_OK);
}

static size_t logits_of(const struct forest *f)
{
    return f->trees * f->nodes * f->V;
}

/* f(pi, omega) of the players as they are, mean over contexts. */
static double objective(struct table *t)
{
    const struct problem *pr = &t->problem;
    double pi[64], omega[64 * 64], row[64], sum = 0;
    for (uint32_t x = 0; x < pr->X; x++) {
        forest_enumerate(&t->duel.leader, x, row, pi);
        for (uint32_t y = 0; y < pr->n; y++)
            forest_enumerate(&t->duel.follower, x * pr->n + y, row, omega + y * pr->n);
        rlb_game g = problem_game(pr, x, t->duel.o.tau_leader, t->duel.o.tau_follower);
        sum += pr->weight[x] * rlb_stackelberg_objective(&g, pi, omega);
    }
    return sum;
}

static void scatter_logits(struct forest *f, rlb_rng *r)
{
    for (size_t i = 0; i < logits_of(f); i++)
        f->logits[i] = 0.7 * rlb_rng_normal(r);
}

/* Mean and squared standard error of the gradient that a step takes, over `repeats` steps from the
 * same players. */
static void sampled_gradient(struct table *t, int repeats, double *mean, double *error)
{
    size_t leads = logits_of(&t->duel.leader), follows = logits_of(&t->duel.follower);
    size_t n = leads + follows;
    double *start = malloc(n * sizeof *start);
    struct duel_report report;
    memcpy(start, t->duel.leader.logits, leads * sizeof *start);
    memcpy(start + leads, t->duel.follower.logits, follows * sizeof *start);
    memset(mean, 0, n * sizeof *mean);
    memset(error, 0, n * sizeof *error);
    for (int k = 0; k < repeats; k++) {
        duel_step(&t->duel, 1, 1, &report);
        for (size_t i = 0; i < n; i++) {
            double *now =
                i < leads ? &t->duel.leader.logits[i] : &t->duel.follower.logits[i - leads];
            double moved = *now - start[i];
            mean[i] += moved / repeats;
            error[i] += moved * moved / repeats;
            *now = start[i];
        }
    }
    for (size_t i = 0; i < n; i++)
        error[i] = (error[i] - mean[i] * mean[i]) / repeats;
    free(start);
}

/* Squared distance from the exact gradient in standard errors, mean over what moves; also the
 * largest distance. */
static double mismatch(struct table *t, int repeats, double *largest)
{
    size_t leads = logits_of(&t->duel.leader), n = leads + logits_of(&t->duel.follower);
    double *mean = malloc(n * sizeof *mean), *error = malloc(n * sizeof *error), sum = 0;
    size_t counted = 0;
    sampled_gradient(t, repeats, mean, error);
    *largest = 0;
    for (size_t i = 0; i < n; i++) {
        double *logit = i < leads ? &t->duel.leader.logits[i] : &t->duel.follower.logits[i - leads];
        double here = *logit, h = 1e-5;
        *logit = here + h;
        double up = objective(t);
        *logit = here - h;
        double down = objective(t);
        *logit = here;
        double slope = (up - down) / (2 * h) * (i < leads ? 1 : -1); /* the Follower descends */
        if (error[i] < 1e-20)
            continue;
        double z = (mean[i] - slope) / sqrt(error[i]);
        sum += z * z;
        counted++;
        *largest = fmax(*largest, fabs(z));
    }
    free(mean);
    free(error);
    CU_ASSERT_FATAL(counted > 50);
    return sum / (double)counted;
}

/* With k1, costs of later tokens and the Leader charged the step follows the gradient of f, with
 * any baseline; without one of these it does not. */
static void gradients(void)
{
    const struct duel_options right = {.batch = 64,
                                       .kl_estimator = KL_K1,
                                       .kl_return_to_go = 1,
                                       .charge_leader = 1,
                                       .tau_leader = 0.7,
                                       .tau_follower = 0.9,
                                       .baseline = 0.5};
    struct duel_options o;
    double largest;
    for (int wrong = -3; wrong < 4; wrong++) {
        struct table t;
        rlb_rng r;
        o = right;
        switch (wrong) {
        case -3: o.baseline = 0; break;
        case -2: o.bernoulli = 1; break;
        case -1: break;
        case 0: o.kl_return_to_go = 0; break;
        case 1: o.charge_leader = 0; break;
        case 2: o.kl_estimator = KL_K2; break;
        default: o.kl_estimator = KL_K3;
        }
        open_table(&t, "vocabulary=2 length=2 contexts=2", 0.4, &o, 5);
        rlb_rng_init(&r, 17, 0);
        scatter_logits(&t.duel.leader, &r);
        scatter_logits(&t.duel.follower, &r);
        double off = mismatch(&t, 20000, &largest);
        CU_ASSERT(wrong >= 0 ? off > 20 : off < 1.5 && largest < 4);
        fake_finish(&t.run);
    }
}

/* A baseline changes the variance of the gradient, not its mean; so does the mean of the others. */
static void baselines(void)
{
    double mean[3][200], error[3][200], spread[3] = {0};
    size_t n = 0;
    for (int k = 0; k < 3; k++) {
        struct table t;
        rlb_rng r;
        struct duel_options o = {.batch = 16,
                                 .tau_leader = 0.02,
                                 .tau_follower = 0.02,
                                 .baseline = k ? 0.5 : -1,
                                 .rloo_baseline = k == 2};
        open_table(&t, "vocabulary=2 length=2", 0, &o, 6 + (uint64_t)k);
        rlb_rng_init(&r, 18, 0);
        scatter_logits(&t.duel.leader, &r);
        scatter_logits(&t.duel.follower, &r);
        n = logits_of(&t.duel.leader) + logits_of(&t.duel.follower);
        CU_ASSERT_FATAL(n <= 200);
        sampled_gradient(&t, 20000, mean[k], error[k]);
        for (size_t i = 0; i < n; i++)
            spread[k] += error[k][i];
        fake_finish(&t.run);
    }
    for (int k = 0; k < 2; k++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += pow(mean[k][i] - mean[2][i], 2) / (error[k][i] + error[2][i]);
        CU_ASSERT(sum / (double)n < 1.7);
    }
    CU_ASSERT(spread[0] > 4 * spread[1]);
}

/* E[k3 grad log pi] = grad KL(pi | ref) - grad KL(ref | pi), and of k1 the first alone: sums over
 * all tokens beside differences. */
static void estimators(void)
{
    enum { n = 6 };
    double theta[n], ref[n], pi[n], norm[2] = {0};
    rlb_rng r;
    rlb_rng_init(&r, 19, 0);
    for (int i = 0; i < n; i++) {
        theta[i] = rlb_rng_normal(&r);
        ref[i] = rlb_rng_normal(&r);
    }
    (void)rlb_softmax_in_place(n, ref);
    memcpy(pi, theta, sizeof pi);
    (void)rlb_softmax_in_place(n, pi);
    for (int j = 0; j < n; j++) {
        double got[2] = {0}, forward[2], backward[2];
        for (int i = 0; i < n; i++) {
            double score = (i == j) - pi[j], l = log(ref[i] / pi[i]);
            got[0] += pi[i] * duel_kl(KL_K1, l) * score;
            got[1] += pi[i] * duel_kl(KL_K3, l) * score;
        }
        for (int side = 0; side < 2; side++) {
            double moved[n];
            memcpy(moved, theta, sizeof moved);
            moved[j] += side ? 1e-6 : -1e-6;
            (void)rlb_softmax_in_place(n, moved);
            forward[side] = rlb_kl(n, moved, ref);
            backward[side] = rlb_kl(n, ref, moved);
        }
        double up = (forward[1] - forward[0]) / 2e-6, back = (backward[1] - backward[0]) / 2e-6;
        CU_ASSERT_DOUBLE_EQUAL(got[0], up, 1e-8);
        CU_ASSERT_DOUBLE_EQUAL(got[1], up - back, 1e-8);
        norm[0] += up * up;
        norm[1] += back * back;
    }
    CU_ASSERT(norm[0] > 0.01 && norm[1] > 0.01);
    CU_ASSERT_DOUBLE_EQUAL(duel_kl(KL_K2, 0.3), 0.045, 1e-15);
    CU_ASSERT(isfinite(duel_kl(KL_K3, 1e9)));
}

/* Probabilities of all strings sum to 1 and are those of draws, in trees and in one wide table. */
static void enumeration(void)
{
    enum { DRAWS = 200000 };
    static const uint32_t shapes[][2] = {{3, 3}, {40, 1}, {5, 2}, {1, 1}};
    for (int k = 0; k < 4; k++) {
        struct fake_run run;
        struct forest f;
        uint32_t V = shapes[k][0], L = shapes[k][1], n = 1, row[3], token[3];
        struct path path = {row, token, (double[3]){0}};
        double p[40], scratch[40], sum = 0, chi = 0;
        static uint32_t count[40];
        rlb_rng r;
        for (uint32_t t = 0; t < L; t++)
            n *= V;
        CU_ASSERT_EQUAL_FATAL(fake_start_env(&run, "prefgame-sequence", "", 1, 1), RLB_OK);
        CU_ASSERT_EQUAL_FATAL(forest_init(&f, &run.host, 2, V, L, 1.3, 1), RLB_OK);
        rlb_rng_init(&r, 20, 0);
        scatter_logits(&f, &r);
        forest_enumerate(&f, 1, scratch, p);
        memset(count, 0, sizeof count);
        for (int i = 0; i < DRAWS; i++) {
            uint32_t y = forest_draw(&f, 1, &r, &path);
            double log_p = 0;
            for (uint32_t t = 0; t < L; t++)
                log_p += path.log_p[t];
            if (i < 100)
                CU_ASSERT_DOUBLE_EQUAL(exp(log_p), p[y], 1e-12);
            count[y]++;
            forest_settle(&f);
        }
        for (uint32_t y = 0; y < n; y++) {
            sum += p[y];
            chi += pow(count[y] - DRAWS * p[y], 2) / (DRAWS * p[y]);
        }
        CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
        CU_ASSERT(fabs(chi - (n - 1)) < 4.5 * sqrt(2.0 * n));
        fake_finish(&run);
    }
}

/* ---- the plugin */

static double figure(struct fake_run *r, const char *name)
{
    fake_clear_metrics(r);
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    const struct fake_metric *m = fake_metric(r, name);
    CU_ASSERT_EQUAL(m->count, 1);
    return m->last;
}

/* Exact gradients close the gap in every game: of logits, and projected where tau is large enough
 * for the step. */
static void gap_closes(void)
{
    static const char *const games[] = {"game=condorcet3", "game=cycle-asym",
                                        "game=condorcet-vs-borda", "game=rps",
                                        "game=random-attributes responses=9 contexts=3"};
    static const char *const how[] = {"tau=0.02 follower_weight=1", "tau=0.1 follower_weight=5",
                                      "tau=0.5 learner=simplex step_size=0.02",
                                      "tau=0.05 row_normalised=1 follower_tau=0.1"};
    for (size_t g = 0; g < 5; g++)
        for (size_t k = 0; k < 4; k++) {
            struct fake_run r;
            CU_ASSERT_EQUAL_FATAL(
                fake_start(&r, "slhf", how[k], "prefgame-matrix", games[g], 1, 1, 0), RLB_OK);
            double first = figure(&r, "game/gap");
            CU_ASSERT_EQUAL(fake_step(&r, 20000, 0), RLB_OK);
            double last = figure(&r, "game/gap");
            CU_ASSERT(last <= 1e-3 && last >= -1e-12 && first > last);
            CU_ASSERT_DOUBLE_EQUAL(figure(&r, "game/leader_guarantee"),
                                   figure(&r, "game/value_star"), 1e-3);
            fake_finish(&r);
        }
}

/* The Leader's place and what is known of these games at the temperatures of the plan. */
static void known_games(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf", "", "prefgame-matrix", "game=cycle-asym", 1, 1, 0),
                          RLB_OK);
    fake_step(&r, 20000, 0);
    CU_ASSERT(figure(&r, "policy/leader_mode") == 1 && figure(&r, "policy/leader_top") > 0.95);
    CU_ASSERT(figure(&r, "policy/entropy_nash") >= 0.9);
    rlb_result follower = fake_result(&r, "follower");
    const double *omega = follower.data;
    CU_ASSERT(omega[2] > 0.9 && omega[3] > 0.9 && omega[3 * 2 + 1] > 0.9); /* A-C, B-A, C-B */
    fake_finish(&r);

    CU_ASSERT_EQUAL_FATAL(
        fake_start(&r, "slhf", "tau=0.1", "prefgame-matrix", "game=cycle-asym", 1, 1, 0), RLB_OK);
    rlb_result exact = fake_result(&r, "stackelberg");
    const double *pi = exact.data, known[] = {.2857, .6695, .0449};
    for (int i = 0; i < 3; i++)
        CU_ASSERT_DOUBLE_EQUAL(pi[i], known[i], 1e-4);
    fake_finish(&r);

    CU_ASSERT_EQUAL_FATAL(
        fake_start(&r, "slhf", "tau=0.005", "prefgame-matrix", "game=condorcet-vs-borda", 1, 1, 0),
        RLB_OK);
    fake_step(&r, 20000, 0);
    CU_ASSERT(figure(&r, "policy/leader_mode") == 0 && figure(&r, "policy/rlhf_mode") == 1);
    CU_ASSERT_EQUAL(figure(&r, "intransitivity/condorcet_frac"), 1);
    fake_finish(&r);

    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf", "", "prefgame-matrix", "game=condorcet3", 1, 1, 0),
                          RLB_OK);
    fake_step(&r, 20000, 0);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_2/chain"), 2 / 3.0, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_3/chain"), 1, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_2/nash"), 5 / 9.0, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_3/nash"), 19 / 27.0, 1e-9);
    CU_ASSERT_EQUAL(figure(&r, "intransitivity/cyclic_frac"), 1);
    fake_finish(&r);
}

/* Chains of refinements beside the exact figures: paired wins, sources, what users have seen. */
static void by_chains(void)
{
    enum { CHAINS = 200000 };
    struct fake_run r;
    const rlb_preference *table;
    void *self;
    rlb_rng rng;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf", "tau=0.3", "prefgame-matrix",
                                     "game=random-attributes responses=6 world_seed=3", 1, 1, 0),
                          RLB_OK);
    fake_step(&r, 200, 0);
    table = r.world->interface(r.world, RLB_PREFERENCE, &self);
    double pi[6], omega[36], nash[6], paired = 0, seen[2] = {0}, refined = 0, marginal = 0;
    memcpy(pi, fake_result(&r, "leader").data, sizeof pi);
    memcpy(omega, fake_result(&r, "follower").data, sizeof omega);
    memcpy(nash, fake_result(&r, "nash").data, sizeof nash);
    rlb_rng_init(&rng, 21, 0);
    int32_t favourite[5] = {0};
    for (int32_t y = 0; y < 6; y++)
        for (int k = 0; k < 5; k++) {
            double a[5], b[5];
            table->attributes(self, 0, &y, a);
            table->attributes(self, 0, &favourite[k], b);
            if (a[k] > b[k])
                favourite[k] = y;
        }
    for (int i = 0; i < CHAINS; i++) {
        int32_t y[3], n = (int32_t)rlb_rng_choice(&rng, nash, 6);
        y[0] = (int32_t)rlb_rng_choice(&rng, pi, 6);
        y[1] = (int32_t)rlb_rng_choice(&rng, omega + 6 * y[0], 6);
        y[2] = (int32_t)rlb_rng_choice(&rng, omega + 6 * y[1], 6);
        int32_t better = (int32_t)rlb_rng_choice(&rng, omega + 6 * n, 6);
        paired += table->prefer(self, 0, &y[1], &y[0]) / CHAINS;
        refined += table->prefer(self, 0, &better, &n) / CHAINS;
        marginal += table->prefer(self, 0, &y[1], &n) / CHAINS;
        for (int k = 0; k < 5; k++) {
            int early = y[0] == favourite[k] || y[1] == favourite[k];
            seen[0] += early / 5.0 / CHAINS;
            seen[1] += (early || y[2] == favourite[k]) / 5.0 / CHAINS;
        }
    }
    const double bound = 4 * 0.5 / sqrt(CHAINS);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/paired_f_over_l"), paired, bound);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/transfer/follower/leader"), paired, bound);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/transfer/follower/nash"), refined, bound);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/rr/follower/nash"), marginal, bound);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_2/chain"), seen[0], bound);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/pass_at_3/chain"), seen[1], bound);
    fake_finish(&r);
}

/* The same seed gives the same run however it is cut up, saved and loaded; another seed another. */
static void same_again(void)
{
    static const char everything[] = "learner=autoregressive batch=8 exploration_mix=0.3 "
                                     "reference_keep=0.6 bernoulli=1 rloo_baseline=1";
    const char *const sets[] = {"learner=sampled batch=8 leader_update_frequency=3", everything,
                                "learner=softmax", "learner=simplex step_size=0.1"};
    for (size_t k = 0; k < 4; k++) {
        struct fake_run a, b, c;
        struct fake_bytes bytes = {0};
        const char *world = "vocabulary=3 length=2 contexts=2";
        fake_start(&a, "slhf", sets[k], "prefgame-sequence", world, 1, 7, 0);
        fake_start(&b, "slhf", sets[k], "prefgame-sequence", world, 1, 7, 0);
        fake_start(&c, "slhf", sets[k], "prefgame-sequence", world, 1, 8, 0);
        fake_step(&a, 300, 0);
        fake_step(&c, 300, 0);
        fake_step(&b, 150, 7);
        (void)figure(&b, "game/gap"); /* looking changes nothing */
        CU_ASSERT_EQUAL(fake_save(&b, &bytes), RLB_OK);
        fake_finish(&b);
        fake_start(&b, "slhf", sets[k], "prefgame-sequence", world, 1, 7, 0);
        CU_ASSERT_EQUAL(fake_load(&b, &bytes), RLB_OK);
        fake_step(&b, 150, 1);
        CU_ASSERT_EQUAL(figure(&a, "game/gap"), figure(&b, "game/gap"));
        CU_ASSERT_EQUAL(figure(&a, "eval/paired_f_over_l"), figure(&b, "eval/paired_f_over_l"));
        CU_ASSERT((k < 2) == (figure(&a, "game/gap") != figure(&c, "game/gap")));
        free(bytes.bytes);
        fake_finish(&a);
        fake_finish(&b);
        fake_finish(&c);
    }
}

/* The sampled learners near the equilibrium: far less of a gap than at first, and the Follower
 * beats what it sees. */
static void sampled(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf", "learner=sampled tau=0.1 step_size=0.5",
                                     "prefgame-matrix", "game=cycle-asym", 1, 3, 0),
                          RLB_OK);
    double first = figure(&r, "game/gap");
    fake_step(&r, 20000, 0);
    CU_ASSERT(figure(&r, "game/gap") < first / 10);
    CU_ASSERT(figure(&r, "policy/leader_mode") == 1 && figure(&r, "eval/paired_f_over_l") > 0.55);
    fake_finish(&r);
}

/* A share of foreign responses trains the rows that the Leader does not play. */
static void exploration(void)
{
    double refined[2];
    for (int k = 0; k < 2; k++) {
        struct fake_run r;
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf",
                                         k ? "learner=sampled exploration_mix=0.5"
                                           : "learner=sampled exploration_mix=0",
                                         "prefgame-sequence", "vocabulary=3 length=2", 1, 3, 0),
                              RLB_OK);
        fake_step(&r, 20000, 0);
        refined[k] = figure(&r, "eval/transfer/follower/ref");
        fake_finish(&r);
    }
    CU_ASSERT(refined[1] > refined[0] + 0.03);
}

static void refusals(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL(fake_start(&r, "slhf", "", "chain", "", 1, 1, 0), RLB_E_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "prefgame-matrix"));
    fake_finish(&r);
    CU_ASSERT_EQUAL(fake_start(&r, "slhf", "", "prefgame-sequence", "length=8", 1, 1, 0),
                    RLB_E_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "too many"));
    fake_finish(&r);
    CU_ASSERT_EQUAL(fake_start(&r, "slhf", "ridge=0", "prefgame-matrix", "game=matrix", 1, 1, 0),
                    RLB_E_NUMERIC);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "no finite scores"));
    fake_finish(&r);
}

CHECK_MAIN("slhf", {"gradients", gradients}, {"baselines", baselines}, {"estimators", estimators},
           {"enumeration", enumeration}, {"the gap closes", gap_closes},
           {"known games", known_games}, {"by chains", by_chains}, {"same again", same_again},
           {"sampled", sampled}, {"exploration", exploration}, {"refusals", refusals})
