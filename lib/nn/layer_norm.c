/* Layer norm: rows to mean 0 and variance 1, then gain and bias (Ba, Kiros, Hinton 2016). */
#include "simd.h"
#include "tape_parts.h"

#include <rlbench/layers.h>

enum { IN_X, IN_GAIN, IN_BIAS };
enum { U_MEMBERS };

/* Scratch: mean and 1 / deviation of every row. */
struct moments {
    float mean, inverse;
};

NN_CLONES static void normalize(const float *x, const float *gain, const float *bias, float *y,
                                struct moments *m, float epsilon, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * width;
        float *restrict to = y + r * width;
        float sum = 0, square = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t c = 0; c < width; c++)
            sum += from[c];
        float mean = sum / (float)width;
#pragma omp simd reduction(+ : square)
        for (size_t c = 0; c < width; c++)
            square += (from[c] - mean) * (from[c] - mean);
        float inverse = 1.0f / sqrtf(square / (float)width + epsilon);
        for (size_t c = 0; c < width; c++)
            to[c] = (from[c] - mean) * inverse * gain[c] + bias[c];
        m[r] = (struct moments){mean, inverse};
    }
}

/* With z = (x - mean) inverse and h = g gain:  dx = inverse (h - mean(h) - z mean(h z)). */
NN_CLONES static void normalize_back(const float *x, const float *gain, const float *g,
                                     const struct moments *m, float *gx, float *ggain, float *gbias,
                                     size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * width, *up = g + r * width;
        float mean = m[r].mean, inverse = m[r].inverse, sum = 0, along = 0;
        if (gx) {
            float *restrict to = gx + r * width;
#pragma omp simd reduction(+ : sum, along)
            for (size_t c = 0; c < width; c++) {
                float h = up[c] * gain[c];
                sum += h;
                along += h * (from[c] - mean);
            }
            float shift = sum / (float)width, slope = along * inverse / (float)width;
            for (size_t c = 0; c < width; c++)
                to[c] += inverse * (up[c] * gain[c] - shift - (from[c] - mean) * inverse * slope);
        }
        for (size_t c = 0; ggain && c < width; c++)
            ggain[c] += up[c] * (from[c] - mean) * inverse;
        for (size_t c = 0; gbias && c < width; c++)
            gbias[c] += up[c];
    }
}

static void layer_norm_forward(nn_node *n)
{
    size_t members = n->u[U_MEMBERS], width = n->in[IN_X]->pub.cols;
    size_t rows = n->in[IN_X]->pub.rows / members;
    for (size_t k = 0; k < members; k++)
        normalize(n->in[IN_X]->pub.data + k * rows * width, n->in[IN_GAIN]->pub.data + k * width,
                  n->in[IN_BIAS]->pub.data + k * width, n->out[0]->pub.data + k * rows * width,
                  (struct moments *)n->scratch + k * rows, n->f[0], rows, width);
}

static void layer_norm_backward(nn_node *n)
{
    size_t members = n->u[U_MEMBERS], width = n->in[IN_X]->pub.cols;
    size_t rows = n->in[IN_X]->pub.rows / members;
    float *gx = nn_grad(n, IN_X), *ggain = nn_grad(n, IN_GAIN), *gbias = nn_grad(n, IN_BIAS);
    for (size_t k = 0; k < members; k++)
        normalize_back(n->in[IN_X]->pub.data + k * rows * width,
                       n->in[IN_GAIN]->pub.data + k * width, n->out[0]->pub.grad + k * rows * width,
                       (struct moments *)n->scratch + k * rows, gx ? gx + k * rows * width : NULL,
                       ggain ? ggain + k * width : NULL, gbias ? gbias + k * width : NULL, rows,
                       width);
}

/* z of one value. */
static float centred(const nn_node *n, size_t r, size_t c)
{
    const struct moments *m = (const struct moments *)n->scratch + r;
    return (n->in[IN_X]->pub.data[r * n->in[IN_X]->pub.cols + c] - m->mean) * m->inverse;
}

static void layer_norm_dot(const nn_node *n, const rlb_net *net, const float *vector,
                           uint32_t samples, double *out)
{
    size_t members = n->u[U_MEMBERS], width = n->in[IN_X]->pub.cols;
    size_t rows = n->in[IN_X]->pub.rows / members, each = rows / samples;
    const float *gain = nn_part(n, IN_GAIN, net, vector), *bias = nn_part(n, IN_BIAS, net, vector);
    for (size_t r = 0; gain && r < members * rows; r++) {
        const float *g = n->out[0]->pub.grad + r * width;
        size_t k = r / rows;
        for (size_t c = 0; c < width; c++)
            out[r % rows / each] +=
                (double)g[c] * ((double)gain[k * width + c] * (double)centred(n, r, c) +
                                (double)bias[k * width + c]);
    }
}

static void layer_norm_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                           float *slab)
{
    size_t members = n->u[U_MEMBERS], width = n->in[IN_X]->pub.cols;
    size_t rows = n->in[IN_X]->pub.rows / members, each = rows / samples;
    float *gain = nn_part(n, IN_GAIN, net, slab), *bias = nn_part(n, IN_BIAS, net, slab);
    for (size_t k = 0; gain && k < members; k++)
        for (size_t r = k * rows + b * each; r < k * rows + (b + 1) * each; r++)
            for (size_t c = 0; c < width; c++) {
                float g = n->out[0]->pub.grad[r * width + c];
                gain[k * width + c] += g * centred(n, r, c);
                bias[k * width + c] += g;
            }
}

static const nn_op layer_norm_op = {.name = "layer norm",
                                    .forward = layer_norm_forward,
                                    .backward = layer_norm_backward,
                                    .dot = layer_norm_dot,
                                    .one = layer_norm_one};

rlb_layer_norm rlb_layer_norm_declare(rlb_net *net, const char *name, uint32_t width,
                                      uint32_t members, float epsilon)
{
    rlb_layer_norm l = {.net = net,
                        .width = width,
                        .members = members ? members : 1,
                        .epsilon = epsilon > 0 ? epsilon : 1e-5f};
    uint32_t ensemble = l.members > 1;
    const uint32_t shape[] = {l.members, width};
    const rlb_init one = {RLB_INIT_CONSTANT, 1}, zero = {RLB_INIT_CONSTANT, 0};
    l.gain = nn_declare(net, name, "gain", 1 + ensemble, shape + !ensemble, l.members, one, 1, 1);
    l.bias = nn_declare(net, name, "bias", 1 + ensemble, shape + !ensemble, l.members, zero, 1, 1);
    return l;
}

rlb_tensor *rlb_layer_norm_apply(rlb_tape *t, const rlb_layer_norm *layer, rlb_tensor *x)
{
    rlb_tensor *in[] = {x, rlb_use_param(t, layer->net, layer->gain),
                        rlb_use_param(t, layer->net, layer->bias)};
    if (nn_failed(t))
        return nn_nothing(t);
    if (x->cols != layer->width || (layer->members > 1 && x->shape[0] != layer->members))
        return nn_fail(t, "layer norm %s: its input %s does not fit %u members of width %u",
                       rlb_net_param(layer->net, layer->gain)->name, nn_shape_text(x),
                       layer->members, layer->width);
    nn_node *n = nn_record(t, &layer_norm_op, 3, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_MEMBERS] = layer->members;
    n->f[0] = layer->epsilon;
    n->scratch_bytes = x->rows * sizeof(struct moments);
    return nn_output_like(n, x);
}
