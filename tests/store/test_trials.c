/* Trials of a sweep and evaluation worlds: written, changed, read, merged. */
#include "common.h"
#include "store/internal.h"
#include "store/merge.h"

static double ask(struct store *s, const char *sql)
{
    sqlite3_stmt *st;
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(s->db, sql, -1, &st, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_step(st), SQLITE_ROW);
    double value = sqlite3_column_double(st, 0);
    sqlite3_finalize(st);
    return value;
}

/* Three trials with two seeds each, evaluated in two other worlds. */
static struct store *make(const char *path, int64_t *experiment, int64_t ids[6])
{
    static struct plan_value worlds[] = {{"eval.worlds.windy.wind", "0.2", 0.2, true, "file"},
                                         {"eval.worlds.windy.size", "3", 3, true, "file"},
                                         {"eval.worlds.wind.size", "4", 4, true, "file"}};
    struct store *s = NULL;
    struct plan p;
    MUST(store_open_write(path, &s, NULL));
    make_plan(&p, 6);
    for (size_t i = 0; i < 6; i++) {
        p.runs.data[i].trial = (uint32_t)(i % 3 + 1);
        p.runs.data[i].choices = worlds;
        p.runs.data[i].num_choices = 3;
    }
    p.sweep = "{\"a spec\": 1}";
    p.draws = true;
    p.num_groups = 3;
    p.num_seeds = 2;
    struct err e = ERR_INIT;
    if (store_add_plan(s, &p, "test build", experiment, ids, &e) != OK)
        fprintf(stderr, "%s\n", e.text);
    CU_ASSERT_EQUAL_FATAL(e.code, OK);
    vec_finish(&p.runs);
    return s;
}

static void trials(void)
{
    int64_t experiment, ids[6];
    struct arena a = {0};
    struct trial_row *rows;
    struct run_row *runs;
    const char *spec;
    size_t n;
    struct store *s = make(scratch("trials.db"), &experiment, ids);
    MUST(store_read_sweep(s, experiment, &a, &spec, &rows, &n, NULL));
    CHECK_TEXT(spec, "{\"a spec\": 1}");
    CU_ASSERT_EQUAL_FATAL(n, 3);
    CHECK_TEXT(rows[2].state, "waiting");
    CU_ASSERT(isnan(rows[2].value));
    const struct trial_row t = {2, "done", "{\"algorithm.params.alpha\":\"0.5\"}", 1, 2, -3.5, 70};
    const struct param_row set[] = {{"algorithm.params.alpha", "0.5", 0.5, true},
                                    {"algorithm.params.policy", "greedy", 0, false}};
    MUST(store_put_trial(s, experiment, &t, NULL));
    MUST(store_set_trial(s, experiment, 2, set, 2, "alpha=0.5", "00000000000000bb", NULL));
    MUST(store_read_sweep(s, experiment, &a, &spec, &rows, &n, NULL));
    CU_ASSERT_EQUAL_FATAL(n, 3);
    CHECK_TEXT(rows[1].state, "done");
    CHECK_TEXT(rows[1].settings, t.settings);
    CU_ASSERT(rows[1].known == 1 && rows[1].rungs == 2 && rows[1].step == 70);
    CU_ASSERT_EQUAL(rows[1].value, -3.5);
    MUST(store_experiment_runs(s, experiment, &a, &runs, &n, NULL));
    for (size_t i = 0; i < n; i++) {
        struct store_job job;
        bool second = runs[i].trial == 2;
        CU_ASSERT_EQUAL(runs[i].trial, i % 3 + 1);
        CHECK_TEXT(runs[i].label, second ? "alpha=0.5" : "n=1");
        CHECK_TEXT(runs[i].group, second ? "00000000000000bb" : "00000000000000aa");
        MUST(store_get_job(s, runs[i].id, &a, &job, NULL));
        CHECK_TEXT(job.algo_params[1], second ? "0.5" : "0.1");
        CHECK_TEXT(job.algo_params[3], second ? "greedy" : "softmax");
    }
    CU_ASSERT_EQUAL(ask(s, "SELECT runs FROM v_trial WHERE trial = 2 AND value = -3.5"), 2);
    store_close(s);
    arena_finish(&a);
}

static void no_sweep(void)
{
    int64_t ids[1];
    struct arena a = {0};
    struct trial_row *rows;
    const char *spec = "";
    size_t n = 7;
    struct store *s = make_store(scratch("none.db"), 1, ids);
    MUST(store_read_sweep(s, 1, &a, &spec, &rows, &n, NULL));
    CU_ASSERT_PTR_NULL(spec);
    CU_ASSERT_EQUAL(n, 0);
    store_close(s);
    arena_finish(&a);
}

static void worlds(void)
{
    int64_t experiment, ids[6];
    const struct store_episode episodes[] = {
        {20, 0, 0, 1, 1, 12}, {20, 1, 0, 2, 1, 12}, {20, 2, 0, 3, 1, 12}, {20, 3, 0, 4, 1, 12}};
    struct store *s = make(scratch("worlds.db"), &experiment, ids);
    MUST(store_begin_attempt(s, ids[1], 1, 0, "", NULL));
    MUST(store_add_episodes(s, ids[1], 1, episodes, 4, NULL));
    CU_ASSERT_EQUAL(ask(s, "SELECT count(*) FROM world"), 12);
    CU_ASSERT_EQUAL(ask(s, "SELECT ret FROM v_episode WHERE kind = 'training'"), 1);
    CU_ASSERT_EQUAL(ask(s, "SELECT ret FROM v_episode WHERE kind = 'evaluation' AND world = ''"),
                    2);
    CU_ASSERT_EQUAL(ask(s, "SELECT ret FROM v_episode WHERE world = 'windy'"), 3);
    CU_ASSERT_EQUAL(ask(s, "SELECT ret FROM v_episode WHERE world = 'wind'"), 4);
    store_close(s);
}

/* A spool whose second trial has ended is newer; the others stay as they are here. */
static void merged(void)
{
    int64_t experiment, ids[6];
    const char *from = scratch("from.db"), *to = scratch("to.db");
    const struct trial_row t = {2, "done", "{}", 1, 0, 4, 70};
    const struct run_update u = {.set = RU_STATE, .state = RUN_DONE};
    struct merge_options all = {0};
    struct merge_result result;
    struct store *s = make(from, &experiment, ids), *into = NULL;
    MUST(store_open_write(to, &into, NULL));
    for (int i = 0; i < 2; i++) {
        MUST(store_merge(into, from, &all, &result, NULL));
        CU_ASSERT_EQUAL(ask(into, "SELECT count(*) FROM sweep"), 1);
        CU_ASSERT_EQUAL(ask(into, "SELECT count(*) FROM trial WHERE state = 'waiting'"), 3 - i);
        CU_ASSERT_EQUAL(ask(into, "SELECT count(*) FROM world"), 12);
        CU_ASSERT_EQUAL(ask(into, "SELECT count(*) FROM run WHERE trial = 2"), 2);
        if (i == 0) {
            MUST(store_put_trial(s, experiment, &t, NULL));
            MUST(store_update_run(s, ids[1], &u, NULL));
        }
    }
    CU_ASSERT_EQUAL(ask(into, "SELECT value FROM trial WHERE n = 2"), 4);
    store_close(s);
    store_close(into);
}

CHECK_MAIN("store: trials", {"trials", trials}, {"no sweep", no_sweep},
           {"evaluation worlds", worlds}, {"merged", merged})
