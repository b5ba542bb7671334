#include "module/role.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Returns 0 or an errno. */
static int spawn(const char *self, char *const *argv, char *const *env, int pipe_end, int output,
                 pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    for (int fd = 1; fd <= 2; fd++) {
        if (output < 0)
            posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_WRONLY, 0);
        else
            posix_spawn_file_actions_adddup2(&files, output, fd);
    }
    posix_spawn_file_actions_adddup2(&files, pipe_end, ROLE_FD); /* last: output may be that */
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                        POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    int error = posix_spawn(pid, self, &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* A copy of `first` and the list, which can be handed to exec. */
static char **copy_list(const char *first, char *const *list)
{
    size_t n = 0, at = 0;
    while (list[n])
        n++;
    char **copy = mem_alloc((n + 2) * sizeof *copy);
    if (first)
        copy[at++] = mem_strdup(first);
    for (size_t i = 0; i < n; i++)
        copy[at++] = mem_strdup(list[i]);
    return copy;
}

static void free_list(char **list)
{
    for (char **item = list; *item; item++)
        free(*item);
    free(list);
}

int role_start(struct role *r, const char *const *args, const char *variable, int output,
               struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_sys(e, ERR_IO, "cannot make a pipe");
    /* The write end must not be one of the descriptors that are replaced before it is copied. */
    int high = fcntl(ends[1], F_DUPFD_CLOEXEC, 10), error = errno;
    close(ends[1]);
    char *self = place_self();
    char **argv = copy_list("rlbench", (char *const *)(uintptr_t)args);
    char **env = copy_list(variable, environ);
    if (high >= 0)
        error = spawn(self, argv, env, high, output, &r->pid);
    if (high >= 0)
        close(high);
    int status = OK;
    if (high < 0 || error) {
        close(ends[0]);
        errno = error;
        status = err_sys(e, ERR_INTERNAL, "cannot start %s %s", self, args[0]);
    } else {
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        r->fd = ends[0];
    }
    free_list(argv);
    free_list(env);
    free(self);
    return status;
}

bool role_end(struct role *r, int64_t deadline_ns, int *status)
{
    bool ended = false;
    /* It stays a zombie until its process group has been killed, so that the number cannot have
     * become another's. */
    while (!ended && clock_mono_ns() < deadline_ns) {
        siginfo_t info = {.si_pid = 0};
        waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT);
        ended = info.si_pid == r->pid;
        if (!ended)
            poll(NULL, 0, 2);
    }
    kill(-r->pid, SIGKILL);
    while (waitpid(r->pid, status, 0) < 0 && errno == EINTR)
        continue;
    close(r->fd);
    r->fd = -1;
    return ended;
}

char *role_describe_end(int status, char *out, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(out, size, "SIG%s (%s)", sigabbrev_np(WTERMSIG(status)),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(out, size, "exit status %d", WEXITSTATUS(status));
    return out;
}

bool role_sanitized(void)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    return true;
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

static void limit(int resource, rlim_t most)
{
    setrlimit(resource, &(struct rlimit){most, most});
}

void role_limit(unsigned seconds, uint64_t bytes)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    if (seconds)
        limit(RLIMIT_CPU, seconds);
    if (bytes && !role_sanitized())
        limit(RLIMIT_AS, bytes);
}

bool role_answer(const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t w = write(ROLE_FD, at, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        at += w;
        n -= (size_t)w;
    }
    return true;
}
