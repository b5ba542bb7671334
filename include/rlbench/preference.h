/* Games of preferences, solved exactly: the ground truth of learning from human feedback.
 *
 * n responses; p[y][y'] is the probability that y is preferred to y', row-major, with
 * p[y][y'] + p[y'][y] = 1 and p[y][y] = 1/2. One context (prompt) at a time.
 *
 * Three answers to "which response?":
 *   Stackelberg (Pasztor, Kleine Buening, Krause 2025, arXiv 2512.16626): a Leader commits to y, a
 *     Follower who sees y answers with y',
 *     max_pi min_omega  sum_y pi(y) [ sum_y' omega(y'|y) p(y,y') + tau_F KL(omega(.|y) |
 * omega_ref(.|y)) ]
 *                       - tau_L KL(pi | pi_ref)
 *   Nash (Munos et al. 2023, arXiv 2312.00886): both choose at once;
 *   Bradley-Terry (1952): every response has a score, p(y,y') = sigma(r_y - r_y').
 *
 * Probabilities in, probabilities out; natural logarithms. Scratch memory is malloc's and is freed
 * before a function returns. RLB_E_NOMEM where that fails. */
#ifndef RLBENCH_PREFERENCE_H
#define RLBENCH_PREFERENCE_H

#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Two values no further apart than this are tied where a temperature is 0. */
#define RLB_TIE 1e-12

/* ---- distributions */

/* x: [n] logits in, probabilities e^x / sum of e^x out; returns log(sum of e^x). -inf is allowed
 * unless it is everywhere. */
RLB_EXPORT double rlb_softmax_in_place(uint32_t n, double *x);
/* The nearest point of the simplex, Euclidean (Duchi et al. 2008). x: [n] finite, in and out. */
RLB_EXPORT rlb_status rlb_project_simplex(uint32_t n, double *x);
/* KL(p | q) = sum p log(p / q) and the entropy -sum p log p, in nats. q NULL: uniform. Terms with
 * p = 0 are 0; p > 0 = q gives infinity. */
RLB_EXPORT double rlb_kl(uint32_t n, const double *p, const double *q);
RLB_EXPORT double rlb_entropy(uint32_t n, const double *p);

/* ---- preferences */

/* RLB_OK when p [rows][cols] is a matrix of preferences: not empty, square, every entry in [0, 1],
 * complementary to 1e-9. Else RLB_E_INVAL with a sentence that begins with `what` and names the
 * first entry that is wrong, counted from 1. */
RLB_EXPORT rlb_status rlb_preference_check(const rlb_host *host, const char *what, uint32_t rows,
                                           uint32_t cols, const double *p);
/* The strict majority graph, y -> y' where p[y][y'] > 1/2 + RLB_TIE. winner: the response that
 * beats every other one (Condorcet's), or -1. cyclic: 1 when the graph has a cycle. Either may be
 * NULL. */
RLB_EXPORT rlb_status rlb_majority(uint32_t n, const double *p, int32_t *winner, uint32_t *cyclic);

/* ---- the Stackelberg equilibrium, in closed form
 *
 *   omega*(y'|y) ~ omega_ref(y'|y) exp(-p(y,y') / tau_F)
 *   V(y)         = -tau_F log sum_y' omega_ref(y'|y) exp(-p(y,y') / tau_F)
 *   pi*(y)       ~ pi_ref(y) exp(V(y) / tau_L)
 *   f*           = tau_L log sum_y pi_ref(y) exp(V(y) / tau_L)
 *
 * With a temperature 0 these are minima and maxima over what the reference allows; tied responses
 * share in proportion to the reference. */
typedef struct rlb_game {
    uint32_t n;
    uint32_t shared;                 /* 1: follower_ref is one row, the same for every y */
    const double *p;                 /* [n][n] */
    const double *leader_ref;        /* [n]; NULL: uniform */
    const double *follower_ref;      /* [n][n], or [n] when shared; NULL: uniform */
    double tau_leader, tau_follower; /* >= 0 */
} rlb_game;

/* V(y), and omega*(.|y) into omega [n] unless NULL. */
RLB_EXPORT double rlb_follower_response(const rlb_game *g, uint32_t y, double *omega);
/* pi ~ pi_ref exp(v / tau_L) for any values v [n] into pi [n] unless NULL (it may be v); returns
 * tau_L log sum pi_ref exp(v / tau_L). */
RLB_EXPORT double rlb_leader_response(const rlb_game *g, const double *v, double *pi);
/* The equilibrium: pi [n], omega [n][n] (NULL: not wanted), v [n] out; returns f*. */
RLB_EXPORT double rlb_stackelberg(const rlb_game *g, double *pi, double *omega, double *v);

