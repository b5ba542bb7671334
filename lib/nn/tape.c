/* Recording: leaves and nodes are appended, shapes are checked, mistakes are remembered. */
#include "tape_parts.h"

#include <stdarg.h>
#include <stdio.h>

rlb_tape *rlb_tape_create(const rlb_host *host)
{
    rlb_tape *t = host->alloc(host, sizeof *t);
    if (!t)
        return NULL;
    t->host = host;
    return t;
}

bool nn_failed(const rlb_tape *t)
{
    return !t || t->status != RLB_OK;
}

bool nn_adding(const rlb_tape *t)
{
    return t->adding;
}

/* One for all: nobody writes to it. */
rlb_tensor *nn_nothing(rlb_tape *t)
{
    static nn_tensor nothing = {.pub = {.size = 1, .rows = 1, .cols = 1, .rank = 1, .shape = {1}},
                                .root = &nothing};
    (void)t;
    return &nothing.pub;
}

RLB_PRINTF(3, 0)
static rlb_tensor *fail_as(rlb_tape *t, rlb_status status, const char *fmt, va_list args)
{
    if (!nn_failed(t)) {
        vsnprintf(t->why, sizeof t->why, fmt, args);
        t->status = status;
    }
    return nn_nothing(t);
}

rlb_tensor *nn_fail(rlb_tape *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    rlb_tensor *nothing = fail_as(t, RLB_E_INVAL, fmt, args);
    va_end(args);
    return nothing;
}

static void fail_memory(rlb_tape *t)
{
    nn_fail(t, "no memory for the tape or its networks");
    t->status = RLB_E_NOMEM;
}

void nn_shape_tensor(nn_tensor *x, uint32_t rank, const uint32_t *shape)
{
    x->root = x;
    x->pub.rank = rank;
    x->pub.size = 1;
    for (uint32_t i = 0; i < rank; i++) {
        x->pub.shape[i] = shape[i];
        x->pub.size *= shape[i];
    }
    x->pub.cols = shape[rank - 1];
    x->pub.rows = x->pub.cols ? x->pub.size / x->pub.cols : 0;
}

const char *nn_shape_text(const rlb_tensor *x)
{
    static _Thread_local char texts[4][RLB_MAX_RANK * 12 + 1];
    static _Thread_local unsigned turn;
    char *text = texts[turn++ % 4];
    int n = 0;
    for (uint32_t i = 0; i < x->rank; i++)
        n += snprintf(text + n, sizeof texts[0] - (size_t)n, "[%u]", x->shape[i]);
    return text;
}

bool nn_same_shape(const rlb_tensor *a, const rlb_tensor *b)
{
    return a->rank == b->rank && memcmp(a->shape, b->shape, a->rank * sizeof a->shape[0]) == 0;
}

static bool shape_is_good(rlb_tape *t, uint32_t rank, const uint32_t *shape)
{
    size_t size = 1;
    bool good = rank >= 1 && rank <= RLB_MAX_RANK;
    for (uint32_t i = 0; good && i < rank; i++) {
        good = shape[i] > 0 && size <= ((size_t)1 << 40) / shape[i];
        size *= shape[i];
    }
    if (!good)
        nn_fail(t, "a tensor needs 1 to %d sizes of at least 1", RLB_MAX_RANK);
    return good;
}

/* ---- leaves */

static nn_tensor *make_leaf(rlb_tape *t, uint32_t rank, const uint32_t *shape)
{
    if (nn_failed(t) || !shape_is_good(t, rank, shape))
        return NULL;
    if (t->finished) {
        nn_fail(t, "the tape is finished");
        return NULL;
    }
    struct nn_leaf *leaf = t->host->alloc(t->host, sizeof *leaf);
    if (!leaf) {
        fail_memory(t);
        return NULL;
    }
    nn_shape_tensor(&leaf->tensor, rank, shape);
    leaf->tensor.tape = t;
    leaf->tensor.pub.id = t->num_tensors++;
    leaf->next = t->leaves;
    t->leaves = leaf;
    return &leaf->tensor;
}

rlb_tensor *rlb_input_shaped(rlb_tape *t, uint32_t rank, const uint32_t *shape)
{
    nn_tensor *x = make_leaf(t, rank, shape);
    return x ? &x->pub : nn_nothing(t);
}

rlb_tensor *rlb_input(rlb_tape *t, uint32_t rows, uint32_t cols)
{
    const uint32_t shape[] = {rows, cols};
    return rlb_input_shaped(t, 2, shape);
}

rlb_tensor *rlb_input_with_grad(rlb_tape *t, uint32_t rank, const uint32_t *shape)
{
    nn_tensor *x = make_leaf(t, rank, shape);
    if (!x)
        return nn_nothing(t);
    x->wants_grad = true;
    return &x->pub;
}

rlb_tensor *rlb_input_index(rlb_tape *t, uint32_t rank, const uint32_t *shape)
{
    nn_tensor *x = make_leaf(t, rank, shape);
    if (!x)
        return nn_nothing(t);
    x->is_index = true;
    return &x->pub;
}

