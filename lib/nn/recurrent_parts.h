/* What LSTM and GRU share: the order of their rows, resets, checks, and parameters whose gradient
 * is a sum of outer products.
 *
 * Scratch is time-major, [T][B][...], row t * batch + b, so that what one step reads and writes
 * lies together. Of the products alone, in the shapes of bench/nn_updates, GRU's are a tenth to a
 * quarter slower with batch-major rows, LSTM's about as fast; copying x costs a hundredth. */
#ifndef RLBENCH_LIB_NN_RECURRENT_PARTS_H
#define RLBENCH_LIB_NN_RECURRENT_PARTS_H

#include "node.h"

/* The first inputs of both layers. Optional ones come last: u[NN_STATE] and u[NN_RESETS] are the
 * numbers of the (first) state and the resets among the inputs, 0 where there are none. */
enum { NN_X, NN_INPUT, NN_RECURRENT, NN_BIAS };
enum { NN_STATE, NN_RESETS };

struct nn_recurrent {
    size_t steps, batch, rows; /* rows = steps * batch */
    size_t in, hidden;
    size_t cols; /* of W and U */
};
struct nn_recurrent nn_recurrent_sizes(const nn_node *n);

/* Checks the shapes and records the node with its outputs: the sequence, and num_states last
 * states. states: num_states initial ones, all NULL or none. NULL on failure. */
nn_node *nn_recurrent_record(rlb_tape *t, const nn_op *op, uint32_t num_params,
                             rlb_tensor *const *params, rlb_tensor *x, uint32_t num_states,
                             rlb_tensor *const *states, rlb_tensor *resets);

/* Where the rows of x lie time-major: in x itself when the two orders are the same, else in `room`,
 * [rows][in], after nn_copy_time_major(). */
const float *nn_time_major(const nn_node *n, const struct nn_recurrent *s, const float *room);
void nn_copy_time_major(const nn_node *n, const struct nn_recurrent *s, float *room);
/* The gradient of x from derivatives of x W, [rows][cols] time-major; room [rows][in]. */
void nn_recurrent_input_back(const nn_node *n, const struct nn_recurrent *s, const float *d,
                             float *room);

/* The state before step 0 (zeros without one) into `to`, [batch][hidden]; k: which of the states.
 */
void nn_first_state(const nn_node *n, const struct nn_recurrent *s, uint32_t k, float *to);
/* Zeroes the rows of `state`, [batch][hidden], whose sequence is reset before step t. */
void nn_reset_rows(const nn_node *n, const struct nn_recurrent *s, size_t t, float *state);
/* The gradient of a last state (zeros without one) into `to`; o: which output. */
void nn_last_grad(const nn_node *n, const struct nn_recurrent *s, uint32_t o, float *to);
/* Adds the derivatives of the states before step 0, [batch][hidden] each and in their order, to the
 * gradients of these; the resets get none. After the gradients of x and of the parameters. */
void nn_recurrent_first_back(const nn_node *n, const struct nn_recurrent *s,
                             const float *const *states);

/* A parameter [left_cols][right_cols] whose gradient is the sum over rows of left' right. */
struct nn_outer {
    uint32_t param;    /* which input */
    const float *left; /* [rows][left_cols]; NULL: a column of ones, for a bias */
    size_t left_cols;
    const float *right; /* [rows][right_cols], right_ld from row to row */
    size_t right_cols, right_ld;
};
void nn_outer_backward(const nn_node *n, const struct nn_outer *o, size_t rows);
/* nn_op.dot and nn_op.one for a list of them. product: room for [batch][right_cols]. */
struct nn_outers {
    const struct nn_outer *list;
    size_t count;
};
void nn_outers_dot(const nn_node *n, struct nn_outers outers, const struct nn_recurrent *s,
                   const rlb_net *net, const float *vector, uint32_t samples, float *product,
                   double *out);
void nn_outers_one(const nn_node *n, struct nn_outers outers, const struct nn_recurrent *s,
                   const rlb_net *net, uint32_t samples, uint32_t b, float *slab);

#endif
