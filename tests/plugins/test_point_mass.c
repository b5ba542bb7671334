/* The point-mass maze against the closed form of its free motion and what is known of its walls. */
#include "fake_host.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>
#include <stdio.h>

enum { X, Y, VX, VY };

struct world {
    struct fake_run run;
    rlb_venv *venv;
    const rlb_tasks *tasks;
    const rlb_goals *goals;
    const rlb_snapshot *snapshot;
    void *self;
};

static void make(struct world *w, const char *set)
{
    fake_module = "mujoco";
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, "point-mass-maze", set, 1, 1), RLB_OK);
    rlb_venv *v = w->venv = w->run.world;
    w->tasks = v->interface(v, RLB_TASKS, &w->self);
    w->goals = v->interface(v, RLB_GOALS, &w->self);
    w->snapshot = v->interface(v, RLB_SNAPSHOT, &w->self);
    CU_ASSERT_FATAL(w->tasks && w->goals && w->snapshot);
    CU_ASSERT_EQUAL_FATAL(w->snapshot->bytes(w->self), 7 * sizeof(double));
}

static void put(struct world *w, double x, double y, double vx, double vy)
{
    const double state[7] = {0, x, y, vx, vy, 0, 0};
    CU_ASSERT_EQUAL(w->snapshot->put(w->self, 0, state), RLB_OK);
}

static void take(struct world *w, double at[4])
{
    double state[7];
    w->snapshot->take(w->self, 0, state);
    memcpy(at, state + 1, 4 * sizeof *at);
}

static void push(struct world *w, double ux, double uy, int steps, double at[4])
{
    const float u[2] = {(float)ux, (float)uy};
    for (int k = 0; k < steps; k++)
        CU_ASSERT_EQUAL_FATAL(w->venv->step(w->venv, u), RLB_OK);
    take(w, at);
}

/* v' = (0.3 v + 0.002 u)/0.32, x' = x + 0.02 v'. */
static void free_motion(void)
{
    struct world w;
    rlb_rng rng;
    double x[4] = {-.2, .2, 0, 0}, got[4];
    make(&w, "");
    put(&w, x[X], x[Y], 0, 0);
    rlb_rng_init(&rng, 1, 0);
    for (int t = 0; t < 300; t++) {
        const double u[2] = {(double)(float)(2 * rlb_rng_uniform(&rng) - 1),
                             (double)(float)(2 * rlb_rng_uniform(&rng) - 1)};
        push(&w, u[0], u[1], 1, got);
        for (int k = 0; k < 2; k++) {
            x[VX + k] = (.3 * x[VX + k] + .002 * u[k]) / .32;
            x[k] += .02 * x[VX + k];
        }
        for (int k = 0; k < 4; k++)
            CU_ASSERT_DOUBLE_EQUAL(got[k], x[k], 1e-6);
    }
    put(&w, -.28, .25, 0, 0);
    push(&w, 1, 0, 150, got);
    CU_ASSERT_DOUBLE_EQUAL(got[VX], .1, 1e-5);
    fake_finish(&w.run);
}

/* Contact at a distance of 0.03 from the middle of a wall, soft limits at 0.29; walls are
 * sticky: pressed on with both motors the point creeps. */
static void walls(void)
{
    struct world w;
    double at[4];
    fake_time_limit = 100000;
    make(&w, "");
    put(&w, -.1, .1, 0, 0);
    push(&w, 1, 0, 500, at);
    CU_ASSERT(at[X] >= -.0302 && at[X] <= -.0299);
    push(&w, 1, 1, 100, at);
    CU_ASSERT_DOUBLE_EQUAL(at[VY], .0018, 2e-4);
    push(&w, 1, .5, 100, at);
    CU_ASSERT_DOUBLE_EQUAL(at[VY], .0005, 1e-4);
    push(&w, .9, 1, 50, at);
    printf("\n    creeps at %.4f m/s", at[VY]);
    CU_ASSERT(at[VY] > .01 && at[VY] < .02);
    put(&w, -.2, .2, 0, 0);
    double farthest = 0;
    for (int t = 0; t < 200; t++) {
        push(&w, -1, 0, 1, at);
        farthest = fmax(farthest, -at[X]);
    }
    CU_ASSERT(farthest > .29 && farthest < .291);
    CU_ASSERT_DOUBLE_EQUAL(at[X], -.29, 1e-4);
    /* round the arm's end at 0.18 the rooms are open */
    put(&w, -.1, .24, 0, 0);
    push(&w, 1, 0, 150, at);
    CU_ASSERT(at[X] > .05);
    fake_finish(&w.run);
    fake_time_limit = 0;
}

/* u = clip(40 (g - p) - 8 v, -1, 1) scores about 971, 991, 929, 931 and 943 on the goals of the
 * room it starts in: computed with NumPy from the free motion, 10 starts. */
