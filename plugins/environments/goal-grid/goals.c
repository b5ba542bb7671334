/* Every free cell as a task and as a goal, represented as (row, column). */
#include "goal_grid.h"

#include <stdio.h>
#include <string.h>

void goal_grid_observe(const struct goal_grid *g, int32_t cell, float *obs)
{
    const rlb_map *m = &g->map;
    if (g->observed == ONE_HOT) {
        memset(obs, 0, g->obs_width * sizeof *obs);
        obs[cell] = 1;
    } else {
        obs[0] = (float)((uint32_t)cell / m->cols) / (float)m->rows;
        obs[1] = (float)((uint32_t)cell % m->cols) / (float)m->cols;
    }
}

/* The cell that an observation shows. */
static int32_t seen(const struct goal_grid *g, const float *obs)
{
    const rlb_map *m = &g->map;
    if (g->observed == COORDINATES)
        return (int32_t)lrintf(obs[0] * (float)m->rows) * (int32_t)m->cols +
               (int32_t)lrintf(obs[1] * (float)m->cols);
    uint32_t best = 0;
    for (uint32_t cell = 1; cell < g->obs_width; cell++)
        best = obs[cell] > obs[best] ? cell : best;
    return (int32_t)best;
}

rlb_status goal_grid_parse(const rlb_map *m, const char *text, int32_t *goal)
{
    uint32_t row, col;
    char rest;
    if (strcmp(text, "drawn") == 0 || strcmp(text, "none") == 0 || !*text) {
        *goal = *text == 'd' ? GOAL_DRAWN : GOAL_NONE;
        return RLB_OK;
    }
    if (sscanf(text, "%u,%u%c", &row, &col, &rest) != 2 || row >= m->rows || col >= m->cols)
        return RLB_E_INVAL;
    *goal = m->state[row * m->cols + col];
    return *goal >= 0 ? RLB_OK : RLB_E_INVAL;
}

/* ---- rlb.tasks/1 ---- */

static const char *name(void *self, uint32_t task)
{
    struct goal_grid *g = self;
    uint32_t cell = (uint32_t)g->map.cell_of[task];
    snprintf(g->name, sizeof g->name, "goal %u,%u", cell / g->map.cols, cell % g->map.cols);
    return g->name;
}

static double weight(void *self, uint32_t task)
{
    const struct goal_grid *g = self;
    return g->goal >= 0 ? task == (uint32_t)g->goal : 1.0 / g->tasks.num_tasks;
}

static rlb_status assign(void *self, uint32_t lane, uint32_t task, uint64_t variation)
{
    struct goal_grid *g = self;
    return rlb_lane_tasks_assign(&g->lanes, lane, task, variation);
}

static uint32_t current(void *self, uint32_t lane)
{
    const struct goal_grid *g = self;
    return g->lanes.current[lane];
}

static void represent_cell(const struct goal_grid *g, int32_t cell, float *out)
{
    out[0] = (float)((uint32_t)cell / g->map.cols);
    out[1] = (float)((uint32_t)cell % g->map.cols);
}

static void goal(void *self, uint32_t lane, float *as_obs, float *represented)
{
    const struct goal_grid *g = self;
    uint32_t task = g->lanes.current[lane];
    int32_t cell = g->map.cell_of[task == RLB_TASK_DRAWN ? 0 : task];
    if (as_obs)
        goal_grid_observe(g, cell, as_obs);
    if (represented)
        represent_cell(g, cell, represented);
}

static void represent(void *self, const void *obs, uint32_t n, float *out)
{
    const struct goal_grid *g = self;
    for (uint32_t i = 0; i < n; i++)
        represent_cell(g, seen(g, (const float *)obs + (size_t)i * g->obs_width),
                       out + 2 * (size_t)i);
}

static void rewards(void *self, uint32_t task, const void *obs, uint32_t n, double *out)
{
    const struct goal_grid *g = self;
    for (uint32_t i = 0; i < n; i++)
        out[i] = seen(g, (const float *)obs + (size_t)i * g->obs_width) == g->map.cell_of[task];
}

/* ---- rlb.goals/1 ---- */

static void goal_rewards(void *self, const float *achieved, const float *goals, uint32_t n,
                         float *out)
{
    (void)self;
    for (size_t i = 0; i < n; i++)
        out[i] = achieved[2 * i] == goals[2 * i] && achieved[2 * i + 1] == goals[2 * i + 1];
}

/* The cell nearest to a point, on the map. */
static void goal_observe(void *self, const float *goals, uint32_t n, void *obs)
{
    const struct goal_grid *g = self;
    const float last_row = (float)g->map.rows - 1, last_col = (float)g->map.cols - 1;
    for (uint32_t i = 0; i < n; i++) {
        float row = fminf(fmaxf(goals[2 * i], 0), last_row);
        float col = fminf(fmaxf(goals[2 * i + 1], 0), last_col);
        goal_grid_observe(g, (int32_t)lrintf(row) * (int32_t)g->map.cols + (int32_t)lrintf(col),
                          (float *)obs + (size_t)i * g->obs_width);
    }
}

void goal_grid_tasks(struct goal_grid *g)
{
    g->tasks = (rlb_tasks){.size = sizeof g->tasks,
                           .num_tasks = g->map.num_states,
                           .goal_width = 2,
                           .name = name,
                           .weight = weight,
                           .assign = assign,
                           .current = current,
                           .goal = goal,
                           .represent = represent,
                           .rewards = rewards};
    g->goals = (rlb_goals){.size = sizeof g->goals,
                           .width = 2,
                           .labels = "row\ncolumn",
                           .rewards = goal_rewards,
                           .observe = goal_observe};
}
