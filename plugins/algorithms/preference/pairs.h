/* Which pairs of responses annotators are shown, and what they say. */
#ifndef PREFERENCE_PAIRS_H
#define PREFERENCE_PAIRS_H

#include "problem.h"

enum { PAIRS_UNIFORM, PAIRS_CHAIN, PAIRS_BIASED, PAIRS_ON_POLICY };

/* weight: [n][n] out, how often each pair is shown, sum 1. uniform: all pairs alike; chain: A-B,
 * B-C, C-D …; biased: as `text` says, "AB:4 AC:1"; on-policy: two independent draws of pi.
 * RLB_E_INVAL with a sentence. */
rlb_status pairs_weights(const struct problem *pr, uint32_t kind, const char *text,
                         const double *pi, double *weight);
/* Draws `count` pairs by weight and one verdict for each: weight and p [n][n] become what was
 * seen. RLB_E_NOMEM. */
rlb_status pairs_draw(const struct problem *pr, uint64_t count, rlb_rng *rng, double *weight,
                      double *p);

#endif
