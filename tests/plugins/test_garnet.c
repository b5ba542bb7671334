#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/linalg.h>
#include <rlbench/rng.h>

#include <math.h>
#include <stdlib.h>

struct world {
    struct fake_run run;
    const rlb_model *model;
    void *self;
};

static void open_world(struct world *w, const char *set, uint32_t lanes)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, "garnet", set, lanes, 1), RLB_OK);
    w->model = w->run.world->interface(w->run.world, RLB_MODEL, &w->self);
    CU_ASSERT_PTR_NOT_NULL_FATAL(w->model);
}

/* chi-square of counts against equal shares, above its mean in standard deviations */
static double chi_square_z(const unsigned *counts, unsigned cells, double expected)
{
    double chi = 0;
    for (unsigned i = 0; i < cells; i++)
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    return (chi - (cells - 1)) / sqrt(2.0 * (cells - 1));
}

/* Successors distinct, exactly B, uniform over the states; rewards U(0,1); start uniform. */
static void generator(void)
{
    unsigned successors[50] = {0}, rows = 0;
    double reward_sum = 0, reward_squares = 0;
    for (int instance = 0; instance < 40; instance++) {
        struct world w;
        char set[100];
        rlb_outcome o[8];
        double start[50];
        snprintf(set, sizeof set, "states=50 actions=4 branching=3 min_visit=0 instance=%d",
                 instance);
        open_world(&w, set, 1);
        w.model->start(w.self, start);
        for (uint32_t s = 0; s < 50; s++) {
            CU_ASSERT_EQUAL(start[s], 1.0 / 50);
            for (uint32_t a = 0; a < 4; a++, rows++) {
                CU_ASSERT_EQUAL_FATAL(w.model->outcomes(w.self, 0, s, a, o), 3);
                CU_ASSERT(o[0].next != o[1].next && o[1].next != o[2].next &&
                          o[0].next != o[2].next);
                CU_ASSERT(fabs(o[0].prob + o[1].prob + o[2].prob - 1) < 1e-15);
                CU_ASSERT(o[0].reward >= 0 && o[0].reward < 1 && o[0].reward == (float)o[0].reward);
                for (int i = 0; i < 3; i++)
                    successors[o[i].next]++;
                reward_sum += o[0].reward;
                reward_squares += o[0].reward * o[0].reward;
            }
        }
        fake_finish(&w.run);
    }
    double z = chi_square_z(successors, 50, rows * 3 / 50.0);
    double mean = reward_sum / rows, variance = reward_squares / rows - mean * mean;
    CU_ASSERT(z < 4);
    CU_ASSERT(fabs(mean - 0.5) < 4 * sqrt(1 / 12.0 / rows));
    CU_ASSERT(fabs(variance - 1 / 12.0) < 0.003);
}

static void read_rows(struct world *w, double *probs, double *rewards)
{
    rlb_outcome o[64];
    uint32_t S = w->model->num_states, A = w->model->num_actions;
    memset(probs, 0, (size_t)S * A * S * sizeof *probs);
    for (uint32_t pair = 0; pair < S * A; pair++) {
        uint32_t n = w->model->outcomes(w->self, 0, pair / A, pair % A, o);
        for (uint32_t i = 0; i < n; i++)
            probs[pair * S + (uint32_t)o[i].next] = o[i].prob;
        rewards[pair] = o[0].reward;
    }
}

/* With eps 0 all kinds are one; with eps 1/4 they are that one moved a quarter of the way. */
static void mixtures(void)
{
    enum { PAIRS = 30, S = 10 };
    double p[4][PAIRS * S], r[4][PAIRS];
    const char *sets[] = {"eps_kernel=0 eps_reward=0 kind=0", "eps_kernel=0 eps_reward=0 kind=5",
                          "kind=5", "eps_kernel=0.25 eps_reward=0.25 kind=5"};
    for (int i = 0; i < 4; i++) {
        struct world w;
        open_world(&w, sets[i], 1);
        read_rows(&w, p[i], r[i]);
        fake_finish(&w.run);
    }
    double farthest = 0, off = 0;
    for (int i = 0; i < PAIRS * S; i++) {
        CU_ASSERT_EQUAL(p[0][i], p[1][i]);
        farthest = fmax(farthest, fabs(p[2][i] - p[0][i]));
        off = fmax(off, fabs(p[3][i] - (0.75 * p[0][i] + 0.25 * p[2][i])));
    }
    for (int i = 0; i < PAIRS; i++) {
        CU_ASSERT_EQUAL(r[0][i], r[1][i]);
        off = fmax(off, fabs(r[3][i] - (0.75 * r[0][i] + 0.25 * r[2][i])) / 2);
    }
    CU_ASSERT(farthest > 0.3);
    CU_ASSERT(off < 1e-7); /* rewards are floats */
}

