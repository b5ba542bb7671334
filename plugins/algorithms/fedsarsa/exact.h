/* Ground truth: the mean field of SARSA on finite MDPs, without sampling.
 *
 * For a kind k of environment and a parameter theta, with pi = the policy of theta, mu = the
 * stationary distribution of P_k under pi and eta(s, a) = mu(s) pi(a | s),
 *     g_k(theta) = sum_x eta(x) phi(x) h(x),   h(x) = r_k(x) + gamma sum_s' P_k(s'|x) V(s') - Q(x)
 *                = M_k theta + v_k             (M and v depend on theta through pi and mu).
 * The federated fixed point theta* solves sum_k w_k g_k(theta*) = 0, w_k the share of agents of
 * kind k. An episode that ends starts again at the model's start distribution; nothing is added
 * after its last reward. */
#ifndef FEDSARSA_EXACT_H
#define FEDSARSA_EXACT_H

#include "features.h"
#include "policy.h"

enum { TARGET_SARSA, TARGET_EXPECTED, TARGET_MAX, NUM_TARGETS };

/* A set of kinds with weights that sum to 1. */
struct mixture {
    uint32_t first, count;
    const double *weights; /* of kinds first, first + 1, … */
    bool averaged;         /* one MDP with the averaged kernel and reward, not averaged fields */
};

struct exact {
    const struct features *phi;
    const rlb_model **models; /* [kinds] */
    void **selves;
    uint32_t kinds, S, A, d, target;
    struct policy policy;
    double discount;

    /* of the theta last given to exact_set_theta() */
    double *q, *pi, *aim; /* [S][A]; aim: the policy whose value is the target */
    double *value;        /* [S] expected next value under aim */
    bool excludes;        /* some action has probability zero */

    /* scratch */
    double *chain;  /* [S][S] */
    double *system; /* [S][S] */
    double *mu;     /* [S] */
    double *start;  /* [S] */
    double *flow;   /* [d][S] sum_x eta(x) phi(x) P(s' | x) */
    double *matrix; /* [d][d] */
    double *vector; /* [d] */
    double *weight; /* [d] sum_x eta(x) phi(x)^2 of the field last made: how often it is visited */
    double *spread; /* [S][A][d] d pi(a | s) / d theta */
    double *slopes; /* [A][A] */
    double *side;   /* [S][d] right-hand sides */
    double *pull;   /* [S][d] */
    rlb_outcome *outcomes;
};

enum { EXACT_MAX_DIM = 512, EXACT_MAX_STATES = 1024, EXACT_MAX_SPREAD = 1 << 22 };

/* Fields above `q` are set by the caller (discount, target and policy may change later). Memory is
 * the host's. */
rlb_status exact_init(struct exact *x, const rlb_host *host);

void exact_set_theta(struct exact *x, const double *theta);
/* For all below, the policy is that of the last exact_set_theta(). Failures are RLB_E_NUMERIC (no
 * unique stationary distribution, a singular system) or RLB_E_NOMEM, without a sentence. */
rlb_status exact_occupancy(struct exact *x, const struct mixture *m, double *mu);
/* M and v of the mixture into matrix [d][d] and vector [d]. */
rlb_status exact_field(struct exact *x, const struct mixture *m, double *matrix, double *vector);
/* g of the mixture at theta, which is also set: [d] out. */
rlb_status exact_pull(struct exact *x, const struct mixture *m, const double *theta, double *g);

/* theta with g(theta) = 0 by theta <- -M^{-1} v, damped when that does not settle; starts from the
 * theta given. Coordinates of features that are never visited stay as given. RLB_E_NUMERIC: none
 * found, or none alone, because the policy excludes actions. */
rlb_status exact_fixed_point(struct exact *x, const struct mixture *m, double *theta);

/* Jacobian of g_k at theta [d][d], with the policy's and the stationary distribution's dependence
 * on theta (the latter through the fundamental matrix). */
rlb_status exact_jacobian(struct exact *x, uint32_t kind, const double *theta, double *jacobian);

/* sigma += weight * long-run covariance of delta phi in kind k at theta: lag 0 plus all lags of the
 * Markov chain, both sides. [d][d]. */
rlb_status exact_noise(struct exact *x, uint32_t kind, const double *theta, double weight,
                       double *sigma);

/* Of the policy of theta in one kind: discounted value from the start distribution, and mean reward
 * per step in the long run. */
rlb_status exact_return(struct exact *x, uint32_t kind, const double *theta, double *value,
                        double *rate);

/* Largest total variation distance between two kinds' kernels in any pair, and largest difference
 * of expected rewards. */
rlb_status exact_heterogeneity(struct exact *x, double *kernel, double *reward);

#endif
