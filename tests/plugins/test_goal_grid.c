/* goal-grid: the four rooms against breadth-first search over a map of the test's own and against
 * exact figures computed with NumPy; the small grid step by step. */
#include "fake_host.h"

#include <rlbench/linalg.h>
#include <rlbench/rng.h>
#include <rlbench/tabular.h>

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { S = 68, A = 5, SIDE = 11 };

/* ---- the maze, told by its walls ---- */

static int free_cell(int row, int col)
{
    if (row <= 0 || col <= 0 || row >= SIDE - 1 || col >= SIDE - 1)
        return 0;
    if (row == 5)
        return col == 2 || col == 7;
    if (col == 5)
        return row == 2 || row == 8;
    return 1;
}

static int moved(int cell, int action)
{
    static const int down[A] = {0, 0, -1, 1, 0}, right[A] = {-1, 1, 0, 0, 0};
    int row = cell / SIDE + down[action], col = cell % SIDE + right[action];
    return free_cell(row, col) ? row * SIDE + col : cell;
}

static void search(int from, int *distance)
{
    int queue[SIDE * SIDE], head = 0, tail = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        distance[i] = -1;
    distance[from] = 0;
    queue[tail++] = from;
    while (head < tail) {
        int at = queue[head++];
        for (int a = 0; a < 4; a++)
            if (distance[moved(at, a)] < 0) {
                distance[moved(at, a)] = distance[at] + 1;
                queue[tail++] = moved(at, a);
            }
    }
}

/* ---- the world under test ---- */

struct world {
    struct fake_run run;
    const rlb_model *model;
    const rlb_grid *grid;
    const rlb_tasks *tasks;
    const rlb_goals *goals;
    void *self;
};

static void make(struct world *w, const char *set, uint32_t lanes)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&w->run, "goal-grid", set, lanes, 1), RLB_OK);
    rlb_venv *v = w->run.world;
    w->model = v->interface(v, RLB_MODEL, &w->self);
    w->grid = v->interface(v, RLB_GRID, &w->self);
    w->tasks = v->interface(v, RLB_TASKS, &w->self);
    w->goals = v->interface(v, RLB_GOALS, &w->self);
    CU_ASSERT_FATAL(w->model && w->grid && w->tasks && w->goals);
}

static void make_goal(struct world *w, int cell)
{
    char set[40];
    snprintf(set, sizeof set, "goal=%d,%d", cell / SIDE, cell % SIDE);
    make(w, set, 1);
}

static void cells(int cell_of[S])
{
    int n = 0;
    for (int cell = 0; cell < SIDE * SIDE; cell++)
        if (free_cell(cell / SIDE, cell % SIDE)) {
            CU_ASSERT_FATAL(n < S);
            cell_of[n++] = cell;
        }
    CU_ASSERT_EQUAL(n, S);
}

static const double discounts[] = {0.99, 0.95, 0.9};

static void optimal_values_are_distances(void)
{
    static const double means[] = {93.3940, 14.2927, 5.18814}, tolerance[] = {5e-5, 5e-5, 5e-6};
    int cell_of[S], distance[SIDE * SIDE], longest = 0;
    double sum = 0, values[3] = {0}, q[S * A];
    cells(cell_of);
    for (int g = 0; g < S; g++) {
        struct world w;
        search(cell_of[g], distance);
        make_goal(&w, cell_of[g]);
        for (int k = 0; k < 3; k++) {
            CU_ASSERT_EQUAL(rlb_optimal_q(w.model, w.self, discounts[k], 1e-15, 100000, q), RLB_OK);
            for (int s = 0; s < S; s++) {
                double best = q[s * A], d = distance[cell_of[s]];
                for (int a = 1; a < A; a++)
                    best = fmax(best, q[s * A + a]);
                CU_ASSERT_DOUBLE_EQUAL(best, pow(discounts[k], d) / (1 - discounts[k]), 1e-10);
                values[k] += best / (S * S);
            }
        }
        for (int s = 0; s < S; s++) {
            sum += distance[cell_of[s]];
            longest = distance[cell_of[s]] > longest ? distance[cell_of[s]] : longest;
        }
        fake_finish(&w.run);
    }
    CU_ASSERT_EQUAL(longest, 16);
    CU_ASSERT_DOUBLE_EQUAL(sum / (S * S), 6.8612, 5e-5);
    for (int k = 0; k < 3; k++)
        CU_ASSERT_DOUBLE_EQUAL(values[k], means[k], tolerance[k]);
}

static void uniform(double *policy)
{
    for (int i = 0; i < S * A; i++)
        policy[i] = 1.0 / A;
}

