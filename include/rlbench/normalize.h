/* Running means and variances, and what is normalised by them. Statistics are double precision. */
#ifndef RLBENCH_NORMALIZE_H
#define RLBENCH_NORMALIZE_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Mean and variance of each of `width` dimensions; batches are joined by the update of Chan, Golub
 * and LeVeque (1979). */
typedef struct rlb_moments {
    const rlb_host *host;
    double *mean;   /* [width] */
    double *square; /* [width] sum of the squared deviations from the mean */
    double count;
    uint32_t width, reserved;
} rlb_moments;

/* prior: weight of a virtual sample of mean 0 and variance 1 (Gymnasium: 1e-4), 0: none. Memory is
 * the host's. RLB_E_INVAL, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_moments_init(rlb_moments *m, const rlb_host *host, uint32_t width,
                                       double prior);
/* Adds n samples. x: [n][width]. */
RLB_EXPORT void rlb_moments_add(rlb_moments *m, const float *x, uint32_t n);
/* Adds all that `from` has seen, of the same width. */
RLB_EXPORT void rlb_moments_merge(rlb_moments *m, const rlb_moments *from);
/* Population variance of dimension j; 1 while nothing has been seen. */
static inline double rlb_moments_variance(const rlb_moments *m, uint32_t j)
{
    return m->count > 0 ? m->square[j] / m->count : 1;
}
/* out = (x - mean) / sqrt(variance + epsilon), cut to [-clip, clip]. x, out: [n][width], may be the
 * same. clip may be INFINITY. */
RLB_EXPORT void rlb_moments_normalize(const rlb_moments *m, const float *x, uint32_t n,
                                      double epsilon, double clip, float *out);
RLB_EXPORT rlb_status rlb_moments_save(const rlb_moments *m, rlb_writer *w);
RLB_EXPORT rlb_status rlb_moments_load(rlb_moments *m, rlb_reader *r);

/* Rewards divided by the standard deviation of the discounted return so far, as Gymnasium's
 * vector NormalizeReward does:
 *   g_n = discount (1 - terminated_n) g_n + r_n;  out_n = r_n / sqrt(variance of all g + epsilon)
 * and g_n = 0 where the episode ended. */
typedef struct rlb_reward_scale {
    rlb_moments returns; /* width 1, prior 1e-4 */
    double *carry;       /* [num_streams] g */
    double discount, epsilon;
    uint32_t num_streams, reserved;
} rlb_reward_scale;

/* epsilon: 1e-8 in Gymnasium. */
RLB_EXPORT rlb_status rlb_reward_scale_init(rlb_reward_scale *s, const rlb_host *host,
                                            uint32_t num_streams, double discount, double epsilon);
/* One step: updates with the rewards, then scales them. All: [num_streams]; out may be reward. */
RLB_EXPORT void rlb_reward_scale_step(rlb_reward_scale *s, const float *reward,
                                      const uint8_t *terminated, const uint8_t *truncated,
                                      float *out);
RLB_EXPORT rlb_status rlb_reward_scale_save(const rlb_reward_scale *s, rlb_writer *w);
RLB_EXPORT rlb_status rlb_reward_scale_load(rlb_reward_scale *s, rlb_reader *r);

/* x = (x - mean) / (standard deviation + 1e-8), the deviation with n - 1; a single one becomes 0.
 */
RLB_EXPORT void rlb_standardize(float *x, size_t n);
/* 1 - Var(target - prediction) / Var(target): 1 is perfect, 0 no better than a constant. NaN when
 * all targets are equal. */
RLB_EXPORT double rlb_explained_variance(const float *target, const float *prediction, size_t n);

#ifdef __cplusplus
}
#endif
#endif
