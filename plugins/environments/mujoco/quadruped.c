/* The quadruped of the control suite. The model is written after the suite's figures. */
#include "tolerance.h"
#include "worlds.h"

enum { TORSO = 1, HINGES = 16, ACTUATORS = 12, ROOT_Q = 7, ROOT_V = 6 };
enum { STATE = ROOT_Q + ROOT_V + 2 * HINGES + ACTUATORS };
enum { UPRIGHT = 2 * HINGES + ACTUATORS + 3, OBS = UPRIGHT + 1 + 6 + 24 };
/* Where the sensors of the model lie. */
enum { ACCELEROMETER = 0, GYRO = 3, VELOCIMETER = 6, FORCES = 9, TORQUES = 21, CENTRE = 33 };
enum { STAND, WALK, RUN, JUMP, NUM_TASKS };

/* A leg from the hip at `pos`, turned by `yaw` degrees: thigh, shin, foot and toe. */
#define LEG(name, pos, yaw)                                                                        \
    " <body name='hip_" name "' pos='" pos "' euler='0 0 " yaw "'>"                                \
    "  <joint name='yaw_" name "' axis='0 0 1' range='-50 50'/>"                                   \
    "  <joint name='pitch_" name "' range='-20 60'/>"                                              \
    "  <geom fromto='0 0 0 .3 0 .11'/>"                                                            \
    "  <body pos='.3 0 .11'>"                                                                      \
    "   <joint name='knee_" name "' range='-60 50'/>"                                              \
    "   <geom size='.065' fromto='0 0 0 .25 0 -.25'/>"                                             \
    "   <body pos='.25 0 -.25'>"                                                                   \
    "    <joint name='ankle_" name "' range='-45 55'/>"                                            \
    "    <geom size='.055' fromto='0 0 0 0 0 -.25'/>"                                              \
    "    <body pos='0 0 -.3'>"                                                                     \
    "     <geom type='sphere' size='.08' friction='1.5'/>"                                         \
    "     <site name='toe_" name "'/>"                                                             \
    "    </body>"                                                                                  \
    "   </body>"                                                                                   \
    "  </body>"                                                                                    \
    " </body>"
#define PULL(joint, name, by) " <joint joint='" joint "_" name "' coef='" by "'/>"
#define TENDONS(name)                                                                              \
    " <fixed name='mean_" name "'>" PULL("pitch", name, ".333") PULL("knee", name, ".333")         \
        PULL("ankle", name, ".333") " </fixed>"                                                    \
                                    " <fixed name='lift_" name "'>" PULL("pitch", name, ".5")      \
                                        PULL("ankle", name, "-.5") " </fixed>"                     \
                                                                   " <fixed name='extend_" name    \
                                                                   "'>" PULL("pitch", name, ".25") \
                                                                       PULL("knee", name, "-.5")   \
                                                                           PULL("ankle", name,     \
                                                                                ".25") " </fixed>"
#define COUPLING(name) " <tendon tendon1='mean_" name "' solimp='.95 .99 .01' solref='.005 .5'/>"
#define SERVOS(name)                                                                               \
    " <general joint='yaw_" name "' ctrlrange='-1 1'/>"                                            \
    " <general tendon='lift_" name "' ctrlrange='-1 1.1'/>"                                        \
    " <general tendon='extend_" name "' ctrlrange='-.8 .8'/>"
#define FORCE(name) " <force site='toe_" name "'/>"
#define TORQUE(name) " <torque site='toe_" name "'/>"
#define EACH(what) what("front_left") what("front_right") what("back_right") what("back_left")

static const char model[] =
    "<mujoco>"
    " <size njmax='200' nconmax='80'/>"
    " <option timestep='.005'/>"
    " <default>"
    "  <geom solimp='.9 .99 .003' solref='.01 1'/>"
    "  <general ctrllimited='true' gainprm='1000' biasprm='0 -1000' biastype='affine'"
    "   dyntype='filter' dynprm='.1'/>"
    "  <default class='body'>"
    "   <geom type='capsule' size='.08' condim='1' density='500'/>"
    "   <joint type='hinge' axis='0 1 0' damping='30' armature='.01' limited='true'"
    "    solimplimit='0 .99 .01'/>"
    "  </default>"
    " </default>"
    " <worldbody>"
    "  <geom type='plane' size='100 100 1'/>"
    "  <body name='torso' pos='0 0 .57' childclass='body'>"
    "   <freejoint/>"
    "   <geom type='ellipsoid' size='.3 .27 .2' density='1000'/>"
    "   <geom type='cylinder' fromto='.1 -.07 .12 .31 -.07 .08' size='.05' mass='0'/>" /* eyes */
    "   <geom type='cylinder' fromto='.1 .07 .12 .31 .07 .08' size='.05' mass='0'/>"
    "   <site name='torso'/>" LEG("front_left", ".2 .2 0", "45")
        LEG("front_right", ".2 -.2 0", "-45") LEG("back_right", "-.2 -.2 0", "-135") LEG(
            "back_left", "-.2 .2 0",
            "135") "  </body>"
                   " </worldbody>"
                   " <tendon>" EACH(
                       TENDONS) " </tendon>"
                                " <equality>" EACH(
                                    COUPLING) " </equality>"
                                              " <actuator>" EACH(
                                                  SERVOS) " </actuator>"
                                                          " <sensor>"
                                                          "  <accelerometer site='torso'/> <gyro "
                                                          "site='torso'/> <velocimeter "
                                                          "site='torso'/>" EACH(FORCE) EACH(
                                                              TORQUE) "  <subtreecom body='torso'/>"
                                                                      " </sensor>"
                                                                      "</mujoco>";

