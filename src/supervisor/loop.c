#include "supervisor/internal.h"

#include "base/clock.h"
#include "base/sysinfo.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define MS INT64_C(1000000)
enum {
    HEARTBEAT_MS = 1000,
    PROGRESS_MS = 100,
    START_RETRY_MS = 1000,
    LAST_TRIES_MS = 4000, /* how long a stop waits for a disk that stays full */
    SILENT_STEP_MS = 1000,
    MEMORY_MIN = 512 << 20
};

struct run *supervisor_find(struct supervisor *s, int64_t id)
{
    for (size_t i = 0; i < s->num_runs; i++)
        if (s->runs[i].id == id)
            return &s->runs[i];
    return NULL;
}

/* ---- taking over the runs ---- */

static int take_run(struct supervisor *s, struct run *r, struct err *e)
{
    struct arena a = {0};
    struct run_row row;
    char ref[32];
    snprintf(ref, sizeof ref, "%lld", (long long)r->id);
    int status = claim_run(s->claim_fd, r->id, e);
    if (status == OK)
        status = store_find_run(s->store, ref, &a, &row, e);
    if (status == OK && row.state == RUN_DONE)
        status = err_set(e, ERR_DATA, "run %lld is done", (long long)r->id);
    if (status == OK) {
        const struct run_update u = {.set = RU_STATE | RU_PID | RU_SOCKET | RU_EXIT | RU_MESSAGE |
                                            RU_DIGEST,
                                     .state = RUN_QUEUED,
                                     .message = "",
                                     .digest = "",
                                     .pid = getpid(),
                                     .pid_start = sysinfo_pid_start(getpid()),
                                     .socket = s->control.path};
        r->experiment = row.experiment_id;
        r->trial = row.trial;
        r->status.step = row.steps;
        r->status.total = row.total_steps;
        status = store_update_run(s->store, r->id, &u, e);
    }
    arena_finish(&a);
    return status;
}

static int take_runs(struct supervisor *s, struct err *e)
{
    int status = store_begin(s->store, e);
    for (size_t i = 0; i < s->num_runs && status == OK; i++)
        status = take_run(s, &s->runs[i], e);
    if (status == OK)
        status = store_commit(s->store, e);
    if (status != OK)
        store_rollback(s->store);
    return status;
}

/* ---- signals ---- */

static int open_signals(struct supervisor *s, sigset_t *old, struct err *e)
{
    sigset_t set;
    sigemptyset(&set);
    static const int ours[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        sigaddset(&set, ours[i]);
    sigprocmask(SIG_BLOCK, &set, old);
    s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->signal_fd >= 0)
        return OK;
    sigprocmask(SIG_SETMASK, old, NULL);
    return err_sys(e, ERR_INTERNAL, "cannot listen to signals");
}

