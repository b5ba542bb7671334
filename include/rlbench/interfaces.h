/* Optional interfaces of the plugin ABI, fetched by string id with a revision.
 *
 * An id's table never changes; a new need gets a new id. Every table starts with its size. `self`
 * is the object the interface was fetched from. Unless its comment says otherwise a function may be
 * called at any time, changes nothing, and writes only through its last arguments. */
#ifndef RLBENCH_INTERFACES_H
#define RLBENCH_INTERFACES_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- environment: the exact model of a finite MDP ---- */
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

/* ---- environment: states as cells of a map ---- */
#define RLB_GRID "rlb.grid/1"
typedef struct rlb_grid {
    uint32_t size;
    uint32_t rows, cols, num_states, num_actions, reserved;
    const int32_t *cell;       /* [num_states] row * cols + col, -1: not on the map */
    const uint8_t *wall;       /* [rows * cols] 1 where there is a wall */
    const int32_t *action_dir; /* [num_actions] 0 right, 1 down, 2 left, 3 up, -1 stays */
} rlb_grid;

/* ---- environment: state-action features ---- */
#define RLB_FEATURES "rlb.features/1"
typedef struct rlb_features {
    uint32_t size;
    uint32_t dim;         /* d */
    uint32_t max_nonzero; /* the most entries row() ever writes */
    uint32_t reserved;
    /* phi(s, a) as (index, value) pairs; returns how many. */
    uint32_t (*row)(void *self, uint32_t s, uint32_t a, uint32_t *index, double *value);
} rlb_features;

/* ---- environment: how rewards scatter about the model's means ---- */
#define RLB_REWARD_LAW "rlb.reward-law/1"
enum { RLB_REWARD_EXACT = 0, RLB_REWARD_BERNOULLI = 1, RLB_REWARD_GAUSSIAN = 2 };
typedef struct rlb_reward_law {
    uint32_t size, family;
    /* Variance of the reward of (s, a) at stage h, given the outcome. */
    double (*variance)(void *self, uint32_t h, uint32_t s, uint32_t a);
} rlb_reward_law;

/* ---- environment: features of states alone ---- */
#define RLB_STATE_FEATURES "rlb.state-features/1"
typedef struct rlb_state_features {
    uint32_t size;
    uint32_t dim, max_nonzero, reserved;
    /* x(s) as (index, value) pairs; returns how many. */
    uint32_t (*row)(void *self, uint32_t s, uint32_t *index, double *value);
} rlb_state_features;

/* ---- environment: a prediction problem, one behaviour and several target policies ---- */
#define RLB_PREDICTION "rlb.prediction/1"
typedef struct rlb_prediction {
    uint32_t size, num_targets;
    /* Probabilities of the actions in state s, num_actions values. */
    void (*behaviour)(void *self, uint32_t s, double *prob);
    void (*target)(void *self, uint32_t k, uint32_t s, double *prob);
    /* Reward and discount of target k on entering `next` from s; discount 0 ends the return there.
     */
    double (*reward)(void *self, uint32_t k, uint32_t s, uint32_t a, uint32_t next);
    double (*discount)(void *self, uint32_t k, uint32_t next);
    /* 1 where target k is defined: nothing is learned about it elsewhere. */
    uint32_t (*active)(void *self, uint32_t k, uint32_t s);
} rlb_prediction;

/* ---- environment: tasks ---- */
#define RLB_TASKS "rlb.tasks/1"
#define RLB_TASK_DRAWN UINT32_MAX

/* A family of tasks on one world: boards whose identity is hidden, goals to reach, reward functions
 * that are given after learning. Without a call of assign() every reset draws its task from
 * weight(), with the lane's stream. Functions a family has no use for are NULL. */
