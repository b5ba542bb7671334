/* What forward-backward is compared with: successor features against exact discounted sums of their
 * own features, goal-conditioned Q-learning against shortest paths. */
#include "../../plugins/algorithms/forward-backward/truth.h"
#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <stdio.h>

enum { S = 68, A = 5, OBS = 121, SIDE = 11 };

static const rlb_grid *grid_of(struct fake_run *r)
{
    void *self;
    return r->world->interface(r->world, RLB_GRID, &self);
}

/* ---------------------------------------------------------------- successor features */

/* The exact Laplacian's phi are eigenvectors of the uniform policy's chain with the largest
 * eigenvalues, orthonormal under the uniform distribution. Observations are one-hot, so that phi of
 * a cell is its row of the weights. */
static void eigenvectors(void)
{
    enum { D = 10 };
    static const double top[] = {1, .99195, .99195, .98225, .89671, .89273};
    static double p[S * S], uniform[S * A];
    static struct world world;
    static struct truth truth;
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "successor-features",
                                     "features=laplacian-exact d=10 hidden=16 episodes=20",
                                     "goal-grid", "goal=none", 1, 1, 0),
                          RLB_OK);
    CU_ASSERT_EQUAL_FATAL(fake_step(&r, 3, 0), RLB_OK); /* phi is not learned */
    CU_ASSERT_EQUAL_FATAL(world_init(&world, &r.host, r.world, "a test", 1), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(truth_init(&truth, &world, 0.9), RLB_OK);
    const float *weight = fake_result(&r, "b_out_weight").data;
    const int32_t *cell = grid_of(&r)->cell;
    for (int i = 0; i < S * A; i++)
        uniform[i] = 1.0 / A;
    truth_chain(&truth, uniform, p);
    for (int k = 0; k < D; k++) {
        for (int j = 0; j < D; j++) {
            double gram = 0;
            for (int s = 0; s < S; s++)
                gram += (double)(weight[cell[s] * D + k] * weight[cell[s] * D + j]) / S;
            CU_ASSERT_DOUBLE_EQUAL(gram, k == j, 1e-4);
        }
        for (int s = 0; s < S && k < 6; s++) {
            double after = 0;
            for (int i = 0; i < S; i++)
                after += p[s * S + i] * (double)weight[cell[i] * D + k];
            CU_ASSERT_DOUBLE_EQUAL(after, top[k] * (double)weight[cell[s] * D + k], 1e-3);
        }
    }
    fake_finish(&r);
}

/* With all eigenvectors every reward is expressed, and the way to every goal is learned. */
static void learns_goals(void)
{
    static const char *const losses[] = {"q", "vector"};
    for (int k = 0; k < 2; k++) {
        struct fake_run r;
        char set[200];
        snprintf(set, sizeof set,
                 "features=laplacian-exact data=exact d=68 hidden=256 gamma=0.5 temp=0.001 tau=0.1 "
                 "lr_f=0.003 mix_ratio=1 eval_others=0 sf_loss=%s",
                 losses[k]);
        CU_ASSERT_EQUAL_FATAL(
            fake_start(&r, "successor-features", set, "goal-grid", "goal=none", 1, 1, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        CU_ASSERT(fake_metric(&r, "score/goal_greedy")->last < 0.6);
        CU_ASSERT_EQUAL(fake_step(&r, 800, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        CU_ASSERT(fake_metric(&r, "score/goal_greedy")->last > 0.8);
        fake_finish(&r);
    }
}

static void learned_features(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "successor-features",
                                     "features=laplacian d=6 hidden=32 twin=1 batch=128 "
                                     "lr_b=0.005 norm_b=0 eval_goals=3 eval_others=1",
                                     "goal-grid", "goal=none", 1, 1, 0),
                          RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, 600, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_metric(&r, "features/loss")->count, 600);
    /* Of orthonormal features the loss is at least -d, and that of the six slowest
     * -d + mean change; random ones stay near 0. */
    CU_ASSERT(fake_metric(&r, "features/loss")->last < -4);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "ortho/l2")->last < 0.4);
    fake_finish(&r);
}

/* ---------------------------------------------------------------- goal-conditioned Q-learning */