/* Greedy on M(next state, goal), ties within 1e-9 shared. */
static void one_step(const struct world *w, const double *m, int goal, double *policy)
{
    for (uint32_t s = 0; s < S; s++) {
        double value[A], best = -1, ties = 0;
        for (uint32_t a = 0; a < A; a++) {
            rlb_outcome o;
            CU_ASSERT_EQUAL(w->model->outcomes(w->self, 0, s, a, &o), 1);
            value[a] = m[o.next * S + goal];
            best = fmax(best, value[a]);
        }
        for (int a = 0; a < A; a++)
            ties += value[a] > best - 1e-9;
        for (int a = 0; a < A; a++)
            policy[s * A + a] = (value[a] > best - 1e-9) / ties;
    }
}

static double mean_value(const struct world *w, double discount, const double *policy)
{
    double v[S], sum = 0;
    CU_ASSERT_EQUAL(rlb_policy_value(w->model, w->self, discount, policy, v), RLB_OK);
    for (int s = 0; s < S; s++)
        sum += v[s] / S;
    return sum;
}

static void scores_of_simple_policies(void)
{
    static const double of_uniform[] = {.015747, .020599, .028452},
                        of_one_step[] = {.999640, .999348, .999903};
    static double p[S * S], m[S * S];
    double policy[S * A], greedy[S * A];
    int cell_of[S], distance[SIDE * SIDE];
    cells(cell_of);
    uniform(policy);
    for (int k = 0; k < 3; k++) {
        double score = 0, greedy_score = 0;
        for (int g = 0; g < S; g++) {
            struct world w;
            double best = 0;
            make_goal(&w, cell_of[g]);
            search(cell_of[g], distance);
            for (int s = 0; s < S; s++)
                best += pow(discounts[k], distance[cell_of[s]]) / (1 - discounts[k]) / S;
            if (g == 0) {
                CU_ASSERT_EQUAL(rlb_policy_chain(&w.run.host, w.model, w.self, policy, p, NULL),
                                RLB_OK);
                CU_ASSERT_EQUAL(rlb_successor(&w.run.host, S, p, discounts[k], m), RLB_OK);
            }
            one_step(&w, m, g, greedy);
            score += mean_value(&w, discounts[k], policy) / best / S;
            greedy_score += mean_value(&w, discounts[k], greedy) / best / S;
            fake_finish(&w.run);
        }
        CU_ASSERT_DOUBLE_EQUAL(score, of_uniform[k], 5e-7);
        CU_ASSERT_DOUBLE_EQUAL(greedy_score, of_one_step[k], 5e-7);
    }
}

/* Spectrum, row sums, both conventions and the Bellman equation of the successor measure. */
static void successor_measure(void)
{
    static const double top[] = {1, .99195, .99195, .98225, .89671, .89273},
                        singular[] = {100, 55.65, 55.65, 36.27, 8.91};
    static double p[S * S], m[S * S], copy[S * S], u[S * S], vt[S * S];
    double policy[S * A], values[S];
    const double discount = .99;
    struct world w;
    make(&w, "goal=none", 1);
    uniform(policy);
    CU_ASSERT_EQUAL(rlb_policy_chain(&w.run.host, w.model, w.self, policy, p, NULL), RLB_OK);
    CU_ASSERT_EQUAL(rlb_successor(&w.run.host, S, p, discount, m), RLB_OK);
    for (int s = 0; s < S; s++)
        for (int t = 0; t < S; t++)
            CU_ASSERT_DOUBLE_EQUAL(p[s * S + t], p[t * S + s], 1e-15);
    memcpy(copy, p, sizeof p);
    CU_ASSERT_EQUAL(rlb_eigen_symmetric(S, copy, values), RLB_OK);
    for (int k = 0; k < 6; k++)
        CU_ASSERT_DOUBLE_EQUAL(values[S - 1 - k], top[k], 5e-6);
    memcpy(copy, m, sizeof m);
    CU_ASSERT_EQUAL(rlb_svd(S, S, copy, u, values, vt), RLB_OK);
    for (int k = 0; k < 5; k++)
        CU_ASSERT_DOUBLE_EQUAL(values[k], singular[k], 5e-3);
    for (int s = 0; s < S; s++) {
        double sum = 0, later_sum = 0;
        for (int t = 0; t < S; t++) {
            double later = 0;
            for (int j = 0; j < S; j++)
                later += p[s * S + j] * m[j * S + t];
            sum += m[s * S + t];
            later_sum += later;
            CU_ASSERT_DOUBLE_EQUAL(later, (m[s * S + t] - (s == t)) / discount, 1e-10);
        }
        CU_ASSERT_DOUBLE_EQUAL(sum, 100, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(later_sum, 100, 1e-9);
    }
    /* m(s, a, s') = 68 M(s, a, s') over pairs, first action uniform only after the first step */
    static double pairs[S * A * S];
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t a = 0; a < A; a++) {
            rlb_outcome o;
            w.model->outcomes(w.self, 0, s, a, &o);
            CU_ASSERT_EQUAL(o.prob, 1);
            for (uint32_t t = 0; t < S; t++)
                pairs[(s * A + a) * S + t] =
                    S * ((s == t) + discount * m[(uint32_t)o.next * S + t]);
        }
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t a = 0; a < A; a++) {
            rlb_outcome o;
            w.model->outcomes(w.self, 0, s, a, &o);
            for (uint32_t t = 0; t < S; t++) {
                double next = 0;
                for (uint32_t b = 0; b < A; b++)
                    next += pairs[((uint32_t)o.next * A + b) * S + t] / A;
                CU_ASSERT(fabs(pairs[(s * A + a) * S + t] - S * (s == t) - discount * next) < 1e-9);
            }
        }
    fake_finish(&w.run);
}

