/* What one sampled token costs: with the cache of keys and values, beside a full forward over the
 * context. Processor time, best of several rounds. (An update of a transformer is one of the cases
 * of bench/nn_updates.)
 *
 *     bench/nn_token [LAYERS WIDTH HEADS TOKENS BATCH]... */
#include "bench/nn/host.h"

#include "base/clock.h"

#include <stdio.h>

enum { ROUNDS = 5, SIZES = 5 };

struct shape {
    uint32_t layers, width, heads, tokens, batch;
};

static double ms_since(int64_t start)
{
    return (double)(clock_cpu_ns() - start) * 1e-6;
}

static rlb_tape *whole_tape(const struct shape *s, const rlb_transformer *layer)
{
    const uint32_t shape[] = {s->batch, s->tokens, s->width};
    rlb_tape *t = rlb_tape_create(bench_host());
    rlb_tensor *x = rlb_input_shaped(t, 3, shape);
    rlb_transformer_apply(t, layer, x, NULL);
    bench_must(rlb_tape_finish(t, NULL));
    bench_fill(x->data, x->size);
    return t;
}

static rlb_tape *token_tape(const struct shape *s, const rlb_transformer *layer, rlb_cache *cache)
{
    const uint32_t shape[] = {s->batch, 1, s->width};
    rlb_tape *t = rlb_tape_create(bench_host());
    rlb_tensor *x = rlb_input_shaped(t, 3, shape);
    rlb_transformer_apply_cached(t, layer, x, cache);
    bench_must(rlb_tape_finish(t, NULL));
    bench_fill(x->data, x->size);
    return t;
}

static void measure(const struct shape *s)
{
    rlb_net *net = rlb_net_create(bench_host());
    rlb_transformer layer = rlb_transformer_declare(
        net, "trunk",
        &(rlb_transformer_spec){.width = s->width, .heads = s->heads, .layers = s->layers});
    bench_must(rlb_net_init(net, 1));
    rlb_cache *cache = rlb_cache_create(bench_host(), &layer, s->batch, s->tokens);
    rlb_tape *whole = whole_tape(s, &layer), *token = token_tape(s, &layer, cache);
    double with = 1e9, without = 1e9;
    for (int r = 0; r < ROUNDS; r++) {
        rlb_cache_clear(cache);
        int64_t start = clock_cpu_ns();
        for (uint32_t i = 0; i < s->tokens; i++)
            rlb_forward(token);
        double tokens = ms_since(start) / s->tokens;
        start = clock_cpu_ns();
        rlb_forward(whole);
        double full = ms_since(start);
        with = tokens < with ? tokens : with;
        without = full < without ? full : without;
    }
    printf(
        "%u layers, width %u, %u heads, %u tokens, %u sequences: a token %.3f ms with the cache, "
        "%.3f ms by the full forward\n",
        s->layers, s->width, s->heads, s->tokens, s->batch, with, without);
}

int main(int argc, char **argv)
{
    static const struct shape shapes[] = {{3, 128, 4, 60, 64}, {2, 48, 3, 12, 64}};
    for (int i = 1; i + SIZES <= argc; i += SIZES) {
        uint32_t v[SIZES];
        for (int k = 0; k < SIZES; k++)
            v[k] = (uint32_t)strtoul(argv[i + k], NULL, 10);
        measure(&(struct shape){v[0], v[1], v[2], v[3], v[4]});
    }
    for (size_t i = 0; argc == 1 && i < sizeof shapes / sizeof *shapes; i++)
        measure(&shapes[i]);
    return 0;
}
