/* The planar cheetah of the control suite. The model is written after the suite's figures. */
#include "tolerance.h"
#include "worlds.h"

enum { TORSO = 1, JOINTS = 9, OBS = 2 * JOINTS - 1 };
enum { WALK, RUN, WALK_BACKWARD, RUN_BACKWARD, NUM_TASKS };

/* A joint that springs back, and a capsule turned by `pitch` degrees. */
#define JOINT(name, range, stiffness, damping)                                                     \
    " <joint name='" name "' range='" range "' stiffness='" stiffness "' damping='" damping "'/>"
#define CAPSULE(at, pitch, half) " <geom pos='" at "' euler='0 " pitch " 0' size='.046 " half "'/>"
#define MOTOR(joint, gear) " <motor joint='" joint "' gear='" gear "'/>"

static const char model[] =
    "<mujoco>"
    " <size njmax='150' nconmax='50'/>"
    " <compiler settotalmass='14'/>"
    " <option timestep='.01'/>"
    " <default>"
    "  <motor ctrllimited='true' ctrlrange='-1 1'/>"
    "  <default class='cheetah'>"
    "   <joint limited='true' armature='.1' axis='0 1 0'/>"
    "   <geom type='capsule' friction='.4 .1 .1'/>"
    "  </default>"
    "  <default class='root'> <joint limited='false' armature='0'/> </default>"
    " </default>"
    " <worldbody>"
    "  <geom type='plane' size='100 100 1'/>"
    "  <body name='torso' pos='0 0 .7' childclass='cheetah'>"
    "   <joint class='root' name='x' type='slide' axis='1 0 0'/>"
    "   <joint class='root' name='z' type='slide' axis='0 0 1'/>"
    "   <joint class='root' name='pitch' type='hinge' axis='0 1 0'/>"
    "   <geom fromto='-.5 0 0 .5 0 0' size='.046'/>" CAPSULE(
        ".6 0 .1", "50", ".15") "   <body name='bthigh' pos='-.5 0 0'>" JOINT("bthigh", "-30 60",
                                                                              "240", "6")
        CAPSULE(".1 0 -.13", "-218", ".145") "    <body name='bshin' pos='.16 0 -.25'>" JOINT(
            "bshin", "-50 50", "180",
            "4.5") CAPSULE("-.14 0 -.07", "-116",
                           ".15") "     <body name='bfoot' pos='-.28 0 -.14'>" JOINT("bfoot",
                                                                                     "-230 50",
                                                                                     "120", "3")
            CAPSULE(
                ".03 0 -.097", "-15",
                ".094") "     </body>"
                        "    </body>"
                        "   </body>"
                        "   <body name='fthigh' pos='.5 0 0'>" JOINT("fthigh", "-57 .4", "180",
                                                                     "4.5")
                            CAPSULE(
                                "-.07 0 -.12", "30",
                                ".133") "    <body name='fshin' pos='-.14 0 -.24'>" JOINT("fshin",
                                                                                          "-70 50",
                                                                                          "120",
                                                                                          "3")
                                CAPSULE(
                                    ".065 0 -.09", "-34",
                                    ".106") "     <body name='ffoot' pos='.13 0 -.18'>" JOINT("ffoo"
                                                                                              "t",
                                                                                              "-28 "
                                                                                              "28",
                                                                                              "60",
                                                                                              "1.5")
                                    CAPSULE(
                                        ".045 0 -.07", "-34",
                                        ".07") "     </body>"
                                               "    </body>"
                                               "   </body>"
                                               "  </body>"
                                               " </worldbody>"
                                               " <sensor> <subtreelinvel body='torso'/> </sensor>"
                                               " <actuator>" MOTOR("bthigh", "120")
                                                   MOTOR("bshin", "90") MOTOR("bfoot", "60")
                                                       MOTOR("fthigh", "90") MOTOR("fshin", "60")
                                                           MOTOR("ffoot", "30") " </actuator>"
                                                                                "</mujoco>";

static const char *const names[] = {"walk", "run", "walk-backward", "run-backward", "drawn", NULL};
static const rlb_param params[] = {WORLD_TASK(names, RUN)};

/* Joints anywhere, then two seconds to fall and come to rest. */
static void start(struct physics *p, mjData *d, rlb_rng *rng, const rlb_value *values)
{
    enum { SETTLING = 200 };
    (void)values;
    start_joints(p->model, d, rng, 0);
    for (int k = 0; k < SETTLING; k++)
        mj_step(p->model, d);
}

static void observe(const mjModel *m, const mjData *d, float *obs)
{
    for (int k = 1; k < m->nq; k++)
        *obs++ = (float)d->qpos[k];
    for (int k = 0; k < m->nv; k++)
        *obs++ = (float)d->qvel[k];
}

static void recall(const float *obs, float *state)
{
    state[0] = 0; /* x pays nothing */
    for (int k = 0; k < OBS; k++)
        state[1 + k] = obs[k];
}

static double reward(const mjModel *m, const mjData *d, uint32_t task)
{
    const double speed = d->subtree_linvel[3 * TORSO];
    const double wanted = task == WALK || task == WALK_BACKWARD ? 2 : 10;
    (void)m;
    return tolerance_above(task >= WALK_BACKWARD ? -speed : speed, wanted, wanted, 0);
}

static const struct kind kind = {.model = model,
                                 .substeps = 1,
                                 .obs_width = OBS,
                                 .num_actions = 6,
                                 .state_width = 2 * JOINTS,
                                 .num_tasks = NUM_TASKS,
                                 .tasks = names,
                                 .start = start,
                                 .observe = observe,
                                 .reward = reward,
                                 .recall = recall,
                                 .half_width = 1.4,
                                 .looked_at = SIDE_VIEW,
                                 .follow = 1};

WORLD_FUNCTIONS(kind)

const rlb_env cheetah = {
    .id = "cheetah",
    .title = "Planar cheetah (MuJoCo)",
    .doc = "A torso of 14 kg on two springy legs that moves in a plane, six motors. Tasks: walk "
           "(2 m/s) and run (10 m/s), forwards and backwards; a step pays the fraction of that "
           "speed. Observations are all positions but the distance gone, and all velocities. "
           "Episodes start from joints anywhere in their ranges after two seconds of rest and are "
           "cut after 1000 steps of 0.01 s.",
    .citation = "Tassa et al.: DeepMind control suite, 2018; Touati, Rapin, Ollivier: Does "
                "zero-shot reinforcement learning exist?, ICLR 2023 (tasks)",
    .version = "1.0",
    WORLD_ENV(params),
};
