#include "tui/live_views.h"

#include "tui/live_model.h"
#include "tui/tui.h"

#include <rlbench/plugin.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_EVERY_MS = 100 };

_Static_assert((int)PICTURE_HEATMAP == RLB_VIEW_HEATMAP && (int)PICTURE_ARROWS == RLB_VIEW_ARROWS &&
                   (int)PICTURE_SCATTER == RLB_VIEW_SCATTER && (int)PICTURE_BARS == RLB_VIEW_BARS &&
                   (int)PICTURE_TEXT == RLB_VIEW_TEXT && (int)PICTURE_FIELD == RLB_VIEW_FIELD &&
                   (int)PICTURE_LINES == RLB_VIEW_LINES,
               "the chart layer's kinds of pictures are the plugins'");

static void drop_frame(struct live_views *v)
{
    buf_finish(&v->frame.a);
    buf_finish(&v->frame.b);
    buf_finish(&v->frame.c);
    for (int i = 0; i < 4; i++)
        free(v->frame.texts[i]);
    memset(&v->frame, 0, sizeof v->frame);
}

void live_views_finish(struct live_views *v)
{
    for (size_t i = 0; i < v->all.len; i++) {
        free(v->all.data[i].name);
        free(v->all.data[i].doc);
    }
    vec_finish(&v->all);
    free(v->socket);
    drop_frame(v);
    memset(v, 0, sizeof *v);
}

void live_views_clear(struct app *a, struct live_views *v)
{
    live_views_stop(a, v);
    live_views_finish(v);
}

/* ---- choosing ---- */

/* Views of the watched run; those of another run of the focus while it has told of none, for seeds
 * of one recipe have the same. */
static int64_t run_with_views(const struct live_views *v)
{
    for (size_t i = 0; i < v->all.len; i++)
        if (v->all.data[i].run == v->run)
            return v->run;
    return v->all.len ? v->all.data[0].run : 0;
}

const struct live_view *live_views_chosen(const struct live_views *v, size_t *at, size_t *count)
{
    int64_t run = run_with_views(v);
    const struct live_view *chosen = NULL;
    *at = *count = 0;
    for (size_t i = 0; i < v->all.len; i++) {
        const struct live_view *view = &v->all.data[i];
        if (view->run != run)
            continue;
        ++*count;
        if (view->source == v->source && view->index == v->index) {
            chosen = view;
            *at = *count;
        }
    }
    return chosen;
}

static const struct live_view *view_after(const struct live_views *v)
{
    int64_t run = run_with_views(v);
    const struct live_view *first = NULL;
    bool take = false;
    for (size_t i = 0; i < v->all.len; i++) {
        const struct live_view *view = &v->all.data[i];
        if (view->run != run)
            continue;
        if (take)
            return view;
        first = first ? first : view;
        take = view->source == v->source && view->index == v->index;
    }
    return first;
}

/* The live run after the given one, a running one first; 0 when there is none. */
static int64_t live_run_after(const struct live_model *m, int64_t after)
{
    static const enum run_state wanted[] = {RUN_RUNNING, RUN_PAUSED};
    for (int pass = 0; pass < 2; pass++) {
        int64_t first = 0;
        bool take = false;
        for (size_t i = 0; i < m->runs.len; i++) {
            const struct live_run *r = &m->runs.data[i];
            if (r->state == wanted[pass] && take)
                return r->id;
            if (r->state == wanted[pass] && !first)
                first = r->id;
            take = take || r->id == after;
        }
        if (first)
            return first;
    }
    return 0;
}

static const struct live_run *run_of(const struct live_model *m, int64_t id)
{
    for (size_t i = 0; i < m->runs.len; i++)
        if (m->runs.data[i].id == id)
            return &m->runs.data[i];
    return NULL;
}

/* ---- talking to supervisors ---- */

static void ask(struct app *a, const char *socket, int64_t run, uint32_t source, uint32_t index,
                uint32_t every_ms)
{
    /* nobody there: the run has just ended, and the database will say so */
    control_subscribe(&a->control, socket, run, source, index, every_ms, NULL);
}

void live_views_stop(struct app *a, struct live_views *v)
{
    if (v->socket)
        ask(a, v->socket, v->run, v->source, v->index, 0);
    free(v->socket);
    v->socket = NULL;
}

