#include "tui/compare_model.h"

#include "base/clock.h"
#include "tui/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const compare_align_names[ALIGN_COUNT] = {"step", "time", "episode"};
const char *const compare_band_names[BAND_COUNT] = {"interval", "range", "seeds"};

void compare_init(struct compare_model *m)
{
    *m = (struct compare_model){.metric = SIZE_MAX};
}

void compare_finish(struct compare_model *m)
{
    for (size_t i = 0; i < m->runs.len; i++) {
        curve_finish(&m->runs.data[i].axis);
        series_finish(&m->runs.data[i].line);
    }
    vec_finish(&m->runs);
    vec_finish(&m->groups);
    vec_finish(&m->metrics);
    labels_finish(&m->labels);
    free(m->wanted);
    arena_finish(&m->arena);
    compare_init(m);
}

/* ---- building ---- */

static size_t group_of(struct compare_model *m, const struct run_row *row)
{
    for (size_t i = 0; i < m->groups.len; i++) {
        struct compare_group *g = &m->groups.data[i];
        if (g->experiment == row->experiment_id && strcmp(g->key, row->group) == 0) {
            g->num_runs++;
            return i;
        }
    }
    struct compare_group g = {.experiment = row->experiment_id,
                              .run = row->id,
                              .key = arena_strdup(&m->arena, row->group),
                              .name = arena_strdup(&m->arena, row->experiment),
                              .label = arena_strdup(&m->arena, row->label ? row->label : ""),
                              .num_runs = 1};
    vec_push(&m->groups, g);
    return m->groups.len - 1;
}

struct compare_run *compare_add_run(struct compare_model *m, const struct run_row *row)
{
    struct compare_run r = {.id = row->id,
                            .seed = row->seed,
                            .steps = row->steps,
                            .attempts = row->attempts,
                            .group = group_of(m, row),
                            .last = NAN};
    series_init(&r.line);
    vec_push(&m->runs, r);
    m->step_units = arena_printf(&m->arena, "%ss", *row->step_unit ? row->step_unit : "step");
    return &m->runs.data[m->runs.len - 1];
}

/* Of groups of one experiment its name says nothing. */
void compare_name_groups(struct compare_model *m)
{
    VEC(const char *) names = {0};
    bool several = false;
    for (size_t i = 0; i < m->groups.len; i++)
        several = several || m->groups.data[i].experiment != m->groups.data[0].experiment;
    for (size_t i = 0; i < m->groups.len; i++) {
        const struct compare_group *g = &m->groups.data[i];
        const char *name = *g->label ? g->label : g->name;
        if (several && *g->label)
            name = arena_printf(&m->arena, "%s %s", g->name, g->label);
        vec_push(&names, name);
    }
    labels_finish(&m->labels);
    labels_make(&m->labels, names.data, names.len);
    vec_finish(&names);
}

static void note_metric(struct compare_model *m, const struct metric_row *row)
{
    for (size_t i = 0; i < m->metrics.len; i++)
        if (strcmp(m->metrics.data[i].name, row->name) == 0)
            return;
    struct compare_metric metric = {arena_strdup(&m->arena, row->name),
                                    arena_strdup(&m->arena, row->unit), row->flags};
    vec_push(&m->metrics, metric);
    size_t to = m->metrics.len - 1;
    for (; to > 0 && (metric.flags & RLB_M_HEADLINE) &&
           !(m->metrics.data[to - 1].flags & RLB_M_HEADLINE);
         to--)
        m->metrics.data[to] = m->metrics.data[to - 1];
    m->metrics.data[to] = metric;
}

void compare_add_metrics(struct compare_model *m, struct compare_run *r,
                         const struct metric_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!m->wanted)
            m->wanted = mem_strdup(rows[i].name);
        note_metric(m, &rows[i]);
        if (strcmp(rows[i].name, m->wanted) != 0 || rows[i].n + rows[i].nan_n == 0)
            continue;
        r->metric = rows[i].id;
        r->first_step = rows[i].first_step;
        r->last_step = rows[i].last_step;
        r->points = rows[i].n + rows[i].nan_n;
        r->last = rows[i].last;
    }
    m->metric = SIZE_MAX;
    for (size_t i = 0; i < m->metrics.len; i++)
        if (strcmp(m->metrics.data[i].name, m->wanted) == 0)
            m->metric = i;
}

/* ---- the axis ---- */

static double ticks_per(enum compare_align align)
{
    return align == ALIGN_TIME ? 1000 : 1;
}

uint64_t compare_place(const struct compare_model *m, const struct compare_run *r, uint64_t step)
{
    const struct curve *c = &r->axis;
    size_t i = 0, end = c->len;
    if (m->align == ALIGN_STEP)
        return step;
    while (i < end) { /* the first entry beyond step */
        size_t middle = i + (end - i) / 2;
        if (c->steps[middle] <= step)
            i = middle + 1;
        else
            end = middle;
    }
    if (i == 0)
        return 0;
    double value = c->values[i - 1];
    if (i < c->len)
        value += (c->values[i] - value) * (double)(step - c->steps[i - 1]) /
                 (double)(c->steps[i] - c->steps[i - 1]);
    return (uint64_t)(fmax(value, 0) * ticks_per(m->align));
}

