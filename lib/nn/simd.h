/* Loops that the compiler vectorises: function variants per instruction set, and elementary
 * functions in float32 without branches or calls, to within a few units in the last place. */
#ifndef RLBENCH_LIB_NN_SIMD_H
#define RLBENCH_LIB_NN_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A function compiled for several instruction sets; the loader picks one. Sanitizers and clang do
 * without. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ &&                                \
    !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define NN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NN_CLONES
#endif

static inline float nn_from_bits(int32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline int32_t nn_to_bits(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* e^x = 2^n 2^f with f in [-1/2, 1/2]; adding 1.5 2^23 rounds to the integer n, in the low bits. */
static inline float nn_expf(float x)
{
    const float round = 12582912.0f;
    float bounded = x < -87.3f ? -87.3f : x > 88.7f ? 88.7f : x;
    float shifted = bounded * 1.44269504f + round, n = shifted - round;
    float f = (bounded - n * 0.693145752f) - n * 1.42860677e-6f; /* n ln 2 in two parts */
    f *= 1.44269504f;
    float p = 1.53458116e-4f;
    p = p * f + 1.33999312e-3f;
    p = p * f + 9.61848896e-3f;
    p = p * f + 5.55032878e-2f;
    p = p * f + 2.40226469e-1f;
    p = p * f + 6.93147206e-1f;
    p = p * f + 1.0f;
    int32_t scale = (int32_t)((uint32_t)nn_to_bits(shifted) << 23);
    float y = nn_from_bits((int32_t)((uint32_t)nn_to_bits(p) + (uint32_t)scale));
    y = x < -87.3f ? 0.0f : y;
    y = x > 88.7f ? INFINITY : y;
    return x != x ? x : y;
}

/* log x for normal x > 0: x = 2^n m with m in [1/sqrt 2, sqrt 2]. */
static inline float nn_logf(float x)
{
    uint32_t bits = (uint32_t)nn_to_bits(x) - 0x3f3504f3u;
    float n = (float)((int32_t)bits >> 23);
    float f = nn_from_bits((int32_t)((bits & 0x007fffffu) + 0x3f3504f3u)) - 1.0f;
    float p = -7.62111271e-2f;
    p = p * f + 1.29046598e-1f;
    p = p * f - 1.32434624e-1f;
    p = p * f + 1.41818352e-1f;
    p = p * f - 1.66090127e-1f;
    p = p * f + 2.00019685e-1f;
    p = p * f - 2.50015866e-1f;
    p = p * f + 3.33333260e-1f;
    p = p * f - 4.99999883e-1f;
    return n * 0.693147181f + (p * f * f + f);
}

/* log(1 + x) for x in [0, 1]. */
static inline float nn_log1pf(float x)
{
    float u = 1.0f + x, lost = x - (u - 1.0f);
    return nn_logf(u) + lost / u;
}

static inline float nn_tanhf(float x)
{
    float z = x * x, p = -5.65998859e-3f;
    p = p * z + 2.05909879e-2f;
    p = p * z - 5.37210679e-2f;
    p = p * z + 1.33311275e-1f;
    p = p * z - 3.33332605e-1f;
    float small = x + x * (z * p);
    float magnitude = x < 0 ? -x : x;
    float large = 1.0f - 2.0f / (nn_expf(2.0f * magnitude) + 1.0f);
    large = x < 0 ? -large : large;
    return magnitude < 0.625f ? small : large;
}

static inline float nn_sigmoidf(float x)
{
    return 1.0f / (1.0f + nn_expf(-x));
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
static inline float nn_softplusf(float x)
{
    float magnitude = x < 0 ? -x : x;
    return (x > 0 ? x : 0.0f) + nn_log1pf(nn_expf(-magnitude));
}

/* The error function: a polynomial up to 1, 1 - e^(-x^2) erfcx(x) beyond. */
static inline float nn_erff(float x)
{
    float z = x * x, s = 7.853861e-5f;
    s = s * z - 8.01019352e-4f;
    s = s * z + 5.18832767e-3f;
    s = s * z - 2.68538119e-2f;
    s = s * z + 1.12835851e-1f;
    s = s * z - 3.76126258e-1f;
    s = s * z + 1.12837917f;
    float magnitude = x < 0 ? -x : x, t = 1.0f / (1.0f + 0.5f * magnitude);
    float c = 1.30954640e-2f;
    c = c * t + 6.78832082e-2f;
    c = c * t - 3.83527628e-1f;
    c = c * t + 4.78720990e-1f;
    c = c * t - 5.31287168e-2f;
    c = c * t + 3.28690237e-1f;
    c = c * t + 2.64168787e-1f;
    c = c * t + 2.84317519e-1f;
    c = c * t - 1.19918081e-4f;
    float large = 1.0f - nn_expf(-z) * c;
    large = magnitude > 4.0f ? 1.0f : large;
    large = x < 0 ? -large : large;
    return magnitude < 1.0f ? x * s : large;
}

#endif
