#include "motion.h"

#include <rlbench/vecmath.h>

/* Lanes in a block: its scratch stays in the first cache. */
enum { BLOCK = 64 };

/* One lane. The order of the operations is that of the reference implementation, so that equal
 * states give equal bits (but for the last bit of the cosine). */
RLB_INLINE void move(const struct motion *m, double throttle, double *x, double *v)
{
    double sine, cosine;
    rlb_sin_cos(3 * *x, &sine, &cosine);
    double speed = *v + (throttle * m->force + cosine * -m->gravity);
    speed = speed < -m->max_speed ? -m->max_speed : speed;
    speed = speed > m->max_speed ? m->max_speed : speed;
    double at = *x + speed;
    at = at < m->left ? m->left : at;
    at = at > m->right ? m->right : at;
    *x = at;
    *v = ((at == m->left) & (speed < 0)) ? 0.0 : speed; /* the wall on the left stops it */
}

/* One kind of number in each loop: mixed widths would cost the compiler most of the vector. */
RLB_INLINE void step_block(const struct motion *shared, const struct lanes *l, uint32_t at,
                           uint32_t n)
{
    const struct motion m = *shared;
    double throttle[BLOCK], there[BLOCK]; /* -1, 0, 1; 0 or 1 */
    double *restrict x = l->x + at, *restrict v = l->v + at;
    const int32_t *restrict actions = l->actions + at;
    float *restrict obs = l->obs + 2 * (size_t)at, *restrict rewards = l->rewards + at;
    uint8_t *restrict terminated = l->terminated + at, *restrict success = l->success + at;
    uint32_t *restrict age = l->age + at;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        throttle[i] = actions[i] - 1;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        move(&m, throttle[i], &x[i], &v[i]);
        there[i] = ((x[i] >= m.goal) & (v[i] >= m.goal_velocity)) ? 1.0 : 0.0;
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        obs[2 * i] = (float)x[i];
        obs[2 * i + 1] = (float)v[i];
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        success[i] = terminated[i] = there[i] != 0;
        rewards[i] = -1;
        age[i]++;
    }
}

RLB_CLONES void motion_step(const struct motion *m, const struct lanes *l, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += BLOCK)
        step_block(m, l, at, n - at < BLOCK ? n - at : BLOCK);
}
