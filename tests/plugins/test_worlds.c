/* gridworld and chain against closed forms and breadth-first search over the map's text. */
#include "fake_host.h"

#include <rlbench/tabular.h>

#include "check.h"

#include <math.h>
#include <stdlib.h>

/* Distance from every cell to the goal by breadth-first search on the text alone. */
static void search(const char *map, int rows, int cols, int *distance)
{
    int queue[4096], head = 0, tail = 0;
    for (int i = 0; i < rows * cols; i++) {
        distance[i] = map[i] == 'G' ? 0 : -1;
        if (map[i] == 'G')
            queue[tail++] = i;
    }
    while (head < tail) {
        int at = queue[head++], row = at / cols, col = at % cols;
        const int steps[4][2] = {{0, 1}, {1, 0}, {0, -1}, {-1, 0}};
        for (int d = 0; d < 4; d++) {
            int r = row + steps[d][0], c = col + steps[d][1];
            if (r < 0 || c < 0 || r >= rows || c >= cols || map[r * cols + c] == '#' ||
                distance[r * cols + c] >= 0)
                continue;
            distance[r * cols + c] = distance[at] + 1;
            queue[tail++] = r * cols + c;
        }
    }
}

static void optimal_values_are_distances(void)
{
    static const char map[] = "S..#....."
                              ".#.#.###."
                              ".#...#.G."
                              ".#####.##"
                              ".........";
    struct fake_run r;
    CU_ASSERT_EQUAL(
        fake_start_env(&r, "gridworld",
                       "layout=custom map=S..#...../.#.#.###./.#...#.G./.#####.##/.........", 1, 1),
        RLB_OK);
    void *self, *grid_self;
    const rlb_model *m = r.world->interface(r.world, RLB_MODEL, &self);
    const rlb_grid *g = r.world->interface(r.world, RLB_GRID, &grid_self);
    CU_ASSERT_FATAL(m && g);
    int distance[45];
    search(map, 5, 9, distance);
    double q[45 * 4];
    CU_ASSERT_EQUAL(rlb_optimal_q(m, self, 0.9, 1e-14, 10000, q), RLB_OK);
    for (uint32_t s = 0; s < m->num_states; s++) {
        int cell = g->cell[s];
        if (map[cell] == 'G')
            continue;
        double best = fmax(fmax(q[4 * s], q[4 * s + 1]), fmax(q[4 * s + 2], q[4 * s + 3]));
        CU_ASSERT_DOUBLE_EQUAL(best, pow(0.9, distance[cell] - 1), 1e-12);
    }
    fake_finish(&r);
}

static void known_shortest_paths(void)
{
    /* Sutton and Barto: the Dyna maze takes 14 steps, the cliff 13; four rooms, corner to
     * corner: 20. */
    static const struct {
        const char *layout, *set;
        int steps;
    } cases[] = {{"maze", "layout=maze", 14},
                 {"cliff", "layout=cliff", 13},
                 {"four-rooms", "layout=four-rooms", 12}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start_env(&r, "gridworld", cases[i].set, 1, 1), RLB_OK);
        void *self;
        const rlb_model *m = r.world->interface(r.world, RLB_MODEL, &self);
        double *q = calloc((size_t)m->num_states * 4, sizeof *q);
        CU_ASSERT_EQUAL(rlb_optimal_q(m, self, 0.9, 1e-14, 10000, q), RLB_OK);
        uint32_t s = m->state(self, 0); /* every one of these maps has one start */
        double best = fmax(fmax(q[4 * s], q[4 * s + 1]), fmax(q[4 * s + 2], q[4 * s + 3]));
        CU_ASSERT_DOUBLE_EQUAL(1 + log(best) / log(0.9), cases[i].steps, 1e-9);
        free(q);
        fake_finish(&r);
    }
}

/* v(i) = left + (right - left) (i + 1) / (n + 1), gambler's ruin. */
static void random_walk_is_a_straight_line(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL(fake_start_env(&r, "chain", "states=19 slip=0.5", 1, 1), RLB_OK);
    void *self;
    const rlb_model *m = r.world->interface(r.world, RLB_MODEL, &self);
    double policy[38], v[19];
    for (int i = 0; i < 38; i++)
        policy[i] = 0.5;
    CU_ASSERT_EQUAL(rlb_policy_value(m, self, 1.0, policy, v), RLB_OK);
    for (int i = 0; i < 19; i++)
        CU_ASSERT_DOUBLE_EQUAL(v[i], -1 + 2 * (i + 1) / 20.0, 1e-12);
    fake_finish(&r);
}

