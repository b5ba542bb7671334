/* GRU over whole sequences, laid out as the LSTM is. The derivatives of the two products differ
 * where the reset gate stands between them, so both sides are kept. */
#include "gemm.h"
#include "recurrent_parts.h"
#include "simd.h"

#include <rlbench/recurrent.h>

enum { IN_GATED_BIAS = NN_BIAS + 1, NUM_PARAMS = 4, NUM_STATES = 1 };
enum { OUT_SEQUENCE, OUT_H };

/* Scratch, time-major. */
struct buffers {
    float *gates;       /* [T][B][3H] x W, then r, z, n */
    float *product;     /* [B][3H] h U of one step */
    float *gated;       /* [T][B][H] h U_n + c */
    float *h;           /* [T][B][H] the states before the steps, zero where they were reset */
    float *dx_w, *dh_u; /* [T][B][3H] derivatives of the two products */
    float *dh;          /* [B][H] derivative of the state, going backwards */
    float *x, *x_back;  /* [T][B][in] */
};

static size_t buffer_floats(const struct nn_recurrent *s)
{
    return s->rows * (3 * s->cols + 2 * s->hidden + 2 * s->in) + s->batch * (s->hidden + s->cols);
}

static struct buffers buffers_of(const nn_node *n, const struct nn_recurrent *s)
{
    struct buffers b;
    b.gates = n->scratch;
    b.dx_w = b.gates + s->rows * s->cols;
    b.dh_u = b.dx_w + s->rows * s->cols;
    b.gated = b.dh_u + s->rows * s->cols;
    b.h = b.gated + s->rows * s->hidden;
    b.dh = b.h + s->rows * s->hidden;
    b.product = b.dh + s->batch * s->hidden;
    b.x = b.product + s->batch * s->cols;
    b.x_back = b.x + s->rows * s->in;
    return b;
}

/* One step. gates: in place. Results: h [batch][hidden], and again in the sequence, whose rows are
 * `stride` apart. */
struct step {
    size_t batch, hidden, stride;
    const float *bias, *gated_bias, *product, *h_before;
    float *gates, *gated, *h, *sequence;
};

NN_CLONES static void step_forward(const struct step *s)
{
    size_t hidden = s->hidden;
    const float *bias_r = s->bias, *bias_z = bias_r + hidden, *bias_n = bias_z + hidden,
                *gated_bias = s->gated_bias;
    for (size_t b = 0; b < s->batch; b++) {
        const float *restrict u_r = s->product + 3 * b * hidden, *restrict u_z = u_r + hidden,
                              *restrict u_n = u_z + hidden,
                              *restrict h_before = s->h_before + b * hidden;
        float *restrict gate_r = s->gates + 3 * b * hidden, *restrict gate_z = gate_r + hidden,
                        *restrict gate_n = gate_z + hidden;
        float *restrict gated_to = s->gated + b * hidden, *restrict h_to = s->h + b * hidden,
                        *restrict sequence = s->sequence + b * s->stride;
#pragma omp simd
        for (size_t j = 0; j < hidden; j++) {
            float r = nn_sigmoidf(gate_r[j] + bias_r[j] + u_r[j]);
            float z = nn_sigmoidf(gate_z[j] + bias_z[j] + u_z[j]);
            float gated = u_n[j] + gated_bias[j];
            float n = nn_tanhf(gate_n[j] + bias_n[j] + r * gated);
            float h = n + z * (h_before[j] - n);
            gate_r[j] = r;
            gate_z[j] = z;
            gate_n[j] = n;
            gated_to[j] = gated;
            h_to[j] = h;
            sequence[j] = h;
        }
    }
}

