/* rlbench plugin ABI, version 1.
 *
 * A plugin is a shared object exporting one function, rlb_module_entry(), which returns constant
 * tables; nothing runs at load time. The host calls the plugin through those tables; the plugin
 * reaches the host through `rlb_host`, never through symbols of the program, so a plugin also runs
 * under a fake host in a test.
 *
 * Rules that hold for every function unless its comment says otherwise
 *
 *   Thread      Every function is called from one thread, the worker's; a plugin starts none.
 *   Ownership   What the host hands in (setup, parameters, batch, host table) lives until destroy
 *               returns; what a plugin hands out is borrowed until its next call; neither side
 *               frees the other's memory.
 *   Errors      A negative rlb_status, after one call of host->fail() with a sentence that names
 *               the parameter or state.
 *   Silence     No exit, abort, print, signal, terminal, environment variable, or file outside a
 *               stream the host gave.
 *   Randomness  Only from the seed given; the state of every stream is part of save().
 *   Growth      Tables are only appended to; RLB_HAS() tells whether a table is long enough;
 *               arrays carry a stride.
 *
 * The optional interfaces (exact models, grids, goals, snapshots, preferences, datasets, …) are in
 * <rlbench/interfaces.h>. See rlbench-plugin(3) for a worked example. */
#ifndef RLBENCH_PLUGIN_H
#define RLBENCH_PLUGIN_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RLB_MAGIC UINT32_C(0x524C4250) /* "PBLR" in memory on little-endian machines */
#define RLB_ABI_MAJOR 1                /* a meaning changed: the host refuses another major */
#define RLB_ABI_MINOR 2                /* something was appended: an older minor is accepted */

#define RLB_EXPORT __attribute__((visibility("default")))
#define RLB_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* True when the table behind p, written by whoever filled p->size, is long enough to hold field. */
#define RLB_HAS(p, field)                                                                          \
    ((p)->size >= (size_t)((const char *)(&(p)->field + 1) - (const char *)(p)))

/* ------------------------------------------------------------------------------------------------
 * status */

typedef int32_t rlb_status;
enum {
    RLB_OK = 0,
    RLB_DONE = 1,     /* step(): the algorithm has nothing left to do */
    RLB_E_INVAL = -1, /* a parameter or argument cannot be used */
    RLB_E_NOMEM = -2,
    RLB_E_IO = -3,     /* a stream failed */
    RLB_E_FORMAT = -4, /* a checkpoint does not fit this plugin or these parameters */
    /* This pairing of algorithm and environment, or an optional operation. */
    RLB_E_UNSUPPORTED = -5,
    RLB_E_NUMERIC = -6, /* diverged: NaN, infinity, a singular system */
    RLB_E_INTERNAL = -7
};

/* ------------------------------------------------------------------------------------------------
 * parameters */

typedef union rlb_value {
    int64_t i;     /* RLB_T_BOOL (0 or 1), RLB_T_INT, RLB_T_ENUM (index into choices) */
    double r;      /* RLB_T_REAL */
    const char *s; /* RLB_T_STR, UTF-8, never NULL */
} rlb_value;

enum { RLB_T_BOOL = 1, RLB_T_INT = 2, RLB_T_REAL = 3, RLB_T_ENUM = 4, RLB_T_STR = 5 };
enum {
    RLB_P_LOG = 1u,    /* its natural scale is logarithmic (forms, sweeps) */
    RLB_P_LIVE = 2u,   /* may change while running, through set_param() */
    RLB_P_EXPERT = 4u, /* shown last in forms */
    /* RLB_T_STR: a table of numbers, rows ended by ';'. A recipe may name a file instead, "@FILE",
     * whose entries then arrive as the value. */
    RLB_P_TABLE = 8u
};

/* One declared parameter. Values travel as arrays of rlb_value in table order, always all of them.
 */
