#include "pixels.h"

#include "lanes.h"

enum { RED, GREEN, BLUE, CHANNELS };
enum { BODY_CENTRE = 1, BODY_SIDES = 2, BODY_CORNERS = 4, TAIL = 5 };

/* Where an agent is drawn. */
struct spot {
    int32_t x, y;
    uint8_t level; /* altitude, 255 at the ceiling */
    float sine, cosine;
};

struct picture {
    const struct sky *sky;
    uint8_t *at;
    int32_t wide, high;
};

/* The pixel, or NULL outside. The reference implementation takes indices below 0 from the end. */
static uint8_t *pixel(const struct picture *p, int32_t x, int32_t y)
{
    if (p->sky->quirks) {
        x += x < 0 ? p->wide : 0;
        y += y < 0 ? p->high : 0;
    }
    if (x < 0 || x >= p->wide || y < 0 || y >= p->high)
        return NULL;
    return p->at + ((size_t)x * (size_t)p->high + (size_t)y) * CHANNELS;
}

static void brighten(uint8_t *channel, uint8_t value)
{
    *channel = *channel > value ? *channel : value;
}

/* ---- what stands still */

static int32_t corner(float at, float limit, int32_t size)
{
    int32_t on = (int32_t)(at * (float)size / limit);
    return on < 0 ? 0 : on > size - 1 ? size - 1 : on;
}

static void draw_map(const struct picture *p, const struct map *m)
{
    const struct sky *s = p->sky;
    memset(p->at, 0, pixels_bytes(s));
    for (uint32_t k = 0; k < s->maps.num_boxes; k++) {
        const int32_t x2 = corner(m->boxes[k][2], s->limit[0], p->wide);
        const int32_t y1 = corner(m->boxes[k][1], s->limit[1], p->high);
        const int32_t y2 = corner(m->boxes[k][3], s->limit[1], p->high);
        for (int32_t x = corner(m->boxes[k][0], s->limit[0], p->wide); x < x2 && y1 < y2; x++)
            memset(pixel(p, x, y1), 127, (size_t)(y2 - y1) * CHANNELS);
    }
}

/* Red while the agent is harmed, else white; open where the bar of health goes. */
static void draw_frame(const struct picture *p, int harmed)
{
    const uint8_t others = harmed ? 0 : 255;
    for (int32_t k = 0; k < p->wide + 2 * p->high; k++) {
        const int32_t side = k - p->wide;
        uint8_t *at = side < 0         ? pixel(p, k, 0)
                      : side < p->high ? pixel(p, 0, side)
                                       : pixel(p, p->wide - 1, side - p->high);
        at[RED] = 255;
        brighten(&at[GREEN], others);
        brighten(&at[BLUE], others);
    }
}

static int32_t nearest(float at, float limit, int32_t size)
{
    const float on = rintf(at * (float)size / limit);
    return on > -1e6f && on < 1e6f ? (int32_t)on : -1000000;
}

static void draw_waypoint(const struct picture *p, const struct block *b, uint32_t lane)
{
    const struct sky *s = p->sky;
    const int32_t x = nearest(b->box[lane], s->limit[0], p->wide);
    const int32_t y = nearest(b->box[BLOCK + lane], s->limit[1], p->high);
    int32_t wide = (int32_t)((double)s->waypoint_size * p->wide / (double)s->limit[0]);
    int32_t high = (int32_t)((double)s->waypoint_size * p->high / (double)s->limit[1]);
    const uint8_t bright = b->timer[lane] > 0 ? 127 : 0;
    wide = wide > 1 ? wide : 1;
    high = high > 1 ? high : 1;
    for (int32_t k = 0; k < wide * high; k++) {
        uint8_t *at = pixel(p, x + k / high, y + k % high);
        if (at)
            memcpy(at, (const uint8_t[CHANNELS]){bright, 0, bright}, CHANNELS);
    }
}

static void draw_health(const struct picture *p, float health, float most)
{
    const int32_t full = (int32_t)((float)p->wide * health / most);
    for (int32_t x = 0; x < p->wide; x++) {
        const uint8_t empty = x < full ? 0 : 255;
        memcpy(pixel(p, x, p->high - 1), (const uint8_t[CHANNELS]){empty, 255, empty}, CHANNELS);
    }
}

/* ---- agents */

