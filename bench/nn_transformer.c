/* A transformer's update (forward and backward, without the optimiser) beside its floor: the same
 * matrix products alone, in the same order and shapes, attention's included. The figure that counts
 * is the ratio, best of several interleaved rounds on processor time. Also printed: one sampled
 * token with the cache, beside a full forward over the context.
 *
 *     bench/nn_transformer [layers width heads tokens batch] */
#include "lib/nn/gemm.h"
#include <rlbench/nn.h>
#include <rlbench/rng.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void *host_alloc(const rlb_host *host, size_t bytes)
{
    (void)host;
    size_t rounded = (bytes + 64) / 64 * 64;
    void *block = aligned_alloc(64, rounded);
    return block ? memset(block, 0, rounded) : NULL;
}

static rlb_status host_fail(const rlb_host *host, rlb_status status, const char *fmt, ...)
{
    (void)host;
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit((int)status);
}

struct shape {
    uint32_t layers, width, heads, tokens, batch;
};

/* ---- the floor */

struct floor {
    struct shape s;
    float *a, *b, *c; /* operands as large as the largest */
    float *p;         /* weights of all heads */
};

/* The three products of a dense layer: forward, or backward into weight and input. */
static void dense(const struct floor *f, size_t in, size_t out, bool back)
{
    size_t rows = (size_t)f->s.batch * f->s.tokens;
    if (!back) {
        nn_gemm(false, false, rows, out, in, f->a, in, f->b, out, 0, f->c, out);
        return;
    }
    nn_gemm(true, false, in, out, rows, f->a, in, f->c, out, 0, f->b, out);
    nn_gemm(false, true, rows, in, out, f->c, out, f->b, out, 0, f->a, in);
}

/* As lib/nn/attention.c for contexts of one tile. */
static void attention(const struct floor *f, bool back)
{
    size_t n = f->s.tokens, width = f->s.width, d = width / f->s.heads, row = 3 * width;
    size_t stride = (n + 15) / 16 * 16;
    for (size_t b = 0; b < f->s.batch; b++)
        for (size_t h = 0; h < f->s.heads; h++) {
            const float *q = f->a + b * n * row + h * d, *k = q + width, *v = k + width;
            float *g = f->c + b * n * row + h * d, *y = f->b + b * n * width + h * d;
            float *p = f->p + (b * f->s.heads + h) * n * stride;
            if (!back) {
                nn_gemm(false, true, n, n, d, q, row, k, row, 0, p, stride);
                nn_gemm(false, false, n, d, n, p, stride, v, row, 0, y, width);
                continue;
            }
            nn_gemm(true, false, n, d, n, p, stride, y, width, 0, g + 2 * width, row);
            nn_gemm(false, true, n, n, d, y, width, v, row, 0, f->p, stride);
            nn_gemm(true, false, n, d, n, f->p, stride, q, row, 0, g + width, row);
            nn_gemm(false, false, n, d, n, f->p, stride, k, row, 0, g, row);
        }
}

static void floor_update(const struct floor *f)
{
    size_t w = f->s.width;
    for (uint32_t k = 0; k < f->s.layers; k++) {
        dense(f, w, 3 * w, false);
        attention(f, false);
        dense(f, w, w, false);
        dense(f, w, 4 * w, false);
        dense(f, 4 * w, w, false);
    }
    for (uint32_t k = 0; k < f->s.layers; k++) {
        dense(f, 4 * w, w, true);
        dense(f, w, 4 * w, true);
        dense(f, w, w, true);
        attention(f, true);
        dense(f, w, 3 * w, true);
    }
}

static float *numbers(const rlb_host *host, size_t n)
{
    float *x = host_alloc(host, n * sizeof *x);
    rlb_rng rng;
    rlb_rng_init(&rng, 2, 0);
    for (size_t i = 0; x && i < n; i++)
        x[i] = 1e-3f * (float)rlb_rng_normal(&rng);
    return x;
}

/* ---- */

static double best(double a, double b)
{
    return a < b ? a : b;
}

/* Milliseconds a token of the whole batch: with the cache, and by a forward over the context. */
static void sample(const rlb_host *host, const struct shape *s, rlb_transformer *layer,
                   rlb_tape *full)
{
    const uint32_t shape[] = {s->batch, 1, s->width};
    rlb_cache *cache = rlb_cache_create(host, layer, s->batch, s->tokens);
    rlb_tape *t = rlb_tape_create(host);
    rlb_transformer_apply_cached(t, layer, rlb_input_shaped(t, 3, shape), cache);
    rlb_tape_finish(t, NULL);
    double with = 1e9, without = 1e9;
    for (int r = 0; r < 5; r++) {
        rlb_cache_clear(cache);
        double start = now_ms();
        for (uint32_t i = 0; i < s->tokens; i++)
            rlb_forward(t);
        double middle = now_ms();
        rlb_forward(full);
        with = best(with, (middle - start) / s->tokens);
        without = best(without, now_ms() - middle);
    }
    printf("  a token of %u sequences: %.3f ms with the cache, %.3f ms by the full forward\n",
           s->batch, with, without);
}

int main(int argc, char **argv)
{
    struct shape s = {3, 128, 4, 60, 64};
    uint32_t *sizes[] = {&s.layers, &s.width, &s.heads, &s.tokens, &s.batch};
    for (int i = 1; i < argc && i <= 5; i++)
        *sizes[i - 1] = (uint32_t)strtoul(argv[i], NULL, 10);
    const rlb_host host = {.size = sizeof host, .fail = host_fail, .alloc = host_alloc};
    rlb_net *net = rlb_net_create(&host);
    rlb_transformer layer = rlb_transformer_declare(
        net, "trunk",
        &(rlb_transformer_spec){.width = s.width, .heads = s.heads, .layers = s.layers});
    rlb_net_init(net, 1);
    rlb_tape *t = rlb_tape_create(&host);
    const uint32_t shape[] = {s.batch, s.tokens, s.width};
    rlb_tensor *x = rlb_input_with_grad(t, 3, shape), *up = rlb_input_shaped(t, 3, shape);
    rlb_tensor *y = rlb_transformer_apply(t, &layer, x, NULL);
    rlb_tape_finish(t, rlb_sum(t, rlb_mul(t, y, up)));
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (size_t i = 0; i < x->size; i++) {
        x->data[i] = (float)rlb_rng_normal(&rng);
        up->data[i] = (float)rlb_rng_normal(&rng);
    }
    size_t most = 4 * x->size;
    struct floor f = {.s = s,
                      .a = numbers(&host, most),
                      .b = numbers(&host, most),
                      .c = numbers(&host, most),
                      .p = numbers(&host, (size_t)s.batch * s.heads * s.tokens * (s.tokens + 16))};
    if (!f.a || !f.b || !f.c || !f.p)
        return 1;
    double ours = 1e9, least = 1e9;
    for (int r = 0; r < ROUNDS; r++) {
        double start = now_ms();
        floor_update(&f);
        double middle = now_ms();
        rlb_forward(t);
        rlb_backward(t);
        least = best(least, middle - start);
        ours = best(ours, now_ms() - middle);
    }
    printf("%u layers, width %u, %u heads, %u tokens, batch %u\n", s.layers, s.width, s.heads,
           s.tokens, s.batch);
    printf("  an update: %.2f ms, its products alone %.2f ms: %.2f of the floor's speed\n", ours,
           least, least / ours);
    sample(&host, &s, &layer, t);
    return 0;
}
