/* LSTM over whole sequences. One product for the inputs of all steps, one per step for the
 * recurrence, one per weight for the gradients; gates in one pass over the four of a unit. */
#include "gemm.h"
#include "recurrent_parts.h"
#include "simd.h"

#include <rlbench/recurrent.h>

enum { NUM_PARAMS = 3, NUM_STATES = 2 };
enum { OUT_SEQUENCE, OUT_H, OUT_C };

/* Scratch, time-major. */
struct buffers {
    float *gates;      /* [T][B][4H] x W + h U, then the gates i, f, g, o */
    float *slopes;     /* [T][B][4H] derivatives before the activations */
    float *h, *c;      /* [T][B][H] the states before the steps, zero where they were reset */
    float *tanh_c;     /* [T][B][H] after the steps */
    float *dh, *dc;    /* [B][H] derivatives of the state, going backwards */
    float *product;    /* [B][4H] */
    float *x, *x_back; /* [T][B][in] */
};

static size_t buffer_floats(const struct nn_recurrent *s)
{
    return s->rows * (2 * s->cols + 3 * s->hidden + 2 * s->in) +
           s->batch * (2 * s->hidden + s->cols);
}

static struct buffers buffers_of(const nn_node *n, const struct nn_recurrent *s)
{
    struct buffers b;
    size_t states = s->batch * s->hidden;
    b.gates = n->scratch;
    b.slopes = b.gates + s->rows * s->cols;
    b.h = b.slopes + s->rows * s->cols;
    b.c = b.h + s->rows * s->hidden;
    b.tanh_c = b.c + s->rows * s->hidden;
    b.dh = b.tanh_c + s->rows * s->hidden;
    b.dc = b.dh + states;
    b.product = b.dc + states;
    b.x = b.product + s->batch * s->cols;
    b.x_back = b.x + s->rows * s->in;
    return b;
}

/* One step of one unit after the other. gates: in place. Results: c and h [batch][hidden], and h
 * again in the sequence, whose rows are `stride` apart. */
struct step {
    size_t batch, hidden, stride;
    const float *bias;
    float forget_bias;
    float *gates, *tanh_c, *c, *h, *sequence;
    const float *c_before;
};

NN_CLONES static void step_forward(const struct step *s)
{
    size_t hidden = s->hidden;
    const float *bias_i = s->bias, *bias_f = bias_i + hidden, *bias_g = bias_f + hidden,
                *bias_o = bias_g + hidden;
    float forget_bias = s->forget_bias;
    for (size_t b = 0; b < s->batch; b++) {
        float *restrict gate_i = s->gates + 4 * b * hidden, *restrict gate_f = gate_i + hidden,
                        *restrict gate_g = gate_f + hidden, *restrict gate_o = gate_g + hidden;
        const float *restrict c_before = s->c_before + b * hidden;
        float *restrict c_to = s->c + b * hidden, *restrict h_to = s->h + b * hidden,
                        *restrict tanh_to = s->tanh_c + b * hidden,
                        *restrict sequence = s->sequence + b * s->stride;
#pragma omp simd
        for (size_t j = 0; j < hidden; j++) {
            float i = nn_sigmoidf(gate_i[j] + bias_i[j]);
            float f = nn_sigmoidf(gate_f[j] + bias_f[j] + forget_bias);
            float g = nn_tanhf(gate_g[j] + bias_g[j]);
            float o = nn_sigmoidf(gate_o[j] + bias_o[j]);
            float c = f * c_before[j] + i * g, tanh_c = nn_tanhf(c), h = o * tanh_c;
            gate_i[j] = i;
            gate_f[j] = f;
            gate_g[j] = g;
            gate_o[j] = o;
            c_to[j] = c;
            tanh_to[j] = tanh_c;
            h_to[j] = h;
            sequence[j] = h;
        }
    }
}

