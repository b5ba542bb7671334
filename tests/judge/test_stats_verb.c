/* rlbench stats as a person and a script meet it. */
#include "common.h"

static char *database;

static void start(void)
{
    database = mem_strdup(scratch("stats.db"));
    store_close(make_results(database));
}

static void tables(void)
{
    CU_ASSERT_EQUAL(verb(database, "stats -R 1000"), OK);
    same_as(&verb_out, "stats.txt");
    CU_ASSERT_EQUAL(verb_err.len, 0);
    CU_ASSERT_EQUAL(verb(database, "stats env=chain -m loss --mean --gap 95 --paired --profile "
                                   "--poi -R 1000"),
                    OK);
    same_as(&verb_out, "stats-loss.txt");
    CU_ASSERT_EQUAL(verb(database, "stats -R 1000 --format markdown"), OK);
    same_as(&verb_out, "stats.md");
    CU_ASSERT_EQUAL(verb(database, "stats -R 1000 --format latex"), OK);
    same_as(&verb_out, "stats.tex");
}

static void for_programs(void)
{
    CU_ASSERT_EQUAL(verb(database, "stats -R 1000 --format csv --paired --poi"), OK);
    same_as(&verb_out, "stats.csv");
    CU_ASSERT_EQUAL(verb(database, "stats -R 1000 --json --gate 'sarsa>=0'"), OK);
    same_as(&verb_out, "stats.json");
}

static void gates(void)
{
    CU_ASSERT_EQUAL(verb(database, "stats env=chain -g 'sarsa>q-learning@0.6'"), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "met: P(improvement) = 0.875"));
    CU_ASSERT_EQUAL(verb(database, "stats env=chain -g 'sarsa>q-learning@0.95'"), ERR_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&verb_out), "NOT MET"));
    CU_ASSERT_EQUAL(verb(database, "stats env=chain -g 'sarsa>=1' -g 'q-learning>=6'"), ERR_FAILED);
    CU_ASSERT_EQUAL(verb(database, "stats env=chain -g 'sarsa'"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "stats --window 0"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "stats --window 2 --best"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "stats --normalize 3:x"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "stats --format xml"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "stats nowhere"), ERR_NOINPUT);
}

static void finish(void)
{
    buf_finish(&verb_out);
    buf_finish(&verb_err);
    free(database);
}

CHECK_MAIN("judge: stats", {"start", start}, {"tables", tables}, {"for programs", for_programs},
           {"gates", gates}, {"finish", finish})
