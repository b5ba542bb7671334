/* Grid worlds from text maps, with their exact model.
 *
 * Four actions: right, down, left, up. With probability `slip` the move goes in a direction drawn
 * uniformly from the four instead; with probability `wind` the wind then blows one cell further in
 * the direction of this world's kind. Reaching G gives goal_reward and ends the episode (or, when
 * continuing, moves to a fresh start cell); X gives pit_reward and does the same, except on the
 * cliff of Sutton and Barto, where `pit` = start puts the agent back without ending. */
#include "layouts.h"

#include <rlbench/grid_map.h>
#include <rlbench/tabular.h>

#include <string.h>

enum {
    P_LAYOUT,
    P_MAP,
    P_SLIP,
    P_STEP_REWARD,
    P_GOAL_REWARD,
    P_PIT_REWARD,
    P_PIT,
    P_CONTINUING,
    P_KIND,
    P_WIND,
    P_GOAL_BY_KIND,
    NUM_PARAMS
};
enum { PIT_ENDS, PIT_START };

static const char *const pit_names[] = {"ends", "start", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_LAYOUT] = RLB_ENUM("layout", LAYOUT_FOUR_ROOMS, layout_names, 0,
                          "Which map; custom reads it from `map`."),
    [P_MAP] = RLB_STR(
        "map", "", 0,
        "A map of one's own for layout custom: rows of # . S G X (wall, floor, start, goal, pit), "
        "separated by /."),
    [P_SLIP] = RLB_REAL("slip", 0.0, 0, 1, "", 0,
                        "Probability that a move goes in a random direction instead."),
    [P_STEP_REWARD] = RLB_REAL("step_reward", 0.0, -1e6, 1e6, "", 0, "Reward of every move."),
    [P_GOAL_REWARD] =
        RLB_REAL("goal_reward", 1.0, -1e6, 1e6, "", 0, "Reward added on reaching the goal."),
    [P_PIT_REWARD] =
        RLB_REAL("pit_reward", -1.0, -1e6, 1e6, "", 0, "Reward added on falling into a pit."),
    [P_PIT] = RLB_ENUM("pit", PIT_ENDS, pit_names, 0,
                       "What a pit does: end the episode, or put the agent back at a start cell."),
    [P_CONTINUING] =
        RLB_BOOL("continuing", 0, 0,
                 "Never end: the goal (and a pit) moves the agent to a fresh start cell."),
    [P_KIND] = RLB_INT(
        "kind", 0, 0, 1000000, "", 0,
        "Which of the differing worlds this is: the wind blows towards kind mod 4, and with "
        "goal_by_kind the goal moves."),
    [P_WIND] = RLB_REAL("wind", 0.0, 0, 1, "", 0,
                        "Probability that the wind of this kind blows one cell further."),
    [P_GOAL_BY_KIND] = RLB_BOOL(
        "goal_by_kind", 0, 0,
        "Move the goal to the free cell nearest to corner kind mod 4 (bottom right, bottom "
        "left, top left, top right)."),
};

enum { VIEW_MAP };
static const rlb_view views[] = {
    [VIEW_MAP] = {"map", "The world: walls, start, goal and the agent; goals light, pits dark.",
                  RLB_VIEW_FIELD, 0},
};

struct gridworld {
    rlb_tabular mdp; /* first: the lib's functions take this struct */
    rlb_map map;
    rlb_grid grid;
    float *picture;
};

static const char *map_text(const rlb_value *v)
{
    return v[P_LAYOUT].i == LAYOUT_CUSTOM ? v[P_MAP].s : layout_maps[v[P_LAYOUT].i];
}

static const char letters[] = "#.SGX";

