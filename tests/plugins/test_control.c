/* q-learning and sarsa(lambda) against exact optima, the book's cliff, and a second, dense
 * implementation of traces. */
#include "fake_host.h"

#include <rlbench/rng.h>
#include <rlbench/tabular.h>

#include "check.h"

#include <math.h>
#include <stdlib.h>

static const char cliff[] = "layout=cliff step_reward=-1 goal_reward=0 pit_reward=-99 pit=start";

/* Return of the greedy policy from the start of a world without chance. */
static double greedy_return(struct fake_run *r, int most)
{
    struct fake_run w;
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w, "gridworld", cliff, 1, 1), RLB_OK);
    double sum = 0;
    for (int t = 0; t < most; t++) {
        int32_t action;
        CU_ASSERT_EQUAL(r->algo->act(r->self, w.world->batch->obs, 1, &action), RLB_OK);
        w.world->step(w.world, &action);
        sum += (double)w.world->batch->rewards[0];
        if (w.world->batch->terminated[0])
            break;
    }
    fake_finish(&w);
    return sum;
}

/* Example 6.6: the greedy policy of Q-learning walks along the edge (13 steps) in every seed;
 * Sarsa's goes at least one row up (15 steps or more) in most. */
static void the_cliff(void)
{
    int safe = 0;
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct fake_run r;
        const char *set = "step_size=0.5 discount=1 epsilon=0.1 epsilon_final=0.1";
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, "q-learning", set, "gridworld", cliff, 1, seed, 0),
                              RLB_OK);
        fake_step(&r, 200000, 0);
        CU_ASSERT_EQUAL(greedy_return(&r, 200), -13);
        fake_finish(&r);
        set = "step_size=0.05 discount=1 epsilon=0.1 epsilon_final=0.1";
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, "sarsa", set, "gridworld", cliff, 1, seed, 0), RLB_OK);
        fake_step(&r, 200000, 0);
        safe += greedy_return(&r, 200) <= -15;
        fake_finish(&r);
    }
    CU_ASSERT(safe >= 4);
}

/* On a small deterministic world Q-learning with step size 1 becomes value iteration: exact. */
static void q_learning_becomes_exact(void)
{
    struct fake_run r;
    const char *set = "step_size=1 discount=0.9 epsilon=1 epsilon_final=1";
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "q-learning", set, "gridworld", "layout=maze", 4, 3, 0),
                          RLB_OK);
    fake_step(&r, 200000, 0);
    fake_clear_metrics(&r);
    fake_measure(&r);
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&r, "optimal_states")->last, 1, 0);
    /* the goal's own row is never visited and stays 0, as its true value is not: judged apart from
     * it */
    CU_ASSERT(fake_metric(&r, "q_rmse")->last < 0.2);
    fake_finish(&r);
}

static void slices_do_not_matter(void)
{
    static const char *const algos[] = {"q-learning", "sarsa"};
    for (int i = 0; i < 2; i++) {
        struct fake_bytes saved[2];
        for (int k = 0; k < 2; k++) {
            struct fake_run r;
            const char *set =
                i ? "lambda=0.8 epsilon=0.2 epsilon_steps=3000" : "epsilon=0.2 epsilon_steps=3000";
            CU_ASSERT_EQUAL_FATAL(
                fake_start(&r, algos[i], set, "gridworld", "slip=0.1", 3, 9, 6000), RLB_OK);
            fake_step(&r, 6000, k ? 1 : 0);
            CU_ASSERT_EQUAL(fake_save(&r, &saved[k]), RLB_OK);
            fake_finish(&r);
        }
        CU_ASSERT_EQUAL(saved[0].size, saved[1].size);
        CU_ASSERT_EQUAL(memcmp(saved[0].bytes, saved[1].bytes, saved[0].size), 0);
        free(saved[0].bytes);
        free(saved[1].bytes);
    }
}

static void saved_and_loaded_goes_on_the_same(void)
{
    static const char *const algos[] = {"q-learning", "sarsa"};
    for (int i = 0; i < 2; i++) {
        struct fake_run whole, half, rest;
        const char *set = i ? "lambda=0.9 trace=replacing" : "epsilon=0.3";
        struct fake_bytes at_half, end[2];
        fake_start(&whole, algos[i], set, "gridworld", "slip=0.2", 2, 4, 0);
        fake_step(&whole, 5000, 0);
        fake_save(&whole, &end[0]);
        fake_start(&half, algos[i], set, "gridworld", "slip=0.2", 2, 4, 0);
        fake_step(&half, 2500, 0);
        fake_save(&half, &at_half);
        fake_start(&rest, algos[i], set, "gridworld", "slip=0.2", 2, 77, 0);
        CU_ASSERT_EQUAL(fake_load(&rest, &at_half), RLB_OK);
        fake_step(&rest, 2500, 0);
        fake_save(&rest, &end[1]);
        CU_ASSERT_EQUAL(end[0].size, end[1].size);
        CU_ASSERT_EQUAL(memcmp(end[0].bytes, end[1].bytes, end[0].size), 0);
        free(at_half.bytes);
        free(end[0].bytes);
        free(end[1].bytes);
        fake_finish(&whole);
        fake_finish(&half);
        fake_finish(&rest);
    }
}