/* Mean duration of the symmetric walk from the middle of n states: ((n + 1) / 2)^2 = 36 for n = 11
 * (Feller). */
static void random_walk_lasts_as_long_as_feller_says(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL(fake_start_env(&r, "chain", "states=11 slip=0.5", 16, 5), RLB_OK);
    int32_t actions[16] = {0};
    double steps = 0, ended = 0, right = 0;
    for (int t = 0; t < 40000; t++) {
        CU_ASSERT_EQUAL_FATAL(r.world->step(r.world, actions), RLB_OK);
        steps += 16;
        for (int lane = 0; lane < 16; lane++) {
            ended += r.world->batch->terminated[lane];
            right += r.world->batch->success[lane];
        }
    }
    /* about 17,800 episodes; the duration's standard deviation is about 29, so 5 standard errors
     * are 1.1 */
    CU_ASSERT_DOUBLE_EQUAL(steps / ended, 36.0, 1.1);
    CU_ASSERT_DOUBLE_EQUAL(right / ended, 0.5, 0.02);
    fake_finish(&r);
}

/* Every row of every layout: probabilities sum to 1, successors lie on the map. */
static void models_are_distributions(void)
{
    static const char *const sets[] = {"layout=four-rooms slip=0.3 wind=0.2 kind=2",
                                       "layout=cliff pit=start slip=0.1",
                                       "layout=maze continuing=1",
                                       "layout=open goal_by_kind=1 kind=1",
                                       "layout=corridor slip=1",
                                       "layout=four-rooms continuing=1 wind=1 kind=3"};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL_FATAL(fake_start_env(&r, "gridworld", sets[i], 1, 1), RLB_OK);
        void *self;
        const rlb_model *m = r.world->interface(r.world, RLB_MODEL, &self);
        rlb_outcome *o = calloc(m->max_outcomes, sizeof *o);
        for (uint32_t s = 0; s < m->num_states; s++)
            for (uint32_t a = 0; a < m->num_actions; a++) {
                uint32_t n = m->outcomes(self, 0, s, a, o);
                double sum = 0;
                CU_ASSERT(n >= 1 && n <= m->max_outcomes);
                for (uint32_t k = 0; k < n; k++) {
                    sum += o[k].prob;
                    CU_ASSERT(o[k].next >= 0 && (uint32_t)o[k].next < m->num_states);
                }
                CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
            }
        free(o);
        fake_finish(&r);
    }
}

static void goals_and_winds_differ_by_kind(void)
{
    struct fake_run r[2];
    double q[2][104 * 4];
    for (int kind = 0; kind < 2; kind++) {
        char set[64];
        snprintf(set, sizeof set, "goal_by_kind=1 kind=%d", kind);
        CU_ASSERT_EQUAL_FATAL(fake_start_env(&r[kind], "gridworld", set, 1, 1), RLB_OK);
        void *self;
        const rlb_model *m = r[kind].world->interface(r[kind].world, RLB_MODEL, &self);
        CU_ASSERT_EQUAL_FATAL(m->num_states, 104);
        CU_ASSERT_EQUAL(rlb_optimal_q(m, self, 0.9, 1e-12, 10000, q[kind]), RLB_OK);
    }
    CU_ASSERT(memcmp(q[0], q[1], sizeof q[0]) != 0);
    fake_finish(&r[0]);
    fake_finish(&r[1]);
}

static void bad_maps_are_refused_with_a_reason(void)
{
    static const struct {
        const char *set, *reason;
    } cases[] = {{"layout=custom map=S..", "it needs a goal"},
                 {"layout=custom map=G", "a cell to start from"},
                 {"layout=custom map=S.G/..", "as long as the first"},
                 {"layout=custom map=S?G", "made of"},
                 {"layout=custom", "as long as the first"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start_env(&r, "gridworld", cases[i].set, 1, 1), RLB_E_INVAL);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, cases[i].reason));
        fake_finish(&r);
    }
}

CHECK_MAIN("worlds", {"optimal values are discounted distances", optimal_values_are_distances},
           {"known shortest paths", known_shortest_paths},
           {"the random walk's values are a straight line", random_walk_is_a_straight_line},
           {"the random walk's length is Feller's", random_walk_lasts_as_long_as_feller_says},
           {"models are distributions", models_are_distributions},
           {"kinds differ", goals_and_winds_differ_by_kind},
           {"bad maps are refused with a reason", bad_maps_are_refused_with_a_reason})