/* What is wrong with a map, NULL when nothing is. */
static const char *map_fault(const char *text, uint32_t *rows, uint32_t *cols, uint32_t *num_states)
{
    const char *why;
    if (rlb_map_measure(text, letters, rows, cols, num_states, &why) != RLB_OK)
        return why;
    if (!strchr(text, 'G'))
        return "it needs a goal (G)";
    return strpbrk(text, "S.") ? NULL : "it needs a cell to start from (S or .)";
}

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    uint32_t rows, cols, num_states;
    const char *why = map_fault(map_text(v), &rows, &cols, &num_states);
    if (why)
        return host->fail(
            host, RLB_E_INVAL,
            "map: %s; maps are made of # (wall) . (floor) S (start) G (goal) X (pit), "
            "rows separated by /",
            why);
    rlb_tabular_spaces(out, num_states, 4);
    double ends = v[P_GOAL_REWARD].r, pit = v[P_PIT_REWARD].r, step = v[P_STEP_REWARD].r;
    out->reward_low = step + fmin(0, fmin(ends, pit));
    out->reward_high = step + fmax(0, fmax(ends, pit));
    out->time_limit = v[P_CONTINUING].i ? 0 : 4 * rows * cols;
    return RLB_OK;
}

/* With goal_by_kind the only goal is the free cell nearest to a corner. */
static void move_goal(rlb_map *m, uint32_t corner)
{
    int32_t to_row = corner < 2 ? (int32_t)m->rows - 1 : 0,
            to_col = corner % 3 == 0 ? (int32_t)m->cols - 1 : 0;
    int32_t best = -1, best_distance = INT32_MAX;
    for (int32_t cell = 0; cell < (int32_t)(m->rows * m->cols); cell++) {
        if (m->cells[cell] == 'G')
            m->cells[cell] = '.';
        int32_t row = cell / (int32_t)m->cols, col = cell % (int32_t)m->cols;
        int32_t distance = (row > to_row ? row - to_row : to_row - row) +
                           (col > to_col ? col - to_col : to_col - col);
        if (!m->wall[cell] && m->cells[cell] != 'X' && distance < best_distance) {
            best = cell;
            best_distance = distance;
        }
    }
    m->cells[best] = 'G';
}

static void fill_start(struct gridworld *g)
{
    const rlb_map *m = &g->map;
    uint32_t marked = 0, floor = 0;
    for (uint32_t s = 0; s < m->num_states; s++) {
        marked += m->cells[m->cell_of[s]] == 'S';
        floor += m->cells[m->cell_of[s]] == '.';
    }
    for (uint32_t s = 0; s < m->num_states; s++) {
        char c = m->cells[m->cell_of[s]];
        g->mdp.start[s] = marked ? (c == 'S') / (double)marked : (c == '.') / (double)floor;
        g->mdp.success[s] = c == 'G';
    }
}

/* Arriving on `cell` with probability p: what it pays and where it leads. */
static void arrive(struct gridworld *g, const rlb_value *v, uint32_t s, uint32_t a, double p,
                   int32_t cell)
{
    char c = g->map.cells[cell];
    double reward = v[P_STEP_REWARD].r + (c == 'G'   ? v[P_GOAL_REWARD].r
                                          : c == 'X' ? v[P_PIT_REWARD].r
                                                     : 0);
    int goes_back = (c == 'G' || c == 'X') && v[P_CONTINUING].i;
    goes_back |= c == 'X' && v[P_PIT].i == PIT_START;
    if (!goes_back) {
        rlb_tabular_add(&g->mdp, s, a, p, (uint32_t)g->map.state[cell], reward,
                        c == 'G' || c == 'X');
        return;
    }
    for (uint32_t next = 0; next < g->map.num_states; next++)
        rlb_tabular_add(&g->mdp, s, a, p * g->mdp.start[next], next, reward, 0);
}

static void move(struct gridworld *g, const rlb_value *v, uint32_t s, uint32_t a, double p,
                 int32_t direction)
{
    int32_t cell = rlb_map_move(&g->map, g->map.cell_of[s], direction);
    double wind = g->map.cells[cell] == 'G' || g->map.cells[cell] == 'X' ? 0 : v[P_WIND].r;
    arrive(g, v, s, a, p * (1 - wind), cell);
    if (wind > 0)
        arrive(g, v, s, a, p * wind, rlb_map_move(&g->map, cell, (int32_t)(v[P_KIND].i % 4)));
}

