/* How a Garnet is drawn (Archibald, McKinnon, Thomas 1995), as the official FedSARSA code does it,
 * and the mixtures of a common world with one of a kind's own that set how much kinds differ. */
#ifndef GARNET_DRAW_H
#define GARNET_DRAW_H

#include <rlbench/rng.h>

#include <rlbench/plugin.h>

/* A dense world: probs [S][A][S], rewards [S][A]. */
struct garnet_world {
    uint32_t states, actions;
    double *probs, *rewards;
};

/* For every (s, a): `branching` distinct successors, uniform; probabilities U(0,1) divided by their
 * sum; a reward U(0,1). */
void garnet_draw(struct garnet_world *w, uint32_t branching, rlb_rng *rng);

/* Stationary distribution under the uniform policy. chain: scratch [S][S]. RLB_E_NUMERIC when there
 * is none, or several. */
rlb_status garnet_occupancy(const struct garnet_world *w, double *chain, double *mu);

/* Draws until every pair is visited at least min_visit / (S A) of the time under the uniform
 * policy, so that every value can be learned. RLB_E_NUMERIC after `tries`. chain, mu: scratch. */
rlb_status garnet_draw_ergodic(struct garnet_world *w, uint32_t branching, double min_visit,
                               uint32_t tries, rlb_rng *rng, double *chain, double *mu);

/* base = (1 - eps) base + eps own, probabilities and rewards each with their own eps. */
void garnet_mix(struct garnet_world *base, const struct garnet_world *own, double eps_kernel,
                double eps_reward);

#endif
