/* What a step of training on sequences costs: forward and backward of LSTM and GRU, 128 units on 32
 * inputs, 16 sequences of 32 steps, beside the matrix products alone that it is made of, in the
 * same order and shapes. Prints CPU milliseconds (best of several interleaved rounds) and the part
 * of the time that the products would need. */
#include "base/clock.h"
#include "lib/nn/gemm.h"
#include "nn_host.h"

enum { BATCH = 16, STEPS = 32, IN = 32, HIDDEN = 128, ROWS = BATCH * STEPS, ROUNDS = 60 };

/* ---- the products */

struct arrays {
    float *x, *gates, *h, *slopes, *input, *recurrent, *dx, *dh, *d_input, *d_recurrent;
};

static struct arrays arrays_of(size_t cols)
{
    return (struct arrays){.x = host_alloc(&host, ROWS * IN * sizeof(float)),
                           .gates = host_alloc(&host, ROWS * cols * sizeof(float)),
                           .h = host_alloc(&host, ROWS * HIDDEN * sizeof(float)),
                           .slopes = host_alloc(&host, ROWS * cols * sizeof(float)),
                           .input = host_alloc(&host, IN * cols * sizeof(float)),
                           .recurrent = host_alloc(&host, HIDDEN * cols * sizeof(float)),
                           .dx = host_alloc(&host, ROWS * IN * sizeof(float)),
                           .dh = host_alloc(&host, BATCH * HIDDEN * sizeof(float)),
                           .d_input = host_alloc(&host, IN * cols * sizeof(float)),
                           .d_recurrent = host_alloc(&host, HIDDEN * cols * sizeof(float))};
}

static void products(const struct arrays *a, size_t cols)
{
    nn_gemm(false, false, ROWS, cols, IN, a->x, IN, a->input, cols, 0, a->gates, cols);
    for (size_t t = 1; t < STEPS; t++)
        nn_gemm(false, false, BATCH, cols, HIDDEN, a->h + t * BATCH * HIDDEN, HIDDEN, a->recurrent,
                cols, 1, a->gates + t * BATCH * cols, cols);
    for (size_t t = STEPS - 1; t > 0; t--)
        nn_gemm(false, true, BATCH, HIDDEN, cols, a->slopes + t * BATCH * cols, cols, a->recurrent,
                cols, 0, a->dh, HIDDEN);
    nn_gemm(false, true, ROWS, IN, cols, a->slopes, cols, a->input, cols, 0, a->dx, IN);
    nn_gemm(true, false, IN, cols, ROWS, a->x, IN, a->slopes, cols, 0, a->d_input, cols);
    nn_gemm(true, false, HIDDEN, cols, ROWS, a->h, HIDDEN, a->slopes, cols, 0, a->d_recurrent,
            cols);
}

/* ---- the layers */

struct update {
    rlb_tape *tape;
    rlb_tensor *x;
};

static struct update update_of(rlb_net *net, const rlb_lstm *lstm, const rlb_gru *gru)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    struct update u = {.tape = rlb_tape_create(&host)};
    rlb_net_init(net, 1);
    u.x = rlb_input_with_grad(u.tape, 3, (const uint32_t[]){BATCH, STEPS, IN});
    rlb_tensor *resets = rlb_input(u.tape, BATCH, STEPS);
    rlb_tensor *h = lstm ? rlb_lstm_apply(u.tape, lstm, u.x, (rlb_lstm_state){0}, resets, NULL)
                         : rlb_gru_apply(u.tape, gru, u.x, NULL, resets, NULL);
    rlb_tape_finish(u.tape, rlb_mean(u.tape, h));
    for (size_t i = 0; i < u.x->size; i++)
        u.x->data[i] = (float)rlb_rng_normal(&rng);
    for (size_t i = 0; i < resets->size; i++)
        resets->data[i] = rlb_rng_below(&rng, 20) == 0;
    return u;
}

static void report(const char *name, struct update u, size_t cols)
{
    struct arrays a = arrays_of(cols);
    int64_t best[3] = {INT64_MAX, INT64_MAX, INT64_MAX};
    for (int i = 0; i < ROUNDS; i++) {
        int64_t at[4];
        at[0] = clock_cpu_ns();
        products(&a, cols);
        at[1] = clock_cpu_ns();
        rlb_forward(u.tape);
        at[2] = clock_cpu_ns();
        rlb_backward(u.tape);
        at[3] = clock_cpu_ns();
        for (int k = 0; k < 3; k++)
            best[k] = at[k + 1] - at[k] < best[k] ? at[k + 1] - at[k] : best[k];
    }
    double floor_ms = (double)best[0] * 1e-6, forward = (double)best[1] * 1e-6,
           backward = (double)best[2] * 1e-6;
    printf("%-5s products %6.3f ms, forward %6.3f ms, backward %6.3f ms: %.2f of the products'"
           " speed   bound 0.5\n",
           name, floor_ms, forward, backward, floor_ms / (forward + backward));
}

int main(void)
{
    rlb_net *net = rlb_net_create(&host);
    rlb_lstm lstm = rlb_lstm_declare(net, "lstm", &(rlb_lstm_spec){.in = IN, .hidden = HIDDEN});
    report("lstm", update_of(net, &lstm, NULL), 4 * (size_t)HIDDEN);
    net = rlb_net_create(&host);
    rlb_gru gru = rlb_gru_declare(net, "gru", &(rlb_gru_spec){.in = IN, .hidden = HIDDEN});
    report("gru", update_of(net, NULL, &gru), 3 * (size_t)HIDDEN);
    return 0;
}
