/* Plans made by hand and a database in the scratch folder, for the tests of the store. */
#ifndef RLBENCH_TESTS_STORE_COMMON_H
#define RLBENCH_TESTS_STORE_COMMON_H

#include "check.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MUST(call) CU_ASSERT_EQUAL_FATAL((call), OK)

static inline const char *scratch(const char *name)
{
    static char path[4][4096];
    static int turn;
    char *out = path[turn++ % 4];
    const char *folder = getenv("SCRATCH");
    snprintf(out, sizeof path[0], "%s/%s", folder ? folder : "/tmp", name);
    return out;
}

static const struct desc test_algo = {.kind = DESC_ALGORITHM,
                                      .id = "q-learning",
                                      .version = "1.0",
                                      .step_unit = "step",
                                      .path = "/lib/q.so",
                                      .sha256 = "aa"};
static const struct desc test_env = {.kind = DESC_ENVIRONMENT,
                                     .id = "chain",
                                     .version = "1.1",
                                     .step_unit = "",
                                     .path = "/lib/c.so",
                                     .sha256 = "bb"};

static struct plan_value test_values[] = {
    {"algorithm.params.alpha", "0.1", 0.1, true, "default"},
    {"algorithm.params.policy", "softmax", 0, false, "file:7:12"},
    {"env.params.states", "5", 5, true, "--set"},
};

/* A plan of n runs with seeds 0..n-1. plan_finish frees nothing of it but the vector. */
static inline void make_plan(struct plan *p, size_t n)
{
    *p = (struct plan){.name = "speedup",
                       .describe = "a test",
                       .recipe_path = "/recipes/speedup.yaml",
                       .recipe_text = "version: 1 # text\n",
                       .resolved_text = "version: 1\n",
                       .recipe_hash =
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
    for (size_t i = 0; i < n; i++) {
        struct plan_run r = {.algo = &test_algo,
                             .env = &test_env,
                             .values = test_values,
                             .num_values = 3,
                             .settings = {.steps = 1000,
                                          .log_every = 10,
                                          .lanes = 2,
                                          .checkpoint_keep = 2,
                                          .on_nan = ON_NAN_WARN,
                                          .memory_bytes = UINT64_C(1) << 33,
                                          .watchdog_s = 30},
                             .seed = i,
                             .group = "00000000000000aa",
                             .label = "n=1"};
        vec_push(&p->runs, r);
    }
}

/* A fresh database with n queued runs; their ids in ids[n]. */
static inline struct store *make_store(const char *path, size_t n, int64_t *ids)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    struct plan p;
    int64_t experiment;
    if (store_open_write(path, &s, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(99);
    }
    make_plan(&p, n);
    if (store_add_plan(s, &p, "test build", &experiment, ids, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(99);
    }
    vec_finish(&p.runs);
    return s;
}

static const rlb_metric test_metrics[] = {
    {.name = "td_error",
     .doc = "squared error",
     .unit = "",
     .fold = RLB_FOLD_MEAN,
     .goal = RLB_GOAL_MINIMIZE},
    {.name = "mse",
     .doc = "distance",
     .unit = "",
     .goal = RLB_GOAL_MINIMIZE,
     .flags = RLB_M_HEADLINE},
    {.name = "episode/return", .doc = "return", .unit = "", .goal = RLB_GOAL_MAXIMIZE},
};
#define NUM_TEST_METRICS 3

static inline void make_metrics(struct store *s, int64_t ids[NUM_TEST_METRICS])
{
    for (int i = 0; i < NUM_TEST_METRICS; i++)
        MUST(store_metric_id(s, &test_metrics[i], &ids[i], NULL));
}

#endif
