#include "judge/lines.h"

#include "judge/parts.h"
#include "series/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The curves of one line, and how far each has been read. */
struct bundle {
    VEC(struct series) curves;
    VEC(size_t) next;
};

struct drawing {
    const struct judge_line_how *how;
    struct judge_lines *out;
    VEC(struct bundle) bundles; /* one per line */
    VEC(uint64_t) steps;        /* of the grid */
};

/* ---- reading ---- */

static bool is_shown(const struct judge_run *r)
{
    return r->metric != 0 && (r->counts || r->why);
}

static const char *line_name(struct judge *j, const struct judge_run *r, struct arena *a)
{
    const char *who = j->contenders.data[r->contender].name, *on = j->tasks.data[r->task].name;
    if (j->tasks.len == 1)
        return arena_strdup(a, who);
    return j->contenders.len == 1 ? arena_strdup(a, on) : arena_printf(a, "%s, %s", who, on);
}

static int read_run(struct drawing *d, struct store *s, const struct judge_run *r, struct bundle *b,
                    struct err *e)
{
    struct curve c = {0};
    struct series curve;
    int status = store_read_curve(s, r->row.id, r->metric, -1, &c, e);
    series_init(&curve);
    if (status == OK && c.len) {
        series_append(&curve, c.steps, c.values, c.len);
        d->out->first = c.steps[0] < d->out->first ? c.steps[0] : d->out->first;
        uint64_t last = c.steps[c.len - 1];
        d->out->last = last > d->out->last ? last : d->out->last;
    }
    vec_push(&b->curves, curve);
    vec_push(&b->next, 0);
    curve_finish(&c);
    return status;
}

/* A line for every contender and task, in that order. */
static int read_lines(struct drawing *d, struct judge *j, struct store *s, struct err *e)
{
    int status = OK;
    for (size_t c = 0; c < j->contenders.len; c++)
        for (size_t t = 0; t < j->tasks.len; t++) {
            struct judge_line line = {0};
            struct bundle b = {0};
            for (size_t i = 0; i < j->runs.len && status == OK; i++) {
                const struct judge_run *r = &j->runs.data[i];
                if (r->contender != c || r->task != t || !is_shown(r))
                    continue;
                line.name = line.name ? line.name : line_name(j, r, &d->out->arena);
                line.runs++;
                d->out->x_unit = r->row.step_unit;
                status = read_run(d, s, r, &b, e);
            }
            if (line.runs == 0)
                continue;
            vec_push(&d->out->lines, line);
            vec_push(&d->bundles, b);
        }
    return status;
}

/* ---- the grid ---- */