typedef struct rlb_tasks {
    uint32_t size, num_tasks;
    uint32_t goal_width; /* numbers in a goal's representation; 0: tasks are not goals */
    uint32_t aux_width;  /* numbers in an auxiliary target; 0: there are none */
    const char *(*name)(void *self, uint32_t task);
    /* Probability of the task in training; 0: held out for evaluation. */
    double (*weight)(void *self, uint32_t task);
    /* From the next reset on `lane` plays this task. Equal (task, variation) give equal starts and
     * goals whatever was played before, so that methods are evaluated on the same episodes.
     * RLB_TASK_DRAWN: drawn again. */
    rlb_status (*assign)(void *self, uint32_t lane, uint32_t task, uint64_t variation);
    /* The task that `lane` is playing. For measuring and for auxiliary targets; what an agent may
     * know is in the observation. */
    uint32_t (*current)(void *self, uint32_t lane);
    /* The goal of the running episode: as an observation (obs.width values) and represented
     * (goal_width values); either may be NULL. */
    void (*goal)(void *self, uint32_t lane, float *as_obs, float *represented);
    /* The representation of n observations ([n][obs.width] -> [n][goal_width]): what each of them
     * would be as a goal. */
    void (*represent)(void *self, const void *obs, uint32_t n, float *out);
    /* Reward that `task` gives in the states observed as obs ([n][obs.width] -> [n]). */
    void (*rewards)(void *self, uint32_t task, const void *obs, uint32_t n, double *out);
    /* Auxiliary targets of a task: how many, and the k-th (aux_width values). */
    uint32_t (*num_aux)(void *self, uint32_t task);
    void (*aux)(void *self, uint32_t task, uint32_t k, float *out);
} rlb_tasks;

/* ---- environment: rewards of tasks in stored states ---- */
#define RLB_STATE_REWARDS "rlb.state-rewards/1"
/* For worlds whose rewards depend on more than is observed: the batch's state, kept beside the
 * observation, is enough for the reward of every task. */
typedef struct rlb_state_rewards {
    uint32_t size, num_tasks; /* those of rlb.tasks/1 */
    /* Reward that `task` gives in the states ([n][state.width] -> [n]). */
    void (*rewards)(void *self, uint32_t task, const float *states, uint32_t n, double *out);
} rlb_state_rewards;

/* ---- environment: every state as a goal ---- */
#define RLB_GOALS "rlb.goals/1"
/* Goals as points of a goal space, where rlb_tasks.represent() takes observations. What hindsight
 * and rewards made of goals need: a replayed transition earns for any goal what the world would
 * have paid. */
typedef struct rlb_goals {
    uint32_t size;
    uint32_t width; /* numbers of a goal, rlb_tasks.goal_width */
    uint32_t ends;  /* 1: reaching the goal ends the episode */
    /* Which of its two states a transition is paid for: 0 the one it leaves, 1 the one it enters.
     */
    uint32_t on_entering;
    const char *labels; /* of the numbers, "row\ncolumn" */
    /* Reward of the goals in the represented states ([n][width] both -> [n]). */
    void (*rewards)(void *self, const float *achieved, const float *goals, uint32_t n, float *out);
    /* Observations of states that are at the goals, whatever else they have at rest ([n][width] ->
     * [n][obs.width]). */
    void (*observe)(void *self, const float *goals, uint32_t n, void *obs);
} rlb_goals;

/* ---- environment: the state of a lane as bytes ---- */
#define RLB_SNAPSHOT "rlb.snapshot/1"
/* For drawing several next states from one state: take the state of a lane, put it into lanes of
 * this or another instance made with the same parameters, step them. The random stream of a lane is
 * not part of its snapshot, so draws differ; nor are the host's counters, so the drawing world is
 * one made with counts = 0. */
typedef struct rlb_snapshot {
    uint32_t size, reserved;
    uint64_t (*bytes)(void *self); /* of one lane's snapshot; constant for an instance */
    void (*take)(void *self, uint32_t lane, void *out);
    /* Changes the lane: its state, and obs (state, alive, action_mask) of the batch. */
    rlb_status (*put)(void *self, uint32_t lane, const void *bytes);
} rlb_snapshot;

/* ---- environment: a plane of states that pictures are drawn over ---- */
#define RLB_PLANE "rlb.plane/1"
/* Two coordinates of the state with the others at rest: an algorithm draws its values or its policy
 * as a map over it. */
