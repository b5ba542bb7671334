/* Recipes resolved into runs: who wins, what a group is, where the limits are. */
#include "plan/plan.h"

#include "base/file.h"
#include "recipe/typed.h"

#include "check.h"
#include "recipe/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BASE "env: {name: gridworld}\nbudget: {steps: 1000}\n"

/* A plan and the recipe it came from. */
struct made {
    struct recipe recipe;
    struct plan plan;
    int status;
};

static struct made make(const char *text)
{
    struct made m;
    struct err e = ERR_INIT;
    m.status = rig_plan("x.yaml", text, strlen(text), &m.recipe, &m.plan, &e);
    return m;
}

static void finish(struct made *m)
{
    plan_finish(&m->plan);
    recipe_finish(&m->recipe);
}

static const struct plan_value *find(const struct plan_run *r, const char *key)
{
    for (size_t i = 0; i < r->num_values; i++)
        if (strcmp(r->values[i].key, key) == 0)
            return &r->values[i];
    for (size_t i = 0; i < r->num_choices; i++)
        if (strcmp(r->choices[i].key, key) == 0)
            return &r->choices[i];
    return NULL;
}

static void check_value(const struct plan_run *r, const char *key, const char *text, double num,
                        const char *source)
{
    const struct plan_value *v = find(r, key);
    CU_ASSERT_PTR_NOT_NULL_FATAL(v);
    CHECK_TEXT(v->text, text);
    CHECK_TEXT(v->source, source);
    CU_ASSERT_EQUAL(v->is_num, !isnan(num));
    if (!isnan(num))
        CU_ASSERT_EQUAL(v->num, num);
}

static void precedence(void)
{
    struct made m = make("#! --set epsilon=0.75\n"
                         "algorithm: {name: q-learning, params: {alpha: 1e-2, gamma: 0.5, "
                         "epsilon: 0.2}}\n" BASE "sweep: {parameters: {algorithm.params.gamma: "
                         "{values: [0.25, 0.75]}}}\n");
    CU_ASSERT_EQUAL_FATAL(m.status, OK);
    CU_ASSERT_EQUAL_FATAL(m.plan.runs.len, 2);
    const struct plan_run *r = &m.plan.runs.data[1];
    check_value(r, "algorithm.params.warmup", "0", 0, "default");
    check_value(r, "algorithm.params.alpha", "0.01", 0.01, "file:2:47");
    check_value(r, "algorithm.params.gamma", "0.75", 0.75, "file:5:62 (sweep)");
    check_value(r, "algorithm.params.epsilon", "0.75", 0.75, "--set");
    check_value(r, "algorithm.params.explore", "eps_greedy", NAN, "default");
    check_value(r, "algorithm.params.double_q", "false", NAN, "default");
    check_value(r, "env.params.layout", "four-rooms", NAN, "default");
    check_value(r, "budget.steps", "1000", 1000, "file:4:17");
    check_value(r, "algorithm.name", "q-learning", NAN, "file:2:19");
    CHECK_TEXT(r->label, "gamma=0.75");
    finish(&m);
}

static void settings(void)
{
    struct made m = make("algorithm: {name: q-learning}\nenv: {name: gridworld, lanes: 3, "
                         "time_limit: 9}\nbudget: {steps: 1M, wall: 90s}\neval: {every: 10k, "
                         "episodes: 7}\ncheckpoint: {keep: 5}\nlimits: {memory: 1G, watchdog: "
                         "2m}\non_nan: warn\n");
    CU_ASSERT_EQUAL_FATAL(m.status, OK);
    const struct plan_settings *s = &m.plan.runs.data[0].settings;
    CU_ASSERT_EQUAL(s->steps, 1000000);
    CU_ASSERT_EQUAL(s->wall_ms, 90000);
    CU_ASSERT_EQUAL(s->log_every, 1000);
    CU_ASSERT_EQUAL(s->eval_every, 10000);
    CU_ASSERT_EQUAL(s->eval_episodes, 7);
    CU_ASSERT_EQUAL(s->checkpoint_every, 100000);
    CU_ASSERT_EQUAL(s->checkpoint_keep, 5);
    CU_ASSERT_EQUAL(s->lanes, 3);
    CU_ASSERT_EQUAL(s->time_limit, 9);
    CU_ASSERT_EQUAL(s->on_nan, ON_NAN_WARN);
    CU_ASSERT_EQUAL(s->watchdog_s, 120);
    CU_ASSERT_EQUAL(s->memory_bytes, 1000000000);
    finish(&m);
    m = make("algorithm: {name: q-learning}\nenv: {name: gridworld}\nbudget: {steps: 5}\n");
    CU_ASSERT_EQUAL(m.plan.runs.data[0].settings.log_every, 1);
    CU_ASSERT_EQUAL(m.plan.runs.data[0].settings.checkpoint_every, 1);
    finish(&m);
}

