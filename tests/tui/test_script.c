/* Key scripts: what each line means, and what a bad one is told. */
#include "check.h"
#include "tui/script.h"

#include <stdlib.h>

static int parse(const char *text, struct script *s, struct err *e)
{
    *e = (struct err)ERR_INIT;
    return script_parse("s", text, strlen(text), s, e);
}

static void steps(void)
{
    struct script s;
    struct err e;
    CU_ASSERT_EQUAL_FATAL(parse("# comment\n\n  size 120x40  \nkey Ctrl-D\r\nkeys a<Enter>é<Less>\n"
                                "click 3 10\nwheel-down 1 2\nwait 2s until some text\n"
                                "wait 100ms while x\nsleep 1\ndump a file.txt",
                                &s, &e),
                          OK);
    CU_ASSERT_EQUAL_FATAL(s.steps.len, 12);
    const struct step *p = s.steps.data;
    CU_ASSERT(p[0].kind == STEP_SIZE && p[0].row == 40 && p[0].col == 120 && p[0].line == 3);
    CU_ASSERT(p[1].kind == STEP_KEY && p[1].key == 4);
    CU_ASSERT(p[2].key == 'a' && p[3].key == K_ENTER && p[4].key == 0xE9 && p[5].key == '<');
    CU_ASSERT(p[6].kind == STEP_MOUSE && p[6].row == 3 && p[6].col == 10 &&
              p[6].act == MOUSE_CLICK);
    CU_ASSERT(p[7].act == MOUSE_WHEEL_DOWN);
    CU_ASSERT(p[8].kind == STEP_WAIT && p[8].ms == 2000 && !p[8].negated);
    CHECK_TEXT(p[8].text, "some text");
    CU_ASSERT(p[9].negated && p[9].ms == 100);
    CU_ASSERT(p[10].kind == STEP_SLEEP && p[10].ms == 1000);
    CHECK_TEXT(p[11].text, "a file.txt");
    script_finish(&s);
}

static void mistakes(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"size 120", "s:1: size needs COLUMNSxROWS"},
        {"\nsize 0x10", "s:2: a size of nothing"},
        {"size 99999x10", "s:1: a row, column or size is a small whole number"},
        {"key Ctrl-", "s:1: no key has this name"},
        {"key", "s:1: no key has this name"},
        {"keys a<Entr>", "s:1: no key has this name"},
        {"keys a<Enter", "s:1: a < without its >; the sign itself is <Less>"},
        {"keys \xff", "s:1: not a character"},
        {"click 1", "s:1: a row, column or size is a small whole number"},
        {"click -1 2", "s:1: a row, column or size is a small whole number"},
        {"wait until x", "s:1: wait needs a duration such as 2s"},
        {"wait 2s till x", "s:1: wait DURATION until TEXT, or while TEXT"},
        {"wait 2s until", "s:1: wait DURATION until TEXT, or while TEXT"},
        {"sleep", "s:1: sleep needs a duration such as 200ms"},
        {"dump", "s:1: dump needs a file, or - for the standard output"},
        {"presss x", "s:1: no such step; see rlbench-keys(7)"},
        {"keyss x", "s:1: no step 'keyss'; did you mean 'keys'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script s;
        struct err e;
        CU_ASSERT_EQUAL(parse(cases[i].text, &s, &e), ERR_DATA);
        CHECK_TEXT(e.text, cases[i].says);
    }
}

/* Every prefix and many mutations of a good script: an answer, never a crash. */
static void anything_is_answered(void)
{
    static const char good[] = "size 120x40\nkeys a<Enter>\nwait 2s until x\nclick 3 10\ndump f\n";
    for (size_t n = 0; n < sizeof good; n++)
        for (int bit = 0; bit < 8; bit++) {
            char text[sizeof good];
            memcpy(text, good, sizeof good);
            text[n] ^= (char)(1 << bit);
            struct script s;
            struct err e = ERR_INIT;
            if (script_parse("s", text, n, &s, &e) == OK)
                script_finish(&s);
            else
                CU_ASSERT_EQUAL(e.code, ERR_DATA);
            if (script_parse("s", text, sizeof good, &s, &e) == OK)
                script_finish(&s);
        }
}

CHECK_MAIN("script", {"steps", steps}, {"mistakes", mistakes},
           {"anything is answered", anything_is_answered})
