#include "radar.h"

#include <math.h>
#include <stdio.h>

/* Colours of a sketch. */
enum { TEAM0 = 0, TEAM1 = 1, HELD = 3, PRIZE = 2, WRECK = 6, GROUND = 6 };
enum { ROOM = 24000 };

const rlb_view radar_views[NUM_VIEWS] = {
    {"radar",
     "From above: agents of both teams with their weapon's cones, lines to whom they hold, "
     "wrecks, obstacles, the waypoint. The longer the needle, the higher the agent.",
     RLB_VIEW_SCATTER, 0},
    {"side", "From the side: altitude over x.", RLB_VIEW_SCATTER, 0},
    {"crew", "Health, altitude, speed of every agent, and how long it has been held.",
     RLB_VIEW_TEXT, 0},
};

rlb_status radar_init(struct radar *r, const rlb_host *host, const struct sky *s)
{
    const double side = (double)fmaxf(s->limit[0], s->limit[1]);
    return rlb_sketch_init(&r->sketch, host, ROOM, -0.02 * side, 1.02 * side);
}

struct agent {
    double x, y, z, v, heading, health;
    int alive;
};

static struct agent agent_of(const struct block *b, uint32_t i, uint32_t lane)
{
    const uint32_t at = i * BLOCK + lane;
    return (struct agent){(double)b->x[at],        (double)b->y[at],       (double)b->z[at],
                          (double)b->v[at],        (double)b->heading[at], (double)b->health[at],
                          (double)b->alive[at] > 0};
}

static void rectangle(rlb_sketch *p, uint32_t colour, double x1, double y1, double x2, double y2)
{
    rlb_sketch_line(p, colour, x1, y1, x2, y1);
    rlb_sketch_line(p, colour, x2, y1, x2, y2);
    rlb_sketch_line(p, colour, x2, y2, x1, y2);
    rlb_sketch_line(p, colour, x1, y2, x1, y1);
}

static void draw_ground(rlb_sketch *p, const struct sky *s, const struct block *b, uint32_t lane)
{
    const struct map *m = &s->maps.map[b->map[lane]];
    rectangle(p, GROUND, 0, 0, (double)s->limit[0], (double)s->limit[1]);
    for (uint32_t k = 0; k < s->maps.num_boxes; k++)
        rectangle(p, GROUND, (double)m->boxes[k][0], (double)m->boxes[k][1], (double)m->boxes[k][2],
                  (double)m->boxes[k][3]);
    if (b->timer[lane] > 0)
        rectangle(p, PRIZE, (double)b->box[lane], (double)b->box[BLOCK + lane],
                  (double)b->box[2 * BLOCK + lane], (double)b->box[3 * BLOCK + lane]);
}

/* Steps that a holds b; 0 in one team. */
static double held(const struct sky *s, const struct block *b, uint32_t a, uint32_t target,
                   uint32_t lane)
{
    const uint32_t n0 = s->team[0], n1 = s->team[1];
    if (sky_team_of(s, a) == sky_team_of(s, target))
        return 0;
    const uint32_t pair = a < n0 ? sky_pairs(s) + a * n1 + (target - n0) : target * n1 + (a - n0);
    return (double)b->track[pair * BLOCK + lane];
}

static void draw_cone(rlb_sketch *p, const struct sky *s, uint32_t i, const struct agent *a,
                      uint32_t colour)
{
    const double reach = s->hurt2[i] > 0 ? sqrt((double)s->hurt2[i]) : 0;
    const double half = s->hurt_cos < -1 ? 0 : acos((double)s->hurt_cos);
    if (reach == 0 || half == 0)
        return;
    for (int side = -1; side <= 1; side += 2)
        for (double t = 0.1; t <= 1; t += 0.1) {
            const double x = a->x + t * reach * cos(a->heading + side * half);
            const double y = a->y + t * reach * sin(a->heading + side * half);
            rlb_sketch_line(p, colour, x, y, x, y);
        }
}

static void draw_wreck(rlb_sketch *p, double x, double y, double size)
{
    rlb_sketch_line(p, WRECK, x - size, y - size, x + size, y + size);
    rlb_sketch_line(p, WRECK, x - size, y + size, x + size, y - size);
}

