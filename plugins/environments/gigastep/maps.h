/* The built-in maps. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_MAPS_H
#define RLBENCH_PLUGIN_GIGASTEP_MAPS_H

#include "sky.h"

enum { MAPS_ALL, MAPS_VOID, MAPS_EMPTY, MAPS_TWO_ROOMS, MAPS_FOUR_ROOMS, MAPS_CENTER_BLOCK };

/* The maps of a choice, stretched to limit[0] x limit[1]. quirks: the void is not empty. */
void maps_build(int choice, int quirks, const float limit[2], struct maps *out);

#endif
