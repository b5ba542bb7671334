/* Parameters from text and back: what people write, what is refused and in which words. */
#include "module/registry.h"

#include "check.h"

#include <math.h>

static const char *const kinds[] = {"softmax", "eps_greedy", NULL};
static const rlb_param p_bool = RLB_BOOL("b", 1, 0, "x"),
                       p_int = RLB_INT("i", 5, 1, 100, "", 0, "x"),
                       p_real = RLB_REAL("r", 0.01, 1e-6, 1, "s", 0, "x"),
                       p_free = RLB_REAL("f", 0, -INFINITY, INFINITY, "", 0, "x"),
                       p_enum = RLB_ENUM("e", 0, kinds, 0, "x"), p_str = RLB_STR("s", "", 0, "x");

static void good_texts(void)
{
    static const struct {
        const rlb_param *p;
        const char *text;
        double value;
        const char *back;
    } good[] = {{&p_bool, "true", 1, "true"}, {&p_bool, "off", 0, "false"},
                {&p_int, "7", 7, "7"},        {&p_int, "1e2", 100, "100"},
                {&p_int, "0.1k", 100, "100"}, {&p_enum, "eps_greedy", 1, "eps_greedy"}};
    static const struct {
        const rlb_param *p;
        const char *text;
        double value;
    } reals[] = {{&p_real, "1e-6", 1e-6}, {&p_real, "1", 1}, {&p_free, "-.inf", -INFINITY}};
    char why[200], back[100];
    rlb_value v;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CU_ASSERT_PTR_NULL(param_parse(good[i].p, good[i].text, &v, why, sizeof why));
        CU_ASSERT_EQUAL((double)v.i, good[i].value);
        CHECK_TEXT(param_format(good[i].p, v, back, sizeof back), good[i].back);
    }
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        rlb_value again;
        CU_ASSERT_PTR_NULL(param_parse(reals[i].p, reals[i].text, &v, why, sizeof why));
        CU_ASSERT_EQUAL(v.r, reals[i].value);
        param_format(reals[i].p, v, back, sizeof back);
        CU_ASSERT_PTR_NULL(param_parse(reals[i].p, back, &again, why, sizeof why));
        CU_ASSERT_EQUAL(v.r, again.r);
    }
    CU_ASSERT_PTR_NULL(param_parse(&p_str, "gr\xc3\xbc\xc3\x9f", &v, why, sizeof why));
    CHECK_TEXT(v.s, "gr\xc3\xbc\xc3\x9f");
}

static void bad_texts(void)
{
    static const struct {
        const rlb_param *p;
        const char *text, *why;
    } bad[] = {
        {&p_bool, "maybe", "is not true or false, found 'maybe'"},
        {&p_int, "32.5", "is not a whole number, found '32.5'"},
        {&p_int, "0", "must be at least 1, found 0"},
        {&p_int, "101", "must be at most 100, found 101"},
        {&p_real, "0", "must be at least 1e-6, found 0"},
        {&p_real, "0.01junk", "is not a number, found '0.01junk'"},
        {&p_real, "nan", "is not a number, found 'nan'"},
        {&p_enum, "sotfmax", "is not one of softmax, eps_greedy; did you mean softmax?"},
        {&p_enum, "", "is not one of softmax, eps_greedy"},
        {&p_str, "a\xff", "is not valid UTF-8"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char why[200] = "";
        rlb_value v = {.i = -99};
        CU_ASSERT_PTR_NOT_NULL(param_parse(bad[i].p, bad[i].text, &v, why, sizeof why));
        CHECK_TEXT(why, bad[i].why);
        CU_ASSERT_EQUAL(v.i, -99);
    }
}

static void descriptions(void)
{
    char text[300];
    CHECK_TEXT(param_describe(&p_bool, text, sizeof text), "true or false, default true");
    CHECK_TEXT(param_describe(&p_int, text, sizeof text), "whole number, 1 to 100, default 5");
    CHECK_TEXT(param_describe(&p_real, text, sizeof text), "real in s, 1e-6 to 1, default 0.01");
    CHECK_TEXT(param_describe(&p_free, text, sizeof text), "real, default 0");
    CHECK_TEXT(param_describe(&p_enum, text, sizeof text),
               "one of softmax, eps_greedy; default softmax");
    CHECK_TEXT(param_describe(&p_str, text, sizeof text), "text, default ''");
}

/* Sentences fit the caller's buffer whatever the text. */
static void short_buffers(void)
{
    char why[8], text[4];
    rlb_value v;
    CU_ASSERT_PTR_NOT_NULL(param_parse(&p_enum, "something long", &v, why, sizeof why));
    CU_ASSERT_EQUAL(strlen(why), sizeof why - 1);
    CHECK_TEXT(param_describe(&p_real, text, sizeof text), "rea");
}

CHECK_MAIN("param", {"good texts", good_texts}, {"bad texts", bad_texts},
           {"descriptions", descriptions}, {"short buffers", short_buffers})
