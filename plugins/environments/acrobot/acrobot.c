/* Two links, a torque at the joint between them (Sutton 1996), with the constants of Gymnasium's
 * Acrobot-v1. */
#include "motion.h"

#include <rlbench/dynamics.h>
#include <rlbench/sketch.h>
#include <rlbench/vecmath.h>

#include <stdio.h>

enum {
    P_EQUATIONS,
    P_LENGTH1,
    P_LENGTH2,
    P_MASS1,
    P_MASS2,
    P_CENTRE1,
    P_CENTRE2,
    P_INERTIA,
    P_GRAVITY,
    P_TORQUE,
    P_TORQUE_NOISE,
    P_DT,
    NUM_PARAMS
};

static const char *const equations[] = {"book", "nips", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_EQUATIONS] = RLB_ENUM("book_or_nips", 0, equations, 0,
                             "Equations of motion: those of the book, or those printed in the 1996 "
                             "paper, which lack a term."),
    [P_LENGTH1] = RLB_REAL("length1", 1.0, 0.1, 10, "m", RLB_P_LOG, "Length of the first link."),
    [P_LENGTH2] = RLB_REAL("length2", 1.0, 0.1, 10, "m", RLB_P_LOG,
                           "Length of the second link, for the picture: the equations know only "
                           "its centre of mass, and the goal counts every link as 1."),
    [P_MASS1] = RLB_REAL("mass1", 1.0, 0.01, 100, "kg", RLB_P_LOG, "Mass of the first link."),
    [P_MASS2] = RLB_REAL("mass2", 1.0, 0.01, 100, "kg", RLB_P_LOG, "Mass of the second link."),
    [P_CENTRE1] = RLB_REAL("centre1", 0.5, 0.01, 10, "m", 0,
                           "Distance of the first link's centre of mass from its joint."),
    [P_CENTRE2] = RLB_REAL("centre2", 0.5, 0.01, 10, "m", 0,
                           "Distance of the second link's centre of mass from its joint."),
    [P_INERTIA] =
        RLB_REAL("inertia", 1.0, 0.01, 100, "kg m^2", RLB_P_LOG, "Moment of inertia of each link."),
    [P_GRAVITY] = RLB_REAL("gravity", 9.8, 0, 100, "m/s^2", 0, "Gravity."),
    [P_TORQUE] = RLB_REAL("torque", 1.0, 0, 100, "N m", 0, "Torque of an action."),
    [P_TORQUE_NOISE] = RLB_REAL("torque_noise", 0.0, 0, 100, "N m", 0,
                                "Every torque is changed by a draw from minus to plus this."),
    [P_DT] = RLB_REAL("dt", 0.2, 1e-3, 0.5, "s", RLB_P_LOG, "Time of one step."),
};

static const rlb_view views[] = {
    {"links", "The two links, and the height to reach.", RLB_VIEW_SCATTER, 0},
    {"phase", "All lanes in the plane of both angles, the shown one marked.", RLB_VIEW_SCATTER, 0},
};

enum { VIEW_WORLD, VIEW_PHASE, NUM_VIEWS };

enum { ANGLE1, ANGLE2, SPIN1, SPIN2, WIDTH, OBS = 6 };
static const double pi = 3.141592653589793, start = 0.1;

struct acrobot {
    rlb_dynamics dynamics; /* first: the lib's functions take this struct */
    struct motion motion;
    rlb_sketch sketch;
    double *torque; /* [num_lanes] of the running step */
    double length2, strength, noise;
    char caption[100];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    (void)v;
    rlb_dynamics_spaces(out, OBS, -9 * pi, 9 * pi, 3, 0);
    out->time_limit = 500;
    out->reward_low = -1;
    out->reward_high = 0;
    return RLB_OK;
}

