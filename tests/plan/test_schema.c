/* The JSON Schema: well formed, complete, and of the same opinion as the loader as far as a schema
 * can be (checked by python3-jsonschema where it is installed). */
#include "plan/schema.h"

#include "base/file.h"
#include "base/text.h"
#include "plan/keys.h"

#include "check.h"
#include "recipe/fake_registry.h"

#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static json_t *load(void)
{
    struct registry reg;
    struct buf text = {0};
    fake_registry(&reg);
    schema_write(&reg, &text);
    json_t *s = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    buf_finish(&text);
    registry_finish(&reg);
    return s;
}

/* A member by path: at(s, "properties", "env", NULL). */
static json_t *at(json_t *o, const char *const *names)
{
    for (; *names; names++)
        o = json_object_get(o, *names);
    return o;
}
#define AT(o, ...) at(o, (const char *const[]){__VA_ARGS__, NULL})

static void every_key(void)
{
    json_t *s = load();
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    for (size_t i = 0; i < num_plan_paths; i++) {
        char first[64], rest[64] = "";
        const char *path = plan_paths[i].path, *dot = strchr(path, '.');
        snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
        if (dot)
            snprintf(rest, sizeof rest, "%s", dot + 1);
        json_t *section = AT(s, "properties", first);
        CU_ASSERT_PTR_NOT_NULL(section);
        if (strcmp(first, "seeds") != 0 && dot)
            CU_ASSERT_PTR_NOT_NULL(AT(section, "properties", rest, "description"));
    }
    json_decref(s);
}

static void every_parameter(void)
{
    json_t *s = load();
    for (size_t i = 0; i < sizeof fake_descs / sizeof fake_descs[0]; i++) {
        const struct desc *d = &fake_descs[i];
        char name[100], path[200];
        snprintf(name, sizeof name, "%s:%s", d->kind == DESC_ALGORITHM ? "algorithm" : "env",
                 d->id);
        json_t *params = AT(s, "definitions", name, "properties");
        CU_ASSERT_EQUAL(json_object_size(params), d->num_params);
        for (size_t p = 0; p < d->num_params; p++) {
            snprintf(path, sizeof path, "%s.params.%s",
                     d->kind == DESC_ALGORITHM ? "algorithm" : "env", d->params[p].name);
            CU_ASSERT_PTR_NOT_NULL(AT(params, d->params[p].name, "default"));
            CU_ASSERT_PTR_NOT_NULL(
                AT(s, "properties", "sweep", "properties", "parameters", "properties", path));
        }
    }
    json_t *alpha = AT(s, "definitions", "algorithm:q-learning", "properties", "alpha");
    json_t *number = json_array_get(json_object_get(alpha, "anyOf"), 0);
    CU_ASSERT_EQUAL(json_number_value(json_object_get(number, "minimum")), 1e-6);
    CU_ASSERT_EQUAL(json_number_value(json_object_get(number, "maximum")), 1);
    CHECK_TEXT(json_string_value(json_object_get(alpha, "description")), "step size");
    json_decref(s);
}

static void no_plugins(void)
{
    struct registry reg = {0};
    struct buf text = {0};
    schema_write(&reg, &text);
    json_t *s = json_loadb(text.data, text.len, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL(AT(s, "properties", "budget"));
    json_decref(s);
    buf_finish(&text);
}

/* The names of matching files that the schema accepts, a line each; NULL when it cannot tell here.
 */
static char *accepted(const char *pattern, size_t *num_files)
{
    struct registry reg;
    struct buf text = {0}, command = {0}, out = {0};
    struct err e = ERR_INIT;
    char *schema = mem_printf("%s/schema.json", getenv("SCRATCH"));
    char *files = mem_printf("%s/tests/recipe/%s", getenv("TOP_SRCDIR"), pattern), line[4096];
    glob_t g;
    fake_registry(&reg);
    schema_write(&reg, &text);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(schema, text.data, text.len, &e), OK);
    buf_printf(&command, "python3 '%s/tests/plan/validate.py' '%s'", getenv("TOP_SRCDIR"), schema);
    CU_ASSERT_EQUAL_FATAL(glob(files, 0, NULL, &g), 0);
    *num_files = 0;
    for (size_t i = 0; i < g.gl_pathc; i++)
        if (!text_match("*/set-*", g.gl_pathv[i]) &&
            !text_match("*/profile-used-*", g.gl_pathv[i])) { /* those need the command line */
            buf_printf(&command, " '%s'", g.gl_pathv[i]);
            ++*num_files;
        }
    FILE *p = popen(buf_text(&command), "r");
    while (p && fgets(line, sizeof line, p))
        buf_puts(&out, line);
    int status = p ? pclose(p) : -1;
    globfree(&g);
    buf_finish(&command);
    buf_finish(&text);
    registry_finish(&reg);
    free(files);
    free(schema);
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)) {
        fprintf(stderr, "no python3-jsonschema here: not checked\n");
        buf_finish(&out);
        return NULL;
    }
    CU_ASSERT_EQUAL(status, 0);
    if (!out.data)
        buf_puts(&out, "");
    return out.data;
}

