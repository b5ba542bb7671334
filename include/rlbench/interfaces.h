/* Optional interfaces of the plugin ABI, fetched by string id with a revision. An id's table never
 * changes; a new need gets a new id. Every table starts with its size. `self` is the object the
 * interface was fetched from. */
#ifndef RLBENCH_INTERFACES_H
#define RLBENCH_INTERFACES_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- environment: the exact model of a finite MDP
 * -------------------------------------------------------------- */
#define RLB_MODEL "rlb.model/1"

/* One possible outcome of (state, action). */
typedef struct rlb_outcome {
    int32_t next;        /* state in [0, num_states) */
    uint32_t terminated; /* 1: the episode ends there; the value of `next` is then not added */
    double prob;
    double reward; /* expected reward of this outcome */
} rlb_outcome;

typedef struct rlb_model {
    uint32_t size;
    uint32_t num_states, num_actions;
    uint32_t max_outcomes; /* the most outcomes that outcomes() ever writes */
    uint32_t horizon;      /* 0: stationary, infinite horizon; else the number of stages of a
                              finite-horizon MDP */
    uint32_t reserved;
    /* The outcomes of action a in state s at stage h (0 when stationary), probabilities summing to
     * 1, successors distinct. Returns how many. */
    uint32_t (*outcomes)(void *self, uint32_t h, uint32_t s, uint32_t a, rlb_outcome *out);
    /* Initial state distribution, num_states values. */
    void (*start)(void *self, double *out);
    /* The state `lane` is in. */
    uint32_t (*state)(void *self, uint32_t lane);
} rlb_model;

/* ---- environment: states as cells of a map
 * ---------------------------------------------------------------------- */
#define RLB_GRID "rlb.grid/1"
typedef struct rlb_grid {
    uint32_t size;
    uint32_t rows, cols, num_states, num_actions, reserved;
    const int32_t *cell;       /* [num_states] row * cols + col, -1: not on the map */
    const uint8_t *wall;       /* [rows * cols] 1 where there is a wall */
    const int32_t *action_dir; /* [num_actions] 0 right, 1 down, 2 left, 3 up, -1 stays */
} rlb_grid;

/* ---- environment: state-action features
 * ------------------------------------------------------------------------- */
#define RLB_FEATURES "rlb.features/1"
typedef struct rlb_features {
    uint32_t size;
    uint32_t dim;         /* d */
    uint32_t max_nonzero; /* the most entries row() ever writes */
    uint32_t reserved;
    /* phi(s, a) as (index, value) pairs; returns how many. */
    uint32_t (*row)(void *self, uint32_t s, uint32_t a, uint32_t *index, double *value);
} rlb_features;

/* ---- algorithm: named arrays that are the result of a run
 * -------------------------------------------------------- */
#define RLB_RESULTS "rlb.results/1"
enum { RLB_RESULT_F64 = 1, RLB_RESULT_I64 = 2, RLB_RESULT_F32 = 3 };
typedef struct rlb_result {
    const char *name; /* file name without ".npy": [a-z][a-z0-9_]* */
    const char *doc;  /* one sentence: shape and meaning */
    const void *data; /* row-major, borrowed until the next call */
    uint32_t dtype, rank;
    uint64_t shape[4];
} rlb_result;
typedef struct rlb_results {
    uint32_t size, count;
    rlb_status (*get)(void *self, uint32_t index, rlb_result *out);
} rlb_results;

/* ---- algorithm table (self NULL): the clients it would make
 * ------------------------------------------------------ */
#define RLB_CLIENTS "rlb.clients/1"
typedef struct rlb_clients {
    uint32_t size, max_overrides;
    /* How many clients these parameters (table order) give. */
    uint32_t (*count)(const rlb_value *params);
    /* Environment overrides of client c; returns how many were written. */
    uint32_t (*overrides)(const rlb_value *params, uint32_t c, rlb_override *out);
} rlb_clients;

#ifdef __cplusplus
}
#endif
#endif
