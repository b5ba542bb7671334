/* Files to trees: encodings, positions, limits; diagnostics as they are printed. */
#include "recipe/recipe.h"

#include "base/file.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int parse(const char *text, struct recipe *r)
{
    struct err e = ERR_INIT;
    return recipe_parse("x.yaml", text, strlen(text), r, &e);
}

static void check_mark(struct mark m, uint32_t line, uint32_t column, uint32_t width)
{
    CU_ASSERT_EQUAL(m.line, line);
    CU_ASSERT_EQUAL(m.column, column);
    CU_ASSERT_EQUAL(m.width, width);
}

static void positions(void)
{
    struct recipe r;
    CU_ASSERT_EQUAL_FATAL(parse("\xEF\xBB\xBF# 強\r\nname: \"wörd\"\r\nenv:\r\n  params: {a: [1, "
                                "'zwei']}\r\ndescribe: |\r\n  two\r\n  lines\r\nx: 1",
                                &r),
                          OK);
    CU_ASSERT_EQUAL_FATAL(r.root->num_items, 4);
    CHECK_TEXT(r.name, "wörd");
    CHECK_TEXT(r.describe, "two\nlines\n");
    CHECK_TEXT(r.algorithm, "");
    check_mark(r.root->items[0].key_at, 2, 1, 4);
    check_mark(r.root->items[0].value->at, 2, 7, 6);
    CU_ASSERT(r.root->items[0].value->quoted);
    const struct node *list = node_get(node_get(node_get(r.root, "env"), "params"), "a");
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    CU_ASSERT_EQUAL(list->kind, NODE_SEQUENCE);
    check_mark(list->at, 4, 15, 1);
    check_mark(list->items[0].value->at, 4, 16, 1);
    check_mark(list->items[1].value->at, 4, 19, 6);
    CU_ASSERT(!list->items[0].value->quoted);
    check_mark(r.root->items[2].value->at, 5, 11, 1); /* the '|' only */
    check_mark(r.root->items[3].value->at, 8, 4, 1);
    recipe_finish(&r);
}

static void old_line_ends(void)
{
    struct recipe r;
    CU_ASSERT_EQUAL(parse("name: a\rx: [\r1]\r", &r), OK);
    check_mark(node_get(r.root, "x")->items[0].value->at, 3, 1, 1);
    recipe_finish(&r);
    /* libyaml breaks lines at NEL, LS and PS, editors do not: columns go on */
    CU_ASSERT_EQUAL(parse("x: \"a\xE2\x80\xA8z\"\ny: 1\n", &r), OK);
    check_mark(node_get(r.root, "y")->at, 2, 4, 1);
    recipe_finish(&r);
}

/* A broken recipe is still listed by its head. */
static void head_of_a_broken_file(void)
{
    struct recipe r;
    CU_ASSERT_EQUAL(parse("name: mine\nalgorithm: {name: sarsa}\nenv: {name: chain}\nduration: 1 "
                          "min\nseeds: [1\n",
                          &r),
                    ERR_DATA);
    CU_ASSERT_PTR_NULL(r.root);
    CU_ASSERT_EQUAL(recipe_errors(&r), 1);
    recipe_finish(&r);
    CU_ASSERT_EQUAL(parse("name: mine\nalgorithm: {name: sarsa}\nname: other\n", &r), ERR_DATA);
    CHECK_TEXT(r.name, "mine");
    CHECK_TEXT(r.algorithm, "sarsa");
    recipe_finish(&r);
}

static void limits(void)
{
    struct recipe r;
    struct err e = ERR_INIT;
    struct buf text = {0};
    buf_puts(&text, "describe: ");
    while (text.len < RECIPE_MAX_BYTES - 1)
        buf_putc(&text, 'a');
    buf_putc(&text, '\n');
    CU_ASSERT_EQUAL(recipe_parse("x", text.data, text.len, &r, &e), OK);
    recipe_finish(&r);
    buf_putc(&text, '\n');
    CU_ASSERT_EQUAL(recipe_parse("x", text.data, text.len, &r, &e), ERR_DATA);
    CU_ASSERT_EQUAL(recipe_errors(&r), 1);
    recipe_finish(&r);
    char *path = mem_printf("%s/large.yaml", getenv("SCRATCH"));
    while (text.len < 3 * RECIPE_MAX_BYTES)
        buf_putc(&text, '\n');
    CU_ASSERT_EQUAL(file_write_atomic(path, text.data, text.len, &e), OK);
    CU_ASSERT_EQUAL(recipe_read(path, &r, &e), ERR_DATA);
    CU_ASSERT_EQUAL(recipe_errors(&r), 1);
    recipe_finish(&r);
    free(path);
    buf_clear(&text);
    /* a chain of aliases is as deep as what it stands for */
    buf_puts(&text, "x:\n  - &a0 [1]\n");
    for (int i = 1; i < 40; i++)
        buf_printf(&text, "  - &a%d [*a%d]\n", i, i - 1);
    CU_ASSERT_EQUAL(recipe_parse("x", text.data, text.len, &r, &e), ERR_DATA);
    CU_ASSERT_EQUAL(recipe_errors(&r), 1);
    recipe_finish(&r);
    buf_finish(&text);
}