typedef struct rlb_plane {
    uint32_t size, reserved;
    const char *x_label, *y_label; /* with their units, "angle (rad)" */
    double x_lo, x_hi, y_lo, y_hi; /* what is worth showing; finite */
    /* The observation of the state at (x, y): obs.width values. */
    void (*observe)(void *self, double x, double y, void *obs);
    /* Where the state of `lane` lies, whatever its other coordinates. */
    void (*where)(void *self, uint32_t lane, double *x, double *y);
} rlb_plane;

/* ---- environment: preferences instead of rewards ---- */
#define RLB_PREFERENCE "rlb.preference/1"
/* Responses are strings of `length` tokens in [0, vocabulary); a matrix game has length 1. A
 * context (a prompt) is in [0, num_contexts). */
typedef struct rlb_preference {
    uint32_t size, num_contexts, vocabulary, length;
    uint32_t num_attributes; /* scalar scores that the preference is made of; 0: none */
    uint32_t reserved;
    /* Probability of context x. */
    double (*weight)(void *self, uint32_t x);
    /* Probability that y is preferred to z: prefer(x, y, z) + prefer(x, z, y) = 1. */
    double (*prefer)(void *self, uint32_t x, const int32_t *y, const int32_t *z);
    /* num_attributes scores of y. NULL when there are none. */
    void (*attributes)(void *self, uint32_t x, const int32_t *y, double *out);
} rlb_preference;

/* ---- host or environment: trajectories collected before ---- */
#define RLB_DATASET "rlb.dataset/1"
/* Constant columns over rows, [row][agent][width]. Episode e is rows [start[e], start[e + 1]); its
 * last row holds only the last observation: what happened on the way from row t to t + 1 is in row
 * t. Columns that do not exist are NULL. */
typedef struct rlb_dataset {
    uint32_t size, num_agents;
    uint64_t num_rows, num_episodes;
    rlb_space obs, act, state;
    const char *name;      /* for people */
    const char *sha256;    /* of the data, hexadecimal: kept with the run */
    const uint64_t *start; /* [num_episodes + 1] */
    const void *obs_data;
    const void *actions;
    const float *rewards;      /* [row][agent] */
    const uint8_t *terminated; /* [row] 1: the transition that starts here ended by the rules */
    const uint8_t *alive;      /* [row][agent] */
    const uint8_t *mask;       /* [row][agent][act.n] actions that were allowed */
    const void *state_data;    /* [row][state.width] */
} rlb_dataset;

/* ---- host: sums over the ranks of a run ---- */
#define RLB_ALLREDUCE "rlb.allreduce/1"
/* A run is one process unless it is spread over ranks; there rank is 0 and num_ranks 1. Every rank
 * holds an instance made with the same parameters and seed, and the host makes the same calls of
 * create(), step(), measure(), set_param(), save() and load() on all of them; the samples, pictures
 * and results of rank 0 are the run's. Which agents a rank moves is the algorithm's choice, as long
 * as the run's results do not depend on the number of ranks. */
typedef struct rlb_allreduce {
    uint32_t size, rank, num_ranks, reserved;
    /* Replaces each of the n values by its sum over all ranks, added in the order of ranks, so that
     * every rank gets the same bits. All ranks call it, with the same n, between the same steps.
     * Only during create(), load() and step(). */
    rlb_status (*sum)(const rlb_host *host, double *values, uint64_t n);
} rlb_allreduce;

/* ---- host: lanes that other ranks move ---- */
#define RLB_LANES "rlb.lanes/1"
typedef struct rlb_lanes {
    uint32_t size, reserved;
    /* From here on step() of a world made with make_env() moves only the lanes [first, first +
     * count), count 0 among others; what it reads and writes of the rest stays as it is. Ranks call
     * step() of all their worlds in the same order, and the host counts the rewards and episodes of
     * all of them. Only during create(). RLB_E_INVAL when the world has no such lanes. */
    rlb_status (*keep)(const rlb_host *host, rlb_venv *venv, uint32_t first, uint32_t count);
} rlb_lanes;

/* ---- algorithm: named arrays that are the result of a run ---- */
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

/* ---- algorithm table (self NULL): the clients it would make ---- */
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
