/* The worlds of classic control in the worker's vectorised environment. */
#ifndef RLBENCH_TESTS_PLUGINS_CONTROL_RIG_H
#define RLBENCH_TESTS_PLUGINS_CONTROL_RIG_H

#include "worker/venv.h"
#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

/* A world of <folder>/<id>.so with some parameters set, "gravity=12 integrator=semi-implicit";
 * folder NULL: RLBENCH_PLUGIN_PATH. Ends the program when it cannot be made. */
struct venv *control_make(const char *folder, const char *id, const char *set, uint32_t lanes,
                          uint64_t seed, struct tally *tally);
/* Random actions in every lane; a box is overstepped by half. */
void control_random_actions(struct venv *v, rlb_rng *rng);
/* Puts a state of `width` numbers into a lane. */
void control_put(struct venv *v, uint32_t lane, const double *state);
void control_get(struct venv *v, uint32_t lane, double *state);
const rlb_plane *control_plane(struct venv *v);

#endif
