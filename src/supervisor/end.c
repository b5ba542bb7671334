/* How runs end: well, badly, or not at all until the watchdog notices. */
#include "supervisor/internal.h"

#include "worker/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { WATCHDOG_DEFAULT_S = 30 };

static void record_end(struct supervisor *s, struct run *r, enum run_state state, int code,
                       int signo, const char *kind, const char *text)
{
    bool bad = state == RUN_FAILED || state == RUN_CRASHED;
    run_event(s, r, bad ? RLB_LOG_ERROR : RLB_LOG_INFO, kind, "%s", text);
    const struct run_update u = {.set = RU_EXIT | RU_MESSAGE,
                                 .exit_code = code,
                                 .exit_signal = signo,
                                 .message = state == RUN_DONE ? "" : text};
    batch_update(&r->batch, &u);
    run_set_state(s, r, state);
    trials_ended(s, r);
    if (bad)
        snprintf(s->notice, sizeof s->notice, "run %lld: %s", (long long)r->id, text);
}

void run_decide(struct run *r, enum run_state state, int code, const char *kind, const char *text)
{
    char *copy = mem_strdup(text);
    free(r->verdict.text);
    r->verdict.state = state;
    r->verdict.code = code;
    r->verdict.kind = kind;
    r->verdict.text = copy;
    r->done = true;
}

static void kill_worker(struct run *r)
{
    r->killed = true;
    if (r->gone)
        return;
    kill(-r->pid, SIGKILL);
    kill(r->pid, SIGKILL); /* should it not have its group yet */
}

void run_abort(struct supervisor *s, struct run *r, enum run_state state, int code,
               const char *kind, const char *text)
{
    if (!run_is_live(r)) {
        record_end(s, r, state, code, 0, kind, text);
        return;
    }
    if (!r->done)
        run_decide(r, state, code, kind, text);
    kill_worker(r);
}

/* ---- reaping ---- */

/* What a death without a last word most likely means. */
static void describe_death(const struct run *r, int how, char *out, size_t size)
{
    uint64_t limit = r->job.settings.memory_bytes;
    bool starved = strstr(r->lines.last, "out of memory") || strstr(r->lines.last, "bad_alloc") ||
                   strstr(r->lines.last, "Cannot allocate memory");
    struct buf b = {0};
    if (WIFSIGNALED(how)) {
        const char *name = sigabbrev_np(WTERMSIG(how));
        /* We send SIGKILL only with a verdict: this one came from the kernel, or from a person. */
        starved = starved || WTERMSIG(how) == SIGKILL || (limit && r->status.rss > limit / 10 * 8);
        buf_printf(&b, "SIG%s (%s)", name ? name : "?", strsignal(WTERMSIG(how)));
    } else {
        buf_printf(&b, "it left without a result, exit code %d", WEXITSTATUS(how));
    }
    buf_printf(&b, " after step %llu", (unsigned long long)r->status.step);
    if (starved)
        buf_puts(&b, "; most likely out of memory (limits: memory)");
    if (r->lines.last[0])
        buf_printf(&b, "; its last words: %s", r->lines.last);
    snprintf(out, size, "%s", b.data);
    buf_finish(&b);
}

/* How many lines did not make it into the log. */
static void report_dropped(struct supervisor *s, struct run *r)
{
    uint64_t n = r->lines.limiter.dropped + r->events.dropped;
    if (n > 0)
        run_event(s, r, RLB_LOG_WARN, "stderr", "%llu more lines were dropped",
                  (unsigned long long)n);
    r->lines.limiter.dropped = r->events.dropped = 0;
}

/* on_nan: rollback. The run begins a new attempt at its last good checkpoint, a few times. */
static bool roll_back(struct supervisor *s, struct run *r)
{
    bool asked = r->job.settings.on_nan == ON_NAN_ROLLBACK && !r->stop_wanted;
    if (!asked || !r->done || strcmp(r->verdict.kind, "diverged") != 0 ||
        r->rollbacks >= ROLLBACKS_MAX || !(r->saved || *r->job.checkpoint_path))
        return false;
    run_event(s, r, RLB_LOG_WARN, "nan", "%s", r->verdict.text);
    r->rolls_back = true;
    run_set_state(s, r, RUN_QUEUED);
    return true;
}

