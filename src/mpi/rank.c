/* rlbench-rank: one rank of a run that is spread over processes of MPI. It starts the worker of its
 * rank and carries the worker's calls (src/wire/ranks.h) to the other ranks. mpirun starts it as
 *
 *   rlbench-rank SOCKET PROGRAM MEMORY
 *
 * SOCKET is where rank 0 fetches the descriptor over which its worker speaks to the supervisor,
 * PROGRAM is rlbench, MEMORY the address space of each worker in bytes (0: no limit). The program
 * itself never links MPI. */
#define OMPI_SKIP_MPICXX 1
#include "wire/ranks.h"

#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Values added up in one go: bounds what a rank keeps of the others'. */
enum { SUM_CHUNK = 1 << 16, SPINS = 500, NAP_NS = 50 * 1000, NAP_MOST_NS = 2 * 1000 * 1000 };

static struct {
    int rank, size, fd; /* fd: to the worker */
    pid_t worker;
    bool apart; /* the ranks are no longer together */
    char why[RANKS_TEXT];
    struct ranks_head *heads; /* [size] of the running call */
    char *in, *out;           /* of the worker, for it */
    size_t in_cap, out_cap;
    double *values; /* [size][SUM_CHUNK] */
} c;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "rlbench-rank: %s: %s\n", what, strerror(errno));
    exit(1);
}

static char *grown(char **bytes, size_t *cap, size_t n)
{
    if (n > *cap || !*bytes) {
        *bytes = realloc(*bytes, n + 1);
        *cap = n;
        if (!*bytes)
            die("out of memory");
    }
    return *bytes;
}

/* ---- to and from the worker ---- */

