/* Losses. Each gives one value per element or per row, to be averaged with rlb_mean(), or with
 * rlb_weighted_mean() where only some of them count. [...] stands for any leading sizes; gradients
 * flow into every tensor argument, so targets are usually inputs, results of frozen networks or
 * rlb_stop_gradient(). Where a row of logits counts, log p means its log-softmax; logits of any
 * size are safe, +-1e30 included. */
#ifndef RLBENCH_LOSSES_H
#define RLBENCH_LOSSES_H

#include <rlbench/tape.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one value per element: a and b of one shape -> that shape */

/* (a - b)^2, without a half. */
RLB_EXPORT rlb_tensor *rlb_squared(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* u^2 / 2 where |u| <= delta, else delta (|u| - delta / 2), with u = a - b and delta > 0
 * (Huber 1964). */
RLB_EXPORT rlb_tensor *rlb_huber(rlb_tape *t, rlb_tensor *a, rlb_tensor *b, float delta);
/* |tau - 1[u < 0]| u^2 with u = target - prediction and 0 < tau < 1, without a half: for tau > 1/2
 * predictions that are too low cost more, and the minimum is the upper expectile (Newey, Powell
 * 1987; implicit Q-learning, Kostrikov et al. 2022). */
RLB_EXPORT rlb_tensor *rlb_expectile(rlb_tape *t, rlb_tensor *prediction, rlb_tensor *target,
                                     float tau);
/* The weight alone, |tau - 1[u < 0]|, as a constant: multiplied with any loss it makes an expectile
 * of it, with an advantage u of any kind. */
RLB_EXPORT rlb_tensor *rlb_expectile_weight(rlb_tape *t, rlb_tensor *u, float tau);
/* Binary cross-entropy -y log s(x) - (1 - y) log s(-x) of logits x and targets y in [0, 1], with s
 * the sigmoid; finite for every finite x. */
RLB_EXPORT rlb_tensor *rlb_binary_cross_entropy(rlb_tape *t, rlb_tensor *logits,
                                                rlb_tensor *targets);

/* ---- one value per row */

/* -log p[label]: logits [...][A], labels an index tensor of one value per row -> [...][1]. A
 * negative label (-1: padding) leaves its row out: 0, without gradient; average the others with
 * rlb_weighted_mean(). Labels from A on give NaN. */
RLB_EXPORT rlb_tensor *rlb_cross_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *labels);
/* -sum of q log p: logits [...][A], probabilities q of the same shape (any weights >= 0) ->
 * [...][1]. */
RLB_EXPORT rlb_tensor *rlb_soft_cross_entropy(rlb_tape *t, rlb_tensor *logits, rlb_tensor *q);
/* KL(p || q) = sum of p (log p - log q), both given by logits [...][A] -> [...][1]. Terms with p =
 * 0 are 0. */
RLB_EXPORT rlb_tensor *rlb_categorical_kl(rlb_tape *t, rlb_tensor *p_logits, rlb_tensor *q_logits);
/* KL(p || q) of Gaussians with independent coordinates, summed over them: means and logarithms of
 * standard deviations [...][D] -> [...][1]. Either log_std may be one row [D]. */
RLB_EXPORT rlb_tensor *rlb_gaussian_kl(rlb_tape *t, rlb_tensor *p_mean, rlb_tensor *p_log_std,
                                       rlb_tensor *q_mean, rlb_tensor *q_log_std);
/* Quantile regression with Huber's loss: quantiles [...][N] at the levels tau_i = (2 i + 1) / (2
 * N), target samples [...][M] -> [...][1],
 *   sum over i, mean over j of |tau_i - 1[u < 0]| huber(u, kappa) / kappa,  u = target_j -
 * quantile_i (Dabney et al. 2018, QR-DQN). kappa > 0. */
RLB_EXPORT rlb_tensor *rlb_quantile_huber(rlb_tape *t, rlb_tensor *quantiles, rlb_tensor *targets,
                                          float kappa);

/* ---- directions of rows: a and b [...][C] of one shape -> [...][1] */

/* a b / (max(|a|, 1e-8) max(|b|, 1e-8)). A similarity: a loss is 1 minus it. */
RLB_EXPORT rlb_tensor *rlb_row_cosine(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);
/* The angle in [0, pi], exact to rounding near both ends: 2 atan2(|u - v|, |u + v|) of the unit
 * vectors u, v. The length of its gradient is 1 / |a|, but falls linearly to 0 within 0.0141 of 0
 * and pi, where the angle has no derivative; lengths count as at least 1e-6. */
RLB_EXPORT rlb_tensor *rlb_row_angle(rlb_tape *t, rlb_tensor *a, rlb_tensor *b);

/* ---- contrasts: similarities [...][B][B] of B things with B others, the i-th belonging to the
 * i-th -> [...][B][1] */

/* -log softmax of row i at i: which of the B others is mine? (InfoNCE; van den Oord et al. 2018) */
RLB_EXPORT rlb_tensor *rlb_info_nce(rlb_tape *t, rlb_tensor *logits);
/* Half of that, and half of the same down column i (as in CLIP; Radford et al. 2021). */
RLB_EXPORT rlb_tensor *rlb_info_nce_symmetric(rlb_tape *t, rlb_tensor *logits);
/* Binary cross-entropy of "belongs together", summed over row i: -log s(x_ii) - sum over j != i of
 * log s(-x_ij) (contrastive RL; Eysenbach et al. 2022, who average: divide by B). */
RLB_EXPORT rlb_tensor *rlb_binary_nce(rlb_tape *t, rlb_tensor *logits);

/* ---- proximal policy optimisation (Schulman et al. 2017): tensors of one shape -> that shape */

/* -min(r A, clip(r, 1 - clip, 1 + clip) A) with r = exp(log_prob - old_log_prob); the gradient goes
 * into log_prob only. The exponent is bounded at 80, so that a ratio is always finite. clip > 0. */
RLB_EXPORT rlb_tensor *rlb_ppo_policy_loss(rlb_tape *t, rlb_tensor *log_prob,
                                           rlb_tensor *old_log_prob, rlb_tensor *advantage,
                                           float clip);
/* max((v - R)^2, (v' - R)^2) / 2 with v' = old + clip(v - old, -clip, clip); the gradient goes into
 * v only. clip > 0. */
RLB_EXPORT rlb_tensor *rlb_ppo_value_loss(rlb_tape *t, rlb_tensor *value, rlb_tensor *old_value,
                                          rlb_tensor *returns, float clip);

#ifdef __cplusplus
}
#endif
#endif
