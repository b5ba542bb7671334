#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/preference.h>

#include <math.h>
#include <stdlib.h>

struct game {
    struct fake_run run;
    const rlb_preference *table;
    void *self;
};

static void open_game(struct game *g, const char *env, const char *set)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&g->run, env, set, 2, 1), RLB_OK);
    g->table = g->run.world->interface(g->run.world, RLB_PREFERENCE, &g->self);
    CU_ASSERT_PTR_NOT_NULL_FATAL(g->table);
}

static double matrix_entry(struct game *g, uint32_t x, int32_t i, int32_t j)
{
    return g->table->prefer(g->self, x, &i, &j);
}

static void check_matrix(const char *set, uint32_t n, const double *p)
{
    struct game g;
    open_game(&g, "prefgame-matrix", set);
    CU_ASSERT(g.table->vocabulary == n && g.table->length == 1);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            CU_ASSERT_DOUBLE_EQUAL(matrix_entry(&g, 0, (int32_t)i, (int32_t)j), p[i * n + j],
                                   1e-15);
    fake_finish(&g.run);
}

static void built_in(void)
{
    const double t = 1 / 3.0;
    const double condorcet3[] = {.5, 2 * t, t, t, .5, 2 * t, 2 * t, t, .5};
    const double cycle[] = {.5, .6, .3, .4, .5, .9, .7, .1, .5};
    const double borda[] = {.5, .51, .51, .49, .5, .99, .49, .01, .5};
    const double rps[] = {.5, .8, .8, .2, .2, .2, .5, .8, .8, .2, .2, .2, .5,
                          .8, .8, .8, .2, .2, .5, .8, .8, .8, .2, .2, .5};
    const double groups[] = {.5, .75, 0.75, .25, .5, .75, .25, .25, .5};
    const double written[] = {.5, .25, .75, .5};
    check_matrix("game=condorcet3", 3, condorcet3);
    check_matrix("game=cycle-asym", 3, cycle);
    check_matrix("game=condorcet-vs-borda", 3, borda);
    check_matrix("game=rps responses=5 strength=0.8", 5, rps);
    check_matrix("game=population rankings=ABC:3,CBA", 3, groups);
    check_matrix("game=matrix matrix=.5,0.25;\n75e-2,.5;", 2, written);
}

/* Majorities of attributes, counted again from the attributes. */
static void attributes(void)
{
    struct game g;
    open_game(&g, "prefgame-matrix",
              "game=random-attributes responses=7 attributes=4 contexts=3 world_seed=5");
    double differ = 0;
    for (uint32_t x = 0; x < 3; x++) {
        CU_ASSERT_DOUBLE_EQUAL(g.table->weight(g.self, x), 1 / 3.0, 1e-15);
        for (int32_t i = 0; i < 7; i++)
            for (int32_t j = 0; j < 7; j++) {
                double a[4], b[4], count = 0;
                g.table->attributes(g.self, x, &i, a);
                g.table->attributes(g.self, x, &j, b);
                for (int k = 0; k < 4; k++)
                    count += a[k] > b[k] ? 1 : a[k] == b[k] ? 0.5 : 0;
                CU_ASSERT_DOUBLE_EQUAL(matrix_entry(&g, x, i, j), count / 4, 1e-15);
                differ += fabs(matrix_entry(&g, x, i, j) - matrix_entry(&g, 0, i, j));
            }
    }
    CU_ASSERT(differ > 1); /* another game for every context */
    fake_finish(&g.run);
}

