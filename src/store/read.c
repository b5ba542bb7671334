/* Reading what belongs to one run. */
#include "store/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Copies a vector into the arena and frees it. */
#define hand_over(v, a, rows, n)                                                                   \
    do {                                                                                           \
        *(rows) = arena_alloc((a), ((v)->len + 1) * sizeof *(v)->data);                            \
        if ((v)->len)                                                                              \
            memcpy(*(rows), (v)->data, (v)->len * sizeof *(v)->data);                              \
        *(n) = (v)->len;                                                                           \
        vec_finish(v);                                                                             \
    } while (0)

static int ended(struct store *s, sqlite3_stmt *st, int code, const char *what, struct err *e)
{
    int status = code == SQLITE_DONE || code == SQLITE_ROW ? OK : store_fail(s, e, what);
    sqlite3_reset(st);
    return status;
}

int store_run_metrics(struct store *s, int64_t run, struct arena *a, struct metric_row **rows,
                      size_t *n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_RUN_METRICS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    VEC(struct metric_row) v = {0};
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        struct metric_row m = {.id = sqlite3_column_int64(st, 0),
                               .name = column_text(st, 1, a),
                               .unit = column_text(st, 2, a),
                               .doc = column_text(st, 3, a),
                               .goal = (uint32_t)sqlite3_column_int64(st, 4),
                               .flags = (uint32_t)sqlite3_column_int64(st, 5),
                               .fold = (uint32_t)sqlite3_column_int64(st, 6),
                               .n = (uint64_t)sqlite3_column_int64(st, 7),
                               .nan_n = (uint64_t)sqlite3_column_int64(st, 8),
                               .first_step = (uint64_t)sqlite3_column_int64(st, 9),
                               .last_step = (uint64_t)sqlite3_column_int64(st, 10),
                               .last = column_real(st, 11),
                               .best = column_real(st, 12),
                               .mean = column_real(st, 13)};
        vec_push(&v, m);
    }
    hand_over(&v, a, rows, n);
    return ended(s, st, code, "cannot read the metrics", e);
}

/* ---- curves ---- */

int visible_read(struct store *s, int64_t run, struct visible *v, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ATTEMPTS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        size_t attempt = (size_t)sqlite3_column_int64(st, 0);
        while (v->to.len < attempt)
            vec_push(&v->to, -1);
        if (attempt > 0)
            v->to.data[attempt - 1] = sqlite3_column_int64(st, 1);
    }
    return ended(s, st, code, "cannot read the attempts", e);
}

bool visible_has(const struct visible *v, int64_t step, size_t attempt)
{
    return attempt > 0 && attempt <= v->to.len && step <= v->to.data[attempt - 1];
}

void curve_push(struct curve *c, uint64_t step, double value)
{
    if (c->len == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 256;
        c->steps = mem_grow(c->steps, c->cap, sizeof *c->steps);
        c->values = mem_grow(c->values, c->cap, sizeof *c->values);
    }
    c->steps[c->len] = step;
    c->values[c->len++] = value;
}

int store_read_curve(struct store *s, int64_t run, int64_t metric, int64_t after, struct curve *out,
                     struct err *e)
{
    struct visible visible = {0};
    int status = visible_read(s, run, &visible, e);
    bool plain = visible.to.len == 1 && visible.to.data[0] == INT64_MAX;
    sqlite3_stmt *st =
        status == OK ? store_statement(s, plain ? ST_PLAIN_CURVE : ST_CURVE, e) : NULL;
    if (!st) {
        vec_finish(&visible.to);
        return status == OK ? ERR_INTERNAL : status;
    }
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, metric);
    sqlite3_bind_int64(st, 3, after);
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        int64_t step = sqlite3_column_int64(st, 0);
        if (plain || visible_has(&visible, step, (size_t)sqlite3_column_int64(st, 2)))
            curve_push(out, (uint64_t)step, column_real(st, 1));
    }
    vec_finish(&visible.to);
    return ended(s, st, code, "cannot read a curve", e);
}

/* The first visible point with step > after and step <= last. */
static int first_point(sqlite3_stmt *st, const struct visible *visible, int64_t after, int64_t last,
                       struct curve *out)
{
    sqlite3_bind_int64(st, 3, after);
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        int64_t step = sqlite3_column_int64(st, 0);
        if (step > last)
            break;
        if (!visible_has(visible, step, (size_t)sqlite3_column_int64(st, 2)))
            continue;
        curve_push(out, (uint64_t)step, column_real(st, 1));
        break;
    }
    return code;
}

