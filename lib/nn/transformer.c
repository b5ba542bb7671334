/* Pre-norm transformer blocks from dense layers, layer norms and attention. */
#include "attention.h"
#include "tape_parts.h"

#include <math.h>
#include <stdio.h>

enum { BLOCK_MOST = 100, NAME_MOST = 120 };
static const float deviation = 0.02f; /* of GPT-2's weights */

/* "trunk_3_qkv" */
static rlb_dense declare_dense(rlb_net *net, const char *block, const char *part,
                               const rlb_dense_spec *spec)
{
    char name[NAME_MOST];
    snprintf(name, sizeof name, "%s_%s", block, part);
    return rlb_dense_declare(net, name, spec);
}

static rlb_layer_norm declare_norm(rlb_net *net, const char *block, const char *part,
                                   uint32_t width)
{
    char name[NAME_MOST];
    snprintf(name, sizeof name, "%s_%s", block, part);
    return rlb_layer_norm_declare(net, name, width, 1, 0);
}

static rlb_block declare_block(rlb_net *net, const char *name, const rlb_transformer_spec *spec)
{
    uint32_t width = spec->width, hidden = spec->hidden ? spec->hidden : 4 * width;
    rlb_init into = spec->weight_init, back = into;
    if (into.kind == RLB_INIT_DEFAULT) {
        into = (rlb_init){RLB_INIT_NORMAL, deviation};
        back = (rlb_init){RLB_INIT_NORMAL, deviation / sqrtf(2.0f * (float)spec->layers)};
    }
    rlb_block b;
    b.attention_norm = declare_norm(net, name, "norm", width);
    b.qkv = declare_dense(net, name, "qkv",
                          &(rlb_dense_spec){.in = width, .out = 3 * width, .weight_init = into});
    b.out = declare_dense(net, name, "out",
                          &(rlb_dense_spec){.in = width, .out = width, .weight_init = back});
    b.mlp_norm = declare_norm(net, name, "mlp_norm", width);
    b.up = declare_dense(net, name, "up",
                         &(rlb_dense_spec){.in = width, .out = hidden, .weight_init = into});
    b.down = declare_dense(net, name, "down",
                           &(rlb_dense_spec){.in = hidden, .out = width, .weight_init = back});
    return b;
}

rlb_transformer rlb_transformer_declare(rlb_net *net, const char *name,
                                        const rlb_transformer_spec *spec)
{
    rlb_transformer l = {.net = net,
                         .width = spec->width,
                         .heads = spec->heads,
                         .layers = spec->layers,
                         .positions = UINT32_MAX,
                         .max_positions = spec->positions,
                         .no_last_norm = spec->no_last_norm,
                         .activation = spec->activation ? spec->activation : RLB_GELU};
    if (l.layers == 0 || l.layers > RLB_TRANSFORMER_MOST || l.heads == 0 || l.width % l.heads) {
        nn_net_fail(net, RLB_E_INVAL,
                    "transformer %s: it needs 1 to %d layers and a width that its heads divide, "
                    "not %u layers, width %u, %u heads",
                    name, RLB_TRANSFORMER_MOST, l.layers, l.width, l.heads);
        return l;
    }
    const uint32_t table[] = {l.max_positions, l.width};
    if (l.max_positions > 0)
        l.positions = nn_declare(net, name, "positions", 2, table, 1,
                                 (rlb_init){RLB_INIT_NORMAL, deviation}, 1, l.width);
    for (uint32_t k = 0; k < l.layers; k++) {
        char block[BLOCK_MOST];
        snprintf(block, sizeof block, "%s_%u", name, k);
        l.block[k] = declare_block(net, block, spec);
    }
    if (!l.no_last_norm)
        l.last_norm = declare_norm(net, name, "norm", l.width);
    return l;
}

rlb_transformer rlb_transformer_on(const rlb_transformer *layer, rlb_net *net)
{
    rlb_transformer l = *layer;
    l.net = l.last_norm.net = net;
    for (uint32_t k = 0; k < l.layers; k++) {
        rlb_block *b = &l.block[k];
        b->attention_norm.net = b->mlp_norm.net = net;
        b->qkv.net = b->out.net = b->up.net = b->down.net = net;
    }
    return l;
}

static rlb_tensor *apply(rlb_tape *t, const rlb_transformer *l, rlb_tensor *x,
                         const rlb_visibility *visible, rlb_cache *cache)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (x->rank != 3 || x->cols != l->width)
        return nn_fail(t, "transformer: its input %s should be [batch][tokens][%u]",
                       nn_shape_text(x), l->width);
    if (l->max_positions > 0 && x->shape[1] > l->max_positions)
        return nn_fail(t, "transformer: %u tokens are more than its %u learned positions",
                       x->shape[1], l->max_positions);
    if (l->max_positions > 0)
        x = nn_add_positions(t, x, rlb_use_param(t, l->net, l->positions),
                             cache ? &cache->length[0] : NULL);
    for (uint32_t k = 0; k < l->layers; k++) {
        const rlb_block *b = &l->block[k];
        rlb_tensor *qkv = rlb_dense_apply(
            t, &b->qkv, rlb_layer_norm_apply(t, &b->attention_norm, x), RLB_IDENTITY);
        rlb_tensor *seen = cache ? nn_attention_cached(t, qkv, cache, k)
                                 : rlb_attention(t, qkv, l->heads, visible);
        x = rlb_add(t, x, rlb_dense_apply(t, &b->out, seen, RLB_IDENTITY));
        rlb_tensor *up =
            rlb_dense_apply(t, &b->up, rlb_layer_norm_apply(t, &b->mlp_norm, x), l->activation);
        x = rlb_add(t, x, rlb_dense_apply(t, &b->down, up, RLB_IDENTITY));
    }
    return l->no_last_norm ? x : rlb_layer_norm_apply(t, &l->last_norm, x);
}

rlb_tensor *rlb_transformer_apply(rlb_tape *t, const rlb_transformer *layer, rlb_tensor *x,
                                  const rlb_visibility *visible)
{
    return apply(t, layer, x, visible, NULL);
}

rlb_tensor *rlb_transformer_apply_cached(rlb_tape *t, const rlb_transformer *layer, rlb_tensor *x,
                                         rlb_cache *cache)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (x->rank != 3 || x->shape[0] != cache->batch || layer->width != cache->width ||
        layer->heads != cache->heads || layer->layers != cache->layers)
        return nn_fail(t, "transformer: its input %s does not fit a cache of %u sequences",
                       nn_shape_text(x), cache->batch);
    return apply(t, layer, x, NULL, cache);
}