/* What is no game is refused, and where it is wrong is said. */
static void refusals(void)
{
    static const struct {
        const char *set, *part;
    } bad[] = {
        {"game=matrix matrix=", "is empty"},
        {"game=matrix matrix=;;", "is empty"},
        {"game=matrix matrix=.5,.2", "1 rows and 2 columns"},
        {"game=matrix matrix=.5,.2;.8", "row 2 has 1 entries, row 1 has 2"},
        {"game=matrix matrix=.5,.2;.7,.5", "entries (1, 2) and (2, 1) are 0.2 and 0.7"},
        {"game=matrix matrix=.5,1.2;-.2,.5", "entry (1, 2) is 1.2"},
        {"game=matrix matrix=.5,nan;.7,.5", "entry (1, 2) is nan"},
        {"game=matrix matrix=.4,.3;.7,.5", "entry (1, 1) is 0.4"},
        {"game=matrix matrix=.5,x;.7,.5", "entry (1, 2), 'x;.7,.5', is not a number"},
        {"game=rps responses=4", "odd"},
        {"game=population rankings=", "there are none"},
        {"game=population rankings=ABC,AB", "'AB' does not name"},
        {"game=population rankings=ABA", "'ABA' does not name"},
        {"game=population rankings=ABC:0", "weight of number 1"},
        {"game=population rankings=ABC:nan", "weight of number 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start_env(&r, "prefgame-matrix", bad[i].set, 1, 1), RLB_E_INVAL);
        if (!strstr(r.failure, bad[i].part))
            fprintf(stderr, "%s: '%s' has no '%s'\n", bad[i].set, r.failure, bad[i].part);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, bad[i].part));
        fake_finish(&r);
    }
}

static void string_at(uint32_t index, uint32_t V, uint32_t L, int32_t *y)
{
    for (uint32_t t = L; t-- > 0; index /= V)
        y[t] = (int32_t)(index % V);
}

/* Complementary in both oracles; hard counts attributes; soft is near it where the slope is steep;
 * strings that are kept in a table and those that are not score alike. */
static void strings(void)
{
    static const char *const sets[] = {"", "oracle=soft", "ends=1", "oracle=soft ends=1",
                                       "vocabulary=3 length=2 attributes=1 contexts=4"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct game g;
        open_game(&g, "prefgame-sequence", sets[i]);
        uint32_t V = g.table->vocabulary, L = g.table->length, K = g.table->num_attributes, n = 1;
        for (uint32_t t = 0; t < L; t++)
            n *= V;
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = 0; b <= a; b += 3) {
                int32_t y[4], z[4];
                double r[17], q[17], count = 0;
                uint32_t x = g.table->num_contexts - 1;
                string_at(a, V, L, y);
                string_at(b, V, L, z);
                double p = g.table->prefer(g.self, x, y, z);
                CU_ASSERT_DOUBLE_EQUAL(p + g.table->prefer(g.self, x, z, y), 1, 1e-15);
                g.table->attributes(g.self, x, y, r);
                g.table->attributes(g.self, x, z, q);
                for (uint32_t k = 0; k < K; k++)
                    count += r[k] > q[k] ? 1 : r[k] == q[k] ? 0.5 : 0;
                CU_ASSERT(strstr(sets[i], "soft") || fabs(p - count / K) < 1e-15);
            }
        fake_finish(&g.run);
    }
}

/* A score is a sum of parts: from strings of one token and of two everything of a longer one
 * follows, apart from where tokens stand, and that has a deviation of a half. */
static void formula(void)
{
    struct game small, large;
    double places = 0, used = 0;
    for (int seed = 0; seed < 40; seed++) {
        char set[100];
        double one[4][5], pair[4][4][5];
        int32_t y[2];
        snprintf(set, sizeof set, "length=1 world_seed=%d", seed);
        open_game(&small, "prefgame-sequence", set);
        for (y[0] = 0; y[0] < 4; y[0]++)
            small.table->attributes(small.self, 0, y, one[y[0]]);
        fake_finish(&small.run);
        snprintf(set, sizeof set, "length=2 world_seed=%d", seed);
        open_game(&large, "prefgame-sequence", set);
        for (y[0] = 0; y[0] < 4; y[0]++)
            for (y[1] = 0; y[1] < 4; y[1]++)
                large.table->attributes(large.self, 0, y, pair[y[0]][y[1]]);
        for (int k = 0; k < 5; k++)
            for (int a = 0; a < 4; a++)
                for (int b = 0; b < 4; b++) {
                    /* a second difference leaves the pair weights alone: 0.7^2 times 4 */
                    double d = pair[a][b][k] - pair[a][(b + 1) % 4][k] - pair[(a + 1) % 4][b][k] +
                               pair[(a + 1) % 4][(b + 1) % 4][k];
                    places += d * d;
                    used++;
                }
        for (int k = 0; k < 5; k++) /* unary parts: one token, at the first place */
            CU_ASSERT(isfinite(one[0][k]) && fabs(one[0][k]) < 6);
        fake_finish(&large.run);
    }
    CU_ASSERT_DOUBLE_EQUAL(places / used / (4 * 0.49), 1, 0.1);
}

