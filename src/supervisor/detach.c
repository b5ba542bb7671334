/* A supervisor of its own: `rlbench --supervise`, out of its starter's session. */
#include "supervisor/internal.h"

#include "base/file.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How it reports on its fd 3: the word below when its socket answers, else the sentence of why not.
 */
#define READY "ready\n"
enum { REPORT_FD = 3, READY_MS = 30000, PARKED = 10 };

/* ---- the starter's side ---- */

static char **make_argv(char *self, const char *database, const int64_t *runs, size_t n, int jobs,
                        struct arena *a)
{
    char **argv = arena_alloc(a, (n + 5) * sizeof *argv);
    argv[0] = self;
    argv[1] = arena_strdup(a, "--supervise");
    argv[2] = arena_strdup(a, database);
    argv[3] = arena_printf(a, "%d", jobs);
    for (size_t i = 0; i < n; i++)
        argv[4 + i] = arena_printf(a, "%lld", (long long)runs[i]);
    return argv;
}

static int open_log(const char *database)
{
    char *path = mem_printf("%s.d/supervisor-%ld.log", database, (long)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    free(path);
    return fd >= 0 ? fd : open("/dev/null", O_WRONLY);
}

/* In the grandchild: no terminal, no session, no parent that waits for it. */
static _Noreturn void become_supervisor(char **argv, int report)
{
    sigset_t none;
    sigemptyset(&none);
    int null = open("/dev/null", O_RDONLY);
    int log = open_log(argv[2]);
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    dup2(report, REPORT_FD);
    for (int fd = REPORT_FD + 1; fd < 1024; fd++)
        close(fd);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(argv[0], argv);
    dprintf(REPORT_FD, "cannot run %s: %s", argv[0], strerror(errno));
    _exit(127);
}

/* Forks twice, so that nobody is left with a zombie. */
static int launch(char **argv, int report, struct err *e)
{
    pid_t child = fork();
    if (child < 0)
        return err_sys(e, ERR_INTERNAL, "cannot start a supervisor");
    if (child == 0) {
        setsid();
        pid_t grandchild = fork();
        if (grandchild == 0)
            become_supervisor(argv, report);
        _exit(grandchild < 0 ? ERR_INTERNAL : 0);
    }
    int how = 0;
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        ;
    if (how != 0)
        return err_set(e, ERR_INTERNAL, "cannot start a supervisor");
    return OK;
}

static int await_ready(int fd, const char *database, struct err *e)
{
    char text[1000];
    size_t n = 0;
    for (;;) {
        struct pollfd p = {fd, POLLIN, 0};
        int got = poll(&p, 1, READY_MS);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return err_set(e, ERR_BUSY, "the supervisor is not ready after %d s; see %s.d",
                           READY_MS / 1000, database);
        ssize_t r = read(fd, text + n, sizeof text - 1 - n);
        if (r < 0 && errno == EINTR)
            continue;
        if (r > 0)
            n += (size_t)r;
        text[n] = '\0';
        if (strcmp(text, READY) == 0)
            return OK;
        if (r <= 0 || n == sizeof text - 1)
            break;
    }
    /* Code and sentence, if it came that far. */
    char *sentence = NULL;
    long code = strtol(text, &sentence, 10);
    if (n == 0)
        return err_set(e, ERR_INTERNAL, "the supervisor ended before it was ready; see %s.d",
                       database);
    return err_set(e, code > 0 ? (int)code : ERR_INTERNAL, "%s", sentence + strspn(sentence, " "));
}

int supervisor_spawn(const char *database, const int64_t *runs, size_t n, int jobs, struct err *e)
{
    struct arena a = {0};
    int report[2] = {-1, -1}, parked = -1;
    char *self = place_self();
    char *full = realpath(database, NULL);
    char *folder = mem_printf("%s.d", full ? full : database);
    int status = file_mkdirs(folder, e);
    if (status != OK)
        goto free_names;
    if (pipe2(report, O_CLOEXEC) < 0 || (parked = fcntl(report[1], F_DUPFD_CLOEXEC, PARKED)) < 0) {
        status = err_sys(e, ERR_INTERNAL, "cannot make a channel to a supervisor");
        goto close_report;
    }
    status = launch(make_argv(self, full ? full : database, runs, n, jobs, &a), parked, e);
    close(report[1]);
    close(parked);
    report[1] = parked = -1;
    if (status == OK)
        status = await_ready(report[0], full ? full : database, e);
close_report:
    for (int i = 0; i < 2; i++)
        if (report[i] >= 0)
            close(report[i]);
    if (parked >= 0)
        close(parked);
free_names:
    free(folder);
    free(full);
    free(self);
    arena_finish(&a);
    return status;
}

/* ---- its own side ---- */

static void report_ready(void *ctx)
{
    int *fd = ctx;
    if (*fd >= 0) {
        if (write(*fd, READY, strlen(READY)) < 0) { /* the starter is gone: we go on without it */
        }
        close(*fd);
    }
    *fd = -1;
}

/* Only a pipe that was put there for us is written to. */
static int take_report_fd(void)
{
    struct stat st;
    if (fstat(REPORT_FD, &st) < 0 || !S_ISFIFO(st.st_mode))
        return -1;
    return fcntl(REPORT_FD, F_DUPFD_CLOEXEC, PARKED);
}

/* An empty log says nothing. */
static void remove_empty_log(const char *database)
{
    struct stat st;
    char *path = mem_printf("%s.d/supervisor-%ld.log", database, (long)getpid());
    if (stat(path, &st) == 0 && st.st_size == 0)
        unlink(path);
    free(path);
}

int supervisor_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    int64_t jobs = 0;
    VEC(int64_t) runs = {0};
    int report = take_report_fd();
    int status = OK;
    if (argc < 3 || num_parse_int(argv[1], &jobs) || jobs < 1 || jobs > 4096)
        status = err_set(&e, ERR_USAGE, "usage: rlbench --supervise DATABASE JOBS RUN...");
    for (int i = 2; i < argc && status == OK; i++) {
        int64_t id;
        if (num_parse_int(argv[i], &id))
            status = err_set(&e, ERR_USAGE, "'%s' is not the number of a run", argv[i]);
        vec_push(&runs, id);
    }
    if (status == OK) {
        const struct supervisor_options o = {
            .database = argv[0], .runs = runs.data, .num_runs = runs.len, .jobs = (int)jobs};
        status = supervisor_run_ready(&o, report_ready, &report, &e);
    }
    /* Until it is ready its starter listens. Later, how runs end is in the database, and the log is
     * for what is not. */
    if (status != OK && report >= 0)
        dprintf(report, "%d %s", status, e.text);
    else if (status != OK && status != ERR_FAILED && status < 128)
        fprintf(stderr, "rlbench: %s\n", e.text);
    if (argc > 0)
        remove_empty_log(argv[0]);
    vec_finish(&runs);
    return status;
}
