#include "cmd/progress.h"
#include "cmd/refs.h"

#include "base/clock.h"
#include "supervisor/client.h"
#include "supervisor/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Somebody else's runs, followed: states come from the database, steps and speed from the
 * supervisors' sockets as they happen. */
struct follow {
    struct refs refs;
    struct supervisor_run_progress *runs;
    struct link_to {
        char *socket;
        struct client client;
    } * links;
    size_t num_links;
    char notice[512];
    int64_t read_ns; /* when the rows are to be read again */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signo)
{
    (void)signo;
    interrupted = 1;
}

static void connect_to(struct follow *f, const struct run_row *row)
{
    struct link_to *link = NULL;
    for (size_t i = 0; i < f->num_links && !link; i++)
        if (strcmp(f->links[i].socket, row->socket) == 0)
            link = &f->links[i];
    if (!link) {
        struct client c;
        if (client_connect(&c, row->socket, NULL) != OK)
            return; /* the database still says how it goes */
        link = &f->links[f->num_links++];
        link->socket = mem_strdup(row->socket);
        link->client = c;
    }
    const struct wire_subscribe all = {.run = (uint64_t)row->id};
    wire_send(&link->client.link, WIRE_SUBSCRIBE, &all);
    if (wire_flush(&link->client.link, NULL) != OK)
        client_close(&link->client);
}

static void take_row(struct follow *f, size_t i)
{
    const struct run_row *row = &f->refs.rows.data[i];
    struct supervisor_run_progress *p = &f->runs[i];
    p->run = row->id;
    p->state = (int)row->state;
    p->total = row->total_steps;
    p->step = row->steps > p->step || !refs_is_waiting(row) ? row->steps : p->step;
    p->steps_per_s = row->state == RUN_RUNNING ? row->steps_per_s : 0;
}

static void take_message(struct follow *f, enum wire_type type, const union wire_any *m)
{
    for (size_t i = 0; i < f->refs.rows.len && type == WIRE_STATUS; i++)
        if (f->runs[i].run == (int64_t)m->status.run && f->runs[i].state == RUN_RUNNING) {
            f->runs[i].step = m->status.step;
            f->runs[i].steps_per_s = m->status.steps_per_s;
        }
    if (type == WIRE_EVENT && m->event.level >= RLB_LOG_WARN)
        snprintf(f->notice, sizeof f->notice, "run %llu: %s", (unsigned long long)m->event.run,
                 m->event.text);
    if (type == WIRE_EVENT || type == WIRE_REPLY)
        f->read_ns = 0; /* something happened: look */
}

/* Waits for news, at most a tenth of a second. */
static void listen_to(struct follow *f)
{
    struct pollfd *fds = mem_alloc((f->num_links + 1) * sizeof *fds);
    for (size_t i = 0; i < f->num_links; i++)
        fds[i] = (struct pollfd){f->links[i].client.link.fd, POLLIN, 0};
    int n = poll(fds, (nfds_t)f->num_links, 100);
    for (size_t i = 0; i < f->num_links && n > 0; i++) {
        struct wire_link *link = &f->links[i].client.link;
        enum wire_type type;
        union wire_any msg;
        int got;
        if (!fds[i].revents || link->fd < 0)
            continue;
        bool ended = wire_fill(link, NULL) != OK;
        while ((got = wire_next(link, &type, &msg, NULL)) > 0)
            take_message(f, type, &msg);
        if (ended || got < 0) {
            client_close(&f->links[i].client);
            f->read_ns = 0;
        }
    }
    free(fds);
}

static int read_rows(struct follow *f, bool *waiting, struct err *e)
{
    int status = OK;
    *waiting = false;
    for (size_t i = 0; i < f->refs.rows.len && status == OK; i++) {
        status = refs_refresh(&f->refs, i, e);
        take_row(f, i);
        *waiting = *waiting || refs_is_waiting(&f->refs.rows.data[i]);
    }
    return status;
}

static int follow(struct follow *f, struct progress *p, struct err *e)
{
    enum { READ_MS = 500 };
    bool waiting = true;
    int status = OK;
    while (status == OK && waiting && !interrupted) {
        if (clock_mono_ns() >= f->read_ns) {
            f->read_ns = clock_mono_ns() + READ_MS * INT64_C(1000000);
            status = read_rows(f, &waiting, e);
        }
        const struct supervisor_progress s = {f->runs, f->refs.rows.len, f->notice};
        progress_show(p, &s);
        if (waiting)
            listen_to(f);
    }
    return status;
}

static int verdict(const struct follow *f, struct err *e)
{
    for (size_t i = 0; i < f->refs.rows.len; i++) {
        const struct run_row *row = &f->refs.rows.data[i];
        if (row->state != RUN_DONE)
            return err_set(e, ERR_FAILED, "run %lld %s%s%s", (long long)row->id,
                           run_state_name(row->state), *row->message ? ": " : "", row->message);
    }
    return OK;
}

static int run(struct cli *cli, struct err *e)
{
    struct follow f = {0};
    struct progress progress;
    struct sigaction action = {.sa_handler = on_interrupt}, old;
    int status = refs_open(&f.refs, cli, e);
    if (status != OK)
        goto close_refs;
    f.runs = mem_alloc(f.refs.rows.len * sizeof *f.runs);
    f.links = mem_alloc(f.refs.rows.len * sizeof *f.links);
    for (size_t i = 0; i < f.refs.rows.len; i++) {
        take_row(&f, i);
        if (refs_is_waiting(&f.refs.rows.data[i]))
            connect_to(&f, &f.refs.rows.data[i]);
    }
    progress_init(&progress, cli_has(cli, "quiet"), cli_has(cli, "json"), cli_has(cli, "plain"));
    sigaction(SIGINT, &action, &old);
    status = follow(&f, &progress, e);
    sigaction(SIGINT, &old, NULL);
    progress_finish(&progress);
    if (status == OK && interrupted)
        fprintf(stderr, "detached: the run goes on; rlbench stop stops it\n");
    else if (status == OK)
        status = verdict(&f, e);
    for (size_t i = 0; i < f.num_links; i++) {
        client_close(&f.links[i].client);
        free(f.links[i].socket);
    }
close_refs:
    free(f.links);
    free(f.runs);
    refs_close(&f.refs);
    return status;
}

static const struct opt opts[] = {
    {"plain", 0, NULL, "a line for each change instead of one that is rewritten"},
    {"quiet", 'q', NULL, "no progress: only wait for the end"},
    {"json", 0, NULL, "progress as JSON lines"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_attach = {
    .name = "attach",
    .args = "RUN...",
    .doc = "follow runs until they end; Ctrl-C leaves them running",
    .examples = "rlbench attach @live\nrlbench attach 12 --json",
    .opts = opts,
    .run = run,
};