/* The 1 among zeros; -1 when that is not what it is. */
static int shown(const float *obs, uint32_t width)
{
    int at = -1, others = 0;
    for (uint32_t k = 0; k < width; k++) {
        others += obs[k] != 0 && (obs[k] != 1 || at >= 0);
        at = obs[k] == 1 ? (int)k : at;
    }
    return others ? -1 : at;
}

static void steps_are_those_of_the_map(void)
{
    enum { LANES = 8 };
    struct world w;
    rlb_rng rng;
    int32_t actions[LANES];
    make(&w, "", LANES);
    rlb_venv *v = w.run.world;
    const float *obs = v->batch->obs;
    uint64_t starts[SIDE * SIDE] = {0}, goals[S] = {0}, episodes = 0;
    rlb_rng_init(&rng, 3, 0);
    CU_ASSERT_EQUAL_FATAL(v->obs.width, SIDE * SIDE);
    CU_ASSERT_EQUAL(v->act.n, A);
    for (int t = 0; t < 50 * 2000; t++) {
        int before[LANES], goal[LANES];
        for (int l = 0; l < LANES; l++) {
            before[l] = shown(obs + l * SIDE * SIDE, SIDE * SIDE);
            goal[l] = w.grid->cell[w.tasks->current(w.self, (uint32_t)l)];
            actions[l] = (int32_t)rlb_rng_below(&rng, A);
            if (t % 50 == 0) {
                starts[before[l]]++;
                goals[w.tasks->current(w.self, (uint32_t)l)]++;
                episodes++;
            }
        }
        CU_ASSERT_EQUAL_FATAL(v->step(v, actions), RLB_OK);
        const float *after = t % 50 == 49 ? v->batch->final_obs : obs;
        for (int l = 0; l < LANES; l++) {
            int now = shown(after + l * SIDE * SIDE, SIDE * SIDE);
            CU_ASSERT_EQUAL(now, moved(before[l], actions[l]));
            CU_ASSERT_EQUAL(v->batch->rewards[l], before[l] == goal[l]);
            CU_ASSERT_EQUAL(v->batch->success[l], now == goal[l]);
            CU_ASSERT_EQUAL(v->batch->terminated[l], 0);
            CU_ASSERT_EQUAL(v->batch->truncated[l], t % 50 == 49);
        }
    }
    /* 16000 episodes: 235 to a cell, 5 standard deviations are 76 */
    for (int s = 0; s < S; s++) {
        CU_ASSERT_DOUBLE_EQUAL(starts[w.grid->cell[s]], (double)episodes / S, 76);
        CU_ASSERT_DOUBLE_EQUAL(goals[s], (double)episodes / S, 76);
    }
    fake_finish(&w.run);
}