static void distances(struct fake_run *r, int goal, int *distance)
{
    void *self;
    const rlb_model *m = r->world->interface(r->world, RLB_MODEL, &self);
    for (int s = 0; s < S; s++)
        distance[s] = s == goal ? 0 : 1000;
    for (int sweep = 0; sweep < S; sweep++)
        for (uint32_t s = 0; s < S; s++)
            for (uint32_t a = 0; a < A; a++) {
                rlb_outcome o;
                m->outcomes(self, 0, s, a, &o);
                if (distance[o.next] + 1 < distance[s])
                    distance[s] = distance[o.next] + 1;
            }
}

/* Greedy actions towards a goal come nearer to it; one place makes a task. */
static void shortest_paths(void)
{
    struct fake_run r;
    int distance[S], nearer = 0, goal = 0;
    float obs[S * OBS] = {0};
    int32_t action[S];
    void *self;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "gc-dqn", "gamma=0.9 tau=0.05 temp_eval=0.01", "goal-grid",
                                     "goal=none", 1, 1, 0),
                          RLB_OK);
    const rlb_grid *g = grid_of(&r);
    const rlb_model *m = r.world->interface(r.world, RLB_MODEL, &self);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "score/goal_soft")->last < 0.2);
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&r, "ref/uniform")->last, 0.028452, 1e-6);
    CU_ASSERT_EQUAL(fake_step(&r, 1000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "score/goal_soft")->last > 0.3);
    for (int s = 0; s < S; s++)
        obs[s * OBS + g->cell[s]] = 1;
    CU_ASSERT_EQUAL(fake_set(&r, "task", "goal 8,3; goal 1,1"), RLB_E_INVAL);
    CU_ASSERT_EQUAL(fake_set(&r, "task", "goal 8,3"), RLB_OK);
    CU_ASSERT_EQUAL(r.algo->act(r.self, obs, S, action), RLB_OK);
    while (g->cell[goal] != 8 * SIDE + 3)
        goal++;
    distances(&r, goal, distance);
    for (uint32_t s = 0; s < S; s++) {
        rlb_outcome o;
        m->outcomes(self, 0, s, (uint32_t)action[s], &o);
        nearer += distance[o.next] < distance[s] || (int)s == goal;
    }
    CU_ASSERT(nearer >= 45); /* of 68; at random about 27 */
    if (nearer < 45)
        fprintf(stderr, "%d nearer\n", nearer);
    fake_finish(&r);
}

static void collects(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "gc-dqn",
                                     "data=collect hidden=16 batch=16 episodes=12 rollouts=4 "
                                     "updates_per_cycle=5 eval_goals=3",
                                     "goal-grid", "", 2, 1, 0),
                          RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, 6, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT_EQUAL(fake_metric(&r, "data/transitions")->last, 8 * 50);
    CU_ASSERT_EQUAL(fake_step(&r, 20, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT_EQUAL(fake_metric(&r, "data/transitions")->last, 12 * 50);
    fake_finish(&r);
}

/* Pairs of start and goal: the untrained learner hardly ever arrives, and the same pairs come every
 * time. */
static void pairs(void)
{
    static const char *const algos[] = {"gc-dqn", "forward-backward", "successor-features"};
    for (int k = 0; k < 3; k++) {
        struct fake_run r;
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, algos[k],
                                         "hidden=16 episodes=10 episode_length=30 eval_pairs=50",
                                         "continuous-maze", "", 1, 1, 0),
                              RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        double first = fake_metric(&r, "success")->last,
               far = fake_metric(&r, "final_distance")->last;
        CU_ASSERT(first < 0.4 && far > 0.1 && far < 0.8);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        CU_ASSERT_EQUAL(fake_metric(&r, "success")->last, first);
        CU_ASSERT_EQUAL(fake_metric(&r, "final_distance")->last, far);
        fake_finish(&r);
    }
}

CHECK_MAIN("baselines of forward-backward", {"eigenvectors", eigenvectors},
           {"learns goals", learns_goals}, {"learned features", learned_features},
           {"shortest paths", shortest_paths}, {"collects", collects}, {"pairs", pairs})
