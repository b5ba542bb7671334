/* The built-in scenarios: who flies, and what differs from the defaults. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_SCENARIO_H
#define RLBENCH_PLUGIN_GIGASTEP_SCENARIO_H

#include "sky.h"

enum { OBSERVE_VECTOR, OBSERVE_RGB };
enum { PARTIAL, FULL };

/* Names of the scenarios, NULL-terminated; the index is their number. */
extern const char *const scenario_names[];

/* Numbers that a scenario has and a recipe may change, in units as they are given there. */
struct settings {
    double near, view_depth, view_angle, hurt_depth, hurt_angle, damage_per_second, healing;
    double least_track, most_track, radio, touch, touch_z, limit_x, limit_y, waypoint_size, slots;
    double episode, stochastic_sight, stochastic_radio, waypoints, ends_with_a_team;
    double divide_reward, win, kill, detect, hurt, idle, disabled, hit_agent, hit_box, waypoint;
};

void scenario_settings(uint32_t scenario, int observability, struct settings *out);
/* The agents of a scenario and the constants that follow from the settings; maps and resolution
 * are left alone. */
void scenario_build(uint32_t scenario, const struct settings *g, int quirks, struct sky *out);

#endif
