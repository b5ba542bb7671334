/* Recurrent layers: LSTM and GRU over whole sequences, with PyTorch's equations.
 *
 * B sequences of T steps lie batch-major, [B][T][...]. The state before the first step is given
 * (the last one of another call, or a replay buffer's) or zero. `resets` lets an episode begin
 * inside a sequence: where resets[b][t] is not 0, the state of sequence b is zeroed before step t,
 * and no gradient passes. For acting, record with T = 1 and copy the data of the last state into
 * that of the first after every rlb_forward().
 *
 *   rlb_gru memory = rlb_gru_declare(net, "memory", &(rlb_gru_spec){.in = 32, .hidden = 128});
 *   ...
 *   rlb_tensor *x = rlb_input_shaped(t, 3, (uint32_t[]){16, 32, 32});
 *   rlb_tensor *starts = rlb_input(t, 16, 32), *first = rlb_input(t, 16, 128), *last;
 *   rlb_tensor *h = rlb_gru_apply(t, &memory, x, first, starts, &last);
 *
 * Per-sample gradients are exact: a sample is one sequence (or B / samples of them in a row). */
#ifndef RLBENCH_RECURRENT_H
#define RLBENCH_RECURRENT_H

#include <rlbench/tape.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- LSTM
 *
 * Hochreiter, Schmidhuber 1997 with the forget gate of Gers, Schmidhuber, Cummins 2000:
 *
 *     i, f, g, o = columns [0, H), [H, 2H), [2H, 3H), [3H, 4H) of  x_t W + h_(t-1) U + b
 *     c_t = sigmoid(f + forget_bias) c_(t-1) + sigmoid(i) tanh(g)
 *     h_t = sigmoid(o) tanh(c_t)
 *
 * PyTorch's two biases are here their sum. */
typedef struct rlb_lstm {
    rlb_net *net;
    uint32_t in, hidden;
    uint32_t input, recurrent, bias; /* numbers of the parameters W, U, b */
    float forget_bias;
} rlb_lstm;

typedef struct rlb_lstm_spec {
    uint32_t in, hidden;
    /* Default: PyTorch's U(-1, 1) / sqrt(hidden). RLB_INIT_ORTHOGONAL makes the rows of the whole
     * [hidden][4 hidden] matrix orthonormal. */
    rlb_init input_init, recurrent_init, bias_init;
    float forget_bias; /* a constant, not a parameter; 1 keeps memories from the start */
} rlb_lstm_spec;

/* [B][hidden] each. */
typedef struct rlb_lstm_state {
    rlb_tensor *h, *c;
} rlb_lstm_state;

/* Parameters NAME_input [in][4 hidden], NAME_recurrent [hidden][4 hidden], NAME_bias [4 hidden]. */
RLB_EXPORT rlb_lstm rlb_lstm_declare(rlb_net *net, const char *name, const rlb_lstm_spec *spec);
/* x [B][T][in] -> every h_t, [B][T][hidden].
 * first: the state before step 0, which may want a gradient; {NULL, NULL}: zeros.
 * resets: [B][T] or NULL; gets no gradient.
 * last: unless NULL, gets the state after step T - 1, on the same tape. */
RLB_EXPORT rlb_tensor *rlb_lstm_apply(rlb_tape *t, const rlb_lstm *layer, rlb_tensor *x,
                                      rlb_lstm_state first, rlb_tensor *resets,
                                      rlb_lstm_state *last);

/* ---- GRU
 *
 * Cho et al. 2014, with the reset gate after the product, as PyTorch and cuDNN have it:
 *
 *     r = sigmoid(x_t W_r + b_r + h_(t-1) U_r)
 *     z = sigmoid(x_t W_z + b_z + h_(t-1) U_z)
 *     n = tanh(x_t W_n + b_n + r (h_(t-1) U_n + c))
 *     h_t = (1 - z) n + z h_(t-1)
 *
 * W, U and b hold r, z, n side by side. PyTorch's two biases of r and of z are here their sums. */
typedef struct rlb_gru {
    rlb_net *net;
    uint32_t in, hidden;
    uint32_t input, recurrent, bias, gated_bias; /* numbers of the parameters W, U, b, c */
} rlb_gru;

typedef struct rlb_gru_spec {
    uint32_t in, hidden;
    rlb_init input_init, recurrent_init, bias_init; /* as for rlb_lstm_spec */
} rlb_gru_spec;

/* Parameters NAME_input [in][3 hidden], NAME_recurrent [hidden][3 hidden], NAME_bias [3 hidden] and
 * NAME_gated_bias [hidden], which is c. */
RLB_EXPORT rlb_gru rlb_gru_declare(rlb_net *net, const char *name, const rlb_gru_spec *spec);
/* As rlb_lstm_apply(); the state is h alone, [B][hidden]. */
RLB_EXPORT rlb_tensor *rlb_gru_apply(rlb_tape *t, const rlb_gru *layer, rlb_tensor *x,
                                     rlb_tensor *first, rlb_tensor *resets, rlb_tensor **last);

#ifdef __cplusplus
}
#endif
#endif