static void unreadable(void)
{
    struct recipe r;
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(recipe_read("/dev/null/x.yaml", &r, &e), ERR_NOINPUT);
    CU_ASSERT_EQUAL(recipe_errors(&r), 0);
    CHECK_TEXT(r.name, "");
    recipe_finish(&r);
    CU_ASSERT_NOT_EQUAL(recipe_read("/", &r, &e), OK);
    recipe_finish(&r);
}

static void found_by_name(void)
{
    struct err e = ERR_INIT;
    char *folder = mem_printf("%s/config/rlbench/recipes", getenv("SCRATCH"));
    char *path = mem_printf("%s/mine.yaml", folder);
    CU_ASSERT_EQUAL(file_mkdirs(folder, &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic(path, "a: 1\n", 5, &e), OK);
    static const struct {
        const char *name;
        int own;
    } rows[] = {{"mine", 1}, {"mine.yaml", 1}, {"other", 0}, {"./mine", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *found = recipe_find(rows[i].name);
        CHECK_TEXT(found, rows[i].own ? path : rows[i].name);
        free(found);
    }
    free(path);
    free(folder);
}

static void printed(void)
{
    struct recipe r;
    struct buf out = {0};
    CU_ASSERT_EQUAL(parse("a: 1\nb:\t強い = x\n", &r), OK);
    recipe_error(&r, (struct mark){2, 4, 2, 0}, "a hint", "second %d", 2);
    recipe_error(&r, (struct mark){1, 1, 1, 0}, NULL, "first\x1b[31m");
    recipe_error(&r, (struct mark){2, 4, 2, 0}, "a hint", "second %d", 2); /* said once */
    recipe_add_diag(&r, &(struct diag){.origin = "--set x=1", .text = "last"});
    recipe_add_diag(&r, &(struct diag){.warning = true, .at = {2, 99, 3, 0}, .text = "beyond"});
    recipe_print_diags(&r, &out);
    CU_ASSERT_EQUAL(recipe_errors(&r), 3);
    CHECK_TEXT(buf_text(&out), "x.yaml:1:1: error: first\xEF\xBF\xBD[31m\n"
                               "    1 | a: 1\n"
                               "      | ^\n"
                               "x.yaml:2:4: error: second 2\n"
                               "    2 | b: 強い = x\n"
                               "      |    ^~~~\n"
                               "      = a hint\n"
                               "x.yaml:2:99: warning: beyond\n"
                               "    2 | b: 強い = x\n"
                               "      |            ^\n"
                               "--set x=1: error: last\n");
    recipe_finish(&r);
    buf_finish(&out);
}

/* A flood of errors is cut, counted and still in order. */
static void flood(void)
{
    struct recipe r;
    struct buf out = {0};
    CU_ASSERT_EQUAL(parse("a: 1\n", &r), OK);
    for (uint32_t i = 0; i < 1000; i++)
        recipe_error(&r, (struct mark){1, 1000 - i, 0, 0}, NULL, "error %u", i);
    CU_ASSERT_EQUAL(recipe_errors(&r), 1000);
    CU_ASSERT_EQUAL(r.diags.len, RECIPE_MAX_DIAGS);
    for (size_t i = 1; i < r.diags.len; i++)
        CU_ASSERT(r.diags.data[i - 1].at.column < r.diags.data[i].at.column);
    recipe_print_diags(&r, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "and 900 more errors\n"));
    recipe_finish(&r);
    buf_finish(&out);
}

CHECK_MAIN("recipes", {"every node knows its place", positions},
           {"lines end where editors end them", old_line_ends},
           {"a broken recipe has a head", head_of_a_broken_file}, {"limits", limits},
           {"files that cannot be read", unreadable}, {"recipes are found by name", found_by_name},
           {"diagnostics as people read them", printed}, {"a flood is cut", flood})
