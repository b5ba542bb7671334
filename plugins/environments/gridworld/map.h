/* A map read from text: which cells are floor, where one starts, what the goals and pits are. */
#ifndef GRIDWORLD_MAP_H
#define GRIDWORLD_MAP_H

#include <rlbench/plugin.h>

struct map {
    uint32_t rows, cols, num_states, num_starts;
    char *cells;      /* [rows * cols] one of "#.SGX" */
    int32_t *state;   /* [rows * cols] index of the state, -1: a wall */
    int32_t *cell_of; /* [num_states] */
    uint8_t *wall;    /* [rows * cols] */
};

/* Where rows, cols and num_states of a text would be; a sentence in *why when it is not a map. */
rlb_status map_measure(const char *text, uint32_t *rows, uint32_t *cols, uint32_t *num_states,
                       const char **why);
/* Reads the text; memory is the host's. */
rlb_status map_read(struct map *m, const rlb_host *host, const char *text);
/* The cell reached from `cell` in direction 0 right, 1 down, 2 left, 3 up; the same cell when a
 * wall or the edge is there. */
int32_t map_move(const struct map *m, int32_t cell, uint32_t direction);

#endif
