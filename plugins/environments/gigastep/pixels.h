/* Observations as pictures from above. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_PIXELS_H
#define RLBENCH_PLUGIN_GIGASTEP_PIXELS_H

#include "sky.h"

/* Bytes of the picture of one agent: [x][y][red, green, blue]. */
static inline size_t pixels_bytes(const struct sky *s)
{
    return (size_t)3 * s->resolution[0] * s->resolution[1];
}

/* The pictures of all agents of a lane, [agents][pixels_bytes()], from what sky_observe() uses. */
void pixels_observe(const struct sky *s, const struct block *b, const struct scratch *w,
                    uint32_t lane, uint8_t *out);

#endif
