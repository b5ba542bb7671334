#include "worker/drive.h"

#include "worker/fake.h"
#include "worker/internal.h"
#include <CUnit/CUnit.h>

#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

void drive_init(struct drive *d, const char *name)
{
    *d = (struct drive){.algo = &fake_walker, .env = &fake_line};
    d->msg = (struct wire_job){.run = 1,
                               .uid = "test",
                               .seed = 3,
                               .steps = 100,
                               .log_every = 10,
                               .lanes = 1,
                               .resume_from = "",
                               .folder = mem_printf("%s/%s", getenv("SCRATCH"), name)};
}

void drive_set(struct buf *params, const char *key, const char *value)
{
    wire_pack_text(params, key);
    wire_pack_text(params, value);
}

static void *body(void *arg)
{
    struct drive *d = arg;
    d->code = worker_run(&d->job, &d->other, d->max_slice);
    wire_link_finish(&d->other);
    return NULL;
}

void drive_start(struct drive *d)
{
    int fds[2];
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    wire_link_init(&d->link, fds[0]);
    wire_link_init(&d->other, fds[1]);
    d->msg.algo_params = (struct wire_bytes){d->algo_params.data, d->algo_params.len};
    d->msg.env_params = (struct wire_bytes){d->env_params.data, d->env_params.len};
    job_init(&d->job, &d->msg);
    d->job.algo = d->algo;
    d->job.env = d->env;
    int status = job_open_dataset(&d->job, &e);
    if (status == OK)
        status = job_resolve(&d->job, &e);
    if (status != OK)
        fprintf(stderr, "%s\n", e.text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    d->running = true;
    buf_add(&d->other.in, d->early.data, d->early.len);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&d->thread, NULL, body, d), 0);
}

/* ---- what the worker says */

static void take_records(struct drive *d, enum wire_type type, struct wire_bytes b)
{
    const char *at = b.data;
    for (size_t i = 0; type == WIRE_POINTS && i < b.len / sizeof(struct drive_point); i++) {
        struct drive_point p;
        memcpy(&p, at + i * sizeof p, sizeof p);
        vec_push(&d->points, p);
    }
    for (size_t i = 0; type == WIRE_EPISODES && i < b.len / sizeof(struct drive_episode); i++) {
        struct drive_episode ep;
        memcpy(&ep, at + i * sizeof ep, sizeof ep);
        vec_push(&d->episodes, ep);
    }
}

static void take_saved(struct drive *d, const struct wire_saved *m)
{
    if (strcmp(m->kind, "checkpoint") != 0) {
        buf_printf(&d->artifacts, "%s\n", m->path);
        return;
    }
    buf_printf(&d->checkpoints, "%" PRIu64 " %s\n", m->step, m->path);
    snprintf(d->saved, sizeof d->saved, "%s/%s", d->msg.folder, m->path);
    d->saved_step = m->step;
}

static void take_done(struct drive *d, const struct wire_done *m)
{
    d->done = true;
    d->reason = (enum done_reason)m->reason;
    d->done_code = m->code;
    d->done_step = m->step;
    snprintf(d->digest, sizeof d->digest, "%s", m->digest);
    snprintf(d->message, sizeof d->message, "%s", m->message);
}

static void take_frame(struct drive *d, const struct wire_frame *m)
{
    d->num_frames++;
    buf_printf(&d->frames, "%u.%u %ux%u %s%s", m->source, m->index, m->rows, m->cols, m->text,
               m->caption);
    for (size_t i = 0; i < m->a.len / sizeof(float); i++) {
        float v;
        memcpy(&v, (const char *)m->a.data + i * sizeof v, sizeof v);
        buf_printf(&d->frames, " %g", (double)v);
    }
    buf_putc(&d->frames, '\n');
}

static void take(struct drive *d, enum wire_type type, const union wire_any *m)
{
    struct drive_metric metric;
    switch (type) {
    case WIRE_READY:
        CU_ASSERT_EQUAL(d->metrics.len, 0);
        d->ready = true;
        d->ready_step = m->ready.step;
        d->can_resume = m->ready.can_resume != 0;
        break;
    case WIRE_METRIC:
        CU_ASSERT_EQUAL(m->metric.index, d->metrics.len);
        metric = (struct drive_metric){mem_strdup(m->metric.name), m->metric.flags};
        vec_push(&d->metrics, metric);
        break;
    case WIRE_VIEW:
        buf_printf(&d->views, "%u.%u %s\n", m->view.source, m->view.index, m->view.name);
        break;
    case WIRE_POINTS: take_records(d, type, m->points.records); break;
    case WIRE_EPISODES: take_records(d, type, m->episodes.records); break;
    case WIRE_STATUS:
        d->status = m->status;
        d->num_status++;
        break;
    case WIRE_EVENT: buf_printf(&d->events, "%s: %s\n", m->event.kind, m->event.text); break;
    case WIRE_SAVED: take_saved(d, &m->saved); break;
    case WIRE_FRAME: take_frame(d, &m->frame); break;
    case WIRE_DONE: take_done(d, &m->done); break;
    default: CU_FAIL("an unexpected message");
    }
}

