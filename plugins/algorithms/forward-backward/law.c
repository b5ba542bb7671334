#include "law.h"

#include <math.h>

static float square_sum(const float *x, uint32_t d)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (uint32_t i = 0; i < d; i++)
        sum += x[i] * x[i];
    return sum;
}

static void scale(float *x, uint32_t d, float by)
{
    for (uint32_t i = 0; i < d; i++)
        x[i] *= by;
}

/* Standard normals in pairs (Box, Muller 1958) from 32-bit uniforms: directions need no more. */
static void fill_normal(rlb_rng *rng, float *x, uint32_t d)
{
    const float unit = 0x1p-32f, turn = 6.28318530717958647692f;
    for (uint32_t i = 0; i < d; i += 2) {
        float u = ((float)(rlb_rng_u32(rng) >> 8) + 1) * 0x1p-24f;
        float angle = (float)rlb_rng_u32(rng) * unit * turn;
        float r = sqrtf(-2 * logf(u));
        x[i] = r * cosf(angle);
        if (i + 1 < d)
            x[i + 1] = r * sinf(angle);
    }
}

static double length(rlb_rng *rng, uint32_t law, double scale)
{
    if (law == LAW_CAUCHY)
        return fabs(scale * tan(3.14159265358979323846 * (rlb_rng_uniform(rng) - 0.5)));
    return law == LAW_BALL ? rlb_rng_uniform(rng) : 1;
}

void law_draw(rlb_rng *rng, uint32_t law, double spread, uint32_t d, float *z)
{
    fill_normal(rng, z, d);
    double norm = sqrt((double)square_sum(z, d)) + 1e-12;
    scale(z, d, (float)(sqrt(d) * length(rng, law, spread) / norm));
}

void law_normalize(float *x, uint32_t d)
{
    double norm = sqrt((double)square_sum(x, d));
    if (norm > 0)
        scale(x, d, (float)(sqrt(d) / norm));
}

void law_squash(const float *z, uint32_t d, float *out)
{
    float by = 1 / sqrtf(1 + square_sum(z, d) / (float)d);
    for (uint32_t i = 0; i < d; i++)
        out[i] = z[i] * by;
}
