/* Building blocks for finite problems: an environment given by its table of outcomes, exact dynamic
 * programming on a model, and the action-value table that tabular control algorithms share. */
#ifndef RLBENCH_TABULAR_H
#define RLBENCH_TABULAR_H

#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- an environment from its outcomes
 */

/* A finite MDP stepped lane by lane. An environment plugin keeps one as the first member of its own
 * struct, fills outcomes, counts, start and success in create(), and hands the functions below to
 * its rlb_env table (a pointer to the plugin's struct is then a pointer to this one). Memory is the
 * host's (rlb_host.alloc). */
typedef struct rlb_tabular {
    const rlb_host *host;
    rlb_model model;        /* its functions are set by rlb_tabular_init */
    rlb_outcome *outcomes;  /* [num_states][num_actions][max_outcomes] */
    uint32_t *counts;       /* [num_states][num_actions] outcomes in use, >= 1 */
    double *start;          /* [num_states] sums to 1 */
    uint8_t *success;       /* [num_states] 1: reaching this state and terminating is a success */
    uint32_t *state;        /* [num_lanes] */
    rlb_rng *rng;           /* [num_lanes] */
    const rlb_batch *batch; /* set by rlb_tabular_bind */
    uint32_t num_lanes, reserved;
} rlb_tabular;

/* Allocates the arrays (zeroed). RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_tabular_init(rlb_tabular *t, const rlb_host *host, uint32_t num_lanes,
                                       uint32_t num_states, uint32_t num_actions,
                                       uint32_t max_outcomes);
/* Adds an outcome of (s, a); outcomes with the same successor and termination are merged (rewards
 * averaged by probability). prob 0 is ignored. */
RLB_EXPORT void rlb_tabular_add(rlb_tabular *t, uint32_t s, uint32_t a, double prob, uint32_t next,
                                double reward, int terminated);
/* The spaces of such a problem: the state's index as observation, discrete actions. */
RLB_EXPORT void rlb_tabular_spaces(rlb_env_spaces *out, uint32_t num_states, uint32_t num_actions);
/* Entries of rlb_env; self begins with an rlb_tabular. */
RLB_EXPORT rlb_status rlb_tabular_bind(void *self, const rlb_batch *batch);
RLB_EXPORT rlb_status rlb_tabular_reset(void *self, uint32_t lane, const uint64_t *seed);
RLB_EXPORT rlb_status rlb_tabular_step(void *self, uint32_t lane0, uint32_t lanes);
RLB_EXPORT rlb_status rlb_tabular_save(void *self, rlb_writer *w);
RLB_EXPORT rlb_status rlb_tabular_load(void *self, rlb_reader *r);

/* ---------------------------------------------------------------- exact dynamic programming */

/* Optimal action values of a stationary model: policy iteration where the world is small, then
 * value iteration until no value changes by more than tolerance times the largest (or 1). q:
 * [num_states][num_actions] out. RLB_E_NUMERIC when max_sweeps do not suffice (discount 1 without
 * termination), RLB_E_UNSUPPORTED for a finite horizon, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_optimal_q(const rlb_model *model, void *model_self, double discount,
                                    double tolerance, uint32_t max_sweeps, double *q);
/* State values of a stochastic policy, exactly (LU). policy: [num_states][num_actions] rows sum to
 * 1; v: [num_states] out. RLB_E_NUMERIC when the system is singular. */
RLB_EXPORT rlb_status rlb_policy_value(const rlb_model *model, void *model_self, double discount,
                                       const double *policy, double *v);

/* Stages h of a model with a horizon H > 0, backwards from the last (Bellman 1957). discount may be
 * 1. RLB_E_UNSUPPORTED for a stationary model, RLB_E_NOMEM; both with a sentence. */

/* Optimal action values at every stage. q: [H][num_states][num_actions] out. */
RLB_EXPORT rlb_status rlb_finite_optimal_q(const rlb_host *host, const rlb_model *model,
                                           void *model_self, double discount, double *q);
/* Values of a policy that may differ from stage to stage. policy: [H][num_states][num_actions]; v:
 * [H + 1][num_states] out, the last row 0. */
RLB_EXPORT rlb_status rlb_finite_policy_value(const rlb_host *host, const rlb_model *model,
                                              void *model_self, double discount,
                                              const double *policy, double *v);

/* ---------------------------------------------------------------- the chain of a policy */

/* Matrices are row-major and dense. An outcome that terminates gives its reward and leads nowhere:
 * the rows of P sum to the probability of going on. Stationary models only; RLB_E_UNSUPPORTED,
 * RLB_E_NOMEM and RLB_E_NUMERIC come with a sentence. policy: [S][A], S = num_states, A =
 * num_actions. */

/* P(s, s') and r(s) under the policy. p: [S][S], r: [S] out; r may be NULL. */
RLB_EXPORT rlb_status rlb_policy_chain(const rlb_host *host, const rlb_model *model,
                                       void *model_self, const double *policy, double *p,
                                       double *r);
