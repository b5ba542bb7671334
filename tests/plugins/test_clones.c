/* A world whose loop is compiled for several instruction sets does the same in all of them: the
 * plugin as it is, which runs what this machine has, beside one built for the baseline alone
 * (tests/plugins/plain). */
#include "base/mem.h"
#include "plugins/control_rig.h"

#include "check.h"

#include <stdlib.h>

enum { LANES = 67, STEPS = 700 }; /* whole blocks, whole vectors, and a rest of each */

static void same_bits(void)
{
    static const struct {
        const char *id, *set;
    } worlds[] = {{"cartpole", ""},
                  {"cartpole", "integrator=semi-implicit length=0.7 angle_limit=90"},
                  {"mountain-car", ""},
                  {"mountain-car", "force=0.003"},
                  {"acrobot", "torque_noise=0.3"},
                  {"acrobot", "book_or_nips=nips torque=3 dt=0.3"},
                  {"pendulum", ""},
                  {"pendulum", "max_speed=100 gravity=3 max_torque=30"},
                  {"continuous-maze", ""},
                  {"continuous-maze", "noise=0.2 reach=0.01"}};
    char *plain = mem_printf("%s/tests/plugins/plain/.libs", getenv("TOP_BUILDDIR"));
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        struct venv *a = control_make(NULL, worlds[i].id, worlds[i].set, LANES, 1, NULL);
        struct venv *b = control_make(plain, worlds[i].id, worlds[i].set, LANES, 1, NULL);
        CU_ASSERT_PTR_NOT_EQUAL(a->env, b->env);
        rlb_rng rng;
        int differ = 0;
        rlb_rng_init(&rng, 2, 0);
        for (int t = 0; t < STEPS; t++) {
            control_random_actions(a, &rng);
            CU_ASSERT_EQUAL(a->table.step(&a->table, a->actions), RLB_OK);
            CU_ASSERT_EQUAL(b->table.step(&b->table, a->actions), RLB_OK);
            differ += memcmp(a->slab, b->slab, a->slab_size) != 0;
            for (uint32_t l = 0; l < LANES; l++) {
                double x[4] = {0}, y[4] = {0};
                control_get(a, l, x);
                control_get(b, l, y);
                differ += memcmp(x, y, sizeof x) != 0;
            }
        }
        CU_ASSERT_EQUAL(differ, 0);
        venv_destroy(a);
        venv_destroy(b);
    }
    free(plain);
}

CHECK_MAIN("clones", {"the same bits in every instruction set", same_bits})
