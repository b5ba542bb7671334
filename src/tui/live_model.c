#include "tui/live_model.h"

#include "base/clock.h"
#include "series/bundle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void live_init(struct live_model *m)
{
    memset(m, 0, sizeof *m);
}

static void curve_drop(struct live_curve *c)
{
    series_finish(&c->raw);
    series_finish(&c->smooth);
    *c = (struct live_curve){0};
}

static void free_metrics(struct live_model *m)
{
    for (size_t i = 0; i < m->metrics.len; i++) {
        struct live_metric *metric = &m->metrics.data[i];
        for (size_t r = 0; r < m->runs.len; r++)
            curve_drop(&metric->curves[r]);
        free(metric->curves);
        free(metric->name);
        free(metric->unit);
        free(metric->doc);
    }
    vec_finish(&m->metrics);
}

void live_finish(struct live_model *m)
{
    free_metrics(m);
    for (size_t i = 0; i < m->runs.len; i++) {
        free(m->runs.data[i].uid);
        free(m->runs.data[i].socket);
    }
    vec_finish(&m->runs);
    for (size_t i = 0; i < m->groups.len; i++) {
        free(m->groups.data[i].key);
        free(m->groups.data[i].name);
    }
    vec_finish(&m->groups);
    labels_finish(&m->labels);
    free(m->title);
    free(m->step_unit);
    live_init(m);
}

bool live_is_over(enum run_state state)
{
    return state != RUN_QUEUED && state != RUN_RUNNING && state != RUN_PAUSED;
}

/* ---- building ---- */

static void replace(char **text, const char *with)
{
    if (*text && with && strcmp(*text, with) == 0)
        return;
    free(*text);
    *text = mem_strdup(with ? with : "");
}

static void name_groups(struct live_model *m)
{
    VEC(const char *) names = {0};
    for (size_t i = 0; i < m->groups.len; i++)
        vec_push(&names, m->groups.data[i].name);
    labels_finish(&m->labels);
    labels_make(&m->labels, names.data, names.len);
    vec_finish(&names);
}

static size_t group_of(struct live_model *m, const struct run_row *row)
{
    for (size_t i = 0; i < m->groups.len; i++)
        if (strcmp(m->groups.data[i].key, row->group) == 0) {
            m->groups.data[i].num_runs++;
            return i;
        }
    const char *name = row->label && *row->label ? row->label : row->experiment;
    const struct live_group g = {mem_strdup(row->group), mem_strdup(name), 1};
    vec_push(&m->groups, g);
    name_groups(m);
    return m->groups.len - 1;
}

void live_update_run(struct live_run *r, const struct run_row *row)
{
    replace(&r->socket, row->socket);
    r->steps = row->steps;
    r->total = row->total_steps;
    r->state = row->state;
    r->steps_per_s = row->steps_per_s;
    r->attempts = row->attempts;
    r->started_us = row->started_us;
    r->ended_us = row->ended_us;
    if (live_is_over(r->state))
        r->has_status = false;
    else if (r->has_status && r->status.step > r->steps) /* the database is a commit behind */
        r->steps = r->status.step;
}

struct live_run *live_add_run(struct live_model *m, const struct run_row *row)
{
    struct live_run r = {.id = row->id, .uid = mem_strdup(row->uid), .seed = row->seed};
    r.group = group_of(m, row);
    live_update_run(&r, row);
    vec_push(&m->runs, r);
    for (size_t i = 0; i < m->metrics.len; i++) {
        struct live_metric *metric = &m->metrics.data[i];
        metric->curves = mem_grow(metric->curves, m->runs.len, sizeof *metric->curves);
        metric->curves[m->runs.len - 1] = (struct live_curve){0};
    }
    replace(&m->title, row->experiment);
    replace(&m->step_unit, row->step_unit);
    return &m->runs.data[m->runs.len - 1];
}

size_t live_add_metric(struct live_model *m, const struct metric_row *row)
{
    struct live_metric *found = NULL;
    for (size_t i = 0; i < m->metrics.len && !found; i++)
        if (m->metrics.data[i].id == row->id)
            found = &m->metrics.data[i];
    if (!found) {
        struct live_metric metric = {.id = row->id,
                                     .name = mem_strdup(row->name),
                                     .unit = mem_strdup(row->unit),
                                     .doc = mem_strdup(row->doc),
                                     .goal = row->goal,
                                     .flags = row->flags,
                                     .log_y = row->flags & RLB_M_LOG,
                                     .first_step = UINT64_MAX};
        metric.curves = mem_alloc((m->runs.len + 1) * sizeof *metric.curves);
        vec_push(&m->metrics, metric);
        found = &m->metrics.data[m->metrics.len - 1];
    }
    if (row->n + row->nan_n) {
        found->first_step =
            row->first_step < found->first_step ? row->first_step : found->first_step;
        found->last_step = row->last_step > found->last_step ? row->last_step : found->last_step;
    }
    return (size_t)(found - m->metrics.data);
}

