/* `rlbench --ranks`: what stands in a worker's place when a run is spread over ranks. It starts
 * them through mpirun, hands the supervisor's descriptor to the first, and ends when they have. */
#include "worker/worker.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"
#include "wire/ranks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANKS_MOST = 4096, COME_S = 60, LOOK_MS = 100 };

/* Beside this program in a build tree, else where it is installed. */
static char *carrier_path(void)
{
    char *self = place_self();
    char *beside = mem_printf("%.*srlbench-rank", (int)(file_base(self) - self), self);
    free(self);
    if (file_exists(beside))
        return beside;
    free(beside);
    return mem_strdup(RLBENCH_LIBEXEC_DIR "/rlbench-rank");
}

static bool on_path(const char *program)
{
    const char *path = getenv("PATH");
    bool found = false;
    for (const char *at = path; at && *at && !found; at += strcspn(at, ":"), at += *at == ':') {
        char *file = mem_printf("%.*s/%s", (int)strcspn(at, ":"), at, program);
        found = access(file, X_OK) == 0;
        free(file);
    }
    return found;
}

int ranks_available(struct err *e)
{
    char *carrier = carrier_path();
    int status = OK;
    if (!file_exists(carrier))
        status = err_set(e, ERR_CONFIG,
                         "this rlbench was built without MPI; install libopenmpi-dev and build it "
                         "again (configure --with-mpi)");
    else if (!on_path("mpirun"))
        status = err_set(e, ERR_CONFIG, "mpirun is not on the PATH; install openmpi-bin");
    free(carrier);
    return status;
}

/* ---- the socket where rank 0 fetches the descriptor ---- */

static int listen_at(struct sockaddr_un *at, struct err *e)
{
    char *folder = place_runtime();
    int fd = -1, status = file_mkdirs(folder, e);
    int n = snprintf(at->sun_path, sizeof at->sun_path, "%s/ranks-%ld", folder, (long)getpid());
    at->sun_family = AF_UNIX;
    if (status == OK && n >= (int)sizeof at->sun_path)
        err_set(e, ERR_CANTCREAT, "%s is too long a name for a socket", folder);
    else if (status == OK) {
        unlink(at->sun_path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof *at) < 0 || listen(fd, 1) < 0) {
            err_sys(e, ERR_CANTCREAT, "cannot listen at %s", at->sun_path);
            if (fd >= 0)
                close(fd);
            fd = -1;
        }
    }
    free(folder);
    return fd;
}

static bool hand_over(int to, int fd)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    char byte = 0;
    struct iovec io = {&byte, 1};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    return sendmsg(to, &m, MSG_NOSIGNAL) == 1;
}

/* ---- mpirun ---- */

static _Noreturn void become_mpirun(const char *size, const char *memory, const char *socket_path,
                                    pid_t parent)
{
    char *carrier = carrier_path(), *self = place_self();
    const char *const argv[] = {"mpirun", "--quiet", "--oversubscribe", "--bind-to", "none", "-n",
                                size,     carrier,   socket_path,       self,        memory, NULL};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(ERR_INTERNAL);
    close(RANKS_WIRE_FD);
    if (getuid() == 0) { /* a container: Open MPI wants to be told twice */
        setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
        setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    }
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(2, "cannot run mpirun: %s\n", strerror(errno));
    _exit(127);
}

/* Until rank 0 has come, or mpirun has ended without it. */
static bool serve(int fd, pid_t mpirun)
{
    int64_t until = clock_mono_ns() + COME_S * INT64_C(1000000000);
    siginfo_t ended = {0};
    while (clock_mono_ns() < until && ended.si_pid == 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, LOOK_MS) > 0) {
            int to = accept(fd, NULL, NULL);
            bool good = to >= 0 && hand_over(to, RANKS_WIRE_FD);
            if (to >= 0)
                close(to);
            return good;
        }
        waitid(P_PID, (id_t)mpirun, &ended, WEXITED | WNOHANG | WNOWAIT);
    }
    return false;
}

int ranks_main(int argc, char **argv)
{
    struct sockaddr_un at = {0};
    struct err e = ERR_INIT;
    int64_t size, memory;
    int how = 0;
    pid_t self = getpid();
    if (argc != 2 || num_parse_int(argv[0], &size) || num_parse_int(argv[1], &memory) || size < 2 ||
        size > RANKS_MOST || memory < 0)
        return ERR_USAGE;
    int fd = ranks_available(&e) == OK ? listen_at(&at, &e) : -1;
    if (fd < 0) {
        fprintf(stderr, "%s\n", e.text);
        return e.code;
    }
    pid_t mpirun = fork();
    if (mpirun == 0)
        become_mpirun(argv[0], argv[1], at.sun_path, self);
    bool came = mpirun > 0 && serve(fd, mpirun);
    close(fd);
    unlink(at.sun_path);
    close(RANKS_WIRE_FD); /* from now on it is rank 0's alone */
    if (mpirun > 0 && !came)
        kill(mpirun, SIGTERM);
    while (mpirun > 0 && waitpid(mpirun, &how, 0) < 0 && errno == EINTR)
        ;
    if (!came)
        fprintf(stderr, "mpirun did not start %s ranks\n", argv[0]);
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}
