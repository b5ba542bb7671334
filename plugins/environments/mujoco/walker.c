/* The planar walker of the control suite. The model is written after the suite's figures. */
#include "tolerance.h"
#include "worlds.h"

enum { TORSO = 1, BODIES = 7, JOINTS = 9, OBS = 2 * BODIES + 1 + JOINTS };
enum { STAND, WALK, RUN, FLIP, NUM_TASKS };

/* A leg, `side` of the torso: thigh, shin, foot. */
#define LEG(name, side)                                                                            \
    " <body name='" name "_thigh' pos='0 " side " -.3'>"                                           \
    "  <joint name='" name "_hip' range='-20 100'/>"                                               \
    "  <geom pos='0 0 -.225' size='.05 .225'/>"                                                    \
    "  <body name='" name "_leg' pos='0 0 -.7'>"                                                   \
    "   <joint name='" name "_knee' pos='0 0 .25' range='-150 0'/>"                                \
    "   <geom size='.04 .25'/>"                                                                    \
    "   <body name='" name "_foot' pos='.06 0 -.25'>"                                              \
    "    <joint name='" name "_ankle' pos='-.06 0 0' range='-45 45'/>"                             \
    "    <geom size='.05 .1' zaxis='1 0 0'/>"                                                      \
    "   </body>"                                                                                   \
    "  </body>"                                                                                    \
    " </body>"
#define MOTOR(joint, gear) " <motor joint='" joint "' gear='" gear "'/>"
#define MOTORS(name) MOTOR(name "_hip", "100") MOTOR(name "_knee", "50") MOTOR(name "_ankle", "20")

static const char model[] =
    "<mujoco>"
    " <size njmax='120' nconmax='40'/>"
    " <option timestep='.0025'/>"
    " <default>"
    "  <joint damping='.1' armature='.01' limited='true' solimplimit='0 .99 .01'/>"
    "  <geom contype='1' conaffinity='0' friction='.7 .1 .1'/>"
    "  <motor ctrllimited='true' ctrlrange='-1 1'/>"
    "  <default class='walker'>"
    "   <geom type='capsule'/> <joint axis='0 -1 0'/>"
    "  </default>"
    "  <default class='root'>"
    "   <joint limited='false' armature='0' damping='0'/>"
    "  </default>"
    " </default>"
    " <worldbody>"
    "  <geom type='plane' size='100 100 1' conaffinity='1'/>"
    "  <body name='torso' pos='0 0 1.3' childclass='walker'>"
    "   <joint class='root' name='z' type='slide' axis='0 0 1'/>"
    "   <joint class='root' name='x' type='slide' axis='1 0 0'/>"
    "   <joint class='root' name='pitch' type='hinge' axis='0 1 0'/>"
    "   <geom size='.07 .3'/>" LEG("right", "-.05")
        LEG("left", ".05") "  </body>"
                           " </worldbody>"
                           " <sensor> <subtreelinvel body='torso'/> </sensor>"
                           " <actuator>" MOTORS("right") MOTORS("left") " </actuator>"
                                                                        "</mujoco>";

static const char *const names[] = {"stand", "walk", "run", "flip", "drawn", NULL};
static const rlb_param params[] = {WORLD_TASK(names, WALK)};

static void start(struct physics *p, mjData *d, rlb_rng *rng, const rlb_value *values)
{
    (void)values;
    start_joints(p->model, d, rng, 1);
}

static void observe(const mjModel *m, const mjData *d, float *obs)
{
    for (int body = TORSO; body <= BODIES; body++) {
        *obs++ = (float)d->xmat[9 * body];     /* xx */
        *obs++ = (float)d->xmat[9 * body + 2]; /* xz */
    }
    *obs++ = (float)d->xpos[3 * TORSO + 2];
    for (int k = 0; k < m->nv; k++)
        *obs++ = (float)d->qvel[k];
}

/* A body turned by a about the y axis has xx = cos a, xz = sin a; the limbs' joints turn the other
 * way. Where the walker stands along x is not observed and pays nothing. */
static void recall(const float *obs, float *state)
{
    double angle[BODIES];
    for (int k = 0; k < BODIES; k++)
        angle[k] = atan2((double)obs[2 * k + 1], (double)obs[2 * k]);
    state[0] = obs[2 * BODIES] - 1.3F;
    state[1] = 0;
    state[2] = (float)angle[0];
    for (int k = 1; k < BODIES; k++)
        state[2 + k] = (float)(angle[k == 4 ? 0 : k - 1] - angle[k]);
    for (int k = 0; k < JOINTS; k++)
        state[JOINTS + k] = obs[2 * BODIES + 1 + k];
}

static double standing(const mjData *d)
{
    const double height = d->xpos[3 * TORSO + 2], upright = d->xmat[9 * TORSO + 8];
    return (3 * tolerance_gaussian(1.2 - height, .6) + (1 + upright) / 2) / 4;
}

static double reward(const mjModel *m, const mjData *d, uint32_t task)
{
    const double speed = d->subtree_linvel[3 * TORSO], spin = d->subtree_angmom[3 * TORSO + 1];
    (void)m;
    switch (task) {
    case STAND: return standing(d);
    case FLIP: return standing(d) * (5 * tolerance_above(spin, 5, 5, 0) + 1) / 6;
    default: {
        const double wanted = task == WALK ? 1 : 8;
        return standing(d) * (5 * tolerance_above(speed, wanted, wanted / 2, .5) + 1) / 6;
    }
    }
}

static const struct kind kind = {.model = model,
                                 .substeps = 10,
                                 .obs_width = OBS,
                                 .num_actions = 6,
                                 .state_width = 2 * JOINTS,
                                 .num_tasks = NUM_TASKS,
                                 .tasks = names,
                                 .start = start,
                                 .observe = observe,
                                 .reward = reward,
                                 .recall = recall,
                                 .half_width = 1.6,
                                 .looked_at = SIDE_VIEW,
                                 .follow = 1};

WORLD_FUNCTIONS(kind)

const rlb_env walker = {
    .id = "walker",
    .title = "Planar walker (MuJoCo)",
    .doc = "A torso on two legs that moves in a plane, six motors. Tasks: stand, walk (1 m/s), run "
           "(8 m/s) and flip (angular momentum); each pays up to 1 a step for height, uprightness "
           "and the motion asked for. Observations are the orientations of the seven bodies, the "
           "torso's height and the velocities. Episodes start with joints anywhere in their ranges "
           "and are cut after 1000 steps of 0.025 s.",
    .citation = "Tassa et al.: DeepMind control suite, 2018; Laskin et al.: URLB: unsupervised "
                "reinforcement learning benchmark, NeurIPS 2021 (flip)",
    .version = "1.0",
    WORLD_ENV(params),
};
