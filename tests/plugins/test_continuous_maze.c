/* continuous-maze: walls against an independent test of segments, features against their formula,
 * noise against the normal law. */
#include "fake_host.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>
#include <stdio.h>

enum { FEATURES = 441, LEFT = 0, RIGHT = 1, UP = 2, DOWN = 3, STAY = 4 };

struct world {
    struct fake_run run;
    rlb_venv *venv;
    const rlb_tasks *tasks;
    const rlb_goals *goals;
    const rlb_snapshot *snapshot;
    void *self;
};

static void make(struct world *w, const char *set, uint32_t lanes)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, "continuous-maze", set, lanes, 1), RLB_OK);
    rlb_venv *v = w->venv = w->run.world;
    w->tasks = v->interface(v, RLB_TASKS, &w->self);
    w->goals = v->interface(v, RLB_GOALS, &w->self);
    w->snapshot = v->interface(v, RLB_SNAPSHOT, &w->self);
    CU_ASSERT_FATAL(w->tasks && w->goals && w->snapshot);
    CU_ASSERT_EQUAL_FATAL(w->snapshot->bytes(w->self), 4 * sizeof(double));
}

static void put(struct world *w, uint32_t lane, double x, double y, double goal_x, double goal_y)
{
    const double state[4] = {x, y, goal_x, goal_y};
    CU_ASSERT_EQUAL(w->snapshot->put(w->self, lane, state), RLB_OK);
}

/* Where a lane without noise comes to from (x, y). */
static void after(struct world *w, double x, double y, int32_t action, double *to)
{
    double state[4];
    put(w, 0, x, y, NAN, NAN);
    CU_ASSERT_EQUAL_FATAL(w->venv->step(w->venv, &action), RLB_OK);
    w->snapshot->take(w->self, 0, state);
    to[0] = state[0];
    to[1] = state[1];
}

static double side(double ax, double ay, double bx, double by, double px, double py)
{
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax);
}

/* Two segments meet when each has the ends of the other on both sides. */
static int meet(double ax, double ay, double bx, double by, double cx, double cy, double dx,
                double dy)
{
    return side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) <= 0 &&
           side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) <= 0;
}

static void walls_stop(void)
{
    static const double right[] = {-.1, .1, 0, 0, 0}, up[] = {0, 0, .1, -.1, 0};
    struct world w;
    rlb_rng rng;
    double to[2];
    int stopped = 0;
    fake_time_limit = 1u << 30;
    make(&w, "noise=0 observation=position", 1);
    after(&w, .2, .39, RIGHT, to);
    CU_ASSERT(to[0] == .2 && to[1] == .39);
    after(&w, .2, .45, RIGHT, to);
    CU_ASSERT(fabs(to[0] - .3) < 1e-15 && to[1] == .45);
    after(&w, .8, .61, LEFT, to);
    CU_ASSERT(to[0] == .8 && to[1] == .61);
    after(&w, .8, .55, LEFT, to);
    CU_ASSERT(fabs(to[0] - .7) < 1e-15);
    rlb_rng_init(&rng, 1, 0);
    for (int i = 0; i < 20000; i++) {
        double x = rlb_rng_uniform(&rng), y = rlb_rng_uniform(&rng);
        int32_t a = (int32_t)rlb_rng_below(&rng, 5);
        double to_x = fmin(fmax(x + right[a], 0), 1), to_y = fmin(fmax(y + up[a], 0), 1);
        int stops = a != STAY && (meet(x, y, to_x, to_y, .25, 0, .25, .4) ||
                                  meet(x, y, to_x, to_y, .75, .6, .75, 1));
        after(&w, x, y, a, to);
        CU_ASSERT_DOUBLE_EQUAL(to[0], stops ? x : to_x, 1e-15);
        CU_ASSERT_DOUBLE_EQUAL(to[1], stops ? y : to_y, 1e-15);
        stopped += stops;
    }
    CU_ASSERT(stopped > 500);
    fake_finish(&w.run);
    fake_time_limit = 0;
}

