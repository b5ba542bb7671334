/* Tensors, parameter sets and the tape: reverse-mode differentiation that is recorded once and
 * replayed at every step.
 *
 * A net declares its parameters and then allocates them in one slab each for values and gradients.
 * A tape records operations on tensors; rlb_tape_finish() plans the memory of all of them in three
 * slabs (activations, gradients, scratch). After that rlb_forward() and rlb_backward() only
 * compute: nothing is allocated, shapes are fixed.
 *
 *   rlb_net *net = rlb_net_create(host);
 *   rlb_mlp q = rlb_mlp_declare(net, "q", &(rlb_mlp_spec){.in = 4, .hidden = {64, 64}, .out = 2});
 *   rlb_net_init(net, seed);
 *
 *   rlb_tape *t = rlb_tape_create(host);
 *   rlb_tensor *obs = rlb_input(t, 32, 4), *target = rlb_input(t, 32, 1);
 *   rlb_tensor *values = rlb_mlp_apply(t, &q, obs);
 *   rlb_tensor *loss = rlb_mean(t, rlb_huber(t, values, target, 1));
 *   rlb_tape_finish(t, loss);
 *   ...
 *   fill obs->data and target->data;  rlb_forward(t);  rlb_backward(t);  loss->data[0] is the loss
 *
 * Memory is the host's (rlb_host.alloc): nets and tapes are made in create() and never freed by the
 * plugin. Errors are remembered: a mistake in a declaration or an operation (shapes that do not
 * fit) makes the following calls do nothing, and rlb_net_init() or rlb_tape_finish() reports the
 * first one through host->fail. Storage is float32, row-major. One thread. */
#ifndef RLBENCH_TAPE_H
#define RLBENCH_TAPE_H

#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RLB_MAX_RANK 4

typedef struct rlb_net rlb_net;
typedef struct rlb_tape rlb_tape;

/* A dense array on a tape. Its memory is there once the tape is finished. `rows` is the product of
 * all sizes but the last, `cols` the last. */
typedef struct rlb_tensor {
    float *data;    /* [shape]; NULL in index tensors */
    int32_t *index; /* [shape] of an index tensor, else NULL */
    /* [shape] derivative of the loss, after rlb_backward(); NULL where none is computed. Kept for
     * inputs with a gradient and for parameters; elsewhere it is working memory. */
    float *grad;
    size_t size, rows, cols;
    uint32_t rank, shape[RLB_MAX_RANK];
    uint32_t id; /* position on its tape */
} rlb_tensor;

/* ------------------------------------------------------------------------------------------------
 * parameters */

/* How the values of a parameter are drawn. fan_in and fan_out are the sizes that the declaring
 * layer gives. */
typedef enum rlb_init_kind {
    RLB_INIT_DEFAULT = 0, /* what the layer says is usual for it */
    RLB_INIT_CONSTANT,    /* every value is `scale` */
    RLB_INIT_UNIFORM,     /* U(-scale, scale) */
    RLB_INIT_NORMAL,      /* N(0, scale^2) */
    RLB_INIT_TORCH,       /* U(-1, 1) / sqrt(fan_in): PyTorch's Linear, weights and biases */
    RLB_INIT_KAIMING,     /* U(-1, 1) scale sqrt(3 / fan_in); He et al. 2015 with scale sqrt 2 */
    RLB_INIT_XAVIER,      /* U(-1, 1) scale sqrt(6 / (fan_in + fan_out)); Glorot, Bengio 2010 */
    RLB_INIT_LECUN,       /* N(0, scale^2 / fan_in) cut at two deviations: flax's Dense */
    RLB_INIT_ORTHOGONAL   /* scale times orthonormal rows or columns; Saxe et al. 2014 */
} rlb_init_kind;
typedef struct rlb_init {
    rlb_init_kind kind;
    float scale; /* 0 counts as 1, except for RLB_INIT_CONSTANT */
} rlb_init;

/* One declared parameter. */
typedef struct rlb_param_info {
    const char *name; /* [a-z][a-z0-9_]*, "layer_weight" */
    uint32_t rank, shape[RLB_MAX_RANK];
    size_t offset, size; /* in the slabs, in floats */
} rlb_param_info;

/* An empty set. NULL only without memory. */
RLB_EXPORT rlb_net *rlb_net_create(const rlb_host *host);
/* Declares an array of parameters and returns its number. name is copied; fan_in and fan_out (>= 1)
 * are for the initialiser. Ensembles declare [members][...]: each member is drawn by itself (1: not
 * an ensemble). Orthogonal values are those of the matrix [product of the other sizes][last size].
 */
RLB_EXPORT uint32_t rlb_net_declare(rlb_net *net, const char *name, uint32_t rank,
                                    const uint32_t *shape, uint32_t members, rlb_init init,
                                    uint32_t fan_in, uint32_t fan_out);
/* Allocates the slabs and draws every value; parameter k uses stream k of `seed`, so that adding a
 * layer at the end changes nothing before it. Reports the first error of the declarations. */