static void lstm_forward(nn_node *n)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    size_t states = s.batch * s.hidden, gates = s.batch * s.cols;
    nn_copy_time_major(n, &s, at.x);
    nn_gemm(false, false, s.rows, s.cols, s.in, nn_time_major(n, &s, at.x), s.in,
            n->in[NN_INPUT]->pub.data, s.cols, 0, at.gates, s.cols);
    nn_first_state(n, &s, 0, at.h);
    nn_first_state(n, &s, 1, at.c);
    for (size_t t = 0; t < s.steps; t++) {
        bool last = t + 1 == s.steps;
        float *h = at.h + t * states, *c = at.c + t * states;
        nn_reset_rows(n, &s, t, h);
        nn_reset_rows(n, &s, t, c);
        if (t > 0 || n->u[NN_STATE])
            nn_gemm(false, false, s.batch, s.cols, s.hidden, h, s.hidden,
                    n->in[NN_RECURRENT]->pub.data, s.cols, 1, at.gates + t * gates, s.cols);
        step_forward(&(struct step){.batch = s.batch,
                                    .hidden = s.hidden,
                                    .stride = s.steps * s.hidden,
                                    .bias = n->in[NN_BIAS]->pub.data,
                                    .forget_bias = n->f[0],
                                    .gates = at.gates + t * gates,
                                    .tanh_c = at.tanh_c + t * states,
                                    .c_before = c,
                                    .c = last ? n->out[OUT_C]->pub.data : c + states,
                                    .h = last ? n->out[OUT_H]->pub.data : h + states,
                                    .sequence = n->out[OUT_SEQUENCE]->pub.data + t * s.hidden});
    }
}

/* The derivative of the state after a step comes in dh and dc (and, for h, in the sequence's
 * gradient `up`, which may be NULL); that of the cell before it goes out in dc. */
struct step_back {
    size_t batch, hidden, stride;
    const float *gates, *tanh_c, *c_before, *up;
    float *slopes, *dh, *dc;
};

NN_CLONES static void step_backward(const struct step_back *s)
{
    size_t hidden = s->hidden;
    for (size_t b = 0; b < s->batch; b++) {
        const float *gate_i = s->gates + 4 * b * hidden, *gate_f = gate_i + hidden,
                    *gate_g = gate_f + hidden, *gate_o = gate_g + hidden;
        const float *tanh_c = s->tanh_c + b * hidden, *c_before = s->c_before + b * hidden,
                    *up = s->up ? s->up + b * s->stride : NULL;
        float *restrict slope_i = s->slopes + 4 * b * hidden, *restrict slope_f = slope_i + hidden,
                        *restrict slope_g = slope_f + hidden, *restrict slope_o = slope_g + hidden;
        float *restrict dc = s->dc + b * hidden, *restrict dh = s->dh + b * hidden;
        for (size_t j = 0; up && j < hidden; j++)
            dh[j] += up[j];
#pragma omp simd
        for (size_t j = 0; j < hidden; j++) {
            float i = gate_i[j], f = gate_f[j], g = gate_g[j], o = gate_o[j], y = tanh_c[j];
            float d = dc[j] + dh[j] * o * (1.0f - y * y);
            slope_i[j] = d * g * i * (1.0f - i);
            slope_f[j] = d * c_before[j] * f * (1.0f - f);
            slope_g[j] = d * i * (1.0f - g * g);
            slope_o[j] = dh[j] * y * o * (1.0f - o);
            dc[j] = d * f;
        }
    }
}

static void through_time(nn_node *n, const struct nn_recurrent *s, const struct buffers *at)
{
    size_t states = s->batch * s->hidden, gates = s->batch * s->cols;
    const float *up = n->out[OUT_SEQUENCE]->pub.grad;
    nn_last_grad(n, s, OUT_H, at->dh);
    nn_last_grad(n, s, OUT_C, at->dc);
    for (size_t t = s->steps; t-- > 0;) {
        step_backward(&(struct step_back){.batch = s->batch,
                                          .hidden = s->hidden,
                                          .stride = s->steps * s->hidden,
                                          .gates = at->gates + t * gates,
                                          .tanh_c = at->tanh_c + t * states,
                                          .c_before = at->c + t * states,
                                          .up = up ? up + t * s->hidden : NULL,
                                          .slopes = at->slopes + t * gates,
                                          .dh = at->dh,
                                          .dc = at->dc});
        if (t == 0 && !n->u[NN_STATE])
            break;
        nn_gemm(false, true, s->batch, s->hidden, s->cols, at->slopes + t * gates, s->cols,
                n->in[NN_RECURRENT]->pub.data, s->cols, 0, at->dh, s->hidden);
        nn_reset_rows(n, s, t, at->dh);
        nn_reset_rows(n, s, t, at->dc);
    }
}

