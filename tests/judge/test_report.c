/* rlbench report: one file, with nothing from outside, the same every time. */
#include "common.h"

#include <sys/stat.h>

static char *database;

static size_t count(const struct buf *b, const char *what)
{
    size_t n = 0;
    for (const char *at = b->data; (at = strstr(at, what)); at++)
        n++;
    return n;
}

static bool has(const struct buf *b, const char *what)
{
    bool found = count(b, what) > 0;
    if (!found)
        fprintf(stderr, "'%s' is not in the report\n", what);
    return found;
}

static void start(void)
{
    database = mem_strdup(scratch("report.db"));
    store_close(make_results(database));
}

static void report(void)
{
    char *path = mem_strdup(scratch("r.html"));
    char *command = mem_printf("report -R 1000 -o '%s' -g 'sarsa>=0' -g 'q-learning>=5'", path);
    struct buf first = {0}, second = {0};
    struct stat st;
    CU_ASSERT_EQUAL(verb(database, command), ERR_FAILED); /* the second gate */
    CU_ASSERT_EQUAL(verb_out.len, 0);
    MUST(file_read(path, 1 << 22, &first, NULL));
    CU_ASSERT_EQUAL(stat(path, &st), 0);
    mode_t mask = umask(0);
    umask(mask);
    CU_ASSERT_EQUAL(st.st_mode & 0777, 0666 & ~mask);
    CU_ASSERT_EQUAL(verb(database, command), ERR_FAILED);
    MUST(file_read(path, 1 << 22, &second, NULL));
    CU_ASSERT_STRING_EQUAL(first.data, second.data);
    /* the judged metric, the headline, the profile */
    CU_ASSERT_EQUAL(count(&first, "<svg "), 3);
    CU_ASSERT_EQUAL(count(&first, "<td>done</td>"), NUM_RUNS);
    CU_ASSERT_EQUAL(count(&first, "<td>q-learning</td>"), 2 * SEEDS + 3);
    CU_ASSERT(has(&first, "<td class=\"r\">3.5 [1.75, 5]</td>"));
    CU_ASSERT(has(&first, "gate sarsa&gt;=0: met"));
    CU_ASSERT(has(&first, "gate q-learning&gt;=5: NOT MET"));
    CU_ASSERT(has(&first, "<th>algo_sha256</th><td>cc</td>"));
    CU_ASSERT(has(&first, "version: 1 # text"));
    CU_ASSERT(has(&first, "rlbench run speedup-1.yaml\nrlbench report --replicates 1000 --out "));
    /* nothing from outside, nothing that runs */
    CU_ASSERT_EQUAL(count(&first, "http"), count(&first, "http://www.w3.org/2000/svg"));
    CU_ASSERT_EQUAL(count(&first, "<script"), 0);
    CU_ASSERT_EQUAL(count(&first, " src="), 0);
    CU_ASSERT_EQUAL(count(&first, "url("), 0);
    if (system("command -v xmllint >/dev/null 2>&1") == 0) {
        char *lint = mem_printf("xmllint --noout '%s'", path);
        CU_ASSERT_EQUAL(system(lint), 0);
        free(lint);
    }
    CU_ASSERT_EQUAL(verb(database, "report"), ERR_USAGE);
    CU_ASSERT_EQUAL(verb(database, "report -o /nowhere/r.html"), ERR_CANTCREAT);
    CU_ASSERT_EQUAL(verb(database, "report -o - -p nothing"), ERR_NOINPUT);
    buf_finish(&first);
    buf_finish(&second);
    free(path);
    free(command);
}

static void finish(void)
{
    buf_finish(&verb_out);
    buf_finish(&verb_err);
    free(database);
}

CHECK_MAIN("judge: report", {"start", start}, {"report", report}, {"finish", finish})
