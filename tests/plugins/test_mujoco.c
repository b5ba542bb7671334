/* The worlds of MuJoCo beside the control suite's models, observations and rewards, and beside
 * closed forms. */
#include "fake_host.h"
#include "fixture.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char fixture_file[] = "plugins/mujoco_fixture.txt";

/* Numbers of qpos, qvel, act and sensors; of observations that the fixture has. */
static const struct body {
    const char *id;
    size_t nq, nv, na, num_sensors, num_observed, num_tasks, num_actions;
} bodies[] = {{"walker", 9, 9, 0, 3, 24, 4, 6},
              {"cheetah", 9, 9, 0, 3, 17, 4, 6},
              {"quadruped", 23, 22, 12, 36, 51, 4, 12}};
enum { NUM_BODIES = sizeof bodies / sizeof bodies[0], STATES = 12, MOST = 200 };

struct world {
    struct fake_run run;
    rlb_venv *venv;
    const rlb_batch *batch;
    const rlb_tasks *tasks;
    const rlb_state_rewards *state_rewards;
    const rlb_snapshot *snapshot;
    void *self;
};

static void make(struct world *w, const char *id, const char *set, uint32_t lanes)
{
    fake_module = "mujoco";
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, id, set, lanes, 3), RLB_OK);
    rlb_venv *v = w->venv = w->run.world;
    w->batch = v->batch;
    w->tasks = v->interface(v, RLB_TASKS, &w->self);
    w->state_rewards = v->interface(v, RLB_STATE_REWARDS, &w->self);
    w->snapshot = v->interface(v, RLB_SNAPSHOT, &w->self);
    CU_ASSERT_FATAL(w->tasks && w->state_rewards && w->snapshot);
    CU_ASSERT(w->snapshot->bytes(w->self) <= MOST * sizeof(double));
}

/* Puts qpos, qvel, act and the warm start; each may be NULL for zeros. */
static void put(struct world *w, const struct body *b, const double *qpos, const double *qvel,
                const double *act, const double *warm)
{
    double all[MOST] = {0}, *to = all + 1;
    memcpy(to, qpos, b->nq * sizeof *to);
    to += b->nq;
    if (qvel)
        memcpy(to, qvel, b->nv * sizeof *to);
    to += b->nv;
    if (act)
        memcpy(to, act, b->na * sizeof *to);
    to += b->na;
    if (warm)
        memcpy(to, warm, b->nv * sizeof *to);
    CU_ASSERT_EQUAL(w->snapshot->bytes(w->self),
                    (1 + b->nq + 2 * b->nv + b->na + b->num_sensors) * sizeof(double));
    CU_ASSERT_EQUAL(w->snapshot->put(w->self, 0, all), RLB_OK);
}

static const double *column(const struct body *b, const char *what, size_t n)
{
    char name[60];
    snprintf(name, sizeof name, "%s.%s", b->id, what);
    return fixture(fixture_file, name, n);
}

/* Where the k-th number of the fixture stands in the observation: it leaves out accelerations. */
static size_t observed_at(const struct body *b, size_t k)
{
    return b->na > 0 && k >= 48 ? k + 3 : k;
}

static void observations_and_rewards_are_the_suites(void)
{
    for (int i = 0; i < NUM_BODIES; i++) {
        const struct body *b = &bodies[i];
        const size_t width = b->nq + b->nv + b->na;
        const double *state = column(b, "states", STATES * width),
                     *expected = column(b, "observed", STATES * b->num_observed),
                     *pay = column(b, "rewards", STATES * b->num_tasks);
        double off = 0, pay_off = 0, obs_off = 0;
        struct world w;
        make(&w, b->id, "", 1);
        CU_ASSERT_EQUAL(w.venv->state.width, width);
        CU_ASSERT_EQUAL(w.tasks->num_tasks, b->num_tasks);
        for (int s = 0; s < STATES; s++, state += width, expected += b->num_observed) {
            const float *obs = w.batch->obs;
            put(&w, b, state, state + b->nq, state + b->nq + b->nv, NULL);
            for (size_t k = 0; k < b->num_observed; k++)
                off = fmax(off, fabs((double)obs[observed_at(b, k)] - expected[k]) /
                                    fmax(1, fabs(expected[k])));
            for (uint32_t task = 0; task < b->num_tasks; task++, pay++) {
                double got;
                w.state_rewards->rewards(w.self, task, w.batch->state, 1, &got);
                pay_off = fmax(pay_off, fabs(got - *pay));
                if (!w.tasks->rewards)
                    continue;
                w.tasks->rewards(w.self, task, obs, 1, &got);
                obs_off = fmax(obs_off, fabs(got - *pay));
            }
        }
        printf("\n    %-9s observations off by %.1e, rewards by %.1e, of observations by %.1e",
               b->id, off, pay_off, obs_off);
        CU_ASSERT(off < 2e-6);
        CU_ASSERT(pay_off < 2e-6);
        CU_ASSERT(obs_off < 5e-6);
        fake_finish(&w.run);
    }
}

