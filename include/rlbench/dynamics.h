/* Building blocks for worlds that are dynamical systems: a few real numbers for a state, many lanes
 * side by side. An environment plugin keeps an rlb_dynamics as the first member of its own struct
 * and hands the functions below to its rlb_env table (a pointer to the plugin's struct is then a
 * pointer to this one); what remains its own is the motion, the starts and the pictures. */
#ifndef RLBENCH_DYNAMICS_H
#define RLBENCH_DYNAMICS_H

#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Memory is the host's (rlb_host.alloc). */
typedef struct rlb_dynamics {
    const rlb_host *host;
    const rlb_batch *batch; /* set by rlb_dynamics_bind */
    double *state;          /* [width][stride], struct of arrays: rows are aligned to 64 bytes */
    rlb_rng *rng;           /* [num_lanes] */
    uint32_t *age;          /* [num_lanes] transitions since the start of the episode */
    /* The observation (obs_width numbers) of a state (width numbers). self: the plugin's struct. */
    void (*observe)(void *self, const double *state, float *obs);
    rlb_snapshot snapshot; /* rlb.snapshot/1: the width numbers of a lane */
    rlb_plane plane;       /* rlb.plane/1: the plugin's to fill */
    float *cloud;          /* [3][num_lanes + 4] scratch of the phase picture */
    char caption[120];
    uint32_t num_lanes, width, stride, obs_width;
} rlb_dynamics;

/* Allocates the arrays (zeroed). width: at most RLB_DYNAMICS_WIDTH. RLB_E_NOMEM. */
enum { RLB_DYNAMICS_WIDTH = 16 };
RLB_EXPORT rlb_status rlb_dynamics_init(rlb_dynamics *d, const rlb_host *host, uint32_t num_lanes,
                                        uint32_t width, uint32_t obs_width,
                                        void (*observe)(void *, const double *, float *));
/* Spaces of such a problem, observations a box of obs_width numbers in [low, high]; actions are
 * num_actions choices, and where that is 0, one number in [-reach, reach]. */
RLB_EXPORT void rlb_dynamics_spaces(rlb_env_spaces *out, uint32_t obs_width, double low,
                                    double high, uint32_t num_actions, double reach);
/* The k-th number of every lane's state. */
static inline double *rlb_dynamics_row(const rlb_dynamics *d, uint32_t k)
{
    return d->state + (size_t)k * d->stride;
}
/* The width numbers of one lane; set() also writes the observation. */
RLB_EXPORT void rlb_dynamics_get(const rlb_dynamics *d, uint32_t lane, double *state);
RLB_EXPORT void rlb_dynamics_set(rlb_dynamics *d, uint32_t lane, const double *state);
/* Begins an episode of `lane`: seed as in rlb_env.reset. Returns the lane's stream, to draw the
 * start from, which then goes to rlb_dynamics_set. */
RLB_EXPORT rlb_rng *rlb_dynamics_begin(rlb_dynamics *d, uint32_t lane, const uint64_t *seed);
/* Uniform on [low, high). */
static inline double rlb_dynamics_draw(rlb_rng *rng, double low, double high)
{
    return low + (high - low) * rlb_rng_uniform(rng);
}
/* A frame of kind RLB_VIEW_SCATTER: every lane in the plane, `lane` marked. */
RLB_EXPORT void rlb_dynamics_phase(rlb_dynamics *d, uint32_t lane, rlb_frame *out);
/* Entries of rlb_env; self begins with an rlb_dynamics. */
RLB_EXPORT rlb_status rlb_dynamics_bind(void *self, const rlb_batch *batch);
RLB_EXPORT rlb_status rlb_dynamics_save(void *self, rlb_writer *w);
RLB_EXPORT rlb_status rlb_dynamics_load(void *self, rlb_reader *r);
/* Snapshot and plane. */
RLB_EXPORT const void *rlb_dynamics_interface(void *self, const char *id);

#ifdef __cplusplus
}
#endif
#endif
