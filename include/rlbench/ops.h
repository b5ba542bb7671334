/* Operations on tensors. Each records itself on the tape and returns its result; see tape.h for
 * memory and errors. Shapes are in brackets; R rows and C columns stand for a tensor seen as a
 * matrix: C is its last size, R the product of the others. */
#ifndef RLBENCH_OPS_H
#define RLBENCH_OPS_H

#include <rlbench/tape.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one value at a time: x -> same shape */

typedef enum rlb_activation {
    RLB_IDENTITY = 0,
    RLB_RELU,      /* max(x, 0) */
    RLB_GELU,      /* x Phi(x), with the error function */
    RLB_GELU_TANH, /* its tanh approximation (JAX's default) */
    RLB_ELU,       /* x, or e^x - 1 below 0 */
    RLB_SILU,      /* x sigmoid(x) */
    RLB_TANH,
    RLB_SIGMOID,
    RLB_SOFTPLUS /* log(1 + e^x) */
} rlb_activation;

RLB_EXPORT rlb_tensor *rlb_activate(rlb_tape *t, rlb_tensor *x, rlb_activation kind);
/* Infinite above 88.7; 0 below -87.3, without subnormal results. */
RLB_EXPORT rlb_tensor *rlb_exp(rlb_tape *t, rlb_tensor *x);
/* -inf at 0, NaN below. */
RLB_EXPORT rlb_tensor *rlb_log(rlb_tape *t, rlb_tensor *x);
/* The derivative at 0 is infinite. */
RLB_EXPORT rlb_tensor *rlb_sqrt(rlb_tape *t, rlb_tensor *x);
RLB_EXPORT rlb_tensor *rlb_square(rlb_tape *t, rlb_tensor *x);
/* The derivative at 0 is 0. */
RLB_EXPORT rlb_tensor *rlb_abs(rlb_tape *t, rlb_tensor *x);
/* scale x + shift. */
RLB_EXPORT rlb_tensor *rlb_affine(rlb_tape *t, rlb_tensor *x, float scale, float shift);
/* x within [low, high]; no gradient outside, all of it at the bounds. */
RLB_EXPORT rlb_tensor *rlb_clip(rlb_tape *t, rlb_tensor *x, float low, float high);
/* x, as a constant: the same memory. */
RLB_EXPORT rlb_tensor *rlb_stop_gradient(rlb_tape *t, rlb_tensor *x);

/* ---- two values at a time: a -> a's shape
 *
 * b has a's shape, or repeats over it: a single value; a trailing part of a's shape (a row [C] for
 * [R][C], [B][1] for [K][B][1]); or 1 in the last place, one value for each of a's rows. */
