/* Runs in sentences: what they are, where their curves go, and what happens while one watches. */
#include "tui/plain.h"

#include "base/clock.h"
#include "base/num.h"
#include "tui/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLES = 64,
    LOOK_MS = 500,
    LEAST_MS = 2000 /* between two lines of progress */,
    SAME_MS = 10000 /* of one percent */
};

/* ---- curves in words ---- */

/* "falling" of a metric of a run; "" when it has too few points. */
static const char *trend_of(struct store *s, int64_t run, const struct metric_row *m)
{
    struct curve c = {0};
    const char *word = "";
    if (m->n &&
        store_sample_curve(s, run, m->id, m->first_step, m->last_step, SAMPLES, &c, NULL) == OK)
        word = words_trend(c.values, c.len);
    curve_finish(&c);
    return word;
}

static void put_metric(struct store *s, const struct run_row *const *runs, size_t n,
                       const struct metric_row *first)
{
    double sum = 0, least = INFINITY, most = -INFINITY;
    size_t counted = 0;
    char a[32], b[32];
    for (size_t i = 0; i < n; i++) {
        struct arena tmp = {0};
        struct metric_row *rows;
        size_t num = 0;
        if (store_run_metrics(s, runs[i]->id, &tmp, &rows, &num, NULL) != OK)
            num = 0;
        for (size_t k = 0; k < num; k++)
            if (rows[k].id == first->id && isfinite(rows[k].last)) {
                sum += rows[k].last;
                least = fmin(least, rows[k].last);
                most = fmax(most, rows[k].last);
                counted++;
            }
        arena_finish(&tmp);
    }
    printf("  %s", first->name);
    if (*first->unit)
        printf(", in %s", first->unit);
    if (counted == 0)
        printf(": no number yet");
    else
        printf(": last %s", num_format_short(sum / (double)counted, a, sizeof a));
    if (counted > 1)
        printf(", the mean of %zu seeds from %s to %s", counted,
               num_format_short(least, a, sizeof a), num_format_short(most, b, sizeof b));
    if (isfinite(first->best) && counted == 1)
        printf(", best %s", num_format_short(first->best, a, sizeof a));
    const char *trend = trend_of(s, runs[0]->id, first);
    printf("%s%s\n", *trend ? "; " : "", trend);
}

void plain_describe(struct plain *p, const struct run_row *const *runs, size_t n)
{
    struct arena tmp = {0};
    struct metric_row *rows;
    size_t num = 0;
    char death[40], number[32];
    const struct run_row *first = runs[0];
    printf("%s%s%s: %s on %s\n", first->experiment, *first->label ? ", " : "", first->label,
           first->algo, first->env);
    for (size_t i = 0; i < n; i++) {
        const struct run_row *r = runs[i];
        words_death(r, death, sizeof death);
        printf("  run %" PRId64 ", seed %" PRIu64 ": %s%s%s at step %" PRIu64, r->id, r->seed,
               run_state_name(r->state), *death ? ", " : "", death, r->steps);
        if (r->total_steps)
            printf(" of %" PRIu64, r->total_steps);
        if (r->state == RUN_RUNNING)
            printf(", %s steps a second", num_format_short(r->steps_per_s, number, sizeof number));
        printf("%s%s\n", *r->message ? "; " : "", r->message);
    }
    if (store_run_metrics(p->store, first->id, &tmp, &rows, &num, NULL) != OK)
        num = 0;
    if (num)
        printf("Metrics\n");
    for (size_t i = 0; i < num; i++)
        put_metric(p->store, runs, n, &rows[i]);
    arena_finish(&tmp);
}

/* ---- watching ---- */

struct watch {
    int64_t after; /* the newest event told */
    enum run_state *states;
    int percent;    /* of the last line */
    size_t running; /* in it */
    int64_t told_ns;
    char line[300];
};

static int by_percent(const struct run_row *rows, size_t n)
{
    double done = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        done += (double)rows[i].steps;
        total += (double)rows[i].total_steps;
    }
    return total > 0 ? (int)(100 * done / total) : -1;
}

static size_t count_running(const struct run_row *rows, size_t n)
{
    size_t running = 0;
    for (size_t i = 0; i < n; i++)
        running += rows[i].state == RUN_RUNNING;
    return running;
}

