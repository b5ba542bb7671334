/* A heavy point pushed over a table with a cross of walls: the point-mass maze of the unsupervised
 * reinforcement learning benchmark, with the twenty goals that forward-backward representations are
 * judged by. */
#include "tolerance.h"
#include "worlds.h"

#include <string.h>

enum { X, Y, VX, VY, WIDTH };

static const char model[] = "<mujoco>"
                            " <size njmax='40' nconmax='10'/>"
                            " <option timestep='.02'/>"
                            " <worldbody>"
                            "  <geom type='box' pos='0 0 .02' size='.18 .02 .02'/>"
                            "  <geom type='box' pos='0 0 .02' size='.02 .18 .02'/>"
                            "  <body name='point' pos='0 0 .01'>"
                            "   <joint name='x' type='slide' axis='1 0 0' limited='true'"
                            "    range='-.29 .29' damping='1'/>"
                            "   <joint name='y' type='slide' axis='0 1 0' limited='true'"
                            "    range='-.29 .29' damping='1'/>"
                            "   <geom type='sphere' size='.01' mass='.3'/>"
                            "  </body>"
                            " </worldbody>"
                            " <actuator>"
                            "  <motor joint='x' gear='.1' ctrllimited='true' ctrlrange='-1 1'/>"
                            "  <motor joint='y' gear='.1' ctrllimited='true' ctrlrange='-1 1'/>"
                            " </actuator>"
                            "</mujoco>";

/* Five goals in each room. */
#define ROOM(x, y)                                                                                 \
    {(x)*.15, (y)*.15}, {(x)*.22, (y)*.22}, {(x)*.08, (y)*.08}, {(x)*.22, (y)*.08},                \
    {                                                                                              \
        (x) * .08, (y)*.22                                                                         \
    }
enum { NUM_GOALS = 20 };
static const double goals[NUM_GOALS][2] = {ROOM(-1, 1), ROOM(1, 1), ROOM(-1, -1), ROOM(1, -1)};

#define FIVE(room) room "-1", room "-2", room "-3", room "-4", room "-5"
static const char *const names[] = {FIVE("top-left"),     FIVE("top-right"), FIVE("bottom-left"),
                                    FIVE("bottom-right"), "drawn",           NULL};

enum { P_TASK, P_START, NUM_PARAMS };
enum { START_ROOM, START_ANYWHERE };
static const char *const start_names[] = {"room", "anywhere", NULL};
static const rlb_param params[NUM_PARAMS] = {
    [P_TASK] = WORLD_TASK(names, 0),
    [P_START] =
        RLB_ENUM("start", START_ROOM, start_names, 0,
                 "Where episodes start: at rest in the upper left room; or anywhere outside "
                 "the walls, with any velocity, for data that cover the table."),
};

static double within(rlb_rng *rng, double low, double high)
{
    return low + (high - low) * rlb_rng_uniform(rng);
}

/* Whether a point would touch the wall along x. */
static int touches(double along, double across)
{
    return fabs(along) < .19 && fabs(across) < .03;
}

static void start(struct physics *p, mjData *d, rlb_rng *rng, const rlb_value *values)
{
    (void)p;
    if (values[P_START].i == START_ROOM) {
        d->qpos[0] = within(rng, -.29, -.15);
        d->qpos[1] = within(rng, .15, .29);
        return;
    }
    do {
        d->qpos[0] = within(rng, -.29, .29);
        d->qpos[1] = within(rng, -.29, .29);
    } while (touches(d->qpos[0], d->qpos[1]) || touches(d->qpos[1], d->qpos[0]));
    d->qvel[0] = within(rng, -.1, .1);
    d->qvel[1] = within(rng, -.1, .1);
}

static void observe(const mjModel *m, const mjData *d, float *obs)
{
    (void)m;
    obs[X] = (float)d->qpos[0];
    obs[Y] = (float)d->qpos[1];
    obs[VX] = (float)d->qvel[0];
    obs[VY] = (float)d->qvel[1];
}

static void recall(const float *obs, float *state)
{
    memcpy(state, obs, WIDTH * sizeof *state);
}

static double near(double x, double y, double goal_x, double goal_y)
{
    return tolerance_gaussian(hypot(x - goal_x, y - goal_y) - .03, .03);
}

