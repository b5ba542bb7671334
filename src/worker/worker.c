#include "worker/worker.h"

#include "base/num.h"
#include "wire/ranks.h"
#include "worker/team.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Waits for the first message, which must be the job. */
static int receive_job(struct wire_link *link, struct job *job, struct err *e)
{
    for (;;) {
        enum wire_type type;
        union wire_any m;
        int got = wire_next(link, &type, &m, e);
        if (got < 0)
            return ERR_DATA;
        if (got > 0 && type != WIRE_JOB)
            return err_set(e, ERR_DATA, "the first message must be JOB, not %s",
                           wire_type_name(type));
        if (got > 0) {
            struct ranks *ranks = job->ranks;
            job_init(job, &m.job);
            job->ranks = ranks;
            return OK;
        }
        struct pollfd p = {.fd = link->fd, .events = POLLIN};
        poll(&p, 1, -1);
        int status = wire_fill(link, e);
        if (status != OK && link->in.len == link->in_used)
            return status;
    }
}

/* Said over the wire where a failure of the run would be said. */
static int refuse(struct wire_link *link, int code, const struct err *e)
{
    struct wire_done m = {
        .reason = DONE_FAILED, .code = (uint32_t)code, .digest = "", .message = e->text};
    wire_send(link, WIRE_DONE, &m);
    wire_flush(link, NULL);
    return code;
}

static void send_provenance(struct wire_link *link, const struct job *job)
{
    char *facts = worker_provenance(job);
    struct wire_provenance m = {.facts = facts};
    wire_send(link, WIRE_PROVENANCE, &m);
    free(facts);
}

/* RANK SIZE; false when they are no such numbers. */
static bool parse_ranks(char **argv, struct ranks *r)
{
    int64_t rank, size;
    if (num_parse_int(argv[0], &rank) || num_parse_int(argv[1], &size) || rank < 0 || size < 2 ||
        rank >= size || size > UINT16_MAX)
        return false;
    *r = (struct ranks){.fd = RANKS_FD, .rank = (uint32_t)rank, .size = (uint32_t)size};
    return true;
}

int worker_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct wire_link link;
    struct ranks ranks;
    if (argc != 0 && (argc != 2 || !parse_ranks(argv, &ranks)))
        return ERR_USAGE;
    struct job job = {.ranks = argc ? &ranks : NULL};
    /* Runs are the unit of parallelism: numeric libraries read these when they are loaded. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    /* Ctrl-C in the terminal is for the front; the run ends by message, or when the socket closes.
     */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (job.ranks)
        fcntl(RANKS_FD, F_SETFD, FD_CLOEXEC);
    if (job.ranks && ranks.rank > 0)
        return team_follow(&ranks);
    wire_link_init(&link, RANKS_WIRE_FD);
    int code = receive_job(&link, &job, &e);
    if (code != OK) {
        fprintf(stderr, "rlbench --worker: %s\n", e.text);
        goto finish;
    }
    code = job_load(&job, &e);
    if (code == OK)
        code = job_open_dataset(&job, &e);
    if (code == OK)
        code = job_resolve(&job, &e);
    if (code == OK)
        send_provenance(&link, &job);
    code = code == OK ? worker_run(&job, &link, 0) : refuse(&link, code, &e);
finish:
    job_finish(&job);
    wire_link_finish(&link);
    return code;
}
