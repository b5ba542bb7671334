/* rlbench plugins and rlbench envs, from outside. */
#include "base/mem.h"

#include "check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* Runs `rlbench <arguments>` in a shell; standard output (or both) into out. Returns the exit code.
 */
static int run(struct buf *out, const char *arguments)
{
    char *line = mem_printf("'%s' %s", variable("RLBENCH_SELF"), arguments), bytes[4096];
    FILE *p = popen(line, "r");
    size_t n;
    buf_clear(out);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    while ((n = fread(bytes, 1, sizeof bytes, p)) > 0)
        buf_add(out, bytes, n);
    int status = pclose(p);
    free(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has(struct buf *out, const char *words)
{
    bool found = strstr(buf_text(out), words) != NULL;
    if (!found)
        fprintf(stderr, "no '%s' in:\n%s\n", words, buf_text(out));
    return found;
}

/* Parses each line as an object; returns how many, *first the first (owned). */
static size_t objects(struct buf *out, json_t **first)
{
    size_t n = 0;
    *first = NULL;
    for (char *line = strtok(out->data, "\n"); line; line = strtok(NULL, "\n")) {
        json_error_t e;
        json_t *o = json_loads(line, 0, &e);
        CU_ASSERT(json_is_object(o));
        CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "v")), 1);
        if (n++ == 0)
            *first = o;
        else
            json_decref(o);
    }
    return n;
}

static void lists(void)
{
    struct buf out = {0};
    CU_ASSERT_EQUAL(run(&out, "plugins 2>&1"), 0);
    CU_ASSERT(has(&out, "algorithm    q-learning") && has(&out, "environment  garnet"));
    CU_ASSERT(!strstr(buf_text(&out), "broken"));
    CU_ASSERT_EQUAL(run(&out, "envs 2>&1"), 0);
    CU_ASSERT(has(&out, "environment  garnet"));
    CU_ASSERT(!strstr(buf_text(&out), "q-learning"));
    CU_ASSERT_EQUAL(run(&out, "plugins --plugin-path=$TOP_BUILDDIR/tests/hostile/load/.libs 2>&1"),
                    0);
    CU_ASSERT(has(&out, "broken") && has(&out, "SIGSEGV") && has(&out, "ABI 2.7"));
    buf_finish(&out);
}

static void pages(void)
{
    struct buf out = {0};
    CU_ASSERT_EQUAL(run(&out, "plugins q-learning"), 0);
    CU_ASSERT(has(&out, "Parameters") && has(&out, "  step_size\n") && has(&out, "Citation"));
    CU_ASSERT(has(&out, "Metrics") && has(&out, "Views") && has(&out, "SHA-256"));
    CU_ASSERT_EQUAL(run(&out, "plugins q-learning --man"), 0);
    CU_ASSERT(has(&out, ".Sh PARAMETERS") && has(&out, ".It Cm step_size"));
    CU_ASSERT_EQUAL(run(&out, "plugins q-lerning 2>&1"), 66);
    CU_ASSERT(has(&out, "did you mean 'q-learning'?"));
    CU_ASSERT_EQUAL(run(&out, "envs q-learning 2>&1"), 66);
    CU_ASSERT_EQUAL(run(&out, "plugins a b 2>&1"), 64);
    CU_ASSERT_EQUAL(
        run(&out, "plugins wrong-abi --plugin-path=$TOP_BUILDDIR/tests/hostile/load/.libs 2>&1"),
        69);
    CU_ASSERT(has(&out, "ABI 2.7"));
    CU_ASSERT_EQUAL(run(&out, "plugins 2>&1 >/dev/full"), 74);
    buf_finish(&out);
}

static void json(void)
{
    struct buf out = {0};
    json_t *o;
    CU_ASSERT_EQUAL(run(&out, "plugins --json"), 0);
    CU_ASSERT(objects(&out, &o) >= 5);
    CU_ASSERT_PTR_NULL(json_object_get(o, "params"));
    json_decref(o);
    CU_ASSERT_EQUAL(run(&out, "plugins q-learning --json"), 0);
    CU_ASSERT_EQUAL(objects(&out, &o), 1);
    json_t *param = json_array_get(json_object_get(o, "params"), 0);
    CHECK_TEXT(json_string_value(json_object_get(param, "name")), "step_size");
    CU_ASSERT_EQUAL(json_real_value(json_object_get(param, "default")), 0.1);
    json_decref(o);
    CU_ASSERT_EQUAL(run(&out, "plugins --json "
                              "--plugin-path=$TOP_BUILDDIR/tests/hostile/load/.libs"),
                    0);
    CU_ASSERT(objects(&out, &o) >= 14);
    json_decref(o);
    buf_finish(&out);
}

