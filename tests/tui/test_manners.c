/* What every screen offers alike: completion, history, the clipboard, files. */
#include "base/file.h"
#include "chart/svg.h"
#include "check.h"
#include "tui/clipboard.h"
#include "tui/complete.h"
#include "tui/history.h"
#include "tui/live.h"
#include "tui/recipes_model.h"
#include "tui/tui.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct app app;
static char *folder;

static void open_app(enum scope screen)
{
    setenv("RLBENCH_RECIPES", "/nonexistent", 1);
    if (!getenv("SCRATCH") || chdir(getenv("SCRATCH")) != 0)
        exit(99);
    free(folder);
    folder = mem_printf("%s/state", getenv("SCRATCH"));
    app_init(&app, &(struct app_options){.database = "/nowhere/at/all.db",
                                         .theme = "dark",
                                         .state_folder = folder,
                                         .config_folder = folder});
    app.screen = screens[screen - 1];
    app.screen->enter(&app, app.states[screen - 1]);
}

static unsigned press(uint32_t key)
{
    return app_update(&app, &(struct event){.kind = EVENT_KEY, .key = key});
}

static void type(const char *text)
{
    for (; *text; text++)
        press((unsigned char)*text);
}

static void add_recipe(const char *name)
{
    struct recipes_model *m = app.states[SCOPE_RECIPES - 1];
    recipes_model_add(m, &(struct recipes_item){.path = name,
                                                .name = name,
                                                .describe = "says \"something\", too",
                                                .algorithm = "a",
                                                .env = "b",
                                                .duration = ""});
    recipes_model_arrange(m);
}

/* ---- the command line ---- */

static void tab_completes_names_and_what_they_take(void)
{
    open_app(SCOPE_RECIPES);
    add_recipe("quickstart");
    add_recipe("quick-look");
    press(':');
    type("them");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "theme "); /* the only one: on to what it takes */
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "theme dark"); /* nothing in common: one after the other */
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "theme light");
    CU_ASSERT(strstr(app.prompt.hint, "dark  light  mono  safe") != NULL);
    press(K_TAB);
    press(K_TAB);
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "theme dark");
    press(K_BACKSPACE);
    CHECK_TEXT(app.prompt.hint, "");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "theme dark ");
    press(K_ESC);
    press(':');
    type("run q");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "run quick"); /* as far as they agree */
    type("s");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "run quickstart ");
    press(K_ESC);
    press(':');
    type("re");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "recipes");
    CU_ASSERT(strstr(app.prompt.hint, "recipes") && strstr(app.prompt.hint, "redraw"));
    press(K_ESC);
    press(':');
    type("nonsense ");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "nonsense ");
    press(K_ESC);
    app_command(&app, "check quikstart");
    CHECK_TEXT(app.message.text, "no recipe quikstart; did you mean quickstart?");
    app_command(&app, "sort last");
    CHECK_TEXT(app.message.text, "sort is a command of Runs (:runs)");
    app_finish(&app);
}

static void files_are_completed(void)
{
    open_app(SCOPE_RUNS);
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(file_mkdirs("plots/old", &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic("plots/one.svg", "x", 1, &e), OK);
    press(':');
    type("export pl");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "export plots/");
    type("on");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "export plots/one.svg ");
    press(K_ESC);
    app_finish(&app);
}

static void commands_are_remembered(void)
{
    open_app(SCOPE_RUNS);
    press(':');
    type("sort last");
    press(K_ENTER);
    press(':');
    type("theme light");
    press(K_ENTER);
    app_finish(&app);
    open_app(SCOPE_RUNS); /* another day */
    press(':');
    type("dra");
    press(K_UP);
    CHECK_TEXT(app.prompt.text, "theme light");
    press(K_UP);
    CHECK_TEXT(app.prompt.text, "sort last");
    press(K_UP);
    CHECK_TEXT(app.prompt.text, "sort last");
    press(K_DOWN);
    press(K_DOWN);
    CHECK_TEXT(app.prompt.text, "dra"); /* what was begun is not lost */
    press(K_ESC);
    app_finish(&app);
}

