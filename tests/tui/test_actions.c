/* One table says what keys do: whatever derives from it must agree. */
#include "base/file.h"
#include "check.h"
#include "tui/tui.h"

#include <ctype.h>
#include <stdlib.h>

static bool same_reach(const struct action_row *a, const struct action_row *b)
{
    return a->scope == b->scope;
}

static void every_row_is_well_formed(void)
{
    for (int i = 0; i < ACT_COUNT - 1; i++) {
        const struct action_row *r = &action_rows[i];
        CU_ASSERT_EQUAL((int)r->id, i + 1);
        CU_ASSERT(strspn(r->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(r->name) && *r->name);
        size_t n = strlen(r->help);
        CU_ASSERT(n >= 8 && n < 120 && r->help[n - 1] == '.' && isupper((unsigned char)r->help[0]));
        for (const char *k = r->keys; *k;) {
            size_t len = strcspn(k, " ");
            char text[16];
            uint32_t key = key_parse(k, len);
            if (!key)
                fprintf(stderr, "%s: no key %.*s\n", r->name, (int)len, k);
            CU_ASSERT(key != 0);
            key_format(key, text, sizeof text);
            CU_ASSERT_EQUAL(key_parse(text, strlen(text)), key);
            k += len;
            k += strspn(k, " ");
        }
        if (*r->bar)
            CU_ASSERT(*r->keys != '\0');
    }
}

static bool shares_key(const struct action_row *a, const struct action_row *b)
{
    for (const char *k = a->keys; *k;) {
        size_t len = strcspn(k, " ");
        const char *in = b->keys;
        while (*in) {
            size_t n = strcspn(in, " ");
            if (key_parse(in, n) == key_parse(k, len))
                return true;
            in += n;
            in += strspn(in, " ");
        }
        k += len;
        k += strspn(k, " ");
    }
    return false;
}

static void names_and_keys_are_unambiguous(void)
{
    for (int i = 0; i < ACT_COUNT - 1; i++)
        for (int k = 0; k < i; k++) {
            const struct action_row *a = &action_rows[i], *b = &action_rows[k];
            bool clash = same_reach(a, b) && (strcmp(a->name, b->name) == 0 || shares_key(a, b));
            if (clash)
                fprintf(stderr, "%s and %s clash\n", a->name, b->name);
            CU_ASSERT(!clash);
        }
}

static void letters_that_move_mean_nothing_else(void)
{
    for (int screen = SCOPE_GLOBAL + 1; screen < SCOPE_COUNT; screen++) {
        const struct {
            uint32_t key;
            enum action act;
        } moves[] = {{'h', ACT_LEFT},  {'j', ACT_DOWN},    {'k', ACT_UP},      {'l', ACT_RIGHT},
                     {K_UP, ACT_UP},   {K_DOWN, ACT_DOWN}, {K_LEFT, ACT_LEFT}, {K_RIGHT, ACT_RIGHT},
                     {'?', ACT_HELP},  {':', ACT_COMMAND}, {'/', ACT_FILTER},  {'q', ACT_QUIT},
                     {K_ESC, ACT_BACK}};
        for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
            CU_ASSERT_EQUAL(action_for_key((enum scope)screen, moves[i].key), moves[i].act);
    }
}

static void what_destroys_is_a_capital_or_asks(void)
{
    for (int i = 0; i < ACT_COUNT - 1; i++) {
        const struct action_row *r = &action_rows[i];
        if (strcmp(r->name, "stop") == 0 || strcmp(r->name, "archive") == 0)
            CU_ASSERT(strstr(r->help, "question") != NULL);
    }
}

static void screens_have_numbers_and_names(void)
{
    for (int i = 0; i < SCREEN_COUNT; i++) {
        CU_ASSERT_EQUAL(screens[i]->scope, (enum scope)(i + 1));
        if (!screens[i]->number)
            continue;
        enum action go = action_for_key(SCOPE_HELP, (uint32_t)('0' + screens[i]->number));
        CU_ASSERT_PTR_NOT_NULL_FATAL(action_row(go));
        CHECK_TEXT(action_row(go)->name, screens[i]->name);
    }
}

static void names(void)
{
    CHECK_TEXT(action_nearest(SCOPE_RUNS, "recipies"), "recipes");
    CU_ASSERT_EQUAL(action_for_name(SCOPE_RUNS, "quit now", 4), ACT_QUIT);
}

/* ---- the manual page ---- */

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\')
            buf_puts(out, "\\e");
        else if (*text == '-')
            buf_puts(out, "\\-");
        else
            buf_putc(out, *text);
    }
}

/* The generated part of rlbench-keys(7). */
static void page_of(enum scope scope, const char *title, struct buf *out)
{
    buf_printf(out, ".Ss %s\n.Bl -tag -width Ds\n", title);
    for (int i = 0; i < ACT_COUNT - 1; i++) {
        const struct action_row *r = &action_rows[i];
        if (r->scope != scope)
            continue;
        buf_puts(out, ".It ");
        const char *separator = "";
        for (const char *k = r->keys; *k;) {
            size_t n = strcspn(k, " ");
            char *key = mem_printf("%.*s", (int)n, k);
            buf_printf(out, "%sSy ", separator);
            buf_puts(out, strchr(".,:;()[]?!", *key) && !key[1] ? "\\&" : "");
            add_escaped(out, key);
            separator = " , ";
            free(key);
            k += n;
            k += strspn(k, " ");
        }
        buf_printf(out, "%sPq Ic :", *r->keys ? " " : "");
        add_escaped(out, r->name);
        buf_printf(out, "\n%s\n", r->help);
    }
    buf_puts(out, ".El\n");
}

static void the_manual_page_agrees(void)
{
    static const char begin[] = ".\\\" begin: written by tests/tui/test_actions\n";
    static const char end[] = ".\\\" end\n";
    struct buf want = {0}, page = {0};
    for (int i = 0; i < SCREEN_COUNT; i++)
        page_of((enum scope)(i + 1), screens[i]->title, &want);
    page_of(SCOPE_GLOBAL, "Everywhere", &want);

    char *path = mem_printf("%s/man/rlbench-keys.7", getenv("TOP_SRCDIR"));
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &page, &e), OK);
    const char *from = strstr(page.data, begin), *to = strstr(page.data, end);
    CU_ASSERT_FATAL(from && to && from < to);
    from += strlen(begin);
    if (getenv("RLBENCH_UPDATE_GOLDEN")) {
        struct buf all = {0};
        buf_add(&all, page.data, (size_t)(from - page.data));
        buf_add(&all, want.data, want.len);
        buf_puts(&all, to);
        CU_ASSERT_EQUAL(file_write_atomic(path, all.data, all.len, &e), OK);
        buf_finish(&all);
    } else {
        char *found = mem_printf("%.*s", (int)(to - from), from);
        CHECK_TEXT(found, buf_text(&want));
        free(found);
    }
    free(path);
    buf_finish(&want);
    buf_finish(&page);
}

CHECK_MAIN("actions", {"every row is well formed", every_row_is_well_formed},
           {"names and keys are unambiguous", names_and_keys_are_unambiguous},
           {"hjkl and arrows move, everywhere", letters_that_move_mean_nothing_else},
           {"what destroys asks", what_destroys_is_a_capital_or_asks},
           {"screens have numbers and names", screens_have_numbers_and_names}, {"names", names},
           {"the manual page agrees", the_manual_page_agrees})
