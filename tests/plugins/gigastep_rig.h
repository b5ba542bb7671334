/* One block of gigastep's kernel in a test's hands: states and draws are put, steps are taken. */
#ifndef RLBENCH_TESTS_PLUGINS_GIGASTEP_RIG_H
#define RLBENCH_TESTS_PLUGINS_GIGASTEP_RIG_H

#include "environments/gigastep/draws.h"
#include "environments/gigastep/params.h"
#include "environments/gigastep/pixels.h"
#include "environments/gigastep/sky.h"
#include "environments/gigastep/start.h"

struct rig {
    struct sky sky;
    float *block_rows, *scratch_rows;
    struct block block;
    struct scratch scratch;
};

struct rig_agent {
    float x, y, z, v, heading, health, alive;
};

/* A block under "scenario=identical_2_vs_2 actions=continuous"; names it does not know end the
 * program. Everybody is dead until put, draws are 0. */
void rig_make(struct rig *r, const char *set);
void rig_free(struct rig *r);
void rig_put(struct rig *r, uint32_t lane, uint32_t agent, struct rig_agent a);
struct rig_agent rig_get(const struct rig *r, uint32_t lane, uint32_t agent);
/* No waypoint, nobody held or seen: as at a start. */
void rig_forget(struct rig *r, uint32_t lane);
void rig_act(struct rig *r, uint32_t lane, uint32_t agent, float turn, float climb, float throttle);
void rig_choose(struct rig *r, uint32_t lane, uint32_t agent, uint32_t choice);

#endif
