/* One sampled policy on a preference problem, an autoregressive table: Nash-MD-PG and RLOO. */
#ifndef PREFERENCE_SOLO_H
#define PREFERENCE_SOLO_H

#include "problem.h"
#include "tree.h"

struct solo_options {
    uint32_t batch, group; /* RLOO: responses to one context; group divides batch */
    double tau, temperature, mixture;
};

struct solo {
    const struct problem *problem;
    struct solo_options o;
    struct forest policy;
    struct forest mix; /* the same logits, drawn towards the uniform reference */
    rlb_rng rng;
    struct path *paths, spare; /* [batch] */
    double *score;             /* [batch] */
    double *step;              /* [L] */
};

/* Means over a batch. */
struct solo_report {
    double score, kl;
};

/* whole: one table over whole responses. RLB_E_NOMEM. */
rlb_status solo_init(struct solo *s, const struct problem *pr, const struct solo_options *o,
                     bool whole, uint64_t seed);
/* Nash-MD-PG (Munos et al. 2023): against draws of pi^(1-m) ref^m, token by token, the gradient of
 * mean[(p(y > y') - 1/2) log pi(y) - tau sum_t log(pi/ref)(y_t) log pi(y_t)]. */
void solo_nash_step(struct solo *s, double rate, struct solo_report *out);
/* RLOO (Ahmadian et al. 2024): R = reward(x, y) - tau log(pi/ref)(y), less the mean R of the rest
 * of its group. reward: [X][n]. */
void solo_rloo_step(struct solo *s, double rate, const double *reward, struct solo_report *out);

#endif
