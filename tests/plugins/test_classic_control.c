/* Cart-pole, mountain car, acrobot and pendulum beside the original implementations. */
#include "fixture.h"
#include "plugins/control_rig.h"

#include "check.h"

#include <math.h>
#include <stdio.h>

enum { STEPS = 1000, MOST = 4 };
static const char fixture_file[] = "plugins/classic_control_fixture.txt";

struct world {
    const char *id;
    uint32_t width;
    int plane_x, plane_y;         /* the plane's coordinates in the state */
    double low[MOST], high[MOST]; /* of a start; low == high: always that */
};

static const struct world worlds[] = {
    {"cartpole", 4, 2, 3, {-0.05, -0.05, -0.05, -0.05}, {0.05, 0.05, 0.05, 0.05}},
    {"mountain-car", 2, 0, 1, {-0.6, 0}, {-0.4, 0}},
    {"acrobot", 4, 0, 1, {-0.1, -0.1, -0.1, -0.1}, {0.1, 0.1, 0.1, 0.1}},
    {"pendulum", 2, 0, 1, {-3.141592653589793, -1}, {3.141592653589793, 1}},
};
enum { NUM_WORLDS = sizeof worlds / sizeof worlds[0] };

/* ---- reference trajectories ---- */

/* The constants that the maker of the fixture changes. */
static const struct run {
    const char *name, *id, *set;
} runs[] = {
    {"cartpole", "cartpole", ""},
    {"cartpole.other", "cartpole",
     "integrator=semi-implicit gravity=12 cart_mass=1.5 pole_mass=0.3 length=0.8 force=7 tau=0.03 "
     "angle_limit=20 position_limit=1 penalty_reward=1"},
    {"mountain-car", "mountain-car", ""},
    {"mountain-car.push", "mountain-car", ""},
    {"mountain-car.other", "mountain-car",
     "goal_velocity=0.02 force=0.0015 gravity=0.003 goal_position=0.45 max_speed=0.06"},
    {"acrobot", "acrobot", ""},
    {"acrobot.push", "acrobot", ""},
    {"acrobot.other", "acrobot",
     "book_or_nips=nips length1=1.2 mass1=1.3 mass2=0.7 centre1=0.6 centre2=0.4 inertia=0.9 "
     "torque=1.5 dt=0.1"},
    {"pendulum", "pendulum", ""},
    {"pendulum.other", "pendulum",
     "gravity=9.81 mass=0.7 length=1.3 max_torque=2.5 max_speed=6 dt=0.04"},
};

static const double *column(const struct run *r, const char *what, size_t *n)
{
    char name[100];
    snprintf(name, sizeof name, "%s.%s", r->name, what);
    return fixture_list(fixture_file, name, n);
}

static void set_action(struct venv *v, double action)
{
    if (v->table.act.kind == RLB_SPACE_BOX)
        ((float *)v->actions)[0] = (float)action;
    else
        ((int32_t *)v->actions)[0] = (int32_t)action;
}

/* Runs freely from every start to the end of its episode, 200 steps and more; nothing but the
 * starts is put in. Returns the largest difference of a state relative to max(1, its size). */
static double follow(const struct run *r, const struct world *w)
{
    size_t num_starts, num_states, n;
    const double *start = column(r, "starts", &num_starts),
                 *state = column(r, "states", &num_states);
    const double *actions = column(r, "actions", &n), *ends = column(r, "terminated", &n);
    const double *rewards = column(r, "rewards", &n), *last = state + num_states;
    struct venv *v = control_make(NULL, r->id, r->set, 1, 0, NULL);
    double worst = 0, got[MOST];
    CU_ASSERT_EQUAL_FATAL(n, STEPS);
    for (size_t t = 0; t < STEPS; t++) {
        if (num_starts > 0 && start[0] == (double)t) {
            control_put(v, 0, start + 1);
            start += w->width + 1;
            num_starts -= w->width + 1;
        }
        set_action(v, actions[t]);
        CU_ASSERT_EQUAL(v->env->step(v->self, 0, 1), RLB_OK);
        CU_ASSERT_EQUAL(v->batch.rewards[0], (float)rewards[t]);
        CU_ASSERT_EQUAL(v->batch.terminated[0], ends[t] != 0);
        if (state < last && state[0] == (double)t) {
            control_get(v, 0, got);
            for (uint32_t k = 0; k < w->width; k++)
                worst = fmax(worst, fabs(got[k] - state[1 + k]) / fmax(1, fabs(state[1 + k])));
            state += w->width + 1;
        }
    }
    CU_ASSERT_PTR_EQUAL(state, last);
    venv_destroy(v);
    return worst;
}

