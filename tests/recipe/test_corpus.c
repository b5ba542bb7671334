/* Recipes named after what is wrong with them, each with the diagnostics its author should read
 * (bad/), and recipes with the plan they mean (good/). A first line "#! --set a=b --seeds 3" is the
 * command line. RLBENCH_UPDATE=1 writes the expectations anew: read them before committing. */
#include "base/file.h"
#include "plan/plan.h"

#include "check.h"
#include "recipe/rig.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void describe(const struct recipe *r, const struct plan *p, int status, struct buf *out)
{
    recipe_print_diags(r, out);
    if (status != OK)
        return;
    for (size_t i = 0; i < p->runs.len; i++)
        buf_printf(out, "%s seed %d %s\n", p->runs.data[i].group, (int)p->runs.data[i].seed,
                   p->runs.data[i].label);
    buf_printf(out, "\n%s", p->resolved_text);
}

/* Compares with the file beside the recipe, or writes it. */
static void compare(const char *folder, const char *name, const char *found)
{
    struct buf expected = {0};
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/%s/%.*s.expected", getenv("TOP_SRCDIR"), folder,
                            (int)strlen(name) - 5, name);
    if (getenv("RLBENCH_UPDATE")) {
        CU_ASSERT_EQUAL(file_write_atomic(path, found, strlen(found), &e), OK);
    } else if (file_read(path, 1 << 20, &expected, &e) != OK ||
               strcmp(buf_text(&expected), found) != 0) {
        fprintf(stderr, "%s\n--- found\n%s--- expected\n%s", path, found, buf_text(&expected));
        CU_FAIL("a recipe's diagnostics or plan changed");
    }
    buf_finish(&expected);
    free(path);
}

/* A plan's text is a recipe for the same plan. */
static void check_fixpoint(const struct plan *p)
{
    struct recipe r;
    struct plan again;
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(
        rig_plan("again.yaml", p->resolved_text, strlen(p->resolved_text), &r, &again, &e), OK);
    CU_ASSERT_EQUAL(recipe_errors(&r), 0);
    CHECK_TEXT(again.resolved_text, p->resolved_text);
    CHECK_TEXT(again.recipe_hash, p->recipe_hash);
    CU_ASSERT_EQUAL_FATAL(again.runs.len, p->runs.len);
    for (size_t i = 0; i < p->runs.len; i++) {
        CHECK_TEXT(again.runs.data[i].group, p->runs.data[i].group);
        CHECK_TEXT(again.runs.data[i].label, p->runs.data[i].label);
        CU_ASSERT_EQUAL(again.runs.data[i].seed, p->runs.data[i].seed);
    }
    plan_finish(&again);
    recipe_finish(&r);
}

/* Both ways of a file: what it says, and that saying it again says the same. */
static int check_file(const char *folder, const char *name)
{
    struct buf text = {0}, found = {0}, second = {0};
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/%s/%s", getenv("TOP_SRCDIR"), folder, name);
    CU_ASSERT_EQUAL_FATAL(file_read(path, 2 << 20, &text, &e), OK);
    struct recipe r, r2;
    struct plan p, p2;
    int status = rig_plan(name, buf_text(&text), text.len, &r, &p, &e);
    describe(&r, &p, status, &found);
    compare(folder, name, buf_text(&found));
    CU_ASSERT_EQUAL(status == OK, recipe_errors(&r) == 0);
    if (status == OK)
        check_fixpoint(&p);
    int again = rig_plan(name, buf_text(&text), text.len, &r2, &p2, &e);
    describe(&r2, &p2, again, &second);
    CHECK_TEXT(buf_text(&second), buf_text(&found));
    plan_finish(&p);
    plan_finish(&p2);
    recipe_finish(&r);
    recipe_finish(&r2);
    buf_finish(&text);
    buf_finish(&found);
    buf_finish(&second);
    free(path);
    return status;
}

static size_t check_folder(const char *folder, int wanted)
{
    char *path = mem_printf("%s/%s", getenv("TOP_SRCDIR"), folder);
    DIR *d = opendir(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CU_ASSERT_EQUAL_FATAL(chdir(path), 0); /* where paths of datasets start */
    size_t n = 0;
    for (const struct dirent *f; (f = readdir(d));) {
        size_t len = strlen(f->d_name);
        if (len < 6 || strcmp(f->d_name + len - 5, ".yaml") != 0)
            continue;
        n++;
        if (check_file(folder, f->d_name) != wanted) {
            fprintf(stderr, "%s/%s: wrong status\n", folder, f->d_name);
            CU_FAIL("status");
        }
    }
    closedir(d);
    free(path);
    return n;
}

static void bad(void)
{
    CU_ASSERT(check_folder("tests/recipe/bad", ERR_DATA) >= 100);
}

static void good(void)
{
    CU_ASSERT(check_folder("tests/recipe/good", OK) >= 10);
}

CHECK_MAIN("recipes by example", {"what is wrong is said where it is wrong", bad},
           {"what is right gives its plan, and the plan's text the same plan again", good})
