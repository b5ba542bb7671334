#include "recurrent_parts.h"
#include "activation.h"
#include "gemm.h"
#include "simd.h"

struct nn_recurrent nn_recurrent_sizes(const nn_node *n)
{
    const rlb_tensor *x = &n->in[NN_X]->pub, *recurrent = &n->in[NN_RECURRENT]->pub;
    return (struct nn_recurrent){.steps = x->shape[1],
                                 .batch = x->shape[0],
                                 .rows = x->rows,
                                 .in = x->cols,
                                 .hidden = recurrent->rows,
                                 .cols = recurrent->cols};
}

/* ---- recording */

static bool has_shape(const rlb_tensor *x, uint32_t rows, uint32_t cols)
{
    return x->rank == 2 && x->shape[0] == rows && x->shape[1] == cols;
}

static bool shapes_are_good(rlb_tape *t, const char *name, const rlb_tensor *x, uint32_t in,
                            uint32_t hidden, uint32_t num_states, rlb_tensor *const *states,
                            const rlb_tensor *resets)
{
    if (x->rank != 3 || x->cols != in)
        nn_fail(t, "%s: its input %s should be [sequences][steps][%u]", name, nn_shape_text(x), in);
    for (uint32_t k = 0; k < num_states; k++) {
        if (!states[k] != !states[0])
            nn_fail(t, "%s: the initial state needs both h and c, or neither", name);
        if (states[k] && !has_shape(states[k], x->shape[0], hidden))
            nn_fail(t, "%s: the initial state %s should be [%u][%u]", name,
                    nn_shape_text(states[k]), x->shape[0], hidden);
    }
    if (resets && !has_shape(resets, x->shape[0], x->shape[1]))
        nn_fail(t, "%s: the resets %s should be [%u][%u]", name, nn_shape_text(resets), x->shape[0],
                x->shape[1]);
    return !nn_failed(t);
}

nn_node *nn_recurrent_record(rlb_tape *t, const nn_op *op, uint32_t num_params,
                             rlb_tensor *const *params, rlb_tensor *x, uint32_t num_states,
                             rlb_tensor *const *states, rlb_tensor *resets)
{
    if (nn_failed(t))
        return NULL;
    uint32_t in = params[0]->shape[0], hidden = params[1]->shape[0], num_in = 0;
    if (!shapes_are_good(t, op->name, x, in, hidden, num_states, states, resets))
        return NULL;
    rlb_tensor *inputs[NN_MOST_IN];
    inputs[num_in++] = x;
    for (uint32_t k = 0; k < num_params; k++)
        inputs[num_in++] = params[k];
    uint32_t state_at = states[0] ? num_in : 0;
    for (uint32_t k = 0; states[0] && k < num_states; k++)
        inputs[num_in++] = states[k];
    uint32_t resets_at = resets ? num_in : 0;
    if (resets)
        inputs[num_in++] = resets;
    nn_node *n = nn_record(t, op, num_in, inputs);
    if (!n)
        return NULL;
    n->u[NN_STATE] = state_at;
    n->u[NN_RESETS] = resets_at;
    nn_output_cols(n, x, hidden);
    for (uint32_t k = 0; k < num_states; k++)
        nn_output(n, 2, (const uint32_t[]){x->shape[0], hidden});
    return nn_failed(t) ? NULL : n;
}

/* ---- the two orders of rows */

static bool orders_agree(const struct nn_recurrent *s)
{
    return s->steps == 1 || s->batch == 1;
}

const float *nn_time_major(const nn_node *n, const struct nn_recurrent *s, const float *room)
{
    return orders_agree(s) ? n->in[NN_X]->pub.data : room;
}

void nn_copy_time_major(const nn_node *n, const struct nn_recurrent *s, float *room)
{
    const float *x = n->in[NN_X]->pub.data;
    for (size_t t = 0; !orders_agree(s) && t < s->steps; t++)
        for (size_t b = 0; b < s->batch; b++)
            memcpy(room + (t * s->batch + b) * s->in, x + (b * s->steps + t) * s->in,
                   s->in * sizeof *x);
}