int store_sample_curve(struct store *s, int64_t run, int64_t metric, uint64_t first, uint64_t last,
                       size_t n, struct curve *out, struct err *e)
{
    struct visible visible = {0};
    int status = visible_read(s, run, &visible, e);
    sqlite3_stmt *st = status == OK ? store_statement(s, ST_CURVE, e) : NULL;
    if (!st) {
        vec_finish(&visible.to);
        return status == OK ? ERR_INTERNAL : status;
    }
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, metric);
    int code = SQLITE_DONE;
    double width = n ? ((double)last - (double)first + 1) / (double)n : 0;
    for (size_t i = 0; i < n && first <= last; i++) {
        int64_t from = (int64_t)((double)first + (double)i * width);
        int64_t to =
            i + 1 < n ? (int64_t)((double)first + (double)(i + 1) * width) - 1 : (int64_t)last;
        code = first_point(st, &visible, from - 1, to, out);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            break;
        sqlite3_reset(st);
    }
    vec_finish(&visible.to);
    return ended(s, st, code, "cannot read a curve", e);
}

void curve_finish(struct curve *c)
{
    free(c->steps);
    free(c->values);
    *c = (struct curve){0};
}

/* ---- the rest ---- */

int store_run_params(struct store *s, int64_t run, struct arena *a, struct param_row **rows,
                     size_t *n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_RUN_PARAMS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    VEC(struct param_row) v = {0};
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        struct param_row p = {.key = column_text(st, 0, a),
                              .text = column_text(st, 1, a),
                              .num = column_real(st, 2),
                              .is_num = sqlite3_column_type(st, 2) != SQLITE_NULL};
        vec_push(&v, p);
    }
    hand_over(&v, a, rows, n);
    return ended(s, st, code, "cannot read the parameters", e);
}

int store_events_back(struct store *s, int64_t run, size_t back, int64_t *after, struct err *e)
{
    *after = 0;
    sqlite3_stmt *st = store_statement(s, run ? ST_RUN_EVENTS_BACK : ST_EVENTS_BACK, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, (int64_t)back);
    if (run)
        sqlite3_bind_int64(st, 2, run);
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *after = sqlite3_column_int64(st, 0);
    return ended(s, st, code, "cannot read the events", e);
}

int store_read_events(struct store *s, int64_t run, int64_t after, size_t limit, struct arena *a,
                      struct event_row **rows, size_t *n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, run ? ST_RUN_EVENTS : ST_EVENTS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, after);
    sqlite3_bind_int64(st, 2, limit ? (int64_t)limit : -1);
    if (run)
        sqlite3_bind_int64(st, 3, run);
    VEC(struct event_row) v = {0};
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        struct event_row row = {.id = sqlite3_column_int64(st, 0),
                                .run_id = sqlite3_column_int64(st, 1),
                                .t_us = sqlite3_column_int64(st, 2),
                                .step = (uint64_t)sqlite3_column_int64(st, 3),
                                .level = sqlite3_column_int(st, 4),
                                .kind = column_text(st, 5, a),
                                .text = column_text(st, 6, a)};
        vec_push(&v, row);
    }
    hand_over(&v, a, rows, n);
    return ended(s, st, code, "cannot read the events", e);
}

int store_run_artifacts(struct store *s, int64_t run, struct arena *a, struct artifact_row **rows,
                        size_t *n, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_RUN_ARTIFACTS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    VEC(struct artifact_row) v = {0};
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        struct artifact_row row = {.step = (uint64_t)sqlite3_column_int64(st, 0),
                                   .bytes = (uint64_t)sqlite3_column_int64(st, 1),
                                   .kind = column_text(st, 2, a),
                                   .path = column_text(st, 3, a),
                                   .sha256 = column_text(st, 4, a)};
        vec_push(&v, row);
    }
    hand_over(&v, a, rows, n);
    return ended(s, st, code, "cannot read the artifacts", e);
}

int store_run_recipe(struct store *s, int64_t run, const char *which, struct arena *a,
                     const char **out, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_RUN_RECIPE, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int code = sqlite3_step(st);
    if (code == SQLITE_DONE) {
        sqlite3_reset(st);
        return err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)run);
    }
    if (code == SQLITE_ROW)
        *out = column_text(st, strcmp(which, "resolved") == 0, a);
    return ended(s, st, code, "cannot read the recipe", e);
}
