#include "supervisor/internal.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Where the child's ends wait until they are put in place, clear of 0 to 3. */
enum { PARKED = 10 };

static void limit(int what, rlim_t bytes)
{
    struct rlimit r = {bytes, bytes};
    setrlimit(what, &r);
}

/* Runs are the unit of parallelism: numeric libraries get one thread each. */
static void pin_threads(void)
{
    static const char *const variables[] = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                            "MKL_NUM_THREADS", "BLIS_NUM_THREADS"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        setenv(variables[i], "1", 1);
}

static void close_from(int first)
{
#ifdef CLOSE_RANGE_CLOEXEC
    if (close_range((unsigned)first, ~0u, 0) == 0)
        return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < (most > 0 && most < 65536 ? most : 65536); fd++)
        close(fd);
}

/* The parent has one thread, so this child may do a little more than async-signal-safe calls. */
static _Noreturn void become_worker(const char *self, int wire, int output, uint64_t memory_bytes,
                                    uint32_t ranks, pid_t parent)
{
    char size[16], memory[32];
    uint64_t limit_bytes = SANITIZED ? 0 : memory_bytes;
    static const int defaults[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGTSTP};
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        signal(defaults[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    /* A supervisor that is killed takes its workers with it: nobody is left to write their rows. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(ERR_INTERNAL);
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0 && null != 0)
        dup2(null, 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(wire, 3);
    close_from(4);
    limit(RLIMIT_CORE, 0);
    pin_threads();
    if (ranks > 1) {
        snprintf(size, sizeof size, "%u", ranks);
        snprintf(memory, sizeof memory, "%llu", (unsigned long long)limit_bytes);
        execl(self, self, "--ranks", size, memory, (char *)NULL);
    }
    if (limit_bytes > 0)
        limit(RLIMIT_AS, (rlim_t)limit_bytes);
    execl(self, self, "--worker", (char *)NULL);
    dprintf(2, "cannot run %s: %s\n", self, strerror(errno));
    _exit(127);
}

/* What another worker's end would mend is worth waiting for. */
static int no_room(int error)
{
    bool full = error == EAGAIN || error == EMFILE || error == ENFILE || error == ENOMEM;
    return full ? ERR_BUSY : ERR_INTERNAL;
}

static void close_pair(const int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

int spawn_worker(uint64_t memory_bytes, uint32_t ranks, struct spawned *out, struct err *e)
{
    int status = OK, wire[2] = {-1, -1}, output[2] = {-1, -1}, parked[2] = {-1, -1};
    char *self = place_self();
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, wire) < 0 ||
        pipe2(output, O_CLOEXEC) < 0 || (parked[0] = fcntl(wire[1], F_DUPFD_CLOEXEC, PARKED)) < 0 ||
        (parked[1] = fcntl(output[1], F_DUPFD_CLOEXEC, PARKED)) < 0) {
        status = err_sys(e, no_room(errno), "cannot make a channel to a worker");
        goto close_ours;
    }
    pid_t pid = fork();
    if (pid == 0)
        become_worker(self, parked[0], parked[1], memory_bytes, ranks, parent);
    if (pid < 0) {
        status = err_sys(e, no_room(errno), "cannot start a worker");
        goto close_ours;
    }
    setpgid(pid, pid); /* the child does it too: whoever comes first */
    *out = (struct spawned){pid, wire[0], output[0]};
    wire[0] = output[0] = -1;
close_ours:
    close_pair(wire);
    close_pair(output);
    close_pair(parked);
    free(self);
    return status;
}
