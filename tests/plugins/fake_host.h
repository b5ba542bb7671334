/* A host for tests of plugins that knows nothing of the program: loads a module from
 * RLBENCH_PLUGIN_PATH, steps it, keeps its checkpoints in memory. Mistakes of a test (unknown
 * parameter, missing module) end the program with a sentence; refusals of a plugin are returned. */
#ifndef RLBENCH_TESTS_PLUGINS_FAKE_HOST_H
#define RLBENCH_TESTS_PLUGINS_FAKE_HOST_H

#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>

#include <stdbool.h>

/* Samples of one metric since fake_clear_metrics(). */
struct fake_metric {
    uint64_t count;
    double sum, last;
};

struct fake_bytes {
    unsigned char *bytes;
    size_t size, at;
};

struct fake_run {
    rlb_host host;
    const rlb_algo *algo;
    const rlb_env *env;
    rlb_value *algo_values, *env_values;
    void *self;      /* of the algorithm */
    rlb_venv *world; /* the recipe's environment */
    struct fake_venv **made;
    size_t num_made;
    struct fake_metric *metrics;
    void **blocks;
    size_t num_blocks;
    uint64_t steps; /* of the algorithm, done */
    uint64_t seed;
    char failure[1000]; /* sentence of the last fail() */
    char log[8000];     /* lines of log(), cut when full */
};

/* Id of an interface that environments seem not to have; NULL: none. */
extern const char *fake_hidden;
/* File <fake_module>.so that environments are looked for in; NULL: one named as they are. */
extern const char *fake_module;
/* Time limit of environments made from now on; 0: their own. */
extern uint32_t fake_time_limit;

const rlb_algo *fake_algo(const char *id);
const rlb_env *fake_env(const char *id);

/* Values of a parameter table with some set: "states=20 policy=softmax". The caller frees them. */
rlb_value *fake_values(const rlb_param *params, uint32_t n, uint32_t stride, const char *set);

/* An algorithm on an environment, both by id; world has `lanes` lanes. *r is filled; on a refusal
 * of the plugin its status is returned, the sentence is in r->failure, and r may only be finished.
 * total_steps as in rlb_algo_setup. */
rlb_status fake_start(struct fake_run *r, const char *algo, const char *algo_set, const char *env,
                      const char *env_set, uint32_t lanes, uint64_t seed, uint64_t total_steps);
/* An environment alone: r->world, nothing to step. */
rlb_status fake_start_env(struct fake_run *r, const char *env, const char *env_set, uint32_t lanes,
                          uint64_t seed);
void fake_finish(struct fake_run *r);

/* n steps in slices of at most `slice` (0: one slice). */
rlb_status fake_step(struct fake_run *r, uint64_t n, uint64_t slice);
/* Calls measure(). */
rlb_status fake_measure(struct fake_run *r);
void fake_clear_metrics(struct fake_run *r);
/* The metric called name; ends the program when the algorithm has none. */
const struct fake_metric *fake_metric(const struct fake_run *r, const char *name);
rlb_status fake_set(struct fake_run *r, const char *name, const char *value);
/* A named array of rlb.results/1; ends the program when there is none. */
rlb_result fake_result(struct fake_run *r, const char *name);
rlb_status fake_view(struct fake_run *r, const char *name, rlb_frame *out);

/* Algorithm and environments into memory, and back into a run started the same way. free(bytes). */
rlb_status fake_save(struct fake_run *r, struct fake_bytes *out);
rlb_status fake_load(struct fake_run *r, struct fake_bytes *in);

/* Bytes of the first chunk with this tag in what fake_save() wrote; NULL: none. */
const void *fake_chunk(const struct fake_bytes *b, uint32_t tag, size_t *n);

#endif
