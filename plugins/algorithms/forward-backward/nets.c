#include "nets.h"

#include <stdio.h>

static rlb_init weights_of(const struct net_spec *spec)
{
    rlb_init init = {spec->init == INIT_ORTHOGONAL ? RLB_INIT_ORTHOGONAL : RLB_INIT_TORCH, 1};
    return init;
}

static rlb_dense declare(rlb_net *net, const char *name, const char *layer, uint32_t in,
                         uint32_t out, uint32_t members, const struct net_spec *spec)
{
    char full[64];
    snprintf(full, sizeof full, "%s_%s", name, layer);
    return rlb_dense_declare(
        net, full,
        &(rlb_dense_spec){
            .in = in, .out = out, .members = members, .weight_init = weights_of(spec)});
}

struct tower tower_declare(rlb_net *net, const char *name, const struct net_spec *spec)
{
    struct tower w = {.net = net,
                      .heads = spec->heads,
                      .norm_tanh = spec->first == FIRST_NORM_TANH && spec->hidden[0],
                      .deep_head = spec->head_hidden > 0};
    uint32_t in = spec->in;
    for (; w.num_hidden < RLB_MLP_MOST && spec->hidden[w.num_hidden]; w.num_hidden++) {
        char layer[16];
        snprintf(layer, sizeof layer, "%u", w.num_hidden);
        uint32_t out = spec->hidden[w.num_hidden];
        w.dense[w.num_hidden] = declare(net, name, layer, in, out, 1, spec);
        if (w.num_hidden == 0 && w.norm_tanh) {
            char full[64];
            snprintf(full, sizeof full, "%s_norm", name);
            w.norm = rlb_layer_norm_declare(net, full, out, 1, 0);
        }
        in = out;
    }
    if (w.deep_head) {
        w.head = declare(net, name, "head", in, spec->head_hidden, spec->heads, spec);
        in = spec->head_hidden;
    }
    w.out = declare(net, name, "out", in, spec->out, spec->heads, spec);
    return w;
}

static rlb_tensor *dense(rlb_tape *t, rlb_dense layer, rlb_net *net, rlb_tensor *x,
                         rlb_activation activation)
{
    layer.net = net;
    return rlb_dense_apply(t, &layer, x, activation);
}

rlb_tensor *tower_apply(rlb_tape *t, const struct tower *w, rlb_net *net, rlb_tensor *x)
{
    for (uint32_t k = 0; k < w->num_hidden; k++) {
        bool normed = k == 0 && w->norm_tanh;
        x = dense(t, w->dense[k], net, x, normed ? RLB_IDENTITY : RLB_RELU);
        if (normed) {
            rlb_layer_norm norm = w->norm;
            norm.net = net;
            x = rlb_activate(t, rlb_layer_norm_apply(t, &norm, x), RLB_TANH);
        }
    }
    if (w->deep_head)
        x = dense(t, w->head, net, x, RLB_RELU);
    return dense(t, w->out, net, x, RLB_IDENTITY);
}

rlb_status look_build(struct look *l, const rlb_host *host, const struct tower *w, rlb_net *net,
                      uint32_t rows, float length)
{
    l->tape = rlb_tape_create(host);
    if (!l->tape)
        return host->fail(host, RLB_E_NOMEM, "no memory for the networks");
    l->in = rlb_input(l->tape, rows,
                      w->num_hidden  ? w->dense[0].in
                      : w->deep_head ? w->head.in
                                     : w->out.in);
    l->out = tower_apply(l->tape, w, net, l->in);
    if (length > 0)
        l->out = rlb_normalize_rows(l->tape, l->out, length);
    return rlb_tape_finish(l->tape, NULL);
}
