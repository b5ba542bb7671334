/* From runs to scores: which run counts, which number of it, and what is made of them. */
#include "common.h"

static char *database;
static struct store *store;
static struct arena arena;
static struct judge judge;

static int collect(const char *word, struct judge_how how)
{
    struct run_row *rows;
    struct err e = ERR_INIT;
    size_t n;
    judge_finish(&judge);
    if (how.window == 0)
        how.window = 1;
    int status = judge_select(store, &word, word != NULL, &arena, &rows, &n, &e);
    if (status == OK)
        status = judge_collect(&judge, store, rows, n, &how, &e);
    if (status == OK)
        status = judge_need_scores(&judge, &e);
    return status;
}

static void expect_cell(size_t contender, size_t task, enum judge_scale scale, size_t n,
                        const double *expected)
{
    double *found;
    uint64_t *seeds;
    CU_ASSERT_EQUAL_FATAL(judge_cell(&judge, contender, task, scale, &arena, &found, &seeds), n);
    for (size_t i = 0; i < n; i++) {
        CU_ASSERT_DOUBLE_EQUAL(found[i], expected[i], 1e-12);
        CU_ASSERT(i == 0 || seeds[i] > seeds[i - 1]);
    }
}

static bool notes_say(const char *text)
{
    for (size_t i = 0; i < judge.notes.len; i++)
        if (strstr(judge.notes.data[i], text))
            return true;
    for (size_t i = 0; i < judge.notes.len; i++)
        fprintf(stderr, "note: %s\n", judge.notes.data[i]);
    return false;
}

static void selection(void)
{
    static const struct {
        const char *words[4]; /* NULL after the last */
        size_t n;
    } cases[] = {{{NULL}, NUM_RUNS},
                 {{"speedup"}, NUM_RUNS},
                 {{"algo=sarsa"}, 2 * SEEDS},
                 {{"algo=sarsa env=chain"}, SEEDS},
                 {{"grid"}, 2 * SEEDS},
                 {{"3"}, 1},
                 {{"3", "1", "3"}, 2},
                 {{"env=chain", "algo=sarsa"}, 3 * SEEDS},
                 {{"@last"}, 1}};
    database = mem_strdup(scratch("judge.db"));
    store = make_results(database);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run_row *rows;
        size_t n, words = 0;
        while (cases[i].words[words])
            words++;
        MUST(judge_select(store, cases[i].words, words, &arena, &rows, &n, NULL));
        CU_ASSERT_EQUAL(n, cases[i].n);
        for (size_t k = 1; k < n; k++)
            CU_ASSERT(rows[k].id > rows[k - 1].id);
    }
    CU_ASSERT_EQUAL(collect("nothing", (struct judge_how){0}), ERR_NOINPUT);
    CU_ASSERT_EQUAL(collect("algo=nothing", (struct judge_how){0}), ERR_NOINPUT);
    CU_ASSERT_EQUAL(collect("seed>x", (struct judge_how){0}), ERR_USAGE);
}

static void cells(void)
{
    MUST(collect(NULL, (struct judge_how){0}));
    CU_ASSERT_EQUAL_FATAL(judge.contenders.len, 2);
    CU_ASSERT_EQUAL_FATAL(judge.tasks.len, 2);
    CU_ASSERT_STRING_EQUAL(judge.contenders.data[0].name, "q-learning");
    CU_ASSERT_STRING_EQUAL(judge.contenders.data[1].name, "sarsa");
    CU_ASSERT_STRING_EQUAL(judge.tasks.data[1].name, "gridworld");
    CU_ASSERT_STRING_EQUAL(judge.metric, "eval/return");
    CU_ASSERT_STRING_EQUAL(judge_rule(&judge), "last evaluation of eval/return (maximize)");
    for (size_t i = 0; i < NUM_CELLS; i++)
        expect_cell(i % 2, i / 2, JUDGE_OWN, SEEDS, final_scores[i]);
    CU_ASSERT_EQUAL(judge.notes.len, 0);
}

