/* Scanner children: started, read, timed, judged. */
#include "module/scan.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/sysinfo.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { MOST_CHILDREN = 16, MOST_BYTES = 4 << 20 };

struct child {
    struct scan_job *job;
    pid_t pid;
    int fd; /* of the pipe */
    int64_t deadline_ns;
};

/* Starts `rlbench --scan path` with the pipe on fd 3, nothing on the other standard descriptors, in
 * a process group of its own so that what it starts dies with it. Returns 0 or an errno. */
static int spawn(const char *self, const char *path, int pipe_end, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    char name[] = "rlbench", flag[] = "--scan";
    char *argv[] = {name, flag, mem_strdup(path), NULL};
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe_end, SCAN_FD);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                        POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    int error = posix_spawn(pid, self, &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    free(argv[2]);
    return error;
}

static int start(struct child *c, struct scan_job *job, const char *self, struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_sys(e, ERR_IO, "cannot make a pipe for the plugin scanner");
    /* The write end must not be fd 3 itself, nor 0 to 2, which are replaced before it is copied. */
    int high = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
    close(ends[1]);
    int error = high < 0 ? errno : spawn(self, job->path, high, &c->pid);
    if (high >= 0)
        close(high);
    if (error) {
        close(ends[0]);
        errno = error;
        return err_sys(e, ERR_INTERNAL, "cannot start the plugin scanner %s", self);
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    c->job = job;
    c->fd = ends[0];
    c->deadline_ns = clock_mono_ns() + SCAN_SECONDS * INT64_C(1000000000);
    return OK;
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
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return mem_printf("took more than %d s of processor time to load", SCAN_SECONDS);
    if (WIFSIGNALED(status))
        return mem_printf("crashed while it was loaded: SIG%s (%s)", sigabbrev_np(WTERMSIG(status)),
                          strsignal(WTERMSIG(status)));
    return mem_printf("ended the process with exit status %d while it was loaded",
                      WEXITSTATUS(status));
}

/* Ends the child and judges what it wrote. */
static void settle(struct child *c, bool in_time)
{
    struct scan_job *job = c->job;
    int status = 0, verdict = last_frame(&job->frames, &job->reason);
    bool ended = false;
    /* Without a verdict its way of ending is the reason: give it what is left of its time. It stays
     * a zombie until its process group has been killed, so that the number cannot be another's. */
    while (in_time && verdict < 0 && !ended && clock_mono_ns() < c->deadline_ns) {
        siginfo_t info = {.si_pid = 0};
        waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT);
        ended = info.si_pid == c->pid;
        if (!ended)
            poll(NULL, 0, 2);
    }
    kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(c->fd);
    job->settled = true;
    if (verdict == 1)
        return;
    if (verdict == 0) {
        job->settled = false; /* a missing library may be there next time */
    } else if (!ended) {
        job->reason = mem_printf("did not finish loading within %d s", SCAN_SECONDS);
    } else if (job->frames.len > 0 && WIFEXITED(status)) {
        job->reason = mem_strdup("answered with something that is not a plugin's tables");
    } else {
        job->reason = how_it_ended(status);
    }
    buf_finish(&job->frames);
}

/* Reads what is there. False at the end of the pipe, or when it never ends. */
static bool fill(struct child *c)
{
    char bytes[16384];
    for (;;) {
        ssize_t n = read(c->fd, bytes, sizeof bytes);
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
        fds[i] = (struct pollfd){.fd = children[i].fd, .events = POLLIN};
    poll(fds, n, left_ns > 0 ? (int)(left_ns / 1000000) + 1 : 0);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool open = !fds[i].revents || fill(&children[i]);
        bool late = clock_mono_ns() >= children[i].deadline_ns;
        if (open && !late)
            children[kept++] = children[i];
        else
            settle(&children[i], !late);
    }
    return kept;
}

int scan_run(struct scan_job *jobs, size_t n, struct err *e)
{
    struct child children[MOST_CHILDREN];
    size_t running = 0, next = 0, most = (size_t)sysinfo_cpus();
    int status = OK;
    most = most < 1 ? 1 : most > MOST_CHILDREN ? MOST_CHILDREN : most;
    char *self = place_self();
    while (running > 0 || (next < n && status == OK)) {
        while (running < most && next < n && status == OK) {
            status = start(&children[running], &jobs[next], self, e);
            if (status == OK) {
                running++;
                next++;
            }
        }
        if (running > 0)
            running = wait_some(children, running);
    }
    free(self);
    return status;
}

void scan_job_finish(struct scan_job *job)
{
    buf_finish(&job->frames);
    free(job->reason);
    job->reason = NULL;
}
