/* A run from plan to curves: what goes in comes out. */
#include "common.h"

#include "base/sysinfo.h"

static void a_plan_becomes_jobs(void)
{
    int64_t ids[3];
    const char *path = scratch("jobs/deep/rlbench.db");
    struct store *s = make_store(path, 3, ids);
    struct arena a = {0};
    struct store_job job;
    struct err e = ERR_INIT;
    MUST(store_get_job(s, ids[1], &a, &job, &e));
    CHECK_TEXT(job.algo, "q-learning");
    CHECK_TEXT(job.env_path, "/lib/c.so");
    CU_ASSERT_EQUAL(job.seed, 1);
    CU_ASSERT_EQUAL_FATAL(job.num_algo_params, 2);
    CHECK_TEXT(job.algo_params[0], "alpha");
    CHECK_TEXT(job.algo_params[1], "0.1");
    CHECK_TEXT(job.algo_params[3], "softmax");
    CU_ASSERT_EQUAL_FATAL(job.num_env_params, 1);
    CHECK_TEXT(job.env_params[0], "states");
    CU_ASSERT_EQUAL(job.settings.steps, 1000);
    CU_ASSERT_EQUAL(job.settings.log_every, 10);
    CU_ASSERT_EQUAL(job.settings.lanes, 2);
    CU_ASSERT_EQUAL(job.settings.on_nan, ON_NAN_WARN);
    CU_ASSERT_EQUAL(job.settings.memory_bytes, UINT64_C(1) << 33);
    CU_ASSERT_EQUAL(job.settings.watchdog_s, 30);
    CHECK_TEXT(job.checkpoint_path, "");
    CU_ASSERT_EQUAL(job.database[0], '/');
    CU_ASSERT_EQUAL(store_get_job(s, 99, &a, &job, &e), ERR_NOINPUT);
    const char *text;
    MUST(store_run_recipe(s, ids[0], "text", &a, &text, &e));
    CHECK_TEXT(text, "version: 1 # text\n");
    MUST(store_run_recipe(s, ids[0], "resolved", &a, &text, &e));
    CHECK_TEXT(text, "version: 1\n");
    arena_finish(&a);
    store_close(s);
}

