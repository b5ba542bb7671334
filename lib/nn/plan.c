/* Planning: which nodes take part in the backward pass, who writes a gradient first (and so need
 * not add to it), and where everything lies. */
#include "tape_parts.h"

enum { LINE = 64 };

static size_t lines(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

/* A node is live when the loss depends on one of its outputs and it passes gradients on. Visited
 * backwards, so that all users of its outputs were seen before it; `written` of an output then
 * tells that one of them writes its gradient. */
static void mark_live(rlb_tape *t)
{
    if (t->loss && t->loss->wants_grad)
        t->loss->root->written = true;
    for (nn_node *n = t->last; n; n = n->before) {
        bool reached = false;
        for (uint32_t o = 0; o < n->num_out; o++)
            reached = reached || (n->out[o]->root->written && n->out[o]->wants_grad);
        n->live = reached && n->op->backward;
        for (uint32_t i = 0; n->live && i < n->num_in; i++) {
            nn_tensor *root = n->in[i]->root;
            if (!n->in[i]->wants_grad)
                continue;
            n->adds[i] = root->written;
            root->written = true;
        }
    }
}

/* A tensor with a gradient of its own: something writes it, or it is an input that asked for one
 * without having influence, and keeps the zeros it was allocated with. */
static bool has_grad(const nn_tensor *x)
{
    return x->wants_grad && (x->written || (!x->maker && !x->net));
}

/* Memory of tensors that own theirs. */
struct need {
    size_t data, grad, scratch;
};

static void count_tensor(struct need *need, const nn_tensor *x)
{
    if (x->root != x)
        return;
    if (!x->net)
        need->data += lines(x->pub.size * sizeof(float));
    if (has_grad(x) && !x->net)
        need->grad += lines(x->pub.size * sizeof(float));
}

static void place_tensor(struct need *at, nn_tensor *x, char *data, char *grad)
{
    if (x->root != x) {
        x->pub.data = x->root->pub.data;
        x->pub.index = x->root->pub.index;
        x->pub.grad = x->wants_grad ? x->root->pub.grad : NULL;
        return;
    }
    if (x->net) {
        if (has_grad(x))
            x->pub.grad = x->net->grads + rlb_net_param(x->net, x->param)->offset;
        return;
    }
    if (x->is_index)
        x->pub.index = (int32_t *)(void *)(data + at->data);
    else
        x->pub.data = (float *)(void *)(data + at->data);
    at->data += lines(x->pub.size * sizeof(float));
    if (has_grad(x)) {
        x->pub.grad = (float *)(void *)(grad + at->grad);
        at->grad += lines(x->pub.size * sizeof(float));
    }
}

static bool place_all(rlb_tape *t)
{
    struct need need = {0, 0, 0}, at = {0, 0, 0};
    for (struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next)
        count_tensor(&need, &leaf->tensor);
    for (nn_node *n = t->first; n; n = n->next) {
        for (uint32_t o = 0; o < n->num_out; o++)
            count_tensor(&need, n->out[o]);
        need.scratch += lines(n->scratch_bytes);
    }
    char *data = t->host->alloc(t->host, need.data + LINE);
    char *grad = t->host->alloc(t->host, need.grad + LINE);
    char *scratch = t->host->alloc(t->host, need.scratch + LINE);
    if (!data || !grad || !scratch)
        return false;
    for (struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next)
        place_tensor(&at, &leaf->tensor, data, grad);
    for (nn_node *n = t->first; n; n = n->next) {
        for (uint32_t o = 0; o < n->num_out; o++)
            place_tensor(&at, n->out[o], data, grad);
        n->scratch = scratch + at.scratch;
        at.scratch += lines(n->scratch_bytes);
    }
    return true;
}

static bool is_written(const rlb_tape *t, const rlb_net *net, uint32_t param)
{
    for (const struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next)
        if (leaf->tensor.net == net && leaf->tensor.param == param)
            return leaf->tensor.pub.grad != NULL;
    return false;
}

static bool has_gaps(const rlb_tape *t, const rlb_net *net)
{
    for (const struct nn_gap *g = t->gaps; g; g = g->next)
        if (g->net == net)
            return true;
    return false;
}

/* Parameters that get no gradient from this tape while others of their net do. */
static bool find_gaps(rlb_tape *t)
{
    for (struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next) {
        rlb_net *net = leaf->tensor.net;
        if (!net || !leaf->tensor.wants_grad || has_gaps(t, net))
            continue;
        for (uint32_t p = 0; p < net->count; p++) {
            if (is_written(t, net, p))
                continue;
            struct nn_gap *g = t->host->alloc(t->host, sizeof *g);
            if (!g)
                return false;
            *g = (struct nn_gap){.net = net, .param = p, .next = t->gaps};
            t->gaps = g;
        }
    }
    return true;
}

rlb_status rlb_tape_finish(rlb_tape *t, rlb_tensor *loss)
{
    if (!t)
        return RLB_E_NOMEM;
    if (!nn_failed(t) && loss && loss->size != 1)
        nn_fail(t, "the loss must be a single value, not %s", nn_shape_text(loss));
    if (!nn_failed(t) && t->finished)
        nn_fail(t, "the tape is finished already");
    if (nn_failed(t))
        return t->host->fail(t->host, t->status, "tape: %s", t->why);
    t->loss = (nn_tensor *)loss;
    t->finished = true;
    mark_live(t);
    if (!place_all(t) || !find_gaps(t)) {
        t->status = RLB_E_NOMEM;
        return t->host->fail(t->host, RLB_E_NOMEM, "no memory for a tape");
    }
    return RLB_OK;
}