/* Feeds the smoother what it has not seen. The distance between the first two points is what a
 * point fades over. */
static void smooth_on(struct live_curve *c, double strength)
{
    if (strength <= 0)
        return;
    for (size_t i = c->smooth.len; i < c->raw.len; i++) {
        if (i == 0)
            smooth_init(&c->state, strength, 1);
        if (i == 1)
            c->state.spacing = fmax((double)(c->raw.steps[1] - c->raw.steps[0]), 1);
        double y = smooth_next(&c->state, c->raw.steps[i], c->raw.values[i]);
        series_append(&c->smooth, &c->raw.steps[i], &y, 1);
    }
}

void live_add_points(struct live_model *m, size_t metric, size_t run, const uint64_t *steps,
                     const double *values, size_t n)
{
    struct live_curve *c = &m->metrics.data[metric].curves[run];
    series_append(&c->raw, steps, values, n);
    c->changes++;
    smooth_on(c, m->strength);
}

void live_set_smoothing(struct live_model *m, double strength)
{
    m->strength = strength;
    for (size_t i = 0; i < m->metrics.len; i++)
        for (size_t r = 0; r < m->runs.len; r++) {
            struct live_curve *c = &m->metrics.data[i].curves[r];
            series_clear(&c->smooth);
            smooth_on(c, strength);
        }
}

static int rank(const struct live_metric *m)
{
    bool clock = m->flags & RLB_M_CLOCK || strncmp(m->name, "perf/", 5) == 0;
    return clock ? 2 : m->flags & RLB_M_HEADLINE ? 0 : 1;
}

void live_sort_metrics(struct live_model *m)
{
    for (size_t i = 1; i < m->metrics.len; i++) { /* few, and the order found must stay */
        struct live_metric x = m->metrics.data[i];
        size_t k = i;
        for (; k > 0 && rank(&m->metrics.data[k - 1]) > rank(&x); k--)
            m->metrics.data[k] = m->metrics.data[k - 1];
        m->metrics.data[k] = x;
    }
}

void live_take_status(struct live_model *m, const struct wire_status *status)
{
    for (size_t i = 0; i < m->runs.len; i++) {
        struct live_run *r = &m->runs.data[i];
        if (r->id != (int64_t)status->run || live_is_over(r->state))
            continue;
        r->has_status = true;
        r->status = *status;
        if (status->step > r->steps)
            r->steps = status->step;
    }
}

/* ---- all runs together ---- */

static double mean_or_nan(double sum, size_t n)
{
    return n ? sum / (double)n : NAN;
}

struct live_summary live_summarize(const struct live_model *m)
{
    struct live_summary s = {.checkpoint_in = NAN, .seconds = NAN, .seconds_left = NAN};
    double steps = 0, total = 0, env = 0, learn = 0, log = 0;
    bool limited = m->runs.len > 0, live = false;
    size_t told = 0;
    int64_t first = INT64_MAX, last = 0;
    for (size_t i = 0; i < m->runs.len; i++) {
        const struct live_run *r = &m->runs.data[i];
        s.count[r->state]++;
        limited = limited && r->total > 0;
        total += (double)r->total;
        /* a run that is over, however early, has nothing left to do */
        steps += live_is_over(r->state) ? (double)r->total : (double)r->steps;
        live = live || !live_is_over(r->state);
        if (r->started_us && r->started_us < first)
            first = r->started_us;
        last = r->ended_us > last ? r->ended_us : last;
        if (r->state != RUN_RUNNING)
            continue;
        double speed = r->has_status ? r->status.steps_per_s : r->steps_per_s;
        s.steps_per_s += isfinite(speed) ? speed : 0;
        if (!r->has_status)
            continue;
        told++;
        env += r->status.env_fraction;
        learn += r->status.learn_fraction;
        log += r->status.log_fraction;
        s.rss += r->status.rss;
        double away = (double)r->status.next_checkpoint - (double)r->status.step;
        if (away > 0 && speed > 0 && !(s.checkpoint_in <= away / speed))
            s.checkpoint_in = away / speed;
    }
    s.done = limited && total > 0 ? steps / total : NAN;
    if (limited && s.steps_per_s > 0)
        s.seconds_left = (total - steps) / s.steps_per_s;
    s.env_fraction = mean_or_nan(env, told);
    s.learn_fraction = mean_or_nan(learn, told);
    s.log_fraction = mean_or_nan(log, told);
    if (!live && last > first && first != INT64_MAX)
        s.seconds = (double)(last - first) * 1e-6;
    return s;
}
