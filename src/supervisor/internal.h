/* The inside of the supervisor; no other folder includes this.
 *
 *   loop.c     the poll loop: signals, scheduling, when to commit, when to end
 *   run.c      one run's life: start, pause, stop
 *   messages.c what its worker says
 *   end.c      how it ends, the watchdog
 *   trials.c   sweeps that go by results
 *   alerts.c   the rules of its recipe about its points
 *   batch.c    what a run has measured and not yet committed, and its commit
 *   commit.c   when that happens, and what if it cannot
 *   spawn.c    a process for a worker
 *   lines.c    a worker's stderr as events
 *   claim.c    one supervisor per run
 *   control.c  the control socket and the fronts behind it
 *   command.c  what a front may ask for
 *   detach.c   starting a supervisor that outlives its starter */
#ifndef RLBENCH_SUPERVISOR_INTERNAL_H
#define RLBENCH_SUPERVISOR_INTERNAL_H

#include "base/mem.h"
#include "store/store.h"
#include "supervisor/alerts.h"
#include "supervisor/supervisor.h"
#include "supervisor/trials.h"
#include "wire/wire.h"

#include <stdbool.h>
#include <sys/types.h>

struct supervisor;
struct run;

/* ---- lines.c: text of a worker, made safe and kept from flooding ---- */

/* At most LIMIT_BURST lines at once and LIMIT_RATE a second in the long run; the rest is counted.
 */
struct limiter {
    double tokens;
    int64_t last_ns; /* 0: never asked */
    uint64_t dropped;
};
/* Whether one more may pass now. */
bool limiter_pass(struct limiter *l, int64_t now_ns);

struct lines {
    int fd; /* -1: closed */
    struct buf partial;
    struct limiter limiter;
    uint64_t total; /* bytes read */
    char last[256]; /* the last line, kept as a worker's last words */
};
void lines_init(struct lines *l, int fd);
void lines_finish(struct lines *l);
/* Reads what is there now and hands over whole lines; false at end of file. */
bool lines_pump(struct lines *l, int64_t now_ns, void (*line)(void *ctx, const char *text),
                void *ctx);
/* text as valid UTF-8 without control characters, at most max bytes; appended to out. */
void lines_clean(const char *text, size_t n, size_t max, struct buf *out);

/* ---- batch.c ---- */

struct pending_event {
    uint64_t step;
    int level;
    const char *kind, *text;
};
struct pending_artifact {
    uint64_t step, bytes;
    const char *kind, *path, *sha256;
};
/* Everything of one run that waits for the next transaction. Texts live in the arena. */
struct batch {
    struct arena arena;
    struct {
        uint32_t n; /* 0: no new attempt */
        uint64_t step;
        const char *checkpoint;
    } attempt;
    const char *provenance;      /* of the attempt, NULL: not told */
    struct buf points, episodes; /* store_point and store_episode records as they arrived */
    VEC(struct pending_event) events;
    VEC(struct pending_artifact) artifacts;
    struct run_update update; /* texts live in the arena */
};
void batch_finish(struct batch *b);
void batch_attempt(struct batch *b, uint32_t n, uint64_t step, const char *checkpoint);
void batch_provenance(struct batch *b, const char *facts);
void batch_event(struct batch *b, uint64_t step, int level, const char *kind, const char *text);
void batch_artifact(struct batch *b, const struct wire_saved *saved, const char *path);
/* Merges the fields set in u over those waiting. */
void batch_update(struct batch *b, const struct run_update *u);
bool batch_is_empty(const struct batch *b);
uint64_t batch_rows(const struct batch *b);
void batch_clear(struct batch *b);
/* One transaction with everything that these runs have waiting: all of it or none, and then it
 * still waits. */
int batch_commit(struct store *s, struct run *runs, size_t n, struct err *e);

/* ---- commit.c ---- */

/* Commits when it is time; after a failure pauses everybody and tries again later. */
void commit_when_due(struct supervisor *s);
/* When that will be, INT64_MAX when nothing waits. */
int64_t commit_due_ns(const struct supervisor *s);
bool commit_waits(const struct supervisor *s); /* something does */
uint64_t commit_waiting_rows(const struct supervisor *s);

/* ---- claim.c: one supervisor per run ---- */

/* The database's lock file; -1 with the reason in e. Closing it gives back every claim. */
int claim_open(const char *database, struct err *e);
/* ERR_BUSY when another process has it. A claim ends with its process, however that dies. */
int claim_run(int fd, int64_t run, struct err *e);

/* ---- spawn.c ---- */

struct spawned {
    pid_t pid;
    int wire_fd, stderr_fd; /* the supervisor's ends */
};
/* Starts this program as a worker: wire on its fd 3, its output in a pipe, its own process group,
 * at most memory_bytes of address space (0: no limit). ranks above 1: as what starts so many of
 * them, each with that limit. */
int spawn_worker(uint64_t memory_bytes, uint32_t ranks, struct spawned *out, struct err *e);

/* ---- run.c, messages.c, end.c ---- */

enum { RUN_TEXT_MAX = 2000, ROLLBACKS_MAX = 3 };
enum pause_reason { PAUSE_USER = 1u, PAUSE_STORAGE = 2u };

struct run {
    int64_t id, experiment;
    uint32_t trial;     /* of the experiment's sweep, 0: none */
    struct seat *seat;  /* there, NULL: none */
    struct arena arena; /* of this attempt: job, metrics */
    struct store_job job;
    char *folder;
    enum run_state state;
    uint32_t attempt;
    struct batch batch;

