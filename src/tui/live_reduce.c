/* Curves in memory to the columns of a chart. */
#include "tui/live_model.h"

#include "series/bundle.h"

#include <math.h>
#include <stdlib.h>

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
    struct series_column *raw = mem_grow(NULL, 2 * columns + 1, sizeof *raw), *smooth = raw;
    series_reduce(&c->raw, lo, hi, columns, raw);
    if (line != &c->raw) {
        smooth = raw + columns;
        series_reduce(line, lo, hi, columns, smooth);
    }
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
            if (m->metrics.data[metric].log_y)
                out[i].lo = bundle_log_low(&bundle[i]);
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
