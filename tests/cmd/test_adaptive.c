/* Sweeps that go by results, as a program: the same trials on any number of processors and through
 * a kill, halving by the rung table, what is said before and after. */
#include "base/err.h"
#include "base/file.h"

#include "check.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct buf out, complaints;

static int __attribute__((format(printf, 1, 2))) rlbench(const char *fmt, ...)
{
    struct buf arguments = {0};
    struct err e = ERR_INIT;
    char *errors = mem_printf("%s/stderr", getenv("SCRATCH")), line[4096];
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&arguments, fmt, ap);
    va_end(ap);
    char *command = mem_printf("cd '%s' && '%s' %s 2>stderr", getenv("SCRATCH"),
                               getenv("RLBENCH_SELF"), buf_text(&arguments));
    buf_clear(&out);
    buf_clear(&complaints);
    FILE *p = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    while (fgets(line, sizeof line, p))
        buf_puts(&out, line);
    int status = pclose(p);
    CU_ASSERT_EQUAL(file_read(errors, 1 << 20, &complaints, &e), OK);
    buf_puts(&complaints, "");
    buf_finish(&arguments);
    free(errors);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(struct buf *b, const char *text)
{
    bool found = strstr(buf_text(b), text) != NULL;
    if (!found)
        fprintf(stderr, "'%s' is not in:\n%s\n", text, buf_text(b));
    return found;
}

static void write_recipe(const char *name, const char *sweep)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/%s.yaml", getenv("SCRATCH"), name);
    char *text =
        mem_printf("algorithm: {name: q-learning, params: {epsilon_final: 0.5}}\n"
                   "env: {name: chain}\nbudget: {steps: 4000}\nseeds: 1\nlog: {every: 50}\n"
                   "checkpoint: {every: 500}\n"
                   "sweep:\n  metric: {name: q_rmse, goal: minimize}\n  run_cap: 16\n%s"
                   "  parameters:\n"
                   "    algorithm.params.step_size: {min: 0.001, max: 1, distribution: "
                   "log_uniform}\n"
                   "    algorithm.params.epsilon: {values: [0.5, 1]}\n",
                   sweep);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(text);
    free(path);
}

/* What is kept of the trials, as text. */
static char *trials_of(const char *database)
{
    CU_ASSERT_EQUAL(
        rlbench("query --db %s --format csv 'SELECT trial, state, value, step, rungs, known, "
                "settings FROM v_trial'",
                database),
        OK);
    return mem_strdup(buf_text(&out));
}

static int64_t number(const char *database, const char *sql)
{
    CU_ASSERT_EQUAL(rlbench("query --db %s --format csv \"%s\"", database, sql), OK);
    const char *line = strchr(buf_text(&out), '\n');
    return line ? strtoll(line + 1, NULL, 10) : -1;
}

/* In the background, killed after a while, gone on with. */
static void interrupted(const char *name, const char *database, int ended)
{
    CU_ASSERT_EQUAL(rlbench("sweep %s.yaml --db %s --detach --jobs 3", name, database), OK);
    for (int i = 0; i < 1000; i++) {
        if (number(database, "SELECT count(*) FROM trial WHERE rungs > 0 OR state IN ('done', "
                             "'dropped')") >= ended)
            break;
        usleep(100000);
    }
    pid_t supervisor = (pid_t)number(database, "SELECT max(pid) FROM run");
    CU_ASSERT_FATAL(supervisor > 1); /* -1 would be everybody */
    kill(supervisor, SIGKILL);
    usleep(100000);
    int64_t left = number(database, "SELECT count(*) FROM run WHERE state NOT IN ('done')");
    CU_ASSERT(left > 0);
    CU_ASSERT_EQUAL(rlbench("sweep --resume %s --db %s --quiet --jobs 2", name, database), OK);
    CU_ASSERT_EQUAL(number(database, "SELECT count(*) FROM trial WHERE state IN ('waiting', "
                                     "'drawn')"),
                    0);
    CU_ASSERT_EQUAL(rlbench("sweep --resume %s --db %s", name, database), ERR_DATA);
}

/* One run after the other, then several side by side with a kill in between. */
static void same_everywhere(const char *name)
{
    char *whole, *killed, *a = mem_printf("%s1.db", name), *b = mem_printf("%sk.db", name);
    CU_ASSERT_EQUAL(rlbench("sweep %s.yaml --db %s --quiet --jobs 1", name, a), OK);
    interrupted(name, b, 4);
    whole = trials_of(a);
    killed = trials_of(b);
    CHECK_TEXT(killed, whole);
    CU_ASSERT_EQUAL(number(a, "SELECT count(*) FROM trial WHERE state IN ('done', 'dropped')"), 16);
    /* what the runs were made with is what the trials say */
    CU_ASSERT_EQUAL(number(a, "SELECT count(*) FROM run r JOIN trial t ON t.experiment_id = "
                              "r.experiment_id AND t.n = r.trial JOIN param p ON p.run_id = r.id "
                              "WHERE p.txt = json_extract(t.settings, '$.' || '\\\"' || p.key || "
                              "'\\\"') AND p.key LIKE 'algorithm.params.%'"),
                    number(a, "SELECT sum(settings <> '{}') * 2 FROM trial"));
    free(whole);
    free(killed);
    free(a);
    free(b);
}

