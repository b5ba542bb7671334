/* Curves of several seeds: their numbers by hand, and rlbench plot. */
#include "common.h"

#include "judge/lines.h"

static char *database;
static struct store *store;

static void start(void)
{
    database = mem_strdup(scratch("plot.db"));
    store = make_results(database);
}

static int draw(const char *word, struct judge_line_how how, struct judge *j,
                struct judge_lines *lines)
{
    struct arena a = {0};
    struct run_row *rows;
    size_t n;
    const struct judge_how score = {.window = 1};
    how.resampling = (struct stats_resampling){.replicates = 200, .confidence = 0.95};
    MUST(judge_select(store, &word, 1, &a, &rows, &n, NULL));
    MUST(judge_collect(j, store, rows, n, &score, NULL));
    int status = judge_draw_lines(j, store, &how, lines, NULL);
    arena_finish(&a);
    return status;
}

/* Few points: the grid is where they are. */
static void every_step(void)
{
    struct judge j;
    struct judge_lines l;
    MUST(draw("speedup", (struct judge_line_how){.centre = STATS_MEAN, .columns = 10}, &j, &l));
    CU_ASSERT_EQUAL_FATAL(l.lines.len, 4);
    CU_ASSERT_EQUAL(l.columns, 0);
    CU_ASSERT_STRING_EQUAL(l.lines.data[0].name, "q-learning, chain");
    CU_ASSERT_EQUAL_FATAL(l.lines.data[0].num_points, POINTS);
    for (size_t i = 0; i < POINTS; i++) {
        const struct judge_point *p = &l.lines.data[0].points[i];
        CU_ASSERT_EQUAL(p->step, 100 * (i + 1));
        CU_ASSERT_DOUBLE_EQUAL(p->mid, 3.5 * (double)(i + 1) / POINTS, 1e-12);
        CU_ASSERT(p->lo < p->mid && p->mid < p->hi);
        CU_ASSERT_EQUAL(p->runs, SEEDS);
    }
    judge_lines_finish(&l);
    judge_finish(&j);
}

/* Three columns of steps 100 to 1000: they end at 400, 700 (of 901 steps) and 1000. */
static void columns(void)
{
    struct judge j;
    struct judge_lines l;
    MUST(draw("env=chain", (struct judge_line_how){.centre = STATS_IQM, .columns = 3}, &j, &l));
    CU_ASSERT_EQUAL(l.columns, 3);
    CU_ASSERT_EQUAL_FATAL(l.lines.data[1].num_points, 3);
    static const double part[] = {0.4, 0.7, 1};
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_DOUBLE_EQUAL(l.lines.data[1].points[i].mid, 6.5 * part[i], 1e-12);
    CU_ASSERT_EQUAL(l.lines.data[1].points[2].step, 1000);
    judge_lines_finish(&l);
    judge_finish(&j);
}

/* A run that ends early counts up to its end; NaN is counted apart. */
static void short_and_bad(void)
{
    struct judge j;
    struct judge_lines l;
    struct plan p;
    int64_t experiment, ids[2], metric;
    make_plan(&p, 2);
    p.name = "short";
    MUST(store_add_plan(store, &p, "test build", &experiment, ids, NULL));
    vec_finish(&p.runs);
    MUST(store_metric_id(store, &judge_metrics[0], &metric, NULL));
    const struct store_point a[] = {{0, 0, 10, 1}, {0, 0, 20, 2}, {0, 0, 30, (double)NAN}},
                             b[] = {{0, 0, 15, 5}, {0, 0, 20, 6}};
    MUST(store_begin_attempt(store, ids[0], 1, 0, "", NULL));
    MUST(store_add_points(store, ids[0], 1, &metric, 1, a, 3, NULL));
    MUST(store_begin_attempt(store, ids[1], 1, 0, "", NULL));
    MUST(store_add_points(store, ids[1], 1, &metric, 1, b, 2, NULL));
    set_state(store, ids[0], RUN_CRASHED);
    set_state(store, ids[1], RUN_STOPPED);
    MUST(draw("short", (struct judge_line_how){.centre = STATS_MEAN, .columns = 9}, &j, &l));
    CU_ASSERT_EQUAL_FATAL(l.lines.len, 1);
    CU_ASSERT_EQUAL_FATAL(l.lines.data[0].num_points, 4);
    static const struct {
        uint64_t step;
        double mid;
        uint32_t runs, bad;
    } expected[] = {{10, 1, 1, 0}, {15, 3, 2, 0}, {20, 4, 2, 0}, {30, (double)NAN, 0, 1}};
    for (size_t i = 0; i < 4; i++) {
        const struct judge_point *q = &l.lines.data[0].points[i];
        CU_ASSERT_EQUAL(q->step, expected[i].step);
        CU_ASSERT_EQUAL(q->runs, expected[i].runs);
        CU_ASSERT_EQUAL(q->bad, expected[i].bad);
        CU_ASSERT(q->mid == expected[i].mid || (isnan(q->mid) && isnan(expected[i].mid)));
    }
    judge_lines_finish(&l);
    judge_finish(&j);
}

static void charts(void)
{
    static const char *const sets[] = {"braille", "block", "ascii"};
    for (size_t i = 0; i < 3; i++) {
        char *command =
                 mem_printf("plot env=gridworld eval/return --rows 14 --cols 70 --color never"
                            " --glyphs %s",
                            sets[i]),
             *name = mem_printf("plot-%s.txt", sets[i]);
        CU_ASSERT_EQUAL(verb(database, command), OK);
        same_as(&verb_out, name);
        free(command);
        free(name);
    }
    CU_ASSERT_EQUAL(verb(database, "plot 1 loss --rows 8 --cols 60 --color always --glyphs block"),
                    OK);
    same_as(&verb_out, "plot-color.txt");
}

static void files(void)
{
    CU_ASSERT_EQUAL(verb(database, "plot speedup eval/return --mean --data - -R 100"), OK);
    same_as(&verb_out, "plot.dat");
    CU_ASSERT_EQUAL(verb(database, "plot env=chain eval/return --mean --pgfplots - --log-y -R 100"),
                    OK);
    same_as(&verb_out, "plot.tex");
    CU_ASSERT_EQUAL(verb(database, "plot env=chain eval/return --svg - --columns 3 -R 100"), OK);
    same_as(&verb_out, "plot.svg");
    CU_ASSERT_EQUAL(verb(database, "plot"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "plot speedup los"), ERR_NOINPUT);
    CU_ASSERT_EQUAL(verb(database, "plot loss --glyphs emoji"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "plot loss --svg /nowhere/x.svg"), ERR_CANTCREAT);
}

static void finish(void)
{
    store_close(store);
    buf_finish(&verb_out);
    buf_finish(&verb_err);
    free(database);
}

CHECK_MAIN("judge: plot", {"start", start}, {"charts", charts}, {"files", files},
           {"every step", every_step}, {"columns", columns}, {"short and bad", short_and_bad},
           {"finish", finish})
