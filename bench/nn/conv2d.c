/* What convolutions cost, forward and backward, beside the matrix products alone that they are made
 * of, on windows gathered beforehand. Prints CPU milliseconds (best of several interleaved rounds)
 * and the part of the time that the products would need. */
#include "bench/nn/host.h"

#include "base/clock.h"
#include "lib/nn/gemm.h"

#include <stdio.h>

static const struct shape {
    const char *name;
    uint32_t batch, side, in, out, kernel, stride;
    rlb_padding padding;
} shapes[] = {
    {"Atari, first", 32, 84, 4, 32, 8, 4, RLB_PADDING_VALID},
    {"Atari, second", 32, 20, 32, 64, 4, 2, RLB_PADDING_VALID},
    {"Atari, third", 32, 9, 64, 64, 3, 1, RLB_PADDING_VALID},
    {"5x5, planes of pieces", 256, 5, 3, 16, 3, 1, RLB_PADDING_SAME},
    {"9x9", 64, 9, 32, 32, 3, 1, RLB_PADDING_SAME},
    {"19x19", 16, 19, 64, 64, 3, 1, RLB_PADDING_SAME},
    {"5x5, acting", 1, 5, 3, 16, 3, 1, RLB_PADDING_SAME},
};

struct arrays {
    float *windows, *kernel, *y, *d_windows, *d_kernel;
};

/* with_input: the derivative of the images too. */
static void products(const struct arrays *a, size_t rows, size_t out, size_t taps, bool with_input)
{
    nn_gemm(false, false, rows, out, taps, a->windows, taps, a->kernel, out, 0, a->y, out);
    nn_gemm(true, false, taps, out, rows, a->windows, taps, a->y, out, 0, a->d_kernel, out);
    if (with_input)
        nn_gemm(false, true, rows, taps, out, a->y, out, a->kernel, out, 0, a->d_windows, taps);
}

static void report(const struct shape *s, bool with_input)
{
    rlb_net *net = rlb_net_create(bench_host());
    rlb_conv2d conv = rlb_conv2d_declare(net, "conv",
                                         &(rlb_conv2d_spec){.in = s->in,
                                                            .out = s->out,
                                                            .height = s->kernel,
                                                            .width = s->kernel,
                                                            .stride = s->stride,
                                                            .padding = s->padding});
    bench_must(rlb_net_init(net, 1));
    rlb_tape *t = rlb_tape_create(bench_host());
    const uint32_t shape[] = {s->batch, s->side, s->side, s->in};
    rlb_tensor *x = with_input ? rlb_input_with_grad(t, 4, shape) : rlb_input_shaped(t, 4, shape);
    rlb_tensor *y = rlb_conv2d_apply(t, &conv, x, RLB_RELU);
    bench_must(rlb_tape_finish(t, rlb_mean(t, y)));
    bench_fill(x->data, x->size);
    size_t taps = (size_t)s->kernel * s->kernel * s->in;
    struct arrays a = {bench_floats(y->rows * taps), bench_floats(taps * s->out),
                       bench_floats(y->size), bench_floats(y->rows * taps),
                       bench_floats(taps * s->out)};
    int64_t best[3] = {INT64_MAX, INT64_MAX, INT64_MAX}, spent = 0;
    for (int i = 0; i < 3 || (spent < 300000000 && i < 2000); i++) {
        int64_t at[4];
        at[0] = clock_cpu_ns();
        products(&a, y->rows, s->out, taps, with_input);
        at[1] = clock_cpu_ns();
        rlb_forward(t);
        at[2] = clock_cpu_ns();
        rlb_backward(t);
        at[3] = clock_cpu_ns();
        for (int k = 0; k < 3; k++)
            best[k] = at[k + 1] - at[k] < best[k] ? at[k + 1] - at[k] : best[k];
        spent += at[3] - at[0];
    }
    double floor_ms = (double)best[0] * 1e-6, forward = (double)best[1] * 1e-6,
           backward = (double)best[2] * 1e-6;
    printf("%-22s %-11s products %7.3f ms, forward %7.3f ms, backward %7.3f ms: %.2f of the"
           " products' speed\n",
           s->name, with_input ? "(x too)" : "(kernel)", floor_ms, forward, backward,
           floor_ms / (forward + backward));
}

int main(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int with_input = i == 0 ? 0 : 1; with_input < 2; with_input++)
            report(&shapes[i], with_input);
    return 0;
}
