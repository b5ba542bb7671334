/* Initial values of parameters. */
#include "tape_parts.h"

#include <math.h>

static void fill_uniform(float *values, size_t n, double bound, rlb_rng *rng)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)((2 * rlb_rng_uniform(rng) - 1) * bound);
}

static void fill_normal(float *values, size_t n, double deviation, rlb_rng *rng)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(deviation * rlb_rng_normal(rng));
}

/* Normal cut at two deviations, widened so that the deviation is what was asked for. */
static void fill_truncated(float *values, size_t n, double deviation, rlb_rng *rng)
{
    const double shrink = 0.87962566103423978; /* deviation of N(0, 1) within [-2, 2] */
    for (size_t i = 0; i < n; i++) {
        double z;
        do
            z = rlb_rng_normal(rng);
        while (fabs(z) > 2);
        values[i] = (float)(deviation / shrink * z);
    }
}

/* Orthonormal rows or columns, whichever are fewer, by Gram-Schmidt (twice, which is enough in
 * float32) on normal draws. work: [in][out]. */
static void fill_orthogonal(float *values, float *work, uint32_t in, uint32_t out, double scale,
                            rlb_rng *rng)
{
    uint32_t count = in < out ? in : out, length = in < out ? out : in;
    fill_normal(work, (size_t)in * out, 1, rng);
    for (uint32_t i = 0; i < count; i++) {
        float *v = work + (size_t)i * length;
        for (int pass = 0; pass < 2; pass++)
            for (uint32_t j = 0; j < i; j++) {
                const float *u = work + (size_t)j * length;
                double dot = 0;
                for (uint32_t k = 0; k < length; k++)
                    dot += (double)u[k] * (double)v[k];
                for (uint32_t k = 0; k < length; k++)
                    v[k] -= (float)(dot * (double)u[k]);
            }
        double square = 0;
        for (uint32_t k = 0; k < length; k++)
            square += (double)v[k] * (double)v[k];
        for (uint32_t k = 0; k < length; k++)
            v[k] = (float)((double)v[k] / sqrt(square));
    }
    for (uint32_t r = 0; r < in; r++)
        for (uint32_t c = 0; c < out; c++)
            values[(size_t)r * out + c] =
                (float)(scale * (double)(in < out ? work[(size_t)r * length + c]
                                                  : work[(size_t)c * length + r]));
}

static void draw_one(float *values, size_t n, const struct nn_declared *p, rlb_rng *rng,
                     float *scratch)
{
    double scale = p->init.scale != 0 ? (double)p->init.scale : 1;
    double fan_in = p->fan_in, fan_out = p->fan_out;
    uint32_t cols = p->info.shape[p->info.rank - 1];
    switch (p->init.kind) {
    case RLB_INIT_CONSTANT:
        for (size_t i = 0; i < n; i++)
            values[i] = p->init.scale;
        break;
    case RLB_INIT_UNIFORM: fill_uniform(values, n, scale, rng); break;
    case RLB_INIT_NORMAL: fill_normal(values, n, scale, rng); break;
    case RLB_INIT_DEFAULT:
    case RLB_INIT_TORCH: fill_uniform(values, n, 1 / sqrt(fan_in), rng); break;
    case RLB_INIT_KAIMING: fill_uniform(values, n, scale * sqrt(3 / fan_in), rng); break;
    case RLB_INIT_XAVIER: fill_uniform(values, n, scale * sqrt(6 / (fan_in + fan_out)), rng); break;
    case RLB_INIT_LECUN: fill_truncated(values, n, scale / sqrt(fan_in), rng); break;
    case RLB_INIT_ORTHOGONAL:
        fill_orthogonal(values, scratch, (uint32_t)(n / cols), cols, scale, rng);
        break;
    }
}

void nn_draw(float *values, const struct nn_declared *p, uint64_t seed, uint32_t stream,
             float *scratch)
{
    rlb_rng rng;
    rlb_rng_init(&rng, seed, stream);
    size_t each = p->info.size / p->members;
    for (uint32_t m = 0; m < p->members; m++)
        draw_one(values + m * each, each, p, &rng, scratch + m * each);
}