static void read_signals(struct supervisor *s)
{
    struct signalfd_siginfo info;
    while (read(s->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            continue; /* every round reaps */
        s->stop_signal = s->stop_signal ? s->stop_signal : (int)info.ssi_signo;
        s->stops++;
        for (size_t i = 0; i < s->num_runs; i++)
            run_stop(s, &s->runs[i], s->stops > 1);
        snprintf(s->notice, sizeof s->notice, "%s",
                 s->stops > 1 ? "stopping at once"
                              : "stopping: saving checkpoints (once more stops at once)");
    }
}

/* ---- the round ---- */

/* A run that goes on needs its last checkpoint, which a commit makes known. */
static bool is_ready(const struct run *r)
{
    return r->state == RUN_QUEUED && (r->attempt == 0 || batch_is_empty(&r->batch));
}

/* The first that waits; of the trials of a sweep, that of the smallest number. */
static struct run *next_run(struct supervisor *s)
{
    struct run *first = NULL;
    for (size_t i = 0; i < s->num_runs; i++)
        if (is_ready(&s->runs[i]) && (!first || s->runs[i].trial < first->trial)) {
            first = &s->runs[i];
            if (first->trial == 0)
                break;
        }
    return first && trials_may_start(s, first) ? first : NULL;
}

static void start_waiting(struct supervisor *s)
{
    int live = 0;
    for (size_t i = 0; i < s->num_runs; i++)
        live += run_is_live(&s->runs[i]);
    bool may_start = !s->trouble_ns && (s->now_ns >= s->start_ns || live == 0);
    struct run *r;
    while (live < s->options->jobs && may_start && (r = next_run(s))) {
        may_start = run_start(s, r, live > 0);
        live += run_is_live(r);
    }
    if (!may_start && s->now_ns >= s->start_ns)
        s->start_ns = s->now_ns + START_RETRY_MS * MS;
}

typedef VEC(struct pollfd) pollfds;
typedef VEC(short *) answers;

static void watch_fd(pollfds *fds, answers *to, int fd, int events, short *answer)
{
    *answer = 0;
    if (fd < 0)
        return;
    const struct pollfd p = {fd, (short)events, 0};
    vec_push(fds, p);
    vec_push(to, answer);
}

static void wait_for_something(struct supervisor *s, int timeout_ms)
{
    pollfds fds = {0};
    answers to = {0};
    watch_fd(&fds, &to, s->signal_fd, POLLIN, &s->signal_events);
    watch_fd(&fds, &to, s->control.fd, POLLIN, &s->control.events);
    for (size_t i = 0; i < s->control.fronts.len; i++) {
        struct front *f = s->control.fronts.data[i];
        watch_fd(&fds, &to, f->link.fd, POLLIN | (f->link.out.len ? POLLOUT : 0), &f->events);
    }
    for (size_t i = 0; i < s->num_runs; i++) {
        struct run *r = &s->runs[i];
        watch_fd(&fds, &to, r->link.fd,
                 (r->held_back ? 0 : POLLIN) | (r->link.out.len ? POLLOUT : 0), &r->link_events);
        watch_fd(&fds, &to, r->lines.fd, POLLIN, &r->lines_events);
    }
    if (poll(fds.data, (nfds_t)fds.len, timeout_ms) > 0)
        for (size_t i = 0; i < fds.len; i++)
            *to.data[i] = fds.data[i].revents;
    vec_finish(&fds);
    vec_finish(&to);
}

static void attend_run(struct supervisor *s, struct run *r)
{
    if (r->link_events & POLLOUT)
        wire_flush(&r->link, NULL);
    if (r->link_events & (POLLIN | POLLHUP | POLLERR))
        run_pump(s, r);
    if (r->lines_events)
        run_pump_lines(s, r);
    run_reap(s, r);
}

static void beat_hearts(struct supervisor *s)
{
    if (s->now_ns - s->heartbeat_ns < HEARTBEAT_MS * MS)
        return;
    s->heartbeat_ns = s->now_ns;
    for (size_t i = 0; i < s->num_runs; i++) {
        struct run *r = &s->runs[i];
        const struct run_update u = {.set = RU_STEPS | RU_SPEED,
                                     .steps = r->status.step,
                                     .env_steps = r->status.env_steps,
                                     .steps_per_s = r->status.steps_per_s};
        if (r->state == RUN_RUNNING)
            batch_update(&r->batch, &u);
    }
}

static void show_progress(struct supervisor *s, bool last)
{
    if (!s->options->progress || (!last && s->now_ns - s->progress_ns < PROGRESS_MS * MS))
        return;
    s->progress_ns = s->now_ns;
    struct supervisor_run_progress *runs = mem_alloc(s->num_runs * sizeof *runs);
    for (size_t i = 0; i < s->num_runs; i++) {
        const struct run *r = &s->runs[i];
        runs[i] = (struct supervisor_run_progress){
            .run = r->id,
            .state = (int)r->state,
            .step = r->status.step,
            .total = r->status.total,
            .steps_per_s = r->state == RUN_RUNNING ? r->status.steps_per_s : 0};
    }
    const struct supervisor_progress p = {.runs = runs,
                                          .num_runs = s->num_runs,
                                          .notice =
                                              s->storage_text[0] ? s->storage_text : s->notice};
    s->options->progress(s->options->ctx, &p);
    free(runs);
}

static bool all_over(const struct supervisor *s)
{
    for (size_t i = 0; i < s->num_runs; i++)
        if (!run_is_over(&s->runs[i]))
            return false;
    return true;
}

static int next_timeout_ms(const struct supervisor *s)
{
    int64_t at = s->now_ns + 500 * MS;
    if (s->options->progress && s->progress_ns + PROGRESS_MS * MS < at)
        at = s->progress_ns + PROGRESS_MS * MS;
    if (commit_due_ns(s) < at)
        at = commit_due_ns(s);
    return at <= s->now_ns ? 1 : (int)((at - s->now_ns) / MS + 1);
}

static bool somebody_wants_out(const struct supervisor *s)
{
    for (size_t i = 0; i < s->num_runs; i++)
        if (s->runs[i].stop_wanted)
            return true;
    return false;
}

/* Until every run is over and everything about them is committed. A stop does not wait for a disk
 * that stays full. */
static int serve(struct supervisor *s, struct err *e)
{
    int64_t over_ns = 0;
    for (;;) {
        int64_t before = s->now_ns;
        start_waiting(s);
        wait_for_something(s, next_timeout_ms(s));
        s->now_ns = clock_mono_ns();
        int64_t dt = s->now_ns - before;
        if (s->signal_events)
            read_signals(s);
        control_pump(s);
        for (size_t i = 0; i < s->num_runs; i++) {
            attend_run(s, &s->runs[i]);
            run_watch(s, &s->runs[i], dt < SILENT_STEP_MS * MS ? dt : SILENT_STEP_MS * MS);
        }
        start_waiting(s); /* a commit takes longer than a process wants to wait for its turn */
        beat_hearts(s);
        commit_when_due(s);
        show_progress(s, false);
        if (!all_over(s))
            continue;
        if (!commit_waits(s))
            return OK;
        over_ns = over_ns ? over_ns : s->now_ns;
        s->commit_now = true;
        if (s->trouble_ns && somebody_wants_out(s) && s->now_ns - over_ns > LAST_TRIES_MS * MS)
            return err_set(e, ERR_IO,
                           "stopped although %llu rows could not be stored (%s); rlbench resume "
                           "goes on from the last checkpoint",
                           (unsigned long long)commit_waiting_rows(s), s->storage_why);
    }
}

static int verdict(const struct supervisor *s, struct err *e)
{
    size_t failed = 0, stopped = 0;
    for (size_t i = 0; i < s->num_runs; i++) {
        failed += s->runs[i].state == RUN_FAILED || s->runs[i].state == RUN_CRASHED;
        stopped += s->runs[i].state == RUN_STOPPED && !trials_dropped(&s->runs[i]);
    }
    if (s->stop_signal && stopped)
        return err_set(e, 128 + s->stop_signal, "%zu of %zu runs stopped", stopped, s->num_runs);
    if (failed)
        return err_set(e, ERR_FAILED, "%zu of %zu runs failed; %s", failed, s->num_runs, s->notice);
    if (stopped)
        return err_set(e, ERR_FAILED, "%zu of %zu runs stopped", stopped, s->num_runs);
    return OK;
}

/* Two descriptors per worker, one per front: as many as this process may have. */
static void allow_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

int supervisor_run_ready(const struct supervisor_options *o, void (*ready)(void *ctx), void *ctx,
                         struct err *e)
{
    sigset_t old;
    struct supervisor s = {.options = o, .num_runs = o->num_runs, .now_ns = clock_mono_ns()};
    s.memory_bytes = sysinfo_memory_bytes() / 10 * 8 / (uint64_t)(o->jobs > 0 ? o->jobs : 1);
    s.memory_bytes = s.memory_bytes < MEMORY_MIN ? MEMORY_MIN : s.memory_bytes;
    int status = store_open_write(o->database, &s.store, e);
    if (status != OK)
        return status;
    s.database = realpath(o->database, NULL);
    if (!s.database)
        s.database = mem_strdup(o->database);
    allow_descriptors();
    s.runs = mem_alloc(s.num_runs * sizeof *s.runs);
    for (size_t i = 0; i < s.num_runs; i++)
        run_init(&s.runs[i], o->runs[i]);
    if ((s.claim_fd = claim_open(s.database, e)) < 0) {
        status = e ? e->code : ERR_CANTCREAT;
        goto close_store;
    }
    if ((status = control_open(&s.control, e)) != OK)
        goto close_claim;
    if ((status = open_signals(&s, &old, e)) != OK)
        goto close_control;
    if ((status = take_runs(&s, e)) != OK || (status = trials_open(&s, e)) != OK)
        goto close_signals;
    if (ready)
        ready(ctx);
    status = serve(&s, e);
    show_progress(&s, true);
    if (status == OK)
        status = verdict(&s, e);
close_signals:
    trials_close(&s);
    close(s.signal_fd);
    sigprocmask(SIG_SETMASK, &old, NULL);
close_control:
    control_close(&s.control);
close_claim:
    close(s.claim_fd);
close_store:
    for (size_t i = 0; i < s.num_runs; i++)
        run_finish(&s.runs[i]);
    free(s.runs);
    free(s.database);
    store_close(s.store);
    return status;
}

int supervisor_run(const struct supervisor_options *o, struct err *e)
{
    return supervisor_run_ready(o, NULL, NULL, e);
}
