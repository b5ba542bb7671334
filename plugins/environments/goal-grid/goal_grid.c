/* Maps where any cell can be the goal: the four rooms of the first paper on forward-backward
 * representations and the small grid of the second, with their exact models.
 *
 * A move into a wall stays. Reward 1 in every step that leaves from the goal's cell, so that the
 * optimal value of a state at distance n is discount^n / (1 - discount); nothing ends an episode
 * but its time. */
#include "goal_grid.h"
#include "layouts.h"

#include <stdio.h>
#include <string.h>

enum { P_LAYOUT, P_MAP, P_OBSERVATION, P_GOAL, NUM_PARAMS };
enum { OBSERVE_LAYOUT, OBSERVE_ONE_HOT, OBSERVE_COORDINATES };

static const char letters[] = "#.S";
static const char *const observation_names[] = {"layout", "one-hot", "coordinates", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_LAYOUT] =
        RLB_ENUM("layout", LAYOUT_FOUR_ROOMS, layout_names, 0,
                 "Which world: four-rooms (68 cells of 11 x 11, episodes of 50 steps from "
                 "anywhere), small (50 cells of 9 x 10, 200 steps from cell 2,2), or custom."),
    [P_MAP] = RLB_STR("map", "", 0,
                      "A map of one's own for layout custom: rows of # . S (wall, floor, start), "
                      "separated by /; without S an episode starts anywhere."),
    [P_OBSERVATION] = RLB_ENUM("observation", OBSERVE_LAYOUT, observation_names, 0,
                               "What is observed: the cell as one-hot of all cells of the map "
                               "(four-rooms, custom), or row/rows and column/columns (small)."),
    [P_GOAL] = RLB_STR("goal", "drawn", 0,
                       "Where reward 1 is paid: a cell ROW,COL; drawn afresh for every episode "
                       "from all free cells; none, or nothing at all."),
};

enum { VIEW_MAP };
static const rlb_view views[] = {
    [VIEW_MAP] = {"map", "The walls, the agent and its goal.", RLB_VIEW_FIELD, 0},
};

static const char *map_text(const rlb_value *v)
{
    return v[P_LAYOUT].i == LAYOUT_CUSTOM ? v[P_MAP].s : layouts[v[P_LAYOUT].i].map;
}

static uint32_t observed(const rlb_value *v)
{
    return v[P_OBSERVATION].i == OBSERVE_LAYOUT    ? layouts[v[P_LAYOUT].i].observed
           : v[P_OBSERVATION].i == OBSERVE_ONE_HOT ? ONE_HOT
                                                   : COORDINATES;
}

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    uint32_t rows, cols, num_states;
    const char *why;
    if (rlb_map_measure(map_text(v), letters, &rows, &cols, &num_states, &why) != RLB_OK)
        return host->fail(host, RLB_E_INVAL,
                          "map: %s; maps are made of # (wall) . (floor) S (start), rows separated "
                          "by /",
                          why);
    const uint32_t width = observed(v) == ONE_HOT ? rows * cols : 2;
    rlb_tabular_spaces(out, num_states, NUM_ACTIONS);
    out->obs = (rlb_space){.kind = RLB_SPACE_BOX,
                           .dtype = RLB_F32,
                           .width = width,
                           .rank = 1,
                           .shape = {width},
                           .low = 0,
                           .high = 1};
    out->time_limit = layouts[v[P_LAYOUT].i].time_limit;
    out->reward_low = 0;
    out->reward_high = 1;
    return RLB_OK;
}