/* Sarsa(lambda) written again, dense and plain, on the same world and the same random numbers. */
static void traces_equal_a_dense_second_implementation(void)
{
    enum { S = 54, A = 4, STEPS = 4000 };
    struct fake_run r, w;
    const char *world = "layout=maze slip=0.1";
    fake_start(&r, "sarsa", "lambda=0.7 step_size=0.2 discount=0.9 epsilon=0.3 epsilon_final=0.3",
               "gridworld", world, 1, 12, 0);
    fake_start_env(&w, "gridworld", world, 1, 12);
    void *self;
    const rlb_model *m = w.world->interface(w.world, RLB_MODEL, &self);
    uint32_t states = m->num_states;
    CU_ASSERT_FATAL(states <= S);
    rlb_qtable table = {0}; /* only its exploration is used here: the policy and its stream */
    fake_step(&r, STEPS, 0);
    CU_ASSERT_EQUAL_FATAL(rlb_qtable_init(&table, &w.host, w.world, r.seed, 0.9, 0), RLB_OK);
    double z[S * A] = {0};
    uint32_t s = (uint32_t) * (const int32_t *)w.world->batch->obs,
             a = rlb_qtable_explore(&table, 0, s, 0.3);
    for (int t = 0; t < STEPS; t++) {
        int32_t action = (int32_t)a;
        w.world->step(w.world, &action);
        const rlb_batch *b = w.world->batch;
        uint32_t next = (uint32_t) * (const int32_t *)b->obs;
        uint32_t next_action = rlb_qtable_explore(&table, 0, next, 0.3);
        int ended = b->terminated[0] || b->truncated[0];
        double target = (double)b->rewards[0];
        if (b->truncated[0] && !b->terminated[0]) {
            uint32_t last = (uint32_t) * (const int32_t *)b->final_obs;
            target += 0.9 * table.q[last * A + rlb_qtable_explore(&table, 0, last, 0.3)];
        } else if (!ended) {
            target += 0.9 * table.q[next * A + next_action];
        }
        double delta = target - table.q[s * A + a];
        z[s * A + a] += 1;
        for (uint32_t i = 0; i < states * A; i++) {
            table.q[i] += 0.2 * delta * z[i];
            z[i] = ended ? 0 : z[i] * (0.9 * 0.7);
        }
        s = next;
        a = next_action;
    }
    for (uint32_t i = 0; i < states; i++) {
        int32_t theirs, mine;
        int32_t state = (int32_t)i;
        r.algo->act(r.self, &state, 1, &theirs);
        rlb_qtable_act(&table, &state, 1, &mine);
        CU_ASSERT_EQUAL(theirs, mine);
    }
    rlb_frame f = {.size = sizeof f};
    CU_ASSERT_EQUAL(fake_view(&r, "table", &f), RLB_OK);
    for (uint32_t i = 0; i < states; i++)
        for (uint32_t k = 0; k < A; k++)
            CU_ASSERT_DOUBLE_EQUAL(f.a[k * states + i], (float)table.q[i * A + k], 1e-6);
    fake_finish(&r);
    fake_finish(&w);
}

static void continuous_worlds_are_refused(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&r, "chain", "states=3", 1, 1), RLB_OK);
    r.world->act.kind = RLB_SPACE_BOX;
    rlb_qtable table = {0};
    CU_ASSERT_EQUAL(rlb_qtable_init(&table, &r.host, r.world, 1, 0.9, 0), RLB_E_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "discrete"));
    fake_finish(&r);
}

CHECK_MAIN("tabular control", {"the cliff of example 6.6", the_cliff},
           {"q-learning becomes exact", q_learning_becomes_exact},
           {"slices do not matter", slices_do_not_matter},
           {"saved and loaded goes on the same", saved_and_loaded_goes_on_the_same},
           {"traces equal a dense second implementation",
            traces_equal_a_dense_second_implementation},
           {"continuous worlds are refused", continuous_worlds_are_refused})
