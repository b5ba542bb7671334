/* The store: one SQLite file. The only folder that knows SQLite. See rlbench-db(5) for the schema.
 *
 * A `struct store` is one connection. Writers (supervisors, short CLI edits) and readers open their
 * own; a connection is used from one thread. Rows handed out are copies owned by the caller's
 * arena. */
#ifndef RLBENCH_STORE_STORE_H
#define RLBENCH_STORE_STORE_H

#include "base/err.h"
#include "base/mem.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct param_row;

/* ---- opening ---- */
/* For writing: creates folder and file when missing, migrates an older schema under the write lock,
 * refuses a newer one (ERR_DATA, naming who wrote it), a file that is not ours, and a network file
 * system. */
int store_open_write(const char *path, struct store **out, struct err *e);
/* This process alone uses the databases it opens (the spools of single runs): from now on one on a
 * network file system is opened with a rollback journal and a lock held throughout, instead of
 * being refused. */
void store_use_alone(void);
/* Read-only; ERR_NOINPUT when there is no file. Never blocks a writer. */
int store_open_read(const char *path, struct store **out, struct err *e);
void store_close(struct store *s);
/* Absolute path of the file; lives as long as s. */
const char *store_path(const struct store *s);
/* "3.40.1", of the SQLite this program runs with. */
const char *store_library_version(void);
/* Changes whenever another connection has committed (PRAGMA data_version); costs microseconds. */
int64_t store_data_version(struct store *s);

/* ---- making runs ---- */
enum run_state {
    RUN_QUEUED,
    RUN_RUNNING,
    RUN_PAUSED,
    RUN_DONE,
    RUN_FAILED,
    RUN_STOPPED,
    RUN_CRASHED,
    RUN_NUM_STATES
};
const char *run_state_name(enum run_state s);

/* Inserts the experiment, its recipe and one queued row per run in one transaction;
 * run_ids[plan->runs.len] are set. */
int store_add_plan(struct store *s, const struct plan *p, const char *build_id,
                   int64_t *experiment_id, int64_t *run_ids, struct err *e);

/* What a worker needs, read back from the database (so that resume needs no recipe file). Strings
 * live in arena. */
struct store_job {
    int64_t run_id;
    const char *uid, *algo, *algo_path, *algo_sha256, *env, *env_path, *env_sha256, *database;
    const char **algo_params, **env_params; /* key, text, key, text, … */
    size_t num_algo_params, num_env_params; /* pairs */
    const char **worlds; /* world, parameter, text, … of the evaluation worlds */
    size_t num_worlds;   /* triples */
    const char **alerts; /* "stop: episode/return < -100" */
    size_t num_alerts;
    uint64_t seed;
    struct plan_settings settings;
    const char *dataset_path, *dataset_sha256; /* "" when there is none */
    uint32_t ranks;                            /* processes that it is spread over; 0: one */
    uint32_t attempts;                         /* so far */
    uint32_t rollbacks;                        /* of them, after a divergence */
    uint64_t rollback_step;                    /* where the last of these began */
    const char *checkpoint_path;               /* newest good one, "" when none */
    uint64_t checkpoint_step;
};
/* Makes a queued run one that repeats another: these plugins, and no budget of time. */
int store_plan_again(struct store *s, int64_t run, const char *algo_path, const char *env_path,
                     struct err *e);
int store_get_job(struct store *s, int64_t run_id, struct arena *a, struct store_job *out,
                  struct err *e);

/* ---- writing while running ----
 * Everything between store_begin and store_commit is one transaction; outside of one, each call is
 * a transaction of its own. */
/* Takes the write lock (BEGIN IMMEDIATE); ERR_BUSY after the busy timeout. */
int store_begin(struct store *s, struct err *e);
/* When this, or a call before it, fails, nothing of the batch is in the file and everything
 * committed earlier is. The caller still has its data: store_rollback, then the whole batch again
 * when the cause (ERR_BUSY, ERR_IO with store_disk_full) has passed. */
int store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);
/* True when the last failure was a full disk (SQLITE_FULL or an I/O error with ENOSPC). */
bool store_disk_full(const struct store *s);

