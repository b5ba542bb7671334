/* Random numbers of a step: Philox4x32-10 in every lane, counted by (block of words, purpose, step
 * or episode of the lane) under the lane's seed. A draw is a function of what it is for, not of how
 * many lanes step beside it or in which order. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_DRAWS_H
#define RLBENCH_PLUGIN_GIGASTEP_DRAWS_H

#include "sky.h"

#include <rlbench/rng.h>

/* Fills scratch.draws, one uniform number of 16 bits on [0, 1) for every ordered pair (i, j), i and
 * j different, in row draws_row(): of different teams, whether j sees i; of one team, whether i
 * hears j. With waypoints scratch.fate, too (24 bits). Then the clock of every lane advances. */
void draws_of_step(const struct sky *s, const struct block *b, const struct scratch *w);
/* The same draws for the first observation of an episode, in one lane; no clock advances. */
void draws_of_start(const struct sky *s, const struct block *b, const struct scratch *w,
                    uint32_t lane);
/* The stream that the start of the lane's current episode is drawn from. */
rlb_rng draws_for_start(const struct block *b, uint32_t lane);

static inline uint32_t draws_row(uint32_t agents, uint32_t i, uint32_t j)
{
    return i * (agents - 1) + j - (j > i);
}

#endif
