/* Runs from many files into one: every row once, however often, in whatever order. */
#include "common.h"
#include "store/internal.h"

#include "base/file.h"
#include "store/maintain.h"
#include "store/merge.h"

#include <sys/wait.h>

static int64_t ask(struct store *s, const char *sql)
{
    sqlite3_stmt *st;
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(s->db, sql, -1, &st, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_step(st), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return value;
}

/* Metrics are named in another order in every spool, so their numbers differ. */
static void fill(struct store *s, int64_t run, unsigned turn, uint64_t steps)
{
    int64_t ids[NUM_TEST_METRICS];
    for (unsigned i = 0; i < NUM_TEST_METRICS; i++) {
        unsigned k = (i + turn) % NUM_TEST_METRICS;
        MUST(store_metric_id(s, &test_metrics[k], &ids[k], NULL));
    }
    MUST(store_begin(s, NULL));
    MUST(store_begin_attempt(s, run, 1, 0, "", NULL));
    MUST(store_note_attempt(s, run, 1, "{\"build\":\"b\"}", NULL));
    for (uint64_t step = 10; step <= steps; step += 10) {
        struct store_point p[NUM_TEST_METRICS];
        for (uint32_t i = 0; i < NUM_TEST_METRICS; i++)
            p[i] = (struct store_point){i, 0, step, 1000.0 * turn + 10.0 * i + (double)step / 1e4};
        MUST(store_add_points(s, run, 1, ids, NUM_TEST_METRICS, p, NUM_TEST_METRICS, NULL));
    }
    const struct store_episode ep = {steps, 1, 0, turn, 1, 12};
    MUST(store_add_episodes(s, run, 1, &ep, 1, NULL));
    MUST(store_add_event(s, run, 5, RLB_LOG_INFO, "log", "hello", NULL));
    MUST(store_add_artifact(s, run, 5, "artifact", "/nowhere/a.npy", "", 3, NULL));
    const struct run_update u = {
        .set = RU_STATE | RU_STEPS, .state = RUN_DONE, .steps = steps, .env_steps = steps};
    MUST(store_update_run(s, run, &u, NULL));
    MUST(store_commit(s, NULL));
}

/* One run of the plan, as a task of a job array leaves it behind. */
static char *make_spool(unsigned i, uint64_t steps)
{
    char name[32];
    snprintf(name, sizeof name, "spool%u.db", i);
    char *path = mem_strdup(scratch(name));
    struct store *s = NULL;
    struct plan p;
    int64_t experiment, id;
    MUST(store_open_write(path, &s, NULL));
    make_plan(&p, i + 1);
    p.runs.data[0] = p.runs.data[i];
    p.runs.len = 1;
    p.git_commit = "c0ffee";
    MUST(store_add_plan(s, &p, "test build", &experiment, &id, NULL));
    vec_finish(&p.runs);
    fill(s, id, i, steps);
    store_close(s);
    return path;
}

/* Points that stand with the seed, the metric and the step they were written with. */
static const char right_points[] =
    "SELECT count(*) FROM point p JOIN run r ON r.id = p.run_id JOIN metric m ON m.id = p.metric_id"
    " WHERE abs(p.value - (1000.0 * r.seed + 10.0 * (CASE m.name WHEN 'td_error' THEN 0 WHEN 'mse'"
    " THEN 1 ELSE 2 END) + p.step / 1e4)) < 1e-9";

static void sound(struct store *s)
{
    struct buf problems = {0};
    MUST(store_check(s, &problems, NULL));
    CHECK_TEXT(buf_text(&problems), "");
    buf_finish(&problems);
}

static void fifty_spools(void)
{
    enum { N = 50 };
    char *spools[N];
    struct store *s;
    struct merge_result r;
    struct err e = ERR_INIT;
    const struct merge_options join = {.join = true};
    for (unsigned i = 0; i < N; i++)
        spools[i] = make_spool(i, 100);
    MUST(store_open_write(scratch("whole.db"), &s, &e));
    for (int round = 0; round < 2; round++) { /* again, the other way round */
        for (int i = 0; i < N; i++) {
            MUST(store_merge(s, spools[round ? N - 1 - i : i], &join, &r, &e));
            CU_ASSERT_EQUAL(r.added, round ? 0 : 1);
            CU_ASSERT_EQUAL(r.kept, round ? 1 : 0);
            CU_ASSERT_EQUAL(r.replaced, 0);
        }
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM run"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(DISTINCT seed) FROM run"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM experiment WHERE git_commit = 'c0ffee'"), 1);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM recipe"), 1);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM provenance"), 1);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM v_provenance"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM metric"), NUM_TEST_METRICS);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM v_point"), N * 10 * NUM_TEST_METRICS);
        CU_ASSERT_EQUAL(ask(s, "SELECT sum(n) FROM summary"), N * 10 * NUM_TEST_METRICS);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM v_episode"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM event"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM artifact"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM progress"), N);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM v_run WHERE headline = 'mse'"), N);
        CU_ASSERT_EQUAL(ask(s, right_points), N * 10 * NUM_TEST_METRICS);
        CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM v_group WHERE seeds = 50"), NUM_TEST_METRICS);
        sound(s);
    }
    store_close(s);
    for (int i = 0; i < N; i++)
        free(spools[i]);
}

