/* Self-attention, and the transformer built from it: GPT-like sequence models over short contexts
 * (decision transformers, small language models).
 *
 * B sequences of T tokens of width W, batch-major: x [B][T][W], so that sample b of the per-sample
 * functions is sequence b. Two sequences of different lengths share a batch by padding.
 *
 *   const rlb_transformer_spec spec = {.width = 48, .heads = 3, .layers = 2, .positions = 16};
 *   rlb_transformer trunk = rlb_transformer_declare(net, "trunk", &spec);
 *   ...
 *   rlb_tensor *features = rlb_transformer_apply(t, &trunk, tokens, NULL);
 *   rlb_tensor *logits = rlb_dense_apply(t, &head, features, RLB_IDENTITY);
 *
 * A decision transformer has several tokens per step: embeddings [B][K][W] each are laid side by
 * side with rlb_concat() into [B][K][3 W] and seen as [B][3 K][W] with rlb_reshape(). Positions by
 * time step are a table gathered (rlb_gather) and added before that; then `positions` stays 0. */
#ifndef RLBENCH_ATTENTION_H
#define RLBENCH_ATTENTION_H

#include <rlbench/layers.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- attention */

/* Which keys a query may see; all zero (or a NULL pointer): causal, without padding. */
typedef struct rlb_visibility {
    uint32_t both_ways; /* 1: every query sees every key; 0: query t sees keys 0 .. t */
    /* Index tensor [T], instead of the above: query t sees keys 0 .. seen[t] - 1 (block-causal
     * masks: all tokens of a step see one another). NULL: not used. */
    rlb_tensor *seen;
    /* [B][T], 1 for a token and 0 for padding, on whatever side; NULL: no padding. Padding is seen
     * by nobody, and its own output is 0. */
    rlb_tensor *real;
} rlb_visibility;

/* Multi-head scaled dot-product attention (Vaswani et al. 2017): [B][T][3 W] -> [B][T][W]. A row of
 * qkv is a query, a key and a value of width W, each of them `heads` parts of width d = W / heads.
 * For each head
 *     o_t = sum_s p_ts v_s,   p_t = softmax over visible s of  q_t . k_s / sqrt d;
 * 0 for a query that sees no key. Masks get no gradient. p, [B][heads][T][T], is kept until
 * rlb_backward(). */
RLB_EXPORT rlb_tensor *rlb_attention(rlb_tape *t, rlb_tensor *qkv, uint32_t heads,
                                     const rlb_visibility *visible);
/* After rlb_forward(): the weights p of one head in sequence b, into out [T][T] (query, key). out
 * is what rlb_attention() returned. */
RLB_EXPORT void rlb_attention_weights(const rlb_tensor *attention, uint32_t b, uint32_t head,
                                      float *out);

/* ---- transformer */

enum { RLB_TRANSFORMER_MOST = 16 };

/* Pre-norm blocks (Radford et al. 2019, GPT-2):
 *     x += attention(norm(x) W_qkv + b) W_out + b,   x += activation(norm(x) W_up + b) W_down + b,
 * then a last layer norm. */
typedef struct rlb_transformer_spec {
    uint32_t width, heads; /* heads divide the width */
    uint32_t layers;       /* blocks, 1 .. RLB_TRANSFORMER_MOST */
    uint32_t hidden;       /* of the perceptrons; 0: 4 width */
    uint32_t positions;    /* > 0: learned positions, added to the first T <= positions tokens */
    uint32_t no_last_norm; /* 1: the blocks' sum as it is */
    rlb_activation activation; /* RLB_IDENTITY counts as RLB_GELU */
    /* Of all products. Default GPT-2's: N(0, 0.02^2), with W_out and W_down divided by
     * sqrt(2 layers); biases 0. Another one holds for all of them, and biases are as for rlb_dense.
     * Positions are N(0, 0.02^2). */
    rlb_init weight_init;
} rlb_transformer_spec;

typedef struct rlb_block {
    rlb_layer_norm attention_norm, mlp_norm;
    rlb_dense qkv, out, up, down;
} rlb_block;
typedef struct rlb_transformer {
    rlb_net *net;
    uint32_t width, heads, layers;
    uint32_t positions, max_positions; /* number of the parameter; UINT32_MAX and 0: none */
    uint32_t no_last_norm;
    rlb_activation activation;
    rlb_block block[RLB_TRANSFORMER_MOST];
    rlb_layer_norm last_norm;
} rlb_transformer;

/* Parameters NAME_positions [positions][width]; for each block K = 0, 1 ... NAME_K_norm_gain and
 * _bias, NAME_K_qkv_weight and _bias, NAME_K_out_..., NAME_K_mlp_norm_..., NAME_K_up_...,
 * NAME_K_down_...; NAME_norm_.... */
RLB_EXPORT rlb_transformer rlb_transformer_declare(rlb_net *net, const char *name,
                                                   const rlb_transformer_spec *spec);
/* The same layers on another net (a clone of the one they were declared on). */
RLB_EXPORT rlb_transformer rlb_transformer_on(const rlb_transformer *layer, rlb_net *net);
/* x: [B][T][width] -> the same. visible: as for rlb_attention(), NULL: causal. */
RLB_EXPORT rlb_tensor *rlb_transformer_apply(rlb_tape *t, const rlb_transformer *layer,
                                             rlb_tensor *x, const rlb_visibility *visible);

/* ---- token by token
 *
 * Sampling runs a forward-only tape for the newest tokens alone; a cache keeps the keys and values
 * of those before. The result is that of rlb_transformer_apply() on the whole sequence, causal
 * and without padding, up to rounding. Several tapes may share a cache (a prompt of 8 tokens at
 * once, then single tokens). A context that slides, dropping its oldest tokens, needs the full
 * forward: what is cached has seen the tokens that left. */
typedef struct rlb_cache {
    uint32_t batch, capacity, width, heads, layers;
    uint32_t length[RLB_TRANSFORMER_MOST]; /* tokens so far, of each block */
    float *keys;    /* [layers][batch][heads][width / heads][capacity rounded up to 16] */
    float *values;  /* [layers][batch][capacity][width] */
    float *weights; /* [layers][batch][heads][as keys]: of the newest query */
} rlb_cache;
/* An empty cache for `batch` sequences of at most `capacity` tokens; NULL only without memory. */
RLB_EXPORT rlb_cache *rlb_cache_create(const rlb_host *host, const rlb_transformer *layer,
                                       uint32_t batch, uint32_t capacity);
/* Empty again: before the first token of new sequences. */
RLB_EXPORT void rlb_cache_clear(rlb_cache *cache);
/* x: [batch][S][width], the next S tokens of every sequence -> the same. Every rlb_forward()
 * appends them to the cache. Tokens beyond its capacity, or beyond the learned positions, come out
 * as NaN. No gradient goes through. */
RLB_EXPORT rlb_tensor *rlb_transformer_apply_cached(rlb_tape *t, const rlb_transformer *layer,
                                                    rlb_tensor *x, rlb_cache *cache);

#ifdef __cplusplus
}
#endif
#endif