/* "35 %, 3 of 10 running, mse 0.71, falling" */
static void progress(struct plain *p, const struct run_row *rows, size_t n, char *out, size_t size)
{
    size_t running = count_running(rows, n), counted = 0;
    double sum = 0;
    char number[32], share[16] = "";
    const char *trend = "";
    for (size_t i = 0; i < n; i++) {
        if (isfinite(rows[i].last)) {
            sum += rows[i].last;
            counted++;
        }
    }
    struct arena tmp = {0};
    struct metric_row *metrics;
    size_t num = 0;
    if (store_run_metrics(p->store, rows[0].id, &tmp, &metrics, &num, NULL) != OK)
        num = 0;
    for (size_t i = 0; i < num; i++)
        if (strcmp(metrics[i].name, rows[0].headline) == 0)
            trend = trend_of(p->store, rows[0].id, &metrics[i]);
    arena_finish(&tmp);
    int percent = by_percent(rows, n);
    if (percent >= 0)
        snprintf(share, sizeof share, "%d %%", percent);
    else
        snprintf(share, sizeof share, "step %s",
                 num_format_short((double)rows[0].steps, number, sizeof number));
    if (counted)
        num_format_short(sum / (double)counted, number, sizeof number);
    snprintf(out, size, "%s, %zu of %zu running%s%.80s%s%s%s%s", share, running, n,
             counted ? ", " : "", counted ? rows[0].headline : "", counted ? " " : "",
             counted ? number : "", counted && *trend ? ", " : "", counted ? trend : "");
}

static void tell_events(struct plain *p, struct watch *w, const struct run_row *rows, size_t n)
{
    struct arena tmp = {0};
    struct event_row *events;
    size_t num = 0;
    if (store_read_events(p->store, 0, w->after, 0, &tmp, &events, &num, NULL) != OK)
        num = 0;
    for (size_t i = 0; i < num; i++) {
        w->after = events[i].id;
        for (size_t k = 0; k < n; k++)
            if (rows[k].id == events[i].run_id && events[i].level >= RLB_LOG_WARN)
                printf("%s, seed %" PRIu64 ": %s\n",
                       events[i].level >= RLB_LOG_ERROR ? "error" : "warning", rows[k].seed,
                       events[i].text);
    }
    arena_finish(&tmp);
}

static void tell_progress(struct plain *p, struct watch *w, const struct run_row *rows, size_t n)
{
    char line[sizeof w->line];
    int64_t since = (clock_mono_ns() - w->told_ns) / 1000000;
    int percent = by_percent(rows, n);
    size_t running = count_running(rows, n);
    if (since < LEAST_MS || (since < SAME_MS && percent == w->percent && running == w->running))
        return;
    progress(p, rows, n, line, sizeof line);
    if (strcmp(line, w->line) == 0)
        return;
    printf("%s\n", line);
    snprintf(w->line, sizeof w->line, "%s", line);
    w->percent = percent;
    w->running = running;
    w->told_ns = clock_mono_ns();
}

/* True while one of them is not over. */
static bool tell(struct plain *p, struct watch *w, const struct run_row *rows, size_t n)
{
    bool live = false;
    for (size_t i = 0; i < n; i++) {
        live = live || rows[i].state == RUN_QUEUED || rows[i].state == RUN_RUNNING ||
               rows[i].state == RUN_PAUSED;
        if (rows[i].state == w->states[i])
            continue;
        w->states[i] = rows[i].state;
        printf("seed %" PRIu64 ": %s at step %" PRIu64 "\n", rows[i].seed,
               run_state_name(rows[i].state), rows[i].steps);
    }
    tell_events(p, w, rows, n);
    if (live)
        tell_progress(p, w, rows, n);
    fflush(stdout);
    return live;
}

void plain_watch(struct plain *p, const int64_t *runs, size_t n)
{
    struct watch w = {.percent = -1, .states = mem_alloc((n + 1) * sizeof *w.states)};
    for (size_t i = 0; i < n; i++)
        w.states[i] = RUN_NUM_STATES;
    store_events_back(p->store, 0, 0, &w.after, NULL);
    printf("Watching %zu run%s; Enter ends it, the runs go on.\n", n, n == 1 ? "" : "s");
    for (bool live = true; live;) {
        struct arena tmp = {0};
        struct run_row *rows = arena_alloc(&tmp, (n + 1) * sizeof *rows);
        size_t found = 0;
        for (size_t i = 0; i < n; i++) {
            char ref[24];
            snprintf(ref, sizeof ref, "%" PRId64, runs[i]);
            found += store_find_run(p->store, ref, &tmp, &rows[found], NULL) == OK;
        }
        live = found == n && tell(p, &w, rows, n);
        arena_finish(&tmp);
        if (live && plain_wait(p, LOOK_MS))
            break;
    }
    free(w.states);
}