/* The model's reward is what is known without the lane: with drawn goals their mean. */
static void fill_model(struct goal_grid *g, const int32_t *directions)
{
    const rlb_map *m = &g->map;
    const uint32_t n = m->num_states;
    uint32_t starts = 0;
    for (uint32_t s = 0; s < n; s++) {
        starts += m->cells[m->cell_of[s]] == 'S';
        for (uint32_t a = 0; a < NUM_ACTIONS; a++) {
            int32_t next = m->state[rlb_map_move(m, m->cell_of[s], directions[a])];
            double reward = g->goal == GOAL_DRAWN ? 1.0 / n : (int32_t)s == g->goal;
            g->next[s * NUM_ACTIONS + a] = next;
            rlb_tabular_add(&g->mdp, s, a, 1, (uint32_t)next, reward, 0);
        }
    }
    for (uint32_t s = 0; s < n; s++)
        g->mdp.start[s] = starts ? (m->cells[m->cell_of[s]] == 'S') / (double)starts : 1.0 / n;
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    const struct layout *layout = &layouts[v[P_LAYOUT].i];
    struct goal_grid *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a grid");
    rlb_status status = rlb_map_read(&g->map, host, map_text(v), letters);
    if (status != RLB_OK)
        return status;
    const uint32_t n = g->map.num_states, cells = g->map.rows * g->map.cols;
    if (goal_grid_parse(&g->map, v[P_GOAL].s, &g->goal) != RLB_OK)
        return host->fail(host, RLB_E_INVAL,
                          "goal: '%s' is neither drawn nor none nor ROW,COL of a free cell",
                          v[P_GOAL].s);
    g->observed = observed(v);
    g->obs_width = g->observed == ONE_HOT ? cells : 2;
    status = rlb_tabular_init(&g->mdp, host, setup->num_lanes, n, NUM_ACTIONS, 1);
    if (status == RLB_OK)
        status = rlb_lane_tasks_init(&g->lanes, host, setup->num_lanes, n);
    if (status != RLB_OK)
        return status;
    g->next = host->alloc(host, (size_t)n * NUM_ACTIONS * sizeof *g->next);
    g->picture = host->alloc(host, 2 * (size_t)cells * sizeof *g->picture);
    if (!g->next || !g->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for a grid of %u cells", cells);
    g->grid = (rlb_grid){.size = sizeof g->grid,
                         .rows = g->map.rows,
                         .cols = g->map.cols,
                         .num_states = n,
                         .num_actions = NUM_ACTIONS,
                         .cell = g->map.cell_of,
                         .wall = g->map.wall,
                         .action_dir = layout->actions};
    fill_model(g, layout->actions);
    goal_grid_tasks(g);
    *out = g;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static float *obs_of(const struct goal_grid *g, uint32_t lane)
{
    return (float *)g->mdp.batch->obs + (size_t)lane * g->obs_width;
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct goal_grid *g = self;
    rlb_tabular *t = &g->mdp;
    if (seed)
        rlb_rng_init(&t->rng[lane], *seed, 0);
    rlb_rng *rng = rlb_lane_tasks_begin(&g->lanes, lane, &t->rng[lane]);
    if (g->lanes.current[lane] == RLB_TASK_DRAWN && g->goal != GOAL_NONE)
        g->lanes.current[lane] =
            g->goal == GOAL_DRAWN ? rlb_rng_below(rng, t->model.num_states) : (uint32_t)g->goal;
    t->state[lane] = rlb_rng_choice(rng, t->start, t->model.num_states);
    goal_grid_observe(g, g->map.cell_of[t->state[lane]], obs_of(g, lane));
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct goal_grid *g = self;
    const rlb_batch *b = g->mdp.batch;
    const int32_t *actions = b->actions;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++) {
        uint32_t *state = &g->mdp.state[lane], goal = g->lanes.current[lane];
        b->rewards[lane] = *state == goal;
        *state = (uint32_t)g->next[*state * NUM_ACTIONS + (uint32_t)actions[lane]];
        b->success[lane] = *state == goal;
        goal_grid_observe(g, g->map.cell_of[*state], obs_of(g, lane));
    }
    return RLB_OK;
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct goal_grid *g = self;
    const rlb_map *m = &g->map;
    const size_t cells = (size_t)m->rows * m->cols;
    const uint32_t goal = g->lanes.current[lane];
    float *shade = g->picture, *mark = shade + cells;
    (void)index;
    for (size_t cell = 0; cell < cells; cell++) {
        shade[cell] = m->wall[cell] ? NAN : 0.0f;
        mark[cell] = m->cells[cell] == 'S' ? 3.0f : 0.0f;
    }
    if (goal != RLB_TASK_DRAWN)
        shade[m->cell_of[goal]] = 1, mark[m->cell_of[goal]] = 2;
    mark[m->cell_of[g->mdp.state[lane]]] = 1;
    out->kind = RLB_VIEW_FIELD;
    out->rows = m->rows;
    out->cols = m->cols;
    out->a = shade;
    out->c = mark;
    out->lo = -1;
    out->hi = 1;
    out->caption = goal == RLB_TASK_DRAWN ? "the agent; no goal" : g->tasks.name(g, goal);
    return RLB_OK;
}

static rlb_status save(void *self, rlb_writer *w)
{
    struct goal_grid *g = self;
    rlb_status status = rlb_tabular_save(self, w);
    return status == RLB_OK ? rlb_lane_tasks_save(&g->lanes, w) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct goal_grid *g = self;
    rlb_status status = rlb_tabular_load(self, r);
    return status == RLB_OK ? rlb_lane_tasks_load(&g->lanes, r) : status;
}

static const void *interface(void *self, const char *id)
{
    struct goal_grid *g = self;
    if (strcmp(id, RLB_MODEL) == 0)
        return &g->mdp.model;
    if (strcmp(id, RLB_GRID) == 0)
        return &g->grid;
    if (strcmp(id, RLB_TASKS) == 0)
        return &g->tasks;
    return strcmp(id, RLB_GOALS) == 0 ? &g->goals : NULL;
}

static const rlb_env goal_grid = {
    .size = sizeof goal_grid,
    .id = "goal-grid",
    .title = "Mazes with a goal anywhere",
    .doc = "An agent walks on a map with five actions, one of them to stay; every free cell is a "
           "task, which pays 1 in each step that leaves from it. Made for methods that learn "
           "without reward and are told afterwards what to do: goals and rewards are asked for by "
           "rlb.tasks/1 and rlb.goals/1, the model is exact. four-rooms is the maze of Touati and "
           "Ollivier, small the grid of Touati, Rapin and Ollivier.",
    .citation = "Touati, Ollivier: Learning one representation to optimize all rewards, NeurIPS "
                "2021; Touati, Rapin, Ollivier: Does zero-shot reinforcement learning exist?, ICLR "
                "2023",
    .version = "1.0",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = views,
    .num_views = sizeof views / sizeof views[0],
    .view_stride = sizeof(rlb_view),
    .spaces = spaces,
    .create = create,
    .destroy = destroy,
    .bind = rlb_tabular_bind,
    .reset = reset,
    .step = step,
    .view = view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ENV(goal_grid)