/* g_omega(y) = sum_y' omega(y'|y) p(y,y') + tau_F KL(omega(.|y) | omega_ref(.|y)) into out [n]. */
RLB_EXPORT void rlb_leader_values(const rlb_game *g, const double *omega, double *out);
/* f(pi, omega), the objective above. omega: [n][n]. */
RLB_EXPORT double rlb_stackelberg_objective(const rlb_game *g, const double *pi,
                                            const double *omega);
/* Certificates of a pair (pi, omega): guarantee <= f* <= certificate, both equal f* only at the
 * equilibrium. Their difference is the duality gap.
 *   guarantee   = min_omega f(pi, omega) = sum_y pi(y) V(y) - tau_L KL(pi | pi_ref)
 *   certificate = max_pi f(pi, omega)    = tau_L log sum_y pi_ref(y) exp(g_omega(y) / tau_L) */
RLB_EXPORT double rlb_leader_guarantee(const rlb_game *g, const double *pi);
RLB_EXPORT rlb_status rlb_follower_certificate(const rlb_game *g, const double *omega, double *out);

/* ---- the other two solutions */

/* The symmetric equilibrium of p(pi > pi') - tau KL(pi | ref) + tau KL(pi' | ref), tau > 0:
 *   pi(y) ~ ref(y) exp(sum_y' p(y,y') pi(y') / tau),
 * by Newton's method on log pi while tau falls to its value. The Jacobian I - P diag(pi) / tau is
 * never singular, because P - 1/2 is antisymmetric. ref: [n], NULL: uniform; pi: [n] out.
 * RLB_E_INVAL for tau <= 0, RLB_E_NUMERIC where it does not settle, with sentences. */
RLB_EXPORT rlb_status rlb_nash(const rlb_host *host, uint32_t n, const double *p, const double *ref,
                               double tau, double *pi);

/* Scores that maximise
 *   sum_{y,y'} w(y,y') [p log sigma(r_y - r_y') + (1 - p) log sigma(r_y' - r_y)] - ridge/2 sum_y
 * r_y^2, by Newton's method. weight: [n][n] >= 0, how often each ordered pair is shown; NULL:
 * uniform over distinct pairs, 1 / (n (n - 1)). r: [n] out, with mean 0 in every component of the
 * graph of shown pairs. With ridge 0 there is a finite maximum only where in every component no
 * group of responses always wins against the rest (Ford 1957): else RLB_E_NUMERIC, with a sentence.
 */
RLB_EXPORT rlb_status rlb_bradley_terry(const rlb_host *host, uint32_t n, const double *p,
                                        const double *weight, double ridge, double *r);

/* ---- a preference problem as an environment
 *
 * Episodes of one step: a context is observed (its index), a response is the action (an index when
 * strings have length 1, else `length` tokens), the reward is the probability that it is preferred
 * to a response drawn uniformly, or with `noise` a draw of 0 or 1 from that probability. A plugin
 * keeps one as the first member of its struct and hands these functions to its rlb_env table. */
typedef struct rlb_preference_lanes {
    const rlb_host *host;
    const rlb_preference *problem; /* `self` of its functions is the plugin's struct */
    const rlb_batch *batch;
    rlb_rng *rng;      /* [num_lanes] */
    int32_t *opponent; /* [num_lanes][length] the last one drawn */
    int32_t *answer;   /* [num_lanes][length] the last response; -1 before the first */
    uint32_t num_lanes, noise;
} rlb_preference_lanes;

RLB_EXPORT rlb_status rlb_preference_lanes_init(rlb_preference_lanes *lanes, const rlb_host *host,
                                                const rlb_preference *problem, uint32_t num_lanes,
                                                uint32_t noise);
RLB_EXPORT void rlb_preference_spaces(rlb_env_spaces *out, uint32_t num_contexts,
                                      uint32_t vocabulary, uint32_t length);
RLB_EXPORT rlb_status rlb_preference_bind(void *self, const rlb_batch *batch);
RLB_EXPORT rlb_status rlb_preference_reset(void *self, uint32_t lane, const uint64_t *seed);
RLB_EXPORT rlb_status rlb_preference_step(void *self, uint32_t lane0, uint32_t lanes);
RLB_EXPORT rlb_status rlb_preference_save(void *self, rlb_writer *w);
RLB_EXPORT rlb_status rlb_preference_load(void *self, rlb_reader *r);

#ifdef __cplusplus
}
#endif
#endif