/* Every component is redrawn until the uniform policy visits all: 0.03 of an even share. */
static void always_ergodic(void)
{
    for (int instance = 0; instance < 30; instance++) {
        struct world w;
        char set[100];
        double chain[100] = {0}, mu[10], p[300], r[30];
        snprintf(set, sizeof set, "instance=%d kind=1", instance);
        open_world(&w, set, 1);
        read_rows(&w, p, r);
        for (int pair = 0; pair < 30; pair++)
            for (int next = 0; next < 10; next++)
                chain[pair / 3 * 10 + next] += p[pair * 10 + next] / 3;
        CU_ASSERT_EQUAL(rlb_stationary(10, chain, mu), RLB_OK);
        for (int s = 0; s < 10; s++)
            CU_ASSERT(mu[s] / 3 > 0.03 / 30 - 1e-12);
        fake_finish(&w.run);
    }
}

/* Visited states under the uniform policy come at the rate of the stationary distribution. */
static void sampling_follows_model(void)
{
    enum { LANES = 16, STEPS = 40000 };
    struct world w;
    double chain[100] = {0}, mu[10], p[300], r[30], visits[10] = {0};
    int32_t actions[LANES], state[LANES];
    rlb_rng rng;
    rlb_rng_init(&rng, 3, 0);
    open_world(&w, "", LANES);
    read_rows(&w, p, r);
    for (int pair = 0; pair < 30; pair++)
        for (int next = 0; next < 10; next++)
            chain[pair / 3 * 10 + next] += p[pair * 10 + next] / 3;
    CU_ASSERT_EQUAL(rlb_stationary(10, chain, mu), RLB_OK);
    const int32_t *obs = w.run.world->batch->obs;
    unsigned impossible = 0;
    for (int t = 0; t < STEPS; t++) {
        for (int lane = 0; lane < LANES; lane++) {
            state[lane] = obs[lane];
            actions[lane] = (int32_t)rlb_rng_below(&rng, 3);
        }
        w.run.world->step(w.run.world, actions);
        for (int lane = 0; lane < LANES; lane++) {
            int pair = state[lane] * 3 + actions[lane];
            impossible += p[pair * 10 + obs[lane]] == 0;
            impossible += (double)w.run.world->batch->rewards[lane] != r[pair];
            visits[obs[lane]] += 1.0 / (LANES * STEPS);
        }
    }
    CU_ASSERT_EQUAL(impossible, 0);
    for (int s = 0; s < 10; s++) /* 5 standard errors, correlated samples counted as one in ten */
        CU_ASSERT(fabs(visits[s] - mu[s]) < 5 * sqrt(mu[s] * 10 / (LANES * STEPS)));
    fake_finish(&w.run);
}

/* First and last row of instance 0, from a separate implementation of Philox and of the generator:
 * this must stay the world that published results were made on. */
static void golden(void)
{
    static const struct {
        uint32_t s, a;
        int32_t next[2];
        double prob[2], reward;
    } rows[] = {{0, 0, {4, 5}, {0.8630670857025049, 0.1369329142974952}, 0.42733094096183777},
                {9, 2, {0, 3}, {0.2255932563849297, 0.7744067436150703}, 0.7166213989257812}};
    struct world w;
    rlb_outcome o[4];
    open_world(&w, "", 1);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(w.model->outcomes(w.self, 0, rows[i].s, rows[i].a, o), 2);
        for (int j = 0; j < 2; j++) {
            CU_ASSERT_EQUAL(o[j].next, rows[i].next[j]);
            CU_ASSERT_DOUBLE_EQUAL(o[j].prob, rows[i].prob[j], 1e-15);
            CU_ASSERT_DOUBLE_EQUAL(o[j].reward, rows[i].reward, 1e-15);
        }
    }
    fake_finish(&w.run);
}

static void refuses(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL(fake_start_env(&r, "garnet", "branching=11", 1, 1), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "branching 11"));
    fake_finish(&r);
    CU_ASSERT_EQUAL(fake_start_env(&r, "garnet", "states=100 branching=1 actions=1", 1, 1),
                    RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "min_visit"));
    fake_finish(&r);
}

static void saves(void)
{
    struct world w;
    struct fake_bytes bytes;
    int32_t actions[4] = {0, 1, 2, 0}, first[4];
    open_world(&w, "", 4);
    for (int t = 0; t < 7; t++)
        w.run.world->step(w.run.world, actions);
    CU_ASSERT_EQUAL(fake_save(&w.run, &bytes), RLB_OK);
    for (int t = 0; t < 50; t++)
        w.run.world->step(w.run.world, actions);
    memcpy(first, w.run.world->batch->obs, sizeof first);
    CU_ASSERT_EQUAL(fake_load(&w.run, &bytes), RLB_OK);
    for (int t = 0; t < 50; t++)
        w.run.world->step(w.run.world, actions);
    CU_ASSERT_EQUAL(memcmp(first, w.run.world->batch->obs, sizeof first), 0);
    free(bytes.bytes);
    fake_finish(&w.run);
}

CHECK_MAIN("garnet", {"rows, successors and rewards are drawn as published", generator},
           {"eps mixes a common world with a kind's own", mixtures},
           {"every pair can be visited", always_ergodic},
           {"sampling follows the model", sampling_follows_model}, {"instance 0 is pinned", golden},
           {"impossible worlds are refused", refuses},
           {"a loaded lane goes on as the saved one", saves})