RLB_EXPORT rlb_status rlb_net_init(rlb_net *net, uint64_t seed);
/* Draws all values again, as rlb_net_init() does. */
RLB_EXPORT void rlb_net_draw(rlb_net *net, uint64_t seed);
/* A second set with the same declarations and values (a target network); NULL without memory. Only
 * after rlb_net_init(). A layer works on it when its `net` is replaced. */
RLB_EXPORT rlb_net *rlb_net_clone(const rlb_net *net);

RLB_EXPORT size_t rlb_net_size(const rlb_net *net);    /* floats in each slab */
RLB_EXPORT float *rlb_net_values(rlb_net *net);        /* [size] */
RLB_EXPORT float *rlb_net_grads(rlb_net *net);         /* [size] */
RLB_EXPORT uint32_t rlb_net_count(const rlb_net *net); /* parameter arrays */
RLB_EXPORT const rlb_param_info *rlb_net_param(const rlb_net *net, uint32_t param);
/* Values of the same declarations: target = source. */
RLB_EXPORT void rlb_net_copy(rlb_net *target, const rlb_net *source);
/* target += rate (source - target): a slowly moving average (Polyak); rate in [0, 1]. */
RLB_EXPORT void rlb_net_mix(rlb_net *target, const rlb_net *source, float rate);
/* All values, bit for bit; load refuses another size (RLB_E_FORMAT). */
RLB_EXPORT rlb_status rlb_net_save(const rlb_net *net, rlb_writer *w);
RLB_EXPORT rlb_status rlb_net_load(rlb_net *net, rlb_reader *r);
/* Parameter number `param` as a result of the run, for rlb.results/1: its values under its name,
 * written as NumPy file and exported as safetensors by `rlbench artifacts`. */
RLB_EXPORT rlb_status rlb_net_result(const rlb_net *net, uint32_t param, rlb_result *out);

/* ------------------------------------------------------------------------------------------------
 * a tape */

/* NULL only without memory. */
RLB_EXPORT rlb_tape *rlb_tape_create(const rlb_host *host);
/* From here on the parameters of `net` are constants on this tape: gradients flow through them, not
 * into them (a target network; the critic in an actor's loss). Before its first use here. */
RLB_EXPORT void rlb_tape_freeze(rlb_tape *t, const rlb_net *net);
/* Plans and allocates. loss: a tensor of size 1, or NULL for a tape that only goes forward. Reports
 * the first error of the recording. */
RLB_EXPORT rlb_status rlb_tape_finish(rlb_tape *t, rlb_tensor *loss);
/* Computes every tensor from the inputs and the parameters as they are. */
RLB_EXPORT void rlb_forward(rlb_tape *t);
/* The gradient of the loss: overwrites that of every net which is used here and not frozen
 * (parameters without influence get 0), and that of inputs which asked for it. */
RLB_EXPORT void rlb_backward(rlb_tape *t);
/* The same, added to what the nets' gradients hold. */
RLB_EXPORT void rlb_backward_add(rlb_tape *t);

/* Per-sample gradients, after rlb_backward(). The loss must be a sum of terms of `samples` samples
 * whose rows are [samples][anything] in every tensor between the parameters and the loss; g_b is
 * the gradient of the terms of sample b (their weights, 1/samples of a mean say, included).
 * Parameters must enter through layers (or rlb_gather()): where one is an operand of another
 * operation the samples cannot be told apart, and everything is NaN.
 *
 * dot: out[b] = g_b . vector for all samples at once, without ever holding a g_b. vector:
 * [rlb_net_size(net)].
 * one: g_b itself, into out [rlb_net_size(net)]. */
RLB_EXPORT void rlb_per_sample_dot(rlb_tape *t, const rlb_net *net, const float *vector,
                                   uint32_t samples, double *out);
RLB_EXPORT void rlb_per_sample_grad(rlb_tape *t, const rlb_net *net, uint32_t samples, uint32_t b,
                                    float *out);

/* ------------------------------------------------------------------------------------------------
 * leaves */

/* An array that the caller fills before rlb_forward(). Without a gradient. */
RLB_EXPORT rlb_tensor *rlb_input(rlb_tape *t, uint32_t rows, uint32_t cols);
RLB_EXPORT rlb_tensor *rlb_input_shaped(rlb_tape *t, uint32_t rank, const uint32_t *shape);
/* The same; ->grad holds the derivative of the loss after rlb_backward(). */
RLB_EXPORT rlb_tensor *rlb_input_with_grad(rlb_tape *t, uint32_t rank, const uint32_t *shape);
/* Integers (actions, tokens, classes) in ->index. */
RLB_EXPORT rlb_tensor *rlb_input_index(rlb_tape *t, uint32_t rank, const uint32_t *shape);
/* Parameter number `param` of a net. */
RLB_EXPORT rlb_tensor *rlb_use_param(rlb_tape *t, rlb_net *net, uint32_t param);

#ifdef __cplusplus
}
#endif
#endif