RLB_EXPORT rlb_tensor *rlb_add(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_sub(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_mul(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_div(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* The gradient goes to the one that was taken, to a when they are equal. */
RLB_EXPORT rlb_tensor *rlb_min(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_max(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);

/* ---- reductions */

RLB_EXPORT rlb_tensor *rlb_sum(rlb_tape *t, rlb_tensor *x);  /* -> [1] */
RLB_EXPORT rlb_tensor *rlb_mean(rlb_tape *t, rlb_tensor *x); /* -> [1] */
/* sum of x w / sum of w, 0 when the weights add up to 0: a mean over what a mask leaves. x may be
 * anything (NaN too) where w is 0. w: x's shape, no gradient. -> [1] */
RLB_EXPORT rlb_tensor *rlb_weighted_mean(rlb_tape *t, rlb_tensor *x, rlb_tensor *w);
RLB_EXPORT rlb_tensor *rlb_row_sum(rlb_tape *t, rlb_tensor *x);  /* [...][C] -> [...][1] */
RLB_EXPORT rlb_tensor *rlb_row_mean(rlb_tape *t, rlb_tensor *x); /* [...][C] -> [...][1] */
/* [...][C] -> [...][1]; the gradient goes to the first of equals. */
RLB_EXPORT rlb_tensor *rlb_row_max(rlb_tape *t, rlb_tensor *x);
/* Over the first size, members of an ensemble say: [K][...] -> [...], [K] -> [1]. The gradient of
 * the least or the largest goes to the first of equals. */
RLB_EXPORT rlb_tensor *rlb_fold_min(rlb_tape *t, rlb_tensor *x);
RLB_EXPORT rlb_tensor *rlb_fold_max(rlb_tape *t, rlb_tensor *x);
RLB_EXPORT rlb_tensor *rlb_fold_mean(rlb_tape *t, rlb_tensor *x);
RLB_EXPORT rlb_tensor *rlb_fold_sum(rlb_tape *t, rlb_tensor *x);

/* ---- shapes */

/* The same memory under another shape of the same size; of index tensors, too. */
RLB_EXPORT rlb_tensor *rlb_reshape(rlb_tape *t, rlb_tensor *x, uint32_t rank,
                                   const uint32_t *shape);
/* Side by side: [...][C1], [...][C2] -> [...][C1 + C2]. */
RLB_EXPORT rlb_tensor *rlb_concat(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* Columns [first, first + count): [...][C] -> [...][count]. */
RLB_EXPORT rlb_tensor *rlb_columns(rlb_tape *t, rlb_tensor *x, uint32_t first, uint32_t count);
/* Entries [first, first + count) of the first size: [N][...] -> [count][...]. */
RLB_EXPORT rlb_tensor *rlb_rows(rlb_tape *t, rlb_tensor *x, uint32_t first, uint32_t count);
/* One column of every row: [...][C], index of R values in [0, C) -> [...][1]. An index outside
 * gives NaN, here and in rlb_gather(). */
RLB_EXPORT rlb_tensor *rlb_pick(rlb_tape *t, rlb_tensor *x, rlb_tensor *index);
/* Rows of a table: [N][C], index [shape] with values in [0, N) -> [shape][C]. The gradients of a
 * row that is taken several times are added in the order of the index. */
RLB_EXPORT rlb_tensor *rlb_gather(rlb_tape *t, rlb_tensor *table, rlb_tensor *index);
/* [A][B][...] -> [B][A][...]. */
RLB_EXPORT rlb_tensor *rlb_swap(rlb_tape *t, rlb_tensor *x);

/* ---- products and rows */

/* a b, a b', a' b (' the transpose), [R][C] matrices or stacks [K][R][C] of them with equal K. The
 * bilinear critic F' B of forward-backward representations needs no layer of its own: matmul_nt(F,
 * B) has all pairs, row_dot(F, B) the matching ones. */
RLB_EXPORT rlb_tensor *rlb_matmul(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_matmul_nt(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
RLB_EXPORT rlb_tensor *rlb_matmul_tn(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* Inner products of corresponding rows: [...][C], [...][C] -> [...][1]. b has a's shape or a
 * trailing part of it, which repeats: [C], or [B][C] for [K][B][C]. */
RLB_EXPORT rlb_tensor *rlb_row_dot(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* e^x / sum of e^x, over the last size. -inf (what a mask rules out) is fine here and below, unless
 * it is all of a row. */
RLB_EXPORT rlb_tensor *rlb_softmax(rlb_tape *t, rlb_tensor *x);
/* x - log(sum of e^x), over the last size. */
RLB_EXPORT rlb_tensor *rlb_log_softmax(rlb_tape *t, rlb_tensor *x);
/* log(sum of e^x): [...][C] -> [...][1]. */
RLB_EXPORT rlb_tensor *rlb_logsumexp(rlb_tape *t, rlb_tensor *x);
/* Every row at Euclidean length `length`: x length / max(|x|, 1e-12). */
RLB_EXPORT rlb_tensor *rlb_normalize_rows(rlb_tape *t, rlb_tensor *x, float length);

#ifdef __cplusplus
}
#endif
#endif
