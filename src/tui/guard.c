#include "tui/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const int fatal[] = {SIGHUP, SIGINT,  SIGQUIT, SIGILL,  SIGABRT, SIGBUS,
                            SIGFPE, SIGSEGV, SIGTERM, SIGXCPU, SIGSYS};
enum { NUM_FATAL = sizeof fatal / sizeof fatal[0], STACK = 64 << 10 };

static struct {
    int fd; /* of the terminal */
    struct termios modes;
    char restore[512];
    size_t restore_len;
    int pipe; /* to the guardian: 'h' held, 'r' released; -1: none */
    pid_t guardian;
    struct sigaction before[NUM_FATAL];
    char *stack;
} guard = {.fd = -1, .pipe = -1};
static volatile sig_atomic_t held;

/* Only async-signal-safe calls from here on. */
static void write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t w = write(fd, bytes, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return;
        bytes += w;
        n -= (size_t)w;
    }
}

static void give_back(void)
{
    write_all(guard.fd, guard.restore, guard.restore_len);
    tcsetattr(guard.fd, TCSANOW, &guard.modes);
}

static void tell(char what)
{
    if (guard.pipe >= 0)
        write_all(guard.pipe, &what, 1);
}

static void on_fatal(int sig)
{
    int saved = errno;
    if (held) {
        held = 0;
        give_back();
        tell('r');
    }
    /* The death goes on as it would have without us. */
    for (int i = 0; i < NUM_FATAL; i++)
        if (fatal[i] == sig)
            sigaction(sig, &guard.before[i], NULL);
    errno = saved;
    raise(sig);
}

/* The guardian: in a process group of its own, so that what kills ours misses it; the end of file
 * comes when we are gone. */
static void watch(int from)
{
    setpgid(0, 0);
    for (int s = 1; s < NSIG; s++)
        signal(s, s == SIGCHLD ? SIG_DFL : SIG_IGN);
    prctl(PR_SET_NAME, "rlbench-guard");
    bool ours = false;
    for (;;) {
        char what;
        ssize_t n = read(from, &what, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        ours = what == 'h';
    }
    if (ours)
        give_back();
    _exit(0);
}

static void start_guardian(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return; /* signals are still caught */
    guard.guardian = fork();
    if (guard.guardian == 0) {
        /* The terminal and the pipe; nothing else may be kept open on behalf of the dead. */
        int from = fcntl(ends[0], F_DUPFD, 100), tty = fcntl(guard.fd, F_DUPFD, 101);
        close_range(0, 99, 0);
        int last = from > tty ? from : tty;
        close_range((unsigned)last + 1, ~0u, 0);
        guard.fd = tty;
        watch(from);
    }
    close(ends[0]);
    if (guard.guardian < 0)
        close(ends[1]);
    else
        guard.pipe = ends[1];
}

static void at_exit(void)
{
    if (held) {
        held = 0;
        give_back();
        tell('r');
    }
}

void guard_start(int fd, const char *restore, size_t n)
{
    static bool registered;
    guard.fd = fd;
    tcgetattr(fd, &guard.modes);
    guard.restore_len = n < sizeof guard.restore ? n : sizeof guard.restore;
    memcpy(guard.restore, restore, guard.restore_len);
    held = 0;
    start_guardian();
    /* Its own stack: an overflow of the ordinary one is a death like any other. */
    guard.stack = malloc(STACK);
    if (guard.stack)
        sigaltstack(&(stack_t){.ss_sp = guard.stack, .ss_size = STACK}, NULL);
    struct sigaction act = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigfillset(&act.sa_mask);
    for (int i = 0; i < NUM_FATAL; i++)
        sigaction(fatal[i], &act, &guard.before[i]);
    if (!registered)
        atexit(at_exit);
    registered = true;
}

void guard_hold(void)
{
    held = 1;
    tell('h');
}

void guard_release(void)
{
    held = 0;
    tell('r');
}

void guard_finish(void)
{
    guard_release();
    for (int i = 0; i < NUM_FATAL; i++)
        sigaction(fatal[i], &guard.before[i], NULL);
    if (guard.stack)
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    free(guard.stack);
    guard.stack = NULL;
    if (guard.pipe >= 0) {
        close(guard.pipe);
        while (waitpid(guard.guardian, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    guard.pipe = -1;
}
