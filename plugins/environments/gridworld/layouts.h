/* The maps of gridworld, as text. '#' wall, '.' floor, 'S' start, 'G' goal, 'X' pit; rows separated
 * by '/'. A map without 'S' starts anywhere on the floor. */
#ifndef GRIDWORLD_LAYOUTS_H
#define GRIDWORLD_LAYOUTS_H

#include <stddef.h>

enum layout {
    LAYOUT_FOUR_ROOMS,
    LAYOUT_OPEN,
    LAYOUT_CLIFF,
    LAYOUT_MAZE,
    LAYOUT_CORRIDOR,
    LAYOUT_CUSTOM
};

static const char *const layout_names[] = {"four-rooms", "open",   "cliff", "maze",
                                           "corridor",   "custom", NULL};

static const char *const layout_maps[] = {
    /* Sutton, Precup, Singh (1999), figure 2: 13 x 13 with four hallways */
    [LAYOUT_FOUR_ROOMS] = "#############/"
                          "#.....#.....#/"
                          "#.....#.....#/"
                          "#...........#/"
                          "#.....#.....#/"
                          "#.....#.....#/"
                          "##.####.....#/"
                          "#.....###.###/"
                          "#.....#.....#/"
                          "#.....#.....#/"
                          "#...........#/"
                          "#S....#....G#/"
                          "#############",
    [LAYOUT_OPEN] = "S........./"
                    "........../"
                    "........../"
                    "........../"
                    "........../"
                    "........../"
                    "........../"
                    "........../"
                    "........../"
                    ".........G",
    /* Sutton and Barto (2018), example 6.6: the cliff walk, 4 x 12 */
    [LAYOUT_CLIFF] = "............/"
                     "............/"
                     "............/"
                     "SXXXXXXXXXXG",
    /* Sutton and Barto (2018), example 8.1: the Dyna maze, 6 x 9 */
    [LAYOUT_MAZE] = ".......#G/"
                    "..#....#./"
                    "S.#....#./"
                    "..#....../"
                    ".....#.../"
                    ".........",
    [LAYOUT_CORRIDOR] = "S.................G",
    [LAYOUT_CUSTOM] = "",
};

#endif
