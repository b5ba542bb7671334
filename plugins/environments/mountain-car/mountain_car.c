/* A car too weak for the hill it stands before (Moore 1990), with the constants of Gymnasium's
 * MountainCar-v0. */
#include "motion.h"

#include <rlbench/dynamics.h>
#include <rlbench/sketch.h>

#include <stdio.h>

enum { P_FORCE, P_GRAVITY, P_GOAL, P_GOAL_VELOCITY, P_MAX_SPEED, NUM_PARAMS };

static const rlb_param params[NUM_PARAMS] = {
    [P_FORCE] = RLB_REAL("force", 0.001, 0, 1, "", 0,
                         "What full throttle adds to the velocity in one step."),
    [P_GRAVITY] = RLB_REAL("gravity", 0.0025, 0, 1, "", 0,
                           "What the steepest slope takes from the velocity in one step."),
    [P_GOAL] = RLB_REAL("goal_position", 0.5, -1.2, 0.6, "", 0, "Where the flag stands."),
    [P_GOAL_VELOCITY] = RLB_REAL("goal_velocity", 0, -1, 1, "", 0,
                                 "Velocity that the car must have at the flag, or more."),
    [P_MAX_SPEED] = RLB_REAL("max_speed", 0.07, 1e-3, 1, "", 0, "Velocities are cut to this."),
};

static const rlb_view views[] = {
    {"hill", "The valley, the car and the flag.", RLB_VIEW_SCATTER, 0},
    {"phase", "All lanes in the plane of position and velocity, the shown one marked.",
     RLB_VIEW_SCATTER, 0},
};

enum { VIEW_WORLD, VIEW_PHASE, NUM_VIEWS };

enum { X, V, WIDTH };
static const double left = -1.2, right = 0.6, start_low = -0.6, start_high = -0.4;

struct mountain_car {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    struct motion motion;
    rlb_sketch sketch;
    char caption[100];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_dynamics_spaces(out, WIDTH, left, fmax(right, v[P_MAX_SPEED].r), 3, 0);
    out->time_limit = 200;
    out->reward_low = -1;
    out->reward_high = 0;
    return RLB_OK;
}

