#include "maps.h"

/* In a box of 10 x 10; a: of team 1, which heads to the right, b: of team 0, which heads left. */
struct plan {
    uint32_t num_boxes;
    float boxes[MAX_BOXES][4], a[4], b[4];
};

enum { EMPTY, TWO_ROOMS, FOUR_ROOMS, CENTER_BLOCK, PLANS };

static const struct plan plans[PLANS] = {
    [EMPTY] = {0, {{0}}, {1, 1, 4, 9}, {6, 1, 9, 9}},
    [TWO_ROOMS] = {2, {{0, 4.8f, 3, 5.2f}, {7, 4.8f, 10, 5.2f}}, {1, 1, 9, 3}, {1, 7, 9, 9}},
    [FOUR_ROOMS] =
        {4,
         {{0, 4.8f, 3, 5.2f}, {7, 4.8f, 10, 5.2f}, {4.8f, 0, 5.2f, 3}, {4.8f, 7, 5.2f, 10}},
         {1, 1, 9, 3},
         {1, 7, 9, 9}},
    [CENTER_BLOCK] = {1, {{3.8f, 3.8f, 6.2f, 6.2f}}, {1, 1, 9, 3}, {1, 7, 9, 9}},
};

static void stretch(const float from[4], const float limit[2], float to[4])
{
    for (int c = 0; c < 4; c++)
        to[c] = from[c] / 10.0f * limit[c & 1];
}

/* flipped: the teams change places and headings. */
static void add(struct maps *out, int plan, int flipped, const float limit[2])
{
    const struct plan *p = &plans[plan];
    struct map *m = &out->map[out->num_maps++];
    *m = (struct map){.heading = {3.14159265358979f, 0}};
    for (uint32_t k = 0; k < p->num_boxes; k++)
        stretch(p->boxes[k], limit, m->boxes[k]);
    stretch(p->a, limit, m->start[!flipped]);
    stretch(p->b, limit, m->start[flipped]);
    m->heading[flipped] = 3.14159265358979f;
    m->heading[!flipped] = 0;
    out->num_boxes = p->num_boxes > out->num_boxes ? p->num_boxes : out->num_boxes;
}

void maps_build(int choice, int quirks, const float limit[2], struct maps *out)
{
    *out = (struct maps){0};
    if (choice == MAPS_VOID)
        choice = quirks ? MAPS_ALL : MAPS_EMPTY;
    if (choice >= MAPS_TWO_ROOMS) {
        add(out, TWO_ROOMS + choice - MAPS_TWO_ROOMS, 0, limit);
        return;
    }
    for (int plan = 0; plan < (choice == MAPS_ALL ? PLANS : 1); plan++)
        for (int flipped = 0; flipped < 2; flipped++)
            add(out, plan, flipped, limit);
}