static bool is_frozen(const rlb_tape *t, const rlb_net *net)
{
    for (const struct nn_frozen *f = t->frozen; f; f = f->next)
        if (f->net == net)
            return true;
    return false;
}

void rlb_tape_freeze(rlb_tape *t, const rlb_net *net)
{
    if (nn_failed(t) || is_frozen(t, net))
        return;
    for (const struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next)
        if (leaf->tensor.net == net) {
            nn_fail(t, "a network is frozen after it was used");
            return;
        }
    struct nn_frozen *f = t->host->alloc(t->host, sizeof *f);
    if (!f) {
        fail_memory(t);
        return;
    }
    f->net = net;
    f->next = t->frozen;
    t->frozen = f;
}

/* One leaf per parameter, however often it is used. */
rlb_tensor *rlb_use_param(rlb_tape *t, rlb_net *net, uint32_t param)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (!net) {
        fail_memory(t);
        return nn_nothing(t);
    }
    if (!net->values || param >= net->count)
        return nn_fail(t, "a network is used before rlb_net_init()");
    for (struct nn_leaf *leaf = t->leaves; leaf; leaf = leaf->next)
        if (leaf->tensor.net == net && leaf->tensor.param == param)
            return &leaf->tensor.pub;
    const rlb_param_info *info = rlb_net_param(net, param);
    nn_tensor *x = make_leaf(t, info->rank, info->shape);
    if (!x)
        return nn_nothing(t);
    x->net = net;
    x->param = param;
    x->wants_grad = !is_frozen(t, net);
    x->pub.data = net->values + info->offset;
    return &x->pub;
}

/* ---- nodes */

/* An input must be of this tape and of the kind that the operation reads. */
static bool inputs_are_good(rlb_tape *t, const nn_op *op, uint32_t num_in, rlb_tensor *const *in)
{
    for (uint32_t i = 0; i < num_in; i++) {
        const nn_tensor *x = (const nn_tensor *)in[i];
        bool wants_index = op->index_inputs >> i & 1;
        if (x->tape != t)
            nn_fail(t, "%s: input %u is not of this tape", op->name, i + 1);
        else if (!op->any_input && x->is_index != wants_index)
            nn_fail(t, "%s: input %u should hold %s", op->name, i + 1,
                    wants_index ? "indices (rlb_input_index)" : "values, not indices");
    }
    return !nn_failed(t);
}

nn_node *nn_record(rlb_tape *t, const nn_op *op, uint32_t num_in, rlb_tensor *const *in)
{
    if (nn_failed(t))
        return NULL;
    if (t->finished) {
        nn_fail(t, "%s: the tape is finished", op->name);
        return NULL;
    }
    if (!inputs_are_good(t, op, num_in, in))
        return NULL;
    nn_node *n = t->host->alloc(t->host, sizeof *n);
    if (!n) {
        fail_memory(t);
        return NULL;
    }
    n->op = op;
    n->tape = t;
    n->num_in = num_in;
    for (uint32_t i = 0; i < num_in; i++)
        n->in[i] = (nn_tensor *)in[i];
    n->before = t->last;
    *(t->last ? &t->last->next : &t->first) = n;
    t->last = n;
    return n;
}

static nn_tensor *make_output(nn_node *n, uint32_t rank, const uint32_t *shape)
{
    rlb_tape *t = n->tape;
    if (nn_failed(t) || !shape_is_good(t, rank, shape))
        return NULL;
    nn_tensor *x = t->host->alloc(t->host, sizeof *x);
    if (!x) {
        fail_memory(t);
        return NULL;
    }
    nn_shape_tensor(x, rank, shape);
    x->tape = t;
    x->pub.id = t->num_tensors++;
    x->maker = n;
    for (uint32_t i = 0; n->op->backward && i < n->num_in; i++)
        x->wants_grad = x->wants_grad || n->in[i]->wants_grad;
    n->out[n->num_out++] = x;
    return x;
}

rlb_tensor *nn_output(nn_node *n, uint32_t rank, const uint32_t *shape)
{
    nn_tensor *x = make_output(n, rank, shape);
    return x ? &x->pub : nn_nothing(n->tape);
}

rlb_tensor *nn_output_like(nn_node *n, const rlb_tensor *x)
{
    return nn_output(n, x->rank, x->shape);
}

rlb_tensor *nn_output_cols(nn_node *n, const rlb_tensor *x, uint32_t cols)
{
    uint32_t shape[RLB_MAX_RANK];
    memcpy(shape, x->shape, sizeof shape);
    shape[x->rank - 1] = cols;
    return nn_output(n, x->rank, shape);
}

rlb_tensor *nn_output_view(nn_node *n, rlb_tensor *x, uint32_t rank, const uint32_t *shape)
{
    nn_tensor *out = make_output(n, rank, shape);
    if (!out)
        return nn_nothing(n->tape);
    if (out->pub.size != x->size)
        return nn_fail(n->tape, "%s: %s does not hold as many values as %s", n->op->name,
                       nn_shape_text(&out->pub), nn_shape_text(x));
    out->root = ((nn_tensor *)x)->root;
    out->is_index = out->root->is_index;
    return &out->pub;
}