static void observe(void *self, const double *state, float *obs)
{
    (void)self;
    for (int k = 0; k < WIDTH; k++)
        obs[k] = (float)state[k];
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    observe(self, (const double[WIDTH]){[X] = x, [V] = y}, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct mountain_car *c = self;
    *x = rlb_dynamics_row(&c->dynamics, X)[lane];
    *y = rlb_dynamics_row(&c->dynamics, V)[lane];
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct mountain_car *c = host->alloc(host, sizeof *c);
    if (!c)
        return host->fail(host, RLB_E_NOMEM, "no memory for a car");
    c->motion = (struct motion){.force = v[P_FORCE].r,
                                .gravity = v[P_GRAVITY].r,
                                .goal = v[P_GOAL].r,
                                .goal_velocity = v[P_GOAL_VELOCITY].r,
                                .max_speed = v[P_MAX_SPEED].r,
                                .left = left,
                                .right = right};
    c->dynamics.plane = (rlb_plane){.size = sizeof c->dynamics.plane,
                                    .x_label = "position",
                                    .y_label = "velocity",
                                    .x_lo = left,
                                    .x_hi = right,
                                    .y_lo = -c->motion.max_speed,
                                    .y_hi = c->motion.max_speed,
                                    .observe = plane_observe,
                                    .where = plane_where};
    rlb_status status =
        rlb_dynamics_init(&c->dynamics, host, setup->num_lanes, WIDTH, WIDTH, observe);
    if (status == RLB_OK)
        status = rlb_sketch_init(&c->sketch, host, 4096, left - 0.05, right + 0.05);
    if (status == RLB_OK)
        *out = c;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct mountain_car *c = self;
    rlb_rng *rng = rlb_dynamics_begin(&c->dynamics, lane, seed);
    const double state[WIDTH] = {rlb_dynamics_draw(rng, start_low, start_high), 0};
    rlb_dynamics_set(&c->dynamics, lane, state);
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    const struct mountain_car *c = self;
    const rlb_dynamics *d = &c->dynamics;
    const rlb_batch *b = d->batch;
    const struct lanes l = {.x = rlb_dynamics_row(d, X) + lane0,
                            .v = rlb_dynamics_row(d, V) + lane0,
                            .actions = (const int32_t *)b->actions + lane0,
                            .obs = (float *)b->obs + (size_t)lane0 * WIDTH,
                            .rewards = b->rewards + lane0,
                            .terminated = b->terminated + lane0,
                            .success = b->success + lane0,
                            .age = d->age + lane0};
    motion_step(&c->motion, &l, lanes);
    return RLB_OK;
}

/* Colours: ground, car, flag. */
enum { GROUND = 6, CAR = 1, FLAG = 2 };

static double height(double x)
{
    return 0.45 * sin(3 * x) + 0.55;
}

/* The car stands on the slope, seen from the side: along the ground and away from it. */
static void draw_car(rlb_sketch *s, double x)
{
    const double slope = atan(1.35 * cos(3 * x)), along_x = cos(slope), along_y = sin(slope);
    const double corners[5][2] = {
        {-0.08, 0.03}, {-0.08, 0.1}, {0.08, 0.1}, {0.08, 0.03}, {-0.08, 0.03}};
    double before_x = 0, before_y = 0;
    for (int i = 0; i < 5; i++) {
        double at_x = x + corners[i][0] * along_x - corners[i][1] * along_y;
        double at_y = height(x) + corners[i][0] * along_y + corners[i][1] * along_x;
        if (i > 0)
            rlb_sketch_line(s, CAR, before_x, before_y, at_x, at_y);
        before_x = at_x;
        before_y = at_y;
    }
}

static void draw(struct mountain_car *c, uint32_t lane, rlb_frame *out)
{
    enum { PIECES = 60 };
    rlb_sketch *s = &c->sketch;
    const double goal = c->motion.goal;
    double at[WIDTH];
    rlb_dynamics_get(&c->dynamics, lane, at);
    rlb_sketch_clear(s);
    for (int i = 0; i < PIECES; i++) {
        double x0 = left + (right - left) * i / PIECES;
        double x1 = left + (right - left) * (i + 1) / PIECES;
        rlb_sketch_line(s, GROUND, x0, height(x0), x1, height(x1));
    }
    rlb_sketch_line(s, GROUND, left, height(left), left, height(left) + 0.2);
    rlb_sketch_line(s, FLAG, goal, height(goal), goal, height(goal) + 0.22);
    rlb_sketch_line(s, FLAG, goal, height(goal) + 0.22, goal + 0.08, height(goal) + 0.18);
    rlb_sketch_line(s, FLAG, goal + 0.08, height(goal) + 0.18, goal, height(goal) + 0.14);
    draw_car(s, at[X]);
    snprintf(c->caption, sizeof c->caption, "step %u  position %+.3f  velocity %+.4f",
             c->dynamics.age[lane], at[X], at[V]);
    rlb_sketch_frame(s, c->caption, out);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct mountain_car *c = self;
    if (index == VIEW_PHASE)
        rlb_dynamics_phase(&c->dynamics, lane, out);
    else
        draw(c, lane, out);
    return RLB_OK;
}

static const rlb_env mountain_car = {
    .size = sizeof mountain_car,
    .id = "mountain-car",
    .title = "Mountain car",
    .doc = "A car in a valley must reach the flag on the hill to the right, but its engine is too "
           "weak: it has to swing up, away from the goal first. Reward -1 for every step until it "
           "is there; the episode is cut after 200 steps. Observations are position and velocity. "
           "The constants are those of MountainCar-v0.",
    .citation = "Moore: Efficient memory-based learning for robot control, PhD thesis, University "
                "of Cambridge, 1990; as in Sutton, Barto: Reinforcement Learning, 2nd edition, "
                "2018, example 10.1",
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
    .save = rlb_dynamics_save,
    .load = rlb_dynamics_load,
    .interface = rlb_dynamics_interface,
};

RLB_MODULE_ENV(mountain_car)
