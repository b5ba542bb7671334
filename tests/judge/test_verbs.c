/* rlbench compare, diff and export as a person and a script meet them. */
#include "common.h"

#include "store/internal.h"

static char *database;

static void start(void)
{
    database = mem_strdup(scratch("verbs.db"));
    store_close(make_results(database));
}

static void compare(void)
{
    /* a run stands for its seeds: 1 is q-learning and 7 sarsa, both on chain */
    CU_ASSERT_EQUAL(verb(database, "compare 1 7 -R 1000"), OK);
    same_as(&verb_out, "compare.txt");
    CU_ASSERT_EQUAL(verb(database, "compare q-learning sarsa -m loss -R 1000 --json"), OK);
    same_as(&verb_out, "compare.json");
    /* other seeds: apart; one seed: no statement */
    CU_ASSERT_EQUAL(verb(database, "compare 'algo=q-learning env=chain seed<3' "
                                   "'algo=sarsa env=chain seed>2'"),
                    OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "3 and 3, apart"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "(n=3 seeds: only a hint)"));
    CU_ASSERT_EQUAL(verb(database, "compare 'algo=q-learning env=gridworld seed<1' "
                                   "'algo=sarsa env=gridworld seed<1'"),
                    OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "a single run says nothing"));
    CU_ASSERT_EQUAL(verb(database, "compare 'env=gridworld algo=sarsa seed>3' "
                                   "'env=gridworld algo=q-learning seed!=4'"),
                    OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "no difference shown"));
    CU_ASSERT_EQUAL(verb(database, "compare 1"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "compare 1 2"), ERR_USAGE); /* the same group */
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_err), "on both sides"));
}

static void diff(void)
{
    CU_ASSERT_EQUAL(verb(database, "diff 1 24"), OK);
    same_as(&verb_out, "diff.txt");
    CU_ASSERT_EQUAL(verb(database, "diff 1 2 --json"), OK);
    CU_ASSERT_STRING_EQUAL(buf_text(&verb_out),
                           "{\"v\":1,\"kind\":\"parameter\",\"key\":\"seed\",\"equal\":false,"
                           "\"a\":\"0\",\"b\":\"1\"}\n");
    CU_ASSERT_EQUAL(verb(database, "diff 1"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "diff 1 99"), ERR_NOINPUT);
}

/* ---- export ---- */

/* A run whose second attempt supersedes part of the first, with every kind of number. */
static int64_t add_odd_run(struct store *s)
{
    int64_t run = add_chain_run(s, 99, 1, RUN_RUNNING), metric;
    const struct store_point points[] = {{0, 0, 800, 0.1 + 0.2},
                                         {0, 1, 800, (double)NAN},
                                         {0, 0, 900, (double)INFINITY},
                                         {0, 0, 1000, -1e-300}};
    const struct store_episode episodes[] = {
        {800, 1, 0, 1.5, (double)NAN, 7}, {800, 1, 1, -2, 1, 9}, {800, 0, 0, (double)NAN, 0, 1}};
    MUST(store_metric_id(s, &judge_metrics[0], &metric, NULL));
    MUST(store_begin_attempt(s, run, 2, 700, "c", NULL));
    MUST(store_add_points(s, run, 2, &metric, 1, points, 4, NULL));
    MUST(store_add_episodes(s, run, 2, episodes, 3, NULL));
    set_state(s, run, RUN_DONE);
    return run;
}

static size_t count_lines(const struct buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->len; i++)
        n += b->data[i] == '\n';
    return n;
}

static size_t count(struct store *s, const char *sql)
{
    sqlite3_stmt *st = NULL;
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(s->db, sql, -1, &st, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_step(st), SQLITE_ROW);
    size_t n = (size_t)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static bool ends_line(const char *what)
{
    char *line = mem_printf("%s\r\n", what);
    bool found = strstr(buf_text(&verb_out), line) != NULL;
    if (!found)
        fprintf(stderr, "no line ends in %s\n", what);
    free(line);
    return found;
}

static void export(void)
{
    struct store *s = NULL;
    struct buf first = {0};
    MUST(store_open_write(database, &s, NULL));
    int64_t odd = add_odd_run(s);
    CU_ASSERT_EQUAL(odd, NUM_RUNS + 1);
    CU_ASSERT_EQUAL(verb(database, "export 'id>0'"), OK);
    buf_add(&first, verb_out.data, verb_out.len);
    CU_ASSERT_EQUAL(count_lines(&verb_out),
                    1 + count(s, "SELECT count(*) FROM point p JOIN attempt a ON a.run_id ="
                                 " p.run_id AND a.n = p.attempt WHERE p.step <= a.visible_to"));
    CU_ASSERT_EQUAL(count_lines(&verb_out), 1 + NUM_RUNS * 2 * POINTS + 2 * 7 + 4);
    CU_ASSERT_EQUAL(verb(database, "export 'id>0'"), OK);
    CU_ASSERT(first.len == verb_out.len && memcmp(first.data, verb_out.data, first.len) == 0);
    CU_ASSERT(ends_line(",99,eval/return,800,0,2,0.30000000000000004"));
    CU_ASSERT(ends_line(",99,eval/return,800,1,2,nan"));
    CU_ASSERT(ends_line(",99,eval/return,900,0,2,inf"));
    CU_ASSERT(ends_line(",99,eval/return,1000,0,2,-1e-300"));
    CU_ASSERT(ends_line(",99,eval/return,700,0,1,0.7"));
    CU_ASSERT_PTR_NULL(strstr(buf_text(&verb_out), ",99,eval/return,800,0,1,"));
    CU_ASSERT_EQUAL(verb(database, "export 25 --format jsonl"), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "\"value\":\"nan\"}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "\"value\":0.30000000000000004}\n"));
    CU_ASSERT_EQUAL(verb(database, "export 25 --what episodes"), OK);
    CU_ASSERT_EQUAL(count_lines(&verb_out), 4);
    CU_ASSERT(ends_line(",training,800,0,2,nan,0,1"));
    CU_ASSERT(ends_line(",evaluation,800,0,2,1.5,,7"));
    CU_ASSERT_EQUAL(verb(database, "export 1 --what params"), OK);
    CU_ASSERT(ends_line(",algorithm.params.policy,softmax,,file:7:12"));
    CU_ASSERT_EQUAL(verb(database, "export algo=sarsa env=chain --what scores --best"), OK);
    CU_ASSERT(ends_line(",4,done,sarsa,chain,eval/return,8,1,"));
    CU_ASSERT_EQUAL(verb(database, "export 1 --what nothing"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "export 1 --format xml"), ERR_USAGE);
    buf_finish(&first);
    store_close(s);
}

static void finish(void)
{
    buf_finish(&verb_out);
    buf_finish(&verb_err);
    free(database);
}

CHECK_MAIN("judge: verbs", {"start", start}, {"compare", compare}, {"diff", diff},
           {"export", export}, {"finish", finish})
