/* A job: what the supervisor's JOB message says, copied and resolved against the plugin tables. */
#ifndef RLBENCH_WORKER_JOB_H
#define RLBENCH_WORKER_JOB_H

#include "base/err.h"
#include "base/mem.h"
#include "wire/wire.h"
#include "worker/ranks.h"
#include <rlbench/dataset.h>
#include <rlbench/plugin.h>

enum job_on_nan {
    JOB_NAN_STOP,
    JOB_NAN_WARN,
    JOB_NAN_ROLLBACK
}; /* the same numbers as plan_on_nan */

/* A world that the policy is evaluated in beside the recipe's own. */
struct job_world {
    const char *name;
    rlb_value *values; /* of the environment's parameters, in table order */
};

struct job {
    struct arena arena;
    struct wire_job msg; /* strings and bytes copied into the arena */
    const rlb_algo *algo;
    const rlb_env *env; /* NULL when the job names none */
    rlb_value *algo_values, *env_values;
    struct job_world *worlds;
    uint32_t num_worlds;
    struct ranks *ranks;      /* the others of a run over ranks; NULL: one process */
    rlb_dataset_file dataset; /* data.size 0 when the job names none */
    char hash[65];            /* SHA-256 of everything a checkpoint must agree with: plugins,
                                 parameters, dataset, seed, lanes, time limit */
};

/* Copies the message, which may then go. */
void job_init(struct job *j, const struct wire_job *msg);
void job_finish(struct job *j);
/* Loads the shared objects and finds the two tables. */
int job_load(struct job *j, struct err *e);
/* Opens the dataset, which must be the one the job was made with, undamaged. */
int job_open_dataset(struct job *j, struct err *e);
/* Parses the parameters against the tables (j->algo, j->env) and hashes the job. */
int job_resolve(struct job *j, struct err *e);

#endif