static void a_controller_scores_as_computed(void)
{
    static const double scores[] = {971, 991, 929, 931, 943};
    struct world w;
    make(&w, "");
    for (uint32_t task = 0; task < 5; task++) {
        double score = 0, at[4];
        float goal[2];
        for (uint64_t variation = 0; variation < 10; variation++) {
            CU_ASSERT_EQUAL(w.tasks->assign(w.self, 0, task, variation), RLB_OK);
            CU_ASSERT_EQUAL(w.venv->reset(w.venv, 1), RLB_OK);
            take(&w, at);
            CU_ASSERT(at[X] >= -.29 && at[X] < -.15 && at[Y] >= .15 && at[Y] < .29);
            CU_ASSERT(at[VX] == 0 && at[VY] == 0);
            w.tasks->goal(w.self, 0, NULL, goal);
            for (int t = 0; t < 1000; t++) {
                float u[2];
                for (int k = 0; k < 2; k++)
                    u[k] = (float)(40 * ((double)goal[k] - at[k]) - 8 * at[VX + k]);
                CU_ASSERT_EQUAL_FATAL(w.venv->step(w.venv, u), RLB_OK);
                CU_ASSERT_EQUAL(w.venv->batch->truncated[0], t == 999);
                score += (double)w.venv->batch->rewards[0] / 10;
                take(&w, at);
            }
        }
        printf("\n    %s: %.0f", w.tasks->name(w.self, task), score);
        CU_ASSERT_DOUBLE_EQUAL(score, scores[task], 15);
    }
    fake_finish(&w.run);
}

/* 1 within 3 cm, a tenth at 6 cm, 10^-4 at 9 cm; goals are positions. */
static void rewards(void)
{
    static const float here[4] = {.1F, -.2F, .5F, .5F};
    struct world w;
    make(&w, "");
    const float achieved[8] = {0, 0, 0, 0, 0, 0, 0, 0},
                goals[8] = {.0299F, 0, .0F, .06F, .09F, 0, .03F, .04F};
    float out[4], goal[2], obs[4];
    w.goals->rewards(w.self, achieved, goals, 4, out);
    CU_ASSERT_EQUAL(out[0], 1);
    CU_ASSERT_DOUBLE_EQUAL(out[1], .1, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(out[2], 1e-4, 1e-7);
    CU_ASSERT_DOUBLE_EQUAL(out[3], pow(.1, 4.0 / 9), 1e-5);
    w.tasks->represent(w.self, here, 1, goal);
    CU_ASSERT(goal[0] == here[0] && goal[1] == here[1]);
    w.goals->observe(w.self, goal, 1, obs);
    CU_ASSERT(obs[0] == here[0] && obs[1] == here[1] && obs[2] == 0 && obs[3] == 0);
    double at_first, at_last;
    const float first[4] = {-.15F, .15F, 0, 0}, last[4] = {.08F, -.22F, 0, 0};
    w.tasks->rewards(w.self, 0, first, 1, &at_first);
    w.tasks->rewards(w.self, 19, last, 1, &at_last);
    CU_ASSERT(at_first == 1 && at_last == 1);
    fake_finish(&w.run);
}

/* Uniform over the table but for the walls: in bands of x as often as their areas say. */
static void starts_anywhere(void)
{
    enum { N = 4000 };
    struct world w;
    double at[4], middle = 0, beside = 0;
    make(&w, "start=anywhere");
    for (uint64_t k = 0; k < N; k++) {
        CU_ASSERT_EQUAL(w.venv->reset(w.venv, k), RLB_OK);
        take(&w, at);
        CU_ASSERT(fabs(at[X]) <= .29 && fabs(at[Y]) <= .29);
        CU_ASSERT(fabs(at[VX]) <= .1 && fabs(at[VY]) <= .1);
        CU_ASSERT(fabs(at[X]) >= .19 || fabs(at[Y]) >= .03);
        CU_ASSERT(fabs(at[Y]) >= .19 || fabs(at[X]) >= .03);
        middle += fabs(at[X]) < .03;
        beside += fabs(at[X]) >= .19;
    }
    /* areas: 0.58^2 less a cross of two 0.38 by 0.06 */
    const double all = .58 * .58 - 2 * .38 * .06 + .06 * .06;
    CU_ASSERT_DOUBLE_EQUAL(middle / N, .06 * .2 / all, .015);
    CU_ASSERT_DOUBLE_EQUAL(beside / N, .2 * .58 / all, .04);
    fake_finish(&w.run);
}

CHECK_MAIN("point-mass-maze", {"free motion", free_motion}, {"walls", walls},
           {"a controller scores as computed", a_controller_scores_as_computed},
           {"rewards", rewards}, {"starts anywhere", starts_anywhere})
