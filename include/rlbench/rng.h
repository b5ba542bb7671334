/* Random numbers: one counter-based stream per purpose, Philox4x32-10 (Salmon, Moraes, Dror, Shaw:
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The whole state is the struct: copy or
 * write it to save the stream. The same seed and stream give the same numbers on every machine. */
#ifndef RLBENCH_RNG_H
#define RLBENCH_RNG_H

#include <math.h>
#include <stdint.h>

typedef struct rlb_rng {
    uint32_t key[2];   /* the seed */
    uint32_t ctr[4];   /* ctr[0..1]: block number; ctr[2..3]: stream */
    uint32_t out[4];   /* the current block */
    uint32_t used;     /* words of `out` already given, 4: none left */
    uint32_t reserved; /* 0 */
} rlb_rng;

/* The ten rounds: out = Philox4x32-10(ctr, key). */
static inline void rlb_philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)UINT32_C(0xD2511F53) * c0, p1 = (uint64_t)UINT32_C(0xCD9E8D57) * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* Stream `stream` of `seed`; different streams never overlap. */
static inline void rlb_rng_init(rlb_rng *r, uint64_t seed, uint64_t stream)
{
    rlb_rng fresh = {{(uint32_t)seed, (uint32_t)(seed >> 32)},
                     {0, 0, (uint32_t)stream, (uint32_t)(stream >> 32)},
                     {0, 0, 0, 0},
                     4,
                     0};
    *r = fresh;
}

static inline uint32_t rlb_rng_u32(rlb_rng *r)
{
    if (r->used == 4) {
        rlb_philox(r->ctr, r->key, r->out);
        if (++r->ctr[0] == 0)
            r->ctr[1]++;
        r->used = 0;
    }
    return r->out[r->used++];
}

static inline uint64_t rlb_rng_u64(rlb_rng *r)
{
    uint64_t lo = rlb_rng_u32(r);
    return lo | (uint64_t)rlb_rng_u32(r) << 32;
}

/* Uniform on [0, 1), 53 bits. */
static inline double rlb_rng_uniform(rlb_rng *r)
{
    return (double)(rlb_rng_u64(r) >> 11) * 0x1p-53;
}

/* Uniform on {0, …, n-1} without bias; n >= 1 (Lemire 2019). */
static inline uint32_t rlb_rng_below(rlb_rng *r, uint32_t n)
{
    uint64_t m = (uint64_t)rlb_rng_u32(r) * n;
    if ((uint32_t)m < n) {
        uint32_t least = -n % n;
        while ((uint32_t)m < least)
            m = (uint64_t)rlb_rng_u32(r) * n;
    }
    return (uint32_t)(m >> 32);
}

/* The same for n that may exceed 32 bits (rows of a data set); below 2^32 it draws as
 * rlb_rng_below() does. */
static inline uint64_t rlb_rng_below64(rlb_rng *r, uint64_t n)
{
    if (n <= UINT32_MAX)
        return rlb_rng_below(r, (uint32_t)n);
    uint64_t least = -n % n,
             x = rlb_rng_u64(r); /* the lowest `least` values would be one too many */
    while (x < least)
        x = rlb_rng_u64(r);
    return x % n;
}

/* Standard normal (Box-Muller, one value a call so that the state stays the counter alone). */
static inline double rlb_rng_normal(rlb_rng *r)
{
    double u = 1.0 - rlb_rng_uniform(r), v = rlb_rng_uniform(r);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586476925286766559 * v);
}

/* Index drawn from the n probabilities p (sum 1); the last index with p > 0 takes what rounding
 * leaves. */
static inline uint32_t rlb_rng_choice(rlb_rng *r, const double *p, uint32_t n)
{
    double u = rlb_rng_uniform(r);
    uint32_t last = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (p[i] <= 0)
            continue;
        if (u < p[i])
            return i;
        u -= p[i];
        last = i;
    }
    return last;
}

/* A seed for a sub-purpose, well mixed (splitmix64 of both). */
static inline uint64_t rlb_rng_derive(uint64_t seed, uint64_t purpose)
{
    uint64_t z = seed + UINT64_C(0x9E3779B97F4A7C15) * (purpose + 1);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
