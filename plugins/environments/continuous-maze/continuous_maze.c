/* The unit square with two walls, a noisy walk, and a goal anywhere: the continuous maze of the
 * first paper on forward-backward representations. */
#include "features.h"
#include "maze.h"

#include <rlbench/vecmath.h>

#include <stdio.h>
#include <string.h>

enum { P_OBSERVATION, P_GOAL, P_STRIDE, P_NOISE, P_REACH, NUM_PARAMS };
enum { OBSERVE_FEATURES, OBSERVE_POSITION };

static const char *const observation_names[] = {"features", "position", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_OBSERVATION] = RLB_ENUM("observation", OBSERVE_FEATURES, observation_names, 0,
                               "What is observed: 441 radial features of the position, or its two "
                               "coordinates."),
    [P_GOAL] = RLB_STR("goal", "drawn", 0,
                       "Where reward 1 is paid and the episode ends: a point X,Y; drawn afresh for "
                       "every episode; none, or nothing at all."),
    [P_STRIDE] = RLB_REAL("stride", 0.1, 0, 1, "", 0, "Length of a move."),
    [P_NOISE] = RLB_REAL("noise", 0.01, 0, 1, "", 0,
                         "Standard deviation of what is added to each coordinate of a move."),
    [P_REACH] = RLB_REAL("reach", 0.05, 0, 1, "", 0,
                         "The goal is reached when neither coordinate is farther away than this."),
};

static const rlb_view views[] = {
    {"map", "The square with its walls, the agent, and the box of its goal.", RLB_VIEW_SCATTER, 0},
    {"phase", "All lanes on the square, the shown one marked.", RLB_VIEW_SCATTER, 0},
};
enum { VIEW_MAP, VIEW_PHASE, NUM_VIEWS };

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_dynamics_spaces(out, v[P_OBSERVATION].i == OBSERVE_FEATURES ? NUM_FEATURES : 2, 0, 1, 5, 0);
    out->time_limit = 30;
    out->reward_low = 0;
    out->reward_high = 1;
    return RLB_OK;
}

static rlb_status parse_goal(struct maze *m, const char *text)
{
    char rest;
    if (strcmp(text, "drawn") == 0 || strcmp(text, "none") == 0 || !*text) {
        m->goal_kind = *text == 'd' ? GOAL_DRAWN : GOAL_NONE;
        return RLB_OK;
    }
    m->goal_kind = GOAL_FIXED;
    return sscanf(text, "%lf,%lf%c", &m->goal[0], &m->goal[1], &rest) == 2 && m->goal[0] >= 0 &&
                   m->goal[0] <= 1 && m->goal[1] >= 0 && m->goal[1] <= 1
               ? RLB_OK
               : RLB_E_INVAL;
}

