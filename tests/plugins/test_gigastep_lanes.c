/* Skies side by side: the same bits in every instruction set (the plugin as it is beside one built
 * for the baseline alone), however a batch is cut into ranges, however many lanes there are. */
#include "base/mem.h"
#include "plugins/control_rig.h"

#include "check.h"

#include <stdlib.h>

enum { LANES = 37, STEPS = 150 }; /* whole blocks and a rest */

static const char *const sets[] = {
    "scenario=identical_2_vs_2 maps=empty actions=continuous",
    "scenario=special_5_vs_5",
    "scenario=identical_20_vs_5 observability=full",
    "scenario=hide_and_seek_5_vs_5 quirks=0 maps=void",
    "scenario=waypoint_5_vs_3",
    "scenario=special_5_vs_1 observation=rgb max_episode_length=40",
};
enum { SETS = sizeof sets / sizeof sets[0] };

static void random_actions(struct venv *v, rlb_rng *rng)
{
    const rlb_space *a = &v->table.act;
    const size_t agents = (size_t)v->table.num_lanes * v->table.num_agents;
    for (size_t i = 0; i < agents * a->width; i++)
        if (a->kind == RLB_SPACE_BOX)
            ((float *)v->actions)[i] = (float)(3 * rlb_rng_uniform(rng) - 1.5);
        else
            ((int32_t *)v->actions)[i] = (int32_t)rlb_rng_below(rng, (uint32_t)a->n);
}

static void same_in_every_instruction_set(void)
{
    char *plain = mem_printf("%s/tests/plugins/plain/.libs", getenv("TOP_BUILDDIR"));
    for (int i = 0; i < SETS; i++) {
        struct venv *a = control_make(NULL, "gigastep", sets[i], LANES, 1, NULL);
        struct venv *b = control_make(plain, "gigastep", sets[i], LANES, 1, NULL);
        CU_ASSERT_PTR_NOT_EQUAL(a->env, b->env);
        rlb_rng rng;
        int differ = memcmp(a->slab, b->slab, a->slab_size) != 0;
        rlb_rng_init(&rng, 2, 0);
        for (int t = 0; t < STEPS; t++) {
            random_actions(a, &rng);
            CU_ASSERT_EQUAL(a->table.step(&a->table, a->actions), RLB_OK);
            CU_ASSERT_EQUAL(b->table.step(&b->table, a->actions), RLB_OK);
            differ += memcmp(a->slab, b->slab, a->slab_size) != 0;
        }
        CU_ASSERT_EQUAL(differ, 0);
        venv_destroy(a);
        venv_destroy(b);
    }
    free(plain);
}

/* Ends of episodes, without the host. */
static void reset_ended(struct venv *v)
{
    for (uint32_t l = 0; l < LANES; l++)
        if (v->batch.terminated[l])
            v->env->reset(v->self, l, NULL);
}

static void same_in_any_ranges(void)
{
    static const uint32_t cuts[] = {0, 1, 7, 16, 30, LANES};
    for (int i = 0; i < SETS; i++) {
        struct venv *a = control_make(NULL, "gigastep", sets[i], LANES, 1, NULL);
        struct venv *b = control_make(NULL, "gigastep", sets[i], LANES, 1, NULL);
        rlb_rng rng;
        int differ = 0;
        uint64_t ends = 0;
        rlb_rng_init(&rng, 2, 0);
        for (int t = 0; t < STEPS; t++) {
            random_actions(a, &rng);
            memcpy(b->actions, a->actions, a->action_bytes * LANES);
            a->env->step(a->self, 0, LANES);
            for (int c = 4; c >= 0; c--)
                b->env->step(b->self, cuts[c], cuts[c + 1] - cuts[c]);
            differ += memcmp(a->slab, b->slab, a->slab_size) != 0;
            for (uint32_t l = 0; l < LANES; l++)
                ends += a->batch.terminated[l];
            reset_ended(a);
            reset_ended(b);
            differ += memcmp(a->slab, b->slab, a->slab_size) != 0;
        }
        CU_ASSERT_EQUAL(differ, 0);
        CU_ASSERT(ends > 0 || i == 4); /* the race ends with both teams */
        venv_destroy(a);
        venv_destroy(b);
    }
}

static void same_beside_fewer(void)
{
    for (int i = 0; i < SETS; i++) {
        struct venv *a = control_make(NULL, "gigastep", sets[i], LANES, 1, NULL);
        struct venv *b = control_make(NULL, "gigastep", sets[i], 20, 1, NULL);
        rlb_rng rng;
        int differ = 0;
        rlb_rng_init(&rng, 2, 0);
        for (int t = 0; t < STEPS; t++) {
            random_actions(a, &rng);
            a->table.step(&a->table, a->actions);
            b->table.step(&b->table, a->actions);
            differ += memcmp(a->batch.obs, b->batch.obs, 20 * a->obs_bytes) != 0;
            differ += memcmp(a->batch.rewards, b->batch.rewards,
                             20 * sizeof(float) * a->table.num_agents) != 0;
        }
        CU_ASSERT_EQUAL(differ, 0);
        venv_destroy(a);
        venv_destroy(b);
    }
}

CHECK_MAIN("lanes of gigastep",
           {"the same bits in every instruction set", same_in_every_instruction_set},
           {"the same in any ranges", same_in_any_ranges},
           {"the same beside fewer lanes", same_beside_fewer})
