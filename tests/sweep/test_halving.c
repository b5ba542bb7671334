/* Successive halving: the tables of the Hyperband paper, decisions that do not depend on who comes
 * first, ties, failures; and rungs as W&B has them. */
#include "sweep/halving.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 81 };

static void add(struct halving_trial *t, double value)
{
    t->at[t->reached++] = value;
}

/* Decides whatever can be, until nothing can. */
static void settle(const struct sweep_spec *s, struct halving_trial *t)
{
    uint32_t rank, n;
    bool again = true;
    while (again) {
        again = false;
        for (uint32_t i = 0; i < s->trials; i++) {
            enum halving_verdict v = halving_decide(s, t, i, &rank, &n);
            t[i].kept += v == HALVING_KEEP;
            t[i].dropped = t[i].dropped || v == HALVING_DROP;
            again = again || v != HALVING_WAIT;
        }
    }
}

static uint32_t count_standing(const struct sweep_spec *s, const struct halving_trial *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->trials; i++)
        n += !t[i].dropped;
    return n;
}

/* Table 1 of the paper: R = 81, eta = 3; who is at work with how much, bracket by bracket. */
static void table_of_the_paper(void)
{
    static const struct {
        uint32_t s, n[5];
        uint64_t r[5];
    } table[] = {{4, {81, 27, 9, 3, 1}, {1, 3, 9, 27, 81}},
                 {3, {27, 9, 3, 1}, {3, 9, 27, 81}},
                 {2, {9, 3, 1}, {9, 27, 81}},
                 {1, {6, 2}, {27, 81}},
                 {0, {5}, {81}}};
    for (size_t b = 0; b < sizeof table / sizeof table[0]; b++) {
        struct sweep_spec s = {.trials = table[b].n[0], .eta = 3, .strict = true, .maximize = true};
        struct halving_trial t[MOST] = {0};
        sweep_make_rungs(&s, 0, 81, table[b].s, 81);
        CU_ASSERT_EQUAL_FATAL(s.num_rungs, table[b].s);
        for (uint32_t k = 0; k < s.num_rungs; k++) {
            CU_ASSERT_EQUAL(s.rungs[k], table[b].r[k]);
            CU_ASSERT_EQUAL(count_standing(&s, t), table[b].n[k]);
            for (uint32_t i = 0; i < s.trials; i++)
                if (!t[i].dropped)
                    add(&t[i], (double)(i * 37 % 81));
            settle(&s, t);
        }
        CU_ASSERT_EQUAL(count_standing(&s, t), table[b].n[table[b].s]);
        for (uint32_t i = 0; i < s.trials && s.trials == 81; i++)
            CU_ASSERT_EQUAL(t[i].dropped, i * 37 % 81 != 80); /* the best one is left */
    }
}

/* Every order of arrival gives the same verdicts. */
static void order_does_not_matter(bool strict)
{
    enum { N = 12, K = 3 };
    struct sweep_spec s = {.trials = N, .eta = 2, .strict = strict, .num_rungs = K};
    struct halving_trial expected[N] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct halving_trial t[N] = {0};
        rlb_rng rng;
        rlb_rng_init(&rng, seed, 0);
        for (int left = N * K * 20; left > 0; left--) {
            uint32_t i = rlb_rng_below(&rng, N);
            struct halving_trial *one = &t[i];
            /* a strict one waits at its rung; others run on until somebody stops them */
            if (one->reached < K && !one->dropped && (!strict || one->reached == one->kept))
                add(one, (double)((i * 7 + one->reached * 5) % 12));
            settle(&s, t);
        }
        for (uint32_t i = 0; i < N; i++) {
            CU_ASSERT(t[i].dropped || t[i].kept == K);
            if (seed == 0)
                expected[i] = t[i];
            CU_ASSERT_EQUAL(t[i].dropped, expected[i].dropped);
            CU_ASSERT_EQUAL(t[i].kept, expected[i].kept);
        }
    }
    CU_ASSERT(count_standing(&s, expected) >= 1 && count_standing(&s, expected) < N);
}

static void order_does_not_matter_strict(void)
{
    order_does_not_matter(true);
}

static void order_does_not_matter_otherwise(void)
{
    order_does_not_matter(false);
}

/* By hand, eta = 3, minimize: trial by trial against the smaller numbers. */
static void one_after_the_other(void)
{
    static const double value[] = {5, 6, 5, 4, 7, 4, (double)NAN};
    /* of 1: kept; of 2, second: dropped; of 3 equal to the first: dropped; of 4, first: kept;
     * of 5, last; of 6, second of the best two: kept, equal to the fourth; of 7, NaN: last */
    static const bool kept[] = {true, false, false, true, false, true, false};
    struct sweep_spec s = {.trials = 7, .eta = 3, .num_rungs = 1};
    struct halving_trial t[7] = {0};
    uint32_t rank, n;
    add(&t[6], value[6]);
    CU_ASSERT_EQUAL(halving_decide(&s, t, 6, &rank, &n), HALVING_WAIT);
    CU_ASSERT_EQUAL(halving_decide(&s, t, 0, &rank, &n), HALVING_WAIT); /* not there yet */
    for (int i = 0; i < 6; i++)
        add(&t[i], value[i]);
    CU_ASSERT_EQUAL(halving_decide(&s, t, 5, &rank, &n), HALVING_KEEP);
    CU_ASSERT_EQUAL(rank, 2);
    CU_ASSERT_EQUAL(n, 6);
    settle(&s, t);
    for (int i = 0; i < 7; i++)
        CU_ASSERT_EQUAL(t[i].dropped, !kept[i]);
}

