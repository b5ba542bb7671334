#include "tui/runs_model.h"

#include "base/text.h"
#include "tui/labels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const runs_sort_names[SORT_COUNT] = {"start", "state", "recipe", "algorithm",
                                                 "world", "done",  "last",   "speed"};

/* Of a bundle's states the one to show: what still moves, then what went wrong. */
static const int liveliness[RUN_NUM_STATES] = {
    [RUN_RUNNING] = 7, [RUN_PAUSED] = 6,  [RUN_QUEUED] = 5, [RUN_CRASHED] = 4,
    [RUN_FAILED] = 3,  [RUN_STOPPED] = 2, [RUN_DONE] = 1,
};

void runs_model_init(struct runs_model *m)
{
    *m = (struct runs_model){.bundle = true};
}

void runs_model_finish(struct runs_model *m)
{
    vec_finish(&m->lines);
    vec_finish(&m->marks);
    arena_finish(&m->arena);
}

static bool live(enum run_state s)
{
    return s == RUN_QUEUED || s == RUN_RUNNING || s == RUN_PAUSED;
}

static bool is_marked(const struct runs_model *m, int64_t id)
{
    for (size_t i = 0; i < m->marks.len; i++)
        if (m->marks.data[i] == id)
            return true;
    return false;
}

/* ---- one line ---- */

static void sum_up(const struct runs_model *m, struct runs_line *l)
{
    double steps = 0, total = 0, left = 0, last = 0;
    size_t num_last = 0;
    bool all_ended = true, endless = false;
    l->state = l->runs[0]->state;
    l->first = l->runs[0];
    l->marked = true;
    l->speed = 0;
    l->ended_us = 0;
    for (size_t i = 0; i < l->num_runs; i++) {
        const struct run_row *r = l->runs[i];
        if (liveliness[r->state] > liveliness[l->state]) {
            l->state = r->state;
            l->first = r;
        }
        endless |= r->total_steps == 0;
        steps += (double)r->steps;
        total += (double)r->total_steps;
        if (live(r->state)) {
            all_ended = false;
            left += (double)r->total_steps - (double)r->steps;
        }
        if (r->state == RUN_RUNNING)
            l->speed += r->steps_per_s;
        if (isfinite(r->last)) {
            last += r->last;
            num_last++;
        }
        if (r->ended_us > l->ended_us)
            l->ended_us = r->ended_us;
        l->marked = l->marked && is_marked(m, r->id);
    }
    l->done = endless || total <= 0 ? NAN : fmin(steps / total, 1);
    l->eta_s = endless || all_ended || l->speed <= 0 ? NAN : left / l->speed;
    l->last = num_last ? last / (double)num_last : NAN;
    if (!all_ended)
        l->ended_us = 0;
}

/* ---- order ---- */

static int by_number(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b); /* what has no value comes last */
    return (a > b) - (a < b);
}

static int by_key(const struct runs_model *m, const struct runs_line *x, const struct runs_line *y)
{
    const struct run_row *a = x->first, *b = y->first;
    switch (m->sort) {
    case SORT_STATE: return liveliness[y->state] - liveliness[x->state];
    case SORT_RECIPE: return strcmp(a->experiment, b->experiment);
    case SORT_ALGORITHM: return strcmp(a->algo, b->algo);
    case SORT_WORLD: return strcmp(a->env, b->env);
    case SORT_DONE: return by_number(x->done, y->done);
    case SORT_LAST: return by_number(x->last, y->last);
    case SORT_SPEED: return by_number(-x->speed, -y->speed);
    case SORT_START:
    case SORT_COUNT: break;
    }
    return 0;
}

static int compare_lines(const void *x, const void *y, void *model)
{
    const struct runs_model *m = model;
    const struct runs_line *a = x, *b = y;
    int by = by_key(m, a, b);
    if (by == 0) /* newest experiment first, its groups as in the recipe, its seeds counting up */
        by = (a->first->experiment_id < b->first->experiment_id) -
             (a->first->experiment_id > b->first->experiment_id);
    else if (m->reverse)
        return -by;
    if (by != 0)
        return m->reverse && m->sort == SORT_START ? -by : by;
    return (a->runs[0]->id > b->runs[0]->id) - (a->runs[0]->id < b->runs[0]->id);
}

static int compare_rows(const void *x, const void *y)
{
    const struct run_row *a = *(const struct run_row *const *)x,
                         *b = *(const struct run_row *const *)y;
    if (a->experiment_id != b->experiment_id)
        return a->experiment_id < b->experiment_id ? -1 : 1;
    int by = strcmp(a->group, b->group);
    return by ? by : (a->id > b->id) - (a->id < b->id);
}

/* ---- making the lines ---- */

static bool together(const struct runs_model *m, const struct run_row *a, const struct run_row *b)
{
    return m->bundle && a->experiment_id == b->experiment_id && strcmp(a->group, b->group) == 0;
}

static void keep_sparks(struct runs_line *lines, size_t n, const struct runs_line *old,
                        size_t num_old)
{
    for (size_t k = 0; k < num_old; k++)
        for (size_t i = 0; old[k].num_spark >= 0 && i < n; i++)
            if (old[k].first->id == lines[i].first->id &&
                old[k].first->steps == lines[i].first->steps) {
                lines[i].num_spark = old[k].num_spark;
                memcpy(lines[i].spark, old[k].spark, sizeof old[k].spark);
            }
}

