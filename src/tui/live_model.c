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
    return m->groups.len - 1;
}

static void update_run(struct live_run *r, const struct run_row *row)
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
    update_run(&r, row);
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
    return m->flags & RLB_M_HEADLINE ? 0 : m->flags & RLB_M_CLOCK ? 2 : 1;
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

/* ---- reading ---- */

/* Rows of the wanted runs, in the order of ids; experiments are read as a whole, so that a bundle
 * of seeds costs one query. */
static int find_rows(struct store *s, const int64_t *ids, size_t n, struct arena *a,
                     struct run_row *out, size_t *found, struct err *e)
{
    struct run_row *rows = NULL;
    size_t num_rows = 0;
    *found = 0;
    for (size_t i = 0; i < n; i++) {
        const struct run_row *row = NULL;
        for (int tries = 0; tries < 2 && !row; tries++) {
            for (size_t k = 0; k < num_rows && !row; k++)
                if (rows[k].id == ids[i])
                    row = &rows[k];
            if (row || tries == 1)
                break;
            char ref[32];
            struct run_row one;
            snprintf(ref, sizeof ref, "%lld", (long long)ids[i]);
            int status = store_find_run(s, ref, a, &one, e);
            if (status == ERR_NOINPUT)
                break;
            if (status == OK)
                status = store_experiment_runs(s, one.experiment_id, a, &rows, &num_rows, e);
            if (status != OK)
                return status;
        }
        if (row)
            out[(*found)++] = *row;
    }
    return OK;
}

