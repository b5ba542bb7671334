/* A pole on a cart that is pushed left or right (Barto, Sutton, Anderson 1983), with the constants
 * of Gymnasium's CartPole-v1. */
#include "motion.h"

#include <rlbench/dynamics.h>
#include <rlbench/sketch.h>

#include <stdio.h>

enum {
    P_GRAVITY,
    P_CART_MASS,
    P_POLE_MASS,
    P_LENGTH,
    P_FORCE,
    P_TAU,
    P_INTEGRATOR,
    P_POSITION_LIMIT,
    P_ANGLE_LIMIT,
    P_START,
    P_PENALTY,
    NUM_PARAMS
};

static const char *const integrators[] = {"euler", "semi-implicit", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_GRAVITY] = RLB_REAL("gravity", 9.8, 0, 1000, "m/s^2", 0, "Gravity."),
    [P_CART_MASS] = RLB_REAL("cart_mass", 1.0, 1e-3, 1000, "kg", RLB_P_LOG, "Mass of the cart."),
    [P_POLE_MASS] = RLB_REAL("pole_mass", 0.1, 1e-3, 1000, "kg", RLB_P_LOG, "Mass of the pole."),
    [P_LENGTH] = RLB_REAL("length", 0.5, 1e-2, 100, "m", RLB_P_LOG,
                          "Half the length of the pole, from the joint to its centre of mass."),
    [P_FORCE] = RLB_REAL("force", 10.0, 0, 1e4, "N", 0, "Force of a push."),
    [P_TAU] = RLB_REAL("tau", 0.02, 1e-4, 1, "s", RLB_P_LOG, "Time of one step."),
    [P_INTEGRATOR] =
        RLB_ENUM("integrator", 0, integrators, 0,
                 "Whether positions move with the old velocities or with the new ones."),
    [P_POSITION_LIMIT] = RLB_REAL("position_limit", 2.4, 0.1, 1000, "m", 0,
                                  "The episode ends when the cart is farther from the middle."),
    [P_ANGLE_LIMIT] = RLB_REAL("angle_limit", 12, 0.1, 360, "deg", 0,
                               "The episode ends when the pole leans more."),
    [P_START] = RLB_REAL("start", 0.05, 0, 0.1, "", 0,
                         "All four numbers of a start are drawn from between minus and plus this."),
    [P_PENALTY] = RLB_BOOL("penalty_reward", 0, 0,
                           "Reward 0, and -1 at a fall, instead of 1 for every step."),
};

static const rlb_view views[] = {
    {"cart", "The cart on its track between the limits, and the pole.", RLB_VIEW_SCATTER, 0},
    {"phase", "All lanes in the plane of angle and angular velocity, the shown one marked.",
     RLB_VIEW_SCATTER, 0},
};

enum { VIEW_WORLD, VIEW_PHASE, NUM_VIEWS };

enum { X, V, ANGLE, SPIN, WIDTH };

