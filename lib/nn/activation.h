/* Activations on plain arrays, for the operation and for the layers that fuse them. */
#ifndef RLBENCH_LIB_NN_ACTIVATION_H
#define RLBENCH_LIB_NN_ACTIVATION_H

#include <rlbench/ops.h>

#include <stdbool.h>
#include <stddef.h>

/* y = kind(x), n values; in place is allowed. */
void nn_activate(rlb_activation kind, const float *x, float *y, size_t n);
/* True when the derivative needs x; else y is enough and x may be gone. */
bool nn_needs_input(rlb_activation kind);
/* out = g kind'(x) for g, the derivative of y; in place (out == g) is allowed. x may be NULL unless
 * nn_needs_input(kind). */
void nn_activate_back(rlb_activation kind, const float *x, const float *y, const float *g,
                      float *out, size_t n);
/* Activation after a bias: y = kind(y + bias), rows x cols, in place. bias may be NULL. slope: gets
 * kind'(y + bias) when nn_needs_input(kind), else NULL; may be NULL when no derivative is wanted.
 */
void nn_bias_activate(rlb_activation kind, float *y, const float *bias, float *slope, size_t rows,
                      size_t cols);
/* The derivative of that bias: sums += the columns of g [rows][cols], g_ld floats from row to row.
 */
void nn_bias_back(const float *g, size_t g_ld, size_t rows, size_t cols, float *sums);
/* Its derivative: g, that of the n values y, times kind', in place. */
void nn_bias_activate_back(rlb_activation kind, const float *slope, const float *y, float *g,
                           size_t n);

#endif