static bool read_all(int fd, void *bytes, size_t n)
{
    for (char *at = bytes; n > 0;) {
        ssize_t got = read(fd, at, n);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return false;
        at += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

static void write_all(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t put = send(fd, at, n, MSG_NOSIGNAL);
        if (put < 0 && errno != EINTR)
            return; /* it has ended: the next read says so */
        at += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
}

/* ---- waiting without using the processor: a run may be paused for hours ---- */

static void await(MPI_Request *request)
{
    long nap = NAP_NS;
    int done = 0;
    for (int tries = 0; MPI_Test(request, &done, MPI_STATUS_IGNORE), !done; tries++) {
        if (tries < SPINS) {
            sched_yield();
            continue;
        }
        nanosleep(&(struct timespec){0, nap}, NULL);
        nap = 2 * nap < NAP_MOST_NS ? 2 * nap : NAP_MOST_NS;
    }
}

/* ---- the calls; each leaves the answer's bytes in c.out and returns how many ---- */

static size_t sum(const struct ranks_head *own)
{
    size_t n = own->n / sizeof(double);
    const double *in = (const double *)(const void *)c.in;
    double *out = (double *)(void *)grown(&c.out, &c.out_cap, own->n);
    for (size_t at = 0; at < n; at += SUM_CHUNK) {
        int count = (int)(n - at < SUM_CHUNK ? n - at : SUM_CHUNK);
        MPI_Request request;
        MPI_Iallgather(in + at, count, MPI_DOUBLE, c.values, count, MPI_DOUBLE, MPI_COMM_WORLD,
                       &request);
        await(&request);
        for (int i = 0; i < count; i++) {
            double s = c.values[i];
            for (int r = 1; r < c.size; r++)
                s += c.values[(size_t)r * (size_t)count + (size_t)i];
            out[at + (size_t)i] = s;
        }
    }
    return own->n;
}

static size_t tell(const struct ranks_head *own)
{
    (void)own;
    size_t n = c.heads[0].n;
    grown(&c.out, &c.out_cap, n);
    if (c.rank == 0)
        memcpy(c.out, c.in, n);
    MPI_Request request;
    MPI_Ibcast(c.out, (int)n, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
    await(&request);
    return c.rank == 0 ? 0 : n;
}

static size_t gather(const struct ranks_head *own)
{
    int *counts = malloc((size_t)c.size * sizeof *counts), total = 0;
    int *at = malloc((size_t)c.size * sizeof *at);
    if (!counts || !at)
        die("out of memory");
    for (int r = 0; r < c.size; r++) {
        counts[r] = (int)c.heads[r].n;
        at[r] = total + (r + 1) * (int)sizeof(uint64_t);
        total += counts[r];
    }
    size_t n = c.rank == 0 ? (size_t)total + (size_t)c.size * sizeof(uint64_t) : 0;
    grown(&c.out, &c.out_cap, n);
    MPI_Request request;
    MPI_Igatherv(c.in, (int)own->n, MPI_BYTE, c.out, counts, at, MPI_BYTE, 0, MPI_COMM_WORLD,
                 &request);
    await(&request);
    for (int r = 0; c.rank == 0 && r < c.size; r++)
        memcpy(c.out + at[r] - sizeof(uint64_t), &c.heads[r].n, sizeof(uint64_t));
    free(counts);
    free(at);
    return n;
}

static bool alike(void)
{
    for (int r = 1; r < c.size; r++)
        if (c.heads[r].op != c.heads[0].op ||
            (c.heads[r].op == RANKS_SUM && c.heads[r].n != c.heads[0].n))
            return false;
    return true;
}

/* Why the ranks are not together: one has failed, has left, or asks for something else. Every rank
 * finds the same reason. */
static void find_reason(char *text, size_t size)
{
    int odd = 1;
    for (int r = 0; r < c.size; r++)
        if (c.heads[r].text[0]) {
            snprintf(text, size, "rank %d: %.460s", r, c.heads[r].text);
            return;
        }
    while (odd + 1 < c.size && c.heads[odd].op == c.heads[0].op && c.heads[odd].n == c.heads[0].n)
        odd++;
    snprintf(text, size, "rank 0 and rank %d do not make the same calls of rlb.allreduce/1", odd);
}

/* One call of all ranks. False when they are no longer together, with the reason in c.why. */
static bool call(const struct ranks_head *own, size_t *n)
{
    static size_t (*const calls[])(const struct ranks_head *) = {
        [RANKS_SUM] = sum, [RANKS_TELL] = tell, [RANKS_GATHER] = gather};
    MPI_Request request;
    *n = 0;
    if (c.apart)
        return false;
    MPI_Iallgather(own, sizeof *own, MPI_BYTE, c.heads, sizeof *own, MPI_BYTE, MPI_COMM_WORLD,
                   &request);
    await(&request);
    uint64_t bytes = 0;
    for (int r = 0; r < c.size && own->op != RANKS_SUM; r++)
        bytes += c.heads[r].n;
    if (!alike())
        find_reason(c.why, sizeof c.why);
    else if (bytes > INT32_MAX / 2)
        snprintf(c.why, sizeof c.why, "the ranks have more than 1 GB to say at once");
    else if (own->op != RANKS_LEFT) {
        *n = calls[own->op](own);
        return true;
    }
    c.apart = true;
    return false;
}

/* ---- the worker ---- */

/* The descriptor that the launcher of this run sends over its socket. */
static int fetch_wire(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), wire = -1;
    char byte, space[CMSG_SPACE(sizeof wire)];
    struct iovec io = {&byte, 1};
    struct msghdr m = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die(path);
    if (recvmsg(fd, &m, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&m))
        die("no descriptor came");
    memcpy(&wire, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof wire);
    close(fd);
    return wire;
}

static _Noreturn void become_worker(const char *program, rlim_t memory, int wire, int carrier,
                                    pid_t parent)
{
    const struct rlimit limit = {memory, memory};
    char rank[16], size[16];
    snprintf(rank, sizeof rank, "%d", c.rank);
    snprintf(size, sizeof size, "%d", c.size);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    if (wire >= 0)
        dup2(wire, RANKS_WIRE_FD);
    dup2(carrier, RANKS_FD);
    for (int fd = RANKS_FD + 1; fd < 1024; fd++)
        close(fd);
    if (memory > 0)
        setrlimit(RLIMIT_AS, &limit);
    execl(program, program, "--worker", rank, size, (char *)NULL);
    fprintf(stderr, "cannot run %s: %s\n", program, strerror(errno));
    _exit(127);
}

/* Before MPI_Init: rank and size are in the environment, and a process that has initialised MPI
 * had better not fork. */
static void start_worker(const char *socket_path, const char *program, const char *memory)
{
    int ends[2], parked[2] = {-1, -1};
    const char *rank = getenv("OMPI_COMM_WORLD_RANK"), *size = getenv("OMPI_COMM_WORLD_SIZE");
    if (!rank || !size) {
        fprintf(stderr, "rlbench-rank is started by mpirun (Open MPI)\n");
        exit(64);
    }
    c.rank = atoi(rank);
    c.size = atoi(size);
    int wire = c.rank == 0 ? fetch_wire(socket_path) : -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        die("no channel to the worker");
    /* Clear of the numbers they get in the worker. */
    if (wire >= 0)
        parked[0] = fcntl(wire, F_DUPFD_CLOEXEC, 10);
    parked[1] = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
    pid_t self = getpid();
    c.worker = fork();
    if (c.worker < 0)
        die("cannot start the worker");
    if (c.worker == 0)
        become_worker(program, strtoull(memory, NULL, 10), parked[0], parked[1], self);
    close(ends[1]);
    for (int i = 0; i < 2; i++)
        if (parked[i] >= 0)
            close(parked[i]);
    if (wire >= 0)
        close(wire);
    c.fd = ends[0];
}

static void describe_end(char *text, size_t size)
{
    int how = 0;
    while (waitpid(c.worker, &how, 0) < 0 && errno == EINTR)
        ;
    text[0] = '\0';
    if (WIFSIGNALED(how))
        snprintf(text, size, "SIG%s (%s)", sigabbrev_np(WTERMSIG(how)), strsignal(WTERMSIG(how)));
    else if (WEXITSTATUS(how) != 0)
        snprintf(text, size, "it left with exit code %d", WEXITSTATUS(how));
}

int main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* the worker goes with us, and we with mpirun */
    if (argc != 4) {
        fprintf(stderr, "usage: rlbench-rank SOCKET PROGRAM MEMORY, by mpirun\n");
        return 64;
    }
    signal(SIGINT, SIG_IGN); /* runs end by message */
    start_worker(argv[1], argv[2], argv[3]);
    MPI_Init(NULL, NULL);
    c.heads = calloc((size_t)c.size, sizeof *c.heads);
    c.values = malloc((size_t)c.size * SUM_CHUNK * sizeof *c.values);
    if (!c.heads || !c.values)
        die("out of memory");
    for (;;) {
        struct ranks_head ask = {0}, answer = {0};
        size_t n;
        if (!read_all(c.fd, &ask, sizeof ask) || ask.op < RANKS_SUM || ask.op >= RANKS_LEFT ||
            !read_all(c.fd, grown(&c.in, &c.in_cap, ask.n), ask.n)) {
            ask = (struct ranks_head){.op = RANKS_LEFT};
            describe_end(ask.text, sizeof ask.text);
            if (c.rank == 0 && ask.text[0])
                fprintf(stderr, "rank 0: %s\n", ask.text);
            call(&ask, &n);
            break;
        }
        answer.op = ask.op;
        answer.status = call(&ask, &n) ? 0 : -1;
        answer.n = n;
        snprintf(answer.text, sizeof answer.text, "%s", answer.status ? c.why : "");
        write_all(c.fd, &answer, sizeof answer);
        write_all(c.fd, c.out, n);
    }
    MPI_Finalize();
    return 0;
}
