#include "worker/internal.h"

#include <math.h>

/* Pictures, made only while somebody watches. */

enum { VIEW_CELLS = 1 << 22, UNSENT_MOST = 1 << 20 };

/* The world shown: the one that is stepped. */
static struct venv *shown_world(const struct worker *r)
{
    struct venv *training = rig_training_env(r->rig, 0);
    return training ? training : r->rig->env;
}

/* Fills the frame; why not otherwise (in text, or constant). */
static const char *ask(const struct worker *r, const struct worker_watch *w, rlb_frame *frame,
                       char *text, size_t size)
{
    const rlb_algo *algo = r->job->algo;
    const rlb_env *env = r->job->env;
    const rlb_view *row;
    rlb_status status;
    if (w->source == 0 && algo->view && w->index < algo->num_views) {
        row = host_row(algo->views, algo->view_stride, w->index);
        frame->kind = row->kind;
        status = algo->view(r->rig->algo, w->index, frame);
    } else if (w->source == 1 && env && env->view && w->index < env->num_views) {
        row = host_row(env->views, env->view_stride, w->index);
        frame->kind = row->kind;
        status = env->view(shown_world(r)->self, w->index, 0, frame);
    } else {
        return "there is no such view";
    }
    if (status < 0)
        return host_failure(&r->rig->report, w->source ? env->id : algo->id, status, text, size);
    return (uint64_t)frame->rows * frame->cols > VIEW_CELLS ? "it is too large" : NULL;
}

static struct wire_bytes cells(const rlb_frame *f, const float *values)
{
    size_t n = (size_t)f->rows * f->cols * sizeof *values;
    return values ? (struct wire_bytes){values, n} : (struct wire_bytes){NULL, 0};
}

static bool show(struct worker *r, const struct worker_watch *w)
{
    rlb_frame f = {.size = sizeof f, .lo = NAN, .hi = NAN};
    char text[1200];
    const char *fault = ask(r, w, &f, text, sizeof text);
    if (fault) {
        worker_event(r, RLB_LOG_WARN, "view", "view %u of the %s cannot be shown: %s", w->index,
                     w->source ? "environment" : "algorithm", fault);
        return false;
    }
    struct wire_frame m = {.source = w->source,
                           .index = w->index,
                           .step = r->step,
                           .kind = f.kind,
                           .rows = f.rows,
                           .cols = f.cols,
                           .lo = f.lo,
                           .hi = f.hi,
                           .a = cells(&f, f.a),
                           .b = cells(&f, f.b),
                           .c = cells(&f, f.c),
                           .text = f.text,
                           .caption = f.caption,
                           .row_labels = f.row_labels,
                           .col_labels = f.col_labels};
    wire_send(r->link, WIRE_FRAME, &m);
    return true;
}

void worker_show_views(struct worker *r, int64_t now)
{
    if (r->link->out.len > UNSENT_MOST)
        return;
    for (size_t i = 0; i < r->watches.len;) {
        struct worker_watch *w = &r->watches.data[i];
        if (now < w->next_ns || (w->shown && w->shown_step == r->step)) {
            i++;
            continue;
        }
        w->next_ns = now + (int64_t)w->interval_ms * 1000000;
        w->shown = true;
        w->shown_step = r->step;
        if (show(r, w))
            i++;
        else
            *w = r->watches.data[--r->watches.len];
    }
}
