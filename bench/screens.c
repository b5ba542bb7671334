/* What opening a screen costs: screens COMPARE_DB LIST_DB (bench/make_big_db FILE 100 10000000 1
 * and FILE 1000 1000000 1). Compare on 100 runs of 100,000 points, the list of 1,000 runs, and a
 * batch of new points on a chart of 100,000. Everything from the key to the picture in the grid,
 * without the terminal.
 *
 * The floors: the look-ups of the first picture alone; the rows of the list alone; the chart's
 * columns reduced and nothing drawn. Medians of several rounds, each with a new program state. */
#include "base/clock.h"
#include "series/series.h"
#include "tui/compare.h"
#include "tui/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 50, COLS = 200, ROUNDS = 15, LONG = 100000, BATCH = 100, BATCHES = 301 };

struct took {
    double first, cpu, whole, longest; /* ms */
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

static double ms_since(int64_t from)
{
    return (double)(clock_mono_ns() - from) * 1e-6;
}

static void start(struct app *a, const char *path)
{
    app_init(a, &(struct app_options){.database = path, .theme = "dark"});
    a->rows = ROWS;
    a->cols = COLS;
    app_start(a);
}

/* ---- Compare ---- */

static struct took open_compare(const char *path, struct grid *g)
{
    struct app a;
    struct took t = {0};
    const struct event tick = {.kind = EVENT_TICK};
    start(&a, path);
    const struct compare *c = a.states[SCOPE_COMPARE - 1];
    int64_t from = clock_mono_ns(), cpu = clock_cpu_ns();
    app_go(&a, SCOPE_COMPARE);
    t.longest = ms_since(from);
    while (!compare_is_whole(&c->model)) {
        int64_t slice = clock_mono_ns();
        app_update(&a, &tick);
        double ms = ms_since(slice);
        t.longest = ms > t.longest ? ms : t.longest;
    }
    app_view(&a, g);
    t.first = ms_since(from);
    t.cpu = (double)(clock_cpu_ns() - cpu) * 1e-6;
    a.wake_ns = 1;
    while (a.wake_ns == 1) { /* the rest of the columns */
        int64_t slice = clock_mono_ns();
        a.wake_ns = 0;
        app_update(&a, &tick);
        double ms = ms_since(slice);
        t.longest = ms > t.longest ? ms : t.longest;
    }
    app_view(&a, g);
    t.whole = ms_since(from);
    if (c->model.runs.len != 100 || c->model.runs.data[99].points != 100000)
        fprintf(stderr, "bench/screens: %zu runs, not 100 of 100,000 points\n", c->model.runs.len);
    app_finish(&a);
    return t;
}

/* The look-ups of the first picture, with nothing around them. */
static double look_ups(const char *path, size_t columns)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    struct arena a = {0};
    struct run_row *rows;
    struct metric_row *metrics;
    size_t n = 0, m;
    uint64_t ends[1000];
    for (size_t i = 0; i < columns; i++)
        ends[i] = series_column_start(1, LONG, columns, i + 1) - 1;
    if (store_open_read(path, &s, &e) != OK || store_list_runs(s, NULL, 0, &a, &rows, &n, &e) != OK)
        exit(99);
    int64_t from = clock_mono_ns();
    for (size_t i = 0; i < n; i++) {
        struct curve c = {0};
        if (store_run_metrics(s, rows[i].id, &a, &metrics, &m, &e) != OK || m == 0 ||
            store_sample_ends(s, rows[i].id, metrics[0].id, ends, columns, &c, &e) != OK)
            exit(99);
        curve_finish(&c);
    }
    double ms = ms_since(from);
    arena_finish(&a);
    store_close(s);
    return ms;
}