/* Majorities of five attributes over 256 strings go in circles. In most worlds nobody beats all
 * others, and whatever a Leader says, three attributes of five can be improved. */
static void intransitive(void)
{
    int winners = 0;
    for (int seed = 0; seed < 30; seed++) {
        struct game g;
        char set[40];
        static double p[256 * 256];
        double maximin = 0;
        int32_t winner, y[4], z[4];
        uint32_t cyclic;
        snprintf(set, sizeof set, "world_seed=%d", seed);
        open_game(&g, "prefgame-sequence", set);
        for (uint32_t a = 0; a < 256; a++) {
            double low = 1;
            for (uint32_t b = 0; b < 256; b++) {
                string_at(a, 4, 4, y);
                string_at(b, 4, 4, z);
                p[a * 256 + b] = g.table->prefer(g.self, 0, y, z);
                low = fmin(low, p[a * 256 + b]);
            }
            maximin = fmax(maximin, low);
        }
        CU_ASSERT_EQUAL(rlb_majority(256, p, &winner, &cyclic), RLB_OK);
        CU_ASSERT_EQUAL(cyclic, 1);
        CU_ASSERT_DOUBLE_EQUAL(maximin, winner >= 0 ? 0.5 : 0.4, 1e-12);
        winners += winner >= 0;
        fake_finish(&g.run);
    }
    CU_ASSERT(winners <= 6);
}

/* Behind the end token nothing counts, and brevity is what precedes it. */
static void ends(void)
{
    struct game g;
    int32_t a[] = {1, 3, 0, 0}, b[] = {1, 3, 2, 3}, c[] = {1, 2, 0, 0};
    double r[6], q[6];
    open_game(&g, "prefgame-sequence", "ends=1");
    CU_ASSERT_EQUAL(g.table->num_attributes, 6);
    g.table->attributes(g.self, 0, a, r);
    g.table->attributes(g.self, 0, b, q);
    for (int k = 0; k < 6; k++)
        CU_ASSERT_EQUAL(r[k], q[k]);
    CU_ASSERT_EQUAL(g.table->prefer(g.self, 0, a, b), 0.5);
    CU_ASSERT_EQUAL(r[5], -1);
    g.table->attributes(g.self, 0, c, q);
    CU_ASSERT_EQUAL(q[5], -4);
    fake_finish(&g.run);
}

/* As a bandit: one step, the mean reward of a response is its mean preference over all others. */
static void as_rewards(void)
{
    enum { STEPS = 40000 };
    static const char *const sets[] = {"game=cycle-asym", "game=cycle-asym noise=1"};
    for (int k = 0; k < 2; k++) {
        struct game g;
        double sum[3] = {0}, square = 0, want[] = {1.4 / 3, 1.8 / 3, 1.3 / 3};
        uint32_t count[3] = {0};
        open_game(&g, "prefgame-matrix", sets[k]);
        const rlb_batch *b = g.run.world->batch;
        for (int32_t t = 0; t < STEPS; t++) {
            int32_t actions[] = {t % 3, (t + 1) % 3};
            CU_ASSERT_EQUAL_FATAL(g.run.world->step(g.run.world, actions), RLB_OK);
            for (int lane = 0; lane < 2; lane++) {
                sum[actions[lane]] += b->rewards[lane];
                count[actions[lane]]++;
                square += b->rewards[lane] * (1 - b->rewards[lane]);
                CU_ASSERT_FATAL(b->terminated[lane] == 1);
            }
        }
        for (int i = 0; i < 3; i++)
            CU_ASSERT_DOUBLE_EQUAL(sum[i] / count[i], want[i], 4 * 0.5 / sqrt(count[i]));
        CU_ASSERT(k ? square == 0 : square > 0); /* noise: 0 or 1 */
        fake_finish(&g.run);
    }
}

CHECK_MAIN("prefgames", {"built-in matrices", built_in}, {"random attributes", attributes},
           {"what is no game", refusals}, {"strings", strings}, {"formula", formula},
           {"intransitive", intransitive}, {"end tokens", ends}, {"as rewards", as_rewards})