/* Rows of the fixture: step, qpos, qvel, act, and for the quadruped the sensors but the last. */
static void trajectories_are_the_suites(void)
{
    enum { STEPS = 60, EVERY = 5 };
    for (int i = 0; i < NUM_BODIES; i++) {
        const struct body *b = &bodies[i];
        const size_t sensors = b->na > 0 ? b->num_sensors - 3 : 0, moved = b->nq + b->nv + b->na;
        const double *start = column(b, "start", b->nq + 2 * b->nv),
                     *actions = column(b, "actions", STEPS * b->num_actions),
                     *row = column(b, "trajectory", STEPS / EVERY * (1 + moved + sensors));
        double off = 0, force_off = 0;
        struct world w;
        make(&w, b->id, "", 1);
        put(&w, b, start, start + b->nq, NULL, start + b->nq + b->nv);
        for (int t = 1; t <= STEPS; t++, actions += b->num_actions) {
            float action[12];
            double now[MOST];
            for (size_t k = 0; k < b->num_actions; k++)
                action[k] = (float)actions[k];
            CU_ASSERT_EQUAL_FATAL(w.venv->step(w.venv, action), RLB_OK);
            if (t % EVERY != 0)
                continue;
            CU_ASSERT_EQUAL(*row++, t);
            w.snapshot->take(w.self, 0, now);
            for (size_t k = 0; k < moved; k++, row++)
                off = fmax(off, fabs(now[1 + k] - *row) / fmax(1, fabs(*row)));
            const float *obs = w.batch->obs;
            for (size_t k = 0; k < sensors; k++, row++) {
                /* of the acceleration stage: accelerometer (48 …), forces and torques (54 …) */
                const double got = k < 3 ? (double)obs[48 + k] : (double)obs[54 + k - 9],
                             want = k < 3 ? *row : asinh(*row);
                if (k < 3 || k >= 9)
                    force_off = fmax(force_off, fabs(got - want) / fmax(1, fabs(want)));
            }
        }
        printf("\n    %-9s off by %.1e, accelerations and forces by %.1e", b->id, off, force_off);
        CU_ASSERT(off < 1e-9);
        CU_ASSERT(force_off < 1e-6);
        fake_finish(&w.run);
    }
}

/* What a step pays is what the state it stores pays: for every task, at every step. */
static void stored_states_suffice(void)
{
    for (int i = 0; i < NUM_BODIES; i++) {
        struct world w;
        rlb_rng rng;
        double off = 0;
        make(&w, bodies[i].id, "task=drawn", 4);
        rlb_rng_init(&rng, 9, 0);
        for (int t = 0; t < 60; t++) {
            float actions[4 * 12];
            for (size_t k = 0; k < 4 * bodies[i].num_actions; k++)
                actions[k] = (float)(2 * rlb_rng_uniform(&rng) - 1);
            CU_ASSERT_EQUAL_FATAL(w.venv->step(w.venv, actions), RLB_OK);
            for (uint32_t lane = 0; lane < 4; lane++) {
                double got;
                const uint32_t task = w.tasks->current(w.self, lane);
                w.state_rewards->rewards(
                    w.self, task,
                    (const float *)w.batch->state + (size_t)lane * w.venv->state.width, 1, &got);
                off = fmax(off, fabs(got - (double)w.batch->rewards[lane]));
            }
        }
        CU_ASSERT(off < 5e-6);
        fake_finish(&w.run);
    }
}

static void starts(void)
{
    struct world w;
    double state[2][MOST];
    for (int i = 0; i < NUM_BODIES; i++) {
        const struct body *b = &bodies[i];
        make(&w, b->id, "", 2);
        /* equal task and variation: equal starts */
        for (uint32_t lane = 0; lane < 2; lane++)
            CU_ASSERT_EQUAL(w.tasks->assign(w.self, lane, 2, 77), RLB_OK);
        CU_ASSERT_EQUAL(w.venv->reset(w.venv, 1), RLB_OK);
        for (uint32_t lane = 0; lane < 2; lane++)
            w.snapshot->take(w.self, lane, state[lane]);
        CU_ASSERT(memcmp(state[0], state[1], w.snapshot->bytes(w.self)) == 0);
        CU_ASSERT_EQUAL(w.tasks->current(w.self, 1), 2);
        for (uint32_t lane = 0; lane < 2; lane++)
            CU_ASSERT_EQUAL(w.tasks->assign(w.self, lane, RLB_TASK_DRAWN, 0), RLB_OK);
        CU_ASSERT_EQUAL(w.venv->reset(w.venv, 2), RLB_OK);
        for (uint32_t lane = 0; lane < 2; lane++)
            w.snapshot->take(w.self, lane, state[lane]);
        CU_ASSERT(memcmp(state[0], state[1], w.snapshot->bytes(w.self)) != 0);
        if (strcmp(b->id, "cheetah") == 0) /* at rest: nothing but a creep is left */
            for (size_t k = 0; k < b->nv; k++)
                CU_ASSERT(fabs(state[0][1 + b->nq + k]) < 0.5);
        if (strcmp(b->id, "walker") == 0) { /* hips, knees, ankles in their ranges */
            static const double low[] = {-20, -150, -45}, high[] = {100, 0, 45};
            for (int k = 0; k < 6; k++) {
                const double degrees = state[0][1 + 3 + k] * 180 / 3.141592653589793;
                CU_ASSERT(degrees >= low[k % 3] && degrees <= high[k % 3]);
            }
        }
        fake_finish(&w.run);
    }
}

/* What MuJoCo cannot go on with is a failure with a sentence. */
static void divergence_is_a_failure(void)
{
    struct world w;
    double qpos[9] = {0}, qvel[9] = {0, 0, 9e9};
    const float actions[6] = {0};
    make(&w, "walker", "", 1);
    put(&w, &bodies[0], qpos, qvel, NULL, NULL);
    CU_ASSERT_EQUAL(w.venv->step(w.venv, actions), RLB_E_NUMERIC);
    CU_ASSERT_PTR_NOT_NULL(strstr(w.run.failure, "MuJoCo: "));
    fake_finish(&w.run);
}

CHECK_MAIN("mujoco",
           {"observations and rewards are the suite's", observations_and_rewards_are_the_suites},
           {"trajectories are the suite's", trajectories_are_the_suites},
           {"stored states suffice for rewards", stored_states_suffice}, {"starts", starts},
           {"divergence is a failure", divergence_is_a_failure})