static const char *const names[] = {"stand", "walk", "run", "jump", "drawn", NULL};
static const rlb_param params[] = {WORLD_TASK(names, WALK)};

/* Turned anywhere, at the lowest height, in steps of a centimetre, that touches nothing. */
static void start(struct physics *p, mjData *d, rlb_rng *rng, const rlb_value *values)
{
    (void)values;
    for (int k = 3; k < ROOT_Q; k++)
        d->qpos[k] = rlb_rng_normal(rng);
    mju_normalize4(d->qpos + 3);
    for (int height = 0;; height++) {
        d->qpos[2] = .01 * height;
        mj_kinematics(p->model, d);
        mj_collision(p->model, d);
        if (d->ncon == 0)
            break;
    }
}

static float *copy(const mjtNum *from, int n, float *to)
{
    for (int k = 0; k < n; k++)
        to[k] = (float)from[k];
    return to + n;
}

static void observe(const mjModel *m, const mjData *d, float *obs)
{
    const mjtNum *sensed = d->sensordata;
    obs = copy(d->qpos + ROOT_Q, HINGES, obs);
    obs = copy(d->qvel + ROOT_V, HINGES, obs);
    obs = copy(d->act, ACTUATORS, obs);
    obs = copy(sensed + VELOCIMETER, 3, obs);
    obs = copy(d->xmat + 9 * TORSO + 8, 1, obs);
    obs = copy(sensed + ACCELEROMETER, 6, obs);
    for (int k = FORCES; k < CENTRE; k++)
        *obs++ = (float)asinh(sensed[k]);
    (void)m;
}

static double reward(const mjModel *m, const mjData *d, uint32_t task)
{
    const double upright = tolerance_above(d->xmat[9 * TORSO + 8], 1, 2, 0);
    const double ahead = d->sensordata[VELOCIMETER], height = d->sensordata[CENTRE + 2];
    (void)m;
    switch (task) {
    case STAND: return upright;
    case JUMP: return upright * tolerance_above(height, 1, 1, .5);
    default: {
        const double wanted = task == WALK ? .5 : 5;
        return upright * tolerance_above(ahead, wanted, wanted, .5);
    }
    }
}

static const struct kind kind = {.model = model,
                                 .substeps = 4,
                                 .obs_width = OBS,
                                 .num_actions = ACTUATORS,
                                 .state_width = STATE,
                                 .num_tasks = NUM_TASKS,
                                 .tasks = names,
                                 .start = start,
                                 .observe = observe,
                                 .reward = reward,
                                 .half_width = 1.4,
                                 .looked_at = TOP_VIEW,
                                 .follow = 1};

WORLD_FUNCTIONS(kind)

const rlb_env quadruped = {
    .id = "quadruped",
    .title = "Quadruped (MuJoCo)",
    .doc = "A torso on four legs with a servo for the yaw, the lift and the extension of each. "
           "Tasks: stand, walk (0.5 m/s), run (5 m/s) and jump (centre of mass at 1 m), all times "
           "how upright the torso is. 78 observations: joint angles and velocities, activations, "
           "the torso's velocity in its own frame and uprightness, accelerometer and gyroscope, "
           "forces and torques at the toes. Height is not among them: rewards of stored states are "
           "those of rlb.state-rewards/1. Episodes start turned anywhere and are cut after 1000 "
           "steps of 0.02 s.",
    .citation = "Tassa et al.: DeepMind control suite, 2018; Laskin et al.: URLB: unsupervised "
                "reinforcement learning benchmark, NeurIPS 2021 (stand, jump)",
    .version = "1.0",
    WORLD_ENV(params),
};
