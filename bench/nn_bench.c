#include "bench/nn_bench.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void *host_alloc(const rlb_host *host, size_t bytes)
{
    (void)host;
    size_t rounded = (bytes + 127) / 64 * 64;
    void *block = aligned_alloc(64, rounded);
    if (!block)
        exit(71);
    return memset(block, 0, rounded);
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
    float *x = host_alloc(NULL, n * sizeof *x);
    bench_fill(x, n);
    return x;
}

void bench_must(rlb_status status)
{
    if (status != RLB_OK)
        exit(70);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* us of one call, over `calls` of them. */
static double time_of(void (*f)(void *), void *ctx, int calls)
{
    int64_t start = clock_mono_ns();
    for (int i = 0; i < calls; i++)
        f(ctx);
    return (double)(clock_mono_ns() - start) / 1e3 / calls;
}

void bench_pair(const char *name, void (*update)(void *), void *update_ctx, void (*floor)(void *),
                void *floor_ctx)
{
    enum { ROUNDS = 101, ROUND_US = 10000 };
    static double us[2][ROUNDS];
    time_of(update, update_ctx, 3);
    int calls = (int)(ROUND_US / time_of(update, update_ctx, 3)) + 1;
    for (int r = 0; r < ROUNDS; r++) {
        us[0][r] = time_of(update, update_ctx, calls);
        us[1][r] = time_of(floor, floor_ctx, calls);
    }
    for (int k = 0; k < 2; k++)
        qsort(us[k], ROUNDS, sizeof us[k][0], by_value);
    double best = us[0][ROUNDS / 10], floor_best = us[1][ROUNDS / 10];
    printf("%-12s update %9.1f us   matrix products alone %9.1f us   ratio %.2f\n", name, best,
           floor_best, floor_best / best);
}
