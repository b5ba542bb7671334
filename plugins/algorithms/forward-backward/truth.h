/* Exact figures of a finite world under rewards of its states, by linear algebra: what policies are
 * worth, what they could be worth, where they lead.
 *
 * Values are sums of discounted rewards of the states stood in, the present one included: V(s) =
 * sum over t >= 0 of gamma^t r(s_t). */
#ifndef FB_TRUTH_H
#define FB_TRUTH_H

#include "world.h"

struct truth {
    const struct world *world;
    uint32_t S, A;
    double gamma;
    double *kernel;     /* [S][A][S] */
    double *uniform;    /* [S][S] M of the uniform policy */
    double *matrix;     /* [S][S] scratch */
    double *policy, *q; /* [S][A] scratch */
};

/* Model needed (world->num_states > 0). */
rlb_status truth_init(struct truth *t, const struct world *w, double gamma);
/* P(s, s') under a policy [S][A]; p: [S][S]. */
void truth_chain(const struct truth *t, const double *policy, double *p);
/* V of a policy; reward, v: [S]. */
rlb_status truth_value(const struct truth *t, const double *policy, const double *reward,
                       double *v);
/* V of the uniform policy. */
void truth_uniform(const struct truth *t, const double *reward, double *v);
/* The best value, by policy iteration; q [S][A] (r(s) + gamma P V) or NULL. */
rlb_status truth_best(const struct truth *t, const double *reward, double *v, double *q);
/* M = (I - gamma P)^-1 of a policy, visits at time 0 included; m: [S][S]. */
rlb_status truth_visits(const struct truth *t, const double *policy, double *m);
/* Visits after (s, a): out [S]. From time 0 on: 1[s] + gamma P M; else (from 1 on) P M. */
void truth_pair_visits(const struct truth *t, const double *m, uint32_t s, uint32_t a,
                       bool from_next, double *out);
/* Greedy for q [S][A], ties within 1e-9 share equally; softmax of q / temperature for temperature
 * > 0. policy: [S][A]. */
void truth_policy(const struct truth *t, const double *q, double temperature, double *policy);
/* V of the policy that is greedy for the values of the uniform one: what one step of improvement,
 * with the exact successor representation, is worth. */
rlb_status truth_one_step(const struct truth *t, const double *reward, double *v);

#endif
