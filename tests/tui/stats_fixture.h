/* Scores of contenders without a database. */
#ifndef RLBENCH_TESTS_TUI_STATS_FIXTURE_H
#define RLBENCH_TESTS_TUI_STATS_FIXTURE_H

#include "base/clock.h"
#include "golden.h"
#include "tui/stats_model.h"

static const char *const stats_names[] = {"sarsa alpha=0.1", "sarsa alpha=0.5", "q-learning",
                                          "dqn"};

static inline void stats_add_run(struct judge *j, size_t contender, size_t task, uint64_t seed,
                                 double value)
{
    const struct judge_run r = {.row = {.seed = seed, .uid = "", .experiment = ""},
                                .contender = contender,
                                .task = task,
                                .metric = 1,
                                .value = value,
                                .counts = true};
    vec_push(&j->runs, r);
}

/* Contenders whose values differ a little, the last one on the first task alone. */
static inline void stats_fill(struct stats_model *m, size_t contenders, size_t tasks, size_t seeds,
                              uint32_t goal)
{
    struct judge *j = &m->judge;
    *j = (struct judge){.metric = goal == 1 ? "mse_star" : "eval/return",
                        .unit = "",
                        .goal = goal,
                        .how = {.window = 5}};
    for (size_t c = 0; c < contenders; c++)
        vec_push(&j->contenders,
                 ((struct judge_contender){.name = stats_names[c], .algo = stats_names[c]}));
    for (size_t t = 0; t < tasks; t++)
        vec_push(&j->tasks, ((struct judge_task){.name = t == 0   ? "gridworld"
                                                         : t == 1 ? "chain length=20"
                                                                  : "four-rooms"}));
    for (size_t c = 0; c < contenders; c++)
        for (size_t t = 0; t < (c == 3 ? 1 : tasks); t++)
            for (size_t s = 0; s < (c == 2 ? 3 : seeds); s++)
                stats_add_run(j, c, t, s,
                              0.5 + 0.1 * (double)c +
                                  0.02 * (double)((7 * s + 3 * c + 5 * t) % 11) - 0.05 * (double)t);
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(judge_normalise(j, NORM_AUTO, NULL, 0, &e), OK);
    m->resampling.replicates = 2000;
    stats_model_begin(m);
}

/* As often as it takes, each time until a moment that has passed already or soon will. */
static inline size_t stats_work(struct stats_model *m)
{
    size_t times = 1;
    while (stats_model_step(m, clock_mono_ns() + 100000))
        times++;
    return times;
}

#endif