static void outers_of(const nn_node *n, const struct nn_recurrent *s, const struct buffers *at,
                      struct nn_outer list[NUM_PARAMS])
{
    const float *x = nn_time_major(n, s, at->x);
    list[0] = (struct nn_outer){NN_INPUT, x, s->in, at->slopes, s->cols, s->cols};
    list[1] = (struct nn_outer){NN_RECURRENT, at->h, s->hidden, at->slopes, s->cols, s->cols};
    list[2] = (struct nn_outer){NN_BIAS, NULL, 1, at->slopes, s->cols, s->cols};
}

static void lstm_backward(nn_node *n)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    through_time(n, &s, &at);
    nn_recurrent_input_back(n, &s, at.slopes, at.x_back);
    for (size_t k = 0; k < NUM_PARAMS; k++)
        nn_outer_backward(n, &list[k], s.rows);
    nn_recurrent_first_back(n, &s, (const float *const[]){at.dh, at.dc});
}

static void lstm_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                     double *out)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    nn_outers_dot(n, (struct nn_outers){list, NUM_PARAMS}, &s, net, vector, samples, at.product,
                  out);
}

static void lstm_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                     float *slab)
{
    struct nn_recurrent s = nn_recurrent_sizes(n);
    struct buffers at = buffers_of(n, &s);
    struct nn_outer list[NUM_PARAMS];
    outers_of(n, &s, &at, list);
    nn_outers_one(n, (struct nn_outers){list, NUM_PARAMS}, &s, net, samples, b, slab);
}

static const nn_op lstm_op = {.name = "lstm",
                              .forward = lstm_forward,
                              .backward = lstm_backward,
                              .dot = lstm_dot,
                              .one = lstm_one};

rlb_lstm rlb_lstm_declare(rlb_net *net, const char *name, const rlb_lstm_spec *spec)
{
    uint32_t in = spec->in, hidden = spec->hidden, cols = 4 * hidden;
    rlb_lstm l = {.net = net, .in = in, .hidden = hidden, .forget_bias = spec->forget_bias};
    l.input = nn_declare(net, name, "input", 2, (const uint32_t[]){in, cols}, 1, spec->input_init,
                         hidden, cols);
    l.recurrent = nn_declare(net, name, "recurrent", 2, (const uint32_t[]){hidden, cols}, 1,
                             spec->recurrent_init, hidden, cols);
    l.bias = nn_declare(net, name, "bias", 1, &cols, 1, spec->bias_init, hidden, cols);
    return l;
}

rlb_tensor *rlb_lstm_apply(rlb_tape *t, const rlb_lstm *layer, rlb_tensor *x, rlb_lstm_state first,
                           rlb_tensor *resets, rlb_lstm_state *last)
{
    rlb_tensor *params[] = {rlb_use_param(t, layer->net, layer->input),
                            rlb_use_param(t, layer->net, layer->recurrent),
                            rlb_use_param(t, layer->net, layer->bias)};
    rlb_tensor *states[] = {first.h, first.c};
    nn_node *n =
        nn_recurrent_record(t, &lstm_op, NUM_PARAMS, params, x, NUM_STATES, states, resets);
    if (last)
        *last = (rlb_lstm_state){n ? &n->out[OUT_H]->pub : nn_nothing(t),
                                 n ? &n->out[OUT_C]->pub : nn_nothing(t)};
    if (!n)
        return nn_nothing(t);
    n->f[0] = layer->forget_bias;
    struct nn_recurrent s = nn_recurrent_sizes(n);
    n->scratch_bytes = buffer_floats(&s) * sizeof(float);
    return &n->out[OUT_SEQUENCE]->pub;
}
