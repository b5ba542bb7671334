/* The store beside bare SQLite in the same process: the same rows, in the same order, in commits of
 * the same size. Prints rates and ratios; the bounds are those of the design. */
#include "store/store.h"
#include "base/clock.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define METRICS 10
#define COMMIT 10000
#define ROUNDS 5

static const struct desc algo = {
    .id = "a", .version = "", .step_unit = "step", .path = "", .sha256 = ""};
static char folder[] = "/tmp/rlbench-bench-XXXXXX";

static void must(int status, const struct err *e)
{
    if (status == OK)
        return;
    fprintf(stderr, "bench: %s\n", e->text);
    exit(1);
}

static void must_sql(int code, sqlite3 *db)
{
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return;
    fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static double seconds_since(int64_t start)
{
    return (double)(clock_mono_ns() - start) / 1e9;
}

static double value_at(uint64_t step, uint32_t metric)
{
    return (double)((step * 2654435761u + metric) % 10007) / 10007;
}

/* ---- writing ---- */

static double write_bare(uint64_t steps)
{
    char *path = path_of("bare.db");
    sqlite3 *db;
    sqlite3_stmt *st;
    unlink(path);
    must_sql(sqlite3_open(path, &db), db);
    must_sql(sqlite3_exec(db,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                          "PRAGMA cache_size = -8000;"
                          "CREATE TABLE point(run_id INTEGER NOT NULL, metric_id INTEGER NOT NULL,"
                          " step INTEGER NOT NULL, sub INTEGER NOT NULL, attempt INTEGER NOT NULL,"
                          " value REAL, PRIMARY KEY(run_id, metric_id, step, sub, attempt))"
                          " STRICT, WITHOUT ROWID",
                          NULL, NULL, NULL),
             db);
    must_sql(sqlite3_prepare_v2(db, "INSERT INTO point VALUES (?, ?, ?, ?, ?, ?)", -1, &st, NULL),
             db);
    int64_t start = clock_mono_ns();
    size_t rows = 0;
    must_sql(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), db);
    for (uint64_t step = 1; step <= steps; step++)
        for (uint32_t m = 0; m < METRICS; m++) {
            sqlite3_bind_int64(st, 1, 1);
            sqlite3_bind_int64(st, 2, m + 1);
            sqlite3_bind_int64(st, 3, (int64_t)step);
            sqlite3_bind_int64(st, 4, 0);
            sqlite3_bind_int64(st, 5, 1);
            sqlite3_bind_double(st, 6, value_at(step, m));
            must_sql(sqlite3_step(st), db);
            sqlite3_reset(st);
            if (++rows % COMMIT == 0)
                must_sql(sqlite3_exec(db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL), db);
        }
    must_sql(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
    double rate = (double)rows / seconds_since(start);
    sqlite3_finalize(st);
    sqlite3_close(db);
    free(path);
    return rate;
}

static struct store *make_store(const char *name, size_t runs, int64_t *ids, int64_t *metrics)
{
    char *path = path_of(name);
    struct store *s = NULL;
    struct err e = ERR_INIT;
    struct plan p = {.name = "bench",
                     .describe = "",
                     .recipe_path = "",
                     .recipe_text = "",
                     .resolved_text = "",
                     .recipe_hash = "x"};
    unlink(path);
    must(store_open_write(path, &s, &e), &e);
    for (size_t i = 0; i < runs; i++) {
        struct plan_run r = {
            .algo = &algo, .seed = i, .group = "g", .label = "", .settings = {.steps = 1000000}};
        vec_push(&p.runs, r);
    }
    int64_t experiment;
    must(store_add_plan(s, &p, "bench", &experiment, ids, &e), &e);
    for (uint32_t m = 0; m < METRICS; m++) {
        char text[32];
        snprintf(text, sizeof text, "m%u", m);
        const rlb_metric metric = {.name = text, .doc = "", .unit = "", .goal = RLB_GOAL_MINIMIZE};
        must(store_metric_id(s, &metric, &metrics[m], &e), &e);
    }
    vec_finish(&p.runs);
    free(path);
    return s;
}

static void add_points(struct store *s, int64_t run, const int64_t *metrics, uint64_t steps,
                       size_t commit)
{
    struct err e = ERR_INIT;
    struct store_point *points = mem_alloc(commit * sizeof *points);
    size_t n = 0;
    for (uint64_t step = 1; step <= steps; step++)
        for (uint32_t m = 0; m < METRICS; m++) {
            points[n++] = (struct store_point){m, 0, step, value_at(step, m)};
            if (n < commit && (step < steps || m + 1 < METRICS))
                continue;
            must(store_begin(s, &e), &e);
            must(store_add_points(s, run, 1, metrics, METRICS, points, n, &e), &e);
            must(store_commit(s, &e), &e);
            n = 0;
        }
    free(points);
}

static double write_store(uint64_t steps, size_t commit)
{
    int64_t id, metrics[METRICS];
    struct err e = ERR_INIT;
    struct store *s = make_store("store.db", 1, &id, metrics);
    must(store_begin_attempt(s, id, 1, 0, "", &e), &e);
    int64_t start = clock_mono_ns();
    add_points(s, id, metrics, steps, commit);
    double rate = (double)(steps * METRICS) / seconds_since(start);
    store_close(s);
    return rate;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void bench_writing(uint64_t steps)
{
    double bare[ROUNDS], own[ROUNDS], ratio[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        bare[i] = write_bare(steps);
        own[i] = write_store(steps, COMMIT);
        ratio[i] = own[i] / bare[i];
    }
    qsort(bare, ROUNDS, sizeof *bare, by_size);
    qsort(own, ROUNDS, sizeof *own, by_size);
    qsort(ratio, ROUNDS, sizeof *ratio, by_size);
    printf("write   bare SQLite %.2f M rows/s, store %.2f M rows/s, ratio %.2f (bound 0.50)\n",
           bare[ROUNDS / 2] / 1e6, own[ROUNDS / 2] / 1e6, ratio[ROUNDS / 2]);
    printf("write   in commits of 100: store %.2f M rows/s\n", write_store(steps / 4, 100) / 1e6);
}

/* ---- reading ---- */

/* The same curve through SQLite alone, on a connection of its own. */
static double read_bare(const char *path, int64_t run, int64_t metric)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    double sum = 0; /* so that the values are really read */
    must_sql(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL), db);
    must_sql(sqlite3_exec(db, "SELECT count(*) FROM run", NULL, NULL, NULL), db);
    int64_t start = clock_mono_ns();
    must_sql(sqlite3_prepare_v2(
                 db,
                 "SELECT step, value FROM point WHERE run_id = ? AND metric_id = ? ORDER BY step",
                 -1, &st, NULL),
             db);
    sqlite3_bind_int64(st, 1, run);
    sqlite3_bind_int64(st, 2, metric);
    while (sqlite3_step(st) == SQLITE_ROW)
        sum += (double)sqlite3_column_int64(st, 0) + sqlite3_column_double(st, 1);
    double took = seconds_since(start);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return sum > 0 ? took : 0;
}

