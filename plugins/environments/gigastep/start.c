#include "start.h"

#include "draws.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 3, DRAWN_FROM = 6 };

struct place {
    float x[MAX_AGENTS], y[MAX_AGENTS];
};

static float uniform(rlb_rng *rng, float low, float high)
{
    return (float)(rlb_rng_u32(rng) >> 8) * 0x1p-24f * (high - low) + low;
}

/* The reference implementation draws one of six whatever the maps, and takes the last for indices
 * beyond it. */
static uint32_t draw_map(const struct sky *s, rlb_rng *rng)
{
    const uint32_t last = s->maps.num_maps - 1;
    uint32_t drawn = rlb_rng_below(rng, s->quirks ? DRAWN_FROM : last + 1);
    return drawn < last ? drawn : last;
}

static void draw_places(const struct sky *s, const struct map *m, rlb_rng *rng, struct place *p)
{
    for (uint32_t i = 0; i < s->agents; i++) {
        const float *box = m->start[sky_team_of(s, i)];
        p->x[i] = uniform(rng, box[0], box[2]);
        p->y[i] = uniform(rng, box[1], box[3]);
    }
}

static int at_a_box(const struct sky *s, const struct map *m, float x, float y)
{
    const float margin = 0.1f;
    for (uint32_t k = 0; k < s->maps.num_boxes; k++)
        if (x > m->boxes[k][0] - margin && x < m->boxes[k][2] + margin &&
            y > m->boxes[k][1] - margin && y < m->boxes[k][3] + margin)
            return 1;
    return 0;
}

/* All agents start on the ground, so altitude keeps nobody apart. */
static uint32_t find_conflicts(const struct sky *s, const struct map *m, const struct place *p,
                               uint8_t *conflict)
{
    const float near2 = s->touch2 + 0.1f;
    uint32_t found = 0;
    for (uint32_t i = 0; i < s->agents; i++)
        conflict[i] = (uint8_t)at_a_box(s, m, p->x[i], p->y[i]);
    for (uint32_t i = 0; i < s->agents; i++)
        for (uint32_t j = i + 1; j < s->agents; j++) {
            float dx = p->x[i] - p->x[j], dy = p->y[i] - p->y[j];
            if (dx * dx + dy * dy < near2)
                conflict[i] = conflict[j] = 1;
        }
    for (uint32_t i = 0; i < s->agents; i++)
        found += conflict[i];
    return found;
}

static void find_places(const struct sky *s, const struct map *m, rlb_rng *rng, struct place *p)
{
    uint8_t conflict[MAX_AGENTS];
    draw_places(s, m, rng, p);
    for (int round = 0; round < ROUNDS && find_conflicts(s, m, p, conflict); round++) {
        struct place again;
        draw_places(s, m, rng, &again);
        for (uint32_t i = 0; i < s->agents; i++) {
            p->x[i] = conflict[i] ? again.x[i] : p->x[i];
            p->y[i] = conflict[i] ? again.y[i] : p->y[i];
        }
    }
}

static void put_agent(const struct block *b, uint32_t at, float x, float y, float heading)
{
    b->x[at] = x;
    b->y[at] = y;
    b->z[at] = 0;
    b->v[at] = 1;
    b->heading[at] = heading;
    b->health[at] = 1; /* of everybody, whatever its most */
    b->alive[at] = 1;
}

void start_scratch(const struct sky *s, const struct block *b, const struct scratch *w,
                   uint32_t lane)
{
    float *distance = w->distance + lane;
    for (uint32_t i = 0; i < s->agents; i++)
        for (uint32_t j = i + 1; j < s->agents; j++, distance += BLOCK) {
            float dx = b->x[i * BLOCK + lane] - b->x[j * BLOCK + lane];
            float dy = b->y[i * BLOCK + lane] - b->y[j * BLOCK + lane];
            *distance = sqrtf(dx * dx + dy * dy);
        }
    for (uint32_t i = 0; i < s->agents; i++) {
        w->seen[i * BLOCK + lane] = 0;
        w->took[i * BLOCK + lane] = 0;
    }
}

void start_lane(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t lane)
{
    struct place p;
    b->episode[BLOCK + lane] += ++b->episode[lane] == 0;
    rlb_rng rng = draws_for_start(b, lane);
    const uint32_t drawn = draw_map(s, &rng);
    const struct map *m = &s->maps.map[drawn];
    find_places(s, m, &rng, &p);
    for (uint32_t i = 0; i < s->agents; i++)
        put_agent(b, i * BLOCK + lane, p.x[i], p.y[i], m->heading[sky_team_of(s, i)]);
    for (uint32_t k = 0; k < 2 * sky_pairs(s); k++)
        b->track[k * BLOCK + lane] = 0;
    for (uint32_t k = 0; k < 4; k++)
        b->box[k * BLOCK + lane] = 0;
    b->timer[lane] = 0;
    b->map[lane] = drawn;
    b->age[lane] = 0;
    start_scratch(s, b, w, lane);
    draws_of_start(s, b, w, lane);
}
