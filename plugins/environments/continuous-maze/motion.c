#include "motion.h"

#include <rlbench/vecmath.h>

/* Lanes in a block: its scratch stays in the first cache. */
enum { LANES = 64 };

const struct wall motion_walls[NUM_WALLS] = {{0.25, 0, 0.4}, {0.75, 0.6, 1}};

/* ln x for normal x > 0, from operations that are the same bits everywhere: x = 2^e m with m in
 * [1/sqrt 2, sqrt 2), ln m = 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1)/(m + 1), |s| < 0.172. */
RLB_INLINE double natural_log(double x)
{
    const uint64_t half = UINT64_C(0x3fe6a09e667f3bcd); /* 1/sqrt 2 */
    const uint64_t shifted = rlb_bits(x) - half;
    const double e = (double)((int32_t)(shifted >> 52) - ((int32_t)(shifted >> 63) << 12));
    const double m = rlb_from_bits((shifted & UINT64_C(0xfffffffffffff)) + half);
    const double s = (m - 1) / (m + 1), z = s * s;
    const double tail =
        z *
        (1.0 / 3 +
         z * (1.0 / 5 +
              z * (1.0 / 7 +
                   z * (1.0 / 9 +
                        z * (1.0 / 11 +
                             z * (1.0 / 13 + z * (1.0 / 15 + z * (1.0 / 17 + z * (1.0 / 19)))))))));
    return e * 0.693147180559945309417232 + (2 * s + 2 * s * tail);
}

/* Box and Muller: two normal numbers of variance noise^2 from two uniform ones on [0, 1). */
RLB_INLINE void normal_pair(double noise, double u, double v, double *a, double *b)
{
    double sine, cosine;
    rlb_sin_cos(6.283185307179586476925286766559 * v, &sine, &cosine);
    const double radius = noise * sqrt(-2 * natural_log(1 - u));
    *a = radius * cosine;
    *b = radius * sine;
}

RLB_INLINE double clipped(double x)
{
    x = x < 0 ? 0 : x;
    return x > 1 ? 1 : x;
}

/* Whether the way from (x0, y0) to (x1, y1) crosses the wall. */
RLB_INLINE int crosses(struct wall w, double x0, double y0, double x1, double y1)
{
    const double t = (w.x - x0) / (x1 - x0), y = y0 + t * (y1 - y0);
    return ((x0 < w.x) != (x1 < w.x)) & (y >= w.y_lo) & (y <= w.y_hi);
}

RLB_INLINE void step_block(const struct motion *shared, const struct lanes *l, uint32_t at,
                           uint32_t n)
{
    const struct motion m = *shared;
    const struct wall a = motion_walls[0], b = motion_walls[1];
    double *restrict x = l->x + at, *restrict y = l->y + at;
    const double *restrict goal_x = l->goal_x + at, *restrict goal_y = l->goal_y + at;
    double u[LANES], v[LANES], right[LANES], up[LANES];
    int32_t there[LANES];
    for (uint32_t i = 0; i < n; i++) {
        static const double to_right[] = {-1, 1, 0, 0, 0}, to_up[] = {0, 0, 1, -1, 0};
        u[i] = rlb_rng_uniform(&l->rng[at + i]);
        v[i] = rlb_rng_uniform(&l->rng[at + i]);
        right[i] = m.stride * to_right[l->actions[at + i]];
        up[i] = m.stride * to_up[l->actions[at + i]];
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        double off_x, off_y;
        normal_pair(m.noise, u[i], v[i], &off_x, &off_y);
        const double to_x = clipped(x[i] + right[i] + off_x), to_y = clipped(y[i] + up[i] + off_y);
        const int stopped = crosses(a, x[i], y[i], to_x, to_y) | crosses(b, x[i], y[i], to_x, to_y);
        x[i] = stopped ? x[i] : to_x;
        y[i] = stopped ? y[i] : to_y;
        there[i] = (fabs(x[i] - goal_x[i]) <= m.reach) & (fabs(y[i] - goal_y[i]) <= m.reach);
    }
    for (uint32_t i = 0; i < n; i++) {
        l->rewards[at + i] = (float)there[i];
        l->terminated[at + i] = (uint8_t)there[i];
        l->age[at + i]++;
    }
}

RLB_CLONES void motion_step(const struct motion *m, const struct lanes *l, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += LANES)
        step_block(m, l, at, n - at < LANES ? n - at : LANES);
}
