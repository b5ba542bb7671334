/* The Stats screen: intervals made in slices are those made at once, and pictures of them. */
#include "base/clock.h"
#include "golden.h"
#include "tui/stats_model.h"

#include <math.h>

static const char *const names[] = {"sarsa alpha=0.1", "sarsa alpha=0.5", "q-learning", "dqn"};

static void add_run(struct judge *j, size_t contender, size_t task, uint64_t seed, double value)
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
static void fill(struct stats_model *m, size_t contenders, size_t tasks, size_t seeds,
                 uint32_t goal)
{
    struct judge *j = &m->judge;
    *j = (struct judge){.metric = goal == 1 ? "mse_star" : "eval/return",
                        .unit = "",
                        .goal = goal,
                        .how = {.window = 5}};
    for (size_t c = 0; c < contenders; c++)
        vec_push(&j->contenders, ((struct judge_contender){.name = names[c], .algo = names[c]}));
    for (size_t t = 0; t < tasks; t++)
        vec_push(&j->tasks, ((struct judge_task){.name = t == 0   ? "gridworld"
                                                         : t == 1 ? "chain length=20"
                                                                  : "four-rooms"}));
    for (size_t c = 0; c < contenders; c++)
        for (size_t t = 0; t < (c == 3 ? 1 : tasks); t++)
            for (size_t s = 0; s < (c == 2 ? 3 : seeds); s++)
                add_run(j, c, t, s,
                        0.5 + 0.1 * (double)c + 0.02 * (double)((7 * s + 3 * c + 5 * t) % 11) -
                            0.05 * (double)t);
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(judge_normalise(j, NORM_AUTO, NULL, 0, &e), OK);
    m->resampling.replicates = 2000;
    stats_model_begin(m);
}

/* As often as it takes, each time until a moment that has passed already or soon will. */
static size_t work(struct stats_model *m)
{
    size_t times = 1;
    while (stats_model_step(m, clock_mono_ns() + 100000))
        times++;
    return times;
}

static bool same(struct stats_interval x, struct stats_interval y)
{
    return x.point == y.point && x.low == y.low && x.high == y.high;
}

static void slices(void)
{
    for (uint32_t goal = 1; goal <= 2; goal++) {
        struct stats_model m;
        stats_model_init(&m);
        fill(&m, 3, 1, 10, goal);
        CU_ASSERT_EQUAL(m.num_aggregates, 3);
        CU_ASSERT(stats_model_progress(&m) == 0);
        CU_ASSERT(isnan(m.numbers.data[0].value.low));
        CU_ASSERT(stats_model_step(&m, 0)); /* no time: nothing is done */
        CU_ASSERT_EQUAL(m.numbers.data[0].done, 0);
        size_t times = work(&m);
        CU_ASSERT(times > 2);
        CU_ASSERT(stats_model_progress(&m) == 1);
        const bool tasks[] = {true};
        for (size_t i = 0; i < 3; i++)
            CU_ASSERT(same(m.numbers.data[i].value,
                           judge_aggregate(&m.judge, m.numbers.data[i].a, tasks, JUDGE_NORMALISED,
                                           STATS_IQM, 0, &m.resampling)));
        struct stats_interval x = stats_model_improvement(&m, 0, 2),
                              y = stats_model_improvement(&m, 2, 0);
        CU_ASSERT(same(x, judge_improvement(&m.judge, 0, 2, &m.resampling)));
        CU_ASSERT(x.point + y.point == 1 && x.low + y.high == 1);
        CU_ASSERT(isnan(stats_model_improvement(&m, 1, 1).point));
        CU_ASSERT(goal == 1 ? x.point > 0.5 : x.point < 0.5);
        size_t notes = m.judge.notes.len;
        CU_ASSERT(notes > 0); /* three seeds are few */
        CU_ASSERT(!stats_model_step(&m, INT64_MAX));
        CU_ASSERT_EQUAL(m.judge.notes.len, notes); /* warned once */
        stats_model_finish(&m);
    }
}

static void single_runs_have_no_interval(void)
{
    struct stats_model m;
    stats_model_init(&m);
    fill(&m, 2, 1, 1, 2);
    work(&m);
    CU_ASSERT(isnan(m.numbers.data[0].value.low) && isfinite(m.numbers.data[0].value.point));
    CU_ASSERT(isnan(stats_model_improvement(&m, 0, 1).low));
    stats_model_finish(&m);
}

static void pictures(void)
{
    static const struct {
        const char *name;
        size_t contenders, tasks, seeds;
        uint32_t goal;
        bool done;
    } cases[] = {{"stats", 4, 1, 10, 1, true},
                 {"stats-tasks", 4, 3, 6, 2, true},
                 {"stats-one", 1, 1, 10, 2, true},
                 {"stats-begun", 2, 1, 10, 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct app a;
        golden_app(&a, SCOPE_STATS);
        struct stats_model *m = a.states[SCOPE_STATS - 1]; /* its first member */
        fill(m, cases[i].contenders, cases[i].tasks, cases[i].seeds, cases[i].goal);
        if (cases[i].done)
            work(m);
        list_act(&m->list, ACT_DOWN);
        golden_check(&a, cases[i].name);
        app_finish(&a);
    }
}

static void nothing(void)
{
    struct app a;
    golden_app(&a, SCOPE_STATS);
    golden_check(&a, "stats-none");
    app_act(&a, ACT_STATS_AGGREGATE, "best");
    CU_ASSERT_STRING_EQUAL(a.message.text, "no aggregate best: iqm, mean or median");
    app_act(&a, ACT_STATS_WINDOW, "0");
    CU_ASSERT(strstr(a.message.text, "0: give a whole number from 1") != NULL);
    for (int rows = 24; rows < 30; rows++) /* whatever the size, nothing is drawn outside */
        for (int cols = 80; cols < 130; cols += 3) {
            struct buf out = {0};
            golden_draw(&a, cols, rows, &out);
            buf_finish(&out);
        }
    app_finish(&a);
}

CHECK_MAIN("stats", {"slices", slices}, {"single runs", single_runs_have_no_interval},
           {"pictures", pictures}, {"nothing", nothing})
