/* Alerts and gates of real runs: an event and the run's stop; the exit code. */
#include "base/err.h"
#include "base/file.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static struct buf out;

static int rlbench(const char *arguments)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/stdout", getenv("SCRATCH"));
    char *command = mem_printf("cd '%s' && RLBENCH_DB=alerts.db '%s' %s >stdout 2>stderr",
                               getenv("SCRATCH"), getenv("RLBENCH_SELF"), arguments);
    int status = system(command);
    buf_clear(&out);
    CU_ASSERT_EQUAL(file_read(path, 1 << 20, &out, &e), OK);
    buf_putc(&out, '\0');
    free(path);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const char *text)
{
    bool found = strstr(out.data, text) != NULL;
    if (!found)
        fprintf(stderr, "'%s' is not in:\n%s\n", text, out.data);
    return found;
}

static void stops(void)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/endless.yaml", getenv("SCRATCH"));
    const char *text = "algorithm: {name: q-learning}\nenv: {name: chain}\n"
                       "budget: {steps: 1G, wall: 2m}\nlog: {every: 1000}\nalerts:\n"
                       "  - {when: nonsense > 3, do: warn}\n"
                       "  - {when: q_rmse >= 0, do: warn}\n"
                       "  - {when: \"max(epsilon, 5k) < 2\", do: stop}\n";
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(path);
    rlbench("run endless.yaml --quiet");
    CU_ASSERT_EQUAL(rlbench("query \"SELECT state, steps < 1e9, steps >= 6000 FROM v_run\" "
                            "--format csv"),
                    OK);
    CU_ASSERT(says("stopped,1,1"));
    CU_ASSERT_EQUAL(rlbench("query \"SELECT count(*), msg FROM event WHERE kind = 'alert' "
                            "GROUP BY msg ORDER BY msg\" --format csv"),
                    OK);
    CU_ASSERT(says("nonsense > 3: this run has no metric nonsense"));
    CU_ASSERT(says("at step 1000 (do: warn)"));
    CU_ASSERT(says("\"max(epsilon, 5k) < 2: 0.1 at step 6000 (do: stop)\"") ||
              says("max(epsilon, 5k) < 2: 0.1 at step 6000 (do: stop)"));
}

/* Who learns is better than who does not; not the other way round. */
static void gates(void)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/gates.yaml", getenv("SCRATCH"));
    const char *text = "algorithm: {name: q-learning}\nenv: {name: chain}\n"
                       "budget: {steps: 500}\nseeds: 3\ngates:\n"
                       "  - {compare: [learns, idle], metric: q_rmse, at_least: 0.95}\n"
                       "profiles:\n  wrong:\n    gates:\n"
                       "      - {compare: [idle, learns], metric: q_rmse, at_least: 0.5}\n"
                       "sweep:\n  runs:\n    - {label: idle, algorithm.params.step_size: 0}\n"
                       "    - {label: learns, algorithm.params.step_size: 0.5}\n";
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(path);
    CU_ASSERT_EQUAL(rlbench("run gates.yaml --quiet"), OK);
    CU_ASSERT_EQUAL(rlbench("run gates.yaml --quiet --profile wrong"), ERR_FAILED);
    buf_finish(&out);
}

CHECK_MAIN("alerts and gates", {"an alert stops a run", stops}, {"gates decide", gates})
