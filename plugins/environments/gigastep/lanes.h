/* Arithmetic of one lane, in float, for loops that become vector code. Only operations that IEEE
 * 754 fixes, so that every instruction set gives the same bits. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_LANES_H
#define RLBENCH_PLUGIN_GIGASTEP_LANES_H

#include "draws.h"

#include <rlbench/vecmath.h>

#include <math.h>
#include <string.h>

#define PI 3.14159265358979f
#define TURN 6.28318530717959f

RLB_INLINE float lanes_min(float a, float b)
{
    return a < b ? a : b;
}

RLB_INLINE float lanes_max(float a, float b)
{
    return a > b ? a : b;
}

RLB_INLINE float lanes_clamp(float x, float low, float high)
{
    return lanes_min(lanes_max(x, low), high);
}

RLB_INLINE uint32_t lanes_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

RLB_INLINE float lanes_from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Angles that were moved up by half a turn: the remainder as C's fmod gives it, with the sign of x
 * (the reference implementation's, exact for |x| < 3 turns), or without quirks in [0, TURN). */
RLB_INLINE float lanes_wrap(float x, int quirks)
{
    const uint32_t sign = lanes_bits(x) & UINT32_C(0x80000000);
    const float size = fabsf(x);
    const float whole = size >= 2 * TURN ? 2 * TURN : size >= TURN ? TURN : 0.0f;
    const float rest = lanes_from_bits(lanes_bits(size - whole) | sign); /* exact */
    const float lifted = rest + (((quirks == 0) & (rest < 0)) ? TURN : 0.0f);
    return ((quirks == 0) & (lifted >= TURN)) ? 0.0f : lifted;
}

/* Within 1.5 units in the last place for |x| < 1000: pi/2 in three parts (Cody and Waite), then
 * polynomials on [-pi/4, pi/4]; the quadrant swaps the two and sets their signs. */
RLB_INLINE void lanes_sin_cos(float x, float *sine, float *cosine)
{
    const float shift = 0x1.8p23f;
    const float shifted = x * 0.636619772f + shift, q = shifted - shift;
    const uint32_t quadrant = lanes_bits(shifted);
    const float r =
        ((x - q * 1.5703125f) - q * 4.837512969970703125e-4f) - q * 7.549789948768648e-8f;
    const float z = r * r;
    const float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
    const float c =
        ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z -
        0.5f * z + 1.0f;
    const uint32_t swap = 0 - (quadrant & 1), sb = lanes_bits(s), cb = lanes_bits(c);
    const uint32_t flip_sine = (quadrant & 2) << 30, flip_cosine = ((quadrant + 1) & 2) << 30;
    *sine = lanes_from_bits(((sb & ~swap) | (cb & swap)) ^ flip_sine);
    *cosine = lanes_from_bits(((cb & ~swap) | (sb & swap)) ^ flip_cosine);
}

/* Where the pair of two different agents stands among all pairs i < j in order. */
static inline uint32_t lanes_pair(uint32_t agents, uint32_t a, uint32_t b)
{
    const uint32_t i = a < b ? a : b, j = a < b ? b : a;
    return i * agents - i * (i + 1) / 2 + j - i - 1;
}

#endif
