/* The claims of the papers, small enough for every check; `make reproduce` has them in full. */
#include "check.h"
#include "plugins/fake_host.h"

static double run_to_plateau(const char *set, const char *env_set, int seeds, uint64_t total)
{
    double sum = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        struct fake_run r;
        CU_ASSERT_EQUAL_FATAL(
            fake_start(&r, "fedsarsa", set, "garnet", env_set, 1, (uint64_t)seed, total), RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&r, total, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        CU_ASSERT_EQUAL(fake_metric(&r, "plateau")->count, 1);
        CU_ASSERT_EQUAL(fake_metric(&r, "plateau")->last,
                        *(const double *)fake_result(&r, "plateau").data);
        sum += fake_metric(&r, "plateau")->last;
        fake_finish(&r);
    }
    return sum / seeds;
}

/* Steps near the fixed point from the start: the plateau is there at once. */
#define NEAR " init_scale=1"
enum { STEPS = 100000, SEEDS = 6 };

static void speed_up(void)
{
    double two = run_to_plateau("n_agents=2 local_steps=1" NEAR, "", SEEDS, STEPS);
    double sixteen = run_to_plateau("n_agents=16 local_steps=1" NEAR, "", SEEDS, STEPS);
    double alone = run_to_plateau("n_agents=16 mode=independent n_kinds=1" NEAR, "", 1, STEPS);
    CU_ASSERT(two / sixteen > 5 && two / sixteen < 13); /* ideal 8 */
    CU_ASSERT(alone > 8 * sixteen);                     /* many, but each for itself: ideal 16 */
}

static void step_size(void)
{
    double slow = run_to_plateau("n_agents=10 local_steps=1" NEAR, "", SEEDS, STEPS);
    double fast = run_to_plateau("n_agents=10 local_steps=1 step_size=0.02" NEAR, "", SEEDS, STEPS);
    CU_ASSERT(fast / slow > 1.6 && fast / slow < 2.8); /* ideal 2 */
}

/* The exact noise floor is what sampling leaves. */
static void noise_floor(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(
        fake_start(&r, "fedsarsa", "n_agents=16 local_steps=1" NEAR, "garnet", "", 1, 1, STEPS),
        RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    double exact = fake_metric(&r, "noise_floor")->last;
    fake_finish(&r);
    double measured = run_to_plateau("n_agents=16 local_steps=1" NEAR, "", SEEDS, STEPS);
    CU_ASSERT(measured / exact > 0.75 && measured / exact < 1.35);
}

static void drift(void)
{
    double synced = run_to_plateau("n_agents=16 local_steps=1" NEAR, "", 2, STEPS);
    double drifted = run_to_plateau("n_agents=16 local_steps=10000" NEAR, "", 1, STEPS);
    double corrected =
        run_to_plateau("n_agents=16 local_steps=10000 control_variates=1" NEAR, "", 1, 4 * STEPS);
    double equal =
        run_to_plateau("n_agents=16 local_steps=10000" NEAR, "eps_kernel=0 eps_reward=0", 2, STEPS);
    CU_ASSERT(drifted > 50 * synced);
    CU_ASSERT(corrected < drifted / 20);
    CU_ASSERT(equal < 4 * synced);
}

CHECK_MAIN("fedsarsa: claims", {"linear speed-up in the number of agents", speed_up},
           {"the plateau is linear in the step size", step_size},
           {"the predicted noise floor", noise_floor},
           {"drift, its removal, and none among equals", drift})