static void bayes(void)
{
    write_recipe("bayes", "  method: bayes\n");
    same_everywhere("bayes");
    CU_ASSERT_EQUAL(number("bayes1.db", "SELECT max(known) FROM trial"), 12); /* 16 - 4 */
    CU_ASSERT_EQUAL(number("bayes1.db", "SELECT count(DISTINCT group_key) FROM run"), 16);
    CU_ASSERT_EQUAL(number("bayes1.db", "SELECT count(*) FROM run WHERE label LIKE 'trial%'"), 0);
}

static void bayes_with_halving(void)
{
    write_recipe("both", "  method: bayes\n"
                         "  early_terminate: {type: hyperband, min_iter: 500, eta: 2}\n");
    same_everywhere("both");
    CU_ASSERT(number("both1.db", "SELECT count(*) FROM trial WHERE state = 'dropped'") > 3);
    /* nobody is ended at a rung for nothing: runs that were stopped are of such trials */
    CU_ASSERT_EQUAL(number("both1.db", "SELECT count(*) FROM run r JOIN trial t ON t.n = r.trial "
                                       "WHERE r.state = 'stopped' AND t.state <> 'dropped'"),
                    0);
}

/* Rungs at 500, 1000, 2000 of 4000: 16, 8, 4 and 2 trials. */
static void strict_halving(void)
{
    static const struct {
        int rungs, trials;
    } table[] = {{0, 8}, {1, 4}, {2, 2}, {3, 2}};
    write_recipe("strict", "  method: random\n  early_terminate: {type: hyperband, max_iter: 4k, "
                           "s: 3, eta: 2, strict: true}\n");
    same_everywhere("strict");
    for (size_t i = 0; i < 4; i++) {
        char *sql = mem_printf("SELECT count(*) FROM trial WHERE rungs = %d", table[i].rungs);
        CU_ASSERT_EQUAL(number("strict1.db", sql), table[i].trials);
        free(sql);
    }
    CU_ASSERT_EQUAL(number("strict1.db", "SELECT count(*) FROM run r JOIN trial t ON t.n = r.trial "
                                         "WHERE t.state = 'done' AND r.state = 'done'"),
                    2);
    /* judged by what they were at their rung, however far they had come when they were told */
    CU_ASSERT_EQUAL(
        number("strict1.db", "SELECT count(*) FROM trial WHERE rungs = 0 AND step <> 500"), 0);
}

static void before_and_after(void)
{
    char *first;
    CU_ASSERT_EQUAL(rlbench("sweep both.yaml --dry-run"), OK);
    CU_ASSERT(says(&out, "both: 16 trials, each with 1 seed, to minimize q_rmse"));
    CU_ASSERT(says(&out, "rungs at steps 500, 1000, 2000: one in 2 goes on"));
    CU_ASSERT(says(&out, "3 more are drawn by the results of all but the last 3 before them"));
    CU_ASSERT_EQUAL(rlbench("sweep both.yaml --dry-run --json | grep '\"trial\":13' | sed "
                            "'s/.*\"values\"://; s/}}/}/'"),
                    OK);
    first = mem_strdup(buf_text(&out));
    CU_ASSERT_EQUAL(rlbench("sweep --show both --db both1.db --json"), OK);
    CU_ASSERT(says(&out, "\"state\":\"dropped\""));
    first[strcspn(first, "\n")] = '\0';
    CU_ASSERT(says(&out, first)); /* what was foretold was tried */
    CU_ASSERT_EQUAL(rlbench("sweep --show both --db both1.db"), OK);
    CU_ASSERT(says(&out, "both: 16 trials, minimize q_rmse"));
    CU_ASSERT(says(&out, "best so far: step_size="));
    CU_ASSERT_EQUAL(rlbench("sweep both.yaml --db never.db --resume both"), ERR_USAGE);
    free(first);
    buf_finish(&out);
    buf_finish(&complaints);
}

CHECK_MAIN("sweeps that go by results", {"bayes", bayes},
           {"bayes with halving", bayes_with_halving}, {"strict halving", strict_halving},
           {"what is said before and after", before_and_after})
