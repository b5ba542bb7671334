/* Instances of the environment under test, driven without the host's automatic resets, so that what
 * the plugin does is seen bare. */
#ifndef RLBENCH_MODULE_CONFORM_BARE_H
#define RLBENCH_MODULE_CONFORM_BARE_H

#include "module/conform_check.h"
#include <rlbench/rng.h>

/* With every parameter as in c->params. The sentence of a failure is in c->err. */
rlb_status bare_create(struct conform *c, struct host_report *report, uint32_t lanes, uint64_t seed,
                       struct venv **out);
/* Fills v->actions with allowed actions drawn from rng. */
void bare_random_actions(struct venv *v, rlb_rng *rng);
/* One transition in all lanes and a reset of those that ended or came to the time limit; ages[l] is
 * how long lane l's episode is. Before the resets `seen` (may be NULL) is called. */
rlb_status bare_advance(struct venv *v, uint32_t *ages, void (*seen)(void *, struct venv *),
                        void *ctx);

/* n values of a space that are not in it: a sentence, or NULL. */
const char *bare_space_fault(const char *what, const rlb_space *s, const void *data, size_t n,
                             char *out, size_t size);
/* Anything in the batch that the spaces do not allow: a sentence, or NULL. */
const char *bare_batch_fault(const struct venv *v, const rlb_env_spaces *spaces, char *out,
                             size_t size);

/* Checks of two instances side by side (conform_pair.c). */
enum conform_verdict pair_same_seed(struct conform *c);
enum conform_verdict pair_lanes(struct conform *c);
enum conform_verdict pair_ranges(struct conform *c);
enum conform_verdict pair_final_obs(struct conform *c);
enum conform_verdict pair_resume(struct conform *c);
enum conform_verdict pair_views(struct conform *c);

/* Checks of optional interfaces (conform_model.c, conform_interfaces.c). */
enum conform_verdict model_tables(struct conform *c);
enum conform_verdict model_experience(struct conform *c);
enum conform_verdict interfaces_check(struct conform *c);

#endif
