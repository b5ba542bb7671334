/* What a worker says and what becomes of it: one handler per message. */
#include "supervisor/internal.h"

#include "worker/worker.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* GRACE: a worker that has said all it has to say is left alone for so long. */
enum {
    GRACE_S = 2,
    EVENT_TEXT_MAX = RUN_TEXT_MAX - 1,
    METRICS_MAX = 4096,
    VIEWS_MAX_BYTES = 1 << 20,
    PROVENANCE_MAX_BYTES = 1 << 16
};
#define STEP_MAX ((uint64_t)INT64_MAX) /* what a database can hold */

typedef int handler(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e);

static int on_ready(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    if (m->ready.protocol != WIRE_PROTOCOL)
        return err_set(e, ERR_DATA, "the worker speaks protocol %u, the supervisor %d",
                       m->ready.protocol, WIRE_PROTOCOL);
    r->ready = true;
    if (r->attempt > 1 && m->ready.step != r->status.step)
        return err_set(e, ERR_DATA, "the worker went on at step %llu instead of %llu",
                       (unsigned long long)m->ready.step, (unsigned long long)r->status.step);
    if (!m->ready.can_resume)
        run_event(s, r, RLB_LOG_INFO, "checkpoint",
                  "%s cannot save its state: this run cannot be resumed", r->job.algo);
    return OK;
}

static int on_provenance(struct supervisor *s, struct run *r, const union wire_any *m,
                         struct err *e)
{
    (void)s;
    json_t *facts = json_loads(m->provenance.facts, 0, NULL);
    bool object = json_is_object(facts);
    json_decref(facts);
    if (!object || strlen(m->provenance.facts) > PROVENANCE_MAX_BYTES)
        return err_set(e, ERR_DATA, "its provenance is no JSON object, or too long");
    batch_provenance(&r->batch, m->provenance.facts);
    return OK;
}

static int on_metric(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    (void)s;
    if (m->metric.index != r->metrics.len)
        return err_set(e, ERR_DATA, "metric %.80s came out of order", m->metric.name);
    if (r->metrics.len >= METRICS_MAX)
        return err_set(e, ERR_DATA, "more than %d metrics", METRICS_MAX);
    rlb_metric metric = {.name = arena_strdup(&r->arena, m->metric.name),
                         .doc = arena_strdup(&r->arena, m->metric.doc),
                         .unit = arena_strdup(&r->arena, m->metric.unit),
                         .fold = m->metric.fold,
                         .goal = m->metric.goal,
                         .flags = m->metric.flags};
    vec_push(&r->metrics, metric);
    return OK;
}

static int on_points(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    const char *at = m->points.records.data;
    size_t n = m->points.records.len / sizeof(struct store_point);
    if (n * sizeof(struct store_point) != m->points.records.len)
        return err_set(e, ERR_DATA, "its points are %zu bytes", m->points.records.len);
    for (size_t i = 0; i < n; i++) {
        struct store_point p;
        memcpy(&p, at + i * sizeof p, sizeof p);
        if (p.metric >= r->metrics.len)
            return err_set(e, ERR_DATA, "a point of metric %u, which it never named", p.metric);
        if (p.step > STEP_MAX)
            return err_set(e, ERR_DATA, "a point at step %llu", (unsigned long long)p.step);
    }
    buf_add(&r->batch.points, at, m->points.records.len);
    for (size_t i = 0; (r->alerts.len || r->seat) && i < n; i++) {
        struct store_point p;
        memcpy(&p, at + i * sizeof p, sizeof p);
        alerts_take(s, r, &p);
        if (r->seat)
            trials_take(s, r, &p);
    }
    return OK;
}

static int on_episodes(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    const struct wire_bytes *b = &m->episodes.records;
    (void)s;
    if (b->len % sizeof(struct store_episode) != 0)
        return err_set(e, ERR_DATA, "its episodes are %zu bytes", b->len);
    buf_add(&r->batch.episodes, b->data, b->len);
    return OK;
}

static int on_view(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    struct wire_view view = m->view;
    view.run = (uint64_t)r->id;
    if (r->views.len > VIEWS_MAX_BYTES)
        return err_set(e, ERR_DATA, "too many views");
    wire_encode(&r->views, WIRE_VIEW, &view);
    control_forward(s, r->id, WIRE_VIEW, &view);
    return OK;
}

static int on_frame(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    struct wire_frame frame = m->frame;
    (void)e;
    frame.run = (uint64_t)r->id;
    control_forward(s, r->id, WIRE_FRAME, &frame);
    return OK;
}

/* A run is paused when its worker says so, not when it was asked to. */
static void follow_state(struct supervisor *s, struct run *r, uint32_t worker_state)
{
    if (worker_state == WORKER_PAUSED && r->state == RUN_RUNNING) {
        run_set_state(s, r, RUN_PAUSED);
        run_event(s, r, RLB_LOG_INFO, "paused", "%s",
                  r->pauses & PAUSE_STORAGE ? "paused until the database can be written again"
                                            : "paused");
    } else if (worker_state != WORKER_PAUSED && r->state == RUN_PAUSED) {
        run_set_state(s, r, RUN_RUNNING);
        run_event(s, r, RLB_LOG_INFO, "continued", "continued");
    }
}

static int on_status(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    if (m->status.step > STEP_MAX || m->status.env_steps > STEP_MAX)
        return err_set(e, ERR_DATA, "a status at step %llu", (unsigned long long)m->status.step);
    r->status = m->status;
    r->status.run = (uint64_t)r->id;
    follow_state(s, r, m->status.state);
    if (s->options->stop_after && m->status.step > s->options->stop_after && !r->stop_wanted)
        run_stop(s, r, false);
    control_forward(s, r->id, WIRE_STATUS, &r->status);
    return OK;
}

