/* Scanner children: started, read, timed, judged. */
#include "module/scan.h"

#include "base/clock.h"
#include "base/sysinfo.h"
#include "module/role.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_CHILDREN = 16, MOST_BYTES = 4 << 20 };

struct child {
    struct scan_job *job;
    struct role role;
    int64_t deadline_ns;
};

static int start(struct child *c, struct scan_job *job, struct err *e)
{
    const char *const args[] = {"--scan", job->path, NULL};
    int status = role_start(&c->role, args, NULL, -1, e);
    c->job = job;
    c->deadline_ns = clock_mono_ns() + SCAN_SECONDS * INT64_C(1000000000);
    return status;
}

/* The last frame says how it went: 1 SCANNED, 0 REFUSED (with its sentence), -1 neither. */
static int last_frame(const struct buf *frames, char **refused)
{
    size_t at = 0;
    enum wire_type type = WIRE_NONE;
    union wire_any m;
    struct err e;
    while (at < frames->len) {
        ptrdiff_t n = wire_decode(frames->data + at, frames->len - at, &type, &m, &e);
        if (n <= 0)
            return -1;
        at += (size_t)n;
    }
    if (type == WIRE_REFUSED)
        *refused = mem_strdup(m.refused.text);
    return type == WIRE_SCANNED ? 1 : type == WIRE_REFUSED ? 0 : -1;
}

static char *how_it_ended(int status)
{
    char end[80];
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return mem_printf("took more than %d s of processor time to load", SCAN_SECONDS);
    return mem_printf(WIFSIGNALED(status) ? "crashed while it was loaded: %s"
                                          : "ended the process with %s while it was loaded",
                      role_describe_end(status, end, sizeof end));
}

/* Ends the child and judges what it wrote. */
static void settle(struct child *c)
{
    struct scan_job *job = c->job;
    int status = 0, verdict = last_frame(&job->frames, &job->reason);
    /* Without a verdict its way of ending is the reason: it gets what is left of its time. */
    bool ended = role_end(&c->role, verdict < 0 ? c->deadline_ns : 0, &status);
    job->settled = verdict != 0; /* a missing library may be there next time */
    if (verdict == 1)
        return;
    if (verdict < 0 && !ended)
        job->reason = mem_printf("did not finish loading within %d s", SCAN_SECONDS);
    else if (verdict < 0 && job->frames.len > 0 && WIFEXITED(status))
        job->reason = mem_strdup("answered with something that is not a plugin's tables");
    else if (verdict < 0)
        job->reason = how_it_ended(status);
    buf_finish(&job->frames);
}

/* Reads what is there. False at the end of the pipe, or when it never ends. */
static bool fill(struct child *c)
{
    char bytes[16384];
    for (;;) {
        ssize_t n = read(c->role.fd, bytes, sizeof bytes);
        if (n > 0)
            buf_add(&c->job->frames, bytes, (size_t)n);
        if (n == 0 || c->job->frames.len > MOST_BYTES)
            return false;
        if (n < 0 && errno != EINTR)
            return errno == EAGAIN;
    }
}

static int64_t nearest_deadline(const struct child *children, size_t n)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (children[i].deadline_ns < least)
            least = children[i].deadline_ns;
    return least;
}

/* Waits until a child writes, ends or runs out of time; settles those that are through. Returns how
 * many are left, moved to the front. */
static size_t wait_some(struct child *children, size_t n)
{
    struct pollfd fds[MOST_CHILDREN];
    int64_t left_ns = nearest_deadline(children, n) - clock_mono_ns();
    for (size_t i = 0; i < n; i++)
        fds[i] = (struct pollfd){.fd = children[i].role.fd, .events = POLLIN};
    poll(fds, n, left_ns > 0 ? (int)(left_ns / 1000000) + 1 : 0);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool open = !fds[i].revents || fill(&children[i]);
        bool late = clock_mono_ns() >= children[i].deadline_ns;
        if (open && !late)
            children[kept++] = children[i];
        else
            settle(&children[i]);
    }
    return kept;
}

int scan_run(struct scan_job *jobs, size_t n, struct err *e)
{
    struct child children[MOST_CHILDREN];
    size_t running = 0, next = 0, most = (size_t)sysinfo_cpus();
    int status = OK;
    most = most < 1 ? 1 : most > MOST_CHILDREN ? MOST_CHILDREN : most;
    while (running > 0 || (next < n && status == OK)) {
        while (running < most && next < n && status == OK) {
            status = start(&children[running], &jobs[next], e);
            if (status == OK) {
                running++;
                next++;
            }
        }
        if (running > 0)
            running = wait_some(children, running);
    }
    return status;
}

void scan_job_finish(struct scan_job *job)
{
    buf_finish(&job->frames);
    free(job->reason);
    job->reason = NULL;
}
