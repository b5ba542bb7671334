/* Convolution: windows gathered into a matrix, block by block so that a block stays in the cache,
 * and one product per block. After backward() the gradient of the output holds the derivative
 * before the activation, which the per-sample functions read. */
#include "activation.h"
#include "gemm.h"
#include "node.h"
#include "simd.h"
#include "windows.h"

#include <rlbench/conv.h>

enum { IN_X, IN_KERNEL, IN_BIAS };
enum { U_ACTIVATION, U_STRIDE, U_TOP, U_LEFT };

/* Windows of a block: with bench/nn_conv2d, a quarter of this is slower and four times as much is
 * no faster; also on 5 x 5 boards gathering windows is a quarter of the time, the rest is products
 * and activations. */
enum { BLOCK_FLOATS = 32 * 1024, LEAST_ROWS = 16 };

/* Rows are windows. */
struct sizes {
    struct nn_windows windows;
    size_t rows, taps, out, block; /* windows, values of one, channels of the result */
    bool direct;                   /* the images are the matrix of windows already */
};

static struct sizes sizes_of(const nn_node *n)
{
    const rlb_tensor *x = &n->in[IN_X]->pub, *kernel = &n->in[IN_KERNEL]->pub, *y = &n->out[0]->pub;
    struct sizes s = {.windows = {.batch = x->shape[0],
                                  .height = x->shape[1],
                                  .width = x->shape[2],
                                  .in = x->shape[3],
                                  .kernel = {kernel->shape[0], kernel->shape[1]},
                                  .places = {y->shape[1], y->shape[2]},
                                  .pad = {n->u[U_TOP], n->u[U_LEFT]},
                                  .stride = n->u[U_STRIDE]},
                      .rows = y->rows,
                      .out = y->cols};
    s.taps = nn_window_size(&s.windows);
    bool pixel = s.taps == x->cols && s.rows == x->rows;
    bool image =
        kernel->shape[0] == x->shape[1] && kernel->shape[1] == x->shape[2] && s.rows == x->shape[0];
    s.direct = pixel || image;
    s.block = BLOCK_FLOATS / s.taps < LEAST_ROWS ? LEAST_ROWS : BLOCK_FLOATS / s.taps;
    s.block = s.block < s.rows ? s.block : s.rows;
    return s;
}

/* Scratch. */
struct buffers {
    float *windows; /* [block][taps]; unused when direct */
    float *product; /* [block][out] */
    float *slope;   /* [rows][out] of the activation, unless the output tells it */
};

static struct buffers buffers_of(const nn_node *n, const struct sizes *s)
{
    float *windows = n->scratch, *product = windows + (s->direct ? 0 : s->block * s->taps),
          *slope = product + s->block * s->out;
    return (struct buffers){windows, product,
                            nn_needs_input((rlb_activation)n->u[U_ACTIVATION]) ? slope : NULL};
}

static size_t buffer_floats(const nn_node *n, const struct sizes *s)
{
    bool keeps_slope = nn_needs_input((rlb_activation)n->u[U_ACTIVATION]);
    return (s->direct ? 0 : s->block * s->taps) + s->block * s->out +
           (keeps_slope ? s->rows * s->out : 0);
}

/* Windows first .. first + count - 1 as a matrix. */
static const float *windows_of(const nn_node *n, const struct sizes *s, const struct buffers *at,
                               size_t first, size_t count)
{
    if (s->direct)
        return n->in[IN_X]->pub.data + first * s->taps;
    nn_windows_read(&s->windows, n->in[IN_X]->pub.data, first, count, at->windows);
    return at->windows;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void conv2d_forward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    struct buffers at = buffers_of(n, &s);
    const float *bias = n->num_in > IN_BIAS ? n->in[IN_BIAS]->pub.data : NULL;
    for (size_t r = 0; r < s.rows; r += s.block) {
        size_t count = least(s.block, s.rows - r);
        float *y = n->out[0]->pub.data + r * s.out;
        nn_gemm(false, false, count, s.out, s.taps, windows_of(n, &s, &at, r, count), s.taps,
                n->in[IN_KERNEL]->pub.data, s.out, 0, y, s.out);
        nn_bias_activate((rlb_activation)n->u[U_ACTIVATION], y, bias,
                         at.slope ? at.slope + r * s.out : NULL, count, s.out);
    }
}

static void conv2d_backward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    struct buffers at = buffers_of(n, &s);
    const rlb_tensor *y = &n->out[0]->pub;
    const float *kernel = n->in[IN_KERNEL]->pub.data;
    float *gx = nn_grad(n, IN_X), *gk = nn_grad(n, IN_KERNEL),
          *gb = n->num_in > IN_BIAS ? nn_grad(n, IN_BIAS) : NULL;
    nn_bias_activate_back((rlb_activation)n->u[U_ACTIVATION], at.slope, y->data, y->grad, y->size);
    for (size_t r = 0; r < s.rows; r += s.block) {
        size_t count = least(s.block, s.rows - r);
        const float *g = y->grad + r * s.out;
        if (gk)
            nn_gemm(true, false, s.taps, s.out, count, windows_of(n, &s, &at, r, count), s.taps, g,
                    s.out, 1, gk, s.out);
        if (gb)
            nn_bias_back(g, s.out, count, s.out, gb);
        if (gx && s.direct)
            nn_gemm(false, true, count, s.taps, s.out, g, s.out, kernel, s.out, 1, gx + r * s.taps,
                    s.taps);
        if (!gx || s.direct)
            continue;
        nn_gemm(false, true, count, s.taps, s.out, g, s.out, kernel, s.out, 0, at.windows, s.taps);
        nn_windows_add(&s.windows, at.windows, r, count, gx);
    }
}