static double reward(const mjModel *m, const mjData *d, uint32_t task)
{
    (void)m;
    return near(d->qpos[0], d->qpos[1], goals[task][0], goals[task][1]);
}

/* ---- goals: positions ---- */

static void represent(void *self, const void *obs, uint32_t n, float *out)
{
    (void)self;
    for (size_t i = 0; i < n; i++)
        memcpy(out + 2 * i, (const float *)obs + WIDTH * i, 2 * sizeof *out);
}

static void goal(void *self, uint32_t lane, float *as_obs, float *represented)
{
    const struct world *w = self;
    const double *at = goals[w->lanes.current[lane]];
    if (as_obs)
        memcpy(as_obs, (const float[WIDTH]){(float)at[0], (float)at[1], 0, 0},
               WIDTH * sizeof *as_obs);
    if (represented) {
        represented[0] = (float)at[0];
        represented[1] = (float)at[1];
    }
}

static void goal_rewards(void *self, const float *achieved, const float *to, uint32_t n, float *out)
{
    (void)self;
    for (size_t i = 0; i < n; i++)
        out[i] = (float)near((double)achieved[2 * i], (double)achieved[2 * i + 1],
                             (double)to[2 * i], (double)to[2 * i + 1]);
}

static void goal_observe(void *self, const float *to, uint32_t n, void *obs)
{
    (void)self;
    float *out = obs;
    for (size_t i = 0; i < n; i++)
        memcpy(out + WIDTH * i, (const float[WIDTH]){to[2 * i], to[2 * i + 1], 0, 0},
               WIDTH * sizeof *out);
}

static void plane_observe(void *self, double x, double y, void *obs)
{
    goal_observe(self, (const float[2]){(float)x, (float)y}, 1, obs);
}

static void plane_where(void *self, uint32_t lane, double *x, double *y)
{
    const struct world *w = self;
    *x = w->physics.data[lane]->qpos[0];
    *y = w->physics.data[lane]->qpos[1];
}

static const void *interface(const char *id)
{
    static const rlb_goals to = {.size = sizeof to,
                                 .width = 2,
                                 .on_entering = 1,
                                 .labels = "x\ny",
                                 .rewards = goal_rewards,
                                 .observe = goal_observe};
    static const rlb_plane plane = {.size = sizeof plane,
                                    .x_label = "x (m)",
                                    .y_label = "y (m)",
                                    .x_lo = -.3,
                                    .x_hi = .3,
                                    .y_lo = -.3,
                                    .y_hi = .3,
                                    .observe = plane_observe,
                                    .where = plane_where};
    return strcmp(id, RLB_GOALS) == 0   ? (const void *)&to
           : strcmp(id, RLB_PLANE) == 0 ? &plane
                                        : NULL;
}

static void extend(struct world *w)
{
    w->tasks.goal_width = 2;
    w->tasks.goal = goal;
    w->tasks.represent = represent;
}

static const struct kind kind = {.model = model,
                                 .substeps = 1,
                                 .obs_width = WIDTH,
                                 .num_actions = 2,
                                 .state_width = WIDTH,
                                 .num_tasks = NUM_GOALS,
                                 .tasks = names,
                                 .start = start,
                                 .observe = observe,
                                 .reward = reward,
                                 .recall = recall,
                                 .extend = extend,
                                 .interface = interface,
                                 .goals = goals,
                                 .half_width = .31,
                                 .looked_at = TOP_VIEW};

WORLD_FUNCTIONS(kind)

const rlb_env point_mass_maze = {
    .id = "point-mass-maze",
    .title = "Point-mass maze (MuJoCo)",
    .doc = "Two motors push a point over a table whose four rooms are open at the rim; walls are "
           "sticky. Tasks are twenty goals, five in each room; a step within 3 cm of the goal pays "
           "1, farther away the reward falls to a tenth over another 3 cm. Observations are "
           "position and velocity; goals are positions. Episodes start at rest in the upper left "
           "room and are cut after 1000 steps of 0.02 s.",
    .citation = "Laskin et al.: URLB: unsupervised reinforcement learning benchmark, NeurIPS 2021; "
                "Touati, Rapin, Ollivier: Does zero-shot reinforcement learning exist?, ICLR 2023",
    .version = "1.0",
    WORLD_ENV(params),
};