static void gru_forward(nn_node *n)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    size_t states = s.batch * s.hidden, gates = s.batch * s.cols;
    nn_copy_time_major(n, &s, at.x);
    nn_gemm(false, false, s.rows, s.cols, s.in, nn_time_major(n, &s, at.x), s.in,
            n->in[NN_INPUT]->pub.data, s.cols, 0, at.gates, s.cols);
    nn_first_state(n, &s, 0, at.h);
    for (size_t t = 0; t < s.steps; t++) {
        float *h = at.h + t * states;
        nn_reset_rows(n, &s, t, h);
        if (t > 0 || n->u[NN_STATE])
            nn_gemm(false, false, s.batch, s.cols, s.hidden, h, s.hidden,
                    n->in[NN_RECURRENT]->pub.data, s.cols, 0, at.product, s.cols);
        else
            memset(at.product, 0, gates * sizeof(float));
        step_forward(&(struct step){.batch = s.batch,
                                    .hidden = s.hidden,
                                    .stride = s.steps * s.hidden,
                                    .bias = n->in[NN_BIAS]->pub.data,
                                    .gated_bias = n->in[IN_GATED_BIAS]->pub.data,
                                    .product = at.product,
                                    .h_before = h,
                                    .gates = at.gates + t * gates,
                                    .gated = at.gated + t * states,
                                    .h = t + 1 == s.steps ? n->out[OUT_H]->pub.data : h + states,
                                    .sequence = n->out[OUT_SEQUENCE]->pub.data + t * s.hidden});
    }
}

/* The derivative of the state after a step comes in dh (and in the sequence's gradient `up`, which
 * may be NULL); the part of the one before it that goes around the products goes out in dh. */
struct step_back {
    size_t batch, hidden, stride;
    const float *gates, *gated, *h_before, *up;
    float *dx_w, *dh_u, *dh;
};

NN_CLONES static void step_backward(const struct step_back *s)
{
    size_t hidden = s->hidden;
    for (size_t b = 0; b < s->batch; b++) {
        const float *gate_r = s->gates + 3 * b * hidden, *gate_z = gate_r + hidden,
                    *gate_n = gate_z + hidden, *gated = s->gated + b * hidden,
                    *h_before = s->h_before + b * hidden,
                    *up = s->up ? s->up + b * s->stride : NULL;
        float *restrict x_r = s->dx_w + 3 * b * hidden, *restrict x_z = x_r + hidden,
                        *restrict x_n = x_z + hidden;
        float *restrict h_r = s->dh_u + 3 * b * hidden, *restrict h_z = h_r + hidden,
                        *restrict h_n = h_z + hidden;
        float *restrict dh = s->dh + b * hidden;
        for (size_t j = 0; up && j < hidden; j++)
            dh[j] += up[j];
#pragma omp simd
        for (size_t j = 0; j < hidden; j++) {
            float r = gate_r[j], z = gate_z[j], n = gate_n[j], d = dh[j];
            float slope_n = d * (1.0f - z) * (1.0f - n * n);
            float slope_z = d * (h_before[j] - n) * z * (1.0f - z);
            float slope_r = slope_n * gated[j] * r * (1.0f - r);
            x_r[j] = slope_r;
            x_z[j] = slope_z;
            x_n[j] = slope_n;
            h_r[j] = slope_r;
            h_z[j] = slope_z;
            h_n[j] = slope_n * r;
            dh[j] = d * z;
        }
    }
}

static void through_time(nn_node *n, const struct nn_recurrent *s, const struct buffers *at)
{
    size_t states = s->batch * s->hidden, gates = s->batch * s->cols;
    const float *up = n->out[OUT_SEQUENCE]->pub.grad;
    nn_last_grad(n, s, OUT_H, at->dh);
    for (size_t t = s->steps; t-- > 0;) {
        step_backward(&(struct step_back){.batch = s->batch,
                                          .hidden = s->hidden,
                                          .stride = s->steps * s->hidden,
                                          .gates = at->gates + t * gates,
                                          .gated = at->gated + t * states,
                                          .h_before = at->h + t * states,
                                          .up = up ? up + t * s->hidden : NULL,
                                          .dx_w = at->dx_w + t * gates,
                                          .dh_u = at->dh_u + t * gates,
                                          .dh = at->dh});
        if (t == 0 && !n->u[NN_STATE])
            break;
        nn_gemm(false, true, s->batch, s->hidden, s->cols, at->dh_u + t * gates, s->cols,
                n->in[NN_RECURRENT]->pub.data, s->cols, 1, at->dh, s->hidden);
        nn_reset_rows(n, s, t, at->dh);
    }
}