static void watch(struct app *a, struct live_views *v, const struct live_model *m, int64_t run,
                  uint32_t source, uint32_t index)
{
    if (v->socket && v->run == run && v->source == source && v->index == index)
        return;
    live_views_stop(a, v);
    if (v->source != source || v->index != index)
        drop_frame(v);
    v->run = run;
    v->source = source;
    v->index = index;
    const struct live_run *r = run_of(m, run);
    if (!r || !*r->socket)
        return;
    v->socket = mem_strdup(r->socket);
    ask(a, v->socket, run, source, index, FRAME_EVERY_MS);
}

void live_views_subscribe(struct app *a, struct live_views *v, const struct live_model *m)
{
    const char *asked = NULL;
    for (size_t i = 0; i < m->runs.len; i++) {
        const struct live_run *r = &m->runs.data[i];
        if (live_is_over(r->state) || !*r->socket || (asked && strcmp(asked, r->socket) == 0))
            continue;
        asked = r->socket;
        if (!v->socket || strcmp(v->socket, asked) != 0)
            ask(a, asked, 0, 0, 0, 0); /* states and views of all its runs, no frames */
    }
    const struct live_run *watched = run_of(m, v->run);
    bool alive = watched && (watched->state == RUN_RUNNING || watched->state == RUN_PAUSED);
    int64_t run = alive ? v->run : live_run_after(m, 0);
    if (!run) { /* nothing runs: the last picture stays */
        live_views_stop(a, v);
        return;
    }
    if (!v->run)
        v->run = run;
    size_t at, count;
    const struct live_view *view = live_views_chosen(v, &at, &count);
    view = view ? view : view_after(v);
    if (view) /* else the supervisor's answer comes first */
        watch(a, v, m, run, view->source, view->index);
}

void live_views_next(struct app *a, struct live_views *v, const struct live_model *m)
{
    const struct live_view *next = view_after(v);
    if (next && v->run)
        watch(a, v, m, v->run, next->source, next->index);
}

void live_views_next_run(struct app *a, struct live_views *v, const struct live_model *m)
{
    int64_t run = live_run_after(m, v->run);
    if (run)
        watch(a, v, m, run, v->source, v->index);
}

/* ---- what comes ---- */

void live_views_take_view(struct live_views *v, const struct wire_view *view)
{
    for (size_t i = 0; i < v->all.len; i++) {
        const struct live_view *have = &v->all.data[i];
        if (have->run == (int64_t)view->run && have->source == view->source &&
            have->index == view->index)
            return;
    }
    const struct live_view new = {(int64_t)view->run,   view->source, view->index,
                                  view->kind,           view->flags,  mem_strdup(view->name),
                                  mem_strdup(view->doc)};
    vec_push(&v->all, new);
}

static const float *take_array(struct buf *b, struct wire_bytes bytes)
{
    buf_clear(b);
    buf_add(b, bytes.data, bytes.len);
    return bytes.len ? (const float *)(const void *)b->data : NULL;
}

/* Either not there or whole. */
static bool fits(struct wire_bytes bytes, uint64_t count)
{
    return bytes.len == 0 || bytes.len / sizeof(float) >= count;
}

bool live_views_take_frame(struct live_views *v, const struct wire_frame *f)
{
    if ((int64_t)f->run != v->run || f->source != v->source || f->index != v->index)
        return false;
    uint64_t count = f->kind == RLB_VIEW_SCATTER ? f->rows : (uint64_t)f->rows * f->cols;
    if (!fits(f->a, count) || !fits(f->b, count) || !fits(f->c, count))
        return false;
    const char *texts[4] = {f->text, f->caption, f->row_labels, f->col_labels};
    for (int i = 0; i < 4; i++) {
        free(v->frame.texts[i]);
        v->frame.texts[i] = mem_strdup(texts[i]);
    }
    v->frame.there = true;
    v->frame.run = (int64_t)f->run;
    v->frame.step = f->step;
    v->frame.picture = (struct picture){.kind = (enum picture_kind)f->kind,
                                        .rows = f->rows,
                                        .cols = f->cols,
                                        .a = take_array(&v->frame.a, f->a),
                                        .b = take_array(&v->frame.b, f->b),
                                        .c = take_array(&v->frame.c, f->c),
                                        .text = v->frame.texts[0],
                                        .caption = v->frame.texts[1],
                                        .row_labels = v->frame.texts[2],
                                        .col_labels = v->frame.texts[3],
                                        .lo = f->lo,
                                        .hi = f->hi};
    return true;
}
