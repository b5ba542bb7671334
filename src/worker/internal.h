/* One run in progress: what the files of the loop share. Private to src/worker. */
#ifndef RLBENCH_WORKER_INTERNAL_H
#define RLBENCH_WORKER_INTERNAL_H

#include "wire/wire.h"
#include "worker/job.h"
#include "worker/rig.h"
#include "worker/worker.h"

#include <nettle/sha2.h>

/* Metrics the host measures, after the algorithm's own in the catalogue. */
enum worker_metric {
    WORKER_EPISODE_RETURN,
    WORKER_EPISODE_LENGTH,
    WORKER_EPISODE_SUCCESS,
    WORKER_REWARD_RATE,
    WORKER_EVAL_RETURN,
    WORKER_EVAL_LENGTH,
    WORKER_EVAL_SUCCESS,
    WORKER_STEPS_PER_S,
    WORKER_ENV_STEPS_PER_S,
    WORKER_NUM_METRICS
};

/* Who wants to see what. */
struct worker_watch {
    uint32_t source, index, interval_ms; /* source 0: algorithm, 1: environment */
    int64_t next_ns;
    bool shown; /* at least once, last at shown_step: a paused run need not be drawn again */
    uint64_t shown_step;
};

/* A parameter somebody wants changed, or one that was; the texts are in the run's arena. */
struct worker_param {
    const char *name, *value;
};

struct worker {
    const struct job *job;
    struct wire_link *link;
    struct rig *rig;
    struct arena arena;
    uint64_t slice, max_slice; /* steps the next slice may do, and any slice */

    /* clock of the algorithm, and where it next has to stop */
    uint64_t step, window_step;
    uint64_t next_log, next_eval, next_checkpoint;
    uint64_t last_eval;       /* step of the last evaluation, UINT64_MAX: none */
    uint64_t evaluations;     /* done so far */
    bool algo_done, finished; /* RLB_DONE came; or the budget is spent */
    bool can_save, can_act, evaluates;
    VEC(rlb_metric) world_rows;    /* metrics of the evaluation worlds, after the host's own */
    bool eval_due;                 /* resumed where an evaluation was broken off */
    VEC(struct worker_param) live; /* parameters changed since the beginning, in order */

    /* checkpoints */
    uint64_t saved_step; /* of the last good one, UINT64_MAX: none */
    char *saved_path;    /* owned */
    bool saved;          /* and nothing has changed since */

    /* points on their way out; each also goes into the digest */
    struct buf points, episodes;
    int64_t flushed_ns;
    struct sha256_ctx digest;

    /* non-finite metrics */
    uint64_t bad_seen;   /* of rig->host.bad */
    uint8_t *bad_warned; /* [metrics of both] */
    char *diverged;      /* owned; the sentence, NULL while all is finite */

    /* commands that wait for the end of the slice */
    bool want_pause, want_stop, want_checkpoint, gone;
    struct arena want_arena; /* texts of want_params */
    VEC(struct worker_param) want_params;
    VEC(struct worker_watch) watches;

    /* time: never part of a result */
    int64_t started_ns, paused_ns, before_ns; /* before: active time of earlier attempts */
    int64_t pause_began_ns;                   /* 0: not paused */
    int64_t window_ns;                        /* active time at the window's beginning */
    uint64_t window_transitions;
    int64_t slices_ns;   /* inside plugins: slices and evaluations */
    int64_t eval_env_ns; /* of that, in worlds of evaluations */
    int64_t serviced_ns;
    struct worker_status {
        int64_t at_ns;                        /* when the last STATUS was sent */
        int64_t active_ns, slices_ns, env_ns; /* at the last measurement, which may be older */
        uint64_t step;
        double steps_per_s, env, learn, log;
    } status;
    int64_t logs_ns; /* second in which `logs` lines were let through */
    uint32_t logs, logs_dropped;
};

