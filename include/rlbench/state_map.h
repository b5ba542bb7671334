/* Pictures over a world's plane of states (rlb.plane/1): what an algorithm thinks of every state on
 * it, with the agents on top. */
#ifndef RLBENCH_STATE_MAP_H
#define RLBENCH_STATE_MAP_H

#include <rlbench/interfaces.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rlb_state_map {
    rlb_venv *env;
    const rlb_plane *plane; /* NULL: the world names none */
    void *plane_self;
    float *obs;            /* [cols][obs width] a row of states, as observations */
    float *values, *marks; /* [rows][cols] the picture */
    uint32_t rows, cols;
    char caption[160];
} rlb_state_map;

/* One number for each of n observations ([n][obs width] -> [n]). */
typedef void (*rlb_state_map_fn)(void *self, const float *obs, uint32_t n, float *out);

/* For worlds with float32 observations. Memory is the host's; only during create(). RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_state_map_init(rlb_state_map *m, const rlb_host *host, rlb_venv *env,
                                         uint32_t rows, uint32_t cols);
/* Fills a frame: a field of fn over the plane with the agents marked, range [lo, hi] (NAN: the host
 * picks it), and a caption that begins with `what`; a sentence where there is no plane. */
RLB_EXPORT void rlb_state_map_draw(rlb_state_map *m, const char *what, rlb_state_map_fn fn,
                                   void *self, float lo, float hi, rlb_frame *out);

#ifdef __cplusplus
}
#endif
#endif