/* Operations are the original's in its order, so that only the last bits of sines, cosines and
 * squares differ; the acrobot, which is chaotic, makes most of them. */
static void reference_trajectories(void)
{
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        const struct world *w = worlds;
        while (strcmp(w->id, runs[i].id) != 0)
            w++;
        double off = follow(&runs[i], w);
        printf("\n    %-18s %.1e", runs[i].name, off);
        CU_ASSERT(off <= 1e-9);
    }
}

/* ---- starts ---- */

/* Uniform on [low, high): bounds, mean and variance of every number within five standard errors. */
static void starts_are_uniform(void)
{
    enum { SEEDS = 20000 };
    for (const struct world *w = worlds; w < worlds + NUM_WORLDS; w++) {
        struct venv *v = control_make(NULL, w->id, "", 1, 0, NULL);
        double sum[MOST] = {0}, squares[MOST] = {0}, state[MOST];
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            /* half of them from fresh streams, half from one that goes on */
            v->env->reset(v->self, 0, seed % 2 ? &seed : NULL);
            control_get(v, 0, state);
            for (uint32_t k = 0; k < w->width; k++) {
                double off = state[k] - (w->low[k] + w->high[k]) / 2;
                CU_ASSERT(state[k] >= (float)w->low[k] - 1e-7 &&
                          state[k] <= (float)w->high[k] + 1e-7);
                sum[k] += off;
                squares[k] += off * off;
            }
        }
        for (uint32_t k = 0; k < w->width; k++) {
            double half = (w->high[k] - w->low[k]) / 2, variance = half * half / 3;
            double fourth = half * half * half * half / 5; /* its fourth moment */
            CU_ASSERT(fabs(sum[k] / SEEDS) <= 5 * sqrt(variance / SEEDS));
            CU_ASSERT(fabs(squares[k] / SEEDS - variance) <=
                      5 * sqrt((fourth - variance * variance) / SEEDS));
        }
        venv_destroy(v);
    }
}

/* ---- time limits, through the host ---- */

static void time_limits_truncate(void)
{
    static const struct {
        const char *id, *set;
        uint32_t limit;
    } limits[] = {{"cartpole", "force=0 gravity=0 start=0.005", 500},
                  {"mountain-car", "force=0", 200},
                  {"acrobot", "torque=0", 500},
                  {"pendulum", "", 200}};
    static struct tally tally;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct venv *v = control_make(NULL, limits[i].id, limits[i].set, 2, 3, &tally);
        size_t bytes = v->obs_bytes * 2;
        float first[12];
        memcpy(first, v->batch.obs, bytes);
        for (uint32_t t = 1; t <= 3 * limits[i].limit; t++) {
            CU_ASSERT_EQUAL(v->table.step(&v->table, v->actions), RLB_OK);
            for (uint32_t l = 0; l < 2; l++) {
                CU_ASSERT_EQUAL(v->batch.terminated[l], 0);
                CU_ASSERT_EQUAL(v->batch.truncated[l], t % limits[i].limit == 0);
                CU_ASSERT_EQUAL(v->batch.success[l], 0);
            }
        }
        CU_ASSERT_EQUAL(tally.count, 6);
        CU_ASSERT_EQUAL(tally.lengths, 6 * limits[i].limit);
        /* the next episode begins elsewhere, and what ended it was kept */
        CU_ASSERT_NOT_EQUAL(memcmp(first, v->batch.obs, bytes), 0);
        CU_ASSERT_NOT_EQUAL(memcmp(v->batch.final_obs, v->batch.obs, bytes), 0);
        venv_destroy(v);
    }
}

/* ---- lanes ---- */