/* Who fails before a rung is not counted there, nor waited for. */
static void failures(void)
{
    struct sweep_spec s = {.trials = 9, .eta = 3, .num_rungs = 1, .strict = true};
    struct halving_trial t[9] = {0};
    for (int i = 0; i < 8; i++)
        add(&t[i], i);
    settle(&s, t);
    CU_ASSERT_EQUAL(count_standing(&s, t), 9);
    t[8].over = true;
    settle(&s, t);
    CU_ASSERT_EQUAL(count_standing(&s, t), 3); /* two of eight, and the one that failed */
    CU_ASSERT(!t[0].dropped && !t[1].dropped && t[2].dropped);
    struct halving_trial few[9] = {0};
    for (int i = 1; i < 9; i++)
        few[i].over = true;
    add(&few[0], (double)NAN);
    settle(&s, few);
    CU_ASSERT(!few[0].dropped); /* one goes on, however bad */
}

static void rungs_are(uint64_t min, uint64_t max, uint32_t brackets, uint64_t budget,
                      const char *expected)
{
    struct sweep_spec s = {.eta = 3};
    char text[400] = "";
    size_t n = 0;
    sweep_make_rungs(&s, min, max, brackets, budget);
    for (size_t i = 0; i < s.num_rungs && n < 300; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%llu", i ? " " : "",
                              (unsigned long long)s.rungs[i]);
    CHECK_TEXT(text, expected);
}

/* The examples of W&B's documentation: min_iter 3 gives 3, 9, 27, 81; max_iter 27 with s 2 gives
 * 27/3 and 27/9. */
static void rungs(void)
{
    rungs_are(3, 0, 0, 100, "3 9 27 81");
    rungs_are(3, 0, 0, 81, "3 9 27");
    rungs_are(0, 27, 2, 27, "3 9");
    rungs_are(0, 27, 9, 0, "1 3 9");
    rungs_are(0, 100, 2, 20, "11");
    rungs_are(5, 0, 0, 5, "");
    struct sweep_spec s = {.eta = 3};
    sweep_make_rungs(&s, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(s.num_rungs, SWEEP_MAX_RUNGS);
}

/* A spec and values survive the database. */
static void there_and_back(void)
{
    static const char *const words[] = {"it's", "\"two\" words"};
    static const double shares[] = {0.25, 0.75};
    struct sweep_dim dims[2] = {{.path = "algorithm.params.a",
                                 .name = "a",
                                 .as = sweep_distribution_find("log_uniform"),
                                 .low = 1e-5,
                                 .high = 0.1},
                                {.path = "env.params.b",
                                 .name = "b",
                                 .as = sweep_distribution_find("categorical"),
                                 .choices = words,
                                 .num_choices = 2,
                                 .probabilities = shares}};
    struct sweep_spec s = {.method = "bayes",
                           .metric = "eval/return",
                           .maximize = true,
                           .seed = 9,
                           .trials = 20,
                           .parallel = 4,
                           .dims = dims,
                           .num_dims = 2,
                           .group = "a: 1\n",
                           .eta = 4,
                           .strict = true},
                      r;
    struct arena a = {0};
    struct err e = ERR_INIT;
    double values[2];
    sweep_make_rungs(&s, 10, 0, 0, 1000);
    char *text = sweep_spec_write(&s), *again;
    CU_ASSERT_EQUAL_FATAL(sweep_spec_read(text, &a, &r, &e), OK);
    again = sweep_spec_write(&r);
    CHECK_TEXT(again, text);
    CU_ASSERT_EQUAL(r.num_rungs, 4);
    CU_ASSERT_EQUAL(r.dims[0].low, 1e-5);
    CU_ASSERT_EQUAL(r.dims[1].probabilities[1], 0.75);
    free(again);
    free(text);
    text = sweep_values_write(&s, (const double[]){0.00123, 1});
    CHECK_TEXT(text, "{\"algorithm.params.a\":\"0.00123\",\"env.params.b\":\"\\\"two\\\" words\"}");
    CU_ASSERT(sweep_values_read(&r, text, values));
    CU_ASSERT_EQUAL(values[0], 0.00123);
    CU_ASSERT_EQUAL(values[1], 1);
    CU_ASSERT_FALSE(sweep_values_read(&r, "{}", values));
    CU_ASSERT_EQUAL(sweep_spec_read("{\"trials\": 0}", &a, &r, &e), ERR_DATA);
    CU_ASSERT_EQUAL(sweep_spec_read("nonsense", &a, &r, &e), ERR_DATA);
    free(text);
    arena_finish(&a);
}

CHECK_MAIN("sweep: successive halving", {"the table of the paper", table_of_the_paper},
           {"order does not matter, strict", order_does_not_matter_strict},
           {"order does not matter, otherwise", order_does_not_matter_otherwise},
           {"one after the other", one_after_the_other}, {"failures", failures}, {"rungs", rungs},
           {"there and back", there_and_back})
