/* A table of vectors, one per token; the look-up is rlb_gather(). */
#include "tape_parts.h"

#include <rlbench/layers.h>

rlb_embedding rlb_embedding_declare(rlb_net *net, const char *name, uint32_t tokens, uint32_t width,
                                    rlb_init init)
{
    const uint32_t shape[] = {tokens, width};
    if (init.kind == RLB_INIT_DEFAULT)
        init.kind = RLB_INIT_NORMAL;
    return (rlb_embedding){.net = net,
                           .tokens = tokens,
                           .width = width,
                           .table =
                               nn_declare(net, name, "table", 2, shape, 1, init, width, tokens)};
}

rlb_tensor *rlb_embedding_apply(rlb_tape *t, const rlb_embedding *layer, rlb_tensor *tokens)
{
    return rlb_gather(t, rlb_use_param(t, layer->net, layer->table), tokens);
}