static bool same_runs(const struct live_model *m, const struct run_row *rows, size_t n)
{
    if (m->runs.len != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (m->runs.data[i].id != rows[i].id)
            return false;
    return true;
}

int live_load(struct live_model *m, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
    struct arena a = {0};
    struct run_row *rows = arena_alloc(&a, (n + 1) * sizeof *rows);
    size_t found;
    int status = find_rows(s, ids, n, &a, rows, &found, e);
    if (status == OK && found == 0)
        status = err_set(e, ERR_NOINPUT, "the run is no longer in the database");
    if (status != OK)
        goto done;
    if (!same_runs(m, rows, found)) {
        double strength = m->strength;
        live_finish(m);
        m->strength = strength;
        for (size_t i = 0; i < found; i++)
            live_add_run(m, &rows[i]);
    }
    for (size_t i = 0; i < found && status == OK; i++) {
        struct live_run *r = &m->runs.data[i];
        bool news = !live_is_over(r->state) || r->state != rows[i].state || m->metrics.len == 0 ||
                    r->attempts != rows[i].attempts || i == 0;
        update_run(r, &rows[i]);
        struct metric_row *metrics;
        size_t num_metrics;
        if (!news && m->metrics.data[0].curves[i].complete)
            continue;
        status = store_run_metrics(s, r->id, &a, &metrics, &num_metrics, e);
        for (size_t k = 0; status == OK && k < num_metrics; k++)
            live_add_metric(m, &metrics[k]);
    }
    live_sort_metrics(m);
done:
    arena_finish(&a);
    return status;
}

static int read_curve(struct live_model *m, struct store *s, size_t metric, size_t run,
                      struct curve *points, struct err *e)
{
    struct live_run *r = &m->runs.data[run];
    struct live_curve *c = &m->metrics.data[metric].curves[run];
    if (c->attempts != r->attempts) { /* resumed: points may have been superseded */
        series_clear(&c->raw);
        series_clear(&c->smooth);
        c->complete = false;
    }
    if (c->complete)
        return OK;
    int64_t after = c->raw.len ? (int64_t)c->raw.steps[c->raw.len - 1] : -1;
    points->len = 0;
    int status = store_read_curve(s, r->id, m->metrics.data[metric].id, after, points, e);
    if (status != OK)
        return status;
    live_add_points(m, metric, run, points->steps, points->values, points->len);
    c->attempts = r->attempts;
    c->complete = live_is_over(r->state);
    return OK;
}

int live_load_curves(struct live_model *m, struct store *s, const size_t *metrics, size_t n,
                     int64_t deadline_ns, bool *more, struct err *e)
{
    struct curve points = {0};
    int status = OK;
    *more = false;
    for (size_t i = 0; i < n && status == OK; i++)
        for (size_t r = 0; r < m->runs.len && status == OK; r++) {
            if (m->metrics.data[metrics[i]].curves[r].complete &&
                m->metrics.data[metrics[i]].curves[r].attempts == m->runs.data[r].attempts)
                continue;
            if ((i > 0 || r > 0) && clock_mono_ns() > deadline_ns) {
                *more = true;
                goto done;
            }
            status = read_curve(m, s, metrics[i], r, &points, e);
        }
done:
    curve_finish(&points);
    return status;
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

/* ---- reductions ---- */

static const struct series *shown(const struct live_model *m, const struct live_curve *c)
{
    return m->strength > 0 ? &c->smooth : &c->raw;
}

bool live_extent(const struct live_model *m, uint64_t *lo, uint64_t *hi)
{
    *lo = UINT64_MAX;
    *hi = 0;
    for (size_t i = 0; i < m->metrics.len; i++) {
        const struct live_metric *metric = &m->metrics.data[i];
        if (metric->first_step == UINT64_MAX)
            continue;
        *lo = metric->first_step < *lo ? metric->first_step : *lo;
        *hi = metric->last_step > *hi ? metric->last_step : *hi;
    }
    return *lo != UINT64_MAX;
}

bool live_has_points(const struct live_model *m, size_t metric, size_t group_or_run, bool run)
{
    for (size_t r = 0; r < m->runs.len; r++)
        if ((run ? r : m->runs.data[r].group) == group_or_run &&
            m->metrics.data[metric].curves[r].raw.len)
            return true;
    return false;
}

static struct plot_column empty_column(void)
{
    return (struct plot_column){NAN, NAN, NAN, NAN, NAN, false};
}

void live_reduce_run(const struct live_model *m, size_t metric, size_t run, uint64_t lo,
                     uint64_t hi, size_t columns, struct plot_column *out, double *last)
{
    const struct live_curve *c = &m->metrics.data[metric].curves[run];
    const struct series *line = shown(m, c);
    struct series_column *raw = mem_grow(NULL, 2 * columns + 1, sizeof *raw);
    struct series_column *smooth = raw + columns;
    series_reduce(&c->raw, lo, hi, columns, raw);
    series_reduce(line, lo, hi, columns, smooth);
    for (size_t i = 0; i < columns; i++) {
        out[i] = empty_column();
        out[i].mean = smooth[i].mean;
        out[i].bad = raw[i].bad > 0;
        if (raw[i].count > 1 || m->strength > 0) {
            out[i].min = raw[i].min;
            out[i].max = raw[i].max;
        }
    }
    free(raw);
    *last = line->len ? line->values[line->len - 1] : NAN;
}

/* On a logarithmic axis an interval of a positive mean must stay positive: its lower end is that of
 * log(mean) by the delta method, mean · exp(−half / mean), which is never below mean − half. */
static double lower_end(const struct bundle_column *b)
{
    return b->mean * exp(-(b->mean - b->lo) / b->mean);
}

void live_reduce_group(const struct live_model *m, size_t metric, size_t group, uint64_t lo,
                       uint64_t hi, size_t columns, struct plot_column *out, double *last,
                       double *half)
{
    size_t n = 0, only = 0;
    const struct series **curves = mem_alloc((m->runs.len + 1) * sizeof(struct series *));
    double *ends = mem_grow(NULL, m->runs.len + 1, sizeof *ends);
    for (size_t r = 0; r < m->runs.len; r++) {
        const struct series *line = shown(m, &m->metrics.data[metric].curves[r]);
        if (m->runs.data[r].group != group || line->len == 0)
            continue;
        only = r;
        ends[n] = line->values[line->len - 1];
        curves[n++] = line;
    }
    *last = *half = NAN;
    if (n == 1) {
        live_reduce_run(m, metric, only, lo, hi, columns, out, last);
    } else {
        struct bundle_column *bundle = mem_grow(NULL, columns + 1, sizeof *bundle);
        bundle_reduce(curves, n, lo, hi, columns, bundle);
        for (size_t i = 0; i < columns; i++) {
            out[i] = empty_column();
            if (bundle[i].fresh == 0) /* between points: the line goes on */
                continue;
            out[i].mean = bundle[i].mean;
            out[i].lo = bundle[i].lo;
            out[i].hi = bundle[i].hi;
            if (m->metrics.data[metric].log_y && bundle[i].mean > 0)
                out[i].lo = lower_end(&bundle[i]);
            out[i].bad = bundle[i].bad > 0;
        }
        bundle_values(ends, n, &bundle[columns]);
        *last = bundle[columns].mean;
        *half = (bundle[columns].hi - bundle[columns].lo) / 2;
        free(bundle);
    }
    free(ends);
    free(curves);
}

uint64_t live_points_in(const struct live_model *m, size_t metric, uint64_t lo, uint64_t hi)
{
    size_t most = 0;
    for (size_t r = 0; r < m->runs.len; r++) {
        const struct series *s = &m->metrics.data[metric].curves[r].raw;
        size_t to = hi == UINT64_MAX ? s->len : series_find(s, hi + 1);
        size_t n = to - series_find(s, lo);
        most = n > most ? n : most;
    }
    return most;
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
