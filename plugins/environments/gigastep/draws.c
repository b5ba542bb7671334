#include "draws.h"

#include <rlbench/vecmath.h>

enum { PURPOSE_STEP = 1, PURPOSE_START = 2, PURPOSE_FIRST_LOOK = 3 };

/* Four words for each of the lanes. count: low and high words, [2]. */
RLB_INLINE void philox(const struct block *b, const struct scratch *w, const uint32_t *count,
                       uint32_t number, uint32_t purpose, uint32_t first, uint32_t end)
{
    const uint32_t *seed = b->seed;
    uint32_t *word = w->word;
#pragma omp simd
    for (uint32_t l = first; l < end; l++) {
        uint32_t c0 = number, c1 = purpose, c2 = count[l], c3 = count[BLOCK + l];
        uint32_t k0 = seed[l], k1 = seed[BLOCK + l];
#pragma GCC unroll 10
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)UINT32_C(0xD2511F53) * c0;
            uint64_t p1 = (uint64_t)UINT32_C(0xCD9E8D57) * c2;
            uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)p1;
            c3 = (uint32_t)p0;
            c0 = n0;
            c2 = n2;
            k0 += UINT32_C(0x9E3779B9);
            k1 += UINT32_C(0xBB67AE85);
        }
        word[l] = c0;
        word[BLOCK + l] = c1;
        word[2 * BLOCK + l] = c2;
        word[3 * BLOCK + l] = c3;
    }
}

/* Two uniform numbers from each word. */
RLB_INLINE void halves(const uint32_t *word, uint32_t words, float *draws, uint32_t first,
                       uint32_t end)
{
    for (uint32_t k = 0; k < words; k++) {
        const uint32_t *from = word + k * BLOCK;
        float *low = draws + 2 * k * BLOCK, *high = low + BLOCK;
#pragma omp simd
        for (uint32_t l = first; l < end; l++) {
            low[l] = (float)(int32_t)(from[l] & 0xffff) * 0x1p-16f;
            high[l] = (float)(int32_t)(from[l] >> 16) * 0x1p-16f;
        }
    }
}

RLB_INLINE void pairs(const struct sky *s, const struct block *b, const struct scratch *w,
                      const uint32_t *count, uint32_t purpose, uint32_t first, uint32_t end)
{
    const uint32_t words = s->agents * (s->agents - 1) / 2;
    for (uint32_t at = 0; at < words; at += 4) {
        philox(b, w, count, at / 4, purpose, first, end);
        halves(w->word, words - at < 4 ? words - at : 4, w->draws + 2 * at * BLOCK, first, end);
    }
}

RLB_INLINE void waypoint(const struct sky *s, const struct block *b, const struct scratch *w)
{
    const uint32_t words = s->agents * (s->agents - 1) / 2;
    philox(b, w, b->clock, (words + 3) / 4, PURPOSE_STEP, 0, BLOCK);
#pragma omp simd
    for (uint32_t l = 0; l < 4 * BLOCK; l++)
        w->fate[l] = (float)(int32_t)(w->word[l] >> 8) * 0x1p-24f;
}

RLB_CLONES void draws_of_step(const struct sky *s, const struct block *b, const struct scratch *w)
{
    if (s->stochastic_sight || s->stochastic_radio)
        pairs(s, b, w, b->clock, PURPOSE_STEP, 0, BLOCK);
    if (s->waypoints)
        waypoint(s, b, w);
    for (uint32_t l = 0; l < BLOCK; l++)
        b->clock[BLOCK + l] += ++b->clock[l] == 0;
}

void draws_of_start(const struct sky *s, const struct block *b, const struct scratch *w,
                    uint32_t lane)
{
    if (s->stochastic_radio)
        pairs(s, b, w, b->episode, PURPOSE_FIRST_LOOK, lane, lane + 1);
}

rlb_rng draws_for_start(const struct block *b, uint32_t lane)
{
    rlb_rng rng;
    const uint32_t *seed = b->seed + lane, *episode = b->episode + lane;
    rlb_rng_init(&rng, seed[0] | (uint64_t)seed[BLOCK] << 32,
                 episode[0] | (uint64_t)episode[BLOCK] << 32);
    rng.ctr[1] = PURPOSE_START;
    return rng;
}