typedef struct rlb_param {
    const char *name;           /* [a-z][a-z0-9_]* */
    const char *doc;            /* one sentence, required */
    const char *unit;           /* "" when it has none */
    const char *const *choices; /* RLB_T_ENUM: NULL-terminated */
    double min, max;            /* inclusive, for INT and REAL; +-INFINITY allowed */
    rlb_value def;              /* the default; itself in range */
    uint32_t type, flags;
} rlb_param;

#define RLB_BOOL(n, d, fl, text)                                                                   \
    {                                                                                              \
        .name = (n), .doc = (text), .unit = "", .min = 0, .max = 1, .def = {.i = (d)},             \
        .type = RLB_T_BOOL, .flags = (fl)                                                          \
    }
#define RLB_INT(n, d, lo, hi, u, fl, text)                                                         \
    {                                                                                              \
        .name = (n), .doc = (text), .unit = (u), .min = (lo), .max = (hi), .def = {.i = (d)},      \
        .type = RLB_T_INT, .flags = (fl)                                                           \
    }
#define RLB_REAL(n, d, lo, hi, u, fl, text)                                                        \
    {                                                                                              \
        .name = (n), .doc = (text), .unit = (u), .min = (lo), .max = (hi), .def = {.r = (d)},      \
        .type = RLB_T_REAL, .flags = (fl)                                                          \
    }
#define RLB_ENUM(n, d, list, fl, text)                                                             \
    {                                                                                              \
        .name = (n), .doc = (text), .unit = "", .choices = (list), .def = {.i = (d)},              \
        .type = RLB_T_ENUM, .flags = (fl)                                                          \
    }
#define RLB_STR(n, d, fl, text)                                                                    \
    {                                                                                              \
        .name = (n), .doc = (text), .unit = "", .def = {.s = (d)}, .type = RLB_T_STR,              \
        .flags = (fl)                                                                              \
    }

/* ------------------------------------------------------------------------------------------------
 * metrics */

enum { RLB_FOLD_LAST = 0, RLB_FOLD_MEAN = 1, RLB_FOLD_MIN = 2, RLB_FOLD_MAX = 3, RLB_FOLD_SUM = 4 };
enum { RLB_GOAL_NONE = 0, RLB_GOAL_MINIMIZE = 1, RLB_GOAL_MAXIMIZE = 2 };
enum {
    RLB_M_LOG = 1u,      /* best drawn on a logarithmic axis */
    RLB_M_HEADLINE = 2u, /* the curves to show first, in table order */
    RLB_M_NAN_OK = 4u,   /* NaN or infinity is a legal value, not divergence */
    RLB_M_CLOCK = 8u     /* depends on wall clock: left out of the metric digest */
};

/* A curve that only this algorithm can measure. Return, length, success and speed of episodes and
 * evaluation are measured by the host, the same way for every algorithm. */
typedef struct rlb_metric {
    const char *name; /* [a-z][a-z0-9_/]*, unique */
    const char *doc;  /* one sentence, required */
    const char *unit; /* "" when it has none */
    uint32_t fold;    /* how the samples of one logging window merge into one point */
    uint32_t goal, flags, reserved;
} rlb_metric;

/* ------------------------------------------------------------------------------------------------
 * views */