/* A task that went on after the first merge: the newer rows take the place of the older. */
static void newer_runs_replace(void)
{
    char *spool = make_spool(60, 50);
    struct store *s, *task;
    struct merge_result r;
    struct err e = ERR_INIT;
    const struct merge_options all = {0};
    MUST(store_open_write(scratch("newer.db"), &s, &e));
    int64_t other;
    struct plan p;
    int64_t experiment;
    make_plan(&p, 1);
    MUST(store_add_plan(s, &p, "here", &experiment, &other, &e)); /* number 1 is taken */
    vec_finish(&p.runs);
    MUST(store_merge(s, spool, &all, &r, &e));
    CU_ASSERT_EQUAL(ask(s, "SELECT id FROM run WHERE seed = 60"), 2);
    MUST(store_open_write(spool, &task, &e));
    int64_t ids[NUM_TEST_METRICS];
    make_metrics(task, ids);
    const struct store_point late[] = {{1, 0, 60, 7}, {1, 0, 70, 8}};
    const struct run_update u = {.set = RU_STEPS, .steps = 70};
    MUST(store_begin_attempt(task, 1, 2, 50, "x.ckpt", &e));
    MUST(store_add_points(task, 1, 2, ids, NUM_TEST_METRICS, late, 2, &e));
    MUST(store_update_run(task, 1, &u, &e));
    store_close(task);
    MUST(store_merge(s, spool, &all, &r, &e));
    CU_ASSERT_EQUAL(r.replaced, 1);
    CU_ASSERT_EQUAL(r.added, 0);
    CU_ASSERT_EQUAL(ask(s, "SELECT id FROM run WHERE seed = 60"), 2); /* its number stays */
    CU_ASSERT_EQUAL(ask(s, "SELECT steps FROM run WHERE seed = 60"), 70);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM run"), 2);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM experiment"), 2);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM attempt WHERE run_id = 2"), 2);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM point WHERE run_id = 2"), 17);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM event"), 1);
    sound(s);
    MUST(store_merge(s, spool, &all, &r, &e));
    CU_ASSERT_EQUAL(r.kept, 1);
    CU_ASSERT_EQUAL(r.replaced, 0);
    store_close(s);
    free(spool);
}

/* Launches stay apart unless asked for, and always where a seed would meet itself. */
static void experiments_keep_apart(void)
{
    char *one = make_spool(70, 20), *two = make_spool(71, 20), *again;
    struct store *s;
    struct merge_result r;
    struct err e = ERR_INIT;
    const struct merge_options all = {0}, join = {.join = true};
    MUST(store_open_write(scratch("apart.db"), &s, &e));
    MUST(store_merge(s, one, &all, &r, &e));
    MUST(store_merge(s, two, &all, &r, &e));
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM experiment"), 2);
    store_close(s);
    MUST(store_open_write(scratch("together.db"), &s, &e));
    MUST(store_merge(s, one, &join, &r, &e));
    unlink(one);
    again = make_spool(70, 20); /* the same seed, another run */
    MUST(store_merge(s, again, &join, &r, &e));
    MUST(store_merge(s, two, &join, &r, &e));
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM experiment"), 2);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM run WHERE experiment_id = 1"), 2);
    store_close(s);
    free(one);
    free(two);
    free(again);
}

