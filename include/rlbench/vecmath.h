/* Arithmetic for loops over many lanes: sine and cosine without a branch or a table, so that the
 * compiler makes vector code of the loop they stand in, and the mark that has such a loop compiled
 * for several instruction sets.
 *
 * Results are the same bits in every instruction set and on every machine: only +, -, *, / and
 * comparisons of doubles are used, which IEEE 754 fixes, never contracted into fused operations
 * (-ffp-contract=off). That is why plugins use these instead of libm's, whose results differ from
 * machine to machine in the last bit. */
#ifndef RLBENCH_VECMATH_H
#define RLBENCH_VECMATH_H

#include <stdint.h>
#include <string.h>

/* Before a function whose loop is worth it: compiled for AVX-512, AVX2 and the baseline, the best
 * that the machine has is chosen when the module is loaded. Only with GCC, and not with sanitizers,
 * whose run-time is not there yet at that moment. */
#ifndef RLB_CLONES
#if defined __x86_64__ && defined __ELF__ && defined __GNUC__ && !defined __clang__ &&             \
    !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define RLB_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RLB_CLONES
#endif
#endif

#define RLB_INLINE static inline __attribute__((always_inline))

RLB_INLINE uint64_t rlb_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

RLB_INLINE double rlb_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x rounded to the nearest integer, halves to even; for |x| < 2^51. */
RLB_INLINE double rlb_round(double x)
{
    const double shift = 0x1.8p52;
    return (x + shift) - shift;
}

/* sin(x) and cos(x), within 0.9 units in the last place for |x| <= 2^20 (tests/lib/test_vecmath.c).
 * Up to 2^50 the error is at most that of moving x by one unit in its last place; nothing is
 * promised beyond. Infinities give NaN.
 *
 * x = q pi/2 + r + tail with |r| <= pi/4 (Cody and Waite: pi/2 in three parts, the first two short
 * enough for exact products with q), then polynomials in r^2 that minimise the largest error; the
 * quadrant q mod 4 swaps the two and sets their signs. */
RLB_INLINE void rlb_sin_cos(double x, double *sine, double *cosine)
{
    const double two_over_pi = 0x1.45f306dc9c883p-1, shift = 0x1.8p52;
    const double part1 = 0x1.921fb544p+0, part2 = 0x1.0b4611a6p-34, part3 = 0x1.3198a2e037073p-69;
    const double shifted = x * two_over_pi + shift, q = shifted - shift;
    const uint64_t quadrant = rlb_bits(shifted);

    /* a - b, exactly, as near + rest */
    const double a = x - q * part1, b = q * part2;
    const double near = a - b, back = a - near;
    const double rest = (a - (near + back)) + (back - b) - q * part3;
    const double r = near + rest, tail = (near - r) + rest;

    const double z = r * r;
    const double s =
        0x1.1111111110bb2p-7 + z * (-0x1.a01a019e83816p-13 +
                                    z * (0x1.71de379654304p-19 +
                                         z * (-0x1.ae600aca92c64p-26 + z * 0x1.5e0b05bff20f2p-33)));
    const double c = 0x1.5555555555555p-5 +
                     z * (-0x1.6c16c16c16967p-10 +
                          z * (0x1.a01a019f4e9b4p-16 +
                               z * (-0x1.27e4fa17bf139p-22 +
                                    z * (0x1.1eeb68cd22f56p-29 + z * -0x1.907d8f29fe831p-37))));
    /* sin(r + tail) = r - r^3/6 + r^5 s + tail (1 - r^2/2) */
    const double cube = z * r;
    const double sin_r = r + (cube * (-0x1.5555555555555p-3 + z * s) + tail * (1 - 0.5 * z));
    /* cos(r + tail) = 1 - r^2/2 + r^4 c - tail r, with what 1 - r^2/2 loses in rounding */
    const double half = 0.5 * z, high = 1 - half;
    const double cos_r = high + (((1 - high) - half) + (z * z * c - r * tail));

    const uint64_t swap = 0 - (quadrant & 1);
    const uint64_t sin_bits = rlb_bits(sin_r), cos_bits = rlb_bits(cos_r);
    const uint64_t flip_sin = (quadrant & 2) << 62, flip_cos = ((quadrant + 1) & 2) << 62;
    *sine = rlb_from_bits(((sin_bits & ~swap) | (cos_bits & swap)) ^ flip_sin);
    *cosine = rlb_from_bits(((cos_bits & ~swap) | (sin_bits & swap)) ^ flip_cos);
}

/* e^x, within 1 unit in the last place for -708 <= x <= 709 (tests/lib/test_vecmath.c); anything
 * for other x: bound it before, in a loop of its own, or the compiler makes no vector code of it.
 *
 * x = n log 2 + r with |r| <= log(2) / 2, the Taylor polynomial of e^r - 1 - r, and 2^n put
 * together from its bits. */
RLB_INLINE double rlb_exponential(double x)
{
    const double shift = 0x1.8p52, log2_e = 0x1.71547652b82fep+0;
    const double high = 0x1.62e42fee00000p-1, low = 0x1.a39ef35793c76p-33;
    const double shifted = x * log2_e + shift, n = shifted - shift;
    const double r = (x - n * high) - n * low;
    const double z =
        1.0 / 2 +
        r * (1.0 / 6 +
             r * (1.0 / 24 +
                  r * (1.0 / 120 +
                       r * (1.0 / 720 +
                            r * (1.0 / 5040 +
                                 r * (1.0 / 40320 +
                                      r * (1.0 / 362880 +
                                           r * (1.0 / 3628800 +
                                                r * (1.0 / 39916800 +
                                                     r * (1.0 / 479001600 +
                                                          r * (1.0 / 6227020800.0)))))))))));
    const double scale = rlb_from_bits((rlb_bits(shifted) + 1023) << 52);
    return (1 + (r + r * r * z)) * scale;
}

#endif
