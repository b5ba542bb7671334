/* rlbench check and rlbench schema as programs: what goes where, and the exit codes. */
#include "base/err.h"
#include "base/file.h"

#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Runs the program under a shell in the scratch folder; stdout to *out, stderr to *err. */
static int run(const char *arguments, struct buf *out, struct buf *err)
{
    struct err e = ERR_INIT;
    char *errors = mem_printf("%s/stderr", getenv("SCRATCH"));
    char *command = mem_printf("cd '%s' && '%s' %s 2>stderr", getenv("SCRATCH"),
                               getenv("RLBENCH_SELF"), arguments),
         line[4096];
    buf_clear(out);
    buf_clear(err);
    FILE *p = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    while (fgets(line, sizeof line, p))
        buf_puts(out, line);
    int status = pclose(p);
    CU_ASSERT_EQUAL(file_read(errors, 1 << 20, err, &e), OK);
    free(errors);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void put(const char *name, const char *text)
{
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/%s", getenv("SCRATCH"), name);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, text, strlen(text), &e), OK);
    free(path);
}

static void write_recipes(void)
{
    put("right.yaml", "algorithm: {name: q-learning}\nenv: {name: chain}\nbudget: {steps: 100}\n"
                      "seeds: 5\nsweep: {parameters: {algorithm.params.step_size: {values: "
                      "[0.1, 0.2]}}}\n");
    put("wrong.yaml", "algorithm: {name: q-learning}\nenv: {name: chain}\nbudget: {stepz: 100}\n"
                      "seeds: none\n");
}

static void people(void)
{
    struct buf out = {0}, err = {0};
    write_recipes();
    CU_ASSERT_EQUAL(run("check right.yaml", &out, &err), OK);
    CHECK_TEXT(buf_text(&out), "ok: 10 runs (2 groups × 5 seeds), q-learning on chain\n");
    CHECK_TEXT(buf_text(&err), "");
    CU_ASSERT_EQUAL(run("check wrong.yaml", &out, &err), ERR_DATA);
    CHECK_TEXT(buf_text(&out), "");
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "wrong.yaml:3:10: error: budget.stepz is not"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "wrong.yaml:4:8: error: seeds is not"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "rlbench check: 2 errors in 1 recipe;"));
    CU_ASSERT_EQUAL(run("check right.yaml wrong.yaml", &out, &err), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "right.yaml: ok: 10 runs"));
    CU_ASSERT_EQUAL(run("check nowhere.yaml right.yaml", &out, &err), ERR_NOINPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "nowhere.yaml"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "ok: 10 runs"));
    CU_ASSERT_EQUAL(run("check", &out, &err), ERR_USAGE);
    CU_ASSERT_EQUAL(run("check right.yaml --set step_size=2", &out, &err), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "\n--set step_size=2: error: "));
    CU_ASSERT_EQUAL(run("check right.yaml --seeds 3..4", &out, &err), OK);
    CHECK_TEXT(buf_text(&out), "ok: 4 runs (2 groups × 2 seeds), q-learning on chain\n");
    buf_finish(&out);
    buf_finish(&err);
}

static void explained(void)
{
    struct buf out = {0}, err = {0};
    write_recipes();
    CU_ASSERT_EQUAL(run("check right.yaml --explain --set discount=0.5", &out, &err), OK);
    const char *text = buf_text(&out);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "precedence: default < extends < file < profile < sweep < --set\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  right.yaml:3:17\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  --set\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, ":5:65 (sweep)\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  step_size=0.2\n"));
    buf_finish(&out);
    buf_finish(&err);
}

