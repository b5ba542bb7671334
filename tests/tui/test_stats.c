/* The Stats screen: intervals made in slices are those made at once, and pictures of them. */
#include "../store/common.h"
#include "stats_fixture.h"

#include <math.h>

static bool same(struct stats_interval x, struct stats_interval y)
{
    return x.point == y.point && x.low == y.low && x.high == y.high;
}

static void slices(void)
{
    for (uint32_t goal = 1; goal <= 2; goal++) {
        struct stats_model m;
        stats_model_init(&m);
        stats_fill(&m, 3, 1, 10, goal);
        CU_ASSERT_EQUAL(m.num_aggregates, 3);
        CU_ASSERT(stats_model_progress(&m) == 0);
        CU_ASSERT(isnan(m.numbers.data[0].value.low));
        CU_ASSERT(stats_model_step(&m, 0)); /* no time: nothing is done */
        CU_ASSERT_EQUAL(m.numbers.data[0].done, 0);
        size_t times = stats_work(&m);
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
    stats_fill(&m, 2, 1, 1, 2);
    stats_work(&m);
    CU_ASSERT(isnan(m.numbers.data[0].value.low) && isfinite(m.numbers.data[0].value.point));
    CU_ASSERT(isnan(stats_model_improvement(&m, 0, 1).low));
    stats_model_finish(&m);
}

/* Scores that have not changed keep what was computed of them. */
static void what_is_known_is_not_made_again(void)
{
    struct stats_model old, m;
    stats_model_init(&old);
    stats_fill(&old, 4, 1, 10, 2);
    stats_work(&old);
    for (int changed = 0; changed < 2; changed++) {
        stats_model_init(&m);
        stats_fill(&m, 4, 1, 10, 2);
        if (changed) { /* one run of the first contender has come further */
            struct judge_run *r = &m.judge.runs.data[1]; /* not the least of all */
            r->value += 0.01;
            stats_model_begin(&m);
        }
        stats_model_take_over(&m, &old);
        size_t open = 0;
        for (size_t i = 0; i < m.numbers.len; i++) {
            const struct stats_number *n = &m.numbers.data[i];
            CU_ASSERT_EQUAL(!n->ready, changed && n->a == 0);
            open += !n->ready;
            if (n->ready)
                CU_ASSERT(same(n->value, old.numbers.data[i].value));
        }
        CU_ASSERT_EQUAL(open, changed ? 4 : 0); /* its interval, and three pairs */
        for (size_t i = 0; i < m.profile.len; i++)
            CU_ASSERT_EQUAL(!m.profile.data[i].share, changed && i == 0);
        stats_work(&m);
        stats_model_finish(&m);
    }
    stats_model_init(&m);
    m.aggregate = STATS_MEAN; /* another question */
    stats_fill(&m, 4, 1, 10, 2);
    stats_model_take_over(&m, &old);
    CU_ASSERT(stats_model_progress(&m) == 0);
    stats_model_finish(&m);
    stats_model_finish(&old);
}

static void profiles(void)
{
    struct stats_model m;
    stats_model_init(&m);
    stats_fill(&m, 2, 1, 10, 2);
    stats_work(&m);
    CU_ASSERT_EQUAL_FATAL(m.profile.len, 2);
    const struct stats_interval *share = m.profile.data[1].share;
    for (int i = 0; i < STATS_THRESHOLDS; i++) { /* counted by hand */
        double above = 0;
        for (size_t k = 0; k < m.judge.runs.len; k++)
            above +=
                m.judge.runs.data[k].contender == 1 && m.judge.runs.data[k].value > m.thresholds[i];
        CU_ASSERT_DOUBLE_EQUAL(share[i].point, above / 10, 1e-12);
        CU_ASSERT(share[i].low <= share[i].point && share[i].point <= share[i].high);
    }
    stats_model_finish(&m);
}

static void copies(void)
{
    struct stats_model m;
    stats_model_init(&m);
    stats_fill(&m, 2, 1, 1, 2); /* single runs: no intervals to spell out */
    stats_work(&m);
    static const char *const want[] = {
        "iqm of mean of the last 5 evaluations of eval/return (maximize)\n\n"
        "| ALGORITHM | SEEDS | gridworld |\n|---|---:|---:|\n"
        "| sarsa alpha=0.1 | 1 | 0.5 |\n| sarsa alpha=0.5 | 1 | 0.66 |\n\n"
        "| P(row improves on column) | sarsa alpha=0.1 | sarsa alpha=0.5 |\n|---|---:|---:|\n"
        "| sarsa alpha=0.1 |  | 0 |\n| sarsa alpha=0.5 | 1 |  |\n",
        "% iqm of mean of the last 5 evaluations of eval/return (maximize)\n\n"
        "\\begin{tabular}{lrr}\n\\hline\nALGORITHM & SEEDS & gridworld \\\\\n\\hline\n"
        "sarsa alpha=0.1 & 1 & 0.5 \\\\\nsarsa alpha=0.5 & 1 & 0.66 \\\\\n\\hline\n"
        "\\end{tabular}\n\n\\begin{tabular}{lrr}\n\\hline\n"
        "P(row improves on column) & sarsa alpha=0.1 & sarsa alpha=0.5 \\\\\n\\hline\n"
        "sarsa alpha=0.1 &  & 0 \\\\\nsarsa alpha=0.5 & 1 &  \\\\\n\\hline\n"
        "\\end{tabular}\n",
        "kind,statistic,algorithm,versus,task,threshold,n,point,low,high\r\n"
        "cell,iqm,sarsa alpha=0.1,,gridworld,,1,0.5,nan,nan\r\n"
        "cell,iqm,sarsa alpha=0.5,,gridworld,,1,0.6599999999999999,nan,nan\r\n"
        "improvement,improvement,sarsa alpha=0.1,sarsa alpha=0.5,,,2,0,nan,nan\r\n"
        "improvement,improvement,sarsa alpha=0.5,sarsa alpha=0.1,,,2,1,nan,nan\r\n"};
    for (int format = 0; format < 3; format++) {
        char *text = stats_copy_text(&m, (enum stats_copy)format);
        CHECK_TEXT(text, want[format]);
        free(text);
    }
    stats_model_finish(&m);
}

/* Two groups of four seeds from a recipe with three gates; one of them names a metric in which
 * nobody is better, one asks about runs that are not there. */
static void gates_of_the_recipe(void)
{
    static const char recipe[] =
        "version: 1\n"
        "gates:\n"
        "  - {compare: [b, a], metric: mse, stat: poi, at_least: 0.9}\n"
        "  - {compare: [b, a], metric: td_error, stat: poi, at_least: 0.9}\n"
        "  - {compare: [b, nobody], metric: mse, stat: poi, at_least: 0.9}\n";
    int64_t runs[8], ids[NUM_TEST_METRICS], experiment;
    const char *path = scratch("gates.db");
    struct err e = ERR_INIT;
    struct store *w = NULL;
    struct plan p;
    MUST(store_open_write(path, &w, &e));
    make_plan(&p, 8);
    p.resolved_text = recipe;
    for (size_t i = 0; i < 8; i++) {
        p.runs.data[i].seed = i / 2;
        p.runs.data[i].group = p.runs.data[i].label = i % 2 ? "b" : "a";
    }
    MUST(store_add_plan(w, &p, "test build", &experiment, runs, &e));
    vec_finish(&p.runs);
    make_metrics(w, ids);
    for (size_t i = 0; i < 8; i++) {
        struct store_point points[] = {
            {.metric = 1, .step = 1, .value = i % 2 ? 1 + (double)i : 20 + (double)i},
            {.metric = 0, .step = 1, .value = (double)i}};
        struct run_update u = {.set = RU_STATE, .state = RUN_DONE};
        MUST(store_begin_attempt(w, runs[i], 1, 0, "", NULL));
        MUST(store_add_points(w, runs[i], 1, ids, NUM_TEST_METRICS, points, 2, NULL));
        MUST(store_update_run(w, runs[i], &u, NULL));
    }
    store_close(w);
    struct app a;
    app_init(&a, &(struct app_options){.database = path, .theme = "dark"});
    a.rows = 40;
    a.cols = 120;
    app_start(&a);
    app_go(&a, SCOPE_STATS);
    struct stats_model *m = a.states[SCOPE_STATS - 1];
    stats_work(m);
    CU_ASSERT_EQUAL_FATAL(m->gates.len, 3);
    struct buf out = {0};
    a.look.glyphs = GLYPHS_BLOCK;
    golden_draw(&a, 120, 40, &out);
    CU_ASSERT(strstr(buf_text(&out), "√ met: b > a on mse: P = 1 [1, 1], 0.9 asked for") != NULL);
    CU_ASSERT(strstr(buf_text(&out), "x not met: b > a on td_error: P = 0.375 [") != NULL);
    CU_ASSERT(strstr(buf_text(&out), "x not met: b > nobody on mse: ") != NULL);
    buf_finish(&out);
    app_act(&a, ACT_COPY, "word");
    CU_ASSERT_STRING_EQUAL(a.message.text, "cannot copy as word: markdown, latex, csv or command");
    app_finish(&a);
}

static void pictures(void)
{
    static const struct {
        const char *name;
        size_t contenders, tasks, seeds;
        uint32_t goal;
        bool done;
    } cases[] = {{"stats-tasks", 4, 3, 6, 2, true},
                 {"stats-one", 1, 1, 10, 2, true},
                 {"stats-begun", 2, 1, 10, 2, false},
                 {"stats-profile", 3, 3, 10, 2, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct app a;
        golden_app(&a, SCOPE_STATS);
        struct stats_model *m = a.states[SCOPE_STATS - 1]; /* its first member */
        stats_fill(m, cases[i].contenders, cases[i].tasks, cases[i].seeds, cases[i].goal);
        if (cases[i].done)
            stats_work(m);
        list_act(&m->list, ACT_DOWN);
        if (strcmp(cases[i].name, "stats-profile") == 0)
            app_act(&a, ACT_STATS_PROFILE, "");
        golden_check(&a, cases[i].name);
        app_finish(&a);
    }
}

static void nothing(void)
{
    struct app a;
    golden_app(&a, SCOPE_STATS);
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
           {"what is known is not made again", what_is_known_is_not_made_again},
           {"profiles", profiles}, {"copies", copies}, {"gates of the recipe", gates_of_the_recipe},
           {"pictures", pictures}, {"nothing", nothing})
