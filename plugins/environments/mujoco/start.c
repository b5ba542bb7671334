#include "worlds.h"

void start_joints(const mjModel *m, mjData *d, rlb_rng *rng, int turned)
{
    for (int joint = 0; joint < m->njnt; joint++) {
        const mjtNum *range = m->jnt_range + 2 * joint;
        mjtNum *q = &d->qpos[m->jnt_qposadr[joint]];
        if (m->jnt_limited[joint])
            *q = range[0] + (range[1] - range[0]) * rlb_rng_uniform(rng);
        else if (turned && m->jnt_type[joint] == mjJNT_HINGE)
            *q = mjPI * (2 * rlb_rng_uniform(rng) - 1);
    }
}
