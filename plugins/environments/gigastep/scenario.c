#include "scenario.h"

#include <math.h>
#include <string.h>

/* ---- kinds of agents */

enum { DEFAULT, HEALTH, RANGE, FASTER, SUPER, HIDER, KINDS };

static const struct kind {
    int32_t sprite;
    float max_health, range, thrust, hurt_range, idle_reward;
} kinds[KINDS] = {
    [DEFAULT] = {1, 1, 1, 1, 1, 0},  [HEALTH] = {7, 3, 1, 1, 1, 0},
    [RANGE] = {3, 0.5f, 2, 1, 1, 0}, [FASTER] = {5, 1, 1, 2, 1, 0},
    [SUPER] = {6, 3, 1, 0.8f, 1, 0}, [HIDER] = {1, 1, 1, 1, 0, 1},
};

/* ---- scenarios */

enum { PLAIN, HIDE, WAYPOINT };

/* How many of each kind fly in a team, in the order of their numbers: pairs (kind, count). */
struct crew {
    uint8_t kind, count;
};
enum { CREWS = 5 };

static const struct scenario {
    struct crew team[TEAMS][CREWS];
    uint8_t game, wide; /* wide: the map is 20 x 20 */
} scenarios[] = {
    {{{{DEFAULT, 1}}, {{DEFAULT, 1}}}, PLAIN, 0},
    {{{{DEFAULT, 2}}, {{DEFAULT, 2}}}, PLAIN, 0},
    {{{{DEFAULT, 5}}, {{DEFAULT, 5}}}, PLAIN, 0},
    {{{{DEFAULT, 10}}, {{DEFAULT, 10}}}, PLAIN, 0},
    {{{{DEFAULT, 20}}, {{DEFAULT, 20}}}, PLAIN, 1},
    {{{{HEALTH, 1}, {RANGE, 1}, {FASTER, 1}, {SUPER, 1}, {DEFAULT, 1}},
      {{HEALTH, 1}, {RANGE, 1}, {FASTER, 1}, {SUPER, 1}, {DEFAULT, 1}}},
     PLAIN,
     0},
    {{{{HEALTH, 3}, {RANGE, 3}, {FASTER, 3}, {DEFAULT, 1}},
      {{HEALTH, 3}, {RANGE, 3}, {FASTER, 3}, {DEFAULT, 1}}},
     PLAIN,
     0},
    {{{{HEALTH, 5}, {RANGE, 5}, {FASTER, 5}, {DEFAULT, 5}},
      {{HEALTH, 5}, {RANGE, 5}, {FASTER, 5}, {DEFAULT, 5}}},
     PLAIN,
     1},
    {{{{DEFAULT, 5}}, {{SUPER, 1}}}, PLAIN, 0},
    {{{{DEFAULT, 10}}, {{SUPER, 3}}}, PLAIN, 0},
    {{{{DEFAULT, 20}}, {{SUPER, 5}}}, PLAIN, 0},
    {{{{HEALTH, 1}, {RANGE, 1}, {FASTER, 1}, {DEFAULT, 2}}, {{SUPER, 1}}}, PLAIN, 0},
    {{{{HEALTH, 3}, {RANGE, 3}, {FASTER, 3}, {DEFAULT, 1}}, {{SUPER, 3}}}, PLAIN, 0},
    {{{{HEALTH, 5}, {RANGE, 5}, {FASTER, 5}, {DEFAULT, 5}}, {{SUPER, 5}}}, PLAIN, 0},
    {{{{DEFAULT, 5}}, {{DEFAULT, 5}}}, WAYPOINT, 0},
    {{{{DEFAULT, 5}}, {{FASTER, 3}}}, WAYPOINT, 0},
    {{{{DEFAULT, 5}}, {{HIDER, 5}}}, HIDE, 0},
    {{{{DEFAULT, 5}}, {{HIDER, 10}}}, HIDE, 0},
};

const char *const scenario_names[] = {"identical_1_vs_1",
                                      "identical_2_vs_2",
                                      "identical_5_vs_5",
                                      "identical_10_vs_10",
                                      "identical_20_vs_20",
                                      "special_5_vs_5",
                                      "special_10_vs_10",
                                      "special_20_vs_20",
                                      "identical_5_vs_1",
                                      "identical_10_vs_3",
                                      "identical_20_vs_5",
                                      "special_5_vs_1",
                                      "special_10_vs_3",
                                      "special_20_vs_5",
                                      "waypoint_5_vs_5",
                                      "waypoint_5_vs_3",
                                      "hide_and_seek_5_vs_5",
                                      "hide_and_seek_10_vs_5",
                                      NULL};

