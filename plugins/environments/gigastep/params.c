#include "params.h"

#include "maps.h"
#include "scenario.h"

#include <string.h>

static const char *const observabilities[] = {"partial", "full", NULL};
static const char *const observations[] = {"vector", "rgb", NULL};
static const char *const map_choices[] = {"all",        "void",         "empty", "two_rooms1",
                                          "four_rooms", "center_block", NULL};
static const char *const action_kinds[] = {"discrete", "continuous", NULL};

/* A number that the scenario sets unless a recipe does. */
#define OF_SCENARIO(name, most, unit, text)                                                        \
    RLB_REAL(name, -1, -1, most, unit, RLB_P_EXPERT, text " -1: as the scenario has it.")

const rlb_param params_table[NUM_PARAMS] = {
    [P_SCENARIO] = RLB_ENUM("scenario", 2, scenario_names, 0, "Who flies, and for what."),
    [P_OBSERVABILITY] =
        RLB_ENUM("observability", 0, observabilities, 0,
                 "Partial: a cone of sight, detection by chance, a radio that loses words. Full: "
                 "agents see all round and far, and share everything."),
    [P_OBSERVATION] = RLB_ENUM("observation", 0, observations, 0,
                               "Numbers of the nearest agents, or a picture from above."),
    [P_MAPS] =
        RLB_ENUM("maps", 0, map_choices, 0,
                 "Which maps are drawn from at a start. All: eight, with obstacles; void: none "
                 "with obstacles, but with quirks all; empty and the others: that map."),
    [P_ACTIONS] = RLB_ENUM("actions", 0, action_kinds, 0,
                           "27 choices, or three numbers (turn, climb, throttle) in [-1, 1]."),
    [P_QUIRKS] = RLB_BOOL("quirks", 1, 0,
                          "As the authors' code does it, its slips with it; else as it is meant."),
    [P_AUX_REWARD_FACTOR] = RLB_REAL("aux_reward_factor", 1, 0, 1e6, "", RLB_P_EXPERT,
                                     "Scales all rewards but that for winning."),
    [P_RESOLUTION_X] =
        RLB_INT("resolution_x", 84, 8, 1024, "pixel", RLB_P_EXPERT, "Width of a picture."),
    [P_RESOLUTION_Y] =
        RLB_INT("resolution_y", 84, 8, 1024, "pixel", RLB_P_EXPERT, "Height of a picture."),
    [P_SETTINGS + 0] =
        OF_SCENARIO("very_close_cone_depth", 1000, "", "Within this distance everybody is seen."),
    [P_SETTINGS + 1] = OF_SCENARIO("cone_depth", 1000, "", "How far agents see."),
    [P_SETTINGS + 2] = OF_SCENARIO("cone_angle", 7, "rad", "Half the angle in which agents see."),
    [P_SETTINGS + 3] = OF_SCENARIO("damage_cone_depth", 1000, "", "How far weapons reach."),
    [P_SETTINGS + 4] =
        OF_SCENARIO("damage_cone_angle", 7, "rad", "Half the angle in which weapons reach."),
    [P_SETTINGS + 5] =
        OF_SCENARIO("damage_per_second", 1000, "1/s",
                    "Health that a target loses for each step it was held beyond the least."),
    [P_SETTINGS + 6] =
        OF_SCENARIO("healing_per_second", 1000, "1/s", "Health that comes back by itself."),
    [P_SETTINGS + 7] = OF_SCENARIO("min_tracking_time", 1000, "step",
                                   "Steps that a target is held before it is harmed."),
    [P_SETTINGS + 8] =
        OF_SCENARIO("max_tracking_time", 1000, "step", "Steps after which harm grows no more."),
    [P_SETTINGS + 9] = OF_SCENARIO("communication_range", 1000, "",
                                   "Beyond it team mates do not hear each other."),
    [P_SETTINGS + 10] =
        OF_SCENARIO("collision_range", 1000, "", "Agents nearer than this collide."),
    [P_SETTINGS + 11] = OF_SCENARIO("collision_altitude", 1000, "",
                                    "Agents farther apart than this in altitude do not."),
    [P_SETTINGS + 12] = OF_SCENARIO("limit_x", 1000, "", "Width of the map."),
    [P_SETTINGS + 13] = OF_SCENARIO("limit_y", 1000, "", "Height of the map, in the plane."),
    [P_SETTINGS + 14] = OF_SCENARIO("waypoint_size", 1000, "", "Side of a waypoint."),
    [P_SETTINGS + 15] = OF_SCENARIO("max_agent_in_vec_obs", 1000, "",
                                    "Agents that an observation has room for, the nearest."),
    [P_SETTINGS + 16] = OF_SCENARIO("max_episode_length", 1000000000.0, "step",
                                    "An episode is cut after so many steps."),
    [P_SETTINGS + 17] =
        OF_SCENARIO("use_stochastic_obs", 1, "",
                    "1: far agents are seen with a chance that falls with their distance."),
    [P_SETTINGS + 18] =
        OF_SCENARIO("use_stochastic_comm", 1, "",
                    "1: team mates are heard with a chance that falls with their distance."),
    [P_SETTINGS + 19] =
        OF_SCENARIO("enable_waypoints", 1, "", "1: waypoints appear, to be collected."),
    [P_SETTINGS + 20] = OF_SCENARIO("episode_ends_one_team_dead", 1, "",
                                    "1: the episode ends with a team, 0: with both."),
    [P_SETTINGS + 21] = OF_SCENARIO("divide_reward_by_team_size", 1, "",
                                    "1: rewards are divided by the number of agents."),
    [P_SETTINGS + 22] =
        OF_SCENARIO("reward_game_won", 1000000.0, "", "Reward when the other team is dead."),
    [P_SETTINGS + 23] =
        OF_SCENARIO("reward_defeat_one_opponent", 1000000.0, "",
                    "Reward for opponents that die, and punishment for team mates."),
    [P_SETTINGS + 24] = OF_SCENARIO("reward_detection", 1000000.0, "",
                                    "Reward for seeing and punishment for being seen."),
    [P_SETTINGS + 25] = OF_SCENARIO("reward_damage", 1000000.0, "",
                                    "Reward for harm done and punishment for harm suffered."),
    [P_SETTINGS + 26] = OF_SCENARIO("reward_idle", 1000000.0, "", "Punishment for being there."),
    [P_SETTINGS + 27] =
        OF_SCENARIO("reward_agent_disabled", 1000000.0, "", "Punishment for dying."),
    [P_SETTINGS + 28] = OF_SCENARIO("reward_collision_agent", 1000000.0, "",
                                    "Punishment for hitting another agent."),
    [P_SETTINGS + 29] = OF_SCENARIO(
        "reward_collision_obstacle", 1000000.0, "",
        "Punishment for leaving the map and for hitting a box; with quirks it is never given."),
    [P_SETTINGS + 30] =
        OF_SCENARIO("reward_hit_waypoint", 1000000.0, "", "Reward for collecting a waypoint."),
};

