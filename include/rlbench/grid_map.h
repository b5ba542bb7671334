/* Maps of cells read from text, for worlds whose states are the cells that are not walls. */
#ifndef RLBENCH_GRID_MAP_H
#define RLBENCH_GRID_MAP_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* '#' is a wall, any other letter floor; states are numbered along the rows. Memory is the host's.
 */
typedef struct rlb_map {
    uint32_t rows, cols, num_states, reserved;
    char *cells;      /* [rows * cols] the letters */
    int32_t *state;   /* [rows * cols] index of the state, -1: a wall */
    int32_t *cell_of; /* [num_states] */
    uint8_t *wall;    /* [rows * cols] */
} rlb_map;

/* What rows, cols and num_states of a text would be. Rows are separated by '/' or newlines; letters
 * are the ones it may be made of. RLB_E_INVAL, with a sentence in *why, when it is not a map. */
RLB_EXPORT rlb_status rlb_map_measure(const char *text, const char *letters, uint32_t *rows,
                                      uint32_t *cols, uint32_t *num_states, const char **why);
/* Reads a text that rlb_map_measure() accepts. RLB_E_NOMEM. Only during create(). */
RLB_EXPORT rlb_status rlb_map_read(rlb_map *m, const rlb_host *host, const char *text,
                                   const char *letters);
/* The cell reached from `cell` in direction 0 right, 1 down, 2 left, 3 up; the same cell when a
 * wall or the edge is there, and for direction -1. */
RLB_EXPORT int32_t rlb_map_move(const rlb_map *m, int32_t cell, int32_t direction);

#ifdef __cplusplus
}
#endif
#endif