static void tasks_are_cells(void)
{
    struct world w;
    int cell_of[S];
    cells(cell_of);
    make(&w, "", 2);
    rlb_venv *v = w.run.world;
    CU_ASSERT_EQUAL(w.tasks->num_tasks, S);
    CU_ASSERT_EQUAL(w.tasks->goal_width, 2);
    CU_ASSERT_STRING_EQUAL(w.tasks->name(w.self, 0), "goal 1,1");
    CU_ASSERT_STRING_EQUAL(w.tasks->name(w.self, S - 1), "goal 9,9");
    for (uint32_t k = 0; k < S; k++) {
        float at[2], obs[SIDE * SIDE];
        const float expected[2] = {(float)(cell_of[k] / SIDE), (float)(cell_of[k] % SIDE)};
        w.goals->observe(w.self, expected, 1, obs);
        CU_ASSERT_EQUAL(shown(obs, SIDE * SIDE), cell_of[k]);
        w.tasks->represent(w.self, obs, 1, at);
        CU_ASSERT(at[0] == expected[0] && at[1] == expected[1]);
        for (uint32_t g = 0; g < S; g++) {
            double reward;
            float by_goal;
            const float there[2] = {(float)(cell_of[g] / SIDE), (float)(cell_of[g] % SIDE)};
            w.tasks->rewards(w.self, g, obs, 1, &reward);
            w.goals->rewards(w.self, at, there, 1, &by_goal);
            CU_ASSERT(reward == (k == g) && by_goal == (k == g));
        }
    }
    /* the same task and variation: the same start, whatever the lane played before */
    int start[2][4];
    for (int round = 0; round < 2; round++)
        for (uint32_t k = 0; k < 4; k++) {
            CU_ASSERT_EQUAL(w.tasks->assign(w.self, (uint32_t)round, 7, k), RLB_OK);
            CU_ASSERT_EQUAL(v->reset(v, 11 + k + 5 * (uint32_t)round), RLB_OK);
            start[round][k] =
                shown((const float *)v->batch->obs + round * SIDE * SIDE, SIDE * SIDE);
            CU_ASSERT_EQUAL(w.tasks->current(w.self, (uint32_t)round), 7);
            float goal[SIDE * SIDE];
            w.tasks->goal(w.self, (uint32_t)round, goal, NULL);
            CU_ASSERT_EQUAL(shown(goal, SIDE * SIDE), cell_of[7]);
        }
    CU_ASSERT(memcmp(start[0], start[1], sizeof start[0]) == 0);
    CU_ASSERT(start[0][0] != start[0][1] || start[0][1] != start[0][2]);
    CU_ASSERT_EQUAL(w.tasks->assign(w.self, 0, S, 0), RLB_E_INVAL);
    fake_finish(&w.run);
}

static void small_grid(void)
{
    static const int down[A] = {-1, 0, 1, 0, 0}, right[A] = {0, 1, 0, -1, 0};
    struct world w;
    rlb_rng rng;
    make(&w, "layout=small", 1);
    rlb_venv *v = w.run.world;
    const float *obs = v->batch->obs;
    CU_ASSERT_EQUAL(w.model->num_states, 50);
    CU_ASSERT_EQUAL(v->obs.width, 2);
    rlb_rng_init(&rng, 5, 0);
    int row = 2, col = 2;
    for (int t = 0; t < 20000; t++) {
        CU_ASSERT_EQUAL(obs[0], (float)row / 9);
        CU_ASSERT_EQUAL(obs[1], (float)col / 10);
        int32_t a = (int32_t)rlb_rng_below(&rng, A);
        int r = row + down[a], c = col + right[a];
        int wall = r < 1 || c < 1 || r > 7 || c > 8 || (r >= 2 && r <= 4 && (c == 4 || c == 5));
        CU_ASSERT_EQUAL_FATAL(v->step(v, &a), RLB_OK);
        row = wall ? row : r;
        col = wall ? col : c;
        CU_ASSERT_EQUAL(v->batch->truncated[0], t % 200 == 199);
        if (t % 200 == 199)
            row = col = 2;
    }
    fake_finish(&w.run);
}

static void bad_words_are_refused(void)
{
    static const struct {
        const char *set, *reason;
    } cases[] = {{"goal=5,5", "ROW,COL of a free cell"},
                 {"goal=0,20", "ROW,COL of a free cell"},
                 {"goal=3", "neither drawn nor none"},
                 {"layout=custom map=#.#/##", "as long as the first"},
                 {"layout=custom map=#.G", "letter"},
                 {"layout=custom map=##", "all wall"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start_env(&r, "goal-grid", cases[i].set, 1, 1), RLB_E_INVAL);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, cases[i].reason));
        fake_finish(&r);
    }
}

CHECK_MAIN("goal-grid", {"optimal values are discounted distances", optimal_values_are_distances},
           {"scores of simple policies", scores_of_simple_policies},
           {"the successor measure", successor_measure},
           {"steps are those of the map", steps_are_those_of_the_map},
           {"tasks are cells", tasks_are_cells}, {"the small grid", small_grid},
           {"bad words are refused", bad_words_are_refused})
