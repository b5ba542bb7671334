/* The sampled step of two players on one problem, each an autoregressive table: draws, judges,
 * and moves both along REINFORCE's gradient. */
#ifndef PREFERENCE_DUEL_H
#define PREFERENCE_DUEL_H

#include "problem.h"
#include "tree.h"

enum { KL_K1, KL_K2, KL_K3 };

struct duel_options {
    uint32_t batch;
    uint32_t kl_estimator, kl_return_to_go, rloo_baseline, bernoulli;
    uint32_t charge_leader; /* the Leader's score has tau_F times the Follower's divergence, too */
    double tau_leader, tau_follower, baseline, exploration_mix;
};

/* Means over a batch. */
struct duel_report {
    double win;             /* the Leader's */
    double score[2], kl[2]; /* of Leader and Follower */
    double loss[2], minus_log_p[2];
};

struct duel {
    const struct problem *problem;
    struct duel_options o;
    struct forest leader, follower; /* trees [X] and [X][n] */
    rlb_rng rng;
    double log_uniform, log_same, log_other; /* a token's under the references */
    /* scratch */
    struct path *paths; /* [2][batch] */
    uint32_t *said;     /* [2][batch] strings */
    uint8_t *foreign;   /* [batch] the Follower saw a response of the reference's */
    double *win;        /* [batch] */
    double *wandered;   /* [batch] log omega - log omega_ref of the Follower's response */
    double *step;       /* [L] */
};

/* V, L: of the trees, the problem's or (n, 1) for one table over whole responses. rate: step
 * sizes. RLB_E_NOMEM. */
rlb_status duel_init(struct duel *d, const struct problem *pr, const struct duel_options *o,
                     uint32_t V, uint32_t L, double temperature, uint64_t seed);
/* One step; a rate of 0 leaves that player alone. */
void duel_step(struct duel *d, double leader_rate, double follower_rate, struct duel_report *out);
/* k_t of a token from log pi_ref - log pi. */
double duel_kl(uint32_t estimator, double log_ratio);

#endif
