#include "tui/task.h"

#include "base/file.h"
#include "tui/tui.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process group and signal dispositions of its own: keys of the terminal and our handlers, which
 * write to it, are none of its business. Every other descriptor of ours is close-on-exec. */
static int spawn_self(const char *const *args, int answer, pid_t *pid)
{
    VEC(char *) argv = {0};
    char *self = place_self();
    vec_push(&argv, self);
    for (size_t i = 0; args[i]; i++)
        vec_push(&argv, mem_strdup(args[i]));
    vec_push(&argv, (char *)NULL);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, answer, 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attr;
    posix_spawnattr_init(&attr);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                                        POSIX_SPAWN_SETPGROUP);
    int failure = posix_spawn(pid, self, &files, &attr, argv.data, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    for (size_t i = 0; i < argv.len; i++)
        free(argv.data[i]);
    vec_finish(&argv);
    return failure;
}

int task_start(struct tasks *tasks, const char *const *args, task_done done, void *ctx,
               struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_sys(e, ERR_IO, "cannot make a pipe");
    struct task task = {.fd = ends[0], .done = done, .ctx = ctx};
    int failure = spawn_self(args, ends[1], &task.pid);
    close(ends[1]);
    if (failure) {
        close(ends[0]);
        errno = failure;
        return err_sys(e, ERR_IO, "cannot start another process");
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    vec_push(&tasks->running, task);
    return OK;
}

size_t task_poll_fds(struct tasks *tasks, struct pollfd *fds, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < tasks->running.len && n < max; i++)
        fds[n++] = (struct pollfd){.fd = tasks->running.data[i].fd, .events = POLLIN};
    return n;
}

/* True at the end of its answer. Not more than a little at a time: keys come between. */
static bool drained(struct task *t)
{
    enum { AT_ONCE = 1 << 20 };
    for (size_t before = t->answer.len; t->answer.len - before < AT_ONCE;) {
        char part[65536];
        ssize_t n = read(t->fd, part, sizeof part);
        if (n == 0)
            return true;
        if (n < 0)
            return errno != EAGAIN && errno != EINTR;
        buf_add(&t->answer, part, (size_t)n);
    }
    return false;
}

static int exit_status(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void task_stop(struct tasks *tasks, const void *ctx)
{
    for (size_t i = tasks->running.len; i-- > 0;) {
        struct task *t = &tasks->running.data[i];
        if (t->ctx != ctx)
            continue;
        kill(-t->pid, SIGKILL); /* a group of its own */
        exit_status(t->pid);
        close(t->fd);
        buf_finish(&t->answer);
        *t = tasks->running.data[--tasks->running.len];
    }
}

unsigned task_read(struct app *app)
{
    unsigned react = REACT_NONE;
    struct tasks *tasks = &app->tasks;
    for (size_t i = tasks->running.len; i-- > 0;) {
        if (!drained(&tasks->running.data[i]))
            continue;
        /* Out of the list first: done may start another. */
        struct task t = tasks->running.data[i];
        tasks->running.data[i] = tasks->running.data[--tasks->running.len];
        close(t.fd);
        react |= t.done(app, t.ctx, exit_status(t.pid), &t.answer);
        buf_finish(&t.answer);
    }
    return react;
}

void tasks_finish(struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->running.len; i++) {
        close(tasks->running.data[i].fd);
        buf_finish(&tasks->running.data[i].answer);
    }
    vec_finish(&tasks->running);
}