struct store_point {
    uint32_t metric; /* index into the run's metric ids, as bound below */
    uint32_t sub;
    uint64_t step;
    double value;
};
struct store_episode {
    uint64_t step;
    uint32_t kind; /* 0 training, 1 evaluation, from 2 on evaluation in the job's worlds */
    uint32_t index;
    double ret, extra; /* extra: success 0/1, NaN when unknown */
    uint64_t length;
};
/* The id of a metric in the catalogue, inserted when new. */
int store_metric_id(struct store *s, const rlb_metric *m, int64_t *id, struct err *e);
/* Starts attempt n (from 1) at start_step: points of earlier attempts beyond start_step become
 * superseded (hidden in v_point, kept); summaries are rebuilt for what stays visible. */
int store_begin_attempt(struct store *s, int64_t run, uint32_t n, uint64_t start_step,
                        const char *from_checkpoint, struct err *e);
/* What attempt n was made with: one JSON object of texts, kept once however many runs share it. */
int store_note_attempt(struct store *s, int64_t run, uint32_t n, const char *facts, struct err *e);
int store_add_points(struct store *s, int64_t run, uint32_t attempt, const int64_t *metric_ids,
                     size_t num_metrics, const struct store_point *points, size_t n, struct err *e);
int store_add_episodes(struct store *s, int64_t run, uint32_t attempt,
                       const struct store_episode *eps, size_t n, struct err *e);
int store_add_event(struct store *s, int64_t run, uint64_t step, int level, const char *kind,
                    const char *text, struct err *e);
int store_add_artifact(struct store *s, int64_t run, uint64_t step, const char *kind,
                       const char *path, const char *sha256, uint64_t bytes, struct err *e);
/* Forgets artifacts of kind "checkpoint" older than the newest `keep`; their paths go to *paths for
 * unlinking after the commit. */
int store_prune_checkpoints(struct store *s, int64_t run, uint32_t keep, struct arena *a,
                            const char ***paths, size_t *n, struct err *e);

struct run_update { /* only fields whose flag is set are written */
    unsigned set;   /* bits below */
    enum run_state state;
    int64_t pid;
    uint64_t pid_start, steps, env_steps;
    int exit_code, exit_signal;
    const char *message, *digest, *socket;
    double steps_per_s;
};
enum {
    RU_STATE = 1u,
    RU_PID = 2u,
    RU_STEPS = 4u,
    RU_EXIT = 8u,
    RU_MESSAGE = 16u,
    RU_DIGEST = 32u,
    RU_SOCKET = 64u,
    RU_SPEED = 128u
};
/* Also stamps heartbeat, and started/ended when the state calls for it. */
int store_update_run(struct store *s, int64_t run, const struct run_update *u, struct err *e);

/* ---- trials of a sweep that draws or stops them by results (trial.c) ---- */
struct trial_row {
    uint32_t n;                   /* from 1 */
    const char *state, *settings; /* as struct sweep_trial and sweep_values_write have them */
    uint32_t known, rungs;
    double value;
    uint64_t step;
};
/* *spec is NULL when the experiment has no such sweep. */
int store_read_sweep(struct store *s, int64_t experiment, struct arena *a, const char **spec,
                     struct trial_row **rows, size_t *n, struct err *e);
int store_put_trial(struct store *s, int64_t experiment, const struct trial_row *t, struct err *e);
/* Gives the runs of a trial these parameters, and their label and group. */
int store_set_trial(struct store *s, int64_t experiment, uint32_t trial,
                    const struct param_row *params, size_t n, const char *label, const char *group,
                    struct err *e);

/* ---- reading ---- */
struct run_row {
    int64_t id, experiment_id;
    const char *uid, *experiment, *describe, *algo, *env, *label, *group, *message, *socket,
        *step_unit, *digest;
    uint64_t seed, steps, total_steps, env_steps;
    enum run_state
        state; /* derived: running or paused with a dead supervisor on this host reads as crashed */
    int64_t pid; /* of the supervisor */
    int exit_code, exit_signal;
    int64_t created_us, started_us, ended_us, heartbeat_us;
    double steps_per_s;
    uint32_t attempts;
    const char *headline; /* name of the metric the list shows, "" when none */
    double last, best;    /* of it, NaN when none */
    bool archived;
    uint32_t trial; /* of its experiment's sweep, 0: none */
    bool stale;     /* state is derived: the row itself still says that somebody works on it */
};
/* Newest first. filter may be NULL; its syntax is that of `rlbench ls`: terms joined by blanks,
 * each a word (found in experiment, algorithm, environment or label) or key OP value with = != ~ !~
 * < <= > >=; keys: state algo env experiment label group seed last best steps progress attempts id
 * uid message archived, or a parameter (algorithm.params.alpha); '!' before a term turns it round.
 * Archived runs are left out unless the filter says archived=yes or archived=any. A bad filter is
 * ERR_USAGE. limit 0: all. */