static void observe(void *self, const double *state, float *obs)
{
    (void)self;
    for (int k = 0; k < 2; k++) {
        double sine, cosine;
        rlb_sin_cos(state[ANGLE1 + k], &sine, &cosine);
        obs[2 * k] = (float)cosine;
        obs[2 * k + 1] = (float)sine;
        obs[4 + k] = (float)state[SPIN1 + k];
    }
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    observe(self, (const double[WIDTH]){[ANGLE1] = x, [ANGLE2] = y}, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct acrobot *a = self;
    *x = rlb_dynamics_row(&a->dynamics, ANGLE1)[lane];
    *y = rlb_dynamics_row(&a->dynamics, ANGLE2)[lane];
}

static struct motion motion_of(const rlb_value *v)
{
    return (struct motion){.length1 = v[P_LENGTH1].r,
                           .mass1 = v[P_MASS1].r,
                           .mass2 = v[P_MASS2].r,
                           .centre1 = v[P_CENTRE1].r,
                           .centre2 = v[P_CENTRE2].r,
                           .inertia = v[P_INERTIA].r,
                           .gravity = v[P_GRAVITY].r,
                           .dt = v[P_DT].r,
                           .max_spin1 = 4 * pi,
                           .max_spin2 = 9 * pi,
                           .nips = v[P_EQUATIONS].i == 1};
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct acrobot *a = host->alloc(host, sizeof *a);
    if (!a)
        return host->fail(host, RLB_E_NOMEM, "no memory for an acrobot");
    a->motion = motion_of(v);
    a->length2 = v[P_LENGTH2].r;
    a->strength = v[P_TORQUE].r;
    a->noise = v[P_TORQUE_NOISE].r;
    a->dynamics.plane = (rlb_plane){.size = sizeof a->dynamics.plane,
                                    .x_label = "first angle (rad)",
                                    .y_label = "second angle (rad)",
                                    .x_lo = -pi,
                                    .x_hi = pi,
                                    .y_lo = -pi,
                                    .y_hi = pi,
                                    .observe = plane_observe,
                                    .where = plane_where};
    const double reach = 1.1 * (a->motion.length1 + a->length2);
    rlb_status status =
        rlb_dynamics_init(&a->dynamics, host, setup->num_lanes, WIDTH, OBS, observe);
    if (status == RLB_OK)
        status = rlb_sketch_init(&a->sketch, host, 4096, -reach, reach);
    if (status != RLB_OK)
        return status;
    a->torque = host->alloc(host, setup->num_lanes * sizeof *a->torque);
    if (!a->torque)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u lanes", setup->num_lanes);
    *out = a;
    return RLB_OK;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct acrobot *a = self;
    rlb_rng *rng = rlb_dynamics_begin(&a->dynamics, lane, seed);
    double state[WIDTH];
    for (int k = 0; k < WIDTH; k++) /* in single precision, as the reference has it */
        state[k] = (float)rlb_dynamics_draw(rng, -start, start);
    rlb_dynamics_set(&a->dynamics, lane, state);
    return RLB_OK;
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct acrobot *a = self;
    const rlb_dynamics *d = &a->dynamics;
    const rlb_batch *b = d->batch;
    const int32_t *actions = b->actions;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++)
        a->torque[lane] = (actions[lane] - 1) * a->strength;
    for (uint32_t lane = lane0; a->noise > 0 && lane < lane0 + lanes; lane++)
        a->torque[lane] += rlb_dynamics_draw(&d->rng[lane], -a->noise, a->noise);
    const struct lanes l = {.angle1 = rlb_dynamics_row(d, ANGLE1) + lane0,
                            .angle2 = rlb_dynamics_row(d, ANGLE2) + lane0,
                            .spin1 = rlb_dynamics_row(d, SPIN1) + lane0,
                            .spin2 = rlb_dynamics_row(d, SPIN2) + lane0,
                            .torque = a->torque + lane0,
                            .obs = (float *)b->obs + (size_t)lane0 * OBS,
                            .rewards = b->rewards + lane0,
                            .terminated = b->terminated + lane0,
                            .success = b->success + lane0,
                            .age = d->age + lane0};
    motion_step(&a->motion, &l, lanes);
    return RLB_OK;
}

/* Colours: what is to be reached, the links. */
enum { GOAL = 2, REACH = 6, LINK1 = 0, LINK2 = 1 };

static void draw(struct acrobot *a, uint32_t lane, rlb_frame *out)
{
    rlb_sketch *s = &a->sketch;
    const double length1 = a->motion.length1, reach = length1 + a->length2;
    double at[WIDTH];
    rlb_dynamics_get(&a->dynamics, lane, at);
    const double x1 = length1 * sin(at[ANGLE1]), y1 = -length1 * cos(at[ANGLE1]);
    const double x2 = x1 + a->length2 * sin(at[ANGLE1] + at[ANGLE2]);
    const double y2 = y1 - a->length2 * cos(at[ANGLE1] + at[ANGLE2]);
    rlb_sketch_clear(s);
    rlb_sketch_circle(s, REACH, 0, 0, reach, 16);
    rlb_sketch_line(s, GOAL, -reach, 1, reach, 1);
    rlb_sketch_line(s, LINK1, 0, 0, x1, y1);
    rlb_sketch_line(s, LINK2, x1, y1, x2, y2);
    rlb_sketch_mark(s, LINK1, 0, 0);
    rlb_sketch_mark(s, LINK2, x1, y1);
    snprintf(a->caption, sizeof a->caption,
             "step %u  height %+.2f  angles %+.0f %+.0f deg  spins %+.1f %+.1f",
             a->dynamics.age[lane], y2, at[ANGLE1] * 180 / pi, at[ANGLE2] * 180 / pi, at[SPIN1],
             at[SPIN2]);
    rlb_sketch_frame(s, a->caption, out);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct acrobot *a = self;
    if (index == VIEW_PHASE)
        rlb_dynamics_phase(&a->dynamics, lane, out);
    else
        draw(a, lane, out);
    return RLB_OK;
}

static const rlb_env acrobot = {
    .size = sizeof acrobot,
    .id = "acrobot",
    .title = "Acrobot",
    .doc = "Two links hang from a joint; a torque at the joint between them must swing the free "
           "end above a line one link's length over the upper joint. Reward -1 for every step that "
           "does not get there; the episode is cut after 500 steps. Observations are cosine and "
           "sine of both angles and the angular velocities. The constants are those of Acrobot-v1.",
    .citation = "Sutton: Generalization in reinforcement learning: successful examples using "
                "sparse coarse coding, NIPS 1995",
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

RLB_MODULE_ENV(acrobot)