/* The last step at or before a place; false before the first. */
static bool step_at(const struct compare_model *m, const struct compare_run *r, uint64_t place,
                    uint64_t *step)
{
    const struct curve *c = &r->axis;
    double value = ((double)place + 1) / ticks_per(m->align); /* up to the next place */
    size_t i = 0, end = c->len;
    *step = place;
    if (m->align == ALIGN_STEP)
        return true;
    while (i < end) {
        size_t middle = i + (end - i) / 2;
        if (c->values[middle] < value)
            i = middle + 1;
        else
            end = middle;
    }
    if (i == 0)
        return false;
    *step = i == c->len ? UINT64_MAX : c->steps[i - 1];
    if (i < c->len)
        *step += (uint64_t)((value - c->values[i - 1]) / (c->values[i] - c->values[i - 1]) *
                            (double)(c->steps[i] - c->steps[i - 1]) * (1 - 1e-12));
    return true;
}

void compare_measure(struct compare_model *m)
{
    m->lo = UINT64_MAX;
    m->hi = 0;
    for (size_t i = 0; i < m->runs.len; i++) {
        const struct compare_run *r = &m->runs.data[i];
        if (!r->metric)
            continue;
        uint64_t from = compare_place(m, r, r->first_step), to = compare_place(m, r, r->last_step);
        m->lo = from < m->lo ? from : m->lo;
        m->hi = to > m->hi ? to : m->hi;
    }
    if (m->lo > m->hi)
        m->lo = m->hi = 0;
}

/* ---- reading ---- */

enum { AXIS_SAMPLES = 200 /* of the number of episodes */ };

static int measure_run(struct compare_model *m, struct store *s, struct compare_run *r,
                       struct err *e)
{
    struct metric_row *rows;
    struct arena tmp = {0};
    size_t n;
    int status = store_run_metrics(s, r->id, &tmp, &rows, &n, e);
    if (status == OK)
        compare_add_metrics(m, r, rows, n);
    arena_finish(&tmp);
    if (status == OK && m->align == ALIGN_TIME)
        return store_read_clock(s, r->id, &r->axis, e);
    if (status != OK || m->align == ALIGN_STEP || !r->metric)
        return status;
    uint64_t ends[AXIS_SAMPLES];
    for (uint64_t i = 0; i < AXIS_SAMPLES; i++)
        ends[i] = series_column_start(0, r->last_step, AXIS_SAMPLES, i + 1) - 1;
    return store_sample_episodes(s, r->id, ends, AXIS_SAMPLES, &r->axis, e);
}

static int read_run(const struct compare_model *m, struct store *s, struct compare_run *r,
                    struct err *e)
{
    struct curve points = {0};
    uint64_t *ends = mem_grow(NULL, m->columns + 1, sizeof *ends), step;
    size_t n = 0;
    series_clear(&r->line);
    for (size_t c = 0; c < m->columns; c++)
        if (step_at(m, r, series_column_start(m->lo, m->hi, m->columns, c + 1) - 1, &step) &&
            step >= r->first_step && (n == 0 || ends[n - 1] < r->last_step))
            ends[n++] = step;
    int status = r->metric ? store_sample_ends(s, r->id, r->metric, ends, n, &points, e) : OK;
    for (size_t i = 0; i < points.len; i++) {
        uint64_t place = compare_place(m, r, points.steps[i]);
        series_append(&r->line, &place, &points.values[i], 1);
    }
    curve_finish(&points);
    free(ends);
    return status;
}

bool compare_is_whole(const struct compare_model *m)
{
    return m->measured == m->runs.len && m->read == m->runs.len;
}

void compare_again(struct compare_model *m)
{
    m->read = 0;
}

bool compare_same(const struct compare_model *a, const struct compare_model *b)
{
    bool same = a->runs.len == b->runs.len && a->align == b->align && a->wanted && b->wanted &&
                strcmp(a->wanted, b->wanted) == 0 && a->metrics.len == b->metrics.len;
    for (size_t i = 0; same && i < a->runs.len; i++) {
        const struct compare_run *x = &a->runs.data[i], *y = &b->runs.data[i];
        same = x->id == y->id && x->metric == y->metric && x->attempts == y->attempts &&
               x->points == y->points && x->last_step == y->last_step;
    }
    return same;
}

int compare_load(struct compare_model *m, struct store *s, const int64_t *ids, size_t n,
                 const char *metric, enum compare_align align, struct err *e)
{
    struct arena tmp = {0};
    struct run_row *rows = arena_alloc(&tmp, (n + 1) * sizeof *rows);
    size_t found = 0;
    int status = rows_find(s, ids, n, &tmp, rows, &found, e);
    compare_finish(m);
    m->align = align;
    if (status == OK && found == 0)
        status = err_set(e, ERR_NOINPUT, "these runs are no longer in the database");
    if (status == OK && !metric && *rows[0].headline)
        metric = rows[0].headline;
    m->wanted = mem_strdup(metric);
    for (size_t i = 0; i < found && status == OK; i++)
        compare_add_run(m, &rows[i]);
    compare_name_groups(m);
    arena_finish(&tmp);
    return status;
}

int compare_read(struct compare_model *m, struct store *s, size_t columns, int64_t deadline_ns,
                 bool *more, struct err *e)
{
    int status = OK;
    *more = false;
    if (columns != m->columns)
        m->read = 0;
    for (bool first = true; status == OK && !compare_is_whole(m); first = false) {
        if (!first && clock_mono_ns() > deadline_ns) {
            *more = true;
            return OK;
        }
        if (m->measured < m->runs.len) {
            status = measure_run(m, s, &m->runs.data[m->measured++], e);
            if (m->measured == m->runs.len)
                compare_measure(m);
            continue;
        }
        m->columns = columns;
        status = read_run(m, s, &m->runs.data[m->read++], e);
    }
    return status;
}
