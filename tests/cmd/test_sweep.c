/* rlbench sweep as a program: what a sweep expands to, running it, what came of it. */
#include "base/err.h"
#include "base/file.h"

#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static struct buf out, complaints;

static int rlbench(const char *arguments)
{
    struct err e = ERR_INIT;
    char *errors = mem_printf("%s/stderr", getenv("SCRATCH")), line[4096];
    char *command = mem_printf("cd '%s' && RLBENCH_DB=sweep.db '%s' %s 2>stderr", getenv("SCRATCH"),
                               getenv("RLBENCH_SELF"), arguments);
    buf_clear(&out);
    buf_clear(&complaints);
    FILE *p = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    while (fgets(line, sizeof line, p))
        buf_puts(&out, line);
    int status = pclose(p);
    CU_ASSERT_EQUAL(file_read(errors, 1 << 20, &complaints, &e), OK);
    buf_putc(&complaints, '\0');
    buf_putc(&out, '\0');
    free(errors);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const struct buf *b, const char *text)
{
    bool found = strstr(b->data, text) != NULL;
    if (!found)
        fprintf(stderr, "'%s' is not in:\n%s\n", text, b->data);
    return found;
}

/* A chain whose far end is not found in so few steps with a small step size: eval/return tells the
 * step sizes apart, the length of the log not. */
static void write_recipe(void)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/steps.yaml", getenv("SCRATCH"));
    const char *text = "algorithm: {name: q-learning, params: {epsilon_final: 0.5}}\n"
                       "env: {name: chain}\nbudget: {steps: 500}\nseeds: 2\n"
                       "eval: {every: 500, episodes: 1}\n"
                       "sweep:\n  metric: {name: q_rmse, goal: minimize}\n  parameters:\n"
                       "    algorithm.params.step_size: {values: [0, 0.5]}\n"
                       "    log.every: {values: [100, 250]}\n";
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(path);
}

static void expansion(void)
{
    write_recipe();
    CU_ASSERT_EQUAL(rlbench("sweep steps.yaml --dry-run"), OK);
    CU_ASSERT(says(&out, "steps: 8 runs (4 groups x 2 seeds)"));
    CU_ASSERT(says(&out, "algorithm.params.step_size"));
    CU_ASSERT_EQUAL(rlbench("sweep steps.yaml --dry-run --json --set log.every=50"), OK);
    json_t *first = json_loads(out.data, JSON_DISABLE_EOF_CHECK, NULL);
    json_t *values = json_object_get(first, "values");
    CU_ASSERT_EQUAL(json_object_size(values), 1);
    CU_ASSERT_EQUAL(json_number_value(json_object_get(values, "algorithm.params.step_size")), 0);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(first, "seeds")), 2);
    json_decref(first);
    CU_ASSERT_EQUAL(rlbench("sweep quickstart"), ERR_DATA);
    CU_ASSERT(says(&complaints, "sweeps nothing"));
    CU_ASSERT_EQUAL(rlbench("sweep"), ERR_USAGE);
    CU_ASSERT_EQUAL(rlbench("ls"), ERR_NOINPUT); /* nothing was made */
}

/* One line of JSON for each group, then for each parameter. */
static void results(void)
{
    double share = -1, best = -1, worst = -1;
    const char *key = "";
    CU_ASSERT_EQUAL(rlbench("sweep steps.yaml --quiet"), OK);
    CU_ASSERT_EQUAL(rlbench("sweep --show steps --json"), OK);
    json_t *lines[6] = {NULL};
    char *rest = NULL, *line = strtok_r(out.data, "\n", &rest);
    for (int i = 0; i < 6; i++, line = strtok_r(NULL, "\n", &rest))
        lines[i] = json_loads(line ? line : "", 0, NULL);
    CU_ASSERT_EQUAL(json_unpack(lines[0], "{s:F, s:{s:F}}", "mean", &worst, "values",
                                "algorithm.params.step_size", &best),
                    0);
    CU_ASSERT_EQUAL(best, 0.5); /* who learns has the smaller error */
    CU_ASSERT_EQUAL(json_unpack(lines[3], "{s:F, s:i}", "mean", &best, "done", &(int){0}), 0);
    CU_ASSERT(worst < best);
    CU_ASSERT_EQUAL(json_unpack(lines[4], "{s:s, s:F}", "key", &key, "explains", &share), 0);
    CHECK_TEXT(key, "algorithm.params.step_size");
    CU_ASSERT(share > 0.99); /* log.every changes nothing */
    CU_ASSERT_EQUAL(json_unpack(lines[5], "{s:s, s:F}", "key", &key, "explains", &share), 0);
    CU_ASSERT_EQUAL(share, 0);
    for (int i = 0; i < 6; i++)
        json_decref(lines[i]);
}

static void choices(void)
{
    CU_ASSERT_EQUAL(rlbench("sweep --show @last"), OK);
    CU_ASSERT(says(&out, "4 groups, minimize q_rmse"));
    CU_ASSERT(says(&out, "best so far: step_size=0.5"));
    CU_ASSERT_EQUAL(rlbench("sweep --show 1 --metric q_rmse --goal maximize"), OK);
    CU_ASSERT(says(&out, "best so far: step_size=0 "));
    CU_ASSERT_EQUAL(rlbench("sweep --show 1 --metric nothing --goal maximize"), OK);
    CU_ASSERT(strstr(out.data, "best so far") == NULL);
    CU_ASSERT_EQUAL(rlbench("sweep --show 1 --metric q_rmse"), ERR_USAGE);
    CU_ASSERT_EQUAL(rlbench("sweep --show 1 --metric q_rmse --goal most"), ERR_USAGE);
    CU_ASSERT_EQUAL(rlbench("sweep --show 1 steps.yaml"), ERR_USAGE);
    CU_ASSERT_EQUAL(rlbench("sweep --show stepz"), ERR_NOINPUT);
    buf_finish(&out);
    buf_finish(&complaints);
}

CHECK_MAIN("sweep", {"what it expands to", expansion}, {"what came of it", results},
           {"another metric, and mistakes", choices})
