/* What is shipped and what is written in the manual, under the real plugins. */
#include "plan/keys.h"
#include "plan/plan.h"

#include "base/file.h"

#include "check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

static char *manual(void)
{
    struct buf text = {0};
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/man/rlbench-recipe.5", getenv("TOP_SRCDIR"));
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &text, &e), OK);
    free(path);
    return text.data;
}

/* Resolves a text without complaint, also without a warning. */
static void check_text(const struct registry *reg, const char *name, const char *text, size_t n)
{
    struct recipe r;
    struct plan p = {0};
    struct buf out = {0};
    struct err e = ERR_INIT;
    int status = recipe_parse(name, text, n, &r, &e);
    if (r.root)
        status = plan_make(&r, reg, NULL, 0, NULL, &p, &e);
    recipe_print_diags(&r, &out);
    CU_ASSERT_EQUAL(status, OK);
    CHECK_TEXT(buf_text(&out), "");
    CU_ASSERT(p.runs.len > 0);
    buf_finish(&out);
    plan_finish(&p);
    recipe_finish(&r);
}

static void examples(void)
{
    struct registry reg;
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(registry_load(&reg, NULL, &e), OK);
    char *page = manual();
    size_t n = 0;
    for (const char *s = page; (s = strstr(s, "\n.\\\" example\n.Bd ")); n++) {
        const char *body = strchr(s + strlen("\n.\\\" example\n"), '\n') + 1;
        const char *end = strstr(body, ".Ed\n");
        CU_ASSERT_PTR_NOT_NULL_FATAL(end);
        check_text(&reg, "rlbench-recipe.5", body, (size_t)(end - body));
        s = end;
    }
    CU_ASSERT(n >= 4);
    free(page);
    registry_finish(&reg);
}

static void shipped(void)
{
    struct registry reg;
    struct err e = ERR_INIT;
    glob_t g;
    char *pattern = mem_printf("%s/*.yaml", getenv("RLBENCH_RECIPES"));
    CU_ASSERT_EQUAL_FATAL(registry_load(&reg, NULL, &e), OK);
    CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        struct buf text = {0};
        struct recipe r;
        CU_ASSERT_EQUAL(file_read(g.gl_pathv[i], 1 << 20, &text, &e), OK);
        check_text(&reg, file_base(g.gl_pathv[i]), buf_text(&text), text.len);
        CU_ASSERT_EQUAL(recipe_read(g.gl_pathv[i], &r, &e), OK);
        CU_ASSERT(*r.name && *r.describe && *r.duration && *r.algorithm); /* for the list */
        recipe_finish(&r);
        buf_finish(&text);
    }
    globfree(&g);
    free(pattern);
    registry_finish(&reg);
}

/* Every key is in the manual, and every key of the manual is one. */
static void keys(void)
{
    char *page = manual();
    for (size_t i = 0; i < num_plan_paths; i++) {
        char item[100];
        const char *path = plan_paths[i].path;
        snprintf(item, sizeof item, "\n.It Ic %s\n",
                 strncmp(path, "seeds.", 6) == 0 ? "seeds" : path);
        if (!strstr(page, item))
            fprintf(stderr, "not in rlbench-recipe(5): %s\n", path);
        CU_ASSERT_PTR_NOT_NULL(strstr(page, item));
    }
    for (const char *s = page; (s = strstr(s, "\n.It Ic ")); s++) {
        char path[100];
        snprintf(path, sizeof path, "%.*s", (int)strcspn(s + 8, "\n"), s + 8);
        bool known = plan_key_is_section(path);
        for (size_t i = 0; i < num_plan_paths; i++)
            known = known || strcmp(plan_paths[i].path, path) == 0;
        if (!known)
            fprintf(stderr, "no such key: %s\n", path);
        CU_ASSERT(known);
    }
    free(page);
}

CHECK_MAIN("recipes as documented", {"the manual's examples are right", examples},
           {"the shipped recipes are right and describe themselves", shipped},
           {"the manual has every key", keys})