void drive_read(struct drive *d, int ms)
{
    struct pollfd p = {.fd = d->link.fd, .events = POLLIN};
    enum wire_type type;
    union wire_any m;
    int got;
    if (poll(&p, 1, ms) > 0 && wire_fill(&d->link, NULL) != OK)
        d->closed = true;
    while ((got = wire_next(&d->link, &type, &m, NULL)) > 0)
        take(d, type, &m);
    CU_ASSERT_EQUAL(got, 0);
}

void drive_finish(struct drive *d)
{
    while (!d->closed)
        drive_read(d, 1000);
    pthread_join(d->thread, NULL);
    d->running = false;
}

void drive_run(struct drive *d)
{
    drive_start(d);
    drive_finish(d);
}

void drive_send(struct drive *d, enum wire_type type, const void *msg)
{
    wire_send(&d->link, type, msg);
    if (wire_flush(&d->link, NULL) == OK)
        return;
    while (!d->closed) /* only a run that has come to its end may not listen */
        drive_read(d, 1000);
    CU_ASSERT_EQUAL(d->reason, DONE_FINISHED);
}

void drive_free(struct drive *d)
{
    if (d->running)
        drive_finish(d);
    for (size_t i = 0; i < d->metrics.len; i++)
        free(d->metrics.data[i].name);
    vec_finish(&d->metrics);
    vec_finish(&d->points);
    vec_finish(&d->episodes);
    buf_finish(&d->early);
    buf_finish(&d->events);
    buf_finish(&d->checkpoints);
    buf_finish(&d->artifacts);
    buf_finish(&d->views);
    buf_finish(&d->frames);
    buf_finish(&d->algo_params);
    buf_finish(&d->env_params);
    wire_link_finish(&d->link);
    job_finish(&d->job);
    union { /* the folder's name is this file's */
        const char *text;
        void *owned;
    } folder = {.text = d->msg.folder};
    free(folder.owned);
}

/* ---- looking */

int drive_metric(const struct drive *d, const char *name)
{
    for (size_t i = 0; i < d->metrics.len; i++)
        if (strcmp(d->metrics.data[i].name, name) == 0)
            return (int)i;
    return -1;
}

double drive_value(const struct drive *d, const char *name, uint64_t step)
{
    int metric = drive_metric(d, name);
    for (size_t i = 0; i < d->points.len; i++)
        if ((int)d->points.data[i].metric == metric && d->points.data[i].step == step)
            return d->points.data[i].value;
    return NAN;
}

size_t drive_count(const struct drive *d, const char *name)
{
    int metric = drive_metric(d, name);
    size_t n = 0;
    for (size_t i = 0; i < d->points.len; i++)
        n += (int)d->points.data[i].metric == metric;
    return n;
}

/* Points that belong to the result, from step `above` on, appended. */
static void result_points(const struct drive *d, uint64_t above, uint64_t to, struct buf *out)
{
    for (size_t i = 0; i < d->points.len; i++) {
        const struct drive_point *p = &d->points.data[i];
        if (!(d->metrics.data[p->metric].flags & RLB_M_CLOCK) && p->step > above && p->step <= to)
            buf_add(out, p, sizeof *p);
    }
}

static bool equal(struct buf *a, struct buf *b)
{
    bool same = a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
    buf_finish(a);
    buf_finish(b);
    return same;
}

bool drive_same(const struct drive *a, const struct drive *b)
{
    struct buf x = {0}, y = {0};
    result_points(a, 0, UINT64_MAX, &x);
    result_points(b, 0, UINT64_MAX, &y);
    return equal(&x, &y) && a->episodes.len == b->episodes.len &&
           (a->episodes.len == 0 || memcmp(a->episodes.data, b->episodes.data,
                                           a->episodes.len * sizeof *a->episodes.data) == 0);
}

bool drive_joins(const struct drive *a, uint64_t step, const struct drive *b,
                 const struct drive *whole)
{
    struct buf x = {0}, y = {0};
    result_points(a, 0, step, &x);
    result_points(b, 0, UINT64_MAX, &x);
    result_points(whole, 0, UINT64_MAX, &y);
    bool same = equal(&x, &y) && a->episodes.len + b->episodes.len >= whole->episodes.len;
    size_t tail = b->episodes.len;
    return same &&
           (tail == 0 || memcmp(b->episodes.data, whole->episodes.data + whole->episodes.len - tail,
                                tail * sizeof *b->episodes.data) == 0);
}