/* The group of the first run, copied. */
static char *group_of(const char *text)
{
    struct made m = make(text);
    CU_ASSERT_EQUAL_FATAL(m.status, OK);
    for (size_t i = 1; i < m.plan.runs.len; i++)
        CHECK_TEXT(m.plan.runs.data[i].group, m.plan.runs.data[0].group);
    char *group = mem_strdup(m.plan.runs.data[0].group);
    finish(&m);
    return group;
}

static void groups(void)
{
    static const char *const same[] = {
        "algorithm: {name: q-learning, params: {alpha: 0.1}}\n" BASE,
        "algorithm: {name: q-learning, params: {alpha: 1e-1}}\n" BASE,
        "algorithm: {name: q-learning}\n" BASE,
        "name: other\ndescribe: words\nduration: long\nseeds: 5\nalgorithm: {name: "
        "q-learning}\n" BASE,
        "seeds: [7]\n" BASE "algorithm: {params: {alpha: .10}, name: q-learning}\n"};
    static const char *const different[] = {
        "algorithm: {name: q-learning, params: {alpha: 0.2}}\n" BASE,
        "algorithm: {name: sarsa}\n" BASE, "algorithm: {name: q-learning}\nlog: {every: 2}\n" BASE,
        "algorithm: {name: q-learning}\nenv: {name: chain}\nbudget: {steps: 1000}\n"};
    char *first = group_of(same[0]);
    CU_ASSERT_EQUAL(strlen(first), 16);
    for (size_t i = 1; i < sizeof same / sizeof same[0]; i++) {
        char *group = group_of(same[i]);
        CHECK_TEXT(group, first);
        free(group);
    }
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        char *group = group_of(different[i]);
        CU_ASSERT_STRING_NOT_EQUAL(group, first);
        free(group);
    }
    free(first);
}

/* A sweep over n values of warmup with the given number of seeds. */
static struct made make_grid(size_t n, size_t seeds)
{
    struct buf text = {0};
    buf_printf(&text,
               "algorithm: {name: q-learning}\n" BASE "seeds: %zu\nsweep: {parameters: "
               "{algorithm.params.warmup: {values: [0",
               seeds);
    for (size_t i = 1; i < n; i++)
        buf_printf(&text, ", %zu", i);
    buf_puts(&text, "]}}}\n");
    struct made m = make(buf_text(&text));
    buf_finish(&text);
    return m;
}

static void cap(void)
{
    struct made m = make_grid(100, 100);
    CU_ASSERT_EQUAL(m.status, OK);
    CU_ASSERT_EQUAL(m.plan.runs.len, PLAN_MAX_RUNS);
    CU_ASSERT_EQUAL(m.plan.num_groups, 100);
    CU_ASSERT_EQUAL(m.plan.runs.data[PLAN_MAX_RUNS - 1].seed, 100);
    CHECK_TEXT(m.plan.runs.data[PLAN_MAX_RUNS - 1].label, "warmup=99");
    finish(&m);
    m = make_grid(101, 100);
    CU_ASSERT_EQUAL(m.status, ERR_DATA);
    finish(&m);
    m = make_grid(PLAN_MAX_RUNS, 1);
    CU_ASSERT_EQUAL(m.status, OK);
    CU_ASSERT_EQUAL(m.plan.num_groups, PLAN_MAX_RUNS);
    finish(&m);
}