/* Nothing is forgotten: every table is shared, a run's, or told here to stay behind. */
static void every_table_is_copied(void)
{
    static const char *const known[] = {"meta",    "recipe",  "experiment", "run",      "param",
                                        "metric",  "attempt", "provenance", "point",    "progress",
                                        "summary", "episode", "event",      "artifact", "sweep",
                                        "trial",   "world"};
    struct store *s;
    sqlite3_stmt *st;
    MUST(store_open_write(scratch("tables.db"), &s, NULL));
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(s->db,
                                             "SELECT name FROM sqlite_schema WHERE type = 'table'",
                                             -1, &st, NULL),
                          SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        bool found = false;
        const char *name = (const char *)sqlite3_column_text(st, 0);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = found || strcmp(known[i], name) == 0;
        if (!found)
            fprintf(stderr, "does store/transfer.c copy the table %s?\n", name);
        CU_ASSERT(found);
    }
    sqlite3_finalize(st);
    store_close(s);
}

static void wrong_sources_are_refused(void)
{
    char *spool = make_spool(80, 20);
    struct store *s, *old = NULL;
    struct merge_result r;
    struct err e = ERR_INIT;
    const struct merge_options all = {0};
    MUST(store_open_write(scratch("into.db"), &s, &e));
    CU_ASSERT_EQUAL(store_merge(s, "/nowhere/x.db", &all, &r, &e), ERR_NOINPUT);
    CU_ASSERT_EQUAL(store_merge(s, scratch("into.db"), &all, &r, &e), ERR_USAGE);
    FILE *f = fopen(scratch("text.db"), "w");
    fputs("not a database at all, but long enough to be looked at by somebody\n", f);
    fclose(f);
    CU_ASSERT_EQUAL(store_merge(s, scratch("text.db"), &all, &r, &e), ERR_DATA);
    int newest = store_schema_version;
    store_schema_version = 1;
    MUST(store_open_write(scratch("old.db"), &old, &e));
    store_close(old);
    store_schema_version = newest;
    CU_ASSERT_EQUAL(store_merge(s, scratch("old.db"), &all, &r, &e), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "rlbench db migrate"));
    int version = 0;
    MUST(store_schema_of(scratch("old.db"), &version, &e));
    CU_ASSERT_EQUAL(version, 1);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM run"), 0);
    MUST(store_merge(s, spool, &all, &r, &e)); /* and nothing stays attached */
    store_close(s);
    free(spool);
}

static void as_planned_is_as_new(void)
{
    char *spool = make_spool(90, 40);
    struct store *s;
    struct merge_result r;
    const int64_t ids[] = {1};
    const struct merge_options plan = {.runs = ids, .num_runs = 1, .as_planned = true};
    MUST(store_open_write(scratch("plan.db"), &s, NULL));
    MUST(store_merge(s, spool, &plan, &r, NULL));
    CU_ASSERT_EQUAL(r.added, 1);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM run WHERE state = 'queued' AND attempts = 0"), 1);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM point"), 0);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM attempt"), 0);
    CU_ASSERT(ask(s, "SELECT count(*) FROM param") > 5);
    sound(s);
    store_close(s);
    free(spool);
}

static void backups_are_whole(void)
{
    char *spool = make_spool(95, 30), *copy = mem_strdup(scratch("copy.db"));
    struct store *s, *writer;
    struct err e = ERR_INIT;
    MUST(store_open_write(spool, &writer, &e)); /* somebody is in the middle of a batch */
    MUST(store_begin(writer, &e));
    MUST(store_add_event(writer, 1, 1, RLB_LOG_INFO, "log", "not yet", &e));
    MUST(store_backup(spool, copy, &e));
    store_rollback(writer);
    store_close(writer);
    MUST(store_open_read(copy, &s, &e));
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM event"), 1);
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM point"), 9);
    sound(s);
    store_close(s);
    CU_ASSERT_EQUAL(store_backup(spool, copy, &e), ERR_CANTCREAT);
    CU_ASSERT_EQUAL(store_backup(spool, "/nowhere/b.db", &e), ERR_CANTCREAT);
    MUST(store_open_write(spool, &s, &e));
    MUST(store_exec(s, "DELETE FROM point", &e));
    MUST(store_vacuum(s, &e));
    CU_ASSERT_EQUAL(ask(s, "SELECT freelist_count FROM pragma_freelist_count"), 0);
    store_close(s);
    free(spool);
    free(copy);
}

CHECK_MAIN("store: merge", {"fifty spools", fifty_spools},
           {"newer runs replace", newer_runs_replace},
           {"experiments keep apart", experiments_keep_apart},
           {"every table is copied", every_table_is_copied},
           {"wrong sources are refused", wrong_sources_are_refused},
           {"as planned is as new", as_planned_is_as_new}, {"backups are whole", backups_are_whole})
