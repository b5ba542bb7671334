/* From a worker's mouth to committed rows: a synthetic worker that talks as fast as it can, through
 * the real supervisor, beside a bare loop of prepared inserts into the same table with commits of
 * the same size, in turns in one process. Prints rates and ratios; the bounds are those of the
 * design. */
#include "base/clock.h"
#include "base/file.h"
#include "store/store.h"
#include "supervisor/supervisor.h"
#include "wire/wire.h"
#include "worker/worker.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { METRICS = 10, STEPS = 300000, PER_MESSAGE = 500, COMMIT = 10000, ROUNDS = 3 };
#define POINTS ((double)STEPS * METRICS)
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

static double value_at(uint64_t step, uint32_t metric)
{
    return (double)((step * 2654435761u + metric) % 10007) / 10007;
}

/* ---- the worker ---- */

static void flush_all(struct wire_link *l)
{
    while (l->out.len > 0) {
        struct pollfd p = {l->fd, POLLOUT, 0};
        poll(&p, 1, -1);
        if (wire_flush(l, NULL) != OK)
            _exit(1);
    }
}

static void await_job(struct wire_link *l)
{
    enum wire_type type;
    union wire_any m;
    while (wire_next(l, &type, &m, NULL) == 0) {
        struct pollfd p = {l->fd, POLLIN, 0};
        poll(&p, 1, -1);
        if (wire_fill(l, NULL) != OK)
            _exit(1);
    }
}

static int worker(void)
{
    struct wire_link l;
    struct store_point points[PER_MESSAGE];
    const struct wire_ready ready = {WIRE_PROTOCOL, 0, 0};
    size_t n = 0;
    wire_link_init(&l, 3);
    await_job(&l);
    wire_send(&l, WIRE_READY, &ready);
    for (uint32_t m = 0; m < METRICS; m++) {
        char name[32];
        snprintf(name, sizeof name, "metric/%u", m);
        const struct wire_metric metric = {.index = m, .name = name, .doc = "A number."};
        wire_send(&l, WIRE_METRIC, &metric);
    }
    for (uint64_t step = 1; step <= STEPS; step++)
        for (uint32_t m = 0; m < METRICS; m++) {
            points[n++] = (struct store_point){m, 0, step, value_at(step, m)};
            if (n < PER_MESSAGE)
                continue;
            const struct wire_points p = {{points, sizeof points}};
            wire_send(&l, WIRE_POINTS, &p);
            flush_all(&l);
            n = 0;
        }
    const struct wire_done done = {.reason = DONE_FINISHED, .step = STEPS};
    wire_send(&l, WIRE_DONE, &done);
    flush_all(&l);
    return 0;
}

/* ---- through the supervisor ---- */

static const struct desc algo = {.id = "synthetic",
                                 .title = "",
                                 .doc = "",
                                 .citation = "",
                                 .version = "1",
                                 .step_unit = "step",
                                 .path = "",
                                 .sha256 = "",
                                 .build = ""};

static double ingest(void)
{
    char *path = mem_printf("%s/ingest.db", folder);
    struct plan_run r = {.algo = &algo, .seed = 1, .group = "0", .label = ""};
    struct plan plan = {.name = "ingest",
                        .describe = "",
                        .recipe_path = "",
                        .recipe_text = "",
                        .resolved_text = ""};
    struct store *s;
    struct err e = ERR_INIT;
    int64_t experiment, id;
    unlink(path);
    r.settings = (struct plan_settings){.steps = STEPS, .log_every = 1};
    vec_push(&plan.runs, r);
    must(store_open_write(path, &s, &e), &e);
    must(store_add_plan(s, &plan, "bench", &experiment, &id, &e), &e);
    store_close(s);
    const struct supervisor_options o = {.database = path, .runs = &id, .num_runs = 1, .jobs = 1};
    int64_t start = clock_mono_ns();
    must(supervisor_run(&o, &e), &e);
    double seconds = (double)(clock_mono_ns() - start) * 1e-9;
    struct metric_row *rows;
    struct arena a = {0};
    size_t n;
    must(store_open_read(path, &s, &e), &e);
    must(store_run_metrics(s, id, &a, &rows, &n, &e), &e);
    if (n != METRICS || rows[0].n != STEPS) {
        fprintf(stderr, "bench: points are missing\n");
        exit(1);
    }
    arena_finish(&a);
    store_close(s);
    vec_finish(&plan.runs);
    free(path);
    return POINTS / seconds;
}

/* ---- the bare loop ---- */

static double insert_bare(void)
{
    char *path = mem_printf("%s/bare.db", folder);
    sqlite3 *db;
    sqlite3_stmt *st;
    size_t rows = 0;
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
    must_sql(sqlite3_prepare_v2(db, "INSERT INTO point VALUES (1, ?, ?, 0, 1, ?)", -1, &st, NULL),
             db);
    int64_t start = clock_mono_ns();
    must_sql(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), db);
    for (uint64_t step = 1; step <= STEPS; step++)
        for (uint32_t m = 0; m < METRICS; m++) {
            sqlite3_bind_int64(st, 1, m + 1);
            sqlite3_bind_int64(st, 2, (int64_t)step);
            sqlite3_bind_double(st, 3, value_at(step, m));
            must_sql(sqlite3_step(st), db);
            sqlite3_reset(st);
            if (++rows % COMMIT == 0)
                must_sql(sqlite3_exec(db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL), db);
        }
    must_sql(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
    double seconds = (double)(clock_mono_ns() - start) * 1e-9;
    sqlite3_finalize(st);
    sqlite3_close(db);
    free(path);
    return POINTS / seconds;
}

static void clean_up(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "bench: %s is left behind\n", folder);
    free(command);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return worker();
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    setenv("RLBENCH_SELF", self, 1);
    if (!mkdtemp(folder))
        return 1;
    double best = 0, best_bare = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double rate = ingest(), bare = insert_bare();
        printf("%d  supervisor %.2f M points/s   bare loop %.2f M inserts/s   ratio %.2f\n", i + 1,
               rate * 1e-6, bare * 1e-6, rate / bare);
        best = rate > best ? rate : best;
        best_bare = bare > best_bare ? bare : best_bare;
    }
    clean_up();
    bool fast = best >= 5e5, near = best >= best_bare / 2;
    printf("best: %.2f M points/s (at least 0.50: %s), %.2f of the bare loop (at least 0.50: %s)\n",
           best * 1e-6, fast ? "yes" : "NO", best / best_bare, near ? "yes" : "NO");
    return fast && near ? 0 : 1;
}
