/* The world of gigastep beside the authors' JAX code, step for step: trajectories recorded with its
 * random numbers replaced by a hash (tests/plugins/gigastep/make_fixture.py says how, and what is
 * in a file). Deaths and ends are equal, rewards equal to the bit, states and observations to 1e-5.
 */
#include "gigastep_rig.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEAD = 16, H_STEPS, H_WORLDS = 1, H_AGENTS, H_WIDTH, H_DISCRETE, H_FULL, H_STATES, H_OBS };

/* ---- reading */

struct fixture {
    float *numbers;
    const float *at;
    uint32_t steps, worlds, agents, width, every_state, every_obs;
    int discrete;
    const float *actions, *starts;
    float *rewards, *dead, *over, *states, *waypoints, *obs, *first;
};

static float *unpack(struct fixture *f)
{
    const size_t count = (size_t)*f->at++;
    float *out = calloc(count, sizeof *out);
    for (size_t i = 0; i < count;) {
        size_t zeros = (size_t)*f->at++, others = (size_t)*f->at++;
        memcpy(out + i + zeros, f->at, others * sizeof *out);
        f->at += others;
        i += zeros + others;
    }
    return out;
}

static void read_fixture(const char *name, struct fixture *f)
{
    char path[600];
    snprintf(path, sizeof path, "%s/tests/plugins/gigastep/%s.npy", getenv("TOP_SRCDIR"), name);
    FILE *in = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(in);
    fseek(in, 0, SEEK_END);
    const size_t bytes = (size_t)ftell(in), skip = 128; /* the head of a small .npy */
    f->numbers = malloc(bytes);
    fseek(in, (long)skip, SEEK_SET);
    CU_ASSERT_EQUAL_FATAL(fread(f->numbers, 1, bytes - skip, in), bytes - skip);
    fclose(in);
    const float *head = f->numbers;
    f->steps = (uint32_t)head[0];
    f->worlds = (uint32_t)head[H_WORLDS];
    f->agents = (uint32_t)head[H_AGENTS];
    f->width = (uint32_t)head[H_WIDTH];
    f->discrete = head[H_DISCRETE] > 0;
    f->every_state = (uint32_t)head[H_STATES];
    f->every_obs = (uint32_t)head[H_OBS];
    f->actions = head + HEAD;
    f->starts = f->actions + (size_t)f->steps * f->worlds * f->agents * (f->discrete ? 1 : 3);
    f->at = f->starts;
    while (*f->at >= 0)
        f->at += 3 + 3 * f->agents;
    f->at++;
    f->rewards = unpack(f);
    f->dead = unpack(f);
    f->over = unpack(f);
    f->states = unpack(f);
    f->waypoints = unpack(f);
    f->obs = unpack(f);
    f->first = unpack(f);
}