/* The chain over pairs, P((s, a), (s', a')) = P(s' | s, a) policy(a' | s'). p: [S A][S A], r: [S A]
 * out; r may be NULL. */
RLB_EXPORT rlb_status rlb_pair_chain(const rlb_host *host, const rlb_model *model, void *model_self,
                                     const double *policy, double *p, double *r);
/* Stationary distribution of a policy over endless play, where the episode after a terminated one
 * starts anew. mu: [S] out. RLB_E_NUMERIC when it is not unique. */
RLB_EXPORT rlb_status rlb_policy_stationary(const rlb_host *host, const rlb_model *model,
                                            void *model_self, const double *policy, double *mu);

/* For any chain of n states, of pairs as well. p: [n][n], unchanged. RLB_E_NUMERIC when I -
 * discount P is singular: discount 1 where the chain may go on for ever. */

/* Successor representation (Dayan 1993): m = (I - discount P)^-1 = sum_t discount^t P^t, the
 * expected discounted visits of s' from s on, time 0 included. m: [n][n] out. */
RLB_EXPORT rlb_status rlb_successor(const rlb_host *host, uint32_t n, const double *p,
                                    double discount, double *m);
/* The same from a start distribution: d = start' m. The distribution d_pi of the policy-gradient
 * theorem is (1 - discount) d where nothing terminates. start, d: [n]. */
RLB_EXPORT rlb_status rlb_occupancy(const rlb_host *host, uint32_t n, const double *p,
                                    double discount, const double *start, double *d);
/* Fixed point of TD(lambda) with linear features under weights (Tsitsiklis and Van Roy 1997; LSTD
 * with exact expectations): A theta = b,
 *   A = Phi' D (I - discount lambda P)^-1 (I - discount P) Phi,  b = Phi' D (I - discount lambda
 * P)^-1 r,  D = diag(weight)
 * lambda 0: the projected Bellman equation; 1: the weighted least-squares fit of the values. phi:
 * [n][dim]; weight, r: [n]; theta: [dim] out. RLB_E_NUMERIC when A is singular. */
RLB_EXPORT rlb_status rlb_lstd(const rlb_host *host, uint32_t n, const double *p, const double *r,
                               double discount, double lambda, const double *weight, uint32_t dim,
                               const double *phi, double *theta);

/* ---------------------------------------------------------------- the table of a control algorithm
 */

/* Action values, one exploration stream per lane, and, where the environment has a model, the exact
 * optimum to judge them by. Memory is the host's. */
typedef struct rlb_qtable {
    const rlb_host *host;
    rlb_venv *env;
    const rlb_model *model; /* NULL: the environment has none */
    void *model_self;
    const rlb_grid *grid; /* NULL: not a map */
    double *q;            /* [num_states][num_actions] */
    double *optimal;      /* the same; NULL: unknown */
    rlb_rng *rng;         /* [num_lanes] */
    float *picture;       /* scratch of the views */
    uint32_t num_states, num_actions, num_lanes, reserved;
} rlb_qtable;

/* For an environment with discrete observations and actions and one agent, else RLB_E_UNSUPPORTED.
 * Every value starts at initial; the optimum is computed for this discount. */
RLB_EXPORT rlb_status rlb_qtable_init(rlb_qtable *t, const rlb_host *host, rlb_venv *env,
                                      uint64_t seed, double discount, double initial);
/* Greedy action in s, the lowest of the best. */
RLB_EXPORT uint32_t rlb_qtable_greedy(const rlb_qtable *t, uint32_t s);
/* Epsilon-greedy in s with lane's stream; ties among the best are broken uniformly. */
RLB_EXPORT uint32_t rlb_qtable_explore(rlb_qtable *t, uint32_t lane, uint32_t s, double epsilon);
RLB_EXPORT double rlb_qtable_max(const rlb_qtable *t, uint32_t s);
/* Greedy actions for n observations: the body of rlb_algo.act. */
RLB_EXPORT void rlb_qtable_act(const rlb_qtable *t, const void *obs, uint32_t n, void *actions);
/* Root mean square of Q - Q* over all pairs, and the fraction of states whose greedy action is
 * optimal to 1e-9; both NaN when the optimum is unknown. */
RLB_EXPORT void rlb_qtable_judge(const rlb_qtable *t, double *rmse, double *optimal_fraction);
/* Frames: the greedy value of every state (a map with policy arrows and the agents where the
 * environment is one, else a row of bars) and the whole table. */
RLB_EXPORT void rlb_qtable_view_values(rlb_qtable *t, rlb_frame *out);
RLB_EXPORT void rlb_qtable_view_table(rlb_qtable *t, rlb_frame *out);
RLB_EXPORT rlb_status rlb_qtable_save(const rlb_qtable *t, rlb_writer *w);
RLB_EXPORT rlb_status rlb_qtable_load(rlb_qtable *t, rlb_reader *r);

#ifdef __cplusplus
}
#endif
#endif