int store_list_runs(struct store *s, const char *filter, size_t limit, struct arena *a,
                    struct run_row **rows, size_t *n, struct err *e);
/* A run by id, unique prefix of its uid, or @last / @live (the newest one that a supervisor works
 * on). ERR_NOINPUT with the nearest candidates. */
int store_find_run(struct store *s, const char *ref, struct arena *a, struct run_row *out,
                   struct err *e);
int store_experiment_runs(struct store *s, int64_t experiment, struct arena *a,
                          struct run_row **rows, size_t *n, struct err *e);

struct metric_row {
    int64_t id;
    const char *name, *unit, *doc;
    uint32_t goal, flags, fold;
    uint64_t n, nan_n, first_step, last_step;
    double last, best, mean;
};
int store_run_metrics(struct store *s, int64_t run, struct arena *a, struct metric_row **rows,
                      size_t *n, struct err *e);
/* Visible points of a curve with step > after, in order, appended to steps/values (caller-grown
 * vectors). */
struct curve {
    uint64_t *steps;
    double *values;
    size_t len, cap;
};
int store_read_curve(struct store *s, int64_t run, int64_t metric, int64_t after, struct curve *out,
                     struct err *e);
/* At most n visible points spread evenly over the steps first to last: of n equal parts the first
 * point of each. Costs n look-ups, however long the curve is. */
int store_sample_curve(struct store *s, int64_t run, int64_t metric, uint64_t first, uint64_t last,
                       size_t n, struct curve *out, struct err *e);
/* For each of n ascending steps the last visible point at or before it, each point once: what a
 * chart with columns that end there needs. Costs n look-ups. */
int store_sample_ends(struct store *s, int64_t run, int64_t metric, const uint64_t *ends, size_t n,
                      struct curve *out, struct err *e);
/* The same of the number of training episodes that had ended. */
int store_sample_episodes(struct store *s, int64_t run, const uint64_t *ends, size_t n,
                          struct curve *out, struct err *e);
/* Seconds a run had taken when it reached a step, as often as that was noted (once a second at
 * most), from (0, 0) to its end. What lies between two attempts is left out, and so is what a later
 * attempt has superseded. */
int store_read_clock(struct store *s, int64_t run, struct curve *out, struct err *e);
void curve_finish(struct curve *c);

struct param_row {
    const char *key, *text;
    double num;
    bool is_num;
};
int store_run_params(struct store *s, int64_t run, struct arena *a, struct param_row **rows,
                     size_t *n, struct err *e);
struct event_row {
    int64_t id, run_id, t_us;
    uint64_t step;
    int level;
    const char *kind, *text;
};
/* Events with id > after, oldest first; run 0: of all runs. */
int store_read_events(struct store *s, int64_t run, int64_t after, size_t limit, struct arena *a,
                      struct event_row **rows, size_t *n, struct err *e);
/* The id after which the newest `back` events lie: 0 when there are no more than that. */
int store_events_back(struct store *s, int64_t run, size_t back, int64_t *after, struct err *e);
struct artifact_row {
    uint64_t step, bytes;
    const char *kind, *path, *sha256;
};
int store_run_artifacts(struct store *s, int64_t run, struct arena *a, struct artifact_row **rows,
                        size_t *n, struct err *e);
/* One text column of the run's recipe: "text" (as read) or "resolved". */
int store_run_recipe(struct store *s, int64_t run, const char *which, struct arena *a,
                     const char **out, struct err *e);
int store_set_archived(struct store *s, int64_t run, bool archived, struct err *e);

/* ---- free queries ---- */
struct store_sink { /* called row by row; a non-zero return stops */
    void *ctx;
    int (*columns)(void *ctx, int n, const char *const *names);
    /* types[i]: 'i' integer, 'r' real, 't' text, 'n' NULL, 'b' blob */
    int (*row)(void *ctx, int n, const char *types, const char *const *texts);
};
/* One SELECT; anything that writes or reaches outside is ERR_USAGE, like a mistake in it, which is
 * shown with line, column and caret. */
int store_query(struct store *s, const char *sql, const struct store_sink *sink, struct err *e);
/* PRAGMA integrity_check and our own invariants; *problems gets one line each. Reads every point:
 * seconds for tens of millions. */
int store_check(struct store *s, struct buf *problems, struct err *e);

#endif
