#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/rng.h>

#include <math.h>

enum { S = 100 };

struct world {
    struct fake_run run;
    const rlb_model *model;
    void *self;
};

static void open_world(struct world *w, const char *set, uint32_t lanes)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, "zhang-mdp", set, lanes, 1), RLB_OK);
    w->model = w->run.world->interface(w->run.world, RLB_MODEL, &w->self);
    CU_ASSERT_PTR_NOT_NULL_FATAL(w->model);
}

/* Dense row of (s, a); returns the reward. */
static double dense_row(struct world *w, uint32_t s, uint32_t a, double *row)
{
    static rlb_outcome o[S];
    uint32_t n = w->model->outcomes(w->self, 0, s, a, o);
    memset(row, 0, S * sizeof *row);
    for (uint32_t i = 0; i < n; i++)
        row[o[i].next] += o[i].prob;
    return o[0].reward;
}

/* Rows sum to 1; an action only rotates; rewards fill [0, 10], mostly small; 30 % large entries. */
static void base_world(void)
{
    struct world w;
    double first[S], row[S], low = INFINITY, high = -INFINITY, start[S];
    int small = 0;
    open_world(&w, "", 1);
    w.model->start(w.self, start);
    CU_ASSERT_EQUAL(start[0], 1);
    for (uint32_t s = 0; s < S; s++) {
        double reward = dense_row(&w, s, S - 1, first), sum = 0; /* the last action goes round */
        low = fmin(low, reward);
        high = fmax(high, reward);
        small += reward < 0.2 * 10;
        for (int i = 0; i < S; i++)
            sum += first[i];
        CU_ASSERT(fabs(sum - 1) < 1e-14);
        for (uint32_t a = 0; a < S - 1; a += 7) {
            CU_ASSERT_EQUAL(dense_row(&w, s, a, row), reward);
            for (uint32_t i = 0; i < S; i++)
                CU_ASSERT_EQUAL(row[(i + a + 1) % S], first[i]);
        }
    }
    CU_ASSERT_DOUBLE_EQUAL(low, 0, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(high, 10, 1e-6);
    CU_ASSERT(small >= 85 && small < 100);
    fake_finish(&w.run);
}

/* Other kinds: bounded relative disturbance, rewards moved by exactly eps_reward 10 or clipped;
 * with both 0 they are kind 0. */
static void disturbances(void)
{
    struct world base, same, other;
    double p[S], q[S], ratio_low = 1, ratio_high = 1;
    open_world(&base, "", 1);
    open_world(&same, "kind=3 eps_kernel=0 eps_reward=0", 1);
    open_world(&other, "kind=3 eps_kernel=0.2 eps_reward=0.1", 1);
    for (uint32_t s = 0; s < S; s++) {
        double r = dense_row(&base, s, 4, p);
        CU_ASSERT_DOUBLE_EQUAL(dense_row(&same, s, 4, q), r, 1e-6);
        for (int i = 0; i < S; i++)
            CU_ASSERT_DOUBLE_EQUAL(p[i], q[i], 1e-15);
        double moved = dense_row(&other, s, 4, q) - r;
        CU_ASSERT(fabs(fabs(moved) - 1) < 1e-5 || (r + moved > 10 - 1e-6));
        for (int i = 0; i < S; i++) {
            ratio_low = fmin(ratio_low, q[i] / p[i]);
            ratio_high = fmax(ratio_high, q[i] / p[i]);
        }
    }
    /* (1 +- 0.2)^2 and the row's new sum */
    CU_ASSERT(ratio_low < 0.75 && ratio_low > 0.64 / 1.3);
    CU_ASSERT(ratio_high > 1.25 && ratio_high < 1.44 * 1.4);
    fake_finish(&base.run);
    fake_finish(&same.run);
    fake_finish(&other.run);
}

/* Landing frequencies from each of a few states follow the kernel. */
static void sampling(void)
{
    enum { LANES = 50, STEPS = 20000 };
    struct world w;
    static double counts[S][S], row[S];
    double visits[S] = {0}, chi = 0, cells = 0;
    int32_t actions[LANES], state[LANES];
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    open_world(&w, "kind=1 eps_kernel=0.5", LANES);
    const rlb_batch *b = w.run.world->batch;
    for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < LANES; i++) {
            state[i] = ((const int32_t *)b->obs)[i];
            actions[i] = (int32_t)rlb_rng_below(&rng, S);
        }
        w.run.world->step(w.run.world, actions);
        for (int i = 0; i < LANES; i++) {
            counts[state[i]][(((const int32_t *)b->obs)[i] - actions[i] - 1 + 2 * S) % S]++;
            visits[state[i]]++;
        }
    }
    for (uint32_t s = 0; s < S; s++) {
        (void)dense_row(&w, s, S - 1, row);
        for (int i = 0; i < S; i++)
            if (visits[s] * row[i] >= 5) {
                chi += pow(counts[s][i] - visits[s] * row[i], 2) / (visits[s] * row[i]);
                cells++;
            } else if (row[i] == 0) {
                CU_ASSERT_EQUAL(counts[s][i], 0);
            }
    }
    CU_ASSERT(cells > 2500);
    CU_ASSERT(fabs(chi - cells) < 6 * sqrt(2 * cells));
    fake_finish(&w.run);
}

/* Five groups of states by five of actions. */
static void features(void)
{
    struct world w;
    void *self;
    uint32_t index, uses[25] = {0};
    double value;
    open_world(&w, "", 1);
    const rlb_features *f = w.run.world->interface(w.run.world, RLB_FEATURES, &self);
    CU_ASSERT_EQUAL_FATAL(f->dim, 25);
    for (uint32_t pair = 0; pair < S * S; pair++) {
        CU_ASSERT_EQUAL(f->row(self, pair / S, pair % S, &index, &value), 1);
        CU_ASSERT_EQUAL(value, 1);
        uses[index]++;
    }
    for (int i = 0; i < 25; i++)
        CU_ASSERT_EQUAL(uses[i], 400);
    fake_finish(&w.run);
}

/* FedSARSA runs on it, with the paper's settings. */
static void federated(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "fedsarsa",
                                     "n_agents=2 n_kinds=2 discount=0.2 temperature=100 "
                                     "local_steps=10 init=zero",
                                     "zhang-mdp", "", 1, 1, 4000),
                          RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    double before = fake_metric(&r, "mse_star")->last;
    CU_ASSERT_EQUAL(fake_step(&r, 4000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "mse_star")->last < 0.6 * before);
    fake_finish(&r);
}

CHECK_MAIN("zhang-mdp", {"the undisturbed world", base_world}, {"disturbances", disturbances},
           {"sampling follows the kernel", sampling}, {"25 features", features},
           {"fedsarsa learns on it", federated})
