#include "motion.h"

#include <rlbench/vecmath.h>

/* Lanes in a block: its scratch stays in the first cache. */
enum { BLOCK = 64 };

static const double pi = 3.141592653589793;

struct state {
    double angle1, angle2, spin1, spin2;
};

RLB_INLINE double cosine_of(double x)
{
    double sine, cosine;
    rlb_sin_cos(x, &sine, &cosine);
    return cosine;
}

/* The time derivative of a state under a torque: Sutton and Barto, example 11.3 of the first
 * edition. The order of the operations, here and below, is that of the reference implementation, so
 * that equal states give equal bits (but for the last bit of sines, cosines and squares): a chaotic
 * system forgives no other. */
RLB_INLINE struct state slope(const struct motion *m, int nips, struct state s, double torque)
{
    const double l1 = m->length1, m1 = m->mass1, m2 = m->mass2, c1 = m->centre1, c2 = m->centre2;
    const double i1 = m->inertia, i2 = m->inertia, g = m->gravity;
    double sine2, cosine2;
    rlb_sin_cos(s.angle2, &sine2, &cosine2);
    double d1 = m1 * (c1 * c1) + m2 * (l1 * l1 + c2 * c2 + 2 * l1 * c2 * cosine2) + i1 + i2;
    double d2 = m2 * (c2 * c2 + l1 * c2 * cosine2) + i2;
    double phi2 = m2 * c2 * g * cosine_of(s.angle1 + s.angle2 - pi / 2.0);
    double phi1 = -m2 * l1 * c2 * (s.spin2 * s.spin2) * sine2 -
                  2 * m2 * l1 * c2 * s.spin2 * s.spin1 * sine2 +
                  (m1 * c1 + m2 * l1) * g * cosine_of(s.angle1 - pi / 2) + phi2;
    double drive = torque + d2 / d1 * phi1;
    if (!nips)
        drive = drive - m2 * l1 * c2 * (s.spin1 * s.spin1) * sine2;
    double turn2 = (drive - phi2) / (m2 * (c2 * c2) + i2 - d2 * d2 / d1);
    double turn1 = -(d2 * turn2 + phi1) / d1;
    return (struct state){s.spin1, s.spin2, turn1, turn2};
}

RLB_INLINE struct state along(struct state s, double t, struct state k)
{
    return (struct state){s.angle1 + t * k.angle1, s.angle2 + t * k.angle2, s.spin1 + t * k.spin1,
                          s.spin2 + t * k.spin2};
}

RLB_INLINE double weighted(double k1, double k2, double k3, double k4)
{
    return k1 + 2 * k2 + 2 * k3 + k4;
}

/* One step of the classical Runge-Kutta method. */
RLB_INLINE struct state runge_kutta(const struct motion *m, int nips, struct state s, double torque)
{
    const double half = m->dt / 2.0, sixth = m->dt / 6.0;
    struct state k1 = slope(m, nips, s, torque);
    struct state k2 = slope(m, nips, along(s, half, k1), torque);
    struct state k3 = slope(m, nips, along(s, half, k2), torque);
    struct state k4 = slope(m, nips, along(s, m->dt, k3), torque);
    struct state sum = {weighted(k1.angle1, k2.angle1, k3.angle1, k4.angle1),
                        weighted(k1.angle2, k2.angle2, k3.angle2, k4.angle2),
                        weighted(k1.spin1, k2.spin1, k3.spin1, k4.spin1),
                        weighted(k1.spin2, k2.spin2, k3.spin2, k4.spin2)};
    return along(s, sixth, sum);
}

/* Into [-pi, pi]: by one turn, exactly as a loop over turns would; what has turned farther within
 * one step comes back at once. */
RLB_INLINE double wrapped(double x)
{
    const double turn = pi - -pi;
    x = x > pi ? x - turn : x;
    x = x < -pi ? x + turn : x;
    double back = x - turn * rlb_round(x / turn);
    x = ((x > pi) | (x < -pi)) ? back : x;
    x = x > pi ? pi : x;
    return x < -pi ? -pi : x;
}

RLB_INLINE double bounded(double x, double most)
{
    x = x < -most ? -most : x;
    return x > most ? most : x;
}

/* One kind of number in each loop: mixed widths would cost the compiler most of the vector. */
RLB_INLINE void step_block(const struct motion *shared, int nips, const struct lanes *l,
                           uint32_t at, uint32_t n)
{
    const struct motion m = *shared;
    double shown[4][BLOCK], there[BLOCK]; /* cos, sin of both angles; 0 or 1 */
    double *restrict angle1 = l->angle1 + at, *restrict angle2 = l->angle2 + at;
    double *restrict spin1 = l->spin1 + at, *restrict spin2 = l->spin2 + at;
    const double *restrict torque = l->torque + at;
    float *restrict obs = l->obs + 6 * (size_t)at, *restrict rewards = l->rewards + at;
    uint8_t *restrict terminated = l->terminated + at, *restrict success = l->success + at;
    uint32_t *restrict age = l->age + at;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        struct state s = {angle1[i], angle2[i], spin1[i], spin2[i]};
        s = runge_kutta(&m, nips, s, torque[i]);
        angle1[i] = wrapped(s.angle1);
        angle2[i] = wrapped(s.angle2);
        spin1[i] = bounded(s.spin1, m.max_spin1);
        spin2[i] = bounded(s.spin2, m.max_spin2);
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        rlb_sin_cos(angle1[i], &shown[1][i], &shown[0][i]);
        rlb_sin_cos(angle2[i], &shown[3][i], &shown[2][i]);
        double height = -shown[0][i] - cosine_of(angle2[i] + angle1[i]);
        there[i] = height > 1.0 ? 1.0 : 0.0;
    }
    for (uint32_t k = 0; k < 4; k++)
#pragma omp simd
        for (uint32_t i = 0; i < n; i++)
            obs[6 * i + k] = (float)shown[k][i];
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        obs[6 * i + 4] = (float)spin1[i];
        obs[6 * i + 5] = (float)spin2[i];
        success[i] = terminated[i] = there[i] != 0;
        rewards[i] = there[i] != 0 ? 0.0f : -1.0f;
        age[i]++;
    }
}

RLB_CLONES void motion_step(const struct motion *m, const struct lanes *l, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += BLOCK) {
        uint32_t many = n - at < BLOCK ? n - at : BLOCK;
        if (m->nips)
            step_block(m, 1, l, at, many);
        else
            step_block(m, 0, l, at, many);
    }
}