/* Curves rise in ten equal steps to the final score. */
static void rules(void)
{
    double expected[SEEDS];
    MUST(collect("env=chain", (struct judge_how){.window = 3}));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = 0.9 * final_scores[0][i]; /* (0.8 + 0.9 + 1) / 3 */
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    MUST(collect("env=chain", (struct judge_how){.pick = JUDGE_AT, .step = 450}));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = 0.4 * final_scores[0][i];
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    CU_ASSERT_STRING_EQUAL(judge_rule(&judge),
                           "last evaluation at or before step 450 of eval/return (maximize)");
    /* to be minimised: turned round, and its best is its least */
    MUST(collect("env=chain", (struct judge_how){.metric = "loss", .pick = JUDGE_BEST}));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = -(100 - final_scores[0][i]);
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    struct stats_interval i = judge_turn_back(&judge, (struct stats_interval){-2, -3, -1});
    CU_ASSERT(i.point == 2 && i.low == 1 && i.high == 3);
    /* more points than there are: all of them */
    MUST(collect("env=chain", (struct judge_how){.window = 50}));
    for (size_t k = 0; k < SEEDS; k++)
        expected[k] = 0.55 * final_scores[0][k];
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    CU_ASSERT_EQUAL(collect("env=chain", (struct judge_how){.metric = "los"}), ERR_NOINPUT);
    CU_ASSERT_EQUAL(collect("env=chain", (struct judge_how){.pick = JUDGE_AT, .step = 5000}),
                    ERR_NOINPUT);
}

static void normalised(void)
{
    double expected[SEEDS];
    struct err e = ERR_INIT;
    MUST(collect(NULL, (struct judge_how){0}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = (final_scores[2][i] - 10) / 55; /* the grid's scores go from 10 to 65 */
    expect_cell(0, 1, JUDGE_NORMALISED, SEEDS, expected);
    const struct judge_reference refs[] = {{NULL, 0, 10}, {"gridworld", 5, 25}};
    MUST(judge_normalise(&judge, NORM_GIVEN, refs, 2, NULL));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = (final_scores[2][i] - 5) / 20;
    expect_cell(0, 1, JUDGE_NORMALISED, SEEDS, expected);
    CU_ASSERT_EQUAL(judge_normalise(&judge, NORM_GIVEN, refs + 1, 1, &e), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "no reference for chain"));
    /* a loss is best where it is least */
    MUST(collect(NULL, (struct judge_how){.metric = "loss"}));
    MUST(judge_normalise(&judge, NORM_MINMAX, NULL, 0, NULL));
    for (size_t i = 0; i < SEEDS; i++)
        expected[i] = (final_scores[2][i] - 10) / 55;
    expect_cell(0, 1, JUDGE_NORMALISED, SEEDS, expected);
    CU_ASSERT_EQUAL(judge_normalise(&judge, NORM_GIVEN, refs, 2, &e), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "must be the smaller one"));
}

