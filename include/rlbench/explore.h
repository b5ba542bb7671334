/* Choosing actions with chance. Everything draws from the stream it is given and keeps nothing. */
#ifndef RLBENCH_EXPLORE_H
#define RLBENCH_EXPLORE_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where there is `allowed` ([n], NULL: all) only actions with a 1 there are chosen; at least one
 * must have it. */

/* With probability epsilon uniform over the allowed, else one of the best uniformly. value: [n]. */
RLB_EXPORT uint32_t rlb_epsilon_greedy(rlb_rng *rng, double epsilon, const float *value,
                                       const uint8_t *allowed, uint32_t n);
/* Drawn with probability proportional to exp(logit / temperature); log_prob: its logarithm, or
 * NULL. temperature > 0. */
RLB_EXPORT uint32_t rlb_softmax_draw(rlb_rng *rng, double temperature, const float *logit,
                                     const uint8_t *allowed, uint32_t n, float *log_prob);
/* The same law in one pass: the largest logit + temperature * Gumbel noise (Gumbel 1954; n draws).
 */
RLB_EXPORT uint32_t rlb_gumbel_draw(rlb_rng *rng, double temperature, const float *logit,
                                    const uint8_t *allowed, uint32_t n);

/* action = action + N(0, std^2) cut to [-clip, clip], the whole cut to [low, high] (target policy
 * smoothing: Fujimoto et al. 2018). clip may be INFINITY. action: [n]. */
RLB_EXPORT void rlb_gaussian_noise(rlb_rng *rng, double std, double clip, double low, double high,
                                   uint32_t n, float *action);

/* Ornstein-Uhlenbeck noise (Lillicrap et al. 2016): x += theta (mean - x) dt + sigma sqrt(dt) N(0,
 * 1).
 */
typedef struct rlb_ou {
    double theta, sigma, mean, dt;
} rlb_ou;
/* state: [n] the caller's, part of its checkpoint; set to mean where an episode begins. */
RLB_EXPORT void rlb_ou_step(const rlb_ou *ou, rlb_rng *rng, uint32_t n, double *state);

#ifdef __cplusplus
}
#endif
#endif
