/* Reaching a point in space with a gripper that moves as it is told: a stand-in for FetchReach with
 * six discrete actions. There is no arm here: the real one lags behind its target, so this is
 * easier. */
#include <rlbench/dynamics.h>
#include <rlbench/lane_tasks.h>
#include <rlbench/sketch.h>

#include <stdio.h>
#include <string.h>

enum { P_GOAL, NUM_PARAMS };
static const rlb_param params[NUM_PARAMS] = {
    [P_GOAL] = RLB_STR("goal", "drawn", 0,
                       "Where the gripper should go, from where it starts: X,Y,Z in metres; drawn "
                       "afresh for every episode; none, or nothing at all."),
};

static const rlb_view views[] = {
    {"gripper", "The gripper and its goal, from above (left) and from the side (right).",
     RLB_VIEW_SCATTER, 0},
};

/* The state: position and last move of the gripper, the goal (NaN: none). */
enum { AT, MOVE = 3, GOAL = 6, WIDTH = 9, OBS = 10, NUM_ACTIONS = 6 };
enum { GOAL_DRAWN, GOAL_NONE, GOAL_FIXED };
enum { ANYWHERE, FIRST_FIXED, NUM_TASKS = FIRST_FIXED + 8 };

static const double stride = 0.05, reach = 0.05, room = 0.25, spread = 0.15; /* m */

struct gripper {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    rlb_lane_tasks lanes;
    rlb_tasks tasks;
    rlb_goals goals;
    rlb_sketch sketch;
    double goal[3]; /* of GOAL_FIXED */
    int goal_kind;
    char caption[120], name[40];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    (void)v;
    rlb_dynamics_spaces(out, OBS, -room, room, NUM_ACTIONS, 0);
    out->time_limit = 50;
    out->reward_low = -1;
    out->reward_high = 0;
    return RLB_OK;
}

/* Position, two fingers, move, two fingers' velocities; the fingers do nothing. */
static void observe(void *self, const double *state, float *obs)
{
    (void)self;
    memset(obs, 0, OBS * sizeof *obs);
    for (int k = 0; k < 3; k++) {
        obs[k] = (float)state[AT + k];
        obs[5 + k] = (float)state[MOVE + k];
    }
}

/* ---- goals ---- */

static double pay(const double *at, const double *goal)
{
    double square = 0;
    for (int k = 0; k < 3; k++)
        square += (at[k] - goal[k]) * (at[k] - goal[k]);
    return square <= reach * reach ? 0 : -1;
}

/* The corners of a cube. */
static void place_of(uint32_t task, double *goal)
{
    for (uint32_t k = 0; k < 3; k++)
        goal[k] = (task - FIRST_FIXED) >> k & 1 ? 0.1 : -0.1;
}

static void widen(const float *from, double *to)
{
    for (int k = 0; k < 3; k++)
        to[k] = (double)from[k];
}

static const char *name(void *self, uint32_t task)
{
    struct gripper *g = self;
    double goal[3];
    if (task == ANYWHERE)
        return "goal anywhere";
    place_of(task, goal);
    snprintf(g->name, sizeof g->name, "goal %.1f,%.1f,%.1f", goal[0], goal[1], goal[2]);
    return g->name;
}

static double weight(void *self, uint32_t task)
{
    (void)self;
    return task == ANYWHERE;
}

static rlb_status assign(void *self, uint32_t lane, uint32_t task, uint64_t variation)
{
    struct gripper *g = self;
    return rlb_lane_tasks_assign(&g->lanes, lane, task, variation);
}

static uint32_t current(void *self, uint32_t lane)
{
    const struct gripper *g = self;
    return g->lanes.current[lane];
}

static void represent(void *self, const void *obs, uint32_t n, float *out)
{
    (void)self;
    for (size_t i = 0; i < n; i++)
        memcpy(out + 3 * i, (const float *)obs + OBS * i, 3 * sizeof *out);
}

static void goal_observe(void *self, const float *goals, uint32_t n, void *obs)
{
    for (size_t i = 0; i < n; i++) {
        double state[WIDTH] = {0};
        widen(goals + 3 * i, state + AT);
        observe(self, state, (float *)obs + OBS * i);
    }
}

static void goal_rewards(void *self, const float *achieved, const float *goals, uint32_t n,
                         float *out)
{
    (void)self;
    for (size_t i = 0; i < n; i++) {
        double at[3], to[3];
        widen(achieved + 3 * i, at);
        widen(goals + 3 * i, to);
        out[i] = (float)pay(at, to);
    }
}

