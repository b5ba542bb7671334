/* The configuration: what it takes, what it refuses and how it says so, keys of one's own. */
#include "base/file.h"
#include "check.h"
#include "fuzz.h"
#include "tui/config.h"
#include "tui/keymap.h"
#include "tui/tui.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int parse(const char *text, struct config *c, struct buf *diags)
{
    struct err e = ERR_INIT;
    buf_clear(diags);
    return config_parse("config.yml", text, strlen(text), c, diags, &e);
}

static void everything_it_takes(void)
{
    struct config c;
    struct buf diags = {0};
    setenv("HOME", "/home/me", 1);
    CU_ASSERT_EQUAL(parse("theme: safe\nglyphs: ascii\ncolor: never\nmouse: no\njobs: 1k\n"
                          "database: ~/rl/r.db\neditor: emacs -nw\n",
                          &c, &diags),
                    OK);
    CHECK_TEXT(buf_text(&diags), "");
    CHECK_TEXT(c.theme, "safe");
    CHECK_TEXT(c.glyphs, "ascii");
    CHECK_TEXT(c.color, "never");
    CHECK_TEXT(c.database, "/home/me/rl/r.db");
    CHECK_TEXT(c.editor, "emacs -nw");
    CU_ASSERT_EQUAL(c.mouse, 0);
    CU_ASSERT_EQUAL(c.jobs, 1000);
    config_finish(&c);
    static const char *const nothing[] = {"", "\n\n", "# theme: dark\n", "  # a\n\n #b"};
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(parse(nothing[i], &c, &diags), OK);
        CU_ASSERT(!c.theme && !c.database && c.mouse == -1 && c.jobs == 0);
        config_finish(&c);
    }
    buf_finish(&diags);
}

static void mistakes_have_a_place(void)
{
    static const struct {
        const char *text, *place, *hint;
    } cases[] = {
        {"theme: drak\n", "config.yml:1:8: error: drak is no theme", "did you mean dark?"},
        {"a: 1\nthme: dark\n", "config.yml:2:1: error: thme is not a key of the configuration",
         "did you mean theme?"},
        {"theme: [dark]\n", "config.yml:1:8: error: theme takes one value", ""},
        {"mouse: 3\n", "config.yml:1:8: error: mouse: 3 is not true or false", ""},
        {"jobs: 0\n", "config.yml:1:7: error: jobs: between 1 and 4096, not 0", ""},
        {"jobs: many\n", "config.yml:1:7: error: jobs: between 1 and 4096, not many", ""},
        {"database: here.db\n", "config.yml:1:11: error: database: here.db depends", "~/"},
        {"editor: \"\"\n", "config.yml:1:9: error: editor: an empty command", ""},
        {"theme: dark\ntheme: light\n", "config.yml:2:1: error: theme is given twice", ""},
        {"theme: [dark\n", "config.yml:2:1: error:", "missing"},
        {"- theme\n", "config.yml:1:1: error: the configuration is a mapping", "rlbench-config(5)"},
        {"keys: P\n", "config.yml:1:7: error: keys takes screens", ""},
        {"keys: {lve: {pause: P}}\n", "config.yml:1:8: error: lve is no screen",
         "did you mean live?"},
        {"keys: {live: P}\n", "config.yml:1:14: error: live takes actions", ""},
        {"keys: {live: {pase: P}}\n", "config.yml:1:15: error: pase is no action of live",
         "did you mean pause?"},
        {"keys: {live: {pause: Ctrl-Alt}}\n", "config.yml:1:22: error: no key is called Ctrl-Alt",
         "Ctrl-P"},
        {"keys: {live: {pause: {a: b}}}\n", "config.yml:1:22: error: an action takes keys", ""},
        {"keys: {live: {pause: j}}\n", "config.yml:1:22: error: j moves", ""},
        {"keys: {live: {pause: [P, Left]}}\n", "config.yml:1:26: error: Left moves", ""},
        {"keys: {everywhere: {down: J}}\n", "config.yml:1:27: error: hjkl and the arrows stay", ""},
    };
    struct buf diags = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config c;
        CU_ASSERT_EQUAL(parse(cases[i].text, &c, &diags), ERR_CONFIG);
        bool told = strstr(buf_text(&diags), cases[i].place) && strstr(diags.data, cases[i].hint);
        if (!told)
            fprintf(stderr, "%s--- said\n%s", cases[i].text, buf_text(&diags));
        CU_ASSERT(told);
        CU_ASSERT(!c.theme && c.jobs == 0); /* nothing of it holds */
        config_finish(&c);
    }
    buf_finish(&diags);
}

