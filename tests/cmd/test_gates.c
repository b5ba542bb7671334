/* Gates of a recipe, in the foreground and in the background: what they ask for, against every
 * resample counted out, and where their verdicts are kept. */
#include "base/err.h"
#include "base/file.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct buf out, complaints;

static int rlbench(const char *arguments)
{
    struct err e = ERR_INIT;
    char *errors = mem_printf("%s/stderr", getenv("SCRATCH")), line[4096];
    char *command = mem_printf("cd '%s' && RLBENCH_DB=gates.db '%s' %s 2>stderr", getenv("SCRATCH"),
                               getenv("RLBENCH_SELF"), arguments);
    buf_clear(&out);
    buf_clear(&complaints);
    FILE *p = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    while (fgets(line, sizeof line, p))
        buf_puts(&out, line);
    int status = pclose(p);
    CU_ASSERT_EQUAL(file_read(errors, 1 << 20, &complaints, &e), OK);
    buf_puts(&complaints, "");
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

static void write_recipe(const char *name, const char *gates)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/%s.yaml", getenv("SCRATCH"), name);
    char *text = mem_printf("algorithm: {name: q-learning, params: {epsilon_final: 0.5}}\n"
                            "env: {name: chain}\nbudget: {steps: 500}\nseeds: 3\n"
                            "sweep:\n  runs:\n"
                            "    - {label: fast, algorithm.params.step_size: 0.5}\n"
                            "    - {label: slow, algorithm.params.step_size: 0.01}\n"
                            "gates:\n%s",
                            gates);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(text);
    free(path);
}

/* The last q_rmse of the three seeds of a group. */
static void values_of(const char *label, double x[3])
{
    char *query = mem_printf("query --format csv \"SELECT last FROM v_final WHERE label = '%s' AND "
                             "metric = 'q_rmse' AND experiment = 'met' ORDER BY seed\"",
                             label);
    CU_ASSERT_EQUAL(rlbench(query), OK);
    CU_ASSERT_EQUAL_FATAL(sscanf(buf_text(&out), "%*[^\n]\n%lf\n%lf\n%lf", &x[0], &x[1], &x[2]), 3);
    free(query);
}

static int ascending(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* Sorted differences of the means of all 27 x 27 resamples. */
static void count_out(const double a[3], const double b[3], double d[729])
{
    for (int i = 0; i < 27; i++)
        for (int k = 0; k < 27; k++)
            d[27 * i + k] =
                (a[i % 3] + a[i / 3 % 3] + a[i / 9]) / 3 - (b[k % 3] + b[k / 3 % 3] + b[k / 9]) / 3;
    qsort(d, 729, sizeof *d, ascending);
}

static void differences_are_those_of_all_resamples(void)
{
    double fast[3], slow[3], d[729], point = NAN, low = NAN, high = NAN;
    write_recipe("met", "  - {compare: [fast, slow], metric: q_rmse, stat: mean, at_most: 0}\n"
                        "  - {compare: [fast, slow], metric: q_rmse, at_least: 0.5}\n"
                        "  - {group: fast, metric: q_rmse, stat: mean, at_most: 2}\n");
    CU_ASSERT_EQUAL(rlbench("run met.yaml --quiet"), OK);
    CU_ASSERT(says(&complaints, "gate fast - slow<=0: met: difference of mean = "));
    CU_ASSERT(says(&complaints, "gate fast>slow@0.5: met: P(improvement) = 1 [1, 1] (q_rmse)"));
    CU_ASSERT(says(&complaints, "gate fast<=2: met: mean = "));
    const char *at = strstr(buf_text(&complaints), "difference of mean = ");
    CU_ASSERT_EQUAL_FATAL(
        at ? sscanf(at, "difference of mean = %lf [%lf, %lf]", &point, &low, &high) : 0, 3);
    values_of("fast", fast);
    values_of("slow", slow);
    count_out(fast, slow, d);
    double mean = (fast[0] + fast[1] + fast[2] - slow[0] - slow[1] - slow[2]) / 3;
    CU_ASSERT_DOUBLE_EQUAL(point, mean, 1e-3 * fabs(mean)); /* four digits are printed */
    double slack = 1e-3 * fabs(mean);
    CU_ASSERT(low >= d[(int)(0.022 * 729)] - slack && low <= d[(int)(0.028 * 729) + 1] + slack);
    CU_ASSERT(high >= d[(int)(0.972 * 729)] - slack && high <= d[(int)(0.978 * 729) + 1] + slack);
    CU_ASSERT(high < 0 && low < point && point < high);
}

static void not_met(void)
{
    write_recipe("missed", "  - {compare: [slow, fast], metric: q_rmse, stat: iqm, at_most: 0}\n"
                           "  - {group: slow, metric: q_rmse, stat: median, at_least: 100}\n"
                           "  - {group: slow, metric: no_such, at_least: 100}\n");
    CU_ASSERT_EQUAL(rlbench("run missed.yaml --quiet"), ERR_FAILED);
    CU_ASSERT(says(&complaints, "gate slow - fast<=0: NOT MET: difference of iqm = "));
    CU_ASSERT(says(&complaints, "gate slow>=100: NOT MET: median = "));
    CU_ASSERT(says(&complaints, "3 of 3 gates not met"));
    CU_ASSERT_EQUAL(rlbench("show @last"), OK);
    CU_ASSERT(says(&out, "slow - fast<=0: NOT MET"));
}

/* Nobody waits for it; the verdict is there when somebody looks. */
static void in_the_background(void)
{
    write_recipe("away", "  - {compare: [fast, slow], metric: q_rmse, stat: mean, at_most: 0}\n"
                         "  - {group: slow, metric: q_rmse, at_most: 0}\n");
    CU_ASSERT_EQUAL(rlbench("run away.yaml --detach"), OK);
    for (int i = 0; i < 300; i++) {
        rlbench("query --format csv \"SELECT count(*) FROM event v JOIN run r ON r.id = v.run_id "
                "JOIN experiment x ON x.id = r.experiment_id WHERE v.kind = 'gate' AND x.name = "
                "'away'\"");
        if (strstr(buf_text(&out), "\n2"))
            break;
        usleep(100000);
    }
    CU_ASSERT_EQUAL(rlbench("show @last"), OK);
    CU_ASSERT(says(&out, "fast - slow<=0: met: difference of mean"));
    CU_ASSERT(says(&out, "slow<=0: NOT MET: iqm"));
    CU_ASSERT_EQUAL(rlbench("show @last --json"), OK);
    CU_ASSERT(says(&out, "\"gates\":[\"gate fast - slow<=0: met"));
}

static void on_the_command_line(void)
{
    CU_ASSERT_EQUAL(rlbench("stats met -m q_rmse --mean --gate 'q-learning>=0'"), ERR_USAGE);
    CU_ASSERT_EQUAL(rlbench("stats met -m q_rmse --mean --gate 'fast - slow<=0'"), OK);
    CU_ASSERT(says(&out, "difference of mean = "));
    CU_ASSERT_EQUAL(rlbench("stats met -m q_rmse --mean --gate 'slow - fast<=0'"), ERR_FAILED);
    CU_ASSERT_EQUAL(rlbench("stats met -m q_rmse --gap 0 --gate 'fast - slow<=0'"), ERR_USAGE);
    CU_ASSERT(says(&complaints, "a difference is one of mean, median or iqm"));
    buf_finish(&out);
    buf_finish(&complaints);
}

CHECK_MAIN("gates",
           {"differences are those of all resamples", differences_are_those_of_all_resamples},
           {"not met", not_met}, {"in the background", in_the_background},
           {"on the command line", on_the_command_line})
