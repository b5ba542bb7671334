/* Dense layers in a row. */
#include "tape_parts.h"

#include <rlbench/layers.h>

#include <stdio.h>
#include <stdlib.h>

enum { NAME_MOST = 120 };

rlb_status rlb_mlp_widths(const rlb_host *host, const char *text, uint32_t hidden[RLB_MLP_MOST])
{
    const char *at = text;
    memset(hidden, 0, RLB_MLP_MOST * sizeof *hidden);
    for (uint32_t n = 0;; n++) {
        at += strspn(at, " \t,");
        if (*at == '\0')
            return RLB_OK;
        size_t digits = strspn(at, "0123456789");
        long width = digits > 0 && digits < 7 ? strtol(at, NULL, 10) : 0;
        bool ends = strchr(" \t,", at[digits]) != NULL; /* also at the end of the text */
        if (n == RLB_MLP_MOST || width < 1 || width > 65536 || !ends)
            return host->fail(host, RLB_E_INVAL,
                              "\"%s\" should be up to %d widths from 1 to 65536 with spaces "
                              "between, \"64 64\" say",
                              text, RLB_MLP_MOST);
        hidden[n] = (uint32_t)width;
        at += digits;
    }
}

static uint32_t count_hidden(const rlb_mlp_spec *spec)
{
    uint32_t n = 0;
    while (n < RLB_MLP_MOST && spec->hidden[n])
        n++;
    return n;
}

rlb_mlp rlb_mlp_declare(rlb_net *net, const char *name, const rlb_mlp_spec *spec)
{
    uint32_t hidden = count_hidden(spec);
    rlb_mlp m = {.net = net,
                 .num_layers = hidden + 1,
                 .layer_norm = spec->layer_norm,
                 .members = spec->members ? spec->members : 1,
                 .activation = spec->activation ? spec->activation : RLB_RELU,
                 .output = spec->output};
    char full[NAME_MOST];
    for (uint32_t k = 0; k <= hidden; k++) {
        rlb_dense_spec d = {.in = k ? spec->hidden[k - 1] : spec->in,
                            .out = k < hidden ? spec->hidden[k] : spec->out,
                            .members = m.members,
                            .weight_init = k < hidden ? spec->hidden_init : spec->out_init,
                            .bias_init = spec->bias_init};
        snprintf(full, sizeof full, "%s_%u", name, k);
        m.dense[k] = rlb_dense_declare(net, full, &d);
        snprintf(full, sizeof full, "%s_%u_norm", name, k);
        if (m.layer_norm && k < hidden)
            m.norm[k] = rlb_layer_norm_declare(net, full, d.out, m.members, 0);
    }
    return m;
}

rlb_mlp rlb_mlp_on(const rlb_mlp *mlp, rlb_net *net)
{
    rlb_mlp m = *mlp;
    m.net = net;
    for (uint32_t k = 0; k < m.num_layers; k++)
        m.dense[k].net = net;
    for (uint32_t k = 0; k + 1 < m.num_layers; k++)
        m.norm[k].net = net;
    return m;
}

rlb_tensor *rlb_mlp_apply(rlb_tape *t, const rlb_mlp *mlp, rlb_tensor *x)
{
    for (uint32_t k = 0; k + 1 < mlp->num_layers; k++) {
        x = rlb_dense_apply(t, &mlp->dense[k], x, mlp->layer_norm ? RLB_IDENTITY : mlp->activation);
        if (mlp->layer_norm)
            x = rlb_activate(t, rlb_layer_norm_apply(t, &mlp->norm[k], x), mlp->activation);
    }
    return rlb_dense_apply(t, &mlp->dense[mlp->num_layers - 1], x, mlp->output);
}