/* What stands in another file, or in a profile, says so. */
static void layers(void)
{
    struct buf out = {0}, err = {0};
    write_recipes();
    put("under.yaml", "algorithm: {name: q-learning, params: {step_size: 0.3}}\n"
                      "env: {name: chain}\nbudget: {steps: 100}\n");
    put("over.yaml", "extends: [under.yaml]\nseeds: 2\nprofiles:\n"
                     "  quick: {budget: {steps: 7}}\n");
    put("spoilt.yaml", "extends: [under.yaml]\nprofiles:\n  quick: {budget: {stepz: 7}}\n");
    CU_ASSERT_EQUAL(run("check over.yaml --explain --profile quick", &out, &err), OK);
    const char *text = buf_text(&out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  under.yaml:1:51\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  over.yaml:4:27 (profile quick)\n"));
    CU_ASSERT_EQUAL(run("check over.yaml", &out, &err), OK);
    CU_ASSERT_EQUAL(run("check spoilt.yaml", &out, &err), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buf_text(&err), "spoilt.yaml:3:20: error: budget.stepz is not a key"));
    CU_ASSERT_EQUAL(run("run over.yaml --dry-run --profile quick", &out, &err), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\n  steps: 7\n"));
    CU_ASSERT_EQUAL(run("run over.yaml --dry-run --profile quik", &out, &err), ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&err), "did you mean quick?"));
    buf_finish(&out);
    buf_finish(&err);
}

static void programs(void)
{
    struct buf out = {0}, err = {0};
    write_recipes();
    CU_ASSERT_EQUAL(run("check --json --explain right.yaml wrong.yaml nowhere.yaml", &out, &err),
                    ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out.data);
    char *rest = NULL, *line = strtok_r(out.data, "\n", &rest);
    json_t *right = json_loads(line ? line : "", 0, NULL);
    line = strtok_r(NULL, "\n", &rest);
    json_t *wrong = json_loads(line ? line : "", 0, NULL);
    line = strtok_r(NULL, "\n", &rest);
    json_t *nowhere = json_loads(line ? line : "", 0, NULL);
    const char *source = "", *hint = "";
    int runs = 0, column = 0, ok = -1;
    CU_ASSERT_EQUAL(json_unpack(right, "{s:i, s:[{s:{s:{s:s}}}]}", "runs", &runs, "groups",
                                "values", "algorithm.params.step_size", "source", &source),
                    0);
    CU_ASSERT_EQUAL(runs, 10);
    CHECK_TEXT(source, "file:5:60 (sweep)");
    CU_ASSERT_EQUAL(json_unpack(wrong, "{s:b, s:[{s:i, s:s}]}", "ok", &ok, "diagnostics", "column",
                                &column, "hint", &hint),
                    0);
    CU_ASSERT_EQUAL(ok, 0);
    CU_ASSERT_EQUAL(column, 10);
    CU_ASSERT_EQUAL(strncmp(hint, "did you mean steps?", 19), 0);
    CU_ASSERT_PTR_NOT_NULL(json_object_get(nowhere, "error"));
    json_decref(right);
    json_decref(wrong);
    json_decref(nowhere);
    buf_finish(&out);
    buf_finish(&err);
}

static void schema(void)
{
    struct buf out = {0}, err = {0}, file = {0};
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/schema.json", getenv("SCRATCH"));
    CU_ASSERT_EQUAL(run("schema --out schema.json", &out, &err), OK);
    CU_ASSERT_EQUAL(file_read(path, 1 << 24, &file, &e), OK);
    CU_ASSERT_EQUAL(run("schema", &out, &err), OK);
    CHECK_TEXT(buf_text(&file), buf_text(&out));
    json_t *s = json_loads(buf_text(&out), 0, NULL);
    CU_ASSERT_PTR_NOT_NULL(json_object_get(json_object_get(s, "definitions"), "env:chain"));
    json_decref(s);
    CU_ASSERT_EQUAL(run("schema --out /dev/null/x.json", &out, &err), ERR_CANTCREAT);
    CU_ASSERT_EQUAL(run("schema x", &out, &err), ERR_USAGE);
    buf_finish(&out);
    buf_finish(&err);
    buf_finish(&file);
    free(path);
}

CHECK_MAIN("check and schema", {"check for people", people}, {"check --explain", explained},
           {"files and profiles", layers}, {"check --json for programs", programs},
           {"schema", schema})
