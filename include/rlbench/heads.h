/* Distributions over actions, given by what a network puts out. On the tape: log-probabilities,
 * entropies and reparameterised samples. On plain arrays: sampling, for acting. [...] stands for
 * any leading sizes, one action per row. Logarithms are natural. */
#ifndef RLBENCH_HEADS_H
#define RLBENCH_HEADS_H

#include <rlbench/tape.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------
 * categorical: p = softmax(logits) over A actions
 *
 * A mask has the shape of the logits: actions where it is 0 are forbidden and have probability 0. A
 * row that forbids every action counts as uniform, without gradient. */

/* logits where mask is not 0, else -1e30, without gradient there: works with everything that takes
 * logits. */
RLB_EXPORT rlb_tensor *rlb_mask_logits(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask);
/* log p[action]: logits [...][A], mask or NULL, actions an index tensor of one value per row ->
 * [...][1]. A forbidden action has about -1e30, a negative one (padding) 0 without gradient, one
 * from A on NaN. */
RLB_EXPORT rlb_tensor *rlb_categorical_log_prob(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask,
                                                rlb_tensor *actions);
/* -sum of p log p: [...][A] -> [...][1]. mask or NULL. */
RLB_EXPORT rlb_tensor *rlb_categorical_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *mask);

/* One draw per row of logits [rows][A] (one uniform number each); mask [rows][A] or NULL. Fills
 * actions [rows] and, unless NULL, log_prob [rows]. */
RLB_EXPORT void rlb_categorical_sample(rlb_rng *rng, const float *logits, const float *mask,
                                       size_t rows, uint32_t num_actions, int32_t *actions,
                                       float *log_prob);
/* The allowed action with the largest logit, the lowest of equals; 0 where every one is forbidden.
 */
RLB_EXPORT void rlb_categorical_greedy(const float *logits, const float *mask, size_t rows,
                                       uint32_t num_actions, int32_t *actions);

/* ------------------------------------------------------------------------------------------------
 * Gaussian with independent coordinates: N(mean, exp(log_std)^2)
 *
 * mean [...][D]; log_std of the same shape, or one row [D] for all (a parameter of the network).
 * Bound log_std by rlb_clip(), or smoothly by rlb_tanh_range(). */

/* low + (high - low) (tanh(x) + 1) / 2, elementwise: the usual bound of log_std in soft
 * actor-critic, with low = -5 (or -10, -20) and high = 2. */
RLB_EXPORT rlb_tensor *rlb_tanh_range(rlb_tape *t, rlb_tensor *x, float low, float high);
/* Sum over D of -z^2 / 2 - log_std - log(2 pi) / 2 with z = (x - mean) / exp(log_std) -> [...][1].
 * x: mean's shape, with gradient. */
RLB_EXPORT rlb_tensor *rlb_gaussian_log_prob(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                             rlb_tensor *x);
/* Sum over D of log_std + (1 + log(2 pi)) / 2 -> [...][1]. The mean only gives the shape. */
RLB_EXPORT rlb_tensor *rlb_gaussian_entropy(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std);
/* mean + exp(log_std) noise, in mean's shape. noise: an input of that shape, filled by
 * rlb_fill_normal() before every rlb_forward(); no gradient goes into it. */
RLB_EXPORT rlb_tensor *rlb_gaussian_rsample(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                            rlb_tensor *noise);

/* n independent values of N(0, 1). */
RLB_EXPORT void rlb_fill_normal(rlb_rng *rng, float *values, size_t n);
/* One draw per row of mean [rows][dims]; log_std [log_std_rows][dims] with log_std_rows = rows or
 * 1. Fills x [rows][dims] and, unless NULL, log_prob [rows]. */
RLB_EXPORT void rlb_gaussian_sample(rlb_rng *rng, const float *mean, const float *log_std,
                                    size_t log_std_rows, size_t rows, uint32_t dims, float *x,
                                    float *log_prob);

/* ------------------------------------------------------------------------------------------------
 * tanh of a Gaussian (soft actor-critic; Haarnoja et al. 2018): a = tanh(u), u as above
 *
 * log p(a) = log N(u) - sum over D of log(1 - a^2), the latter as 2 (log 2 - u - softplus(-2 u)),
 * which is exact for every u. The greedy action is tanh(mean): rlb_activate(t, mean, RLB_TANH). */

/* The action tanh(mean + exp(log_std) noise), in mean's shape; *log_prob (unless NULL) gets its
 * log-probability [...][1]. noise as in rlb_gaussian_rsample(). */
RLB_EXPORT rlb_tensor *rlb_tanh_gaussian_rsample(rlb_tape *t, rlb_tensor *mean, rlb_tensor *log_std,
                                                 rlb_tensor *noise, rlb_tensor **log_prob);
/* Log-probability of given actions (of data, say) -> [...][1]. Actions count as clipped to +-(1 -
 * 1e-6); the gradient into them is 0 beyond. */
RLB_EXPORT rlb_tensor *rlb_tanh_gaussian_log_prob(rlb_tape *t, rlb_tensor *mean,
                                                  rlb_tensor *log_std, rlb_tensor *actions);

/* As rlb_gaussian_sample(): actions [rows][dims] in [-1, 1], log_prob [rows] or NULL. rng NULL: the
 * greedy actions tanh(mean), and their log-probabilities. */
RLB_EXPORT void rlb_tanh_gaussian_sample(rlb_rng *rng, const float *mean, const float *log_std,
                                         size_t log_std_rows, size_t rows, uint32_t dims,
                                         float *actions, float *log_prob);

#ifdef __cplusplus
}
#endif
#endif