/* ---- keys ---- */

static void keys_of_ones_own(void)
{
    struct config c;
    struct buf diags = {0};
    char text[24];
    CU_ASSERT_EQUAL(parse("keys:\n  everywhere: {quit: Q Ctrl-C, theme: [T, F12]}\n"
                          "  live: {pause: \"P ctrl-p\", stop: \"\", smoother: Greater, "
                          "later: \".\"}\n",
                          &c, &diags),
                    OK);
    CHECK_TEXT(buf_text(&diags), "");
    CU_ASSERT_EQUAL(action_for_key(SCOPE_RUNS, 'Q'), ACT_QUIT);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_RUNS, 'q'), ACT_NONE);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_RUNS, K_F12), ACT_THEME);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, 'P'), ACT_LIVE_PAUSE);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, K_CTRL('P')), ACT_LIVE_PAUSE);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, 'p'), ACT_NONE);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_RUNS, 'p'), ACT_RUN_PAUSE); /* another screen's */
    CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, 'S'), ACT_NONE);
    CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, '>'), ACT_LIVE_SMOOTHER);
    CHECK_TEXT(action_key_text(ACT_LIVE_PAUSE, text, sizeof text), "P");
    CHECK_TEXT(action_keys(ACT_LIVE_PAUSE), "P Ctrl-P");
    /* the key bar and the help show them */
    struct app a;
    struct grid g;
    struct buf out = {0};
    app_init(&a, &(struct app_options){.database = "/nowhere.db", .theme = "dark"});
    a.screen = screens[SCOPE_LIVE - 1];
    grid_init(&g, 24, 80);
    app_view(&a, &g);
    grid_dump(&g, &out);
    CU_ASSERT(strstr(out.data, " P pause") != NULL);
    CU_ASSERT_PTR_NULL(strstr(out.data, "p pause"));
    app_act(&a, ACT_HELP, "");
    buf_clear(&out);
    app_view(&a, &g);
    grid_dump(&g, &out);
    CU_ASSERT(strstr(out.data, "P Ctrl-P") != NULL);
    grid_finish(&g);
    buf_finish(&out);
    app_finish(&a);
    config_finish(&c);
    keymap_reset();
    CU_ASSERT_EQUAL(action_for_key(SCOPE_RUNS, 'q'), ACT_QUIT);
    buf_finish(&diags);
}

static void conflicts_name_both(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"keys: {live: {pause: v}}\n", ":1:22: error: v would be pause (live) and view (live)"},
        {"keys: {live: {pause: t}}\n",
         ":1:22: error: t would be pause (live) and theme (everywhere)"},
        {"keys: {everywhere: {quit: S}}\n", "S would be quit (everywhere) and stop (runs)"},
        {"keys: {live: {pause: X, stop: X}}\n", "X would be stop (live) and pause (live)"},
    };
    static const char *const fine[] = {
        "keys: {live: {pause: v, view: p}}\n", /* changed places */
        "keys: {live: {pause: a}}\n",          /* a of other screens */
        "keys: {live: {pause: t}, everywhere: {theme: T}}\n",
        "keys: {everywhere: {quit: Q Ctrl-C}}\n", /* shared in the table, too */
        "keys: {live: {pause: p p}}\n",
    };
    struct config c;
    struct buf diags = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(parse(cases[i].text, &c, &diags), ERR_CONFIG);
        if (!strstr(buf_text(&diags), cases[i].says))
            fprintf(stderr, "%s--- said\n%s", cases[i].text, buf_text(&diags));
        CU_ASSERT(strstr(buf_text(&diags), cases[i].says) != NULL);
        CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, 'p'), ACT_LIVE_PAUSE); /* nothing holds */
        config_finish(&c);
    }
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        CU_ASSERT_EQUAL(parse(fine[i], &c, &diags), OK);
        CHECK_TEXT(buf_text(&diags), "");
        config_finish(&c);
    }
    keymap_reset();
    buf_finish(&diags);
}

