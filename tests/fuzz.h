/* A fuzz target that is also an ordinary test.
 *
 * A target defines LLVMFuzzerTestOneInput() and, unless LIBFUZZER is defined (--enable-fuzzing,
 * where libFuzzer brings main()), ends with FUZZ_MAIN(make_seed, rounds): main() then replays the
 * files named on the command line, or without any runs the target on `rounds` seeds and their
 * mutations, the same ones every time. */
#ifndef RLBENCH_TESTS_FUZZ_H
#define RLBENCH_TESTS_FUZZ_H

#include "base/file.h"
#include "base/mem.h"
#include <rlbench/rng.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline uint32_t fuzz_below(rlb_rng *rng, size_t n)
{
    return n ? (uint32_t)(rlb_rng_u64(rng) % n) : 0;
}

/* One small injury: a bit, a byte, an interesting number, a cut, a doubled or an inserted stretch.
 */
static inline void fuzz_mutate(rlb_rng *rng, struct buf *b)
{
    static const uint32_t numbers[] = {0,          1,          0x7f,       0xff,
                                       0x7fff,     0xffff,     0x7fffffff, 0x80000000,
                                       0xfffffffe, 0xffffffff, 64u << 20,  (64u << 20) + 1};
    size_t at = fuzz_below(rng, b->len);
    uint32_t number = numbers[fuzz_below(rng, sizeof numbers / sizeof numbers[0])];
    if (b->len == 0)
        buf_putc(b, (char)fuzz_below(rng, 256));
    switch (fuzz_below(rng, 6)) {
    case 0: b->data[at] = (char)(b->data[at] ^ (1 << fuzz_below(rng, 8))); break;
    case 1: b->data[at] = (char)fuzz_below(rng, 256); break;
    case 2: memcpy(b->data + at, &number, b->len - at < 4 ? b->len - at : 4); break;
    case 3: b->len = at; break;
    case 4: {
        char *copy = mem_alloc(b->len);
        size_t n = fuzz_below(rng, b->len - at) + 1;
        memcpy(copy, b->data + at, n);
        buf_add(b, copy, n);
        free(copy);
        break;
    }
    default:
        for (int i = 0; i < 4; i++)
            buf_putc(b, (char)fuzz_below(rng, 256));
    }
}

/* The input in memory of exactly its length, so that a sanitizer sees one byte too far. */
static inline void fuzz_try(const struct buf *b)
{
    uint8_t *exact = malloc(b->len ? b->len : 1);
    if (b->len)
        memcpy(exact, b->data, b->len);
    LLVMFuzzerTestOneInput(exact, b->len);
    free(exact);
}

static inline int fuzz_main(int argc, char **argv, void (*make_seed)(rlb_rng *rng, struct buf *out),
                            int rounds)
{
    struct buf b = {0};
    for (int i = 1; i < argc; i++) {
        struct err e = ERR_INIT;
        buf_clear(&b);
        if (file_read(argv[i], (size_t)1 << 30, &b, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            return 99;
        }
        fuzz_try(&b);
    }
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (int i = 0; argc < 2 && i < rounds; i++) {
        buf_clear(&b);
        make_seed(&rng, &b);
        fuzz_try(&b);
        for (uint32_t k = fuzz_below(&rng, 4) + 1; k > 0; k--)
            fuzz_mutate(&rng, &b);
        fuzz_try(&b);
    }
    buf_finish(&b);
    return 0;
}

#define FUZZ_MAIN(make_seed, rounds)                                                               \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return fuzz_main(argc, argv, make_seed, rounds);                                           \
    }

#endif
