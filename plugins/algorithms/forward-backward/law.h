/* How task vectors z are drawn, and what a network sees of them. */
#ifndef FB_LAW_H
#define FB_LAW_H

#include <rlbench/rng.h>

#include <stdbool.h>

enum { LAW_SPHERE, LAW_CAUCHY, LAW_BALL };

/* z = sqrt(d) c u / |u| with u ~ N(0, I): c = 1, |c| ~ Cauchy(0, scale), c ~ U(0, 1). z: [d]. */
void law_draw(rlb_rng *rng, uint32_t law, double scale, uint32_t d, float *z);
/* x at length sqrt(d); 0 stays 0. */
void law_normalize(float *x, uint32_t d);
/* z / sqrt(1 + |z|^2 / d): within the ball of radius sqrt(d). */
void law_squash(const float *z, uint32_t d, float *out);

#endif