/* Six axes of two thousand values: 6e19 groups are refused without being made. */
static void astronomical(void)
{
    struct buf text = {0};
    buf_puts(&text, "algorithm: {name: q-learning}\n" BASE "sweep: {parameters: {");
    static const char *const keys[] = {"log.every",        "eval.every",      "eval.episodes",
                                       "checkpoint.every", "checkpoint.keep", "env.lanes"};
    for (size_t i = 0; i < 6; i++) {
        buf_printf(&text, "%s: {values: [1", keys[i]);
        for (int v = 2; v < 2000; v++)
            buf_printf(&text, ", %d", v);
        buf_puts(&text, "]}, ");
    }
    buf_puts(&text, "}}\n");
    struct made m = make(buf_text(&text));
    CU_ASSERT_EQUAL(m.status, ERR_DATA);
    CU_ASSERT_EQUAL(recipe_errors(&m.recipe), 1);
    finish(&m);
    buf_finish(&text);
}

static void libcyaml_agrees(void)
{
    static const char *const words[] = {"off", "no", NULL};
    struct block {
        int64_t i, flag;
        uint64_t choice;
        double r;
        const char *text;
    } b = {0};
    const struct typed_field fields[] = {
        {"a.i", TYPED_INT, offsetof(struct block, i), 8, NULL},
        {"a.flag", TYPED_BOOL, offsetof(struct block, flag), 8, NULL},
        {"a.choice", TYPED_ENUM, offsetof(struct block, choice), 8, words},
        {"a.r", TYPED_REAL, offsetof(struct block, r), 8, NULL},
        {"a.text", TYPED_TEXT, offsetof(struct block, text), 8, NULL}};
    struct arena arena = {0};
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(typed_load(fields, 5,
                               "a.i: -9223372036854775807\na.flag: true\na.choice: \"no\"\n"
                               "a.r: 1e-5\na.text: \"x: \\\"y\\\"\\n\"\n",
                               &b, sizeof b, &arena, &e),
                    OK);
    CU_ASSERT_EQUAL(b.i, -INT64_MAX);
    CU_ASSERT_EQUAL(b.flag, 1);
    CU_ASSERT_EQUAL(b.choice, 1);
    CU_ASSERT_EQUAL(b.r, 1e-5);
    CHECK_TEXT(b.text, "x: \"y\"\n");
    static const char *const wrong[] = {
        "a.i: 1\n",
        "a.i: x\na.flag: true\na.choice: off\na.r: 1\na.text: t\n",
        "a.i: 1\na.flag: true\na.choice: maybe\na.r: 1\na.text: t\n",
        "a.i: 1\na.flag: true\na.choice: off\na.r: 1\na.text: t\nb: 1\n",
        "[",
        ""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        e = (struct err)ERR_INIT;
        CU_ASSERT_EQUAL(typed_load(fields, 5, wrong[i], &b, sizeof b, &arena, &e), ERR_INTERNAL);
        CU_ASSERT(strlen(e.text) > 10);
    }
    arena_finish(&arena);
}