static void record_death(struct supervisor *s, struct run *r, int how)
{
    char text[RUN_TEXT_MAX];
    if (roll_back(s, r))
        return;
    if (r->done && r->verdict.state == RUN_STOPPED && trials_parked(r)) {
        run_event(s, r, RLB_LOG_INFO, "paused", "waits at its rung for the other trials");
        run_set_state(s, r, RUN_PAUSED);
        trials_ended(s, r);
        return;
    }
    describe_death(r, how, text, sizeof text);
    if (r->done) {
        if (WIFSIGNALED(how) && !r->killed)
            run_event(s, r, RLB_LOG_WARN, "crashed", "while leaving, its results complete: %s",
                      text);
        record_end(s, r, r->verdict.state, r->verdict.code,
                   r->verdict.state == RUN_CRASHED && WIFSIGNALED(how) ? WTERMSIG(how) : 0,
                   r->verdict.kind, r->verdict.text);
    } else if (WIFSIGNALED(how)) {
        record_end(s, r, RUN_CRASHED, 128 + WTERMSIG(how), WTERMSIG(how), "crashed", text);
    } else {
        record_end(s, r, RUN_CRASHED, WEXITSTATUS(how), 0, "crashed", text);
    }
}

void run_reap(struct supervisor *s, struct run *r)
{
    siginfo_t info = {0};
    if (!run_is_live(r) || waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
        info.si_pid == 0)
        return;
    int how = 0;
    kill(-r->pid, SIGKILL); /* its children, if it made any, end with it; while the pid is ours */
    waitpid(r->pid, &how, 0);
    r->gone = true;
    while (run_pump(s, r)) /* everything it managed to say */
        ;
    while (run_pump_lines(s, r))
        ;
    wire_link_finish(&r->link);
    lines_finish(&r->lines);
    r->pid = 0;
    report_dropped(s, r);
    record_death(s, r, how);
}

/* ---- the watchdog ---- */

static const char *const doing[] = {[WORKER_STARTING] = "starting",
                                    [WORKER_RUNNING] = "running",
                                    [WORKER_PAUSED] = "paused",
                                    [WORKER_SAVING] = "saving a checkpoint"};

static void abort_hung(struct supervisor *s, struct run *r, uint32_t limit_s)
{
    char text[256];
    uint32_t state = r->status.state;
    snprintf(text, sizeof text,
             "hung in %s while %s at step %llu: no sign of life for %u s (limits: watchdog)",
             r->job.algo, state < sizeof doing / sizeof doing[0] ? doing[state] : "running",
             (unsigned long long)r->status.step, limit_s);
    run_abort(s, r, RUN_CRASHED, ERR_FAILED, "hung", text);
}

/* Silence counts only while we listen: dt_ns is capped, so that a supervisor that was itself
 * suspended does not blame its workers, and a worker that is paused or held back may be silent. */
void run_watch(struct supervisor *s, struct run *r, int64_t dt_ns)
{
    uint32_t limit_s = r->job.settings.watchdog_s ? r->job.settings.watchdog_s : WATCHDOG_DEFAULT_S;
    bool may_be_silent =
        r->held_back || (r->pauses && !r->stop_wanted && r->status.state == WORKER_PAUSED);
    if (!run_is_live(r) || r->killed)
        return;
    r->silent_ns = may_be_silent ? 0 : r->silent_ns + dt_ns;
    if (r->dying_ns && s->now_ns >= r->dying_ns) {
        if (!r->done)
            run_decide(r, RUN_CRASHED, ERR_INTERNAL, "crashed",
                       "it closed its channel and did not leave");
        kill_worker(r);
    } else if (!r->done && r->silent_ns > (int64_t)limit_s * 1000000000) {
        abort_hung(s, r, limit_s);
    }
}