/* With noise the ends of a step differ in both coordinates, so walls are met aslant. */
static void no_step_leads_through_a_wall(void)
{
    enum { LANES = 64 };
    struct world w;
    rlb_rng rng;
    int32_t actions[LANES];
    uint64_t stayed = 0, steps = 0;
    fake_time_limit = 1u << 30;
    make(&w, "noise=0.05 observation=position goal=none", LANES);
    rlb_rng_init(&rng, 2, 0);
    for (int t = 0; t < 2000; t++) {
        double before[LANES][4], now[4];
        for (uint32_t l = 0; l < LANES; l++) {
            w.snapshot->take(w.self, l, before[l]);
            actions[l] = (int32_t)rlb_rng_below(&rng, 5);
        }
        CU_ASSERT_EQUAL_FATAL(w.venv->step(w.venv, actions), RLB_OK);
        for (uint32_t l = 0; l < LANES; l++, steps++) {
            const double *b = before[l];
            w.snapshot->take(w.self, l, now);
            stayed += now[0] == b[0] && now[1] == b[1];
            CU_ASSERT(now[0] >= 0 && now[0] <= 1 && now[1] >= 0 && now[1] <= 1);
            if (now[0] == b[0] && now[1] == b[1])
                continue;
            CU_ASSERT(!meet(b[0], b[1], now[0], now[1], .25, 0, .25, .4));
            CU_ASSERT(!meet(b[0], b[1], now[0], now[1], .75, .6, .75, 1));
        }
    }
    CU_ASSERT(stayed > steps / 100 && stayed < steps / 4);
    fake_finish(&w.run);
    fake_time_limit = 0;
}

static void features_are_gaussian(void)
{
    struct world w;
    rlb_rng rng;
    double worst = 0, worst_back = 0;
    make(&w, "goal=none", 1);
    const float *obs = w.venv->batch->obs;
    rlb_rng_init(&rng, 4, 0);
    CU_ASSERT_EQUAL_FATAL(w.venv->obs.width, FEATURES);
    for (int i = 0; i < 2000; i++) {
        double x = rlb_rng_uniform(&rng), y = rlb_rng_uniform(&rng), bump[FEATURES], all = 0,
               sum = 0;
        float back[2];
        x = i < 4 ? i & 1 : i < 24 ? x * 0 + (i - 4) / 20.0 : x; /* corners, centres */
        y = i < 4 ? i >> 1 : y;
        put(&w, 0, x, y, NAN, NAN);
        for (int k = 0; k < FEATURES; k++) {
            double dx = x - k % 21 * .05, dy = y - k / 21 * .05;
            bump[k] = exp(-(dx * dx + dy * dy) / (2 * .05 * .05));
            all += bump[k];
        }
        for (int k = 0; k < FEATURES; k++) {
            sum += (double)obs[k];
            worst = fmax(worst, fabs((double)obs[k] - bump[k] / all));
        }
        CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-6);
        w.tasks->represent(w.self, obs, 1, back);
        worst_back = fmax(worst_back, fmax(fabs((double)back[0] - x), fabs((double)back[1] - y)));
    }
    printf("\n    features off by %.1e, positions read back by %.1e", worst, worst_back);
    CU_ASSERT(worst < 4e-8);
    CU_ASSERT(worst_back < 1e-6);
    fake_finish(&w.run);
}

/* 200,000 pairs: moments and tails within 5 standard errors, coordinates uncorrelated. */
static void noise_is_normal(void)
{
    enum { LANES = 1000, ROUNDS = 200 };
    static int32_t actions[LANES];
    struct world w;
    const double n = 2.0 * LANES * ROUNDS;
    double sum = 0, squares = 0, fourth = 0, product = 0, within1 = 0, beyond2 = 0, beyond3 = 0;
    make(&w, "goal=none observation=position", LANES);
    for (int l = 0; l < LANES; l++)
        actions[l] = STAY;
    for (int t = 0; t < ROUNDS; t++) {
        for (uint32_t l = 0; l < LANES; l++)
            put(&w, l, .5, .5, NAN, NAN);
        CU_ASSERT_EQUAL_FATAL(w.venv->step(w.venv, actions), RLB_OK);
        for (uint32_t l = 0; l < LANES && t % 30 != 29; l++) {
            double state[4];
            w.snapshot->take(w.self, l, state);
            double z[2] = {(state[0] - .5) / .01, (state[1] - .5) / .01};
            product += z[0] * z[1];
            for (int k = 0; k < 2; k++) {
                sum += z[k];
                squares += z[k] * z[k];
                fourth += z[k] * z[k] * z[k] * z[k];
                within1 += fabs(z[k]) < 1;
                beyond2 += fabs(z[k]) > 2;
                beyond3 += fabs(z[k]) > 3;
            }
        }
    }
    const double kept =
        n * (ROUNDS - ROUNDS / 30) / ROUNDS; /* the last of an episode starts anew */
    CU_ASSERT_DOUBLE_EQUAL(sum / kept, 0, 5 / sqrt(kept));
    CU_ASSERT_DOUBLE_EQUAL(squares / kept, 1, 5 * sqrt(2 / kept));
    CU_ASSERT_DOUBLE_EQUAL(fourth / kept, 3, 5 * sqrt(96 / kept));
    CU_ASSERT_DOUBLE_EQUAL(product / (kept / 2), 0, 5 / sqrt(kept / 2));
    CU_ASSERT_DOUBLE_EQUAL(within1 / kept, 0.682689, 5 * sqrt(.683 * .317 / kept));
    CU_ASSERT_DOUBLE_EQUAL(beyond2 / kept, 0.045500, 5 * sqrt(.0455 / kept));
    CU_ASSERT_DOUBLE_EQUAL(beyond3 / kept, 0.0026998, 5 * sqrt(.0027 / kept));
    fake_finish(&w.run);
}

