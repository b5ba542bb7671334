/* A database of two algorithms on two worlds, made by hand, and the verbs on it. */
#ifndef RLBENCH_TESTS_JUDGE_COMMON_H
#define RLBENCH_TESTS_JUDGE_COMMON_H

#include "store/common.h"

#include "base/file.h"
#include "judge/judge.h"

#include <sys/wait.h>

enum { SEEDS = 6, POINTS = 10, NUM_CELLS = 4, NUM_RUNS = NUM_CELLS * SEEDS };

/* Final scores: q-learning and sarsa on chain, then both on gridworld. */
static const double final_scores[NUM_CELLS][SEEDS] = {
    {1, 2, 3, 4, 5, 6}, {4, 5, 6, 7, 8, 9}, {10, 30, 20, 50, 40, 60}, {15, 35, 25, 55, 45, 65}};

static const struct desc judge_sarsa = {.kind = DESC_ALGORITHM,
                                        .id = "sarsa",
                                        .version = "1.0",
                                        .step_unit = "step",
                                        .path = "/lib/s.so",
                                        .sha256 = "cc"};
static const struct desc judge_grid = {.kind = DESC_ENVIRONMENT,
                                       .id = "gridworld",
                                       .version = "1.0",
                                       .step_unit = "",
                                       .path = "/lib/g.so",
                                       .sha256 = "dd"};

static const rlb_metric judge_metrics[] = {
    {.name = "eval/return", .doc = "return", .unit = "", .goal = RLB_GOAL_MAXIMIZE},
    {.name = "loss",
     .doc = "a loss",
     .unit = "",
     .goal = RLB_GOAL_MINIMIZE,
     .flags = RLB_M_HEADLINE | RLB_M_LOG},
};

/* Point i of a curve that ends at `last`: steps 100, 200, …; the loss is its mirror image. */
static inline void add_curve(struct store *s, int64_t run, const int64_t *metrics, double last)
{
    struct store_point points[2 * POINTS];
    for (int i = 0; i < POINTS; i++) {
        double value = last * (i + 1) / POINTS;
        points[2 * i] = (struct store_point){0, 0, 100 * (uint64_t)(i + 1), value};
        points[2 * i + 1] = (struct store_point){1, 0, 100 * (uint64_t)(i + 1), 100 - value};
    }
    MUST(store_begin_attempt(s, run, 1, 0, "", NULL));
    MUST(store_add_points(s, run, 1, metrics, 2, points, 2 * POINTS, NULL));
}

static inline void set_state(struct store *s, int64_t run, enum run_state state)
{
    struct run_update u = {.set = RU_STATE | RU_STEPS, .state = state, .steps = 1000};
    MUST(store_update_run(s, run, &u, NULL));
}

/* Runs 1 to NUM_RUNS, cell by cell, all done. */
static inline struct store *make_results(const char *path)
{
    static const struct desc *const algos[] = {&test_algo, &judge_sarsa};
    static const struct desc *const envs[] = {&test_env, &judge_grid};
    struct store *s = NULL;
    struct plan p;
    int64_t experiment, ids[NUM_RUNS], metrics[2];
    MUST(store_open_write(path, &s, NULL));
    make_plan(&p, NUM_RUNS);
    for (int i = 0; i < NUM_RUNS; i++) {
        struct plan_run *r = &p.runs.data[i];
        r->algo = algos[i / SEEDS % 2];
        r->env = envs[i / SEEDS / 2];
        r->num_values = i / SEEDS / 2 ? 2 : 3; /* the grid has no parameter of its own */
        r->seed = (uint64_t)(i % SEEDS);
        r->group = (const char *const[]){"g0", "g1", "g2", "g3"}[i / SEEDS];
        r->label = "";
    }
    MUST(store_add_plan(s, &p, "test build", &experiment, ids, NULL));
    vec_finish(&p.runs);
    for (int i = 0; i < 2; i++)
        MUST(store_metric_id(s, &judge_metrics[i], &metrics[i], NULL));
    for (int i = 0; i < NUM_RUNS; i++) {
        add_curve(s, ids[i], metrics, final_scores[i / SEEDS][i % SEEDS]);
        set_state(s, ids[i], RUN_DONE);
    }
    return s;
}

/* One more run of q-learning on chain with this seed; its number back. */
static inline int64_t add_chain_run(struct store *s, uint64_t seed, double last,
                                    enum run_state state)
{
    struct plan p;
    int64_t experiment, id, metrics[2];
    make_plan(&p, 1);
    p.runs.data[0].seed = seed;
    p.runs.data[0].label = "";
    MUST(store_add_plan(s, &p, "test build", &experiment, &id, NULL));
    vec_finish(&p.runs);
    for (int i = 0; i < 2; i++)
        MUST(store_metric_id(s, &judge_metrics[i], &metrics[i], NULL));
    add_curve(s, id, metrics, last);
    set_state(s, id, state);
    return id;
}

/* ---- verbs ---- */

static struct buf verb_out, verb_err;
/* Runs "rlbench COMMAND" on a database; its output in verb_out and verb_err, its exit code back. */
static inline int verb(const char *database, const char *command)
{
    char *line =
        mem_printf("LC_ALL=C.UTF-8 RLBENCH_DB='%s' '%s' %s >'%s' 2>'%s' </dev/null", database,
                   getenv("RLBENCH_SELF"), command, scratch("stdout"), scratch("stderr"));
    int status = system(line);
    free(line);
    buf_clear(&verb_out);
    buf_clear(&verb_err);
    MUST(file_read(scratch("stdout"), 1 << 24, &verb_out, NULL));
    MUST(file_read(scratch("stderr"), 1 << 20, &verb_err, NULL));
    status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (status != OK && status != ERR_FAILED && status != ERR_USAGE)
        fprintf(stderr, "rlbench %s: %d: %s", command, status, buf_text(&verb_err));
    return status;
}

/* Compares a text with tests/judge/golden/NAME; RLBENCH_UPDATE_GOLDEN=1 accepts it. */
static inline void same_as(struct buf *found, const char *name)
{
    char *path = mem_printf("%s/tests/judge/golden/%s", getenv("TOP_SRCDIR"), name);
    struct buf expected = {0};
    if (getenv("RLBENCH_UPDATE_GOLDEN"))
        MUST(file_write_atomic(path, buf_text(found), found->len, NULL));
    if (file_read(path, 1 << 24, &expected, NULL) != OK)
        fprintf(stderr, "%s is missing\n", path);
    CHECK_TEXT(buf_text(found), buf_text(&expected));
    buf_finish(&expected);
    free(path);
}

#endif
