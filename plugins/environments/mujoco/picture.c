/* A drawing of a body from the shapes of its model, from the side (x, z) or from above (x, y). */
#include "world.h"

#include <stdio.h>

enum { FIXED = 6, ROOT = 1, GOAL = 2, LIMB = 4, GROUND = 7 }; /* colours */

struct eye {
    rlb_sketch *sketch;
    double x, y; /* what lies in the middle of the picture */
    int up;      /* which coordinate of the world is drawn upwards */
};

static void line(const struct eye *e, uint32_t colour, const mjtNum *a, const mjtNum *b)
{
    rlb_sketch_line(e->sketch, colour, a[0] - e->x, a[e->up] - e->y, b[0] - e->x, b[e->up] - e->y);
}

static void circle(const struct eye *e, uint32_t colour, const mjtNum *at, double radius)
{
    rlb_sketch_circle(e->sketch, colour, at[0] - e->x, at[e->up] - e->y, radius, 1);
}

/* The axis of a capsule. */
static void capsule(const struct eye *e, uint32_t colour, const mjtNum *at, const mjtNum *frame,
                    double half)
{
    mjtNum ends[2][3];
    for (int k = 0; k < 3; k++) {
        ends[0][k] = at[k] - half * frame[3 * k + 2];
        ends[1][k] = at[k] + half * frame[3 * k + 2];
    }
    line(e, colour, ends[0], ends[1]);
}

static void box(const struct eye *e, uint32_t colour, const mjtNum *at, const mjtNum *half)
{
    const double left = at[0] - half[0] - e->x, right = at[0] + half[0] - e->x,
                 low = at[e->up] - half[e->up] - e->y, high = at[e->up] + half[e->up] - e->y;
    rlb_sketch_line(e->sketch, colour, left, low, right, low);
    rlb_sketch_line(e->sketch, colour, right, low, right, high);
    rlb_sketch_line(e->sketch, colour, right, high, left, high);
    rlb_sketch_line(e->sketch, colour, left, high, left, low);
}

static void shape(const struct eye *e, const mjModel *m, const mjData *d, int geom)
{
    const mjtNum *at = d->geom_xpos + 3 * geom, *size = m->geom_size + 3 * geom;
    const int body = m->geom_bodyid[geom];
    const uint32_t colour = body == 0 ? FIXED : body == 1 ? ROOT : LIMB;
    switch (m->geom_type[geom]) {
    case mjGEOM_CAPSULE: capsule(e, colour, at, d->geom_xmat + 9 * geom, size[1]); break;
    case mjGEOM_SPHERE:
    case mjGEOM_ELLIPSOID: circle(e, colour, at, size[0]); break;
    case mjGEOM_BOX: box(e, colour, at, size); break;
    default: break;
    }
}

/* The floor with a post at every metre, so that one sees the body move. */
static void ground(const struct eye *e, double half_width)
{
    rlb_sketch_line(e->sketch, GROUND, -half_width, -e->y, half_width, -e->y);
    for (double x = ceil(e->x - half_width); x <= e->x + half_width; x++)
        rlb_sketch_line(e->sketch, GROUND, x - e->x, -e->y, x - e->x, -e->y - 0.08);
}

void world_draw(struct world *w, uint32_t lane, rlb_frame *out)
{
    const struct kind *kind = w->kind;
    const mjModel *m = w->physics.model;
    const mjData *d = w->physics.data[lane];
    const double half = kind->half_width;
    const mjtNum *root = d->xpos + 3;
    const int side = kind->looked_at == SIDE_VIEW;
    const struct eye e = {.sketch = &w->sketch,
                          .x = kind->follow ? root[0] : 0,
                          .y = side           ? half * 0.7
                               : kind->follow ? root[1]
                                              : 0,
                          .up = side ? 2 : 1};
    rlb_sketch_clear(&w->sketch);
    /* corners, so that the picture keeps its size */
    for (int k = 0; k < 4; k++)
        rlb_sketch_line(&w->sketch, GROUND, k & 1 ? half : -half, k & 2 ? half : -half,
                        k & 1 ? half : -half, k & 2 ? half : -half);
    if (side)
        ground(&e, half);
    for (int geom = 0; geom < m->ngeom; geom++)
        shape(&e, m, d, geom);
    if (kind->goals) {
        const double *goal = kind->goals[w->lanes.current[lane]];
        rlb_sketch_mark(&w->sketch, GOAL, goal[0] - e.x, goal[1] - e.y);
    }
    snprintf(w->caption, sizeof w->caption, "step %u  x %+.2f m  y %+.2f m  %s  reward %.3f",
             w->age[lane], root[0], root[1], kind->tasks[w->lanes.current[lane]],
             kind->reward(m, d, w->lanes.current[lane]));
    rlb_sketch_frame(&w->sketch, w->caption, out);
}