/* ---- loop.c */
/* From READY to DONE. max_slice: steps a slice may do at most; 0: no limit of its own (tests cut
 * runs finely with it). The exit code of the process. */
/* What it is run with, as one JSON object of texts; owned. */
char *worker_provenance(const struct job *job);
int worker_run(const struct job *job, struct wire_link *link, uint64_t max_slice);
/* Active time: without pauses, with earlier attempts. */
int64_t worker_active_ns(const struct worker *r, int64_t now);

/* ---- points.c */
const rlb_metric *worker_metric_row(const struct worker *r, uint32_t index);
uint32_t worker_num_metrics(const struct worker *r);
/* One point at the present step: into the digest and the next POINTS message. */
void worker_add_point(struct worker *r, uint32_t metric, double value);
/* The same for a metric of the host, which must be finite like the algorithm's. */
void worker_add_checked_point(struct worker *r, uint32_t metric, double value);
void worker_add_host_point(struct worker *r, enum worker_metric metric, double value);
void worker_add_episode(struct worker *r, uint64_t step, uint32_t kind, uint32_t index, double ret,
                        uint64_t length, bool success);
/* Everything collected goes onto the link (not yet to the other side). */
void worker_flush_points(struct worker *r);
/* A logging point: measure(), fold, send, begin the next window. A plugin's status. */
rlb_status worker_log_point(struct worker *r);
/* Looks for non-finite samples since the last look; sets r->diverged or warns. from: first step
 * they may belong to. */
void worker_check_finite(struct worker *r, uint64_t from);
void worker_digest_text(const struct worker *r, char out[65]);

/* ---- talk.c: the link */
void worker_event(struct worker *r, int32_t level, const char *kind, const char *fmt, ...)
    RLB_PRINTF(4, 5);
void worker_send_catalogue(struct worker *r);
void worker_send_status(struct worker *r, enum worker_state state);
/* "Saving", unless the last status is fresh. */
void worker_send_saving(struct worker *r);
/* Sends and receives what is there, at most every few milliseconds unless now; waits while too much
 * is unsent. Commands are noted, not obeyed. */
void worker_service(struct worker *r, bool at_once);
/* Blocks until something arrives. */
void worker_wait(struct worker *r);
/* Writes until all is written, for seconds at most. */
void worker_drain(struct worker *r);
void worker_log_line(void *ctx, int32_t level, const char *who, const char *text);

/* ---- snapshot.c: the run-level half of checkpoints */
/* Writes <folder>/checkpoint-<step>.rlbc and announces it; a failure is an event, and the older one
 * stays. */
void worker_checkpoint(struct worker *r);
/* Puts the run where the checkpoint was. */
int worker_restore(struct worker *r, const char *path, struct err *e);
/* The same from memory; what the fuzzer drives. */
int worker_restore_chunks(struct worker *r, struct checkpoint_reader *in, struct err *e);
rlb_status worker_snapshot(struct worker *r, struct checkpoint_writer *w);

/* ---- the rest */
/* evaluate.c. Leaves r->last_eval alone when it was broken off by a stop. */
rlb_status worker_evaluate(struct worker *r);
/* worlds.c: the metrics of the job's evaluation worlds, and whether the policy can act there. */
int worker_open_worlds(struct worker *r, struct err *e);
/* Mean return, length and success of an evaluation in one of them. */
void worker_add_world_points(struct worker *r, uint32_t world, const double means[3]);
/* results.c: writes the algorithm's arrays and announces them. */
void worker_write_results(struct worker *r);
/* views.c: sends the pictures that are due. */
void worker_show_views(struct worker *r, int64_t now);
/* params.c: obeys the noted changes; each is an event. */
void worker_set_params(struct worker *r);
/* Applies one change to the algorithm and remembers it in r->live; a sentence in why on failure. */
bool worker_set_param(struct worker *r, const char *name, const char *text, char *why, size_t size);

#endif
