/* Who beats whom, exactly: policies of a context against each other, and a Follower that refines
 * what others say. */
#ifndef PREFERENCE_ARENA_H
#define PREFERENCE_ARENA_H

#include "problem.h"

enum { SOURCE_REFERENCE, SOURCE_RLHF, SOURCE_NASH, SOURCE_LEADER, NUM_SOURCES };
enum { SOURCE_FOLLOWER = NUM_SOURCES, NUM_PLAYERS };
/* Pairs of the round robin that are told, a against b. */
enum { NUM_ROUNDS = 10 };
extern const uint32_t arena_rounds[NUM_ROUNDS][2];

struct arena {
    double refine[NUM_SOURCES]; /* p(y' preferred to y), y from the source, y' ~ omega(.|y) */
    double rounds[NUM_ROUNDS];  /* p(a preferred to b), independent draws */
    double pass_chain[4], pass_nash[4]; /* [N]: a user's favourite among N responses, N = 2, 3 */
    double *marginal;                   /* [n] the Follower's responses to the Leader's */
    double *work;                       /* [2 n] */
};

rlb_status arena_init(struct arena *a, const struct problem *pr);
void arena_clear(struct arena *a);
/* Adds context x, by its weight. sources: the policies of this context; omega: [n][n]. */
void arena_add(struct arena *a, const struct problem *pr, uint32_t x,
               const double *const sources[NUM_SOURCES], const double *omega);
/* Sum of a(y) b(z) p(y, z). */
double arena_win(uint32_t n, const double *p, const double *a, const double *b);

#endif
