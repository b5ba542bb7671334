/* A MuJoCo model made from text and one simulation of it for every lane. What MuJoCo cannot go on
 * with comes back as a status: it neither prints nor ends the program. */
#ifndef RLBENCH_PLUGIN_MUJOCO_PHYSICS_H
#define RLBENCH_PLUGIN_MUJOCO_PHYSICS_H

#include <rlbench/plugin.h>

#include <mujoco/mujoco.h>

struct physics {
    const rlb_host *host;
    mjModel *model;
    mjData **data; /* [num_lanes] */
    mjData *probe; /* for questions about other states */
    uint32_t num_lanes;
    uint32_t state_width; /* numbers of qpos, qvel and act */
    uint32_t saved_width; /* numbers of a lane's whole state */
};

/* Compiles the model. RLB_E_INTERNAL with MuJoCo's sentence, RLB_E_NOMEM; then nothing is left. */
rlb_status physics_init(struct physics *p, const rlb_host *host, const char *mjcf,
                        uint32_t num_lanes);
void physics_finish(struct physics *p);

/* Calls fn(ctx) where MuJoCo's errors and warnings become RLB_E_NUMERIC with a sentence. */
rlb_status physics_guard(struct physics *p, void (*fn)(void *ctx), void *ctx);

/* One control step: ctrl held for `substeps` steps of the model. Before and after, what MuJoCo
 * derives from positions and velocities is up to date; sensors of the acceleration stage are those
 * of the last step. As long as as many mj_step. */
static inline void physics_advance(const mjModel *m, mjData *d, uint32_t substeps)
{
    mj_step2(m, d);
    for (uint32_t k = 1; k < substeps; k++)
        mj_step(m, d);
    mj_step1(m, d);
}
/* Makes everything follow from qpos, qvel and act, as in a body at rest: no actuation. */
void physics_settle(struct physics *p, mjData *d);
/* Puts qpos, qvel and act, as rows of floats, into the probe and derives positions, velocities and
 * their sensors. Returns the probe. */
const mjData *physics_recall(struct physics *p, const float *state);
/* The other direction. */
void physics_state(const struct physics *p, const mjData *d, float *state);

/* All that makes a lane go on equally, bit for bit: time, qpos, qvel, act, the solver's warm start
 * and the sensors of the acceleration stage. saved_width numbers. */
void physics_save(const struct physics *p, const mjData *d, double *out);
void physics_load(const struct physics *p, const double *in, mjData *d);

#endif