static void accepts_right_recipes(void)
{
    size_t n, lines = 0;
    char *names = accepted("good/*.yaml", &n);
    for (const char *s = names; s && (s = strchr(s, '\n')); s++)
        lines++;
    if (names && lines != n)
        fprintf(stderr, "only these of %zu are accepted:\n%s", n, names);
    CU_ASSERT(!names || lines == n);
    free(names);
}

/* Every wrong recipe but those whose fault is beyond a schema: what is written with a suffix, what
 * only YAML's text shows, and what is about several keys. */
static void refuses_wrong_recipes(void)
{
    size_t n;
    char *names = accepted("bad/*.yaml", &n);
    if (names)
        CHECK_TEXT(names, "alerts-rules.yaml\n"
                          "alias-inside-itself.yaml\n"
                          "billion-laughs.yaml\n"
                          "budget-missing.yaml\n"
                          "budget-zero.yaml\n"
                          "dataset-digest-alone.yaml\n"
                          "dataset-is-a-recipe.yaml\n"
                          "dataset-missing-file.yaml\n"
                          "dataset-set.yaml\n"
                          "dataset-swept.yaml\n"
                          "duplicate-key.yaml\n"
                          "duplicate-param.yaml\n"
                          "duration-fraction.yaml\n"
                          "env-missing.yaml\n"
                          "eval-impossible.yaml\n"
                          "extends-broken-file.yaml\n"
                          "extends-circle.yaml\n"
                          "extends-folder.yaml\n"
                          "extends-itself.yaml\n"
                          "extends-missing-file.yaml\n"
                          "gates-names.yaml\n"
                          "integer-double-underscore.yaml\n"
                          "integer-hexadecimal.yaml\n"
                          "integer-octal.yaml\n"
                          "integer-out-of-range.yaml\n"
                          "memory-too-small.yaml\n"
                          "merge-key.yaml\n"
                          "name-is-empty.yaml\n"
                          "name-on-two-lines.yaml\n"
                          "nul-in-text.yaml\n"
                          "number-denormal.yaml\n"
                          "number-nan.yaml\n"
                          "number-overflow.yaml\n"
                          "seeds-backwards.yaml\n"
                          "seeds-option-bad.yaml\n"
                          "seeds-too-many.yaml\n"
                          "seeds-twice.yaml\n"
                          "sweep-bayes-strict.yaml\n"
                          "sweep-early-unsaved.yaml\n"
                          "sweep-list-equal-labels.yaml\n"
                          "sweep-list-foreign-param.yaml\n"
                          "sweep-method-and-body-differ.yaml\n"
                          "sweep-random-bounds.yaml\n"
                          "sweep-random-keys.yaml\n"
                          "sweep-random-out-of-range.yaml\n"
                          "sweep-random-too-many.yaml\n"
                          "sweep-too-many-runs.yaml\n"
                          "tag.yaml\n"
                          "too-deep.yaml\n"
                          "worlds-of-another-environment.yaml\n"
                          "worlds-too-many.yaml\n");
    free(names);
}

CHECK_MAIN("JSON Schema", {"every key is in it", every_key},
           {"every parameter of every plugin is in it", every_parameter},
           {"it stands without plugins", no_plugins},
           {"it accepts what the loader accepts", accepts_right_recipes},
           {"it refuses what a schema can refuse", refuses_wrong_recipes})
