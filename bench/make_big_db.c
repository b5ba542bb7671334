/* make_big_db FILE RUNS POINTS [METRICS]: a database with RUNS runs of POINTS points in all, spread
 * evenly over METRICS metrics (10), as a supervisor would have written it. For benches of lists,
 * curves and screens. */
#include "base/clock.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SEEDS 10 /* runs of a group */
#define BATCH 10000

static const struct desc algo = {.kind = DESC_ALGORITHM,
                                 .id = "q-learning",
                                 .version = "1.0",
                                 .step_unit = "step",
                                 .path = "/nowhere/q-learning.so",
                                 .sha256 = ""};
static const struct desc env = {.kind = DESC_ENVIRONMENT,
                                .id = "gridworld",
                                .version = "1.0",
                                .step_unit = "",
                                .path = "/nowhere/gridworld.so",
                                .sha256 = ""};

static void must(int status, const struct err *e)
{
    if (status == OK)
        return;
    fprintf(stderr, "make_big_db: %s\n", e->text);
    exit(status);
}

static void add_plan(struct store *s, size_t runs, uint64_t steps, int64_t *ids, struct err *e)
{
    struct plan p = {.name = "big",
                     .describe = "made for measuring",
                     .recipe_path = "big.yaml",
                     .recipe_text = "version: 1\n",
                     .resolved_text = "version: 1\n",
                     .recipe_hash = "big"};
    struct plan_value *values = mem_alloc(runs * sizeof *values);
    for (size_t i = 0; i < runs; i++) {
        double alpha = 0.01 * (double)(1 + i / SEEDS);
        char *text = arena_printf(&p.arena, "%g", alpha);
        values[i] = (struct plan_value){"algorithm.params.alpha", text, alpha, true, "sweep"};
        struct plan_run r = {.algo = &algo,
                             .env = &env,
                             .values = &values[i],
                             .num_values = 1,
                             .settings = {.steps = steps, .log_every = 1, .lanes = 1},
                             .seed = i % SEEDS,
                             .group = arena_printf(&p.arena, "%016zx", i / SEEDS),
                             .label = arena_printf(&p.arena, "alpha=%s", text)};
        vec_push(&p.runs, r);
    }
    int64_t experiment;
    must(store_add_plan(s, &p, "bench", &experiment, ids, e), e);
    vec_finish(&p.runs);
    arena_finish(&p.arena);
    free(values);
}

static void fill(struct store *s, int64_t run, const int64_t *metrics, size_t num_metrics,
                 uint64_t steps, struct err *e)
{
    static struct store_point points[BATCH];
    size_t n = 0;
    must(store_begin(s, e), e);
    must(store_begin_attempt(s, run, 1, 0, "", e), e);
    for (uint64_t step = 1; step <= steps; step++) {
        for (size_t m = 0; m < num_metrics; m++) {
            double x = (double)step / (double)steps;
            double noise =
                (double)((step * 2654435761u + m * 40503u + (uint64_t)run) % 1000) / 1000;
            points[n++] = (struct store_point){
                .metric = (uint32_t)m, .step = step, .value = exp(-3 * x) + 0.1 * noise};
        }
        if (n + num_metrics <= BATCH && step < steps)
            continue;
        must(store_add_points(s, run, 1, metrics, num_metrics, points, n, e), e);
        must(store_commit(s, e), e);
        must(store_begin(s, e), e);
        n = 0;
    }
    const struct run_update u = {
        .set = RU_STATE | RU_STEPS, .state = RUN_DONE, .steps = steps, .env_steps = steps};
    must(store_update_run(s, run, &u, e), e);
    must(store_commit(s, e), e);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "make_big_db FILE RUNS POINTS [METRICS]\n");
        return ERR_USAGE;
    }
    struct err e = ERR_INIT;
    struct store *s = NULL;
    size_t runs = strtoull(argv[2], NULL, 10);
    size_t num_metrics = argc > 4 ? strtoull(argv[4], NULL, 10) : 10;
    if (runs == 0 || num_metrics == 0 || num_metrics > 1000) {
        fprintf(stderr, "make_big_db: at least one run, 1 to 1000 metrics\n");
        return ERR_USAGE;
    }
    uint64_t steps = strtoull(argv[3], NULL, 10) / runs / num_metrics;
    int64_t *ids = mem_alloc(runs * sizeof *ids),
            *metrics = mem_alloc(num_metrics * sizeof *metrics);
    must(store_open_write(argv[1], &s, &e), &e);
    add_plan(s, runs, steps, ids, &e);
    for (size_t m = 0; m < num_metrics; m++) {
        char name[32];
        snprintf(name, sizeof name, "metric_%zu", m);
        const rlb_metric metric = {.name = name,
                                   .doc = "made up",
                                   .unit = "",
                                   .goal = RLB_GOAL_MINIMIZE,
                                   .flags = m ? 0 : RLB_M_HEADLINE};
        must(store_metric_id(s, &metric, &metrics[m], &e), &e);
    }
    int64_t start = clock_mono_ns();
    for (size_t i = 0; i < runs; i++)
        fill(s, ids[i], metrics, num_metrics, steps, &e);
    double seconds = (double)(clock_mono_ns() - start) / 1e9;
    double rows = (double)runs * (double)num_metrics * (double)steps;
    fprintf(stderr, "%.0f points in %.1f s: %.2f M/s\n", rows, seconds, rows / seconds / 1e6);
    store_close(s);
    free(ids);
    free(metrics);
    return OK;
}
