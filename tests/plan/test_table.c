/* Tables that a recipe takes from files. */
#include "plan/plan.h"

#include "base/file.h"
#include "module/registry.h"

#include "check.h"

#include <rlbench/npy.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const rlb_param params[] = {
    RLB_STR("matrix", "1", RLB_P_TABLE, "a table"),
    RLB_STR("note", "", 0, "free text"),
};
static const struct desc world = {.kind = DESC_ENVIRONMENT,
                                  .id = "game",
                                  .title = "game",
                                  .doc = "a game",
                                  .citation = "",
                                  .version = "1",
                                  .step_unit = "",
                                  .params = params,
                                  .num_params = 2};
static const struct desc learner = {.kind = DESC_ALGORITHM,
                                    .id = "learner",
                                    .title = "learner",
                                    .doc = "learns",
                                    .citation = "",
                                    .version = "1",
                                    .step_unit = "step"};

static char folder[] = "/tmp/rlbench-table-XXXXXX";

static void put(const char *name, const void *bytes, size_t n)
{
    char path[200];
    struct err e = ERR_INIT;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(path, bytes, n, &e), OK);
}

static void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
}

static void put_array(const char *name, uint32_t type, uint32_t rank, uint64_t rows, uint64_t cols,
                      uint32_t fortran, const void *items, size_t bytes)
{
    char head[RLB_NPY_HEAD + 200];
    rlb_npy a = {.type = type, .rank = rank, .fortran = fortran, .shape = {rows, cols}};
    size_t n = rlb_npy_write_head(&a, head);
    CU_ASSERT_FATAL(n > 0 && bytes <= 200);
    memcpy(head + n, items, bytes);
    put(name, head, n + bytes);
}

/* What env.params.matrix comes to; NULL after complaints, which are in said. */
static char said[2000];
static char *resolve(const char *value, const char *set)
{
    char text[400], path[200];
    struct registry reg = {0};
    struct recipe r;
    struct plan p = {0};
    struct err e = ERR_INIT;
    vec_push(&reg.descs, learner);
    vec_push(&reg.descs, world);
    snprintf(path, sizeof path, "%s/recipe.yaml", folder);
    snprintf(text, sizeof text,
             "algorithm: {name: learner}\nenv: {name: game, params: {matrix: \"%s\"}}\n"
             "budget: {steps: 10}\n",
             value);
    char *found = NULL;
    int status = recipe_parse(path, text, strlen(text), &r, &e);
    if (status == OK)
        status = plan_make(&r, &reg, &set, set != NULL, NULL, &p, &e);
    *said = 0;
    if (status == OK)
        for (size_t i = 0; i < p.runs.data[0].num_values; i++) {
            if (strcmp(p.runs.data[0].values[i].key, "env.params.matrix") == 0)
                found = mem_strdup(p.runs.data[0].values[i].text);
        }
    for (size_t i = 0; i < r.diags.len; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", r.diags.data[i].text);
    plan_finish(&p);
    recipe_finish(&r);
    free(reg.descs.data);
    return found;
}

static void check(const char *value, const char *set, const char *expected)
{
    char *found = resolve(value, set);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CHECK_TEXT(found, expected);
    free(found);
}

static void texts(void)
{
    put_text("a.csv", "# made by hand\n.5,.6\r\n\n.4,.5\n");
    put_text("empty.csv", "");
    check("0.5 1; 0 0.5", NULL, "0.5 1; 0 0.5");
    check("@a.csv", NULL, ".5,.6;.4,.5");
    check("@empty.csv", NULL, "");
    char set[300];
    snprintf(set, sizeof set, "env.params.matrix=@%s/a.csv", folder);
    check("1", set, ".5,.6;.4,.5");
    check("1", "env.params.note=@nobody", "1"); /* not a table: the text itself */
}

static void arrays(void)
{
    const double f64[] = {0.5, 1.0 / 3, 2.0 / 3, 0.5, 0, 1};
    const float f32[] = {0.5f, 0.25f, 0.75f, 0.5f};
    const int32_t i32[] = {1, 2, -3, 4};
    const uint8_t flags[] = {0, 1, 1, 0};
    put_array("d.npy", RLB_NPY_F64, 2, 2, 3, 0, f64, sizeof f64);
    put_array("t.npy", RLB_NPY_F64, 2, 2, 3, 1, f64, sizeof f64);
    put_array("f.npy", RLB_NPY_F32, 2, 2, 2, 0, f32, sizeof f32);
    put_array("i.npy", RLB_NPY_I32, 2, 2, 2, 0, i32, sizeof i32);
    put_array("b.npy", RLB_NPY_BOOL, 2, 2, 2, 0, flags, sizeof flags);
    check("@d.npy", NULL, "0.5 0.33333333333333331 0.66666666666666663; 0.5 0 1");
    check("@t.npy", NULL, "0.5 0.66666666666666663 0; 0.33333333333333331 0.5 1");
    check("@f.npy", NULL, "0.5 0.25; 0.75 0.5");
    check("@i.npy", NULL, "1 2; -3 4");
    check("@b.npy", NULL, "0 1; 1 0");
}

static void refusals(void)
{
    const double f64[] = {0.5, 1, 0, 0.5};
    put_array("line.npy", RLB_NPY_F64, 1, 4, 0, 0, f64, sizeof f64);
    put_array("short.npy", RLB_NPY_F64, 2, 2, 3, 0, f64, sizeof f64);
    put_array("half.npy", RLB_NPY_F16, 2, 2, 2, 0, f64, 8);
    put("zero.csv", "0.5\0001", 5);
    put("cut.npy", "\x93NUMPY", 6);
    static const struct {
        const char *value, *part;
    } bad[] = {
        {"@none.csv", "none.csv"},         {"@line.npy", "two axes"},
        {"@short.npy", "ends too early"},  {"@half.npy", "real numbers"},
        {"@zero.csv", "neither text nor"}, {"@cut.npy", "cut.npy"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_PTR_NULL(resolve(bad[i].value, NULL));
        if (!strstr(said, bad[i].part))
            fprintf(stderr, "%s: '%s'\n", bad[i].value, said);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, bad[i].part));
        CU_ASSERT_PTR_NOT_NULL(strstr(said, "env.params.matrix"));
    }
}

static int open_folder(void)
{
    return mkdtemp(folder) ? 0 : 1;
}

static void sweep_up(void)
{
    char command[200];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

int main(void)
{
    static const struct check tests[] = {
        {"texts", texts}, {"arrays", arrays}, {"refusals", refusals}, {"swept up", sweep_up}};
    return open_folder() ? 99 : check_main("tables from files", tests, 4);
}
