/* Replaying a tape. */
#include "tape_parts.h"

#include <math.h>

void rlb_forward(rlb_tape *t)
{
    for (nn_node *n = t->first; n; n = n->next)
        if (n->op->forward)
            n->op->forward(n);
}

static void backward(rlb_tape *t, bool adding)
{
    t->adding = adding;
    for (struct nn_gap *g = t->gaps; g && !adding; g = g->next) {
        const rlb_param_info *info = rlb_net_param(g->net, g->param);
        memset(g->net->grads + info->offset, 0, info->size * sizeof(float));
    }
    if (t->loss && t->loss->pub.grad)
        t->loss->pub.grad[0] = 1 + (adding && t->loss->root->net ? t->loss->pub.grad[0] : 0);
    for (nn_node *n = t->last; n; n = n->before)
        if (n->live)
            n->op->backward(n);
    t->adding = false;
}

void rlb_backward(rlb_tape *t)
{
    backward(t, false);
}

void rlb_backward_add(rlb_tape *t)
{
    backward(t, true);
}

/* True when a parameter of `net` enters an operation that cannot tell samples apart. */
static bool is_mixed(const nn_node *n, const rlb_net *net)
{
    bool mixed = false;
    for (uint32_t i = 0; i < n->num_in; i++)
        mixed = mixed || (n->in[i]->root->net == net && n->in[i]->pub.grad);
    return mixed && !n->op->dot && n->out[0]->root != n->in[0]->root;
}

void rlb_per_sample_dot(rlb_tape *t, const rlb_net *net, const float *vector, uint32_t samples,
                        double *out)
{
    for (uint32_t b = 0; b < samples; b++)
        out[b] = 0;
    for (nn_node *n = t->last; n; n = n->before) {
        if (n->live && n->op->dot)
            n->op->dot(n, net, vector, samples, out);
        for (uint32_t b = 0; n->live && is_mixed(n, net) && b < samples; b++)
            out[b] = NAN;
    }
}

void rlb_per_sample_grad(rlb_tape *t, const rlb_net *net, uint32_t samples, uint32_t b, float *out)
{
    memset(out, 0, net->size * sizeof *out);
    for (nn_node *n = t->last; n; n = n->before) {
        if (n->live && n->op->one)
            n->op->one(n, net, samples, b, out);
        for (size_t i = 0; n->live && is_mixed(n, net) && i < net->size; i++)
            out[i] = NAN;
    }
}