enum {
    RLB_VIEW_HEATMAP = 1, /* a: rows x cols values (NaN: nothing there, a wall) */
    RLB_VIEW_ARROWS = 2,  /* a, b: rows x cols vectors, right and down positive; NaN: none */
    /* a, b: rows points (cols = 1); c: optional class of each, small integers: k >= 0 a marker,
     * -1 - k a fine dot in the colour of class k. With lo and hi it is a drawing: a spans [lo, hi],
     * b has the same scale, there are no axes. */
    RLB_VIEW_SCATTER = 3,
    RLB_VIEW_BARS = 4, /* a: rows x cols, rows are groups, cols bars within a group */
    RLB_VIEW_TEXT = 5, /* text: UTF-8 lines */
    RLB_VIEW_FIELD =
        6, /* a: heatmap, b: direction of an arrow in each cell (0 right, 1 down, 2 left, 3 up, -1
              none), c: marks (0 none, 1 agent, 2 goal, 3 start) ; b and c optional */
    RLB_VIEW_LINES = 7 /* a: rows curves of cols values over a common axis */
};
/* flags of a view */
enum {
    /* Squares of this heatmap or field can be marked. The algorithm has a live text parameter
     * `task`, which is set to a term "goal ROW,COL@ROWSxCOLS" for every marked square, counted
     * from 0 at the top left, with a weight before it where that is not 1, separated by "; "; to
     * the empty text when no mark is left. */
    RLB_V_PAINT = 1u
};
typedef struct rlb_view {
    const char *name; /* [a-z][a-z0-9_]* */
    const char *doc;  /* one sentence, required */
    uint32_t kind, flags;
} rlb_view;

/* A picture, filled only when somebody looks. Pointers are borrowed until the next call into the
 * plugin. */
typedef struct rlb_frame {
    uint32_t size; /* set by the host */
    uint32_t kind, rows, cols;
    const float *a, *b, *c;
    const char *text;       /* RLB_VIEW_TEXT */
    const char *caption;    /* one line under the picture, may be NULL */
    const char *row_labels; /* '\n'-separated, may be NULL */
    const char *col_labels;
    float lo, hi; /* range of a; NAN: the host picks it */
} rlb_frame;

/* ------------------------------------------------------------------------------------------------
 * spaces */

enum { RLB_SPACE_NONE = 0, RLB_SPACE_DISCRETE = 1, RLB_SPACE_BOX = 2, RLB_SPACE_MULTI = 3 };
enum { RLB_F32 = 1, RLB_I32 = 2, RLB_U8 = 3 };

/* What one observation or action is.
 *   DISCRETE  one int32 in [0, n); dtype RLB_I32, width 1
 *   BOX       width values of dtype F32 or U8 (images), shape[0..rank) (row-major, its product is
 *             width), each in [low, high] (+-INFINITY: unbounded)
 *   MULTI     width int32 values, each in [0, n) */
typedef struct rlb_space {
    uint32_t kind, dtype, width, rank;
    uint32_t shape[4];
    int64_t n;
    double low, high;
} rlb_space;

/* ------------------------------------------------------------------------------------------------
 * batches */

/* The memory an environment reads actions from and writes everything else to: one slab per array,
 * owned by the host. L = num_lanes worlds running side by side, G = num_agents in each world (1 for
 * ordinary problems); row-major [lane][agent][width]. Arrays whose space is NONE are NULL. */
typedef struct rlb_batch {
    uint32_t size, num_lanes, num_agents, reserved;
    void *obs; /* [L][G][obs.width], dtype of the observation space */
    /* The same shape; valid in lanes whose terminated or truncated is set: the last observation of
     * the episode that ended, while obs already holds the first of the next. */
    void *final_obs;
    void *state;          /* [L][state.width] joint state for centralised training, or NULL */
    void *final_state;    /* like final_obs */
    const void *actions;  /* [L][G][act.width], int32 or float */
    float *rewards;       /* [L][G] */
    uint8_t *alive;       /* [L][G] 1 while the agent takes part; all 1 with one agent */
    uint8_t *action_mask; /* [L][G][n] 1 where the action is allowed, or NULL */
    uint8_t *terminated;  /* [L] the episode ended by the rules of the world */
    uint8_t *truncated;   /* [L] the episode was cut (time limit); never merged with terminated */
    /* [L] with terminated or truncated: the goal was reached; 0 where there is none */
    uint8_t *success;
} rlb_batch;

/* ------------------------------------------------------------------------------------------------
 * streams */