char *runs_seeds(const struct runs_line *l, char *out, size_t size)
{
    if (l->num_runs == 1)
        snprintf(out, size, "seed %llu", (unsigned long long)l->first->seed);
    else
        snprintf(out, size, "×%zu", l->num_runs);
    return out;
}

/* What tells the groups of an experiment apart; of one alone, everything. */
static void name_lines(struct runs_model *m, struct runs_line *lines, size_t n)
{
    VEC(const char *) texts = {0};
    struct labels names;
    for (size_t i = 0; i < n; i++)
        vec_push(&texts, lines[i].first->label);
    labels_make(&names, texts.data, n);
    for (size_t i = 0; i < n; i++) {
        lines[i].label = arena_strdup(&m->arena, names.full[i]);
        lines[i].brief = arena_strdup(&m->arena, names.brief[i]);
    }
    labels_finish(&names);
    vec_finish(&texts);
}

/* Lines lie in the order of their experiments. */
static void name_groups(struct runs_model *m)
{
    struct runs_line *lines = m->lines.data;
    for (size_t i = 0, n; i < m->lines.len; i += n) {
        for (n = 1; i + n < m->lines.len &&
                    lines[i + n].first->experiment_id == lines[i].first->experiment_id;)
            n++;
        name_lines(m, lines + i, n);
    }
}

static void make_lines(struct runs_model *m)
{
    const struct run_row **sorted = arena_alloc(&m->arena, (m->num_rows + 1) * sizeof *sorted);
    for (size_t i = 0; i < m->num_rows; i++)
        sorted[i] = &m->rows[i];
    if (m->num_rows)
        qsort(sorted, m->num_rows, sizeof *sorted, compare_rows);
    m->lines.len = 0;
    for (size_t i = 0, n; i < m->num_rows; i += n) {
        for (n = 1; i + n < m->num_rows && together(m, sorted[i], sorted[i + n]);)
            n++;
        struct runs_line line = {.runs = sorted + i, .num_runs = n, .num_spark = -1};
        sum_up(m, &line);
        vec_push(&m->lines, line);
    }
    name_groups(m);
    if (m->lines.len)
        qsort_r(m->lines.data, m->lines.len, sizeof *m->lines.data, compare_lines, m);
}

/* Columns that the widest cells need. */
static void measure(struct runs_model *m)
{
    char seeds[32];
    m->recipe_cols = m->label_cols = m->brief_cols = 0;
    for (size_t i = 0; i < m->lines.len; i++) {
        const struct runs_line *l = &m->lines.data[i];
        int tail = text_columns(runs_seeds(l, seeds, sizeof seeds)) + 1;
        int recipe = text_columns(l->first->experiment);
        int label = text_columns(l->label) + tail, brief = text_columns(l->brief) + tail;
        m->recipe_cols = recipe > m->recipe_cols ? recipe : m->recipe_cols;
        m->label_cols = label > m->label_cols ? label : m->label_cols;
        m->brief_cols = brief > m->brief_cols ? brief : m->brief_cols;
    }
}

/* Builds the lines anew around what the old ones knew. */
void runs_model_arrange(struct runs_model *m)
{
    VEC(struct runs_line) old = {m->lines.data, m->lines.len, m->lines.cap};
    m->lines.data = NULL;
    m->lines.len = m->lines.cap = 0;
    struct runs_line *at = (size_t)m->list.at < old.len ? &old.data[m->list.at] : NULL;
    make_lines(m);
    measure(m);
    keep_sparks(m->lines.data, m->lines.len, old.data, old.len);
    for (size_t i = 0; at && m->list.at != 0 && i < m->lines.len; i++)
        for (size_t k = 0; k < m->lines.data[i].num_runs; k++)
            if (m->lines.data[i].runs[k]->id == at->first->id)
                m->list.at = (int)i;
    list_set_count(&m->list, (int)m->lines.len);
    vec_finish(&old);
}

void runs_model_set_rows(struct runs_model *m, struct arena *owner, struct run_row *rows, size_t n)
{
    struct arena old = m->arena; /* the old lines are looked at once more */
    m->arena = *owner;
    *owner = (struct arena){0};
    m->rows = rows;
    m->num_rows = n;
    runs_model_arrange(m);
    arena_finish(&old);
}

struct runs_line *runs_model_current(struct runs_model *m)
{
    return (size_t)m->list.at < m->lines.len ? &m->lines.data[m->list.at] : NULL;
}

void runs_model_toggle_mark(struct runs_model *m)
{
    struct runs_line *l = runs_model_current(m);
    if (!l)
        return;
    bool on = !l->marked;
    for (size_t i = 0; i < l->num_runs; i++) {
        int64_t id = l->runs[i]->id;
        if (on && !is_marked(m, id))
            vec_push(&m->marks, id);
        for (size_t k = 0; !on && k < m->marks.len; k++)
            if (m->marks.data[k] == id)
                m->marks.data[k--] = m->marks.data[--m->marks.len];
    }
    l->marked = on;
}
