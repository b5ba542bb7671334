/* What the Live screen reads from the database, and when. */
#include "tui/live_model.h"

#include "base/clock.h"
#include "tui/rows.h"

#include <stdlib.h>

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
    int status = rows_find(s, ids, n, &a, rows, &found, e);
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
        live_update_run(r, &rows[i]);
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
        c->changes++;
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