/* Checkpoints are written as tagged chunks; the host owns files, checksum and atomicity. */
typedef struct rlb_writer rlb_writer;
struct rlb_writer {
    uint32_t size, reserved;
    void *ctx;
    /* Appends one chunk; tags may repeat and are read back in order. */
    rlb_status (*put)(rlb_writer *, uint32_t tag, const void *bytes, size_t n);
};
typedef struct rlb_reader rlb_reader;
struct rlb_reader {
    uint32_t size, reserved;
    void *ctx;
    /* Reads the next chunk, which must carry this tag and be exactly n bytes long, else
     * RLB_E_FORMAT. */
    rlb_status (*get)(rlb_reader *, uint32_t tag, void *bytes, size_t n);
    /* Length and tag of the next chunk without reading it; RLB_DONE at the end. */
    rlb_status (*peek)(rlb_reader *, uint32_t *tag, size_t *n);
};
#define RLB_TAG(a, b, c, d)                                                                        \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* ------------------------------------------------------------------------------------------------
 * environments, as an algorithm sees them */

/* A vectorised environment: L lanes that step together. The host resets finished lanes in the same
 * step (final_obs), applies time limits, counts episodes. */
typedef struct rlb_venv rlb_venv;
struct rlb_venv {
    uint32_t size, num_lanes, num_agents, reserved;
    void *ctx;
    rlb_space obs, act, state;
    const rlb_batch *batch;
    /* Starts every lane afresh from seed; fills obs. Called once by the algorithm's create() at the
     * earliest. */
    rlb_status (*reset)(rlb_venv *, uint64_t seed);
    /* One transition in every lane. actions: [L][G][act.width]. */
    rlb_status (*step)(rlb_venv *, const void *actions);
    /* An optional interface of the environment, or NULL; with its object in *self. */
    const void *(*interface)(rlb_venv *, const char *id, void **self);
};

/* One environment parameter that differs from the recipe, by name; value in the parameter's type.
 */
typedef struct rlb_override {
    const char *name;
    rlb_value value;
} rlb_override;

/* ------------------------------------------------------------------------------------------------
 * the host */

enum { RLB_LOG_DEBUG = 0, RLB_LOG_INFO = 1, RLB_LOG_WARN = 2, RLB_LOG_ERROR = 3 };

typedef struct rlb_host rlb_host;
struct rlb_host {
    uint32_t size;
    uint16_t abi_major, abi_minor;
    void *ctx;
    /* Records one sentence for this failure and returns status, so that `return h->fail(h, …)`
     * works. */
    rlb_status (*fail)(const rlb_host *, rlb_status status, const char *fmt, ...) RLB_PRINTF(3, 4);
    /* A line for the run's log. */
    void (*log)(const rlb_host *, int32_t level, const char *fmt, ...) RLB_PRINTF(3, 4);
    /* Zeroed memory, 64-byte aligned, that lives until this object's destroy() has returned; NULL
     * when there is none. Only during create() and load(). */
    void *(*alloc)(const rlb_host *, size_t bytes);
    /* One sample of metric `index` of the algorithm's table, folded by the host. At most tens of
     * nanoseconds; never blocks. A non-finite value ends the run as diverged unless the metric has
     * RLB_M_NAN_OK. */
    void (*metric)(const rlb_host *, uint32_t index, double value);
    /* Another instance of the recipe's environment with `num_lanes` lanes and some parameters
     * changed (clients, perturbed worlds, evaluation worlds). Owned by the host until the
     * algorithm's destroy() has returned; its state is saved and loaded with the run, in the order
     * of creation. Only during create(). counts: whether its steps and episodes are counted as
     * training experience (0 for evaluation worlds). */
    rlb_status (*make_env)(const rlb_host *, const rlb_override *overrides, uint32_t num_overrides,
                           uint32_t num_lanes, uint64_t seed, uint32_t counts, rlb_venv **out);
    /* An optional service of the host (allreduce, dataset, …), or NULL. */
    const void *(*interface)(const rlb_host *, const char *id);
};