static void goal(void *self, uint32_t lane, float *as_obs, float *represented)
{
    const struct gripper *g = self;
    float at[3];
    for (uint32_t k = 0; k < 3; k++) {
        const double x = rlb_dynamics_row(&g->dynamics, GOAL + k)[lane];
        at[k] = isnan(x) ? 0 : (float)x;
    }
    if (as_obs)
        goal_observe(self, at, 1, as_obs);
    if (represented)
        memcpy(represented, at, sizeof at);
}

/* Of the task whose goal is drawn, NaN: its reward belongs to an episode. */
static void rewards(void *self, uint32_t task, const void *obs, uint32_t n, double *out)
{
    double to[3] = {NAN, NAN, NAN}, at[3];
    (void)self;
    if (task != ANYWHERE)
        place_of(task, to);
    for (size_t i = 0; i < n; i++) {
        widen((const float *)obs + OBS * i, at);
        out[i] = task == ANYWHERE ? NAN : pay(at, to);
    }
}

/* ---- making ---- */

static rlb_status parse_goal(struct gripper *g, const char *text)
{
    char rest;
    double *to = g->goal;
    if (strcmp(text, "drawn") == 0 || strcmp(text, "none") == 0 || !*text) {
        g->goal_kind = *text == 'd' ? GOAL_DRAWN : GOAL_NONE;
        return RLB_OK;
    }
    g->goal_kind = GOAL_FIXED;
    if (sscanf(text, "%lf,%lf,%lf%c", &to[0], &to[1], &to[2], &rest) != 3)
        return RLB_E_INVAL;
    for (int k = 0; k < 3; k++)
        if (!(fabs(to[k]) <= room))
            return RLB_E_INVAL;
    return RLB_OK;
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    observe(self, (const double[WIDTH]){x, y}, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct gripper *g = self;
    *x = rlb_dynamics_row(&g->dynamics, AT)[lane];
    *y = rlb_dynamics_row(&g->dynamics, AT + 1)[lane];
}

static void fill_tables(struct gripper *g)
{
    g->tasks = (rlb_tasks){.size = sizeof g->tasks,
                           .num_tasks = NUM_TASKS,
                           .goal_width = 3,
                           .name = name,
                           .weight = weight,
                           .assign = assign,
                           .current = current,
                           .goal = goal,
                           .represent = represent,
                           .rewards = rewards};
    g->goals = (rlb_goals){.size = sizeof g->goals,
                           .width = 3,
                           .on_entering = 1,
                           .labels = "x\ny\nz",
                           .rewards = goal_rewards,
                           .observe = goal_observe};
    g->dynamics.plane = (rlb_plane){.size = sizeof g->dynamics.plane,
                                    .x_label = "x (m)",
                                    .y_label = "y (m)",
                                    .x_lo = -room,
                                    .x_hi = room,
                                    .y_lo = -room,
                                    .y_hi = room,
                                    .observe = plane_observe,
                                    .where = plane_where};
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    struct gripper *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a gripper");
    if (parse_goal(g, setup->params[P_GOAL].s) != RLB_OK)
        return host->fail(host, RLB_E_INVAL,
                          "goal: '%s' is neither drawn nor none nor X,Y,Z within %.2f m",
                          setup->params[P_GOAL].s, room);
    fill_tables(g);
    rlb_status status =
        rlb_dynamics_init(&g->dynamics, host, setup->num_lanes, WIDTH, OBS, observe);
    if (status == RLB_OK)
        status = rlb_lane_tasks_init(&g->lanes, host, setup->num_lanes, NUM_TASKS);
    if (status == RLB_OK)
        status = rlb_sketch_init(&g->sketch, host, 8192, -0.6, 0.6);
    if (status == RLB_OK)
        *out = g;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* ---- playing ---- */

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct gripper *g = self;
    double state[WIDTH] = {0}, *to = state + GOAL;
    rlb_rng *own = rlb_dynamics_begin(&g->dynamics, lane, seed);
    rlb_rng *rng = rlb_lane_tasks_begin(&g->lanes, lane, own);
    uint32_t *task = &g->lanes.current[lane];
    for (int k = 0; k < 3; k++)
        to[k] = rlb_dynamics_draw(rng, -spread, spread);
    if (*task != RLB_TASK_DRAWN && *task >= FIRST_FIXED) {
        place_of(*task, to);
    } else if (*task == RLB_TASK_DRAWN && g->goal_kind == GOAL_DRAWN) {
        *task = ANYWHERE;
    } else if (*task == RLB_TASK_DRAWN) {
        for (int k = 0; k < 3; k++)
            to[k] = g->goal_kind == GOAL_FIXED ? g->goal[k] : NAN;
    }
    rlb_dynamics_set(&g->dynamics, lane, state);
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct gripper *g = self;
    const rlb_batch *b = g->dynamics.batch;
    const int32_t *actions = b->actions;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++) {
        double state[WIDTH];
        rlb_dynamics_get(&g->dynamics, lane, state);
        const int32_t axis = actions[lane] / 2;
        const double before = state[AT + axis],
                     to = before + (actions[lane] % 2 ? -stride : stride);
        state[AT + axis] = to > room ? room : to < -room ? -room : to;
        for (int k = 0; k < 3; k++)
            state[MOVE + k] = k == axis ? state[AT + k] - before : 0;
        rlb_dynamics_set(&g->dynamics, lane, state);
        b->rewards[lane] = (float)pay(state + AT, state + GOAL);
        b->success[lane] = b->rewards[lane] == 0;
        g->dynamics.age[lane]++;
    }
    return RLB_OK;
}

