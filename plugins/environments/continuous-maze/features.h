/* Radial features of the unit square: a 21 x 21 grid of Gaussian bumps, their sum 1. */
#ifndef CONTINUOUS_MAZE_FEATURES_H
#define CONTINUOUS_MAZE_FEATURES_H

#include <stdint.h>

enum { CENTRES = 21, NUM_FEATURES = CENTRES * CENTRES };

/* Features of n points: out[i][row * CENTRES + col] is proportional to exp(-|p - c|^2 / (2 w^2)),
 * c = (col, row) / 20, w = 1/20. */
void features_write(const double *x, const double *y, uint32_t n, float *out);
/* The point whose features these are, to 1e-6. */
void features_read(const float *features, double *x, double *y);

#endif
