#include "draw.h"

#include <rlbench/linalg.h>

#include <string.h>

void garnet_draw(struct garnet_world *w, uint32_t branching, rlb_rng *rng)
{
    size_t pairs = (size_t)w->states * w->actions;
    memset(w->probs, 0, pairs * w->states * sizeof *w->probs);
    for (size_t pair = 0; pair < pairs; pair++) {
        double *row = w->probs + pair * w->states, sum = 0;
        /* Floyd's algorithm: a uniform subset of `branching` states without a list of them all */
        for (uint32_t i = w->states - branching; i < w->states; i++) {
            uint32_t next = rlb_rng_below(rng, i + 1);
            if (row[next] > 0)
                next = i;
            row[next] = 1.0 - rlb_rng_uniform(rng); /* in (0, 1]: a successor stays one */
            sum += row[next];
        }
        for (uint32_t s = 0; s < w->states; s++)
            row[s] /= sum;
        w->rewards[pair] = rlb_rng_uniform(rng);
    }
}

rlb_status garnet_occupancy(const struct garnet_world *w, double *chain, double *mu)
{
    uint32_t S = w->states, A = w->actions;
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t next = 0; next < S; next++) {
            double p = 0;
            for (uint32_t a = 0; a < A; a++)
                p += w->probs[((size_t)s * A + a) * S + next];
            chain[(size_t)s * S + next] = p / A;
        }
    return rlb_stationary(S, chain, mu);
}

rlb_status garnet_draw_ergodic(struct garnet_world *w, uint32_t branching, double min_visit,
                               uint32_t tries, rlb_rng *rng, double *chain, double *mu)
{
    for (uint32_t t = 0; t < tries; t++) {
        garnet_draw(w, branching, rng);
        rlb_status status = garnet_occupancy(w, chain, mu);
        if (status == RLB_E_NUMERIC)
            continue;
        if (status != RLB_OK)
            return status;
        double least = mu[0];
        for (uint32_t s = 1; s < w->states; s++)
            least = mu[s] < least ? mu[s] : least;
        if (least * w->states >= min_visit)
            return RLB_OK;
    }
    return RLB_E_NUMERIC;
}

void garnet_mix(struct garnet_world *base, const struct garnet_world *own, double eps_kernel,
                double eps_reward)
{
    size_t pairs = (size_t)base->states * base->actions;
    for (size_t i = 0; i < pairs * base->states; i++)
        base->probs[i] = (1 - eps_kernel) * base->probs[i] + eps_kernel * own->probs[i];
    for (size_t i = 0; i < pairs; i++)
        base->rewards[i] = (1 - eps_reward) * base->rewards[i] + eps_reward * own->rewards[i];
}