/* ------------------------------------------------------------------------------------------------
 * an algorithm */

typedef struct rlb_algo_setup {
    uint32_t size, reserved;
    const rlb_value *params; /* in table order */
    rlb_venv *env;           /* the recipe's environment; NULL for an algorithm with RLB_A_NO_ENV */
    uint64_t seed;           /* the run's seed */
    uint64_t
        total_steps; /* the run's budget in the algorithm's own steps (schedules); 0: no limit */
} rlb_algo_setup;

typedef struct rlb_budget {
    uint32_t size, reserved;
    uint64_t max_steps; /* stop at the first point where this many have been done; may be 0 */
} rlb_budget;

enum {
    RLB_A_NO_ENV = 1u,    /* needs no environment (preference problems of its own, pure solvers) */
    RLB_A_OWN_LANES = 2u, /* makes all its environments through make_env; setup.env has one lane,
                             for its interfaces and spaces only, and is not stepped */
    RLB_A_RANKS = 4u /* can be spread over ranks (rlb.allreduce/1) with the same results; a host
                        that is older runs it in one process */
};

/* An algorithm's clock ticks in steps of its own, named by step_unit: for most, transitions of one
 * environment. */
typedef struct rlb_algo {
    uint32_t size, flags;
    const char *id;        /* [a-z][a-z0-9-]* */
    const char *title;     /* a few words */
    const char *doc;       /* a paragraph: what it is, what to watch */
    const char *citation;  /* authors, title, venue, year; "" when there is none */
    const char *version;   /* of this implementation */
    const char *step_unit; /* "step", "round", … */
    const rlb_param *params;
    const rlb_metric *metrics;
    const rlb_view *views;
    uint32_t num_params, param_stride;
    uint32_t num_metrics, metric_stride;
    uint32_t num_views, view_stride;

    /* Makes an instance. On failure *out is untouched and nothing is left behind. */
    rlb_status (*create)(const rlb_host *, const rlb_algo_setup *, void **out);
    /* NULL is allowed. */
    void (*destroy)(void *self);
    /* A bounded slice: does at most budget->max_steps steps (when it steps several lanes at once it
     * stops at the first multiple that reaches it) and adds what it did to *done. The curve must
     * not depend on how the run is cut into slices. RLB_DONE when nothing is left. */
    rlb_status (*step)(void *self, const rlb_budget *budget, uint64_t *done);
    /* Called at every logging point, before the window's samples are folded: the place for figures
     * too dear to compute at every step (reported through host->metric). Must not change the run.
     * NULL: none. */
    rlb_status (*measure)(void *self);
    /* Greedy actions for n observations of one lane each ([n][G][obs.width] -> [n][G][act.width]);
     * must not change the run. NULL: no evaluation. */
    rlb_status (*act)(void *self, const void *obs, uint32_t n, void *actions);
    /* Changes a parameter with RLB_P_LIVE between two slices. NULL: none is live. */
    rlb_status (*set_param)(void *self, uint32_t index, rlb_value value);
    /* Fills a picture; must not change the run. NULL when there are no views. */
    rlb_status (*view)(void *self, uint32_t index, rlb_frame *out);
    /* Everything that makes the continued run equal to the uninterrupted one, bit for bit
     * (environments made by the host are saved by the host). NULL: the run cannot be resumed. */
    rlb_status (*save)(void *self, rlb_writer *);
    rlb_status (*load)(void *self, rlb_reader *);
    /* An optional interface, or NULL. self is NULL when asked of the table: interfaces of that kind
     * take parameters, not an instance. */
    const void *(*interface)(void *self, const char *id);
} rlb_algo;

/* ------------------------------------------------------------------------------------------------
 * an environment */