NN_CLONES static void add(float *restrict to, const float *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

void nn_recurrent_input_back(const nn_node *n, const struct nn_recurrent *s, const float *d,
                             float *room)
{
    if (!nn_wants(n, NN_X))
        return;
    bool adds = nn_adds(n, NN_X), direct = orders_agree(s);
    float *gx = n->in[NN_X]->pub.grad;
    nn_gemm(false, true, s->rows, s->in, s->cols, d, s->cols, n->in[NN_INPUT]->pub.data, s->cols,
            direct && adds ? 1 : 0, direct ? gx : room, s->in);
    for (size_t b = 0; !direct && b < s->batch; b++)
        for (size_t t = 0; t < s->steps; t++) {
            float *to = gx + (b * s->steps + t) * s->in;
            const float *from = room + (t * s->batch + b) * s->in;
            if (adds)
                add(to, from, s->in);
            else
                memcpy(to, from, s->in * sizeof *to);
        }
}

/* ---- states */

static void copy_or_zero(float *to, const float *from, size_t n)
{
    if (from)
        memcpy(to, from, n * sizeof *to);
    else
        memset(to, 0, n * sizeof *to);
}

void nn_first_state(const nn_node *n, const struct nn_recurrent *s, uint32_t k, float *to)
{
    copy_or_zero(to, n->u[NN_STATE] ? n->in[n->u[NN_STATE] + k]->pub.data : NULL,
                 s->batch * s->hidden);
}

void nn_last_grad(const nn_node *n, const struct nn_recurrent *s, uint32_t o, float *to)
{
    copy_or_zero(to, n->out[o]->pub.grad, s->batch * s->hidden);
}

void nn_reset_rows(const nn_node *n, const struct nn_recurrent *s, size_t t, float *state)
{
    if (!n->u[NN_RESETS])
        return;
    const float *resets = n->in[n->u[NN_RESETS]]->pub.data;
    for (size_t b = 0; b < s->batch; b++)
        if (resets[b * s->steps + t] != 0)
            memset(state + b * s->hidden, 0, s->hidden * sizeof *state);
}

void nn_recurrent_first_back(const nn_node *n, const struct nn_recurrent *s,
                             const float *const *states)
{
    uint32_t first = n->u[NN_STATE], resets = n->u[NN_RESETS];
    for (uint32_t k = 0; first && k + 1 < n->num_out; k++) {
        float *grad = nn_grad(n, first + k);
        if (grad)
            add(grad, states[k], s->batch * s->hidden);
    }
    if (resets)
        nn_grad(n, resets);
}

/* ---- sums of outer products */

void nn_outer_backward(const nn_node *n, const struct nn_outer *o, size_t rows)
{
    if (!nn_wants(n, o->param))
        return;
    if (!o->left)
        nn_bias_back(o->right, o->right_ld, rows, o->right_cols, nn_grad(n, o->param));
    else
        nn_gemm(true, false, o->left_cols, o->right_cols, rows, o->left, o->left_cols, o->right,
                o->right_ld, nn_adds(n, o->param) ? 1 : 0, n->in[o->param]->pub.grad,
                o->right_cols);
}

NN_CLONES static double inner(const float *a, const float *b, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* The inner product of left' right with V is that of left V with right, row by row. */
static void outer_dot(const struct nn_outer *o, const float *v, const struct nn_recurrent *s,
                      size_t each, float *product, double *out)
{
    for (size_t t = 0; t < s->steps; t++) {
        const float *right = o->right + t * s->batch * o->right_ld;
        if (o->left)
            nn_gemm(false, false, s->batch, o->right_cols, o->left_cols,
                    o->left + t * s->batch * o->left_cols, o->left_cols, v, o->right_cols, 0,
                    product, o->right_cols);
        for (size_t b = 0; b < s->batch; b++)
            out[b / each] += inner(o->left ? product + b * o->right_cols : v,
                                   right + b * o->right_ld, o->right_cols);
    }
}

void nn_outers_dot(const nn_node *n, struct nn_outers outers, const struct nn_recurrent *s,
                   const rlb_net *net, const float *vector, uint32_t samples, float *product,
                   double *out)
{
    for (size_t k = 0; k < outers.count; k++) {
        const float *v = nn_part(n, outers.list[k].param, net, vector);
        if (v)
            outer_dot(&outers.list[k], v, s, s->batch / samples, product, out);
    }
}

/* Rows of one sequence lie `batch` apart. */
static void outer_one(const struct nn_outer *o, const struct nn_recurrent *s, size_t b, float *to)
{
    const float *right = o->right + b * o->right_ld;
    if (!o->left)
        nn_bias_back(right, s->batch * o->right_ld, s->steps, o->right_cols, to);
    else
        nn_gemm(true, false, o->left_cols, o->right_cols, s->steps, o->left + b * o->left_cols,
                s->batch * o->left_cols, right, s->batch * o->right_ld, 1, to, o->right_cols);
}

void nn_outers_one(const nn_node *n, struct nn_outers outers, const struct nn_recurrent *s,
                   const rlb_net *net, uint32_t samples, uint32_t b, float *slab)
{
    size_t each = s->batch / samples;
    for (size_t k = 0; k < outers.count; k++) {
        float *to = nn_part(n, outers.list[k].param, net, slab);
        for (size_t q = b * each; to && q < (b + 1) * each; q++)
            outer_one(&outers.list[k], s, q, to);
    }
}