/* ---- pictures ---- */

enum { GRIPPER = 1, TARGET = 2, EDGE = 6 }; /* colours */

/* One side of the picture: x against the coordinate `up`, the middle at `off`. */
static void draw_side(rlb_sketch *s, const double *state, int up, double off)
{
    const double left = off - room, right = off + room;
    rlb_sketch_line(s, EDGE, left, -room, right, -room);
    rlb_sketch_line(s, EDGE, left, room, right, room);
    rlb_sketch_line(s, EDGE, left, -room, left, room);
    rlb_sketch_line(s, EDGE, right, -room, right, room);
    if (!isnan(state[GOAL])) {
        rlb_sketch_circle(s, TARGET, off + state[GOAL], state[GOAL + up], reach, 1);
        rlb_sketch_mark(s, TARGET, off + state[GOAL], state[GOAL + up]);
    }
    rlb_sketch_mark(s, GRIPPER, off + state[AT], state[AT + up]);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct gripper *g = self;
    double state[WIDTH];
    (void)index;
    rlb_dynamics_get(&g->dynamics, lane, state);
    rlb_sketch_clear(&g->sketch);
    draw_side(&g->sketch, state, 1, -0.3);
    draw_side(&g->sketch, state, 2, 0.3);
    snprintf(g->caption, sizeof g->caption, "step %u  at %+.2f,%+.2f,%+.2f  goal %+.2f,%+.2f,%+.2f",
             g->dynamics.age[lane], state[0], state[1], state[2], state[GOAL], state[GOAL + 1],
             state[GOAL + 2]);
    rlb_sketch_frame(&g->sketch, g->caption, out);
    return RLB_OK;
}

/* ---- checkpoints, interfaces ---- */

static rlb_status save(void *self, rlb_writer *w)
{
    struct gripper *g = self;
    rlb_status status = rlb_dynamics_save(self, w);
    return status == RLB_OK ? rlb_lane_tasks_save(&g->lanes, w) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct gripper *g = self;
    rlb_status status = rlb_dynamics_load(self, r);
    return status == RLB_OK ? rlb_lane_tasks_load(&g->lanes, r) : status;
}

static const void *interface(void *self, const char *id)
{
    struct gripper *g = self;
    if (strcmp(id, RLB_TASKS) == 0)
        return &g->tasks;
    return strcmp(id, RLB_GOALS) == 0 ? &g->goals : rlb_dynamics_interface(self, id);
}

static const rlb_env reach3d = {
    .size = sizeof reach3d,
    .id = "reach3d",
    .title = "Reaching in space (stand-in)",
    .doc = "A gripper that moves 5 cm along an axis at each of six actions reaches for a point in "
           "space: reward 0 within 5 cm of the goal, else -1. A kinematic stand-in for FetchReach "
           "with discrete actions, with its observations, goals and reward but without its arm, "
           "which lags behind its target; easier, and not to be reported under that name. The goal "
           "is not observed: rlb.tasks/1 and rlb.goals/1 tell it.",
    .citation = "Plappert et al.: Multi-goal reinforcement learning: challenging robotics "
                "environments and request for research, 2018 (FetchReach); Touati, Ollivier: "
                "Learning one representation to optimize all rewards, NeurIPS 2021 (discrete "
                "actions)",
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
    .bind = rlb_dynamics_bind,
    .reset = reset,
    .step = step,
    .view = view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ENV(reach3d)
