#include "features.h"

#include <rlbench/vecmath.h>

#include <math.h>
#include <stddef.h>

/* Bumps farther than WINDOW centres away count as 0: exp(-8.5^2/2) is below what a double keeps of
 * the sum. Rows are written ROOM wide, so that the compiler has whole vectors. */
enum { WINDOW = 8, ROOM = 24, WIDE = WINDOW + ROOM + WINDOW, BLOCK = 64 };

/* exp u for |u| <= 1/2, Taylor's series. */
RLB_INLINE double small_exp(double u)
{
    double sum = 1.0 / 87178291200;
    sum = sum * u + 1.0 / 6227020800;
    sum = sum * u + 1.0 / 479001600;
    sum = sum * u + 1.0 / 39916800;
    sum = sum * u + 1.0 / 3628800;
    sum = sum * u + 1.0 / 362880;
    sum = sum * u + 1.0 / 40320;
    sum = sum * u + 1.0 / 5040;
    sum = sum * u + 1.0 / 720;
    sum = sum * u + 1.0 / 120;
    sum = sum * u + 1.0 / 24;
    sum = sum * u + 1.0 / 6;
    sum = sum * u + 1.0 / 2;
    sum = sum * u + 1;
    return sum * u + 1;
}

/* The bumps of one coordinate around its nearest centre n: with t = 20 x and u = t - n,
 * exp(-(t - n - j)^2 / 2) is, but for a factor that the sum takes out again, e^(u j) e^(-j^2/2).
 * grow: e^u. w: all centres, their sum 1, then zeros. wide: zeros, before and after. */
RLB_INLINE void bumps(int32_t middle, double grow, double wide[WIDE], float w[ROOM])
{
    static const double fall[WINDOW + 1] = {1.0,
                                            0.60653065971263342360,
                                            0.13533528323661269189,
                                            0.01110899653824230650,
                                            3.3546262790251183882e-4,
                                            3.7266531720786709929e-6,
                                            1.5229979744712628436e-8,
                                            2.2897348456455527939e-11,
                                            1.2664165549094175723e-14};
    double *at = wide + WINDOW + middle, pair[WINDOW + 1];
    const double shrink = 1 / grow;
    double up = 1, down = 1;
    at[0] = 1;
    for (int j = 1; j <= WINDOW; j++) {
        up *= grow;
        down *= shrink;
        at[j] = middle + j < CENTRES ? fall[j] * up : 0;
        at[-j] = middle - j >= 0 ? fall[j] * down : 0;
        pair[j] = at[j] + at[-j];
    }
    const double sum = 1 + (((pair[1] + pair[2]) + (pair[3] + pair[4])) +
                            ((pair[5] + pair[6]) + (pair[7] + pair[8])));
    const double scale = 1 / sum;
#pragma omp simd
    for (int k = 0; k < ROOM; k++)
        w[k] = (float)(wide[WINDOW + k] * scale);
    for (int j = -WINDOW; j <= WINDOW; j++)
        at[j] = 0;
}

RLB_INLINE void write_point(const float across[ROOM], const float up[ROOM], float *restrict out)
{
    for (int row = 0; row < CENTRES - 1; row++, out += CENTRES)
#pragma omp simd
        for (int k = 0; k < ROOM; k++) /* what is too much, the next row overwrites */
            out[k] = up[row] * across[k];
    for (int k = 0; k < CENTRES; k++)
        out[k] = up[CENTRES - 1] * across[k];
}

RLB_INLINE void write_block(const double *restrict x, const double *restrict y, uint32_t n,
                            float *out)
{
    double near[2][BLOCK], grow[2][BLOCK], wide[WIDE] = {0};
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        const double across = x[i] * (CENTRES - 1), up = y[i] * (CENTRES - 1);
        near[0][i] = rlb_round(across);
        near[1][i] = rlb_round(up);
        grow[0][i] = small_exp(across - near[0][i]);
        grow[1][i] = small_exp(up - near[1][i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        float across[ROOM], up[ROOM];
        bumps((int32_t)near[0][i], grow[0][i], wide, across);
        bumps((int32_t)near[1][i], grow[1][i], wide, up);
        write_point(across, up, out + (size_t)i * NUM_FEATURES);
    }
}

RLB_CLONES void features_write(const double *x, const double *y, uint32_t n, float *out)
{
    for (uint32_t at = 0; at < n; at += BLOCK)
        write_block(x + at, y + at, n - at < BLOCK ? n - at : BLOCK,
                    out + (size_t)at * NUM_FEATURES);
}

/* Neighbouring bumps k and k + 1 stand in the ratio e^(t - k - 1/2). */
static double place(const float *largest, int32_t k, int32_t stride)
{
    if (k == CENTRES - 1) {
        k--;
        largest -= stride;
    }
    return (k + 0.5 + log((double)largest[stride] / (double)*largest)) / (CENTRES - 1);
}

void features_read(const float *features, double *x, double *y)
{
    int32_t best = 0;
    for (int32_t k = 1; k < NUM_FEATURES; k++)
        best = features[k] > features[best] ? k : best;
    *x = place(features + best, best % CENTRES, 1);
    *y = place(features + best, best / CENTRES, CENTRES);
}