static int on_event(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    struct buf text = {0}, kind = {0};
    (void)e;
    if (!limiter_pass(&r->events, s->now_ns))
        return OK;
    lines_clean(m->event.text, strlen(m->event.text), EVENT_TEXT_MAX, &text);
    lines_clean(m->event.kind, strlen(m->event.kind), 64, &kind);
    struct wire_event event = m->event;
    event.run = (uint64_t)r->id;
    event.text = buf_text(&text);
    event.kind = buf_text(&kind);
    batch_event(&r->batch, event.step, (int)event.level, event.kind, event.text);
    control_forward(s, r->id, WIRE_EVENT, &event);
    if (event.level >= RLB_LOG_WARN)
        snprintf(s->notice, sizeof s->notice, "run %lld: %s", (long long)r->id, event.text);
    buf_finish(&text);
    buf_finish(&kind);
    return OK;
}

static int on_saved(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    const struct wire_saved *saved = &m->saved;
    (void)s;
    (void)e;
    r->saved = r->saved || strcmp(saved->kind, "checkpoint") == 0;
    batch_artifact(&r->batch, saved,
                   saved->path[0] == '/'
                       ? saved->path
                       : arena_printf(&r->batch.arena, "%s/%s", r->folder, saved->path));
    return OK;
}

static int on_done(struct supervisor *s, struct run *r, const union wire_any *m, struct err *e)
{
    static const struct {
        enum run_state state;
        const char *kind, *text;
    } ends[] = {
        [DONE_FINISHED] = {RUN_DONE, "done", "done"},
        [DONE_STOPPED] = {RUN_STOPPED, "stopped", "stopped"},
        [DONE_FAILED] = {RUN_FAILED, "failed", "failed"},
        [DONE_DIVERGED] = {RUN_FAILED, "diverged", "diverged"},
    };
    const struct wire_done *d = &m->done;
    struct buf text = {0};
    if (d->step > STEP_MAX || d->reason >= sizeof ends / sizeof ends[0])
        return err_set(e, ERR_DATA, "it ended for reason %u at step %llu", d->reason,
                       (unsigned long long)d->step);
    lines_clean(d->message, strlen(d->message), EVENT_TEXT_MAX, &text);
    if (text.len == 0)
        buf_printf(&text, "%s at step %llu", ends[d->reason].text, (unsigned long long)d->step);
    r->status.step = d->step;
    run_decide(r, ends[d->reason].state, (int)d->code, ends[d->reason].kind, text.data);
    const struct run_update u = {.set = RU_DIGEST, .digest = d->digest};
    batch_update(&r->batch, &u);
    r->dying_ns = s->now_ns + GRACE_S * INT64_C(1000000000);
    buf_finish(&text);
    return OK;
}

static handler *const handlers[WIRE_NUM_TYPES] = {
    [WIRE_READY] = on_ready,       [WIRE_METRIC] = on_metric,         [WIRE_VIEW] = on_view,
    [WIRE_POINTS] = on_points,     [WIRE_STATUS] = on_status,         [WIRE_EVENT] = on_event,
    [WIRE_EPISODES] = on_episodes, [WIRE_SAVED] = on_saved,           [WIRE_FRAME] = on_frame,
    [WIRE_DONE] = on_done,         [WIRE_PROVENANCE] = on_provenance,
};

static int handle(struct supervisor *s, struct run *r, enum wire_type type,
                  const union wire_any *msg, struct err *e)
{
    if (!handlers[type])
        return err_set(e, ERR_DATA, "message %s is not a worker's", wire_type_name(type));
    return handlers[type](s, r, msg, e);
}

bool run_pump(struct supervisor *s, struct run *r)
{
    enum wire_type type;
    union wire_any msg;
    struct err e = ERR_INIT;
    char text[RUN_TEXT_MAX];
    int got, status = OK;
    if (r->link.fd < 0)
        return false;
    size_t kept = r->link.in.len - r->link.in_used;
    bool ended = wire_fill(&r->link, NULL) != OK;
    bool more = !ended && r->link.in.len > kept;
    while ((got = wire_next(&r->link, &type, &msg, &e)) > 0) {
        r->silent_ns = 0;
        /* After its verdict a worker is not listened to any more. */
        if (!r->done && (status = handle(s, r, type, &msg, &e)) != OK)
            break;
    }
    if (got < 0 || status != OK) {
        snprintf(text, sizeof text, "the worker broke the protocol: %s", e.text);
        run_abort(s, r, RUN_CRASHED, ERR_INTERNAL, "crashed", text);
        ended = true;
    }
    if (ended) {
        wire_link_finish(&r->link);
        if (!r->dying_ns)
            r->dying_ns = s->now_ns + GRACE_S * INT64_C(1000000000);
        return false;
    }
    return more;
}

struct line_place {
    struct supervisor *s;
    struct run *r;
};

static void on_line(void *ctx, const char *text)
{
    const struct line_place *at = ctx;
    run_event(at->s, at->r, RLB_LOG_INFO, "stderr", "%s", text);
}

bool run_pump_lines(struct supervisor *s, struct run *r)
{
    struct line_place at = {s, r};
    uint64_t before = r->lines.total;
    return lines_pump(&r->lines, s->now_ns, on_line, &at) && r->lines.total > before;
}