/* Lane 41 of 67, stepped in three ranges, does what it does alone. */
static void lanes_are_independent(void)
{
    enum { LANES = 67, PICK = 41 };
    static const char *const noise[] = {"", "", "torque_noise=0.5", ""};
    for (size_t i = 0; i < NUM_WORLDS; i++) {
        struct venv *many = control_make(NULL, worlds[i].id, noise[i], LANES, 5, NULL);
        struct venv *one = control_make(NULL, worlds[i].id, noise[i], 1, 5, NULL);
        uint64_t seed = 99;
        rlb_rng rng;
        rlb_rng_init(&rng, 6, 0);
        many->env->reset(many->self, PICK, &seed);
        one->env->reset(one->self, 0, &seed);
        for (int t = 0; t < 400; t++) {
            control_random_actions(many, &rng);
            memcpy(one->actions, (char *)many->actions + PICK * many->action_bytes,
                   one->action_bytes);
            many->env->step(many->self, 0, 3);
            many->env->step(many->self, 3, LANES - 4);
            many->env->step(many->self, LANES - 1, 1);
            one->env->step(one->self, 0, 1);
            CU_ASSERT_EQUAL(memcmp((char *)many->batch.obs + PICK * many->obs_bytes, one->batch.obs,
                                   one->obs_bytes),
                            0);
            CU_ASSERT_EQUAL(many->batch.rewards[PICK], one->batch.rewards[0]);
            CU_ASSERT_EQUAL(many->batch.terminated[PICK], one->batch.terminated[0]);
            for (uint32_t l = 0; l < LANES; l++)
                if (many->batch.terminated[l])
                    many->env->reset(many->self, l, NULL);
            if (one->batch.terminated[0])
                one->env->reset(one->self, 0, NULL);
        }
        venv_destroy(many);
        venv_destroy(one);
    }
}

/* ---- snapshots, planes ---- */

/* A state taken from one instance and put into a lane of another goes on with the same bits. */
static void snapshots_travel(void)
{
    for (const struct world *w = worlds; w < worlds + NUM_WORLDS; w++) {
        struct venv *a = control_make(NULL, w->id, "", 2, 7, NULL);
        struct venv *b = control_make(NULL, w->id, "", 5, 8, NULL);
        double state[MOST], other[MOST];
        rlb_rng rng;
        rlb_rng_init(&rng, 9, 0);
        const rlb_snapshot *s = a->env->interface(a->self, RLB_SNAPSHOT);
        CU_ASSERT_EQUAL_FATAL(s->bytes(a->self), w->width * sizeof(double));
        for (int t = 0; t < 200; t++) {
            control_get(a, 1, state);
            control_put(b, 3, state);
            CU_ASSERT_EQUAL(memcmp((char *)a->batch.obs + a->obs_bytes,
                                   (char *)b->batch.obs + 3 * b->obs_bytes, a->obs_bytes),
                            0);
            control_random_actions(a, &rng);
            memcpy((char *)b->actions + 3 * b->action_bytes, (char *)a->actions + a->action_bytes,
                   a->action_bytes);
            a->env->step(a->self, 0, 2);
            b->env->step(b->self, 3, 1);
            control_get(a, 1, state);
            control_get(b, 3, other);
            CU_ASSERT_EQUAL(memcmp(state, other, w->width * sizeof *state), 0);
            if (a->batch.terminated[1])
                a->env->reset(a->self, 1, NULL);
        }
        venv_destroy(a);
        venv_destroy(b);
    }
}

/* What the plane shows at (x, y) is what the world shows in that state, and where() leads back. */
static void planes_show_states(void)
{
    for (const struct world *w = worlds; w < worlds + NUM_WORLDS; w++) {
        struct venv *v = control_make(NULL, w->id, "", 2, 1, NULL);
        const rlb_plane *p = control_plane(v);
        for (int i = 0; i <= 10; i++)
            for (int j = 0; j <= 10; j++) {
                double x = p->x_lo + (p->x_hi - p->x_lo) * i / 10, back_x;
                double y = p->y_lo + (p->y_hi - p->y_lo) * j / 10, back_y;
                double state[MOST] = {0};
                float obs[6];
                state[w->plane_x] = x;
                state[w->plane_y] = y;
                control_put(v, 1, state);
                p->observe(v->self, x, y, obs);
                CU_ASSERT_EQUAL(memcmp(obs, (char *)v->batch.obs + v->obs_bytes, v->obs_bytes), 0);
                p->where(v->self, 1, &back_x, &back_y);
                CU_ASSERT(fabs(back_x - x) <= 1e-12);
                CU_ASSERT(fabs(back_y - y) <= 1e-12);
            }
        venv_destroy(v);
    }
}

CHECK_MAIN("classic control", {"as the original moves", reference_trajectories},
           {"starts are uniform", starts_are_uniform},
           {"time limits truncate and never terminate", time_limits_truncate},
           {"a lane does the same beside others", lanes_are_independent},
           {"a snapshot goes on elsewhere", snapshots_travel},
           {"a plane shows states", planes_show_states})