typedef struct rlb_env_spaces {
    uint32_t size;
    uint32_t num_agents;       /* >= 1 */
    rlb_space obs, act, state; /* state: NONE unless there is a joint state */
    uint32_t has_action_mask;
    uint32_t
        time_limit; /* steps after which the host truncates; 0: none. A recipe may override it. */
    double reward_low, reward_high; /* bounds of one reward; +-INFINITY when unknown */
} rlb_env_spaces;

typedef struct rlb_env_setup {
    uint32_t size, num_lanes;
    const rlb_value *params; /* in table order */
} rlb_env_setup;

typedef struct rlb_env {
    uint32_t size, flags;
    const char *id, *title, *doc, *citation, *version;
    const rlb_param *params;
    const rlb_view *views;
    uint32_t num_params, param_stride;
    uint32_t num_views, view_stride;

    /* What the world looks like under these parameters. */
    rlb_status (*spaces)(const rlb_host *, const rlb_value *params, rlb_env_spaces *out);
    rlb_status (*create)(const rlb_host *, const rlb_env_setup *, void **out);
    void (*destroy)(void *self);
    /* Once, after create: where to read actions and write everything else. */
    rlb_status (*bind)(void *self, const rlb_batch *);
    /* Starts an episode in `lane`; fills obs (state, alive, action_mask) of that lane. seed:
     * non-NULL re-seeds the lane's stream first; NULL goes on with the stream as it is (the host's
     * automatic reset). */
    rlb_status (*reset)(void *self, uint32_t lane, const uint64_t *seed);
    /* One transition in lanes [lane0, lane0 + lanes): reads actions; writes obs, rewards,
     * terminated, success (and state, alive, action_mask). Never resets, never truncates: the host
     * does. Lanes are independent. */
    rlb_status (*step)(void *self, uint32_t lane0, uint32_t lanes);
    /* Fills a picture of one lane; must not change it. */
    rlb_status (*view)(void *self, uint32_t index, uint32_t lane, rlb_frame *out);
    rlb_status (*save)(void *self, rlb_writer *);
    rlb_status (*load)(void *self, rlb_reader *);
    /* An optional interface, or NULL. */
    const void *(*interface)(void *self, const char *id);
} rlb_env;

/* ------------------------------------------------------------------------------------------------
 * the module */

typedef struct rlb_module {
    uint32_t magic, size;
    uint16_t abi_major, abi_minor;
    uint16_t min_host_minor; /* the oldest host that serves it, for hosts of the same major */
    uint16_t reserved;
    const char *build;            /* compiler and flags, shown by `rlbench plugins` */
    const rlb_algo *const *algos; /* NULL-terminated, may be empty */
    const rlb_env *const *envs;
} rlb_module;

typedef const rlb_module *(*rlb_entry_fn)(void);
/* The only exported symbol. */
RLB_EXPORT const rlb_module *rlb_module_entry(void);

/* Defines rlb_module_entry() for a plugin with one algorithm or one environment. */
#define RLB_MODULE_ALGO(table) RLB_MODULE_(&(table), NULL)
#define RLB_MODULE_ENV(table) RLB_MODULE_(NULL, &(table))
#define RLB_MODULE_(algo, env)                                                                     \
    RLB_EXPORT const rlb_module *rlb_module_entry(void)                                            \
    {                                                                                              \
        static const rlb_algo *const algos[] = {(algo), NULL};                                     \
        static const rlb_env *const envs[] = {(env), NULL};                                        \
        static const rlb_module module = {.magic = RLB_MAGIC,                                      \
                                          .size = sizeof module,                                   \
                                          .abi_major = RLB_ABI_MAJOR,                              \
                                          .abi_minor = RLB_ABI_MINOR,                              \
                                          .build = "C11, " __VERSION__,                            \
                                          .algos = algos,                                          \
                                          .envs = envs};                                           \
        return &module;                                                                            \
    }

#ifdef __cplusplus
}
#endif
#endif
