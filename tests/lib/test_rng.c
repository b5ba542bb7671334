#include "check.h"

#include <rlbench/rng.h>

#include <math.h>
#include <string.h>

/* Known-answer vectors of philox4x32-10 from Random123's kat_vectors (D. E. Shaw Research). */
static void known_answers(void)
{
    static const struct {
        uint32_t ctr[4], key[2], out[4];
    } vectors[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint32_t out[4];
        rlb_philox(vectors[i].ctr, vectors[i].key, out);
        CU_ASSERT_EQUAL(memcmp(out, vectors[i].out, sizeof out), 0);
    }
}

/* A stream is the counter's blocks in order; the carry reaches the high word; a copy goes on. */
static void streams(void)
{
    rlb_rng r, copy, other;
    uint32_t ctr[4] = {1, 0, 7, 0}, key[2] = {5, 6}, out[4];
    rlb_rng_init(&r, UINT64_C(0x600000005), 7);
    for (int i = 0; i < 4; i++)
        (void)rlb_rng_u32(&r);
    rlb_philox(ctr, key, out);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(rlb_rng_u32(&r), out[i]);
    copy = r;
    rlb_rng_init(&other, UINT64_C(0x600000005), 8);
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t x = rlb_rng_u32(&r);
        CU_ASSERT_EQUAL(x, rlb_rng_u32(&copy));
        same += x == rlb_rng_u32(&other);
    }
    CU_ASSERT(same <= 2);
    r.ctr[0] = UINT32_MAX;
    r.used = 4;
    (void)rlb_rng_u32(&r);
    CU_ASSERT_EQUAL(r.ctr[0], 0);
    CU_ASSERT_EQUAL(r.ctr[1], 1);
}

static double chi_square(const unsigned *counts, const double *shares, unsigned n, double total)
{
    double chi = 0;
    for (unsigned i = 0; i < n; i++)
        chi +=
            (counts[i] - total * shares[i]) * (counts[i] - total * shares[i]) / (total * shares[i]);
    return chi;
}

static void distributions(void)
{
    enum { N = 200000 };
    rlb_rng r;
    rlb_rng_init(&r, 11, 0);
    unsigned below[7] = {0}, choice[4] = {0}, tenths[10] = {0};
    double seventh[7], tenth[10], p[4] = {0.5, 0, 0.3, 0.2}, sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < 7; i++)
        seventh[i] = 1 / 7.0;
    for (int i = 0; i < 10; i++)
        tenth[i] = 0.1;
    for (int i = 0; i < N; i++) {
        double u = rlb_rng_uniform(&r), z = rlb_rng_normal(&r);
        CU_ASSERT_FATAL(u >= 0 && u < 1);
        tenths[(int)(u * 10)]++;
        below[rlb_rng_below(&r, 7)]++;
        choice[rlb_rng_choice(&r, p, 4)]++;
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    CU_ASSERT(chi_square(tenths, tenth, 10, N) < 27.9); /* 99.9 % of 9 degrees of freedom */
    CU_ASSERT(chi_square(below, seventh, 7, N) < 22.5); /* of 6 */
    CU_ASSERT_EQUAL(choice[1], 0);
    unsigned kept[3] = {choice[0], choice[2], choice[3]};
    CU_ASSERT(chi_square(kept, (double[]){0.5, 0.3, 0.2}, 3, N) < 13.9); /* of 2 */
    CU_ASSERT(fabs(sum / N) < 4 / sqrt(N));
    CU_ASSERT(fabs(squares / N - 1) < 4 * sqrt(2.0 / N));
    CU_ASSERT(fabs(fourth / N - 3) < 4 * sqrt(96.0 / N));
}

/* Every value below n comes up; n = 1 draws one word; large n has no bias to low values. */
static void bounds(void)
{
    rlb_rng r;
    rlb_rng_init(&r, 1, 1);
    CU_ASSERT_EQUAL(rlb_rng_below(&r, 1), 0);
    uint32_t n = UINT32_C(0xC0000000); /* 3/4 of the range: plain modulo favours the low third */
    unsigned low = 0;
    for (int i = 0; i < 30000; i++) {
        uint32_t x = rlb_rng_below(&r, n);
        CU_ASSERT_FATAL(x < n);
        low += x < n / 3;
    }
    CU_ASSERT(fabs(low - 10000.0) < 4 * sqrt(30000 * 2 / 9.0));
    uint64_t wide = UINT64_C(3) << 62; /* the same beyond 32 bits */
    for (int i = low = 0; i < 30000; i++) {
        uint64_t x = rlb_rng_below64(&r, wide);
        CU_ASSERT_FATAL(x < wide);
        low += x < wide / 3;
    }
    CU_ASSERT(fabs(low - 10000.0) < 4 * sqrt(30000 * 2 / 9.0));
    CU_ASSERT_EQUAL(rlb_rng_choice(&r, (double[]){0.25, 0.75, 0}, 3) < 2, 1);
    CU_ASSERT_EQUAL(rlb_rng_choice(&r, (double[]){0, 1e-300, 0}, 3), 1); /* rounding's leftovers */
}

/* splitmix64's published first outputs from seed 0, and no collisions among neighbours. */
static void derived_seeds(void)
{
    CU_ASSERT_EQUAL(rlb_rng_derive(0, 0), UINT64_C(0xe220a8397b1dcdaf));
    CU_ASSERT_EQUAL(rlb_rng_derive(0, 1), UINT64_C(0x6e789e6aa1b965f4));
    CU_ASSERT_EQUAL(rlb_rng_derive(0, 2), UINT64_C(0x06c45d188009454f));
    CU_ASSERT_NOT_EQUAL(rlb_rng_derive(1, 0), rlb_rng_derive(0, 1));
}

CHECK_MAIN("random numbers", {"philox4x32-10 gives Random123's answers", known_answers},
           {"streams are counters", streams}, {"distributions", distributions}, {"bounds", bounds},
           {"derived seeds", derived_seeds})
