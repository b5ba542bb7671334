/* A pendulum to be swung up and held upright by a torque, with the constants of Gymnasium's
 * Pendulum-v1. */
#include "motion.h"

#include <rlbench/dynamics.h>
#include <rlbench/sketch.h>
#include <rlbench/vecmath.h>

#include <stdio.h>

enum { P_GRAVITY, P_MASS, P_LENGTH, P_MAX_TORQUE, P_MAX_SPEED, P_DT, NUM_PARAMS };

static const rlb_param params[NUM_PARAMS] = {
    [P_GRAVITY] = RLB_REAL("gravity", 10.0, 0, 1000, "m/s^2", 0, "Gravity."),
    [P_MASS] = RLB_REAL("mass", 1.0, 1e-2, 100, "kg", RLB_P_LOG, "Mass of the rod."),
    [P_LENGTH] = RLB_REAL("length", 1.0, 1e-2, 100, "m", RLB_P_LOG, "Length of the rod."),
    [P_MAX_TORQUE] = RLB_REAL("max_torque", 2.0, 0.01, 1000, "N m", 0,
                              "Torques are cut to plus and minus this."),
    [P_MAX_SPEED] = RLB_REAL("max_speed", 8.0, 1, 1000, "rad/s", 0,
                             "Angular velocities are cut to plus and minus this."),
    [P_DT] = RLB_REAL("dt", 0.05, 1e-4, 1, "s", RLB_P_LOG, "Time of one step."),
};

static const rlb_view views[] = {
    {"pendulum", "The rod in the circle it reaches; upright is up.", RLB_VIEW_SCATTER, 0},
    {"phase", "All lanes in the plane of angle and angular velocity, the shown one marked.",
     RLB_VIEW_SCATTER, 0},
};

enum { VIEW_WORLD, VIEW_PHASE, NUM_VIEWS };

enum { ANGLE, SPIN, WIDTH, OBS = 3 };
static const double pi = 3.141592653589793;

struct pendulum {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    struct motion motion;
    rlb_sketch sketch;
    char caption[100];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    double speed = v[P_MAX_SPEED].r, torque = v[P_MAX_TORQUE].r;
    rlb_dynamics_spaces(out, OBS, -speed, speed, 0, torque);
    out->time_limit = 200;
    out->reward_low = -(pi * pi + 0.1 * speed * speed + 0.001 * torque * torque);
    out->reward_high = 0;
    return RLB_OK;
}

static void observe(void *self, const double *state, float *obs)
{
    (void)self;
    double sine, cosine;
    rlb_sin_cos(state[ANGLE], &sine, &cosine);
    obs[0] = (float)cosine;
    obs[1] = (float)sine;
    obs[2] = (float)state[SPIN];
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    observe(self, (const double[WIDTH]){[ANGLE] = x, [SPIN] = y}, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct pendulum *p = self;
    *x = remainder(rlb_dynamics_row(&p->dynamics, ANGLE)[lane], 2 * pi);
    *y = rlb_dynamics_row(&p->dynamics, SPIN)[lane];
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    const double length = v[P_LENGTH].r;
    struct pendulum *p = host->alloc(host, sizeof *p);
    if (!p)
        return host->fail(host, RLB_E_NOMEM, "no memory for a pendulum");
    p->motion = (struct motion){.pull = 3 * v[P_GRAVITY].r / (2 * length),
                                .push = (float)(3.0 / (v[P_MASS].r * (length * length))),
                                .dt = v[P_DT].r,
                                .max_speed = v[P_MAX_SPEED].r,
                                .max_torque = (float)v[P_MAX_TORQUE].r};
    p->dynamics.plane = (rlb_plane){.size = sizeof p->dynamics.plane,
                                    .x_label = "angle from upright (rad)",
                                    .y_label = "angular velocity (rad/s)",
                                    .x_lo = -pi,
                                    .x_hi = pi,
                                    .y_lo = -p->motion.max_speed,
                                    .y_hi = p->motion.max_speed,
                                    .observe = plane_observe,
                                    .where = plane_where};
    rlb_status status =
        rlb_dynamics_init(&p->dynamics, host, setup->num_lanes, WIDTH, OBS, observe);
    if (status == RLB_OK)
        status = rlb_sketch_init(&p->sketch, host, 4096, -1.2, 1.2);
    if (status == RLB_OK)
        *out = p;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct pendulum *p = self;
    rlb_rng *rng = rlb_dynamics_begin(&p->dynamics, lane, seed);
    const double angle = rlb_dynamics_draw(rng, -pi, pi), spin = rlb_dynamics_draw(rng, -1, 1);
    rlb_dynamics_set(&p->dynamics, lane, (const double[WIDTH]){angle, spin});
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    const struct pendulum *p = self;
    const rlb_dynamics *d = &p->dynamics;
    const rlb_batch *b = d->batch;
    const struct lanes l = {.angle = rlb_dynamics_row(d, ANGLE) + lane0,
                            .spin = rlb_dynamics_row(d, SPIN) + lane0,
                            .actions = (const float *)b->actions + lane0,
                            .obs = (float *)b->obs + (size_t)lane0 * OBS,
                            .rewards = b->rewards + lane0,
                            .age = d->age + lane0};
    motion_step(&p->motion, &l, lanes);
    return RLB_OK;
}

/* Colours: the reach, the rod. */
enum { REACH = 6, ROD = 1 };

static void draw(struct pendulum *p, uint32_t lane, rlb_frame *out)
{
    rlb_sketch *s = &p->sketch;
    double x, y;
    plane_where(p, lane, &x, &y);
    rlb_sketch_clear(s);
    rlb_sketch_circle(s, REACH, 0, 0, 1.1, 12);
    /* two strokes, so that the rod has a width; it turns to the left */
    for (int side = -1; side <= 1; side += 2) {
        double off_x = 0.015 * side * cos(x), off_y = 0.015 * side * sin(x);
        rlb_sketch_line(s, ROD, off_x, off_y, off_x - sin(x), off_y + cos(x));
    }
    rlb_sketch_mark(s, ROD, 0, 0);
    snprintf(p->caption, sizeof p->caption, "step %u  angle %+.1f deg  velocity %+.2f rad/s",
             p->dynamics.age[lane], x * 180 / pi, y);
    rlb_sketch_frame(s, p->caption, out);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct pendulum *p = self;
    if (index == VIEW_PHASE)
        rlb_dynamics_phase(&p->dynamics, lane, out);
    else
        draw(p, lane, out);
    return RLB_OK;
}

static const rlb_env pendulum = {
    .size = sizeof pendulum,
    .id = "pendulum",
    .title = "Pendulum",
    .doc = "A rod that hangs by one end must be swung up and held upright by a torque too weak to "
           "lift it at once. The reward is minus the squared angle from upright, a tenth of the "
           "squared angular velocity and a thousandth of the squared torque; episodes never end by "
           "themselves and are cut after 200 steps. Observations are cosine and sine of the angle "
           "and the angular velocity; the action is the torque. The constants are those of "
           "Pendulum-v1.",
    .citation = "Towers et al.: Gymnasium: a standard interface for reinforcement learning "
                "environments, 2024, Pendulum-v1",
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

RLB_MODULE_ENV(pendulum)