static void fill_outcomes(struct gridworld *g, const rlb_value *v)
{
    double slip = v[P_SLIP].r;
    for (uint32_t s = 0; s < g->map.num_states; s++)
        for (uint32_t a = 0; a < 4; a++)
            for (int32_t direction = 0; direction < 4; direction++) {
                double p = slip / 4 + (direction == (int32_t)a ? 1 - slip : 0);
                if (p > 0)
                    move(g, v, s, a, p, direction);
            }
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    static const int32_t directions[] = {0, 1, 2, 3};
    const rlb_value *v = setup->params;
    struct gridworld *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a grid world");
    rlb_status status = rlb_map_read(&g->map, host, map_text(v), letters);
    if (status != RLB_OK)
        return status;
    uint32_t num_states = g->map.num_states;
    if (v[P_GOAL_BY_KIND].i)
        move_goal(&g->map, (uint32_t)(v[P_KIND].i % 4));
    /* A slip reaches 4 cells and the wind doubles them; going back adds every start cell. */
    uint32_t most = 8 + (v[P_CONTINUING].i || v[P_PIT].i == PIT_START ? num_states : 0);
    status = rlb_tabular_init(&g->mdp, host, setup->num_lanes, num_states, 4, most);
    if (status != RLB_OK)
        return status;
    g->picture = host->alloc(host, 2 * (size_t)g->map.rows * g->map.cols * sizeof *g->picture);
    if (!g->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for a grid world");
    fill_start(g);
    fill_outcomes(g, v);
    g->grid = (rlb_grid){.size = sizeof g->grid,
                         .rows = g->map.rows,
                         .cols = g->map.cols,
                         .num_states = num_states,
                         .num_actions = 4,
                         .cell = g->map.cell_of,
                         .wall = g->map.wall,
                         .action_dir = directions};
    *out = g;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct gridworld *g = self;
    const rlb_map *m = &g->map;
    size_t cells = (size_t)m->rows * m->cols;
    float *shade = g->picture, *mark = shade + cells;
    (void)index;
    for (size_t cell = 0; cell < cells; cell++) {
        shade[cell] = m->wall[cell]           ? NAN
                      : m->cells[cell] == 'G' ? 1.0f
                      : m->cells[cell] == 'X' ? -1.0f
                                              : 0.0f;
        mark[cell] = m->cells[cell] == 'G' ? 2.0f : m->cells[cell] == 'S' ? 3.0f : 0.0f;
    }
    mark[m->cell_of[g->mdp.state[lane]]] = 1;
    out->kind = RLB_VIEW_FIELD;
    out->rows = m->rows;
    out->cols = m->cols;
    out->a = shade;
    out->c = mark;
    out->lo = -1;
    out->hi = 1;
    out->caption = "the world: agent, goal, start; pits dark";
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    struct gridworld *g = self;
    if (strcmp(id, RLB_MODEL) == 0)
        return &g->mdp.model;
    return strcmp(id, RLB_GRID) == 0 ? &g->grid : NULL;
}

static const rlb_env gridworld = {
    .size = sizeof gridworld,
    .id = "gridworld",
    .title = "Grid worlds from text maps",
    .doc = "An agent walks on a map: four rooms, an open field, the cliff, a maze, a corridor, or "
           "a map of one's own. "
           "Small enough to know exactly: the model, the optimal values and the arrows on the "
           "screen are all true. "
           "Worlds of different `kind` differ in the wind and, if asked, in where the goal is.",
    .citation =
        "Sutton, Precup, Singh: Between MDPs and semi-MDPs, Artificial Intelligence 112, 1999; "
        "Sutton, Barto: Reinforcement Learning, 2nd edition, 2018, examples 6.6 and 8.1",
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
    .reset = rlb_tabular_reset,
    .step = rlb_tabular_step,
    .view = view,
    .save = rlb_tabular_save,
    .load = rlb_tabular_load,
    .interface = interface,
};

RLB_MODULE_ENV(gridworld)