static void goals_end_episodes(void)
{
    struct world w;
    int32_t stay[2] = {STAY, STAY};
    make(&w, "noise=0 observation=position", 2);
    rlb_venv *v = w.venv;
    put(&w, 0, .5, .5, .5499, .4501);
    put(&w, 1, .5, .5, .5501, .5);
    CU_ASSERT_EQUAL(v->step(v, stay), RLB_OK);
    CU_ASSERT(v->batch->terminated[0] && v->batch->success[0] && v->batch->rewards[0] == 1);
    CU_ASSERT(!v->batch->terminated[1] && !v->batch->success[1] && v->batch->rewards[1] == 0);
    CU_ASSERT_EQUAL(((const float *)v->batch->final_obs)[0], .5F);
    const float here[4] = {.5F, .5F, .5F, .5F}, goals[4] = {.5499F, .4501F, .5F, .5501F};
    float out[2];
    w.goals->rewards(w.self, here, goals, 2, out);
    CU_ASSERT(out[0] == 1 && out[1] == 0);
    double reward;
    for (uint32_t k = 0; k < w.tasks->num_tasks; k++) {
        w.tasks->rewards(w.self, k, here, 1, &reward);
        CU_ASSERT(k == 0 ? isnan(reward)
                         : reward == (strcmp(w.tasks->name(w.self, k), "goal 0.5,0.5") == 0));
    }
    fake_finish(&w.run);
}

/* Equal task and variation: equal start and goal; other variations differ, over the whole square.
 */
static void episodes_can_be_asked_for(void)
{
    struct world w;
    double first[4], again[4], sum[4] = {0}, squares[4] = {0};
    enum { N = 3000 };
    make(&w, "observation=position", 2);
    for (uint32_t k = 0; k < N; k++) {
        CU_ASSERT_EQUAL(w.tasks->assign(w.self, 0, 0, k), RLB_OK);
        CU_ASSERT_EQUAL(w.venv->reset(w.venv, 5), RLB_OK);
        w.snapshot->take(w.self, 0, first);
        for (int i = 0; i < 4; i++) {
            sum[i] += first[i] / N;
            squares[i] += first[i] * first[i] / N;
        }
        if (k % 100)
            continue;
        CU_ASSERT_EQUAL(w.tasks->assign(w.self, 1, 0, k), RLB_OK);
        CU_ASSERT_EQUAL(w.venv->reset(w.venv, 6), RLB_OK);
        w.snapshot->take(w.self, 1, again);
        CU_ASSERT(memcmp(first, again, sizeof first) == 0);
        float goal[2];
        w.tasks->goal(w.self, 1, NULL, goal);
        CU_ASSERT(goal[0] == (float)again[2] && goal[1] == (float)again[3]);
    }
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_DOUBLE_EQUAL(sum[i], .5, 5 * sqrt(1.0 / 12 / N));
        CU_ASSERT_DOUBLE_EQUAL(squares[i], 1.0 / 3, 5 * sqrt(4.0 / 45 / N));
    }
    fake_finish(&w.run);
}

CHECK_MAIN("continuous-maze", {"walls stop", walls_stop},
           {"no step leads through a wall", no_step_leads_through_a_wall},
           {"features are Gaussian", features_are_gaussian}, {"noise is normal", noise_is_normal},
           {"goals end episodes", goals_end_episodes},
           {"episodes can be asked for", episodes_can_be_asked_for})