struct cartpole {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    struct motion motion;
    rlb_sketch sketch;
    double start;
    char caption[100];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_dynamics_spaces(out, WIDTH, -INFINITY, INFINITY, 2, 0);
    out->time_limit = 500;
    out->reward_low = v[P_PENALTY].i ? -1 : 0;
    out->reward_high = v[P_PENALTY].i ? 0 : 1;
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
    observe(self, (const double[WIDTH]){[ANGLE] = x, [SPIN] = y}, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct cartpole *c = self;
    *x = rlb_dynamics_row(&c->dynamics, ANGLE)[lane];
    *y = rlb_dynamics_row(&c->dynamics, SPIN)[lane];
}

static struct motion motion_of(const rlb_value *v)
{
    int penalty = v[P_PENALTY].i != 0;
    return (struct motion){.gravity = v[P_GRAVITY].r,
                           .pole_mass = v[P_POLE_MASS].r,
                           .half_length = v[P_LENGTH].r,
                           .total_mass = v[P_POLE_MASS].r + v[P_CART_MASS].r,
                           .pole_mass_length = v[P_POLE_MASS].r * v[P_LENGTH].r,
                           .force = v[P_FORCE].r,
                           .tau = v[P_TAU].r,
                           .far = v[P_POSITION_LIMIT].r,
                           .steep = v[P_ANGLE_LIMIT].r * 2 * 3.141592653589793 / 360,
                           .reward = penalty ? 0.0f : 1.0f,
                           .last_reward = penalty ? -1.0f : 1.0f,
                           .semi_implicit = v[P_INTEGRATOR].i == 1};
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    struct cartpole *c = host->alloc(host, sizeof *c);
    if (!c)
        return host->fail(host, RLB_E_NOMEM, "no memory for a cart");
    c->motion = motion_of(setup->params);
    c->start = setup->params[P_START].r;
    c->dynamics.plane = (rlb_plane){.size = sizeof c->dynamics.plane,
                                    .x_label = "angle (rad)",
                                    .y_label = "angular velocity (rad/s)",
                                    .x_lo = -c->motion.steep,
                                    .x_hi = c->motion.steep,
                                    .y_lo = -3,
                                    .y_hi = 3,
                                    .observe = plane_observe,
                                    .where = plane_where};
    rlb_status status =
        rlb_dynamics_init(&c->dynamics, host, setup->num_lanes, WIDTH, WIDTH, observe);
    if (status == RLB_OK)
        status = rlb_sketch_init(&c->sketch, host, 4096, -1.1 * c->motion.far, 1.1 * c->motion.far);
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
    struct cartpole *c = self;
    rlb_rng *rng = rlb_dynamics_begin(&c->dynamics, lane, seed);
    double state[WIDTH];
    for (int k = 0; k < WIDTH; k++)
        state[k] = rlb_dynamics_draw(rng, -c->start, c->start);
    rlb_dynamics_set(&c->dynamics, lane, state);
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    const struct cartpole *c = self;
    const rlb_dynamics *d = &c->dynamics;
    const rlb_batch *b = d->batch;
    const struct lanes l = {.x = rlb_dynamics_row(d, X) + lane0,
                            .v = rlb_dynamics_row(d, V) + lane0,
                            .angle = rlb_dynamics_row(d, ANGLE) + lane0,
                            .spin = rlb_dynamics_row(d, SPIN) + lane0,
                            .actions = (const int32_t *)b->actions + lane0,
                            .obs = (float *)b->obs + (size_t)lane0 * WIDTH,
                            .rewards = b->rewards + lane0,
                            .terminated = b->terminated + lane0,
                            .age = d->age + lane0};
    motion_step(&c->motion, &l, lanes);
    return RLB_OK;
}

/* Colours: track and limits, cart, pole. */
enum { GROUND = 6, CART = 0, POLE = 1 };

static void draw(struct cartpole *c, uint32_t lane, rlb_frame *out)
{
    rlb_sketch *s = &c->sketch;
    const double far = c->motion.far, length = 2 * c->motion.half_length;
    const double wide = 0.09 * far, high = 0.1 * far;
    double at[WIDTH];
    rlb_dynamics_get(&c->dynamics, lane, at);
    rlb_sketch_clear(s);
    rlb_sketch_line(s, GROUND, -far, 0, far, 0);
    for (int side = -1; side <= 1; side += 2)
        rlb_sketch_line(s, GROUND, side * far, 0, side * far, high + length);
    for (int side = -1; side <= 1; side += 2)
        rlb_sketch_line(s, CART, at[X] + side * wide, 0, at[X] + side * wide, high);
    rlb_sketch_line(s, CART, at[X] - wide, high, at[X] + wide, high);
    rlb_sketch_line(s, POLE, at[X], high, at[X] + length * sin(at[ANGLE]),
                    high + length * cos(at[ANGLE]));
    snprintf(c->caption, sizeof c->caption,
             "step %u  x %+.2f  v %+.2f  angle %+.1f deg  spin %+.2f", c->dynamics.age[lane], at[X],
             at[V], at[ANGLE] * 57.29577951308232, at[SPIN]);
    rlb_sketch_frame(s, c->caption, out);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct cartpole *c = self;
    if (index == VIEW_PHASE)
        rlb_dynamics_phase(&c->dynamics, lane, out);
    else
        draw(c, lane, out);
    return RLB_OK;
}

static const rlb_env cartpole = {
    .size = sizeof cartpole,
    .id = "cartpole",
    .title = "Cart and pole",
    .doc = "A pole stands on a cart by a joint without friction; pushing the cart left or right "
           "must keep it upright. The episode ends when the pole leans too far or the cart leaves "
           "the track, and is cut after 500 steps, so 500 is the best return. Observations are "
           "position, velocity, angle, angular velocity. The constants are those of CartPole-v1.",
    .citation = "Barto, Sutton, Anderson: Neuronlike adaptive elements that can solve difficult "
                "learning control problems, IEEE Transactions on Systems, Man, and Cybernetics, "
                "1983",
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

RLB_MODULE_ENV(cartpole)
