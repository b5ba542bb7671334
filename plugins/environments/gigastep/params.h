/* The parameters, and the sky that they describe. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_PARAMS_H
#define RLBENCH_PLUGIN_GIGASTEP_PARAMS_H

#include "sky.h"

#include <rlbench/plugin.h>

enum {
    P_SCENARIO,
    P_OBSERVABILITY,
    P_OBSERVATION,
    P_MAPS,
    P_ACTIONS,
    P_QUIRKS,
    P_AUX_REWARD_FACTOR,
    P_RESOLUTION_X,
    P_RESOLUTION_Y,
    P_SETTINGS, /* the first of those that a scenario has a value for */
    NUM_PARAMS = P_SETTINGS + 31
};

extern const rlb_param params_table[NUM_PARAMS];

struct wish {
    struct sky sky;
    uint32_t episode; /* most steps */
    int discrete, pixels;
};

void params_read(const rlb_value *v, struct wish *out);

#endif
