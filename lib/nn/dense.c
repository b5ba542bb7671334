/* The dense layer, alone or as an ensemble: activation(x W + b). After backward() the gradient of
 * the output holds the derivative before the activation, which the per-sample functions read. */
#include "activation.h"
#include "gemm.h"
#include "tape_parts.h"

#include <rlbench/layers.h>

enum { IN_X, IN_WEIGHT, IN_BIAS };
enum { U_ACTIVATION, U_MEMBERS, U_SHARED };

/* Sizes of one member: x [rows][in], y [rows][out]. A shared x is the same for every member. */
struct sizes {
    size_t members, rows, in, out, x_stride;
};

static struct sizes sizes_of(const nn_node *n)
{
    struct sizes s = {
        .members = n->u[U_MEMBERS], .in = n->in[IN_X]->pub.cols, .out = n->out[0]->pub.cols};
    s.rows = n->out[0]->pub.rows / s.members;
    s.x_stride = n->u[U_SHARED] ? 0 : s.rows * s.in;
    return s;
}

static const float *bias_of(const nn_node *n, size_t member)
{
    return n->num_in > IN_BIAS ? n->in[IN_BIAS]->pub.data + member * n->out[0]->pub.cols : NULL;
}

static void dense_forward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    size_t each = s.rows * s.out;
    for (size_t m = 0; m < s.members; m++) {
        float *y = n->out[0]->pub.data + m * each;
        float *slope = n->scratch_bytes ? (float *)n->scratch + m * each : NULL;
        nn_gemm(false, false, s.rows, s.out, s.in, n->in[IN_X]->pub.data + m * s.x_stride, s.in,
                n->in[IN_WEIGHT]->pub.data + m * s.in * s.out, s.out, 0, y, s.out);
        nn_bias_activate((rlb_activation)n->u[U_ACTIVATION], y, bias_of(n, m), slope, s.rows,
                         s.out);
    }
}

/* Derivatives of one member's weight, bias and input. g: [rows][out] before the activation. */
static void member_backward(nn_node *n, const struct sizes *s, size_t m, const float *g)
{
    const float *x = n->in[IN_X]->pub.data + m * s->x_stride;
    if (nn_wants(n, IN_WEIGHT))
        nn_gemm(true, false, s->in, s->out, s->rows, x, s->in, g, s->out,
                nn_adds(n, IN_WEIGHT) ? 1 : 0, n->in[IN_WEIGHT]->pub.grad + m * s->in * s->out,
                s->out);
    if (nn_wants(n, IN_X)) {
        bool adds = nn_adds(n, IN_X) || (n->u[U_SHARED] && m > 0);
        nn_gemm(false, true, s->rows, s->in, s->out, g, s->out,
                n->in[IN_WEIGHT]->pub.data + m * s->in * s->out, s->out, adds ? 1 : 0,
                n->in[IN_X]->pub.grad + m * s->x_stride, s->in);
    }
}

static void dense_backward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    rlb_tensor *y = &n->out[0]->pub;
    nn_bias_activate_back((rlb_activation)n->u[U_ACTIVATION], n->scratch_bytes ? n->scratch : NULL,
                          y->data, y->grad, y->size);
    for (size_t m = 0; m < s.members; m++)
        member_backward(n, &s, m, y->grad + m * s.rows * s.out);
    float *bias = n->num_in > IN_BIAS ? nn_grad(n, IN_BIAS) : NULL;
    for (size_t m = 0; bias && m < s.members; m++)
        nn_bias_back(y->grad + m * s.rows * s.out, s.out, s.rows, s.out, bias + m * s.out);
}

/* Row r of x and of the gradient, of one member, and the sample it belongs to. */
struct row {
    const float *x, *g;
};

static struct row row_of(const nn_node *n, const struct sizes *s, size_t m, size_t r)
{
    return (struct row){n->in[IN_X]->pub.data + m * s->x_stride + r * s->in,
                        n->out[0]->pub.grad + (m * s->rows + r) * s->out};
}

