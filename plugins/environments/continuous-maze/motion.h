/* One step of many agents on the unit square: noise, walls, the goal's box. */
#ifndef CONTINUOUS_MAZE_MOTION_H
#define CONTINUOUS_MAZE_MOTION_H

#include <rlbench/rng.h>

/* A wall at one x, over a range of y. */
struct wall {
    double x, y_lo, y_hi;
};
enum { NUM_WALLS = 2 };
extern const struct wall motion_walls[NUM_WALLS];

struct motion {
    double stride, noise; /* length of a move, standard deviation of each coordinate's noise */
    double reach;         /* half the side of the goal's box */
};

/* n lanes, struct of arrays. */
struct lanes {
    double *x, *y;                 /* in [0, 1] */
    const double *goal_x, *goal_y; /* NaN: no goal */
    rlb_rng *rng;
    const int32_t *actions; /* left, right, up, down, stay */
    float *rewards;         /* 1 within the goal's box */
    uint8_t *terminated;    /* the same */
    uint32_t *age;
};

void motion_step(const struct motion *m, const struct lanes *l, uint32_t n);

#endif
