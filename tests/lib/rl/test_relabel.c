/* Laws of goals against their probabilities; states of episodes against enumeration. */
#include "check.h"
#include "lib/rl/chi.h"
#include "lib/rl/host.h"

#include <rlbench/relabel.h>

enum { DRAWS = 200000, MOST = 64 };

/* Shares of the offsets 0 … ahead, each from its definition. */
static void shares_of(uint32_t kind, double discount, uint32_t ahead, double *share)
{
    for (uint32_t k = 0; k <= ahead; k++)
        share[k] = 0;
    if (kind == RLB_GOAL_CURRENT || ahead == 0)
        share[0] = 1;
    else if (kind == RLB_GOAL_FINAL)
        share[ahead] = 1;
    for (uint32_t k = 1; k <= ahead; k++) {
        if (kind == RLB_GOAL_GEOMETRIC) /* the last collects the tail */
            share[k] = pow(discount, k - 1) * (k < ahead ? 1 - discount : 1);
        if (kind == RLB_GOAL_UNIFORM)
            share[k] = 1.0 / ahead;
        if (kind == RLB_GOAL_ROUNDED)
            share[k] = ahead == 1 ? 1 : (k == 1 || k == ahead ? 0.5 : 1.0) / (ahead - 1);
    }
}

static void offsets(void)
{
    static const uint32_t aheads[] = {0, 1, 2, 3, 7, 20};
    static const double discounts[] = {0, 0.3, 0.9, 0.99, 1};
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (uint32_t kind = 0; kind < RLB_GOAL_RANDOM; kind++)
        for (size_t a = 0; a < 6; a++)
            for (size_t d = 0; d < (kind == RLB_GOAL_GEOMETRIC ? 5 : 1); d++) {
                uint64_t counts[MOST] = {0};
                double share[MOST];
                shares_of(kind, discounts[d], aheads[a], share);
                for (int i = 0; i < DRAWS / 4; i++) {
                    uint64_t k = rlb_goal_offset(&rng, kind, discounts[d], aheads[a]);
                    CU_ASSERT_FATAL(k <= aheads[a]);
                    counts[k]++;
                }
                CU_ASSERT(chi_fits(counts, share, aheads[a] + 1));
            }
}

/* Lengths 3, 0, 1, 5, 2, from row 10 on. */
static const uint64_t start[] = {10, 13, 13, 14, 19, 21};
static const uint64_t episode_of[] = {0, 0, 0, 2, 3, 3, 3, 3, 3, 4, 4};

static void find(void)
{
    rlb_episodes e = {start, 5, 0};
    for (uint64_t row = 10; row < 21; row++)
        CU_ASSERT_EQUAL(rlb_episodes_find(&e, row), episode_of[row - 10]);
}

static uint64_t ahead_of(uint64_t row, uint64_t tail)
{
    uint64_t end = start[episode_of[row - 10] + 1] - tail;
    return row < end ? end - 1 - row : UINT64_MAX;
}

static void states(void)
{
    rlb_rng rng;
    struct bare_host host;
    static uint64_t row[DRAWS];
    rlb_rng_init(&rng, 2, 0);
    bare_start(&host);
    for (uint64_t tail = 0; tail <= 2; tail++)
        for (uint64_t ahead = 0; ahead <= 5; ahead++) {
            rlb_episodes e = {start, 5, tail};
            uint64_t counts[11] = {0};
            double share[11] = {0}, n = 0;
            for (uint64_t r = 10; r < 21; r++)
                n += ahead_of(r, tail) != UINT64_MAX && ahead_of(r, tail) >= ahead;
            rlb_status status = rlb_episodes_draw(&e, &host.host, &rng, ahead, DRAWS / 10, row);
            CU_ASSERT_EQUAL(status, n > 0 ? RLB_OK : RLB_E_INVAL);
            if (status != RLB_OK)
                continue;
            for (uint64_t r = 10; r < 21; r++)
                if (ahead_of(r, tail) != UINT64_MAX && ahead_of(r, tail) >= ahead)
                    share[r - 10] = 1 / n;
            for (int i = 0; i < DRAWS / 10; i++)
                counts[row[i] - 10]++;
            CU_ASSERT(chi_fits(counts, share, 11));
        }
    CU_ASSERT(strstr(host.failure, "too short") != NULL);
    rlb_episodes none = {start, 0, 0};
    CU_ASSERT_EQUAL(rlb_episodes_draw(&none, &host.host, &rng, 0, 1, row), RLB_E_INVAL);
    bare_finish(&host);
}

/* The whole mixture from every state, against the sum of its parts. */
static void mixture(void)
{
    rlb_rng rng;
    struct bare_host host;
    rlb_goal_mix mix = {{0.1, 0.3, 0.15, 0.05, 0.2, 0.2}, 0.6};
    rlb_episodes e = {start, 5, 0};
    static uint64_t row[DRAWS], goal[DRAWS];
    rlb_rng_init(&rng, 3, 0);
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_OK);
    for (uint64_t r = 10; r < 21; r++) {
        uint64_t counts[11] = {0}, ahead = ahead_of(r, 0);
        double share[11], part[MOST];
        for (int i = 0; i < DRAWS; i++)
            row[i] = r;
        for (int i = 0; i < 11; i++)
            share[i] = mix.p[RLB_GOAL_RANDOM] / 11;
        for (uint32_t kind = 0; kind < RLB_GOAL_RANDOM; kind++) {
            shares_of(kind, mix.discount, (uint32_t)ahead, part);
            for (uint64_t k = 0; k <= ahead; k++)
                share[r - 10 + k] += mix.p[kind] * part[k];
        }
        CU_ASSERT_EQUAL(rlb_goals_draw(&e, &host.host, &rng, &mix, DRAWS, row, goal), RLB_OK);
        for (int i = 0; i < DRAWS; i++) {
            CU_ASSERT_FATAL(goal[i] >= 10 && goal[i] < 21);
            counts[goal[i] - 10]++;
        }
        CU_ASSERT(chi_fits(counts, share, 11));
    }
    bare_finish(&host);
}

static void refusals(void)
{
    rlb_rng rng;
    struct bare_host host;
    rlb_goal_mix mix = {{0.5, 0.5}, 0.9};
    rlb_episodes e = {start, 5, 1};
    uint64_t row[] = {12, 21, 9, 13}, goal;
    rlb_rng_init(&rng, 4, 0);
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_OK);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(rlb_goals_draw(&e, &host.host, &rng, &mix, 1, &row[i], &goal), RLB_E_INVAL);
    CU_ASSERT(strstr(host.failure, "row 13") != NULL);
    mix.p[RLB_GOAL_RANDOM] = 0.1;
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_E_INVAL);
    CU_ASSERT(strstr(host.failure, "sum to 1.1") != NULL);
    mix.p[0] = -0.5;
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_E_INVAL);
    mix = (rlb_goal_mix){{1}, 1.5};
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_E_INVAL);
    mix = (rlb_goal_mix){{NAN}, 0.5};
    CU_ASSERT_EQUAL(rlb_goal_mix_check(&mix, &host.host), RLB_E_INVAL);
    bare_finish(&host);
}

CHECK_MAIN("goals", {"offsets follow their laws", offsets}, {"a row's episode", find},
           {"states are uniform", states}, {"mixtures", mixture}, {"what cannot be", refusals})
