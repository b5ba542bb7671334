#include "base/child.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void become(const char *const *argv, const char *const *unset, int output)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(output, 1);
    dup2(null, 2);
    for (; unset && *unset; unset++)
        unsetenv(*unset);
    setpgid(0, 0);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Reads until the end; false when the time is up or it is too much. */
static bool read_all(int fd, int64_t deadline_ns, size_t most, struct buf *out)
{
    for (;;) {
        char bytes[4096];
        int64_t left_ns = deadline_ns - clock_mono_ns();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (left_ns <= 0 || (poll(&p, 1, (int)(left_ns / 1000000) + 1) < 0 && errno != EINTR))
            return false;
        if (!p.revents)
            continue;
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (n > 0 && out->len + (size_t)n > most)
            return false;
        if (n > 0)
            buf_add(out, bytes, (size_t)n);
    }
}

bool child_output(const char *const *argv, const char *const *unset, int timeout_ms, size_t most,
                  struct buf *out)
{
    int ends[2], status = -1;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        become(argv, unset, ends[1]);
    close(ends[1]);
    bool whole = pid > 0 && read_all(ends[0], clock_mono_ns() + timeout_ms * INT64_C(1000000),
                                     most + out->len, out);
    close(ends[0]);
    if (pid > 0 && !whole)
        kill(-pid, SIGKILL);
    if (pid > 0 && !whole)
        kill(pid, SIGKILL); /* before it had a group of its own */
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
