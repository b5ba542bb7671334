/* The rules of gigastep one by one: closed forms, the ladder of damage, rewards, chances,
 * symmetries, starts. Numbers follow from the equations in the paper's code, not from ours. */
#include "gigastep_rig.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>
#include <stdlib.h>

static const float pi = 3.14159265358979f;

static void step(struct rig *r)
{
    sky_step(&r->sky, &r->block, &r->scratch);
}

/* Lane 0: one agent of each team, far apart; the rest is dead. */
static void two_in_the_sky(struct rig *r, struct rig_agent a, struct rig_agent b)
{
    rig_make(r, "scenario=identical_1_vs_1 maps=empty limit_x=1000 limit_y=1000");
    rig_put(r, 0, 0, a);
    rig_put(r, 0, 1, b);
}

static struct rig_agent at(float x, float y, float z, float heading)
{
    return (struct rig_agent){x, y, z, 1.3f, heading, 1, 1};
}

/* ---- flight */

static void speeds(void)
{
    static const float thrust[] = {1, 2, 0.8f};
    static const double limit[] = {1.78649, 2.43861, 1.61205};
    for (int k = 0; k < 3; k++) {
        struct rig r;
        two_in_the_sky(&r, at(100, 500, 0, 0), at(900, 900, 0, 0));
        r.sky.thrust[0] = thrust[k];
        for (int t = 0; t < 200; t++) {
            rig_act(&r, 0, 0, 0, 0, 1);
            step(&r);
        }
        const struct rig_agent before = rig_get(&r, 0, 0);
        step(&r);
        const struct rig_agent after = rig_get(&r, 0, 0);
        CU_ASSERT_DOUBLE_EQUAL(after.v, limit[k], 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(after.x - before.x, 0.1 * limit[k], 1e-4);
        for (int t = 0; t < 100; t++) {
            rig_act(&r, 0, 0, 0, 0, t < 50 ? 0 : -1);
            step(&r);
        }
        CU_ASSERT_DOUBLE_EQUAL(rig_get(&r, 0, 0).v, 1.3, 1e-6);
        rig_free(&r);
    }
}

/* Distance of one step from the least speed: the floor is applied after the move. */
static double moved(float throttle)
{
    struct rig r;
    two_in_the_sky(&r, at(5, 500, 0, 0), at(900, 900, 0, 0));
    rig_act(&r, 0, 0, 0, 0, throttle);
    step(&r);
    const double x = (double)rig_get(&r, 0, 0).x - 5;
    rig_free(&r);
    return x;
}

static void moves_at_the_floor(void)
{
    CU_ASSERT_DOUBLE_EQUAL(moved(0), 0.12324, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(moved(-1), 0.10971, 1e-6);
}

static void climbs_and_dives(void)
{
    struct rig r;
    two_in_the_sky(&r, at(100, 500, 0, 0), at(900, 900, 10, 0));
    r.block.v[0] = r.block.v[BLOCK] = 3;
    rig_act(&r, 0, 0, 0, 1, 0);
    rig_act(&r, 0, 1, 0, -1, 0);
    step(&r);
    const double v2 = 3 - 0.04 * 9;
    CU_ASSERT_DOUBLE_EQUAL(rig_get(&r, 0, 0).v, sqrt(v2 * v2 - 2.4525), 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(rig_get(&r, 0, 1).v, sqrt(v2 * v2 + 2.4525), 1e-5);
    for (int t = 1; t < 20; t++) {
        CU_ASSERT(rig_get(&r, 0, 0).z < 10);
        rig_act(&r, 0, 0, 0, 1, 0);
        step(&r);
    }
    CU_ASSERT_DOUBLE_EQUAL(rig_get(&r, 0, 0).z, 10, 1e-6);
    rig_free(&r);
}

/* 2 pi / 0.4 = 15.708 steps to a circle: after 157 steps nine times round and 62.8 rad. */
static void circles(void)
{
    struct rig r;
    two_in_the_sky(&r, at(500, 500, 0, 0), at(900, 900, 0, 0));
    for (int t = 0; t < 157; t++) {
        rig_choose(&r, 0, 0, 16);
        step(&r);
    }
    CU_ASSERT_DOUBLE_EQUAL(sin((double)rig_get(&r, 0, 0).heading), sin(62.8), 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(cos((double)rig_get(&r, 0, 0).heading), cos(62.8), 1e-4);
    rig_free(&r);
}

static void choices(void)
{
    static const float expected[][4] = {
        {13, 0, 0, 0}, {10, -1, 0, 0}, {16, 1, 0, 0}, {26, 1, 1, 1}, {0, -1, -1, -1}};
    struct rig r;
    rig_make(&r, "");
    for (int k = 0; k < 5; k++) {
        rig_choose(&r, 0, 0, (uint32_t)expected[k][0]);
        CU_ASSERT_EQUAL(r.scratch.turn[0], expected[k][1]);
        CU_ASSERT_EQUAL(r.scratch.climb[0], expected[k][2]);
        CU_ASSERT_EQUAL(r.scratch.throttle[0], expected[k][3]);
    }
    rig_free(&r);
}

static void sine_and_cosine(void)
{
    double worst = 0;
    struct rig r;
    two_in_the_sky(&r, at(500, 500, 0, 0), at(500, 500, 0, 0));
    for (int k = 0; k <= 20000; k++) {
        r.block.heading[0] = (float)(-9.4 + 12.5 * k / 20000);
        step(&r);
        const double h = (double)r.block.heading[0];
        worst = fmax(worst, fabs((double)r.scratch.sine[0] - sin(h)));
        worst = fmax(worst, fabs((double)r.scratch.cosine[0] - cos(h)));
    }
    CU_ASSERT(worst < 1.2e-7);
    rig_free(&r);
}

/* ---- damage */

/* Health of a target that one or two attackers behind it hold, all flying the same way; healing as
 * it is. */
static void hold(const char *set, int attackers, double *health, int steps)
{
    struct rig r;
    rig_make(&r, set);
    r.sky.limit[0] = 1000;
    rig_put(&r, 0, 2, at(6, 5, 0, 0));
    for (int k = 0; k < attackers; k++)
        rig_put(&r, 0, (uint32_t)k, at(5, 4.7f + 0.6f * (float)k, 0, 0));
    for (int t = 0; t < steps; t++) {
        step(&r);
        health[t] = (double)rig_get(&r, 0, 2).health;
    }
    rig_free(&r);
}

static void ladder_of_damage(void)
{
    static const double one[] = {1, 1, 1, 0.91, 0.72, 0.43, 0.04, 0};
    double health[8];
    hold("scenario=identical_2_vs_2 maps=empty", 1, health, 8);
    for (int t = 0; t < 8; t++)
        CU_ASSERT_DOUBLE_EQUAL(health[t], one[t], 1e-5);
    hold("scenario=identical_2_vs_2 maps=empty", 2, health, 8);
    CU_ASSERT(health[4] > 0 && health[5] == 0);
    hold("scenario=identical_2_vs_2 maps=empty damage_per_second=10", 1, health, 8);
    CU_ASSERT_DOUBLE_EQUAL(health[3], 0.01, 1e-5);
    CU_ASSERT_EQUAL(health[4], 0);
}

static void heals(void)
{
    struct rig r;
    two_in_the_sky(&r, at(5, 500, 0, 0), at(900, 900, 0, 0));
    r.block.health[0] = 0.5f;
    for (int t = 1; t <= 60; t++) {
        step(&r);
        CU_ASSERT_DOUBLE_EQUAL(rig_get(&r, 0, 0).health, fmin(1, 0.5 + 0.01 * t), 1e-5);
    }
    rig_free(&r);
}

/* ---- rewards: five against five, one of team 1 dies at the wall in lane 0 */

static void rewards_of_a_kill(void)
{
    struct rig r;
    rig_make(&r, "scenario=identical_5_vs_5 maps=empty");
    for (uint32_t i = 0; i < 10; i++)
        rig_put(&r, 0, i,
                at(i == 9 ? 9.95f : 1 + 0.8f * (float)i, i < 5 ? 2 : 8, 0, i == 9 ? 0 : pi));
    step(&r);
    CU_ASSERT_EQUAL(rig_get(&r, 0, 9).alive, 0);
    for (uint32_t i = 0; i < 10; i++)
        CU_ASSERT_DOUBLE_EQUAL(r.scratch.reward[i * BLOCK],
                               i < 5   ? 100.0 / 6 / 10
                               : i < 9 ? -2
                                       : 0,
                               1e-5);
    rig_free(&r);
}

static void obstacle_rewards_are_never_given(void)
{
    for (int quirks = 0; quirks < 2; quirks++) {
        struct rig r;
        rig_make(&r, quirks ? "scenario=identical_2_vs_2 reward_collision_obstacle=8 quirks=1"
                            : "scenario=identical_2_vs_2 reward_collision_obstacle=8 quirks=0");
        rig_put(&r, 0, 0, at(0.05f, 5, 0, pi));
        rig_put(&r, 0, 1, at(5, 2, 0, 0));
        rig_put(&r, 0, 2, at(5, 8, 0, 0));
        step(&r);
        CU_ASSERT_EQUAL(r.scratch.reward[0], quirks ? 0 : -2);
        step(&r);
        CU_ASSERT_EQUAL(r.scratch.reward[0], 0);
        rig_free(&r);
    }
}

static void collisions_kill_both(void)
{
    struct rig r;
    rig_make(&r, "scenario=identical_2_vs_2 maps=empty");
    rig_put(&r, 0, 0, at(5, 5, 0, 0)); /* team mates, too near */
    rig_put(&r, 0, 1, at(5, 5.39f, 0, 0));
    rig_put(&r, 0, 2, at(5, 5.39f, 0.5f, 0)); /* above them */
    rig_put(&r, 0, 3, at(5, 5.39f, 1.0f, 0));
    step(&r);
    CU_ASSERT_EQUAL(rig_get(&r, 0, 0).alive + rig_get(&r, 0, 1).alive, 0);
    CU_ASSERT_EQUAL(rig_get(&r, 0, 2).alive + rig_get(&r, 0, 3).alive, 2);
    CU_ASSERT_EQUAL(r.scratch.over[0], 1);
    rig_free(&r);
}

/* ---- chances: an observer at (50, 50) that looks along x, a target at a distance and a bearing */

enum { DRAWS = 1000000 };

static double seen_rate(float distance, float bearing)
{
    struct rig r;
    rig_make(&r, "scenario=identical_1_vs_1 maps=empty limit_x=100 limit_y=100 collision_range=0");
    uint64_t seen = 0;
    for (uint32_t l = 0; l < BLOCK; l++)
        r.block.seed[l] = l + 1;
    for (uint64_t n = 0; n < DRAWS; n += BLOCK) {
        for (uint32_t l = 0; l < BLOCK; l++) {
            rig_put(&r, l, 0,
                    at(50 + distance * cosf(bearing), 50 + distance * sinf(bearing), 0, 0));
            rig_put(&r, l, 1, at(50, 50, 0, 0));
        }
        draws_of_step(&r.sky, &r.block, &r.scratch);
        step(&r);
        for (uint32_t l = 0; l < BLOCK; l++)
            seen += r.scratch.seen[l] != 0;
    }
    rig_free(&r);
    return (double)seen / DRAWS;
}

static void chances_of_sight(void)
{
    CU_ASSERT_DOUBLE_EQUAL(seen_rate(2, 1.5f), 1 - 4.0 / 9, 0.0025); /* 5 standard deviations */
    CU_ASSERT_EQUAL(seen_rate(0.9f, pi), 1);
    CU_ASSERT_EQUAL(seen_rate(2, 0.5f), 1);
    CU_ASSERT_EQUAL(seen_rate(2, pi), 0);
    CU_ASSERT_EQUAL(seen_rate(3.01f, 0.1f), 0);
}

static double heard_rate(float distance)
{
    struct rig r;
    rig_make(&r, "scenario=identical_2_vs_2 maps=empty limit_x=100 limit_y=100");
    uint64_t heard = 0;
    for (uint32_t l = 0; l < BLOCK; l++) {
        r.block.seed[l] = l + 1;
        rig_put(&r, l, 0, at(50, 50, 0, 0));
        rig_put(&r, l, 1, at(50 + distance, 50, 0, 0));
        start_scratch(&r.sky, &r.block, &r.scratch, l);
    }
    for (uint64_t n = 0; n < DRAWS; n += BLOCK) {
        draws_of_step(&r.sky, &r.block, &r.scratch);
        for (uint32_t l = 0; l < BLOCK; l++) {
            uint8_t known[4];
            sky_know(&r.sky, &r.block, &r.scratch, 0, l, known);
            heard += known[1];
        }
    }
    rig_free(&r);
    return (double)heard / DRAWS;
}

static void chances_of_the_radio(void)
{
    CU_ASSERT_DOUBLE_EQUAL(heard_rate(4), 0.5, 0.0025);
    CU_ASSERT_EQUAL(heard_rate(8.01f), 0);
}

/* Agents turned about the observer: the products of step.c against angles. */
static void cones_are_angles(void)
{
    struct rig r;
    rlb_rng rng;
    uint64_t differ = 0;
    rlb_rng_init(&rng, 5, 0);
    rig_make(&r, "scenario=identical_1_vs_1 maps=empty limit_x=100 limit_y=100 collision_range=0 "
                 "use_stochastic_obs=0");
    for (int n = 0; n < 625000; n++) {
        for (uint32_t l = 0; l < BLOCK; l++) {
            const float d = (float)(1.01 + 1.9 * rlb_rng_uniform(&rng));
            const float a = (float)(6.28 * rlb_rng_uniform(&rng));
            const float h = (float)(6.28 * rlb_rng_uniform(&rng) - 3.14);
            rig_put(&r, l, 0, at(50 + d * cosf(a), 50 + d * sinf(a), 0, 0));
            rig_put(&r, l, 1, at(50, 50, 0, h));
            r.block.track[l] = 0;
        }
        step(&r);
        for (uint32_t l = 0; l < BLOCK; l++) {
            const struct rig_agent t = rig_get(&r, l, 0), o = rig_get(&r, l, 1);
            const double dx = (double)t.x - (double)o.x, dy = (double)t.y - (double)o.y;
            const double d2 = dx * dx + dy * dy;
            const double phi = fabs(remainder(atan2(dy, dx) - (double)o.heading, 2 * M_PI));
            const int edge = fabs(phi - 0.75 * M_PI) < 1e-6 || fabs(phi - M_PI / 4) < 1e-6 ||
                             fabs(d2 - 9) < 1e-5 || fabs(d2 - 4.2025) < 1e-5 || fabs(d2 - 1) < 1e-5;
            const int seen = d2 < 1 || (d2 <= 9 && phi < 0.75 * M_PI);
            const int hit = seen && d2 <= 4.2025 && phi < M_PI / 4;
            differ += !edge && (seen != (r.scratch.seen[l] != 0) || hit != (r.block.track[l] > 0));
        }
    }
    CU_ASSERT_EQUAL(differ, 0);
    rig_free(&r);
}

/* ---- starts */

static void starts(void)
{
    enum { EPISODES = 60000 };
    struct rig r;
    uint64_t second = 0, outside = 0, near = 0;
    rig_make(&r, "scenario=identical_5_vs_5 maps=empty");
    for (uint32_t n = 0; n < EPISODES; n++) {
        const uint32_t l = n % BLOCK;
        r.block.seed[l] = l + 100;
        start_lane(&r.sky, &r.block, &r.scratch, l);
        const struct map *m = &r.sky.maps.map[r.block.map[l]];
        second += r.block.map[l];
        for (uint32_t i = 0; i < 10; i++) {
            const struct rig_agent a = rig_get(&r, l, i);
            const float *box = m->start[i >= 5];
            outside += a.x < box[0] || a.x > box[2] || a.y < box[1] || a.y > box[3] || a.z != 0 ||
                       a.v != 1 || a.health != 1 || a.alive != 1;
        }
        uint64_t close = 0;
        for (uint32_t p = 0; p < 45; p++)
            close += r.scratch.distance[p * BLOCK + l] < 0.4f;
        near += close > 0;
    }
    CU_ASSERT_DOUBLE_EQUAL((double)second / EPISODES, 5.0 / 6, 0.008); /* 5 deviations */
    CU_ASSERT_EQUAL(outside, 0);
    printf("\n    %.3f %% of starts keep two agents within the range of collision ",
           100.0 * (double)near / EPISODES);
    CU_ASSERT(near < EPISODES / 20);
    rig_free(&r);
}

static void headings_of_the_teams(void)
{
    struct rig r;
    rig_make(&r, "scenario=identical_5_vs_5 maps=two_rooms1");
    start_lane(&r.sky, &r.block, &r.scratch, 0);
    for (uint32_t i = 0; i < 10; i++) {
        CU_ASSERT_EQUAL(rig_get(&r, 0, i).heading, i < 5 ? pi : 0);
        CU_ASSERT(i < 5 ? rig_get(&r, 0, i).y >= 7 : rig_get(&r, 0, i).y <= 3);
    }
    CU_ASSERT_EQUAL(r.sky.maps.num_maps, 1);
    CU_ASSERT_EQUAL(r.sky.width, 9 * 10 + 8);
    rig_free(&r);
}

static void widths(void)
{
    static const struct {
        const char *set;
        uint32_t width;
    } cases[] = {{"scenario=identical_2_vs_2 maps=empty", 36},
                 {"scenario=identical_5_vs_5", 106},
                 {"scenario=identical_5_vs_5 maps=void quirks=0", 90},
                 {"scenario=waypoint_5_vs_5", 111},
                 {"scenario=identical_20_vs_20", 151}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct rig r;
        rig_make(&r, cases[k].set);
        CU_ASSERT_EQUAL(r.sky.width, cases[k].width);
        rig_free(&r);
    }
}

CHECK_MAIN("the rules of gigastep", {"speeds", speeds}, {"moves at the floor", moves_at_the_floor},
           {"climbs and dives", climbs_and_dives}, {"circles", circles}, {"choices", choices},
           {"sine and cosine", sine_and_cosine}, {"the ladder of damage", ladder_of_damage},
           {"healing", heals}, {"rewards of a kill", rewards_of_a_kill},
           {"obstacles, with and without quirks", obstacle_rewards_are_never_given},
           {"collisions", collisions_kill_both}, {"chances of sight", chances_of_sight},
           {"chances of the radio", chances_of_the_radio}, {"cones are angles", cones_are_angles},
           {"starts", starts}, {"headings", headings_of_the_teams}, {"widths", widths})