static const double pi = 3.14159265358979323846;

void scenario_settings(uint32_t scenario, int observability, struct settings *out)
{
    const struct scenario *c = &scenarios[scenario];
    struct settings g = {.near = 1,
                         .view_depth = 3,
                         .view_angle = 0.75 * pi,
                         .hurt_depth = 2.05,
                         .hurt_angle = pi / 4,
                         .damage_per_second = 1,
                         .healing = 0.1,
                         .least_track = 3,
                         .most_track = 10,
                         .radio = 8,
                         .touch = 0.4,
                         .touch_z = 0.5,
                         .limit_x = c->wide ? 20 : 10,
                         .limit_y = c->wide ? 20 : 10,
                         .waypoint_size = 0.6,
                         .slots = 15,
                         .episode = 500,
                         .stochastic_sight = 1,
                         .stochastic_radio = 1,
                         .ends_with_a_team = 1,
                         .divide_reward = 1,
                         .win = 10,
                         .kill = 100};
    if (c->game == HIDE) {
        g.damage_per_second = 10;
        g.hurt_depth = 1;
        g.hurt_angle = pi;
        g.touch = 0;
        g.win = 50;
        g.kill = 5;
        g.hurt = g.disabled = g.hit_box = 10;
    } else if (c->game == WAYPOINT) {
        g.hurt_depth = 0;
        g.ends_with_a_team = 0;
        g.waypoints = 1;
        g.win = g.kill = 0;
        g.waypoint = 50;
    }
    if (observability == FULL) {
        g.stochastic_sight = g.stochastic_radio = 0;
        g.view_depth = 100;
        g.view_angle = 2 * pi;
        g.detect = 0;
    }
    *out = g;
}

/* Half angles of half a turn and more are all round. */
static float cosine_of(double angle)
{
    return (float)angle >= (float)pi ? -2.0f : (float)cos(angle);
}

static void add_agent(const struct settings *g, const struct kind *k, struct sky *out)
{
    const uint32_t i = out->agents++;
    const float view = (float)g->view_depth, hurt = (float)g->hurt_depth;
    const float hurt2 = hurt * hurt * k->hurt_range;
    out->sprite[i] = k->sprite;
    out->max_health[i] = k->max_health;
    out->thrust[i] = k->thrust;
    out->idle_reward[i] = k->idle_reward;
    out->view2_inverse[i] = 1.0f / (view * view * k->range);
    out->hurt2[i] = hurt2 > 0 ? hurt2 : -1.0f;
}

static struct rewards rewards_of(const struct settings *g)
{
    return (struct rewards){.win = (float)g->win,
                            .kill = (float)g->kill,
                            .detect = (float)g->detect,
                            .damage = (float)g->hurt,
                            .idle = (float)g->idle,
                            .disabled = (float)g->disabled,
                            .hit_agent = (float)g->hit_agent,
                            .hit_box = (float)g->hit_box,
                            .waypoint = (float)g->waypoint,
                            .scale = 1};
}

void scenario_build(uint32_t scenario, const struct settings *g, int quirks, struct sky *out)
{
    const struct scenario *c = &scenarios[scenario];
    out->agents = 0;
    for (uint32_t team = 0; team < TEAMS; team++) {
        const uint32_t before = out->agents;
        for (uint32_t k = 0; k < CREWS; k++)
            for (uint32_t n = 0; n < c->team[team][k].count; n++)
                add_agent(g, &kinds[c->team[team][k].kind], out);
        out->team[team] = out->agents - before;
    }
    const float near = (float)g->near, touch = (float)g->touch;
    out->quirks = quirks;
    out->slots = g->slots < out->agents ? (uint32_t)g->slots : out->agents;
    out->stochastic_sight = g->stochastic_sight != 0;
    out->stochastic_radio = g->stochastic_radio != 0;
    out->waypoints = g->waypoints != 0;
    out->ends_with_a_team = g->ends_with_a_team != 0;
    out->divide_reward = g->divide_reward != 0;
    out->limit[0] = (float)g->limit_x;
    out->limit[1] = (float)g->limit_y;
    out->near2 = near * near;
    out->view_cos = cosine_of(g->view_angle);
    out->hurt_cos = cosine_of(g->hurt_angle);
    out->damage = (float)g->damage_per_second;
    out->healing = (float)(g->healing * 0.1);
    out->least_track = (float)g->least_track;
    out->most_track = (float)g->most_track;
    out->radio = (float)g->radio;
    out->touch2 = touch * touch;
    out->touch_z = (float)g->touch_z;
    out->waypoint_size = (float)g->waypoint_size;
    out->reward = rewards_of(g);
}