/* x' V g + v' g for every row: the inner product of x g' with V needs no product x g'. */
static void dense_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                      double *out)
{
    struct sizes s = sizes_of(n);
    const float *weight = nn_part(n, IN_WEIGHT, net, vector);
    const float *bias = n->num_in > IN_BIAS ? nn_part(n, IN_BIAS, net, vector) : NULL;
    size_t each = s.rows / samples;
    for (size_t m = 0; m < s.members; m++)
        for (size_t r = 0; r < s.rows; r++) {
            struct row row = row_of(n, &s, m, r);
            double sum = 0;
            for (size_t c = 0; bias && c < s.out; c++)
                sum += (double)bias[m * s.out + c] * (double)row.g[c];
            for (size_t i = 0; weight && i < s.in; i++) {
                const float *v = weight + (m * s.in + i) * s.out;
                float part = 0;
                for (size_t c = 0; c < s.out; c++)
                    part += v[c] * row.g[c];
                sum += (double)row.x[i] * (double)part;
            }
            out[r / each] += sum;
        }
}

static void dense_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                      float *slab)
{
    struct sizes s = sizes_of(n);
    float *weight = nn_part(n, IN_WEIGHT, net, slab);
    float *bias = n->num_in > IN_BIAS ? nn_part(n, IN_BIAS, net, slab) : NULL;
    size_t each = s.rows / samples;
    for (size_t m = 0; m < s.members; m++)
        for (size_t r = b * each; r < (b + 1) * each; r++) {
            struct row row = row_of(n, &s, m, r);
            for (size_t c = 0; bias && c < s.out; c++)
                bias[m * s.out + c] += row.g[c];
            for (size_t i = 0; weight && i < s.in; i++)
                for (size_t c = 0; c < s.out; c++)
                    weight[(m * s.in + i) * s.out + c] += row.x[i] * row.g[c];
        }
}

static const nn_op dense_op = {.name = "dense",
                               .forward = dense_forward,
                               .backward = dense_backward,
                               .dot = dense_dot,
                               .one = dense_one};

rlb_dense rlb_dense_declare(rlb_net *net, const char *name, const rlb_dense_spec *spec)
{
    rlb_dense d = {.net = net,
                   .in = spec->in,
                   .out = spec->out,
                   .members = spec->members ? spec->members : 1,
                   .bias = UINT32_MAX};
    uint32_t ensemble = d.members > 1;
    const uint32_t weight[] = {d.members, d.in, d.out}, bias[] = {d.members, d.out};
    rlb_init init = spec->weight_init, bias_init = spec->bias_init;
    if (init.kind == RLB_INIT_DEFAULT)
        init.kind = RLB_INIT_TORCH;
    if (bias_init.kind == RLB_INIT_DEFAULT)
        bias_init.kind = init.kind == RLB_INIT_TORCH ? RLB_INIT_TORCH : RLB_INIT_CONSTANT;
    d.weight = nn_declare(net, name, "weight", 2 + ensemble, weight + !ensemble, d.members, init,
                          d.in, d.out);
    if (!spec->no_bias)
        d.bias = nn_declare(net, name, "bias", 1 + ensemble, bias + !ensemble, d.members, bias_init,
                            d.in, d.out);
    return d;
}

rlb_tensor *rlb_dense_apply(rlb_tape *t, const rlb_dense *layer, rlb_tensor *x,
                            rlb_activation activation)
{
    rlb_tensor *in[] = {x, rlb_use_param(t, layer->net, layer->weight),
                        layer->bias == UINT32_MAX ? NULL
                                                  : rlb_use_param(t, layer->net, layer->bias)};
    if (nn_failed(t))
        return nn_nothing(t);
    if (x->cols != layer->in)
        return nn_fail(t, "dense %s: its input %s should have %u columns",
                       rlb_net_param(layer->net, layer->weight)->name, nn_shape_text(x), layer->in);
    uint32_t members = layer->members, shape[RLB_MAX_RANK] = {0}, rank = 0;
    bool stacked = members > 1 && x->rank >= 3 && x->shape[0] == members;
    if (members > 1 && !stacked) {
        if (x->rank == RLB_MAX_RANK)
            return nn_fail(t, "dense: an ensemble's shared input %s has too many sizes",
                           nn_shape_text(x));
        shape[rank++] = members;
    }
    for (uint32_t i = 0; i < x->rank; i++)
        shape[rank++] = x->shape[i];
    shape[rank - 1] = layer->out;
    nn_node *n = nn_record(t, &dense_op, in[IN_BIAS] ? 3 : 2, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_ACTIVATION] = activation;
    n->u[U_MEMBERS] = members;
    n->u[U_SHARED] = members > 1 && !stacked;
    rlb_tensor *out = nn_output(n, rank, shape);
    if (nn_needs_input(activation))
        n->scratch_bytes = out->size * sizeof(float);
    return out;
}
