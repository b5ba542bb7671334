/* Returns, advantages and targets over T steps of N streams that run side by side.
 *
 * Sums are carried in double precision. The end of an episode cuts every sum: nothing flows back
 * from the episode after it. What stands behind the end depends on why it came:
 *   terminated  the value of what follows is 0
 *   truncated   the world would have gone on: bootstrap from final_value
 * and where both are set the episode terminated. Writing V'(t) for the value of the state that step
 * t led to: 0, final_value[t], or value[t + 1] when the episode goes on. */
#ifndef RLBENCH_RETURNS_H
#define RLBENCH_RETURNS_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What happened. All borrowed; rlb_rollout_steps() of rollout.h makes one. */
typedef struct rlb_steps {
    uint32_t num_steps;        /* T >= 1 */
    uint32_t num_streams;      /* N >= 1 */
    const float *reward;       /* [T][N] */
    const float *value;        /* [T + 1][N] V(s_t); row T: of the state after the last step */
    const float *final_value;  /* [T][N] of the last state of an episode truncated at t; read only
                                  there, NULL when nothing was truncated */
    const uint8_t *terminated; /* [T][N] */
    const uint8_t *truncated;  /* [T][N]; NULL: nothing was truncated */
} rlb_steps;

/* y_t = r_t + discount y_{t+1}, within the episode and without any value; y_T = 0. sum: [T][N]. */
RLB_EXPORT void rlb_discounted_sums(const rlb_steps *s, double discount, float *sum);
/* G_t = r_t + … + discount^(m-1) r_{t+m-1} + discount^m V'(t + m - 1), m = n or fewer at the end of
 * the episode or of the steps (Sutton and Barto 2018, eq. 7.1). n >= 1. ret: [T][N]. */
RLB_EXPORT void rlb_nstep_returns(const rlb_steps *s, double discount, uint32_t n, float *ret);
/* G_t = r_t + discount ((1 - lambda) V'(t) + lambda G_{t+1}) (eq. 12.2 and 12.18 there); at the end
 * of an episode r_t + discount V'(t). G_T = V(s_T). ret: [T][N]. */
RLB_EXPORT void rlb_lambda_returns(const rlb_steps *s, double discount, double lambda, float *ret);

/* Generalised advantage estimation (Schulman et al. 2016, eq. 16):
 *   delta_t = r_t + discount V'(t) - V(s_t),  A_t = delta_t + discount lambda A_{t+1}
 * advantage: [T][N]. */
RLB_EXPORT void rlb_gae(const rlb_steps *s, double discount, double lambda, float *advantage);

/* V-trace (Espeholt et al. 2018, eq. 1, remark 2). ratio: [T][N] pi(a|s) / mu(a|s).
 *   rho_t = min(rho_bar, ratio_t),  c_t = lambda min(c_bar, ratio_t)
 *   delta_t = rho_t (r_t + discount V'(t) - V(s_t))
 *   target v_t = V(s_t) + delta_t + discount c_t (v_{t+1} - V(s_{t+1}))
 *   advantage_t = rho_t (r_t + discount v_{t+1} - V(s_t))
 * with V'(t) for v_{t+1} at the end of an episode and of the steps. target, advantage: [T][N];
 * advantage may be NULL. */
RLB_EXPORT void rlb_vtrace(const rlb_steps *s, double discount, double lambda, double rho_bar,
                           double c_bar, const float *ratio, float *target, float *advantage);

/* Retrace(lambda) (Munos et al. 2016, eq. 4) for action values. s->value: [T + 1][N] the mean of
 * Q(s_t, .) under the target policy, likewise final_value; q: [T][N] Q(s_t, a_t); ratio as above.
 *   delta_t = r_t + discount V'(t) - q_t,  c_t = lambda min(1, ratio_t)
 *   target_t = q_t + delta_t + discount c_{t+1} (target_{t+1} - q_{t+1})
 * target: [T][N]. */
RLB_EXPORT void rlb_retrace(const rlb_steps *s, double discount, double lambda, const float *q,
                            const float *ratio, float *target);

#ifdef __cplusplus
}
#endif
#endif
