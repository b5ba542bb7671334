/* The rig: the plugin objects of one run and what holds them together: the algorithm, the recipe's
 * environment, the environments the algorithm made. The worker's loop drives one; so do the
 * conformance checker and tests. */
#ifndef RLBENCH_WORKER_RIG_H
#define RLBENCH_WORKER_RIG_H

#include "worker/checkpoint.h"
#include "worker/host.h"
#include "worker/venv.h"

/* Purposes of the seeds derived from the run's. */
enum { RIG_SEED_TRAIN = 1, RIG_SEED_EVAL = 2, RIG_SEED_ROLLBACK = 3 };

/* Everything borrowed until rig_destroy. */
struct rig_setup {
    const rlb_algo *algo;
    const rlb_value *algo_params; /* table order */
    const rlb_env *env;           /* NULL only for RLB_A_NO_ENV */
    const rlb_value *env_params;
    const rlb_dataset *dataset; /* NULL: none */
    struct ranks *ranks;        /* NULL: one process */
    uint64_t seed, total_steps; /* total 0: no limit */
    uint32_t lanes;             /* of the recipe's environment; 0 is 1 */
    uint32_t time_limit;        /* 0: the environment's own */
    void (*log)(void *ctx, int32_t level, const char *who, const char *text); /* or NULL */
    void *log_ctx;
};

struct rig {
    struct rig_setup setup;
    struct host_report report;
    struct host host;   /* the algorithm's; folds of its metrics are host.folds */
    struct venv *env;   /* the recipe's; NULL without */
    struct venv **made; /* by make_env, in order */
    size_t num_made;
    struct tally tally;            /* training episodes */
    struct venv_episodes episodes; /* over ranks: those that this rank has not reported */
    void *algo;
};

/* Makes everything. On failure the sentence is in e and nothing is left. */
int rig_create(const struct rig_setup *setup, struct rig **out, struct err *e);
void rig_destroy(struct rig *r);

/* At most max_steps steps of the algorithm; *done grows. RLB_OK, RLB_DONE or a failure
 * (host_failure() of r->report has the sentence). */
rlb_status rig_step(struct rig *r, uint64_t max_steps, uint64_t *done);

/* Whether every plugin of the run can be saved; the reason in why otherwise. */
bool rig_can_save(const struct rig *r, char *why, size_t size);
/* Algorithm, environments, folds and tally. */
rlb_status rig_save(struct rig *r, struct checkpoint_writer *w);
/* Into a rig made with the same setup. RLB_E_FORMAT when the stream is not its. */
rlb_status rig_load(struct rig *r, struct checkpoint_reader *in);

/* The i-th environment whose steps are training experience, NULL past the end. */
struct venv *rig_training_env(const struct rig *r, size_t i);
/* The world with this id (struct venv's), or NULL. */
struct venv *rig_world(const struct rig *r, uint32_t id);
/* Transitions of training experience. */
uint64_t rig_transitions(const struct rig *r);
/* Time spent inside the transitions of every world, from samples. */
int64_t rig_env_ns(const struct rig *r);
/* A world for evaluation, with the recipe's parameters (NULL) or others, reset from `seed`; the
 * caller destroys it. */
rlb_status rig_make_eval(struct rig *r, const rlb_value *params, uint32_t num_lanes,
                         uint32_t time_limit, struct tally *tally, uint64_t seed,
                         struct venv **out);

#endif