static float within(float at, int32_t size)
{
    return lanes_clamp(at, 0, (float)(size - 1));
}

static uint8_t *tail_pixel(const struct picture *p, const struct spot *a, int32_t behind)
{
    return pixel(p, (int32_t)within((float)a->x - (float)behind * a->cosine, p->wide),
                 (int32_t)within((float)a->y - (float)behind * a->sine, p->high));
}

static void draw_tails(const struct picture *p, const struct spot *spots, const uint8_t *known,
                       uint32_t e)
{
    const struct sky *s = p->sky;
    const uint32_t team = sky_team_of(s, e);
    for (int32_t behind = 1; behind < TAIL; behind++) {
        const uint8_t bright = (uint8_t)(255 - 51 * behind);
        for (uint32_t i = 0; i < s->agents; i++) {
            if (!known[i])
                continue;
            uint8_t *at = tail_pixel(p, &spots[i], behind);
            at += sky_team_of(s, i) == team ? BLUE : RED;
            const int sum = *at + bright;
            *at = (uint8_t)(sum > 255 && !s->quirks ? 255 : sum); /* quirks: it runs over */
        }
        uint8_t *own = tail_pixel(p, &spots[e], behind);
        for (int c = 0; c < CHANNELS; c++)
            brighten(&own[c], bright);
    }
}

static void draw_body(const struct picture *p, const struct spot *a, int32_t sprite,
                      const uint8_t colour[CHANNELS])
{
    for (int32_t dx = -1; dx <= 1; dx++)
        for (int32_t dy = -1; dy <= 1; dy++) {
            const int part = dx == 0 && dy == 0   ? BODY_CENTRE
                             : dx == 0 || dy == 0 ? BODY_SIDES
                                                  : BODY_CORNERS;
            uint8_t *at = sprite & part ? pixel(p, a->x + dx, a->y + dy) : NULL;
            for (int c = 0; at && c < CHANNELS; c++)
                brighten(&at[c], colour[c]);
        }
}

static void draw_agents(const struct picture *p, const struct spot *spots, const uint8_t *known,
                        uint32_t e)
{
    const struct sky *s = p->sky;
    draw_tails(p, spots, known, e);
    uint8_t *centre = pixel(p, spots[e].x, spots[e].y);
    if (centre)
        memset(centre, 0, CHANNELS);
    for (uint32_t i = 0; i < s->agents; i++) {
        const uint8_t level = spots[i].level, low = (uint8_t)(255 - level);
        const int mine = sky_team_of(s, i) == sky_team_of(s, e);
        const uint8_t other[CHANNELS] = {mine ? 0 : 255, level, mine ? 255 : 0};
        const uint8_t own[CHANNELS] = {low, 255, low};
        if (i == e || known[i])
            draw_body(p, &spots[i], s->sprite[i], i == e ? own : other);
    }
}

static void find_spots(const struct picture *p, const struct block *b, uint32_t lane,
                       struct spot *out)
{
    const struct sky *s = p->sky;
    for (uint32_t i = 0; i < s->agents; i++) {
        const uint32_t at = i * BLOCK + lane;
        out[i].x = nearest(b->x[at], s->limit[0], p->wide);
        out[i].y = nearest(b->y[at], s->limit[1], p->high);
        out[i].level = (uint8_t)nearest(b->z[at], 10, 255);
        lanes_sin_cos(b->heading[at], &out[i].sine, &out[i].cosine);
    }
}

void pixels_observe(const struct sky *s, const struct block *b, const struct scratch *w,
                    uint32_t lane, uint8_t *out)
{
    struct spot spots[MAX_AGENTS];
    struct picture p = {s, out, (int32_t)s->resolution[0], (int32_t)s->resolution[1]};
    find_spots(&p, b, lane, spots);
    for (uint32_t e = 0; e < s->agents; e++, p.at += pixels_bytes(s)) {
        uint8_t known[MAX_AGENTS];
        sky_know(s, b, w, e, lane, known);
        draw_map(&p, &s->maps.map[b->map[lane]]);
        draw_frame(&p, w->took[e * BLOCK + lane] > 0);
        if (s->waypoints)
            draw_waypoint(&p, b, lane);
        draw_health(&p, b->health[e * BLOCK + lane], s->max_health[e]);
        draw_agents(&p, spots, known, e);
    }
}
