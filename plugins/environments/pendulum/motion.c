#include "motion.h"

#include <rlbench/vecmath.h>

/* Lanes in a block: its scratch stays in the first cache. */
enum { BLOCK = 64 };

/* angle + pi, reduced to [0, 2 pi) as fmod would, minus pi. The double nearest 2 pi is taken in two
 * parts, so that the products with a whole number below 2^20 are exact, and so is the remainder. */
RLB_INLINE double wrapped(double angle)
{
    const double pi = 3.141592653589793, turn = 6.283185307179586;
    const double high = 0x1.921fb54p+2, low = 0x1.10b46p-28; /* high + low == turn */
    const double x = angle + pi, n = rlb_round(x / turn);
    const double rest = (x - n * high) - n * low;
    return (rest < 0 ? rest + turn : rest) - pi;
}

/* One lane: returns the cost of the step. The order of the operations, and what of them is in
 * single precision (whatever the torque meets first), is that of the reference implementation. */
RLB_INLINE double move(const struct motion *m, double torque_cost, double push, double *angle,
                       double *spin)
{
    double sine, cosine, off = wrapped(*angle);
    rlb_sin_cos(*angle, &sine, &cosine);
    double cost = off * off + 0.1 * (*spin * *spin) + torque_cost;
    double next = *spin + (m->pull * sine + push) * m->dt;
    next = next < -m->max_speed ? -m->max_speed : next;
    next = next > m->max_speed ? m->max_speed : next;
    *spin = next;
    *angle += next * m->dt;
    return cost;
}

/* One kind of number in each loop: mixed widths would cost the compiler most of the vector. */
RLB_INLINE void step_block(const struct motion *shared, const struct lanes *l, uint32_t at,
                           uint32_t n)
{
    const struct motion m = *shared;
    double torque_cost[BLOCK], push[BLOCK], cost[BLOCK], sine[BLOCK], cosine[BLOCK];
    double *restrict angle = l->angle + at, *restrict spin = l->spin + at;
    const float *restrict actions = l->actions + at;
    float *restrict obs = l->obs + 3 * (size_t)at, *restrict rewards = l->rewards + at;
    uint32_t *restrict age = l->age + at;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        float u = actions[i];
        u = u < -m.max_torque ? -m.max_torque : u;
        u = u > m.max_torque ? m.max_torque : u;
        torque_cost[i] = (double)(0.001f * (u * u));
        push[i] = (double)(m.push * u);
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        cost[i] = move(&m, torque_cost[i], push[i], &angle[i], &spin[i]);
        rlb_sin_cos(angle[i], &sine[i], &cosine[i]);
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        obs[3 * i] = (float)cosine[i];
        obs[3 * i + 1] = (float)sine[i];
        obs[3 * i + 2] = (float)spin[i];
        rewards[i] = (float)-cost[i];
        age[i]++;
    }
}

RLB_CLONES void motion_step(const struct motion *m, const struct lanes *l, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += BLOCK)
        step_block(m, l, at, n - at < BLOCK ? n - at : BLOCK);
}
