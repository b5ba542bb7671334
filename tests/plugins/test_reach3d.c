/* reach3d against its rules, written down once more. */
#include "fake_host.h"

#include <rlbench/rng.h>

#include "check.h"

#include <math.h>

enum { LANES = 4, OBS = 10 };

static double distance(const float *at, const float *goal)
{
    double square = 0;
    for (int k = 0; k < 3; k++)
        square += pow((double)at[k] - (double)goal[k], 2);
    return sqrt(square);
}

static void moves_and_rewards(void)
{
    struct fake_run r;
    rlb_rng rng;
    void *self;
    double place[LANES][3] = {{0}}, sum[3] = {0}, squares = 0, episodes = 0;
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&r, "reach3d", "", LANES, 1), RLB_OK);
    rlb_venv *v = r.world;
    const rlb_tasks *tasks = v->interface(v, RLB_TASKS, &self);
    CU_ASSERT_FATAL(tasks != NULL && v->obs.width == OBS && v->act.n == 6);
    rlb_rng_init(&rng, 2, 0);
    for (int t = 0; t < 50 * 400; t++) {
        int32_t actions[LANES];
        float goals[LANES][3];
        for (uint32_t l = 0; l < LANES; l++) {
            actions[l] = (int32_t)rlb_rng_below(&rng, 6);
            tasks->goal(self, l, NULL, goals[l]);
            for (int k = 0; k < 3 && t % 50 == 0; k++) {
                CU_ASSERT(fabs((double)goals[l][k]) <= .15);
                sum[k] += (double)goals[l][k];
                squares += (double)goals[l][k] * (double)goals[l][k] / 3;
                place[l][k] = 0;
            }
            episodes += t % 50 == 0;
        }
        CU_ASSERT_EQUAL_FATAL(v->step(v, actions), RLB_OK);
        const float *all = t % 50 == 49 ? v->batch->final_obs : v->batch->obs;
        for (int l = 0; l < LANES; l++) {
            const float *obs = all + (size_t)l * OBS;
            const int axis = actions[l] / 2;
            double before = place[l][axis], now = before + (actions[l] % 2 ? -.05 : .05);
            place[l][axis] = now = fmin(fmax(now, -.25), .25);
            for (int k = 0; k < 3; k++) {
                CU_ASSERT_DOUBLE_EQUAL((double)obs[k], place[l][k], 1e-6);
                CU_ASSERT_DOUBLE_EQUAL((double)obs[5 + k], k == axis ? now - before : 0, 1e-6);
            }
            CU_ASSERT(obs[3] == 0 && obs[4] == 0 && obs[8] == 0 && obs[9] == 0);
            const double d = distance(obs, goals[l]);
            if (fabs(d - .05) > 1e-6)
                CU_ASSERT_EQUAL(v->batch->rewards[l], d < .05 ? 0 : -1);
            CU_ASSERT_EQUAL(v->batch->success[l], v->batch->rewards[l] == 0);
            CU_ASSERT_EQUAL(v->batch->truncated[l], t % 50 == 49);
        }
    }
    /* goals are uniform on [-0.15, 0.15): mean 0, variance 0.0075, within 5 standard errors */
    for (int k = 0; k < 3; k++)
        CU_ASSERT_DOUBLE_EQUAL(sum[k] / episodes, 0, 5 * sqrt(.0075 / episodes));
    CU_ASSERT_DOUBLE_EQUAL(squares / episodes, .0075, 5 * .0075 * sqrt(.8 / 3 / episodes) + 1e-5);
    fake_finish(&r);
}

static void goals_and_tasks(void)
{
    struct fake_run r;
    void *self;
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&r, "reach3d", "goal=0.1,-0.05,0", 1, 1), RLB_OK);
    rlb_venv *v = r.world;
    const rlb_tasks *tasks = v->interface(v, RLB_TASKS, &self);
    const rlb_goals *goals = v->interface(v, RLB_GOALS, &self);
    float goal[3], obs[OBS], back[3], out[2];
    tasks->goal(self, 0, obs, goal);
    CU_ASSERT(goal[0] == .1F && goal[1] == -.05F && goal[2] == 0);
    tasks->represent(self, obs, 1, back);
    CU_ASSERT(memcmp(goal, back, sizeof goal) == 0);
    const float at[6] = {.1F, 0, 0, .1F, 0, 0}, to[6] = {.1F, .049F, 0, .1F, .04F, .04F};
    goals->rewards(self, at, to, 2, out);
    CU_ASSERT(out[0] == 0 && out[1] == -1);
    double pay;
    for (uint32_t task = 1; task < tasks->num_tasks; task++) {
        CU_ASSERT_EQUAL(tasks->assign(self, 0, task, 1), RLB_OK);
        CU_ASSERT_EQUAL(v->reset(v, task), RLB_OK);
        tasks->goal(self, 0, obs, NULL);
        tasks->rewards(self, task, obs, 1, &pay);
        CU_ASSERT_EQUAL(pay, 0);
        tasks->rewards(self, task % 8 + 1, obs, 1, &pay);
        CU_ASSERT_EQUAL(pay, -1);
    }
    fake_finish(&r);
    CU_ASSERT_EQUAL(fake_start_env(&r, "reach3d", "goal=1,0,0", 1, 1), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "within 0.25 m"));
    fake_finish(&r);
}

CHECK_MAIN("reach3d", {"moves and rewards", moves_and_rewards},
           {"goals and tasks", goals_and_tasks})
