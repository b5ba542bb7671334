/* Goals of the continuous maze: one task whose goal every episode draws, and 25 with a goal of
 * their own. A goal is represented by its two coordinates. */
#include "features.h"
#include "maze.h"

#include <stdio.h>

enum { ANYWHERE, FIRST_FIXED, ACROSS = 5, NUM_TASKS = FIRST_FIXED + ACROSS * ACROSS };

void maze_observe(const struct maze *m, const double *x, const double *y, uint32_t n, float *obs)
{
    if (m->features) {
        features_write(x, y, n, obs);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        obs[2 * i] = (float)x[i];
        obs[2 * i + 1] = (float)y[i];
    }
}

static void place_of(uint32_t task, double *x, double *y)
{
    const uint32_t k = task - FIRST_FIXED;
    *x = (2 * (k % ACROSS) + 1) / (2.0 * ACROSS);
    *y = (2 * (k / ACROSS) + 1) / (2.0 * ACROSS);
}

void maze_draw(struct maze *m, uint32_t lane, rlb_rng *own, double *state)
{
    rlb_rng *rng = rlb_lane_tasks_begin(&m->lanes, lane, own);
    const uint32_t task = m->lanes.current[lane];
    for (int k = 0; k < WIDTH; k++)
        state[k] = rlb_rng_uniform(rng);
    if (task != RLB_TASK_DRAWN) {
        if (task >= FIRST_FIXED)
            place_of(task, &state[GOAL_X], &state[GOAL_Y]);
        return;
    }
    if (m->goal_kind == GOAL_DRAWN) {
        m->lanes.current[lane] = ANYWHERE;
    } else {
        state[GOAL_X] = m->goal_kind == GOAL_FIXED ? m->goal[0] : NAN;
        state[GOAL_Y] = m->goal_kind == GOAL_FIXED ? m->goal[1] : NAN;
    }
}

/* ---- rlb.tasks/1 ---- */

static const char *name(void *self, uint32_t task)
{
    struct maze *m = self;
    double x, y;
    if (task == ANYWHERE)
        return "goal anywhere";
    place_of(task, &x, &y);
    snprintf(m->name, sizeof m->name, "goal %.1f,%.1f", x, y);
    return m->name;
}

static double weight(void *self, uint32_t task)
{
    (void)self;
    return task == ANYWHERE;
}

static rlb_status assign(void *self, uint32_t lane, uint32_t task, uint64_t variation)
{
    struct maze *m = self;
    return rlb_lane_tasks_assign(&m->lanes, lane, task, variation);
}

static uint32_t current(void *self, uint32_t lane)
{
    const struct maze *m = self;
    return m->lanes.current[lane];
}

static void goal(void *self, uint32_t lane, float *as_obs, float *represented)
{
    const struct maze *m = self;
    const double x = rlb_dynamics_row(&m->dynamics, GOAL_X)[lane],
                 y = rlb_dynamics_row(&m->dynamics, GOAL_Y)[lane];
    const double shown_x = isnan(x) ? 0.5 : x, shown_y = isnan(y) ? 0.5 : y;
    if (as_obs)
        maze_observe(m, &shown_x, &shown_y, 1, as_obs);
    if (represented) {
        represented[0] = (float)shown_x;
        represented[1] = (float)shown_y;
    }
}

static void represent(void *self, const void *obs, uint32_t n, float *out)
{
    const struct maze *m = self;
    const float *o = obs;
    for (size_t i = 0; i < n; i++) {
        double x = (double)o[2 * i], y = (double)o[2 * i + 1];
        if (m->features)
            features_read(o + i * NUM_FEATURES, &x, &y);
        out[2 * i] = (float)x;
        out[2 * i + 1] = (float)y;
    }
}

static double box(const struct maze *m, const float *at, double x, double y)
{
    return fabs((double)at[0] - x) <= m->motion.reach && fabs((double)at[1] - y) <= m->motion.reach;
}

/* Of the task whose goal is drawn, NaN: its reward belongs to an episode. */
static void rewards(void *self, uint32_t task, const void *obs, uint32_t n, double *out)
{
    const struct maze *m = self;
    double x = NAN, y = NAN;
    float at[2];
    const size_t width = m->dynamics.obs_width;
    if (task != ANYWHERE)
        place_of(task, &x, &y);
    for (size_t i = 0; i < n; i++) {
        represent(self, (const float *)obs + i * width, 1, at);
        out[i] = task == ANYWHERE ? NAN : box(m, at, x, y);
    }
}

/* ---- rlb.goals/1 ---- */

static void goal_rewards(void *self, const float *achieved, const float *goals, uint32_t n,
                         float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)box(self, achieved + 2 * i, (double)goals[2 * i], (double)goals[2 * i + 1]);
}

static void goal_observe(void *self, const float *goals, uint32_t n, void *obs)
{
    const struct maze *m = self;
    for (size_t i = 0; i < n; i++) {
        const double x = fmin(fmax((double)goals[2 * i], 0), 1),
                     y = fmin(fmax((double)goals[2 * i + 1], 0), 1);
        maze_observe(m, &x, &y, 1, (float *)obs + i * m->dynamics.obs_width);
    }
}

void maze_tasks(struct maze *m)
{
    m->tasks = (rlb_tasks){.size = sizeof m->tasks,
                           .num_tasks = NUM_TASKS,
                           .goal_width = 2,
                           .name = name,
                           .weight = weight,
                           .assign = assign,
                           .current = current,
                           .goal = goal,
                           .represent = represent,
                           .rewards = rewards};
    m->goals = (rlb_goals){.size = sizeof m->goals,
                           .width = 2,
                           .ends = 1,
                           .on_entering = 1,
                           .labels = "x\ny",
                           .rewards = goal_rewards,
                           .observe = goal_observe};
}
