#include "worker/internal.h"

#include "base/clock.h"
#include "base/sysinfo.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between two looks at the link; between two STATUS; before waiting points are sent. */
#define SERVICE_NS INT64_C(5000000)
#define STATUS_NS INT64_C(250000000)
#define FLUSH_NS INT64_C(100000000)
/* A checkpoint is announced before it is written, in case it takes long, but not every tiny one. */
#define MEASURE_NS 50e6
#define SAVING_NS INT64_C(100000000)
/* The supervisor may lag this far behind before the run waits for it, and then until this is left.
 */
enum { UNSENT_MOST = 8 << 20, UNSENT_LOW = 1 << 20, DRAIN_MS = 30000, LOG_LINES_PER_S = 100 };

void worker_event(struct worker *r, int32_t level, const char *kind, const char *fmt, ...)
{
    char text[2000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct wire_event m = {.step = r->step, .level = (uint32_t)level, .kind = kind, .text = text};
    wire_send(r->link, WIRE_EVENT, &m);
}

/* A plugin's log line. One that logs at every step must not drown the run's events. */
void worker_log_line(void *ctx, int32_t level, const char *who, const char *text)
{
    struct worker *r = ctx;
    int64_t now = clock_mono_ns();
    if (now - r->logs_ns >= INT64_C(1000000000)) {
        if (r->logs_dropped)
            worker_event(r, RLB_LOG_WARN, "log",
                         "%s: %u lines were left out (more than %d a second)", who, r->logs_dropped,
                         LOG_LINES_PER_S);
        r->logs_ns = now;
        r->logs = r->logs_dropped = 0;
    }
    if (r->logs++ < LOG_LINES_PER_S)
        worker_event(r, level, "log", "%s: %s", who, text);
    else
        r->logs_dropped++;
}

static void flush(struct worker *r)
{
    if (r->link->out.len && wire_flush(r->link, NULL) != OK)
        r->gone = true;
}

/* ---- what can be seen */

static void send_views(struct worker *r, uint32_t source, const rlb_view *views, uint32_t n,
                       uint32_t stride)
{
    for (uint32_t i = 0; i < n; i++) {
        const rlb_view *v = host_row(views, stride, i);
        struct wire_view m = {.source = source,
                              .index = i,
                              .name = v->name,
                              .doc = v->doc,
                              .kind = v->kind,
                              .flags = v->flags};
        wire_send(r->link, WIRE_VIEW, &m);
    }
}

void worker_send_catalogue(struct worker *r)
{
    const rlb_algo *algo = r->job->algo;
    const rlb_env *env = r->job->env;
    for (uint32_t i = 0; i < worker_num_metrics(r); i++) {
        const rlb_metric *row = worker_metric_row(r, i);
        struct wire_metric m = {.index = i,
                                .name = row->name,
                                .unit = row->unit,
                                .doc = row->doc,
                                .fold = row->fold,
                                .goal = row->goal,
                                .flags = row->flags};
        wire_send(r->link, WIRE_METRIC, &m);
    }
    if (algo->view)
        send_views(r, 0, algo->views, algo->num_views, algo->view_stride);
    if (env && env->view)
        send_views(r, 1, env->views, env->num_views, env->view_stride);
}

/* ---- vitals */

/* Speed and the split of time since the last measurement, unless that was only just now. */
static void measure_time(struct worker *r, int64_t now)
{
    struct worker_status *s = &r->status;
    int64_t active_ns = worker_active_ns(r, now), env_ns = r->eval_env_ns + rig_env_ns(r->rig);
    double span = (double)(active_ns - s->active_ns);
    if (span < MEASURE_NS)
        return;
    double inside = (double)(r->slices_ns - s->slices_ns), env = (double)(env_ns - s->env_ns);
    double rate = (double)(r->step - s->step) * 1e9 / span;
    inside = inside < span ? inside : span;
    env = env < inside ? env : inside;
    s->steps_per_s = s->steps_per_s > 0 ? 0.5 * (s->steps_per_s + rate) : rate;
    s->env = env / span;
    s->learn = (inside - env) / span;
    s->log = (span - inside) / span;
    s->active_ns = active_ns;
    s->slices_ns = r->slices_ns;
    s->env_ns = env_ns;
    s->step = r->step;
}

void worker_send_status(struct worker *r, enum worker_state state)
{
    struct worker_status *s = &r->status;
    s->at_ns = clock_mono_ns();
    measure_time(r, s->at_ns);
    struct wire_status m = {.step = r->step,
                            .env_steps = rig_transitions(r->rig),
                            .total = r->job->msg.steps,
                            .state = state,
                            .steps_per_s = s->steps_per_s,
                            .env_fraction = s->env,
                            .learn_fraction = s->learn,
                            .log_fraction = s->log,
                            .rss = sysinfo_rss_bytes(),
                            .next_checkpoint =
                                r->next_checkpoint == UINT64_MAX ? 0 : r->next_checkpoint};
    wire_send(r->link, WIRE_STATUS, &m);
}

void worker_send_saving(struct worker *r)
{
    if (clock_mono_ns() - r->status.at_ns < SAVING_NS)
        return;
    worker_send_status(r, WORKER_SAVING);
    flush(r);
}

/* ---- commands */

static void note_watch(struct worker *r, const struct wire_watch *m)
{
    size_t i = 0;
    while (i < r->watches.len &&
           (r->watches.data[i].source != m->source || r->watches.data[i].index != m->index))
        i++;
    if (m->interval_ms == 0) {
        if (i < r->watches.len)
            r->watches.data[i] = r->watches.data[--r->watches.len];
        return;
    }
    struct worker_watch watch = {
        .source = m->source, .index = m->index, .interval_ms = m->interval_ms};
    if (i < r->watches.len)
        r->watches.data[i] = watch;
    else if (r->watches.len < 64)
        vec_push(&r->watches, watch);
}

static void note_command(struct worker *r, enum wire_type type, const union wire_any *m)
{
    switch (type) {
    case WIRE_PAUSE: r->want_pause = true; break;
    case WIRE_CONTINUE: r->want_pause = false; break;
    case WIRE_STOP: r->want_stop = true; break;
    case WIRE_CHECKPOINT: r->want_checkpoint = true; break;
    case WIRE_WATCH: note_watch(r, &m->watch); break;
    case WIRE_SET_PARAM: {
        struct worker_param p = {arena_strdup(&r->want_arena, m->set_param.name),
                                 arena_strdup(&r->want_arena, m->set_param.value)};
        vec_push(&r->want_params, p);
        break;
    }
    default:
        worker_event(r, RLB_LOG_WARN, "wire", "message %s makes no sense here, and was ignored",
                     wire_type_name(type));
    }
}

/* What has been read already; false: nothing whole. */
static bool take_commands(struct worker *r)
{
    bool any = false;
    enum wire_type type;
    union wire_any m;
    int got;
    while ((got = wire_next(r->link, &type, &m, NULL)) > 0) {
        note_command(r, type, &m);
        any = true;
    }
    if (got < 0)
        r->gone = true;
    return any || got < 0;
}

static void receive(struct worker *r)
{
    if (wire_fill(r->link, NULL) != OK)
        r->gone = true;
    take_commands(r);
}

/* Waits for something to read, or to write when something is unsent. What came together with the
 * job has been read with it. */
static void wait_link(struct worker *r, int timeout_ms)
{
    if (take_commands(r))
        return;
    struct pollfd p = {.fd = r->link->fd,
                       .events = (short)(POLLIN | (r->link->out.len ? POLLOUT : 0))};
    if (poll(&p, 1, timeout_ms) > 0 && p.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
        receive(r);
}

void worker_service(struct worker *r, bool at_once)
{
    int64_t now = clock_mono_ns();
    if (r->gone || (!at_once && now - r->serviced_ns < SERVICE_NS))
        return;
    r->serviced_ns = now;
    if (at_once || now - r->flushed_ns >= FLUSH_NS) {
        worker_flush_points(r);
        r->flushed_ns = now;
    }
    if (now - r->status.at_ns >= STATUS_NS)
        worker_send_status(r, WORKER_RUNNING);
    flush(r);
    wait_link(r, 0);
    if (r->link->out.len > UNSENT_MOST)
        while (!r->gone && r->link->out.len > UNSENT_LOW) {
            wait_link(r, -1);
            flush(r);
        }
}

void worker_wait(struct worker *r)
{
    flush(r);
    if (!r->gone)
        wait_link(r, -1);
}

void worker_drain(struct worker *r)
{
    int64_t end = clock_mono_ns() + DRAIN_MS * INT64_C(1000000);
    flush(r);
    while (!r->gone && r->link->out.len && clock_mono_ns() < end) {
        wait_link(r, 1000);
        flush(r);
    }
}