    /* the process; pid 0: none */
    pid_t pid;
    struct wire_link link;
    struct lines lines;
    short link_events, lines_events; /* poll's answers */
    bool gone;                       /* it has ended: its pid may belong to somebody else */
    bool refused;                    /* the database takes nothing of it any more */
    bool held_back;                  /* we do not read: too much waits for the store */
    int64_t silent_ns;               /* since its last message, as the watchdog counts */
    int64_t dying_ns;                /* it is killed then, should it still live; 0: never */

    /* what is asked of it */
    unsigned pauses; /* enum pause_reason, or'ed */
    bool stop_wanted;
    uint32_t rollbacks; /* attempts that went back after a divergence */
    bool rolls_back;    /* so does the next one */

    /* what it said */
    bool ready, saved;         /* saved: a checkpoint in this attempt */
    struct wire_status status; /* the last one */
    VEC(rlb_metric) metrics;   /* its catalogue */
    VEC(int64_t) metric_ids;   /* of the first metrics; the rest is bound at the next commit */
    VEC(struct alert_watch) alerts;
    bool alerts_checked; /* that their metrics exist */
    struct buf views;    /* VIEW frames, for fronts that come later */
    struct limiter events;

    /* how it is going to end */
    bool done;   /* the verdict stands; the process may still be there */
    bool killed; /* by us */
    struct {
        enum run_state state;
        int code;
        const char *kind; /* constant */
        char *text;
    } verdict;
};

void run_init(struct run *r, int64_t id);
void run_finish(struct run *r);
bool run_is_over(const struct run *r); /* nothing more will happen to it */
bool run_is_live(const struct run *r); /* has a process */
/* Reads its job, picks the checkpoint, starts a worker. A failure ends the run as failed; but when
 * the machine has no room for one more process and `others` are at work, the run stays queued and
 * this is false. */
bool run_start(struct supervisor *s, struct run *r, bool others);
void run_pause(struct supervisor *s, struct run *r, enum pause_reason why);
void run_continue(struct supervisor *s, struct run *r, enum pause_reason why);
/* Stop with a checkpoint, or at once. */
void run_stop(struct supervisor *s, struct run *r, bool now);
void run_send(struct run *r, enum wire_type type, const void *msg);
/* Records an event and tells the fronts. */
void run_event(struct supervisor *s, struct run *r, int level, const char *kind, const char *fmt,
               ...) __attribute__((format(printf, 5, 6)));
void run_set_state(struct supervisor *s, struct run *r, enum run_state state);

/* Reads and handles what the worker wrote; true when there was something. */
bool run_pump(struct supervisor *s, struct run *r);
bool run_pump_lines(struct supervisor *s, struct run *r);

/* The verdict; it is recorded when the process has ended. kind is constant. */
void run_decide(struct run *r, enum run_state state, int code, const char *kind, const char *text);
/* The run cannot go on: its worker is killed and it ends like this, unless it had its verdict. */
void run_abort(struct supervisor *s, struct run *r, enum run_state state, int code,
               const char *kind, const char *text);
/* Notices a process that has ended. */
void run_reap(struct supervisor *s, struct run *r);
/* Kills a worker that was silent too long or outlived its grace; dt_ns: since last asked. */
void run_watch(struct supervisor *s, struct run *r, int64_t dt_ns);

/* ---- alerts.c ---- */

/* Before a worker starts: the rules of the job, with empty windows. */
void alerts_start(struct supervisor *s, struct run *r);
void alerts_finish(struct run *r);
/* A point of the run; may record an event and stop or pause the run. */
void alerts_take(struct supervisor *s, struct run *r, const struct store_point *p);

/* ---- control.c ---- */

struct subscription {
    int64_t run;
    uint32_t source, index, interval_ms;
    int64_t last_ns;
};
struct front {
    struct wire_link link;
    short events;
    bool greeted, closing;
    VEC(struct subscription) subscriptions;
};
struct control {
    int fd; /* -1: not listening */
    short events;
    char *path;
    VEC(struct front *) fronts;
};
/* Makes the folder, clears stale sockets, listens. */
int control_open(struct control *c, struct err *e);
void control_close(struct control *c);
void control_pump(struct supervisor *s);
/* A message about a run for the fronts that want it; never blocks, drops frames for slow ones. */
void control_forward(struct supervisor *s, int64_t run, enum wire_type type, const void *msg);
/* Tells a new worker which pictures are wanted. */
void control_watch_again(struct supervisor *s, struct run *r);

/* ---- command.c ---- */

/* Does what a front asked; the answer goes to reply. Returns the code of the REPLY. */
int command_run(struct supervisor *s, const struct wire_command *c, struct buf *reply);

/* ---- loop.c ---- */

struct supervisor {
    const struct supervisor_options *options;
    struct store *store;
    char *database; /* absolute */
    struct run *runs;
    size_t num_runs;
    struct control control;
    VEC(struct sweep *) sweeps; /* that our runs are trials of */
    uint64_t memory_bytes;      /* limit of a worker whose recipe names none */
    int claim_fd, signal_fd;
    short signal_events;
    int stops, stop_signal; /* how often a signal asked to stop, and the first of them */

    /* times of this loop, monotonic */
    int64_t now_ns, heartbeat_ns, progress_ns, start_ns; /* start: no new worker before */

    /* commits */
    int64_t oldest_ns;  /* when the oldest waiting row arrived, 0: none waits */
    int64_t retry_ns;   /* no commit before this */
    int64_t trouble_ns; /* since when commits fail, 0: they do not */
    bool commit_now;    /* a state changed: do not wait */
    bool paused_all;    /* workers wait for the storage */
    char storage_why[300], storage_text[512], notice[512];
};
struct run *supervisor_find(struct supervisor *s, int64_t id);
/* supervisor_run, with a call when the socket answers. */
int supervisor_run_ready(const struct supervisor_options *o, void (*ready)(void *ctx), void *ctx,
                         struct err *e);

#endif
