#include "motion.h"

#include <rlbench/vecmath.h>

/* Lanes in a block: its scratch stays in the first cache. */
enum { BLOCK = 64 };

/* One lane. The order of the operations is that of the reference implementation, so that equal
 * states give equal bits (but for the last bit of sine and cosine). */
RLB_INLINE void move(const struct motion *m, int semi_implicit, double force, double *x, double *v,
                     double *angle, double *spin)
{
    double sine, cosine;
    rlb_sin_cos(*angle, &sine, &cosine);
    double push = (force + m->pole_mass_length * (*spin * *spin) * sine) / m->total_mass;
    double turn = (m->gravity * sine - cosine * push) /
                  (m->half_length * (4.0 / 3.0 - m->pole_mass * (cosine * cosine) / m->total_mass));
    double pull = push - m->pole_mass_length * turn * cosine / m->total_mass;
    double new_v = *v + m->tau * pull, new_spin = *spin + m->tau * turn;
    *x += m->tau * (semi_implicit ? new_v : *v);
    *angle += m->tau * (semi_implicit ? new_spin : *spin);
    *v = new_v;
    *spin = new_spin;
}

/* One kind of number in each loop: mixed widths would cost the compiler most of the vector. */
RLB_INLINE void step_block(const struct motion *shared, int semi_implicit, const struct lanes *l,
                           uint32_t at, uint32_t n)
{
    const struct motion m = *shared;
    double force[BLOCK];
    double ends[BLOCK]; /* 0 or 1; a double because the loop is one of doubles */
    double *restrict x = l->x + at, *restrict v = l->v + at;
    double *restrict angle = l->angle + at, *restrict spin = l->spin + at;
    const int32_t *restrict actions = l->actions + at;
    float *restrict obs = l->obs + 4 * (size_t)at, *restrict rewards = l->rewards + at;
    uint8_t *restrict terminated = l->terminated + at;
    uint32_t *restrict age = l->age + at;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        force[i] = actions[i] == 1 ? m.force : -m.force;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        move(&m, semi_implicit, force[i], &x[i], &v[i], &angle[i], &spin[i]);
        int over = (x[i] < -m.far) | (x[i] > m.far) | (angle[i] < -m.steep) | (angle[i] > m.steep);
        ends[i] = over ? 1.0 : 0.0;
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        obs[4 * i] = (float)x[i];
        obs[4 * i + 1] = (float)v[i];
        obs[4 * i + 2] = (float)angle[i];
        obs[4 * i + 3] = (float)spin[i];
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        terminated[i] = ends[i] != 0;
        rewards[i] = ends[i] != 0 ? m.last_reward : m.reward;
        age[i]++;
    }
}

RLB_CLONES void motion_step(const struct motion *m, const struct lanes *l, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += BLOCK) {
        uint32_t many = n - at < BLOCK ? n - at : BLOCK;
        if (m->semi_implicit)
            step_block(m, 1, l, at, many);
        else
            step_block(m, 0, l, at, many);
    }
}
