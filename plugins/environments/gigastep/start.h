/* How an episode begins. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_START_H
#define RLBENCH_PLUGIN_GIGASTEP_START_H

#include "sky.h"

/* The start of the lane's next episode: a map, places of the agents drawn in their team's box, and
 * up to three times again for those that stand on another or at an obstacle. Also the distances of
 * the scratch, for the first observation, for which nobody has been seen. */
void start_lane(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t lane);
/* Distances and sight for an observation of a state that was put there rather than stepped to. */
void start_scratch(const struct sky *s, const struct block *b, const struct scratch *w,
                   uint32_t lane);

#endif