static void a_history_keeps_lines_and_not_too_many(void)
{
    char *path = mem_printf("%s/lines", getenv("SCRATCH"));
    struct history h = {0}, two = {0};
    history_open(&h, path);
    history_add(&h, "SELECT 1\n  FROM x -- a \\n b");
    history_add(&h, "SELECT 1\n  FROM x -- a \\n b"); /* the same again */
    history_open(&two, path);
    history_add(&two, "from the other session");
    history_add(&h, "");
    CU_ASSERT_EQUAL(h.lines.len, 1);
    history_finish(&h);
    history_open(&h, path);
    CU_ASSERT_EQUAL_FATAL(h.lines.len, 2);
    CHECK_TEXT(h.lines.data[0], "SELECT 1\n  FROM x -- a \\n b");
    CHECK_TEXT(h.lines.data[1], "from the other session");
    for (int i = 0; i < 3 * HISTORY_MOST; i++) {
        char line[24];
        snprintf(line, sizeof line, "line %d", i);
        history_add(&h, line);
    }
    CU_ASSERT_EQUAL(h.lines.len, HISTORY_MOST);
    CHECK_TEXT(h.lines.data[0], "line 1000");
    history_finish(&h);
    history_finish(&two);
    history_open(&h, path); /* the file is made short again */
    CU_ASSERT_EQUAL(h.lines.len, HISTORY_MOST);
    struct buf text = {0};
    CU_ASSERT_EQUAL(file_read(path, 1 << 20, &text, NULL), OK);
    CU_ASSERT_EQUAL(strncmp(text.data, "line 1000\n", 10), 0);
    buf_finish(&text);
    history_finish(&h);
    free(path);
}

/* ---- the clipboard ---- */

static void texts_are_wrapped_for_what_stands_between(void)
{
    CU_ASSERT_EQUAL(clipboard_way("xterm-256color", NULL, NULL), CLIPBOARD_PLAIN);
    CU_ASSERT_EQUAL(clipboard_way("tmux-256color", "/tmp/tmux", NULL), CLIPBOARD_TMUX);
    CU_ASSERT_EQUAL(clipboard_way("screen", NULL, "123.pts"), CLIPBOARD_SCREEN);
    CU_ASSERT_EQUAL(clipboard_way("linux", NULL, NULL), CLIPBOARD_NONE);
    CU_ASSERT_EQUAL(clipboard_way("vt100", "", ""), CLIPBOARD_NONE);
    /* base 64 as in RFC 4648, section 10 */
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    struct buf out = {0};
    for (size_t i = 0; i < 7; i++) {
        char *want = mem_printf("\033]52;c;%s\a", vectors[i][1]);
        buf_clear(&out);
        CU_ASSERT(clipboard_encode(vectors[i][0], CLIPBOARD_PLAIN, &out));
        CHECK_TEXT(buf_text(&out), want);
        free(want);
    }
    buf_clear(&out);
    CU_ASSERT(clipboard_encode("foo", CLIPBOARD_TMUX, &out));
    CHECK_TEXT(buf_text(&out), "\033]52;c;Zm9v\a\033Ptmux;\033\033]52;c;Zm9v\a\033\\");
    buf_clear(&out);
    CU_ASSERT_FALSE(clipboard_encode("foo", CLIPBOARD_NONE, &out));
    CU_ASSERT_EQUAL(out.len, 0);
    char *most = mem_alloc(CLIPBOARD_MOST + 2);
    memset(most, 'x', CLIPBOARD_MOST + 1);
    CU_ASSERT_FALSE(clipboard_encode(most, CLIPBOARD_PLAIN, &out));
    most[CLIPBOARD_MOST] = '\0';
    CU_ASSERT(clipboard_encode(most, CLIPBOARD_SCREEN, &out));
    /* put together again, it is the plain sequence, and no string is longer than screen takes */
    struct buf plain = {0}, joined = {0};
    clipboard_encode(most, CLIPBOARD_PLAIN, &plain);
    for (const char *at = buf_text(&out); *at;) {
        CU_ASSERT_EQUAL_FATAL(strncmp(at, "\033P", 2), 0);
        const char *end = strstr(at + 2, "\033\\");
        CU_ASSERT_FATAL(end != NULL && end - at - 2 <= 250);
        buf_add(&joined, at + 2, (size_t)(end - at - 2));
        at = end + 2;
    }
    CHECK_TEXT(buf_text(&joined), buf_text(&plain));
    free(most);
    buf_finish(&out);
    buf_finish(&plain);
    buf_finish(&joined);
}