static void draw_agent(rlb_sketch *p, const struct sky *s, const struct block *b, uint32_t i,
                       uint32_t lane)
{
    const struct agent a = agent_of(b, i, lane);
    const uint32_t colour = sky_team_of(s, i) ? TEAM1 : TEAM0;
    const double needle = 0.3 + 0.06 * a.z;
    if (!a.alive) {
        draw_wreck(p, a.x, a.y, 0.12);
        return;
    }
    draw_cone(p, s, i, &a, colour);
    rlb_sketch_line(p, colour, a.x, a.y, a.x + needle * cos(a.heading),
                    a.y + needle * sin(a.heading));
    rlb_sketch_mark(p, colour, a.x, a.y);
    for (uint32_t k = 0; k < s->agents; k++)
        if (held(s, b, i, k, lane) > 0) {
            const struct agent target = agent_of(b, k, lane);
            rlb_sketch_line(p, HELD, a.x, a.y, target.x, target.y);
        }
}

static void write_caption(struct radar *r, const struct sky *s, const struct block *b,
                          uint32_t lane)
{
    unsigned alive[TEAMS] = {0};
    for (uint32_t i = 0; i < s->agents; i++)
        alive[sky_team_of(s, i)] += b->alive[i * BLOCK + lane] > 0;
    int n = snprintf(r->caption, sizeof r->caption, "step %u  team 0: %u of %u  team 1: %u of %u",
                     b->age[lane], alive[0], s->team[0], alive[1], s->team[1]);
    if (s->waypoints && n > 0)
        snprintf(r->caption + n, sizeof r->caption - (size_t)n, "  waypoint %.1f s",
                 (double)b->timer[lane]);
}

static void draw_radar(struct radar *r, const struct sky *s, const struct block *b, uint32_t lane,
                       rlb_frame *out)
{
    rlb_sketch_clear(&r->sketch);
    draw_ground(&r->sketch, s, b, lane);
    for (uint32_t i = 0; i < s->agents; i++)
        draw_agent(&r->sketch, s, b, i, lane);
    write_caption(r, s, b, lane);
    rlb_sketch_frame(&r->sketch, r->caption, out);
}

/* Altitude takes a third of the picture's height. */
static void draw_side(struct radar *r, const struct sky *s, const struct block *b, uint32_t lane,
                      rlb_frame *out)
{
    rlb_sketch *p = &r->sketch;
    const double wide = (double)s->limit[0], high = wide / 3;
    rlb_sketch_clear(p);
    rectangle(p, GROUND, 0, 0, wide, high);
    for (uint32_t i = 0; i < s->agents; i++) {
        const struct agent a = agent_of(b, i, lane);
        const double y = a.z * 0.1 * high;
        if (a.alive)
            rlb_sketch_mark(p, sky_team_of(s, i) ? TEAM1 : TEAM0, a.x, y);
        else
            draw_wreck(p, a.x, y, 0.12);
    }
    write_caption(r, s, b, lane);
    rlb_sketch_frame(p, r->caption, out);
}

static void write_crew(struct radar *r, const struct sky *s, const struct block *b, uint32_t lane,
                       rlb_frame *out)
{
    size_t n =
        (size_t)snprintf(r->crew, sizeof r->crew, "agent team alive health altitude speed held\n");
    for (uint32_t i = 0; i < s->agents && n < sizeof r->crew; i++) {
        const struct agent a = agent_of(b, i, lane);
        double most = 0;
        for (uint32_t k = 0; k < s->agents; k++)
            most = fmax(most, held(s, b, k, i, lane));
        n += (size_t)snprintf(r->crew + n, sizeof r->crew - n,
                              "%5u %4u %5d %6.2f %8.2f %5.2f %4.0f\n", i, sky_team_of(s, i),
                              a.alive, a.health, a.z, a.v, most);
    }
    write_caption(r, s, b, lane);
    out->kind = RLB_VIEW_TEXT;
    out->text = r->crew;
    out->caption = r->caption;
}

radar_fn *const radar_draw[NUM_VIEWS] = {
    [VIEW_RADAR] = draw_radar, [VIEW_SIDE] = draw_side, [VIEW_CREW] = write_crew};
