#include "bench/nn/host.h"

#include "lib/nn/gemm.h"

#include <stdarg.h>
#include <stdio.h>

void *bench_alloc(size_t bytes)
{
    size_t rounded = (bytes + 127) / 64 * 64;
    void *block = aligned_alloc(64, rounded);
    if (!block)
        exit(71);
    return memset(block, 0, rounded);
}

static void *host_alloc(const rlb_host *host, size_t bytes)
{
    (void)host;
    return bench_alloc(bytes);
}

static rlb_status host_fail(const rlb_host *host, rlb_status status, const char *fmt, ...)
{
    va_list args;
    (void)host;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    return status;
}

const rlb_host *bench_host(void)
{
    static const rlb_host host = {
        .size = sizeof host, .abi_major = RLB_ABI_MAJOR, .alloc = host_alloc, .fail = host_fail};
    return &host;
}

void bench_fill(float *x, size_t n)
{
    static rlb_rng rng = {.used = 4};
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rlb_rng_normal(&rng);
}

float *bench_floats(size_t n)
{
    float *x = bench_alloc(n * sizeof *x);
    bench_fill(x, n);
    return x;
}

void bench_must(rlb_status status)
{
    if (status != RLB_OK)
        exit(70);
}

void dense_floor_init(struct dense_floor *f, size_t rows, size_t in, size_t out)
{
    *f = (struct dense_floor){.rows = rows,
                              .in = in,
                              .out = out,
                              .x = bench_floats(rows * in),
                              .w = bench_floats(in * out),
                              .y = bench_floats(rows * out),
                              .dx = bench_floats(rows * in),
                              .dw = bench_floats(in * out),
                              .dy = bench_floats(rows * out)};
}

void dense_floor_forward(const struct dense_floor *f)
{
    nn_gemm(false, false, f->rows, f->out, f->in, f->x, f->in, f->w, f->out, 0, f->y, f->out);
}

void dense_floor_backward(const struct dense_floor *f, int into_weight, int into_x)
{
    if (into_weight)
        nn_gemm(true, false, f->in, f->out, f->rows, f->x, f->in, f->dy, f->out, 0, f->dw, f->out);
    if (into_x)
        nn_gemm(false, true, f->rows, f->in, f->out, f->dy, f->out, f->w, f->out, 0, f->dx, f->in);
}