/* Where the value of parameter P_SETTINGS + k goes. */
static const size_t fields[NUM_PARAMS - P_SETTINGS] = {
    offsetof(struct settings, near),
    offsetof(struct settings, view_depth),
    offsetof(struct settings, view_angle),
    offsetof(struct settings, hurt_depth),
    offsetof(struct settings, hurt_angle),
    offsetof(struct settings, damage_per_second),
    offsetof(struct settings, healing),
    offsetof(struct settings, least_track),
    offsetof(struct settings, most_track),
    offsetof(struct settings, radio),
    offsetof(struct settings, touch),
    offsetof(struct settings, touch_z),
    offsetof(struct settings, limit_x),
    offsetof(struct settings, limit_y),
    offsetof(struct settings, waypoint_size),
    offsetof(struct settings, slots),
    offsetof(struct settings, episode),
    offsetof(struct settings, stochastic_sight),
    offsetof(struct settings, stochastic_radio),
    offsetof(struct settings, waypoints),
    offsetof(struct settings, ends_with_a_team),
    offsetof(struct settings, divide_reward),
    offsetof(struct settings, win),
    offsetof(struct settings, kill),
    offsetof(struct settings, detect),
    offsetof(struct settings, hurt),
    offsetof(struct settings, idle),
    offsetof(struct settings, disabled),
    offsetof(struct settings, hit_agent),
    offsetof(struct settings, hit_box),
    offsetof(struct settings, waypoint),
};

static uint32_t width_of(const struct sky *s)
{
    return FIELDS * s->slots + (s->waypoints ? 5 : 0) + 4 * s->maps.num_boxes;
}

void params_read(const rlb_value *v, struct wish *out)
{
    struct settings g;
    const uint32_t scenario = (uint32_t)v[P_SCENARIO].i;
    scenario_settings(scenario, (int)v[P_OBSERVABILITY].i, &g);
    for (size_t k = 0; k < NUM_PARAMS - P_SETTINGS; k++)
        if (v[P_SETTINGS + k].r >= 0)
            memcpy((char *)&g + fields[k], &v[P_SETTINGS + k].r, sizeof(double));
    g.slots = g.slots < 1 ? 1 : g.slots;
    *out = (struct wish){.episode = (uint32_t)g.episode,
                         .discrete = v[P_ACTIONS].i == 0,
                         .pixels = v[P_OBSERVATION].i == OBSERVE_RGB};
    struct sky *s = &out->sky;
    scenario_build(scenario, &g, v[P_QUIRKS].i != 0, s);
    maps_build((int)v[P_MAPS].i, s->quirks, s->limit, &s->maps);
    s->reward.scale = (float)v[P_AUX_REWARD_FACTOR].r;
    s->resolution[0] = (uint32_t)v[P_RESOLUTION_X].i;
    s->resolution[1] = (uint32_t)v[P_RESOLUTION_Y].i;
    s->width = width_of(s);
}