/* Whatever the file is: it is taken or told of, and then nothing of it holds. */
static void any_file_at_all(void)
{
    static const char good[] =
        "theme: safe\nmouse: no\njobs: 4\ndatabase: ~/rl/r.db\neditor: vi\nkeys:\n"
        "  everywhere: {quit: Q Ctrl-C, theme: [T, F12]}\n  live: {pause: P, stop: \"\"}\n";
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 2);
    struct buf text = {0}, diags = {0};
    for (int i = 0; i < 4000; i++) {
        struct config c;
        buf_clear(&text);
        buf_clear(&diags);
        buf_add(&text, good, sizeof good - 1);
        for (int k = i % 8; k >= 0; k--)
            fuzz_mutate(&rng, &text);
        char *exact = malloc(text.len + 1);
        memcpy(exact, buf_text(&text), text.len + 1);
        struct err e = ERR_INIT;
        int status = config_parse("config.yml", exact, text.len, &c, &diags, &e);
        free(exact);
        CU_ASSERT(status == OK || (status == ERR_CONFIG && diags.len > 0));
        CU_ASSERT(status == OK || (!c.theme && action_for_key(SCOPE_HELP, 'q') == ACT_QUIT));
        CU_ASSERT_EQUAL(action_for_key(SCOPE_LIVE, 'j'), ACT_DOWN);
        config_finish(&c);
    }
    keymap_reset();
    buf_finish(&text);
    buf_finish(&diags);
}

/* ---- the program ---- */

static int run(const char *arguments, struct buf *out)
{
    char *line = mem_printf("'%s' %s 2>&1", getenv("RLBENCH_SELF"), arguments), part[512];
    FILE *f = popen(line, "r");
    buf_clear(out);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, part, n);
    free(line);
    int status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void write_config(const char *text)
{
    char *folder = place_config(), *path = mem_printf("%s/config.yml", folder);
    struct err e = ERR_INIT;
    if (file_mkdirs(folder, &e) != OK || file_write_atomic(path, text, strlen(text), &e) != OK)
        exit(99);
    free(folder);
    free(path);
}

static void the_program_keeps_to_it(void)
{
    struct buf out = {0};
    if (chdir(getenv("SCRATCH")) != 0)
        exit(99);
    unsetenv("RLBENCH_DB");
    write_config("them: dark\n");
    CU_ASSERT_EQUAL(run("ls", &out), ERR_CONFIG);
    CU_ASSERT(strstr(buf_text(&out), "config.yml:1:1: error: them is not a key") != NULL);
    CU_ASSERT(strstr(buf_text(&out), "has 1 mistake; see rlbench-config(5)") != NULL);
    CU_ASSERT_EQUAL(run("ls --help", &out), OK);
    CU_ASSERT_EQUAL(run("--version", &out), OK);
    CU_ASSERT_EQUAL(run("completion words -- l", &out), OK);
    CU_ASSERT(strstr(buf_text(&out), "error") == NULL);
    run("doctor", &out);
    CU_ASSERT(strstr(buf_text(&out), "BAD   config file") != NULL);
    char *text = mem_printf("database: %s/elsewhere/mine.db\n", getenv("SCRATCH"));
    write_config(text);
    run("doctor", &out);
    CU_ASSERT(strstr(buf_text(&out), "ok    config file") != NULL);
    CU_ASSERT(strstr(buf_text(&out), "/elsewhere/mine.db") != NULL);
    run("doctor --db named.db", &out); /* what is said on the command line comes first */
    CU_ASSERT(strstr(buf_text(&out), "/elsewhere/mine.db") == NULL);
    setenv("RLBENCH_DB", "variable.db", 1);
    run("doctor", &out);
    CU_ASSERT(strstr(buf_text(&out), "/elsewhere/mine.db") == NULL);
    free(text);
    buf_finish(&out);
}

CHECK_MAIN("tui/config", {"everything it takes", everything_it_takes},
           {"mistakes have a place", mistakes_have_a_place},
           {"keys of one's own", keys_of_ones_own}, {"conflicts name both", conflicts_name_both},
           {"any file at all", any_file_at_all},
           {"the program keeps to it", the_program_keeps_to_it})
