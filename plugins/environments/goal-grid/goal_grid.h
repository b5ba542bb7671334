/* A map to walk on, with every cell as a possible goal. */
#ifndef GOAL_GRID_H
#define GOAL_GRID_H

#include <rlbench/grid_map.h>
#include <rlbench/lane_tasks.h>
#include <rlbench/tabular.h>

enum { NUM_ACTIONS = 5 };
enum { ONE_HOT, COORDINATES }; /* what is observed */
/* Where the goal comes from; from 0 on: the state it is fixed to. */
enum { GOAL_DRAWN = -1, GOAL_NONE = -2 };

struct goal_grid {
    rlb_tabular mdp; /* first: the lib's functions take this struct */
    rlb_map map;
    rlb_grid grid;
    rlb_lane_tasks lanes; /* a task is a goal, numbered as the states */
    rlb_tasks tasks;
    rlb_goals goals;
    int32_t *next; /* [num_states][NUM_ACTIONS] */
    int32_t goal;
    uint32_t observed, obs_width;
    float *picture;
    char name[40];
};

/* The observation of a cell. */
void goal_grid_observe(const struct goal_grid *g, int32_t cell, float *obs);
/* Fills tasks and goals. */
void goal_grid_tasks(struct goal_grid *g);
/* "drawn", "none" or "ROW,COL" of a free cell, as one of the above. RLB_E_INVAL. */
rlb_status goal_grid_parse(const rlb_map *m, const char *text, int32_t *goal);

#endif
