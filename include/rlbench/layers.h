/* Layers: parameters with an operation. A layer is declared on a net (its struct is a small value:
 * copy it, replace `net` by a clone to use a target network) and applied on tapes, as often as one
 * likes. Weights lie [in][out]: y = x W + b. */
#ifndef RLBENCH_LAYERS_H
#define RLBENCH_LAYERS_H

#include <rlbench/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- dense */

/* activation(x W + b), in one pass. members > 1: an ensemble, one product per member. */
typedef struct rlb_dense {
    rlb_net *net;
    uint32_t in, out, members;
    uint32_t weight, bias; /* numbers of the parameters; bias UINT32_MAX: none */
} rlb_dense;

typedef struct rlb_dense_spec {
    uint32_t in, out;
    uint32_t members;     /* 0 counts as 1 */
    uint32_t no_bias;     /* 1: y = x W */
    rlb_init weight_init; /* default RLB_INIT_TORCH */
    rlb_init bias_init;   /* default as the weight for RLB_INIT_TORCH, else 0 */
} rlb_dense_spec;

/* Parameters NAME_weight [in][out] and NAME_bias [out], with [members] in front of an ensemble's.
 */
RLB_EXPORT rlb_dense rlb_dense_declare(rlb_net *net, const char *name, const rlb_dense_spec *spec);
/* [...][in] -> [...][out]. An ensemble takes [...][in], the same for every member, or
 * [members][...][in], and gives [members][...][out]. */
RLB_EXPORT rlb_tensor *rlb_dense_apply(rlb_tape *t, const rlb_dense *layer, rlb_tensor *x,
                                       rlb_activation activation);

/* ---- layer norm */

/* (x - mean) / sqrt(variance + epsilon) * gain + bias over the last size (Ba, Kiros, Hinton 2016).
 */
typedef struct rlb_layer_norm {
    rlb_net *net;
    uint32_t width, members, gain, bias;
    float epsilon;
} rlb_layer_norm;
/* Parameters NAME_gain (1) and NAME_bias (0), [width], with [members] in front of an ensemble's
 * (members > 1). epsilon 1e-5 unless > 0 is given. */
RLB_EXPORT rlb_layer_norm rlb_layer_norm_declare(rlb_net *net, const char *name, uint32_t width,
                                                 uint32_t members, float epsilon);
/* [...][width] -> the same; an ensemble's x is [members][...][width]. */
RLB_EXPORT rlb_tensor *rlb_layer_norm_apply(rlb_tape *t, const rlb_layer_norm *layer,
                                            rlb_tensor *x);

/* ---- embedding */

/* A vector for each of `tokens` symbols. */
typedef struct rlb_embedding {
    rlb_net *net;
    uint32_t tokens, width, table;
} rlb_embedding;
/* Parameter NAME_table [tokens][width]; default N(0, 1). Initialisers that ask for it get fan_in =
 * width and fan_out = tokens. */
RLB_EXPORT rlb_embedding rlb_embedding_declare(rlb_net *net, const char *name, uint32_t tokens,
                                               uint32_t width, rlb_init init);
/* Index tensor [shape] -> [shape][width], at most three sizes; see rlb_gather(). */
RLB_EXPORT rlb_tensor *rlb_embedding_apply(rlb_tape *t, const rlb_embedding *layer,
                                           rlb_tensor *tokens);

/* ---- multi-layer perceptron */

enum { RLB_MLP_MOST = 8 };
typedef struct rlb_mlp_spec {
    uint32_t in, out;
    uint32_t hidden[RLB_MLP_MOST]; /* widths; the first 0 ends them */
    rlb_activation activation;     /* of the hidden layers; RLB_IDENTITY counts as RLB_RELU */
    rlb_activation output;         /* of the last layer */
    uint32_t members;              /* 0 counts as 1 */
    uint32_t layer_norm;           /* 1: layer norm before every hidden activation */
    rlb_init hidden_init, out_init, bias_init; /* as for rlb_dense_spec */
} rlb_mlp_spec;
typedef struct rlb_mlp {
    rlb_net *net;
    uint32_t num_layers, layer_norm, members;
    rlb_activation activation, output;
    rlb_dense dense[RLB_MLP_MOST + 1];
    rlb_layer_norm norm[RLB_MLP_MOST];
} rlb_mlp;
/* Reads widths from text ("120 84") into the hidden[] of a spec: how parameters of type RLB_T_STR
 * give them. "" is no hidden layer. RLB_E_INVAL, with a sentence, for anything but at most 8 whole
 * numbers from 1 to 65536. */
RLB_EXPORT rlb_status rlb_mlp_widths(const rlb_host *host, const char *text,
                                     uint32_t hidden[RLB_MLP_MOST]);
RLB_EXPORT rlb_mlp rlb_mlp_declare(rlb_net *net, const char *name, const rlb_mlp_spec *spec);
/* The same layers on another net (a clone of the one they were declared on). */
RLB_EXPORT rlb_mlp rlb_mlp_on(const rlb_mlp *mlp, rlb_net *net);
/* [...][in] -> [...][out], ensembles as rlb_dense_apply(). */
RLB_EXPORT rlb_tensor *rlb_mlp_apply(rlb_tape *t, const rlb_mlp *mlp, rlb_tensor *x);

#ifdef __cplusplus
}
#endif
#endif
