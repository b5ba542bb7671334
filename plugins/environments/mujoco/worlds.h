/* The worlds of this module. */
#ifndef RLBENCH_PLUGIN_MUJOCO_WORLDS_H
#define RLBENCH_PLUGIN_MUJOCO_WORLDS_H

#include "world.h"

extern const rlb_env point_mass_maze, walker, cheetah, quadruped;

/* Limited joints uniform in their range; turned: other hinges anywhere on the circle. In start.c.
 */
void start_joints(const mjModel *m, mjData *d, rlb_rng *rng, int turned);

#endif