static void checks(void)
{
    struct buf out = {0};
    json_t *o;
    CU_ASSERT_EQUAL(run(&out, "plugins check $RLBENCH_HOSTILE/world-none.so"), 0);
    CU_ASSERT(has(&out, "  ok    model and experience") && has(&out, " 0 failed"));
    CU_ASSERT_EQUAL(run(&out, "plugins check $RLBENCH_HOSTILE/peek.so"), 1);
    CU_ASSERT(has(&out, "  FAIL  views "));
    CU_ASSERT_EQUAL(run(&out, "plugins check /nowhere.so 2>&1"), 69);
    CU_ASSERT_EQUAL(run(&out, "plugins check $RLBENCH_HOSTILE/peek.so "
                              "$TOP_BUILDDIR/tests/hostile/load/.libs/no-entry.so"),
                    69);
    CU_ASSERT_EQUAL(run(&out, "plugins check 2>&1"), 64);
    CU_ASSERT_EQUAL(run(&out, "plugins check x.so --limit 0 2>&1"), 64);
    CU_ASSERT_EQUAL(run(&out, "plugins check --json $RLBENCH_HOSTILE/world-none.so"), 0);
    CU_ASSERT(objects(&out, &o) > 10);
    CHECK_TEXT(json_string_value(json_object_get(o, "verdict")), "ok");
    json_decref(o);
    buf_finish(&out);
}

static void dumps(void)
{
    struct buf out = {0};
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet --set states=6 --out $SCRATCH/g"), 0);
    CU_ASSERT(has(&out, "/g/P.npy\n") && has(&out, "/g/features.npy\n"));
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet --set state=6 --out $SCRATCH/g 2>&1"), 65);
    CU_ASSERT(has(&out, "did you mean 'states'?"));
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet --set states=-6 --out $SCRATCH/g 2>&1"), 65);
    CU_ASSERT(has(&out, "must be at least"));
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet --set states --out $SCRATCH/g 2>&1"), 64);
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet 2>&1"), 64);
    CU_ASSERT_EQUAL(run(&out, "envs dump garne --out $SCRATCH/g 2>&1"), 66);
    CU_ASSERT_EQUAL(run(&out, "envs dump garnet --out /proc/nowhere 2>&1"), 73);
    CU_ASSERT_EQUAL(run(&out, "envs dump chain --set states=100k --out $SCRATCH/c 2>&1"), 65);
    CU_ASSERT(has(&out, "GiB"));
    buf_finish(&out);
}

static void dumps_of_recipes(void)
{
    struct buf out = {0};
    char *path = mem_printf("%s/fed.yaml", variable("SCRATCH"));
    FILE *f = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs("version: 1\nname: fed\nenv:\n  name: garnet\n  params: {states: 5}\nalgorithm:\n"
          "  name: fedsarsa\n  params: {n_agents: 3, n_kinds: 2}\nbudget: {steps: 100}\nseeds: 1\n",
          f);
    fclose(f);
    CU_ASSERT_EQUAL(run(&out, "envs dump $SCRATCH/fed.yaml --out $SCRATCH/f"), 0);
    CU_ASSERT(has(&out, "/f/client-000/P.npy\n") && has(&out, "/f/client-002/start.npy\n"));
    CU_ASSERT_EQUAL(run(&out, "query x >/dev/null 2>&1; cat $SCRATCH/f/MANIFEST.txt"), 0);
    CU_ASSERT(has(&out, "client-001: kind = 1") && has(&out, "states = 5"));
    CU_ASSERT_EQUAL(run(&out, "envs dump $SCRATCH/fed.yaml --set env.params.states=x "
                              "--out $SCRATCH/f 2>&1"),
                    65);
    CU_ASSERT(has(&out, "is not a whole number"));
    CU_ASSERT_EQUAL(run(&out, "envs dump $SCRATCH/none.yaml --out $SCRATCH/f 2>&1"), 66);
    buf_finish(&out);
    free(path);
}

CHECK_MAIN("verbs", {"lists", lists}, {"pages", pages}, {"json", json}, {"checks", checks},
           {"dumps", dumps}, {"dumps of recipes", dumps_of_recipes})