static int by_step(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void sort_steps(struct drawing *d)
{
    size_t kept = 0;
    if (d->steps.len)
        qsort(d->steps.data, d->steps.len, sizeof *d->steps.data, by_step);
    for (size_t i = 0; i < d->steps.len; i++)
        if (kept == 0 || d->steps.data[kept - 1] != d->steps.data[i])
            d->steps.data[kept++] = d->steps.data[i];
    d->steps.len = kept;
}

/* All steps of all curves; false as soon as they are too many. */
static bool every_step(struct drawing *d)
{
    for (size_t l = 0; l < d->bundles.len; l++)
        for (size_t k = 0; k < d->bundles.data[l].curves.len; k++) {
            const struct series *s = &d->bundles.data[l].curves.data[k];
            if (s->len > d->how->columns)
                return false;
            for (size_t i = 0; i < s->len; i++)
                vec_push(&d->steps, s->steps[i]);
            sort_steps(d);
            if (d->steps.len > d->how->columns)
                return false;
        }
    return true;
}

static void make_grid(struct drawing *d)
{
    if (!d->how->force && every_step(d))
        return;
    d->steps.len = 0;
    d->out->columns = d->how->columns;
    for (size_t c = 0; c < d->how->columns; c++) {
        uint64_t start = series_column_start(d->out->first, d->out->last, d->how->columns, c + 1);
        vec_push(&d->steps, start - 1);
    }
}

/* ---- the line ---- */

static void interval_of(struct judge_point *p, double *values, size_t n,
                        const struct judge_line_how *how)
{
    const size_t start[] = {0, n};
    const struct stats_scores s = {1, start, values};
    p->mid = p->lo = p->hi = NAN;
    if (n == 0)
        return;
    struct stats_interval i = stats_bootstrap(&s, how->centre, 0, &how->resampling);
    p->mid = i.point;
    p->lo = i.low;
    p->hi = i.high;
}

/* One step of the grid; false when no run has a point of its own there. */
static bool point_at(struct bundle *b, uint64_t step, double *values,
                     const struct judge_line_how *how, struct judge_point *p)
{
    size_t used = 0;
    bool any_fresh = false;
    *p = (struct judge_point){.step = step, .least = NAN, .greatest = NAN};
    for (size_t k = 0; k < b->curves.len; k++) {
        const struct series *s = &b->curves.data[k];
        size_t before = b->next.data[k];
        size_t after = step == UINT64_MAX ? s->len : series_find_from(s, before, step + 1);
        bool fresh = after > before;
        b->next.data[k] = after;
        any_fresh = any_fresh || fresh;
        if (fresh && b->curves.len == 1) {
            struct series_block all = series_range(s, before, after);
            p->least = all.count ? all.min : (double)NAN;
            p->greatest = all.count ? all.max : (double)NAN;
        }
        if (after == 0 || (!fresh && s->steps[s->len - 1] < step))
            continue;
        double value = s->values[after - 1];
        if (isfinite(value))
            values[used++] = value;
        else
            p->bad++;
    }
    p->runs = (uint32_t)used;
    if (any_fresh)
        interval_of(p, values, used, how);
    return any_fresh;
}

static void draw_line(struct drawing *d, struct bundle *b, struct judge_line *line)
{
    double *values = mem_grow(NULL, b->curves.len + 1, sizeof *values);
    line->points = arena_alloc(&d->out->arena, (d->steps.len + 1) * sizeof *line->points);
    for (size_t i = 0; i < d->steps.len; i++)
        if (point_at(b, d->steps.data[i], values, d->how, &line->points[line->num_points]))
            line->num_points++;
    free(values);
}

int judge_draw_lines(struct judge *j, struct store *s, const struct judge_line_how *how,
                     struct judge_lines *out, struct err *e)
{
    struct drawing d = {.how = how, .out = out};
    *out = (struct judge_lines){.first = UINT64_MAX, .centre = how->centre, .x_unit = ""};
    int status = read_lines(&d, j, s, e);
    if (status == OK && out->first == UINT64_MAX)
        status = err_set(e, ERR_NOINPUT, "there are no points of %s yet", j->metric);
    if (status == OK)
        make_grid(&d);
    for (size_t l = 0; l < d.bundles.len; l++) {
        struct bundle *b = &d.bundles.data[l];
        if (status == OK)
            draw_line(&d, b, &out->lines.data[l]);
        for (size_t k = 0; k < b->curves.len; k++)
            series_finish(&b->curves.data[k]);
        vec_finish(&b->curves);
        vec_finish(&b->next);
    }
    vec_finish(&d.bundles);
    vec_finish(&d.steps);
    return status;
}

void judge_lines_finish(struct judge_lines *l)
{
    vec_finish(&l->lines);
    arena_finish(&l->arena);
}

const char *judge_lines_rule(struct judge_lines *l, const struct judge_line_how *how)
{
    const char *grid =
        l->columns ? arena_printf(&l->arena, "%zu equal columns of steps %llu to %llu", l->columns,
                                  (unsigned long long)l->first, (unsigned long long)l->last)
                   : "every step with a point";
    const char *line = l->columns ? "each run's last value at or before the column's last step"
                                  : "each run's last value at or before the step";
    size_t most = 0;
    for (size_t i = 0; i < l->lines.len; i++)
        most = l->lines.data[i].runs > most ? l->lines.data[i].runs : most;
    if (most <= 1)
        return arena_printf(&l->arena, "at %s: %s", grid, line);
    return arena_printf(&l->arena,
                        "at %s: %s of the runs by %s; band: %g %% percentile bootstrap over runs, "
                        "%u replicates, each %s by itself",
                        grid, how->centre == STATS_IQM ? "interquartile mean" : "mean", line,
                        100 * how->resampling.confidence, how->resampling.replicates,
                        l->columns ? "column" : "step");
}
