/* A plan: a recipe resolved against the registry into runs that need no further decision. */
#ifndef RLBENCH_PLAN_PLAN_H
#define RLBENCH_PLAN_PLAN_H

#include "base/err.h"
#include "base/mem.h"
#include "module/registry.h"
#include "recipe/recipe.h"

#include <stdbool.h>
#include <stdint.h>

/* One resolved value. Keys are dotted: algorithm.params.alpha, env.params.states. */
struct plan_value {
    const char *key;
    const char *text; /* canonical */
    double num;       /* when is_num */
    bool is_num;
    const char *source; /* "default", "file:7:12", "common.yaml:3:9", "--set", after a place of the
                         * recipe perhaps " (profile quick)" or " (sweep)" */
};

struct plan_settings {
    uint64_t steps;       /* budget in the algorithm's steps; 0: until the algorithm is done */
    uint64_t wall_ms;     /* 0: none */
    uint64_t log_every;   /* steps */
    uint64_t eval_every;  /* steps; 0: no evaluation */
    uint64_t eval_budget; /* transitions in each world; 0: no limit */
    uint32_t eval_episodes;
    uint32_t checkpoint_keep;
    uint64_t checkpoint_every; /* steps; 0: only at pause, stop and end */
    uint32_t lanes;            /* lanes of the recipe's environment */
    uint32_t time_limit;       /* 0: the environment's own */
    uint32_t on_nan;           /* enum plan_on_nan */
    uint32_t watchdog_s;       /* a slice longer than this is a hang */
    uint64_t memory_bytes;     /* address-space limit of the worker; 0: none */
};
enum plan_on_nan { ON_NAN_STOP, ON_NAN_WARN, ON_NAN_ROLLBACK };

struct plan_run {
    const struct desc *algo, *env; /* env NULL when the algorithm needs none */
    struct plan_value *values;     /* every parameter of both, in table order */
    size_t num_values;
    struct plan_value *choices; /* every other key: algorithm.name, env.name, budget.steps, … */
    size_t num_choices;
    struct plan_settings settings;
    uint64_t seed;
    const char *group; /* 16 hex digits: equal for runs that differ in nothing but the seed */
    uint32_t trial;    /* of an adaptive sweep, from 1; 0: none */
    const char
        *label; /* what differs between the plan's groups ("n_agents=32"), "" when there is one */
};

/* A bound on what runs called by names (labels, or an algorithm's id) come to by a metric: of two,
 * the probability that the first is better (poi), or the difference of an aggregate; of one group,
 * the aggregate. */
struct plan_gate {
    const char *compare[2], *metric; /* compare[1] NULL: one group */
    const char *stat;                /* poi, iqm, mean, median */
    double bound;
    bool at_most;
    struct mark at[2]; /* of the names */
};
/* Whether a gate's name means runs with this label and algorithm. */
bool plan_gate_means(const char *name, const char *label, const char *algo);

struct plan {
    struct arena arena;
    const char *name, *describe, *recipe_path;
    const char *recipe_text;   /* as read */
    const char *resolved_text; /* YAML with every value filled in (of the plan; runs differ by label
                                  and seed) */
    char recipe_hash[65];      /* SHA-256 of resolved_text */
    const char *git_commit;    /* of the recipe's repository, "" or NULL when there is none */
    uint32_t ranks;            /* processes that each run is spread over; 0, 1: one */
    bool git_dirty;            /* files there, or the recipe, are not as they were committed */
    VEC(struct plan_gate) gates;
    const char *sweep; /* as sweep_spec_write has it, of a sweep that goes by results; else NULL */
    bool draws;        /* it draws its trials, too: labels and swept values are not known yet */
    VEC(struct plan_run)
    runs;                         /* the first seed of every group in recipe order, then the next
                                   * seed: a figure shows all its lines early */
    size_t num_groups, num_seeds; /* runs.len is their product */
};

enum { PLAN_MAX_RUNS = 10000 };

/* Resolves; every problem is added to recipe->diags (all at once) and ERR_DATA returned when there
 * is any error. `sets` are the --set texts "key=value" in order, `seeds_override` (--seeds text)
 * may be NULL. */
int plan_make(struct recipe *recipe, const struct registry *reg, const char *const *sets,
              size_t num_sets, const char *seeds_override, struct plan *out, struct err *e);
/* The gates that stand in a recipe, into p (to be finished), unresolved. ERR_DATA. */
int plan_read_gates(struct recipe *r, struct plan *p, struct err *e);
/* The key of a group whose text (sweep_spec's) is this one but for the values of `set`. */
void plan_group_key(const char *text, const struct plan_value *set, size_t n, char out[17]);
/* Sets git_commit and git_dirty: asks git, if there is one, about the folder of the recipe. */
void plan_note_repository(struct plan *p);
void plan_finish(struct plan *p);

#endif