static bool compare(const char *path, struct grid *g)
{
    double first[ROUNDS], cpu[ROUNDS], whole[ROUNDS], longest[ROUNDS], bare[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct took t = open_compare(path, g);
        first[i] = t.first;
        cpu[i] = t.cpu;
        whole[i] = t.whole;
        longest[i] = t.longest;
        bare[i] = look_ups(path, 80);
    }
    double ms = median(first, ROUNDS), floor = median(bare, ROUNDS), most = median(longest, ROUNDS);
    printf("Compare, 100 runs x 100k points: whole picture %6.1f ms  bound 100 ms  %4.1f x its "
           "look-ups; %.1f ms of it CPU\n",
           ms, ms / floor, median(cpu, ROUNDS));
    printf("  every column of the chart      %21.1f ms; keys wait at most %.1f ms, bound 50 ms\n",
           median(whole, ROUNDS), most);
    return ms <= 100 && most <= 50;
}

/* ---- Runs ---- */

static bool list(const char *path, struct grid *g)
{
    double took[ROUNDS], bare[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct app a;
        struct arena rows = {0};
        struct run_row *all;
        size_t n = 0;
        start(&a, path);
        int64_t from = clock_mono_ns();
        app_go(&a, SCOPE_RUNS);
        app_view(&a, g);
        took[i] = ms_since(from);
        from = clock_mono_ns();
        if (store_list_runs(a.store, NULL, 0, &rows, &all, &n, NULL) != OK || n != 1000)
            fprintf(stderr, "bench/screens: %zu runs, not 1,000\n", n);
        bare[i] = ms_since(from);
        arena_finish(&rows);
        app_finish(&a);
    }
    double ms = median(took, ROUNDS), floor = median(bare, ROUNDS);
    printf(
        "list of 1,000 runs:                  picture %6.1f ms  bound  20 ms  %4.1f x its rows\n",
        ms, ms / floor);
    return ms <= 20;
}

/* ---- Live ---- */

static bool batch(struct grid *g)
{
    static double took[BATCHES], bare[BATCHES];
    static struct series_column reduced[2 * COLS];
    struct app a;
    uint64_t step = 0;
    const struct run_row run = {
        .id = 1, .uid = "a", .experiment = "x", .group = "", .label = "", .step_unit = "step"};
    const struct metric_row row = {.id = 1, .name = "loss", .unit = "", .doc = "", .n = 1};
    app_init(&a, &(struct app_options){.database = "/nowhere/rlbench.db", .theme = "dark"});
    a.rows = ROWS;
    a.cols = COLS;
    a.screen = screens[SCOPE_LIVE - 1];
    struct live *l = a.states[SCOPE_LIVE - 1];
    live_add_run(&l->model, &run);
    size_t metric = live_add_metric(&l->model, &row);
    vec_push(&l->charts, metric);
    for (int i = -LONG / BATCH; i < BATCHES; i++) {
        uint64_t steps[BATCH];
        double values[BATCH];
        for (int k = 0; k < BATCH; k++, step++) {
            steps[k] = step;
            values[k] = (double)(step * 2654435761u % 1000) / 1000;
        }
        int64_t from = clock_cpu_ns();
        live_add_points(&l->model, metric, 0, steps, values, BATCH);
        l->model.metrics.data[metric].first_step = 0;
        l->model.metrics.data[metric].last_step = step;
        if (i < 0)
            continue;
        app_view(&a, g);
        took[i] = (double)(clock_cpu_ns() - from) * 1e-6;
        from = clock_cpu_ns();
        series_reduce(&l->model.metrics.data[metric].curves[0].raw, 0, step, 2 * (COLS - 10),
                      reduced);
        bare[i] = (double)(clock_cpu_ns() - from) * 1e-6;
    }
    double ms = median(took, BATCHES), floor = median(bare, BATCHES);
    printf("batch of 100 on a 100k chart:        picture %6.2f ms  bound 0.5 ms  %4.1f x its "
           "reduction\n",
           ms, ms / floor);
    app_finish(&a);
    return ms <= 0.5;
}

int main(int argc, char **argv)
{
    struct grid g;
    if (argc != 3) {
        fprintf(stderr, "bench/screens COMPARE_DB LIST_DB (bench/make_big_db makes them)\n");
        return ERR_USAGE;
    }
    grid_init(&g, ROWS, COLS);
    bool good = compare(argv[1], &g);
    good = list(argv[2], &g) && good;
    good = batch(&g) && good;
    grid_finish(&g);
    return good ? 0 : 1;
}
