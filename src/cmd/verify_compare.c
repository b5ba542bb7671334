#include "cmd/verify.h"

#include "cmd/provenance.h"

#include <inttypes.h>
#include <math.h>
#include <rlbench/plugin.h>
#include <stdlib.h>
#include <string.h>

static bool same_value(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void note(struct comparison *out, const char *metric, uint64_t step, double then, double now,
                 bool missing)
{
    if (*out->metric && step >= out->step)
        return;
    *out = (struct comparison){false, out->points, metric, step, then, now, missing};
}

static void compare_curves(const char *metric, const struct curve *then, const struct curve *now,
                           bool beginning, struct comparison *out)
{
    size_t n = then->len, m = now->len, i = 0;
    while (i < n && i < m && then->steps[i] == now->steps[i] &&
           same_value(then->values[i], now->values[i]))
        i++;
    out->points += i;
    if (i == n && (beginning || i == m))
        return;
    bool then_first = i < n && (i >= m || then->steps[i] <= now->steps[i]);
    bool now_first = i < m && (i >= n || now->steps[i] <= then->steps[i]);
    note(out, metric, then_first ? then->steps[i] : now->steps[i],
         then_first ? then->values[i] : (double)NAN, now_first ? now->values[i] : (double)NAN,
         !then_first || !now_first);
}

static const struct metric_row *find_metric(const struct metric_row *rows, size_t n,
                                            const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

int comparison_make(struct store *then, int64_t run_then, struct store *now, int64_t run_now,
                    bool beginning, struct arena *a, struct comparison *out, struct err *e)
{
    struct metric_row *before = NULL, *after = NULL;
    size_t n = 0, m = 0;
    *out = (struct comparison){.equal = true, .metric = ""};
    int status = store_run_metrics(then, run_then, a, &before, &n, e);
    if (status == OK)
        status = store_run_metrics(now, run_now, a, &after, &m, e);
    for (size_t i = 0; i < n && status == OK; i++) {
        struct curve c = {0}, d = {0};
        const struct metric_row *other = find_metric(after, m, before[i].name);
        if (before[i].flags & RLB_M_CLOCK)
            continue;
        status = store_read_curve(then, run_then, before[i].id, -1, &c, e);
        if (status == OK && other)
            status = store_read_curve(now, run_now, other->id, -1, &d, e);
        if (status == OK)
            compare_curves(before[i].name, &c, &d, beginning, out);
        curve_finish(&c);
        curve_finish(&d);
    }
    for (size_t i = 0; i < m && status == OK && !beginning; i++)
        if (!(after[i].flags & RLB_M_CLOCK) && !find_metric(before, n, after[i].name))
            note(out, after[i].name, after[i].first_step, (double)NAN, after[i].last, true);
    return status;
}

/* ---- why ---- */

static void add_change(struct changes *c, const char *key, const char *then, const char *now)
{
    const struct change row = {key, then, now};
    vec_push(&c->rows, row);
}

/* Known since a run was planned, for databases from before attempts told what they are made of. */
static const struct {
    const char *planned, *fact;
} known[] = {
    {"algo_sha256", "algorithm.sha256"}, {"env_sha256", "environment.sha256"}, {"cpu", "cpu"}};

static const char *then_fact(const struct facts *then, const char *key)
{
    uint32_t last = facts_last_attempt(then);
    const char *text = last ? facts_find(then, last, key) : NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0] && last == 0; i++)
        if (strcmp(known[i].fact, key) == 0)
            text = facts_find(then, 0, known[i].planned);
    return text;
}

static void compare_facts(const struct facts *then, const struct facts *now, struct changes *out)
{
    uint32_t last = facts_last_attempt(then), first = facts_last_attempt(now);
    for (size_t i = 0; i < now->rows.len; i++) {
        const struct fact *f = &now->rows.data[i];
        const char *before = f->attempt == first ? then_fact(then, f->key) : NULL;
        if (f->attempt != first || first == 0 || (last == 0 && !before))
            continue;
        if (!before || strcmp(before, f->text) != 0)
            add_change(out, f->key, before ? before : "", f->text);
    }
    for (size_t i = 0; i < then->rows.len; i++) {
        const struct fact *f = &then->rows.data[i];
        if (last && f->attempt == last && !facts_find(now, first, f->key))
            add_change(out, f->key, f->text, "");
        /* A run whose attempts were not alike was never the work of one build. */
        const char *later = facts_find(then, last, f->key);
        if (f->attempt && f->attempt < last && (!later || strcmp(later, f->text) != 0))
            add_change(out, arena_printf(then->arena, "%s of attempt %" PRIu32, f->key, f->attempt),
                       f->text, later ? later : "");
    }
}

static int find_hands(struct store *s, int64_t run, struct arena *a, struct changes *out,
                      struct err *e)
{
    struct event_row *rows;
    size_t n;
    int status = store_read_events(s, run, 0, 0, a, &rows, &n, e);
    for (size_t i = 0; i < n && status == OK; i++)
        if (strcmp(rows[i].kind, "param") == 0 && strstr(rows[i].text, " set to "))
            add_change(out, "parameter",
                       arena_printf(a, "%s by hand at step %" PRIu64, rows[i].text, rows[i].step),
                       "");
    return status;
}

int changes_find(struct store *then, int64_t run_then, struct store *now, int64_t run_now,
                 struct arena *a, struct changes *out, struct err *e)
{
    struct facts before = {0}, after = {0};
    *out = (struct changes){0};
    int status = facts_read(&before, then, run_then, a, e);
    if (status == OK)
        status = facts_read(&after, now, run_now, a, e);
    if (status == OK) {
        compare_facts(&before, &after, out);
        status = find_hands(then, run_then, a, out, e);
    }
    facts_finish(&before);
    facts_finish(&after);
    return status;
}