static void without_a_clipboard_there_is_a_file(void)
{
    open_app(SCOPE_RUNS);
    struct buf text = {0};
    CU_ASSERT(app_copy(&app, "rlbench show 1234") & REACT_COPY);
    clipboard_keep(&app); /* as the loop does when the terminal takes nothing */
    char *path = mem_printf("%s/copied.txt", folder);
    CU_ASSERT(strstr(app.message.text, "no clipboard: copied to ") != NULL);
    CU_ASSERT(strstr(app.message.text, "copied.txt") != NULL);
    CU_ASSERT_EQUAL(file_read(path, 100, &text, NULL), OK);
    CHECK_TEXT(buf_text(&text), "rlbench show 1234");
    buf_finish(&text);
    free(path);
    app_finish(&app);
}

static void the_picture_is_text(void)
{
    open_app(SCOPE_RUNS);
    app.rows = 24;
    app.cols = 80;
    app_command(&app, "copy picture");
    CU_ASSERT(strstr(app.clipboard, "No runs yet. 1 shows the recipes") != NULL);
    CU_ASSERT_EQUAL(strncmp(app.clipboard, "╭─ runs", strlen("╭─ runs")), 0);
    app_finish(&app);
}

/* A tmux of our own, which writes down what it is given, or is too old. */
static void tmux_is_asked_first(void)
{
    struct err e = ERR_INIT;
    struct buf text = {0};
    open_app(SCOPE_RUNS); /* for its folder */
    app_finish(&app);
    signal(SIGPIPE, SIG_IGN); /* as the workbench does */
    char *before = mem_strdup(getenv("PATH")),
         *path = mem_printf("%s/bin:%s", getenv("SCRATCH"), before);
    static const char good[] = "#!/bin/sh\necho \"$@\" >tmux.args; cat >tmux.text\n";
    static const char old[] = "#!/bin/sh\ncat >/dev/null; exit 1\n";
    CU_ASSERT_EQUAL(file_mkdirs("bin", &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic("bin/tmux", good, sizeof good - 1, &e), OK);
    chmod("bin/tmux", 0755);
    setenv("PATH", path, 1);
    CU_ASSERT(clipboard_tmux("a text\nof two lines"));
    CU_ASSERT_EQUAL(file_read("tmux.text", 100, &text, &e), OK);
    CHECK_TEXT(buf_text(&text), "a text\nof two lines");
    buf_clear(&text);
    CU_ASSERT_EQUAL(file_read("tmux.args", 100, &text, &e), OK);
    CHECK_TEXT(buf_text(&text), "load-buffer -w -\n");
    CU_ASSERT_EQUAL(file_write_atomic("bin/tmux", old, sizeof old - 1, &e), OK);
    chmod("bin/tmux", 0755);
    CU_ASSERT_FALSE(clipboard_tmux("a text"));
    setenv("PATH", "/nonexistent", 1);
    CU_ASSERT_FALSE(clipboard_tmux("a text"));
    setenv("PATH", before, 1);
    free(before);
    free(path);
    buf_finish(&text);
}

/* ---- files ---- */

static char *contents(const char *path)
{
    struct buf text = {0};
    if (file_read(path, 1 << 22, &text, NULL) != OK)
        buf_puts(&text, "(not there)");
    return text.data;
}

static void any_view_goes_into_a_file(void)
{
    open_app(SCOPE_RECIPES);
    add_recipe("first, of all");
    app_command(&app, "export list.csv");
    char *text = contents("list.csv");
    CHECK_TEXT(text, "name,path,describe,algorithm,environment,duration\n"
                     "\"first, of all\",\"first, of all\",\"says \"\"something\"\", too\",a,b,\n");
    free(text);
    app_command(&app, "export list.txt");
    text = contents("list.txt");
    CU_ASSERT(strstr(text, "first, of all") && strstr(text, "─ recipes"));
    free(text);
    app_command(&app, "export list.svg");
    text = contents("list.svg");
    CU_ASSERT(strstr(text, "<svg xmlns=") && strstr(text, "first, of all"));
    CU_ASSERT(strstr(text, "&quot;something&quot;") != NULL);
    free(text);
    app_command(&app, "export list.pdf");
    CHECK_TEXT(app.message.text, "list.pdf: a name ends in .txt, .svg or .csv, which says as what");
    CU_ASSERT_FALSE(file_exists("list.pdf"));
    app_command(&app, "export /nonexistent/x.txt");
    CU_ASSERT_EQUAL(app.message.tone, TONE_BAD);
    app_command(&app, "help");
    app_command(&app, "export keys.csv");
    CHECK_TEXT(app.message.text,
               "Help has no data of its own to write here; .txt and .svg draw it");
    CU_ASSERT_FALSE(file_exists("keys.csv"));
    app_finish(&app);
}

static void nothing_is_overwritten_without_a_question(void)
{
    open_app(SCOPE_RUNS);
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(file_write_atomic("mine.txt", "mine", 4, &e), OK);
    press('E');
    press(K_CTRL('U'));
    type("mine.txt");
    press(K_ENTER);
    CU_ASSERT_EQUAL(app.prompt.kind, PROMPT_CONFIRM);
    press('n');
    char *text = contents("mine.txt");
    CHECK_TEXT(text, "mine");
    free(text);
    app_command(&app, "export mine.txt");
    press('y');
    text = contents("mine.txt");
    CU_ASSERT(strstr(text, "No runs yet") != NULL);
    free(text);
    app_finish(&app);
}

static void a_grid_as_svg_keeps_its_place(void)
{
    struct grid g;
    struct buf out = {0};
    grid_init(&g, 2, 10);
    grid_text(&g, 1, 2, 8, ROLE_GOOD, ATTR_BOLD, "a<b");
    grid_fill(&g, (struct rect){0, 4, 1, 3}, ' ', ROLE_TEXT, ROLE_BAR, 0);
    svg_grid(&out, &g, false);
    CU_ASSERT(strstr(out.data, "<text x=\"18\" y=\"32\" textLength=\"27\" font-weight=\"bold\" "
                               "fill=\"#070\">a&lt;b</text>") != NULL);
    CU_ASSERT(strstr(out.data, "<rect x=\"36\" y=\"0\" width=\"27\" height=\"18\"") != NULL);
    buf_finish(&out);
    grid_finish(&g);
}

CHECK_MAIN("tui/manners",
           {"Tab completes names and what they take", tab_completes_names_and_what_they_take},
           {"files are completed", files_are_completed},
           {"commands are remembered", commands_are_remembered},
           {"a history keeps lines, and not too many", a_history_keeps_lines_and_not_too_many},
           {"texts are wrapped for what stands between", texts_are_wrapped_for_what_stands_between},
           {"without a clipboard there is a file", without_a_clipboard_there_is_a_file},
           {"the picture is text", the_picture_is_text},
           {"tmux is asked first", tmux_is_asked_first},
           {"any view goes into a file", any_view_goes_into_a_file},
           {"nothing is overwritten without a question", nothing_is_overwritten_without_a_question},
           {"a grid as SVG keeps its place", a_grid_as_svg_keeps_its_place})