/* The same numbers as the statistics give for the same arrays. */
static void aggregates(void)
{
    const struct stats_resampling how = {.replicates = 2000, .confidence = 0.9, .seed = 0};
    const size_t start[] = {0, SEEDS};
    const struct stats_scores q = {1, start, final_scores[0]}, s = {1, start, final_scores[1]};
    MUST(collect("env=chain", (struct judge_how){0}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    const bool all[] = {true};
    struct stats_interval found =
        judge_aggregate(&judge, 0, all, JUDGE_NORMALISED, STATS_IQM, 0, &how);
    struct stats_interval expected = stats_bootstrap(&q, STATS_IQM, 0, &how);
    CU_ASSERT(found.point == expected.point && found.low == expected.low &&
              found.high == expected.high);
    CU_ASSERT_EQUAL(found.point, 3.5); /* 2, 3, 4, 5 are the middle half */
    found = judge_improvement(&judge, 1, 0, &how);
    expected = stats_improvement(&s, &q, &how);
    CU_ASSERT(found.point == expected.point && found.low == expected.low);
    CU_ASSERT_DOUBLE_EQUAL(found.point, 31.5 / 36, 1e-12); /* 30 pairs won, 3 even, by hand */
    double *x, *y;
    CU_ASSERT_EQUAL(judge_pairs(&judge, 1, 0, 0, &arena, &x, &y), SEEDS);
    for (size_t i = 0; i < SEEDS; i++)
        CU_ASSERT_EQUAL(x[i] - y[i], 3);
    /* both worlds, as rliable 1.2.0 gives it for the same scores, normalised with numpy */
    const bool both[] = {true, true};
    MUST(collect(NULL, (struct judge_how){0}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    found = judge_aggregate(&judge, 0, both, JUDGE_NORMALISED, STATS_IQM, 0, &how);
    CU_ASSERT_DOUBLE_EQUAL(found.point, 0.3693181818181818, 1e-12);
    found = judge_aggregate(&judge, 1, both, JUDGE_NORMALISED, STATS_IQM, 0, &how);
    CU_ASSERT_DOUBLE_EQUAL(found.point, 0.6306818181818182, 1e-12);
    found = judge_improvement(&judge, 1, 0, &how);
    CU_ASSERT_DOUBLE_EQUAL(found.point, 0.7291666666666667, 1e-12);
    /* a gap of a loss is how far it lies above the target */
    MUST(collect("env=chain algo=q-learning", (struct judge_how){.metric = "loss"}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    found = judge_aggregate(&judge, 0, all, JUDGE_NORMALISED, STATS_GAP, 97, &how);
    CU_ASSERT_DOUBLE_EQUAL(found.point, (2 + 1 + 0 + 0 + 0 + 0) / 6.0, 1e-12);
}

/* Paired where the seeds are the same; else of independent samples, whose bootstrap interval is
 * nearly the normal one: 1.96 sqrt(var(a) / n + var(b) / m) to either side. */
static void differences(void)
{
    const struct stats_resampling how = {.replicates = 20000, .confidence = 0.95, .seed = 0};
    MUST(collect("env=chain", (struct judge_how){0}));
    struct judge_difference d = judge_differ(&judge, 0, 1, 0, &how);
    CU_ASSERT(d.paired && d.pairs == SEEDS && d.num_a == SEEDS && d.num_b == SEEDS);
    CU_ASSERT(d.value.point == -3 && d.value.low == -3 && d.value.high == -3);
    CU_ASSERT_STRING_EQUAL(judge_sentence(&judge, 0, 1, 0, &d),
                           "chain: sarsa is better: q-learning - sarsa = -3 [-3, -3]");
    judge.runs.data[SEEDS - 1].counts = false; /* the last seed of q-learning */
    d = judge_differ(&judge, 0, 1, 0, &how);
    CU_ASSERT(!d.paired && d.pairs == SEEDS - 1 && d.num_a == SEEDS - 1 && d.num_b == SEEDS);
    double half = 1.96 * sqrt(2.0 / 5 + 35.0 / 12 / 6);
    CU_ASSERT_DOUBLE_EQUAL(d.value.point, 3 - 6.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(d.value.low, -3.5 - half, 0.1);
    CU_ASSERT_DOUBLE_EQUAL(d.value.high, -3.5 + half, 0.1);
    /* of a loss the smaller mean is better */
    MUST(collect("env=chain", (struct judge_how){.metric = "loss"}));
    d = judge_differ(&judge, 1, 0, 0, &how);
    CU_ASSERT_STRING_EQUAL(judge_sentence(&judge, 1, 0, 0, &d),
                           "chain: sarsa is better: sarsa - q-learning = -3 [-3, -3]");
}

static void gates(void)
{
    const struct stats_resampling how = {.replicates = 2000, .confidence = 0.95, .seed = 0};
    static const struct {
        const char *text;
        bool holds;
    } cases[] = {
        {"sarsa>q-learning@0.5", true},  {"sarsa > q@0.95", false},
        {"q-learning>sarsa@0.1", false}, {"sarsa>=4", true},
        {"sarsa>=6.5", false}, /* its point, not its lower end */
        {"q-learning<=6.5", true},       {"q-learning<=3.5", false},
    };
    struct judge_verdict v;
    MUST(collect("env=chain", (struct judge_how){0}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        MUST(judge_gate(&judge, cases[i].text, STATS_IQM, 0, &how, &v, NULL));
        CU_ASSERT_EQUAL(v.holds, cases[i].holds);
        if (v.holds != cases[i].holds)
            fprintf(stderr, "%s\n", v.text);
        CU_ASSERT_PTR_NOT_NULL(strstr(v.text, v.holds ? ": met: " : ": NOT MET: "));
    }
    static const char *const wrong[] = {
        "sarsa",           "sarsa>q-learning",   "sarsa<q-learning@0.9",
        "sarsa>nobody@.9", "sarsa>q-learning@2", "a>=1",
        "sarsa>=many"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CU_ASSERT_EQUAL(judge_gate(&judge, wrong[i], STATS_IQM, 0, &how, &v, NULL), ERR_USAGE);
    /* a single seed is no evidence */
    MUST(collect("env=chain seed=0", (struct judge_how){0}));
    MUST(judge_normalise(&judge, NORM_AUTO, NULL, 0, NULL));
    MUST(judge_gate(&judge, "sarsa>q-learning@0.5", STATS_IQM, 0, &how, &v, NULL));
    CU_ASSERT_FALSE(v.holds);
    CU_ASSERT_PTR_NOT_NULL(strstr(v.text, "has 1 seed; two are needed"));
}

/* Points far apart at the end: the last ones are found all the same. Changes the database. */
static void uneven(void)
{
    int64_t run = add_chain_run(store, 20, 0, RUN_RUNNING), metric;
    struct store_point points[60];
    MUST(store_metric_id(store, &judge_metrics[0], &metric, NULL));
    for (size_t i = 0; i < 60; i++)
        points[i] = (struct store_point){0, 0, i < 55 ? 2000 + i : 3000 + 100000 * i, (double)i};
    MUST(store_add_points(store, run, 1, &metric, 1, points, 60, NULL));
    set_state(store, run, RUN_DONE);
    MUST(collect("seed=20", (struct judge_how){.window = 10}));
    expect_cell(0, 0, JUDGE_OWN, 1, (const double[]){54.5}); /* 50 … 59 */
    MUST(collect("seed=20", (struct judge_how){.window = 2}));
    expect_cell(0, 0, JUDGE_OWN, 1, (const double[]){58.5});
    MUST(store_set_archived(store, run, true, NULL));
}

/* Changes the database: last. */
static void missing(void)
{
    double expected[SEEDS + 2] = {1, 2, 3, 4, 5, 6};
    add_chain_run(store, 10, 50, RUN_CRASHED);
    add_chain_run(store, 11, (double)NAN, RUN_DONE);
    add_chain_run(store, 12, 1, RUN_QUEUED);
    const char *chain = "env=chain algo=q-learning";
    MUST(collect(chain, (struct judge_how){0}));
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    CU_ASSERT(notes_say("3 of 9 runs are left out: 26 (crashed), 27 (nan), 28 (queued)"));
    MUST(collect(chain, (struct judge_how){.count_missing = true, .missing = -7}));
    expected[SEEDS] = expected[SEEDS + 1] = -7;
    expect_cell(0, 0, JUDGE_OWN, SEEDS + 2, expected);
    CU_ASSERT(notes_say("2 of 9 runs are counted as -7: 26 (crashed), 27 (nan)"));
    CU_ASSERT(notes_say("1 of 9 runs is left out: 28 (queued)"));
    /* a crashed run has its score at a step that it reached */
    MUST(collect("seed=10", (struct judge_how){.pick = JUDGE_AT, .step = 1000}));
    expect_cell(0, 0, JUDGE_OWN, 1, (const double[]){50});
    /* of two runs of a seed the newer one, unless it has no score */
    add_chain_run(store, 0, 100, RUN_DONE);
    add_chain_run(store, 1, 100, RUN_FAILED);
    MUST(collect(chain, (struct judge_how){0}));
    expected[0] = 100;
    expect_cell(0, 0, JUDGE_OWN, SEEDS, expected);
    CU_ASSERT(notes_say("1 older run of the same seed is left out"));
}

static void finish(void)
{
    judge_finish(&judge);
    arena_finish(&arena);
    store_close(store);
    free(database);
}

CHECK_MAIN("judge: scores", {"selection", selection}, {"cells", cells}, {"rules", rules},
           {"normalised", normalised}, {"aggregates", aggregates}, {"differences", differences},
           {"gates", gates}, {"uneven", uneven}, {"missing", missing}, {"finish", finish})
