/* Pictures of a sky for people. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_RADAR_H
#define RLBENCH_PLUGIN_GIGASTEP_RADAR_H

#include "sky.h"

#include <rlbench/sketch.h>

enum { VIEW_RADAR, VIEW_SIDE, VIEW_CREW, NUM_VIEWS };

struct radar {
    rlb_sketch sketch;
    char caption[160];
    char crew[64 * (MAX_AGENTS + 2)];
};

extern const rlb_view radar_views[NUM_VIEWS];
typedef void radar_fn(struct radar *, const struct sky *, const struct block *, uint32_t lane,
                      rlb_frame *out);
/* By index of the view. */
extern radar_fn *const radar_draw[NUM_VIEWS];

rlb_status radar_init(struct radar *r, const rlb_host *host, const struct sky *s);

#endif