static void scalars(void)
{
    static const struct {
        const char *text, *yaml;
    } rows[] = {{"", "\"\""},
                {"a b", "a b"},
                {"a: b", "\"a: b\""},
                {"no", "\"no\""},
                {"-1", "\"-1\""},
                {"0.5", "0.5"},
                {"#x", "\"#x\""},
                {"a #b", "\"a #b\""},
                {"x ", "\"x \""},
                {"a\nb", "\"a\\nb\""},
                {"\x1b[0m", "\"\\x1B[0m\""},
                {"é", "\"é\""},
                {"a=1 b=2", "a=1 b=2"},
                {"[x]", "\"[x]\""},
                {"*x", "\"*x\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = {0};
        yaml_put_scalar(&out, rows[i].text);
        CHECK_TEXT(buf_text(&out), rows[i].yaml);
        buf_finish(&out);
    }
}

/* Paths start from the recipe's folder; the digest, not the path, tells groups apart. */
static void datasets(void)
{
    static const char digest[] = "81a6554d958cfb0dc3dc96457632ffc9e813d4a1b3149a7edf3a9b3e88f91eed";
    char *as_given = mem_printf("%s/tests/data/files/tiny.rlbd", getenv("TOP_SRCDIR"));
    char *file = realpath(as_given, NULL), *scratch = realpath(getenv("SCRATCH"), NULL);
    char *folder = mem_printf("%s/tests/data/files/bad/../x.yaml", getenv("TOP_SRCDIR"));
    char *copy = mem_printf("%s/copy.rlbd", scratch);
    static const char text[] = "algorithm: {name: q-learning}\ndataset: {path: tiny.rlbd}\n" BASE;
    struct recipe recipe, swept;
    struct plan plan, again;
    struct buf bytes = {0};
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(rig_plan(folder, text, strlen(text), &recipe, &plan, &e), OK);
    check_value(&plan.runs.data[0], "dataset.path", file, NAN, "file:2:17");
    check_value(&plan.runs.data[0], "dataset.sha256", digest, NAN, "file:2:17");
    CU_ASSERT_PTR_NOT_NULL(strstr(plan.resolved_text, digest));
    struct made m = make(plan.resolved_text);
    CU_ASSERT_EQUAL_FATAL(m.status, OK);
    CHECK_TEXT(m.plan.resolved_text, plan.resolved_text);
    CHECK_TEXT(m.plan.runs.data[0].group, plan.runs.data[0].group);
    finish(&m);

    CU_ASSERT_EQUAL(file_read(file, 1 << 20, &bytes, &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic(copy, bytes.data, bytes.len, &e), OK);
    char *elsewhere = mem_printf("#! --set dataset.path=%s\n%s", copy, text);
    CU_ASSERT_EQUAL_FATAL(rig_plan(folder, elsewhere, strlen(elsewhere), &swept, &again, &e), OK);
    check_value(&again.runs.data[0], "dataset.path", copy, NAN, "--set");
    CHECK_TEXT(again.runs.data[0].group, plan.runs.data[0].group);
    plan_finish(&again);
    recipe_finish(&swept);
    free(elsewhere);

    bytes.data[900] ^= 1; /* other contents, and the digest that goes with them in the head */
    bytes.data[32] ^= 1;
    CU_ASSERT_EQUAL(file_write_atomic(copy, bytes.data, bytes.len, &e), OK);
    char *two = mem_printf("algorithm: {name: q-learning}\n" BASE
                           "sweep: {parameters: {dataset.path: {values: [%s, %s]}}}\n",
                           file, copy);
    CU_ASSERT_EQUAL_FATAL(rig_plan("x.yaml", two, strlen(two), &swept, &again, &e), OK);
    CU_ASSERT_EQUAL_FATAL(again.num_groups, 2);
    CHECK_TEXT(again.runs.data[1].label, "dataset=copy.rlbd");
    m = make(again.resolved_text);
    CU_ASSERT_EQUAL_FATAL(m.status, OK);
    CHECK_TEXT(m.plan.resolved_text, again.resolved_text);
    finish(&m);
    plan_finish(&again);
    recipe_finish(&swept);
    plan_finish(&plan);
    recipe_finish(&recipe);
    buf_finish(&bytes);
    free(two);
    free(as_given);
    free(scratch);
    free(file);
    free(folder);
    free(copy);
}

CHECK_MAIN("plans", {"default < file < sweep < --set", precedence},
           {"settings and the defaults that follow from them", settings},
           {"a group is everything but the seed, however it is spelt", groups},
           {"ten thousand runs and no more", cap},
           {"grids too large to count are refused at once", astronomical},
           {"libcyaml reads what we mean", libcyaml_agrees}, {"text survives as YAML", scalars},
           {"datasets", datasets})
