/* What slhf, rlhf and nlhf share: a preference problem read from an environment, with what is known
 * of it exactly. Responses are numbered as strings, the first token being the most significant. */
#ifndef PREFERENCE_PROBLEM_H
#define PREFERENCE_PROBLEM_H

#include <rlbench/preference.h>

#include <stdbool.h>

struct problem {
    const rlb_host *host;
    const rlb_preference *table;
    void *self;
    uint32_t X, V, L;         /* contexts, vocabulary, length */
    uint32_t n;               /* V^L responses */
    uint32_t K;               /* attributes */
    double *p;                /* [X][n][n] */
    double *weight;           /* [X] */
    double keep;              /* of the Follower's reference, see below */
    double *follower_ref;     /* [n][n]; NULL: uniform */
    double cyclic, condorcet; /* shares of the contexts whose majorities do so */
};

/* Reads the problem of an environment. The reference of a Leader is uniform; that of a Follower
 * keeps each token of what it sees with probability `keep` and draws a uniform one otherwise.
 * RLB_E_UNSUPPORTED where the environment is no such problem, or too large to be tabulated. */
rlb_status problem_init(struct problem *pr, const rlb_host *host, rlb_venv *env, const char *who,
                        double keep);
/* One context's game. tau_l, tau_f: of Leader and Follower. */
rlb_game problem_game(const struct problem *pr, uint32_t x, double tau_l, double tau_f);
static inline const double *problem_p(const struct problem *pr, uint32_t x)
{
    return pr->p + (size_t)x * pr->n * pr->n;
}
/* A context drawn by weight. */
uint32_t problem_context(const struct problem *pr, rlb_rng *rng);
/* Tokens of response y. */
void problem_string(const struct problem *pr, uint32_t y, int32_t *tokens);
/* A response in letters or numbers, into out [size]. */
void problem_name(const struct problem *pr, uint32_t y, char *out, size_t size);
uint32_t problem_mode(uint32_t n, const double *pi);

/* Exact solutions of every context: [X][n] each. */
struct solutions {
    double *stackelberg, *nash, *rlhf, *reference;
    double *values; /* [X][n] V(y) */
    double *value;  /* [X] f* */
};
/* tau: of Nash and of the reward-trained policy, as tau_l. RLB_E_NOMEM, RLB_E_NUMERIC. */
rlb_status solutions_init(struct solutions *s, const struct problem *pr, double tau_l, double tau_f,
                          double ridge);
/* pi ~ exp(r / tau) (uniform reference), r: [n] in, pi: [n] out; the best ones for tau = 0. */
void reward_policy(uint32_t n, const double *r, double tau, double *pi);

#endif