NN_CLONES static double inner(const float *a, const float *b, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* The derivative in the direction of a vector is that of a convolution with it. */
static void conv2d_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                       double *out)
{
    struct sizes s = sizes_of(n);
    struct buffers at = buffers_of(n, &s);
    const float *kernel = nn_part(n, IN_KERNEL, net, vector);
    const float *bias = n->num_in > IN_BIAS ? nn_part(n, IN_BIAS, net, vector) : NULL;
    size_t each = s.rows / samples;
    for (size_t r = 0; kernel && r < s.rows; r += s.block) {
        size_t count = least(s.block, s.rows - r);
        nn_gemm(false, false, count, s.out, s.taps, windows_of(n, &s, &at, r, count), s.taps,
                kernel, s.out, 0, at.product, s.out);
        for (size_t i = 0; i < count; i++) {
            const float *g = n->out[0]->pub.grad + (r + i) * s.out;
            out[(r + i) / each] +=
                inner(at.product + i * s.out, g, s.out) + (bias ? inner(bias, g, s.out) : 0);
        }
    }
}

static void conv2d_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                       float *slab)
{
    struct sizes s = sizes_of(n);
    struct buffers at = buffers_of(n, &s);
    float *kernel = nn_part(n, IN_KERNEL, net, slab);
    float *bias = n->num_in > IN_BIAS ? nn_part(n, IN_BIAS, net, slab) : NULL;
    size_t end = s.rows / samples * (b + 1);
    for (size_t r = s.rows / samples * b; kernel && r < end; r += s.block) {
        size_t count = least(s.block, end - r);
        const float *g = n->out[0]->pub.grad + r * s.out;
        nn_gemm(true, false, s.taps, s.out, count, windows_of(n, &s, &at, r, count), s.taps, g,
                s.out, 1, kernel, s.out);
        if (bias)
            nn_bias_back(g, s.out, count, s.out, bias);
    }
}

static const nn_op conv2d_op = {.name = "conv2d",
                                .forward = conv2d_forward,
                                .backward = conv2d_backward,
                                .dot = conv2d_dot,
                                .one = conv2d_one};

rlb_conv2d rlb_conv2d_declare(rlb_net *net, const char *name, const rlb_conv2d_spec *spec)
{
    rlb_conv2d c = {.net = net,
                    .in = spec->in,
                    .out = spec->out,
                    .height = spec->height,
                    .width = spec->width,
                    .stride = spec->stride ? spec->stride : 1,
                    .padding = spec->padding,
                    .bias = UINT32_MAX};
    const uint32_t shape[] = {c.height, c.width, c.in, c.out}, window = c.height * c.width;
    rlb_init init = spec->kernel_init, bias_init = spec->bias_init;
    if (init.kind == RLB_INIT_DEFAULT)
        init.kind = RLB_INIT_TORCH;
    if (bias_init.kind == RLB_INIT_DEFAULT)
        bias_init.kind = init.kind == RLB_INIT_TORCH ? RLB_INIT_TORCH : RLB_INIT_CONSTANT;
    c.kernel = nn_declare(net, name, "kernel", 4, shape, 1, init, window * c.in, window * c.out);
    if (!spec->no_bias)
        c.bias =
            nn_declare(net, name, "bias", 1, &c.out, 1, bias_init, window * c.in, window * c.out);
    return c;
}

/* Places of the kernel along one side, and the zeros before it; 0 places: it does not fit. */
static uint32_t places_of(rlb_padding padding, uint32_t size, uint32_t kernel, uint32_t stride,
                          uint32_t *pad)
{
    *pad = 0;
    if (padding == RLB_PADDING_VALID)
        return size < kernel ? 0 : (size - kernel) / stride + 1;
    uint32_t places = (size - 1) / stride + 1, reach = (places - 1) * stride + kernel;
    *pad = reach > size ? (reach - size) / 2 : 0;
    return places;
}

rlb_tensor *rlb_conv2d_apply(rlb_tape *t, const rlb_conv2d *layer, rlb_tensor *x,
                             rlb_activation activation)
{
    if (nn_failed(t))
        return nn_nothing(t);
    const char *name = rlb_net_param(layer->net, layer->kernel)->name;
    if (x->rank != 4 || x->cols != layer->in)
        return nn_fail(t, "conv2d %s: its input %s should be [images][height][width][%u]", name,
                       nn_shape_text(x), layer->in);
    uint32_t top, left,
        down = places_of(layer->padding, x->shape[1], layer->height, layer->stride, &top),
        across = places_of(layer->padding, x->shape[2], layer->width, layer->stride, &left);
    if (down == 0 || across == 0)
        return nn_fail(t, "conv2d %s: a kernel of %u x %u does not fit into %s without padding",
                       name, layer->height, layer->width, nn_shape_text(x));
    rlb_tensor *in[] = {x, rlb_use_param(t, layer->net, layer->kernel),
                        layer->bias == UINT32_MAX ? NULL
                                                  : rlb_use_param(t, layer->net, layer->bias)};
    nn_node *n = nn_record(t, &conv2d_op, in[IN_BIAS] ? 3 : 2, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_ACTIVATION] = activation;
    n->u[U_STRIDE] = layer->stride;
    n->u[U_TOP] = top;
    n->u[U_LEFT] = left;
    rlb_tensor *y = nn_output(n, 4, (const uint32_t[]){x->shape[0], down, across, layer->out});
    if (nn_failed(t))
        return nn_nothing(t);
    struct sizes s = sizes_of(n);
    n->scratch_bytes = buffer_floats(n, &s) * sizeof(float);
    return y;
}
