#include "worker/worker.h"

#include "worker/internal.h"
#include "worker/job.h"

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
            job_init(job, &m.job);
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

int worker_main(int fd)
{
    struct err e = ERR_INIT;
    struct wire_link link;
    struct job job = {0};
    /* Runs are the unit of parallelism: numeric libraries read these when they are loaded. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    /* Ctrl-C in the terminal is for the front; the run ends by message, or when the socket closes.
     */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    wire_link_init(&link, fd);
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