static void bench_reading(void)
{
    enum { RUNS = 1000, STEPS = 20000 };
    static int64_t ids[RUNS];
    int64_t metrics[METRICS];
    struct err e = ERR_INIT;
    struct store *s = make_store("read.db", RUNS, ids, metrics);
    for (size_t i = 0; i < RUNS; i++) {
        must(store_begin_attempt(s, ids[i], 1, 0, "", &e), &e);
        add_points(s, ids[i], metrics, i == 0 ? STEPS : 20, COMMIT);
    }
    store_close(s);
    char *path = path_of("read.db");
    double list = 1e9, curve = 1e9, bare = 1e9, poll;
    size_t n = 0;
    struct curve c = {0};
    for (int i = 0; i < ROUNDS; i++) { /* a fresh connection each time: nothing cached */
        must(store_open_read(path, &s, &e), &e);
        struct arena a = {0};
        struct run_row *rows;
        int64_t start = clock_mono_ns();
        must(store_list_runs(s, NULL, 0, &a, &rows, &n, &e), &e);
        list = seconds_since(start) < list ? seconds_since(start) : list;
        curve_finish(&c);
        start = clock_mono_ns();
        must(store_read_curve(s, ids[0], metrics[0], -1, &c, &e), &e);
        curve = seconds_since(start) < curve ? seconds_since(start) : curve;
        double b = read_bare(path, ids[0], metrics[0]);
        bare = b < bare ? b : bare;
        start = clock_mono_ns();
        for (int k = 0; k < 1000; k++)
            store_data_version(s);
        poll = seconds_since(start) / 1000;
        arena_finish(&a);
        store_close(s);
    }
    printf("list    %zu runs in %.1f ms (bound 20)\n", n, list * 1e3);
    printf("curve   %zu points in %.2f ms, bare SQLite %.2f ms, ratio %.2f\n", c.len, curve * 1e3,
           bare * 1e3, bare / curve);
    printf("poll    %.1f us\n", poll * 1e6);
    curve_finish(&c);
    free(path);
}

int main(int argc, char **argv)
{
    uint64_t steps = argc > 1 ? strtoull(argv[1], NULL, 10) : 50000; /* 10 rows each */
    if (!mkdtemp(folder))
        return 1;
    bench_writing(steps);
    bench_reading();
    char *command = mem_printf("rm -rf %s", folder);
    int rc = system(command);
    free(command);
    return rc != 0;
}