static void outers_of(const nn_node *n, const struct nn_recurrent *s, const struct buffers *at,
                      struct nn_outer list[NUM_PARAMS])
{
    size_t hidden = s->hidden, cols = s->cols;
    list[0] = (struct nn_outer){NN_INPUT, nn_time_major(n, s, at->x), s->in, at->dx_w, cols, cols};
    list[1] = (struct nn_outer){NN_RECURRENT, at->h, hidden, at->dh_u, cols, cols};
    list[2] = (struct nn_outer){NN_BIAS, NULL, 1, at->dx_w, cols, cols};
    list[3] = (struct nn_outer){IN_GATED_BIAS, NULL, 1, at->dh_u + 2 * hidden, hidden, cols};
}

static void gru_backward(nn_node *n)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    through_time(n, &s, &at);
    nn_recurrent_input_back(n, &s, at.dx_w, at.x_back);
    for (size_t k = 0; k < NUM_PARAMS; k++)
        nn_outer_backward(n, &list[k], s.rows);
    nn_recurrent_first_back(n, &s, (const float *const[]){at.dh});
}

static void gru_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                    double *out)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    nn_outers_dot(n, (struct nn_outers){list, NUM_PARAMS}, &s, net, vector, samples, at.product,
                  out);
}

static void gru_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b, float *slab)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    nn_outers_one(n, (struct nn_outers){list, NUM_PARAMS}, &s, net, samples, b, slab);
}

static const nn_op gru_op = {.name = "gru",
                             .forward = gru_forward,
                             .backward = gru_backward,
                             .dot = gru_dot,
                             .one = gru_one};

rlb_gru rlb_gru_declare(rlb_net *net, const char *name, const rlb_gru_spec *spec)
{
    uint32_t in = spec->in, hidden = spec->hidden, cols = 3 * hidden;
    rlb_gru g = {.net = net, .in = in, .hidden = hidden};
    g.input = nn_declare(net, name, "input", 2, (const uint32_t[]){in, cols}, 1, spec->input_init,
                         hidden, cols);
    g.recurrent = nn_declare(net, name, "recurrent", 2, (const uint32_t[]){hidden, cols}, 1,
                             spec->recurrent_init, hidden, cols);
    g.bias = nn_declare(net, name, "bias", 1, &cols, 1, spec->bias_init, hidden, cols);
    g.gated_bias =
        nn_declare(net, name, "gated_bias", 1, &hidden, 1, spec->bias_init, hidden, cols);
    return g;
}

rlb_tensor *rlb_gru_apply(rlb_tape *t, const rlb_gru *layer, rlb_tensor *x, rlb_tensor *first,
                          rlb_tensor *resets, rlb_tensor **last)
{
    rlb_tensor *params[] = {
        rlb_use_param(t, layer->net, layer->input), rlb_use_param(t, layer->net, layer->recurrent),
        rlb_use_param(t, layer->net, layer->bias), rlb_use_param(t, layer->net, layer->gated_bias)};
    nn_node *n = nn_recurrent_record(t, &gru_op, NUM_PARAMS, params, x, NUM_STATES, &first, resets);
    if (last)
        *last = n ? &n->out[OUT_H]->pub : nn_nothing(t);
    if (!n)
        return nn_nothing(t);
    struct nn_recurrent s = nn_recurrent_sizes(n);
    n->scratch_bytes = buffer_floats(&s) * sizeof(float);
    return &n->out[OUT_SEQUENCE]->pub;
}