static void points_become_a_curve(void)
{
    int64_t ids[1], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(scratch("curve.db"), 1, ids);
    make_metrics(s, metrics);
    struct err e = ERR_INIT;
    const struct store_point points[] = {{0, 0, 10, 1.5},
                                         {1, 0, 10, 4},
                                         {0, 0, 20, (double)NAN},
                                         {1, 0, 20, 3},
                                         {1, 0, 30, (double)INFINITY}};
    MUST(store_begin(s, &e));
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", &e));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, points, 5, &e));
    struct run_update u = {.set = RU_STATE | RU_PID | RU_STEPS | RU_SPEED | RU_SOCKET,
                           .state = RUN_RUNNING,
                           .pid = getpid(),
                           .pid_start = sysinfo_pid_start(getpid()),
                           .steps = 30,
                           .env_steps = 60,
                           .socket = "/run/x.sock",
                           .steps_per_s = 12.5};
    MUST(store_update_run(s, ids[0], &u, &e));
    MUST(store_commit(s, &e));

    struct store *reader;
    MUST(store_open_read(scratch("curve.db"), &reader, &e));
    struct arena a = {0};
    struct run_row *rows;
    size_t n;
    MUST(store_list_runs(reader, NULL, 0, &a, &rows, &n, &e));
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CHECK_TEXT(rows[0].experiment, "speedup");
    CHECK_TEXT(rows[0].headline, "mse");
    CHECK_TEXT(rows[0].socket, "/run/x.sock");
    CU_ASSERT_EQUAL(rows[0].state, RUN_RUNNING);
    CU_ASSERT_EQUAL(rows[0].steps, 30);
    CU_ASSERT_EQUAL(rows[0].env_steps, 60);
    CU_ASSERT_EQUAL(rows[0].steps_per_s, 12.5);
    CU_ASSERT_EQUAL(rows[0].last, INFINITY);
    CU_ASSERT_EQUAL(rows[0].best, 3);
    CU_ASSERT_EQUAL(rows[0].attempts, 1);
    CU_ASSERT(rows[0].started_us > 0);
    CU_ASSERT_EQUAL(rows[0].ended_us, 0);

    struct metric_row *found;
    MUST(store_run_metrics(reader, ids[0], &a, &found, &n, &e));
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CHECK_TEXT(found[0].name, "td_error");
    CU_ASSERT_EQUAL(found[0].n, 2);
    CU_ASSERT_EQUAL(found[0].nan_n, 1);
    CU_ASSERT(isnan(found[0].last));
    CU_ASSERT_EQUAL(found[0].mean, 1.5);

    struct curve c = {0};
    MUST(store_read_curve(reader, ids[0], metrics[0], -1, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 2);
    CU_ASSERT_EQUAL(c.steps[1], 20);
    CU_ASSERT(isnan(c.values[1]));
    MUST(store_read_curve(reader, ids[0], metrics[1], 20, &c, &e));
    CU_ASSERT_EQUAL_FATAL(c.len, 3);
    CU_ASSERT_EQUAL(c.values[2], INFINITY);
    curve_finish(&c);

    int64_t version = store_data_version(reader);
    CU_ASSERT_EQUAL(store_data_version(reader), version);
    MUST(store_add_event(s, ids[0], 30, RLB_LOG_WARN, "log", "hello", &e));
    CU_ASSERT_NOT_EQUAL(store_data_version(reader), version);
    struct event_row *events;
    MUST(store_read_events(reader, 0, 0, 0, &a, &events, &n, &e));
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CHECK_TEXT(events[0].text, "hello");
    MUST(store_read_events(reader, ids[0], events[0].id, 0, &a, &events, &n, &e));
    CU_ASSERT_EQUAL(n, 0);
    arena_finish(&a);
    store_close(reader);
    store_close(s);
}

static void a_dead_supervisor_means_crashed(void)
{
    int64_t ids[2];
    struct store *s = make_store(scratch("dead.db"), 2, ids);
    struct err e = ERR_INIT;
    struct run_update u = {.set = RU_STATE | RU_PID,
                           .state = RUN_RUNNING,
                           .pid = getpid(),
                           .pid_start = sysinfo_pid_start(getpid()) + 1};
    MUST(store_update_run(s, ids[0], &u, &e));
    struct arena a = {0};
    struct run_row row, *rows;
    size_t n;
    MUST(store_list_runs(s, "state=crashed", 0, &a, &rows, &n, &e));
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL(rows[0].id, ids[0]);
    CU_ASSERT_EQUAL(store_find_run(s, "@live", &a, &row, &e), ERR_NOINPUT);
    u.pid_start--;
    MUST(store_update_run(s, ids[0], &u, &e));
    MUST(store_find_run(s, "@live", &a, &row, &e));
    CU_ASSERT_EQUAL(row.id, ids[0]);
    MUST(store_find_run(s, "@last", &a, &row, &e));
    CU_ASSERT_EQUAL(row.id, ids[1]);
    u = (struct run_update){.set = RU_STATE | RU_EXIT | RU_MESSAGE | RU_DIGEST,
                            .state = RUN_FAILED,
                            .exit_code = 70,
                            .exit_signal = 11,
                            .message = "died",
                            .digest = "ff"};
    MUST(store_update_run(s, ids[0], &u, &e));
    MUST(store_find_run(s, "1", &a, &row, &e));
    CU_ASSERT_EQUAL(row.state, RUN_FAILED);
    CU_ASSERT_EQUAL(row.exit_code, 70);
    CU_ASSERT_EQUAL(row.exit_signal, 11);
    CHECK_TEXT(row.message, "died");
    CHECK_TEXT(row.digest, "ff");
    CU_ASSERT(row.ended_us >= row.started_us && row.started_us > 0);
    CU_ASSERT_EQUAL(store_update_run(s, 77, &u, &e), ERR_NOINPUT);
    arena_finish(&a);
    store_close(s);
}

static void old_checkpoints_are_forgotten(void)
{
    int64_t ids[1];
    struct store *s = make_store(scratch("prune.db"), 1, ids);
    struct err e = ERR_INIT;
    struct arena a = {0};
    const char **paths;
    size_t n;
    MUST(store_begin(s, &e));
    for (uint64_t i = 1; i <= 4; i++) {
        char *path = mem_printf("%s.%llu.ckpt", scratch("c"), (unsigned long long)i);
        FILE *f = fopen(path, "w");
        fclose(f);
        MUST(store_add_artifact(s, ids[0], i * 100, "checkpoint", path, "00", 12, &e));
        free(path);
    }
    MUST(store_add_artifact(s, ids[0], 400, "artifact", "/theta.npy", "00", 12, &e));
    MUST(store_prune_checkpoints(s, ids[0], 2, &a, &paths, &n, &e));
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT(strstr(paths[0], ".2.ckpt") && strstr(paths[1], ".1.ckpt"));
    MUST(store_commit(s, &e)); /* the batch is still open */
    struct artifact_row *rows;
    MUST(store_run_artifacts(s, ids[0], &a, &rows, &n, &e));
    CU_ASSERT_EQUAL(n, 3);
    struct store_job job;
    MUST(store_get_job(s, ids[0], &a, &job, &e));
    CU_ASSERT_EQUAL(job.checkpoint_step, 400);
    unlink(job.checkpoint_path); /* the newest that is really there */
    MUST(store_get_job(s, ids[0], &a, &job, &e));
    CU_ASSERT_EQUAL(job.checkpoint_step, 300);
    arena_finish(&a);
    store_close(s);
}

CHECK_MAIN("store: core", {"a plan becomes jobs", a_plan_becomes_jobs},
           {"points become a curve", points_become_a_curve},
           {"a dead supervisor means crashed", a_dead_supervisor_means_crashed},
           {"old checkpoints are forgotten", old_checkpoints_are_forgotten})
