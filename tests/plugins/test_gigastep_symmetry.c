/* What must not matter to gigastep: turned, mirrored, relabelled and permuted skies with the same
 * random numbers for the same pairs; and what never happens. */
#include "gigastep_rig.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS = 60, N = 10 };
static const float pi = 3.14159265358979f;

/* A sky and its image: where a place, a heading, a turn, an agent goes. */
struct image {
    const char *name;
    void (*move)(float *x, float *y, float *heading);
    float turn; /* factor of turns */
    uint32_t (*to)(uint32_t agent);
};

static uint32_t same(uint32_t agent)
{
    return agent;
}

static uint32_t other_team(uint32_t agent)
{
    return (agent + N / 2) % N;
}

/* Backwards within each team. */
static uint32_t backwards(uint32_t agent)
{
    return agent < N / 2 ? N / 2 - 1 - agent : N + N / 2 - 1 - agent;
}

static void stay(float *x, float *y, float *heading)
{
    (void)x;
    (void)y;
    (void)heading;
}

static void rotate(float *x, float *y, float *heading)
{
    const float old = *x;
    *x = 10 - *y;
    *y = old;
    *heading += pi / 2;
}

static void mirror(float *x, float *y, float *heading)
{
    (void)x;
    *y = 10 - *y;
    *heading = -*heading;
}

static float uniform(rlb_rng *rng, double low, double high)
{
    return (float)(low + (high - low) * rlb_rng_uniform(rng));
}

static void put_both(struct rig r[2], const struct image *im, rlb_rng *rng)
{
    for (uint32_t l = 0; l < BLOCK; l++)
        for (uint32_t i = 0; i < N; i++) {
            struct rig_agent a = {uniform(rng, 2, 8),
                                  uniform(rng, 2, 8),
                                  uniform(rng, 0, 9),
                                  1.3f,
                                  uniform(rng, -3, 3),
                                  1,
                                  1};
            rig_put(&r[0], l, i, a);
            im->move(&a.x, &a.y, &a.heading);
            rig_put(&r[1], l, im->to(i), a);
        }
}

static void act_both(struct rig r[2], const struct image *im, rlb_rng *rng)
{
    for (uint32_t l = 0; l < BLOCK; l++)
        for (uint32_t i = 0; i < N; i++) {
            const float turn = uniform(rng, -1, 1), climb = uniform(rng, -1, 1);
            const float throttle = uniform(rng, -1, 1);
            rig_act(&r[0], l, i, turn, climb, throttle);
            rig_act(&r[1], l, im->to(i), im->turn * turn, climb, throttle);
            for (uint32_t j = 0; j < N; j++)
                if (j != i) {
                    const float u = uniform(rng, 0, 1);
                    r[0].scratch.draws[draws_row(N, i, j) * BLOCK + l] = u;
                    r[1].scratch.draws[draws_row(N, im->to(i), im->to(j)) * BLOCK + l] = u;
                }
        }
}

static void compare_both(const struct rig r[2], const struct image *im)
{
    uint64_t deaths = 0, rewards = 0, sights = 0;
    for (uint32_t l = 0; l < BLOCK; l++)
        for (uint32_t i = 0; i < N; i++) {
            const uint32_t a = i * BLOCK + l, b = im->to(i) * BLOCK + l;
            deaths += r[0].block.alive[a] != r[1].block.alive[b];
            sights += r[0].scratch.seen_by[a] != r[1].scratch.seen_by[b];
            rewards += fabsf(r[0].scratch.reward[a] - r[1].scratch.reward[b]) > 1e-5f;
        }
    CU_ASSERT_EQUAL(deaths, 0);
    CU_ASSERT_EQUAL(sights, 0);
    CU_ASSERT_EQUAL(rewards, 0);
}

static void images(void)
{
    static const struct image all[] = {{"turned", rotate, 1, same},
                                       {"mirrored", mirror, -1, same},
                                       {"relabelled", stay, 1, other_team},
                                       {"permuted", stay, 1, backwards}};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        struct rig r[2];
        rlb_rng rng;
        double dead = 0;
        rlb_rng_init(&rng, 3, k);
        for (int i = 0; i < 2; i++)
            rig_make(&r[i], "scenario=identical_5_vs_5 maps=empty reward_damage=5 "
                            "reward_detection=3 reward_agent_disabled=2");
        put_both(r, &all[k], &rng);
        for (int t = 0; t < STEPS; t++) {
            act_both(r, &all[k], &rng);
            for (int i = 0; i < 2; i++)
                sky_step(&r[i].sky, &r[i].block, &r[i].scratch);
            compare_both(r, &all[k]);
        }
        for (uint32_t at = 0; at < N * BLOCK; at++)
            dead += 1 - (double)r[0].block.alive[at];
        CU_ASSERT(dead > N * BLOCK / 4.0); /* much happened */
        for (int i = 0; i < 2; i++)
            rig_free(&r[i]);
    }
}

static void never_happens(void)
{
    struct rig r[2];
    rlb_rng rng;
    static const struct image itself = {"itself", stay, 1, same};
    uint64_t moved = 0, risen = 0, beyond = 0, own = 0;
    rlb_rng_init(&rng, 4, 0);
    for (int i = 0; i < 2; i++)
        rig_make(&r[i], "scenario=special_5_vs_5 maps=empty");
    put_both(r, &itself, &rng);
    for (int t = 0; t < STEPS; t++) {
        struct rig_agent before[N * BLOCK];
        for (uint32_t k = 0; k < N * BLOCK; k++)
            before[k] = rig_get(&r[0], k % BLOCK, k / BLOCK);
        act_both(r, &itself, &rng);
        sky_step(&r[0].sky, &r[0].block, &r[0].scratch);
        for (uint32_t k = 0; k < N * BLOCK; k++) {
            const struct rig_agent a = rig_get(&r[0], k % BLOCK, k / BLOCK);
            moved += before[k].alive == 0 &&
                     (a.x != before[k].x || a.y != before[k].y || a.z != before[k].z);
            risen += a.alive > before[k].alive;
            beyond +=
                a.health < 0 || a.health > r[0].sky.max_health[k / BLOCK] || a.z < 0 || a.z > 10;
            own += (r[0].scratch.seen[k] & ~0x1f) != 0;
        }
    }
    CU_ASSERT_EQUAL(moved, 0);
    CU_ASSERT_EQUAL(risen, 0);
    CU_ASSERT_EQUAL(beyond, 0);
    CU_ASSERT_EQUAL(own, 0);
    for (int i = 0; i < 2; i++)
        rig_free(&r[i]);
}

CHECK_MAIN("symmetries of gigastep", {"turned, mirrored, relabelled, permuted", images},
           {"what never happens", never_happens})