static void observe(void *self, const double *state, float *obs)
{
    maze_observe(self, &state[X], &state[Y], 1, obs);
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    maze_observe(self, &x, &y, 1, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct maze *m = self;
    *x = rlb_dynamics_row(&m->dynamics, X)[lane];
    *y = rlb_dynamics_row(&m->dynamics, Y)[lane];
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct maze *m = host->alloc(host, sizeof *m);
    if (!m)
        return host->fail(host, RLB_E_NOMEM, "no memory for a maze");
    if (parse_goal(m, v[P_GOAL].s) != RLB_OK)
        return host->fail(host, RLB_E_INVAL,
                          "goal: '%s' is neither drawn nor none nor X,Y between 0 and 1",
                          v[P_GOAL].s);
    m->features = v[P_OBSERVATION].i == OBSERVE_FEATURES;
    m->motion =
        (struct motion){.stride = v[P_STRIDE].r, .noise = v[P_NOISE].r, .reach = v[P_REACH].r};
    m->dynamics.plane = (rlb_plane){.size = sizeof m->dynamics.plane,
                                    .x_label = "x",
                                    .y_label = "y",
                                    .x_hi = 1,
                                    .y_hi = 1,
                                    .observe = plane_observe,
                                    .where = plane_where};
    maze_tasks(m);
    rlb_status status = rlb_dynamics_init(&m->dynamics, host, setup->num_lanes, WIDTH,
                                          m->features ? NUM_FEATURES : 2, observe);
    if (status == RLB_OK)
        status = rlb_lane_tasks_init(&m->lanes, host, setup->num_lanes, m->tasks.num_tasks);
    if (status == RLB_OK)
        status = rlb_sketch_init(&m->sketch, host, 8192, -0.02, 1.02);
    if (status == RLB_OK)
        *out = m;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct maze *m = self;
    double state[WIDTH];
    rlb_rng *rng = rlb_dynamics_begin(&m->dynamics, lane, seed);
    maze_draw(m, lane, rng, state);
    rlb_dynamics_set(&m->dynamics, lane, state);
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    const struct maze *m = self;
    const rlb_dynamics *d = &m->dynamics;
    const rlb_batch *b = d->batch;
    const struct lanes l = {.x = rlb_dynamics_row(d, X) + lane0,
                            .y = rlb_dynamics_row(d, Y) + lane0,
                            .goal_x = rlb_dynamics_row(d, GOAL_X) + lane0,
                            .goal_y = rlb_dynamics_row(d, GOAL_Y) + lane0,
                            .rng = d->rng + lane0,
                            .actions = (const int32_t *)b->actions + lane0,
                            .rewards = b->rewards + lane0,
                            .terminated = b->terminated + lane0,
                            .age = d->age + lane0};
    motion_step(&m->motion, &l, lanes);
    memcpy(b->success + lane0, b->terminated + lane0, lanes);
    maze_observe(m, l.x, l.y, lanes, (float *)b->obs + (size_t)lane0 * d->obs_width);
    return RLB_OK;
}

/* Colours: the walls, the goal, the agent. */
enum { AGENT = 1, GOAL = 2, WALL = 6 };

static void box(rlb_sketch *s, uint32_t colour, double x0, double y0, double x1, double y1)
{
    rlb_sketch_line(s, colour, x0, y0, x1, y0);
    rlb_sketch_line(s, colour, x1, y0, x1, y1);
    rlb_sketch_line(s, colour, x1, y1, x0, y1);
    rlb_sketch_line(s, colour, x0, y1, x0, y0);
}

static void draw(struct maze *m, uint32_t lane, rlb_frame *out)
{
    rlb_sketch *s = &m->sketch;
    double at[WIDTH];
    const double reach = m->motion.reach;
    rlb_dynamics_get(&m->dynamics, lane, at);
    rlb_sketch_clear(s);
    box(s, WALL, 0, 0, 1, 1);
    for (int k = 0; k < NUM_WALLS; k++) {
        const struct wall w = motion_walls[k];
        rlb_sketch_line(s, WALL, w.x, w.y_lo, w.x, w.y_hi);
    }
    if (!isnan(at[GOAL_X])) {
        box(s, GOAL, at[GOAL_X] - reach, at[GOAL_Y] - reach, at[GOAL_X] + reach,
            at[GOAL_Y] + reach);
        rlb_sketch_mark(s, GOAL, at[GOAL_X], at[GOAL_Y]);
    }
    rlb_sketch_mark(s, AGENT, at[X], at[Y]);
    snprintf(m->caption, sizeof m->caption, "step %u  at %.3f,%.3f  goal %.3f,%.3f",
             m->dynamics.age[lane], at[X], at[Y], at[GOAL_X], at[GOAL_Y]);
    rlb_sketch_frame(s, m->caption, out);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct maze *m = self;
    if (index == VIEW_PHASE)
        rlb_dynamics_phase(&m->dynamics, lane, out);
    else
        draw(m, lane, out);
    return RLB_OK;
}

static rlb_status save(void *self, rlb_writer *w)
{
    struct maze *m = self;
    rlb_status status = rlb_dynamics_save(self, w);
    return status == RLB_OK ? rlb_lane_tasks_save(&m->lanes, w) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct maze *m = self;
    rlb_status status = rlb_dynamics_load(self, r);
    return status == RLB_OK ? rlb_lane_tasks_load(&m->lanes, r) : status;
}

static const void *interface(void *self, const char *id)
{
    struct maze *m = self;
    if (strcmp(id, RLB_TASKS) == 0)
        return &m->tasks;
    return strcmp(id, RLB_GOALS) == 0 ? &m->goals : rlb_dynamics_interface(self, id);
}

static const rlb_env continuous_maze = {
    .size = sizeof continuous_maze,
    .id = "continuous-maze",
    .title = "Continuous maze",
    .doc = "A noisy walk on the unit square with two walls: five actions move by 0.1 or stay, a "
           "move through a wall is refused. Reward 1 on entering the goal's box ends the episode; "
           "the goal lies anywhere and is not observed: rlb.tasks/1 and rlb.goals/1 tell it. "
           "Observations are 441 radial features that sum to 1, from which the position can be had "
           "back.",
    .citation = "Touati, Ollivier: Learning one representation to optimize all rewards, NeurIPS "
                "2021",
    .version = "1.0",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = views,
    .num_views = NUM_VIEWS,
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

RLB_MODULE_ENV(continuous_maze)
