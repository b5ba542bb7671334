/* The worlds of goal-grid: '#' wall, '.' floor, 'S' start; a map without 'S' starts anywhere. */
#ifndef GOAL_GRID_LAYOUTS_H
#define GOAL_GRID_LAYOUTS_H

#include "goal_grid.h"

#include <stddef.h>
#include <stdint.h>

enum { RIGHT, DOWN, LEFT, UP, STAY = -1 };

struct layout {
    const char *map;
    int32_t actions[NUM_ACTIONS]; /* their directions */
    uint32_t observed, time_limit;
};

enum { LAYOUT_FOUR_ROOMS, LAYOUT_SMALL, LAYOUT_CUSTOM };
static const char *const layout_names[] = {"four-rooms", "small", "custom", NULL};

static const struct layout layouts[] = {
    /* Touati and Ollivier (2021): 68 cells */
    [LAYOUT_FOUR_ROOMS] = {"###########/"
                           "#....#....#/"
                           "#.........#/"
                           "#....#....#/"
                           "#....#....#/"
                           "##.####.###/"
                           "#....#....#/"
                           "#....#....#/"
                           "#.........#/"
                           "#....#....#/"
                           "###########",
                           {LEFT, RIGHT, UP, DOWN, STAY},
                           ONE_HOT,
                           50},
    /* Touati, Rapin and Ollivier (2022): 50 cells */
    [LAYOUT_SMALL] = {"##########/"
                      "#........#/"
                      "#.S.##...#/"
                      "#...##...#/"
                      "#...##...#/"
                      "#........#/"
                      "#........#/"
                      "#........#/"
                      "##########",
                      {UP, RIGHT, DOWN, LEFT, STAY},
                      COORDINATES,
                      200},
    [LAYOUT_CUSTOM] = {"", {LEFT, RIGHT, UP, DOWN, STAY}, ONE_HOT, 50},
};

#endif