static void free_fixture(struct fixture *f)
{
    float *const arrays[] = {f->numbers, f->rewards,   f->dead, f->over,
                             f->states,  f->waypoints, f->obs,  f->first};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

/* ---- the random numbers of the recording */

static uint32_t mix(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t words[] = {a, b, c};
    uint32_t h = 0x9E3779B9;
    for (int i = 0; i < 3; i++) {
        h ^= words[i];
        h ^= h >> 16;
        h *= 0x85EBCA6B;
        h ^= h >> 13;
        h *= 0xC2B2AE35;
        h ^= h >> 16;
    }
    return h;
}

static float uniform(uint32_t key, uint32_t path, uint32_t position)
{
    return (float)(mix(key, path, position) >> 8) * 0x1p-24f;
}

static uint32_t child(uint32_t path, uint32_t k)
{
    return path * 64 + k + 1;
}

/* What the recorded code draws in a step (start: in a reset) of environment e under `key`, into the
 * rows that the kernel reads. path: of its key when it comes to the draws. */
static void draw(const struct rig *r, uint32_t e, uint32_t key, int start)
{
    const struct sky *s = &r->sky;
    uint32_t path = 0;
    if (start) {
        path = child(0, 6); /* seven keys, the last is split again in three rounds of four */
        for (int round = 0; round < 3; round++)
            path = child(path, 3);
    }
    if (!start && s->waypoints) {
        for (uint32_t k = 0; k < 2; k++)
            r->scratch.fate[k * BLOCK + e] = uniform(key, child(path, 2), k);
        r->scratch.fate[2 * BLOCK + e] = uniform(key, child(path, 1), 0);
        r->scratch.fate[3 * BLOCK + e] = uniform(key, child(path, 3), 0);
        path = child(path, 0);
    }
    uint32_t sight = 0;
    if (!start && s->stochastic_sight) {
        sight = child(path, 1);
        path = child(path, 0);
    }
    for (uint32_t i = 0; i < s->agents; i++)
        for (uint32_t j = 0; j < s->agents; j++)
            if (i != j)
                r->scratch.draws[draws_row(s->agents, i, j) * BLOCK + e] =
                    sky_team_of(s, i) == sky_team_of(s, j) ? uniform(key, child(path, i), j)
                                                           : uniform(key, sight, i * s->agents + j);
}

/* ---- comparing */

struct errors {
    uint64_t deaths, ends, rewards, rewards_paid, episodes, pixels;
    double state, obs;
};

static void compare(double *worst, float got, float expected)
{
    const double error = fabs((double)got - (double)expected) / fmax(1, fabs((double)expected));
    *worst = isnan(error) ? INFINITY : fmax(*worst, error);
}

/* Headings are the same a turn apart. */
static void compare_angle(double *worst, float got, float expected)
{
    const double turn = 6.283185307179586, apart = (double)got - (double)expected;
    compare(worst, (float)(apart - turn * rint(apart / turn)), 0);
}

static void compare_states(const struct rig *r, const float *expected, struct errors *err)
{
    const struct block *b = &r->block;
    const float *const rows[6] = {b->x, b->y, b->z, b->v, b->heading, b->health};
    const uint32_t n = r->sky.agents;
    for (uint32_t e = 0; e < BLOCK; e++)
        for (uint32_t k = 0; k < 6; k++)
            for (uint32_t i = 0; i < n; i++) {
                const float want = expected[(e * 6 + k) * n + i], got = rows[k][i * BLOCK + e];
                if (k == 4)
                    compare_angle(&err->state, got, want);
                else
                    compare(&err->state, got, want);
            }
}

static int pictures(const struct rig *r, const struct fixture *f)
{
    return f->width == pixels_bytes(&r->sky) && f->width != r->sky.width;
}

static void compare_obs(const struct rig *r, const struct fixture *f, const float *got,
                        const float *expected, struct errors *err)
{
    if (pictures(r, f)) {
        for (size_t k = 0; k < (size_t)f->agents * f->width; k++)
            err->pixels += got[k] != expected[k];
        return;
    }
    for (uint32_t i = 0; i < r->sky.agents; i++)
        for (uint32_t k = 0; k < r->sky.width; k++) {
            const float want = expected[i * r->sky.width + k], has = got[i * r->sky.width + k];
            if (k < FIELDS * r->sky.slots && k % FIELDS == 5)
                compare_angle(&err->obs, has, want);
            else
                compare(&err->obs, has, want);
        }
}

static void put_start(struct rig *r, const float *start, uint32_t n)
{
    const uint32_t e = (uint32_t)start[1];
    r->block.map[e] = (uint32_t)start[2];
    for (uint32_t i = 0; i < n; i++)
        rig_put(r, e, i,
                (struct rig_agent){.x = start[3 + i],
                                   .y = start[3 + n + i],
                                   .v = 1,
                                   .heading = start[3 + 2 * n + i],
                                   .health = 1,
                                   .alive = 1});
    rig_forget(r, e);
}

static void act(struct rig *r, const struct fixture *f, uint32_t t)
{
    const uint32_t n = f->agents, wide = f->discrete ? 1 : 3;
    for (uint32_t e = 0; e < BLOCK; e++)
        for (uint32_t i = 0; i < n; i++) {
            const float *a = f->actions + (((size_t)t * BLOCK + e) * n + i) * wide;
            if (f->discrete)
                rig_choose(r, e, i, (uint32_t)a[0]);
            else
                rig_act(r, e, i, a[0], a[1], a[2]);
        }
}

static void compare_step(const struct rig *r, const struct fixture *f, uint32_t t,
                         struct errors *err)
{
    for (uint32_t e = 0; e < BLOCK; e++) {
        err->ends += (r->scratch.over[e] > 0) != (f->over[t * BLOCK + e] > 0);
        for (uint32_t i = 0; i < f->agents; i++) {
            const size_t at = ((size_t)t * BLOCK + e) * f->agents + i;
            err->deaths += r->block.alive[i * BLOCK + e] != 1 - f->dead[at];
            err->rewards += r->scratch.reward[i * BLOCK + e] != f->rewards[at];
            err->rewards_paid += f->rewards[at] != 0;
        }
    }
}

/* Observations of all worlds, [BLOCK][agents][width], as floats. */
static void observe(const struct rig *r, const struct fixture *f, float *out)
{
    const size_t world = (size_t)f->agents * f->width;
    if (!pictures(r, f)) {
        sky_observe(&r->sky, &r->block, &r->scratch, out);
        return;
    }
    uint8_t *bytes = malloc(world);
    for (uint32_t e = 0; e < BLOCK; e++) {
        pixels_observe(&r->sky, &r->block, &r->scratch, e, bytes);
        for (size_t k = 0; k < world; k++)
            out[e * world + k] = bytes[k];
    }
    free(bytes);
}

static void compare_first(const struct rig *r, const struct fixture *f, float *obs,
                          struct errors *err)
{
    const size_t world = (size_t)f->agents * f->width;
    for (uint32_t e = 0; e < BLOCK; e++)
        draw(r, e, 1000000 * BLOCK + e, 1);
    observe(r, f, obs);
    for (uint32_t e = 0; e < (pictures(r, f) ? 2 : BLOCK); e++)
        compare_obs(r, f, obs + e * world, f->first + e * world, err);
}

/* States and observations, where they were kept. */
static void compare_kept(const struct rig *r, const struct fixture *f, uint32_t t, float *obs,
                         struct errors *err)
{
    const size_t world = (size_t)f->agents * f->width;
    if ((t + 1) % f->every_state == 0) {
        const uint32_t k = t / f->every_state;
        compare_states(r, f->states + (size_t)k * BLOCK * 6 * f->agents, err);
        for (uint32_t e = 0; e < 5 * BLOCK; e++)
            compare(&err->state,
                    e % 5 < 4 ? r->block.box[e % 5 * BLOCK + e / 5] : r->block.timer[e / 5],
                    f->waypoints[k * 5 * BLOCK + e]);
    }
    if ((t + 1) % f->every_obs == 0) {
        const uint32_t k = t / f->every_obs;
        observe(r, f, obs);
        compare_obs(r, f, obs + k % BLOCK * world, f->obs + k * world, err);
    }
}

static void follow(struct rig *r, const struct fixture *f, struct errors *err)
{
    const size_t world = (size_t)f->agents * f->width;
    const float *start = f->starts;
    float *obs = calloc(BLOCK * world, sizeof *obs);
    for (uint32_t t = 0; t <= f->steps; t++) {
        for (; *start == (float)t; start += 3 + 3 * f->agents) {
            put_start(r, start, f->agents);
            err->episodes++;
        }
        if (t == 0)
            compare_first(r, f, obs, err);
        if (t == f->steps)
            break;
        act(r, f, t);
        for (uint32_t e = 0; e < BLOCK; e++)
            draw(r, e, t * BLOCK + e, 0);
        sky_step(&r->sky, &r->block, &r->scratch);
        compare_step(r, f, t, err);
        compare_kept(r, f, t, obs, err);
    }
    free(obs);
}

static void run(const char *name, const char *set)
{
    struct fixture f;
    struct rig r;
    struct errors err = {0};
    read_fixture(name, &f);
    rig_make(&r, set);
    CU_ASSERT_EQUAL_FATAL(f.worlds, BLOCK);
    CU_ASSERT_EQUAL_FATAL(r.sky.agents, f.agents);
    CU_ASSERT_FATAL(r.sky.width == f.width || pictures(&r, &f));
    follow(&r, &f, &err);
    printf("\n    %s: %u episodes, %u rewards; states within %.1e, observations within %.1e ", name,
           (unsigned)err.episodes, (unsigned)err.rewards_paid, err.state, err.obs);
    CU_ASSERT_EQUAL(err.deaths, 0);
    CU_ASSERT_EQUAL(err.ends, 0);
    CU_ASSERT_EQUAL(err.rewards, 0);
    CU_ASSERT_EQUAL(err.pixels, 0);
    CU_ASSERT(err.state < 1e-5);
    CU_ASSERT(err.obs < 1e-5);
    rig_free(&r);
    free_fixture(&f);
}

static void fights(void)
{
    run("identical_1_vs_1_fobs_vec_maps_cont",
        "scenario=identical_1_vs_1 observability=full maps=empty actions=continuous");
    run("identical_2_vs_2_pobs_vec_void_cont",
        "scenario=identical_2_vs_2 maps=empty actions=continuous");
    run("identical_5_vs_5_pobs_vec_maps_disc", "scenario=identical_5_vs_5");
}

static void fights_of_special_crews(void)
{
    run("special_5_vs_5_fobs_vec_maps_cont",
        "scenario=special_5_vs_5 observability=full maps=empty actions=continuous "
        "reward_detection=3 reward_damage=7 reward_idle=5 reward_collision_agent=11 "
        "reward_collision_obstacle=13 reward_agent_disabled=2");
    run("special_10_vs_3_pobs_vec_maps_disc", "scenario=special_10_vs_3");
}

static void more_agents_than_slots(void)
{
    run("identical_20_vs_5_fobs_vec_maps_disc", "scenario=identical_20_vs_5 observability=full");
}

static void other_games(void)
{
    run("hide_and_seek_5_vs_5_pobs_vec_maps_disc", "scenario=hide_and_seek_5_vs_5");
    run("waypoint_5_vs_3_pobs_vec_maps_disc", "scenario=waypoint_5_vs_3 maps=void");
}

static void from_above(void)
{
    run("special_5_vs_1_pobs_rgb_maps_disc", "scenario=special_5_vs_1");
    run("waypoint_5_vs_3_fobs_rgb_maps_disc", "scenario=waypoint_5_vs_3 observability=full");
}

CHECK_MAIN("gigastep beside its authors' code", {"fights", fights},
           {"fights of special crews", fights_of_special_crews},
           {"more agents than an observation holds", more_agents_than_slots},
           {"hide and seek, waypoints", other_games}, {"pictures from above", from_above})
