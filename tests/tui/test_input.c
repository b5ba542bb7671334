/* Typing: the line at the bottom, commands, filters, editors. */
#include "check.h"
#include "tui/editor.h"
#include "tui/match.h"
#include "tui/recipes_model.h"
#include "tui/runs_model.h"
#include "tui/starter.h"
#include "tui/tui.h"

#include <stdlib.h>
#include <unistd.h>

static struct app app;

static void open_app(enum scope screen)
{
    const char *scratch = getenv("SCRATCH"); /* a folder without recipes */
    setenv("RLBENCH_RECIPES", "/nonexistent", 1);
    if (!scratch || chdir(scratch) != 0)
        exit(99);
    app_init(&app, &(struct app_options){.database = "/nowhere/at/all.db", .theme = "dark"});
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

static void a_text_field_gets_raw_keys(void)
{
    open_app(SCOPE_RECIPES);
    struct recipes_model *m = app.states[SCOPE_RECIPES - 1];
    recipes_model_add(m, &(struct recipes_item){.path = "a",
                                                .name = "hjklq:",
                                                .describe = "",
                                                .algorithm = "",
                                                .env = "",
                                                .duration = ""});
    recipes_model_add(m, &(struct recipes_item){.path = "b",
                                                .name = "other",
                                                .describe = "",
                                                .algorithm = "",
                                                .env = "",
                                                .duration = ""});
    recipes_model_arrange(m);
    press('/');
    type("hjklq:"); /* q does not quit, : asks nothing: all of it is text */
    CU_ASSERT_EQUAL(app.prompt.kind, PROMPT_TEXT);
    CHECK_TEXT(app.prompt.text, "hjklq:");
    CHECK_TEXT(m->filter, "hjklq:"); /* the list follows while typing */
    CU_ASSERT_EQUAL(m->shown.len, 1);
    press(K_ENTER);
    CU_ASSERT_EQUAL(app.prompt.kind, PROMPT_NONE);
    CU_ASSERT_EQUAL(m->shown.len, 1);
    press(K_ESC); /* drops the filter */
    CU_ASSERT_EQUAL(m->shown.len, 2);
    press('/');
    type("other");
    press(K_ESC); /* as it was before */
    CHECK_TEXT(m->filter, "");
    app_finish(&app);
}

static void editing(void)
{
    open_app(SCOPE_RUNS);
    press(':');
    type("runs one two");
    press(K_CTRL('W'));
    CHECK_TEXT(app.prompt.text, "runs one ");
    press(K_HOME);
    press(K_DELETE);
    press(0x00E9); /* é */
    press(0x65E5);
    press(K_LEFT);
    press(K_LEFT);
    press('x');
    CHECK_TEXT(app.prompt.text, "xé日uns one ");
    press(K_END);
    press(K_BACKSPACE);
    press(K_CTRL('A'));
    press(K_CTRL('K'));
    CHECK_TEXT(app.prompt.text, "");
    for (int i = 0; i < 2000; i++)
        press(0x65E5);
    CU_ASSERT(app.prompt.len < sizeof app.prompt.text);
    press(K_CTRL('U'));
    press(K_BACKSPACE); /* of nothing: leaves */
    CU_ASSERT_EQUAL(app.prompt.kind, PROMPT_NONE);
    app_finish(&app);
}

static void commands(void)
{
    open_app(SCOPE_RUNS);
    press(':');
    type("rec");
    press(K_TAB);
    CHECK_TEXT(app.prompt.text, "recipes ");
    press(K_ENTER);
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_RECIPES);
    press(':');
    press(K_UP);
    CHECK_TEXT(app.prompt.text, "recipes ");
    press(K_DOWN);
    CHECK_TEXT(app.prompt.text, "");
    type("recipies");
    press(K_ENTER);
    CHECK_TEXT(app.message.text, "no command recipies here; did you mean recipes?");
    press('2');
    CHECK_TEXT(app.message.text, ""); /* said until the next key */
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_RUNS);
    app_command(&app, "  sort   lst ");
    CHECK_TEXT(app.message.text, "no column lst: start, state, recipe, algorithm, world, done, "
                                 "last or speed");
    app_command(&app, "sort last");
    CU_ASSERT_EQUAL(((struct runs_model *)app.states[SCOPE_RUNS - 1])->sort, SORT_LAST);
    app_command(&app, "theme purple");
    CHECK_TEXT(app.message.text, "no theme purple: dark, light, safe or mono");
    CU_ASSERT(app_command(&app, "glyphs ascii") & REACT_DRAW);
    CU_ASSERT_EQUAL(app.look.glyphs, GLYPHS_ASCII);
    CU_ASSERT(app_command(&app, "q") & REACT_QUIT);
    CU_ASSERT(press(K_F1 + 9) & REACT_QUIT);
    app_finish(&app);
}

static void help_goes_back_where_it_came_from(void)
{
    open_app(SCOPE_RUNS);
    press('1');
    press('?');
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_HELP);
    CU_ASSERT(!(press('q') & REACT_QUIT));
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_RECIPES);
    press('?');
    press(K_ESC);
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_RECIPES);
    press(K_ESC);
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_RUNS);
    app_finish(&app);
}

static unsigned yes(struct app *a, void *ctx, const char *text)
{
    (void)a, (void)text;
    ++*(int *)ctx;
    return REACT_NONE;
}

static void questions_want_y(void)
{
    open_app(SCOPE_RUNS);
    const uint32_t no[] = {'n', K_ENTER, K_ESC, 'q', ' ', K_UP};
    int asked = 0;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        prompt_confirm(&app.prompt, "Really?", yes, &asked);
        press(no[i]);
        CU_ASSERT_EQUAL(app.prompt.kind, PROMPT_NONE);
    }
    CU_ASSERT_EQUAL(asked, 0);
    prompt_confirm(&app.prompt, "Really?", yes, &asked);
    press('y');
    CU_ASSERT_EQUAL(asked, 1);
    app_finish(&app);
}

static void the_key_bar_can_be_clicked(void)
{
    open_app(SCOPE_RUNS);
    struct grid g;
    grid_init(&g, 24, 80);
    app.rows = 24;
    app.cols = 80;
    app_view(&app, &g);
    CU_ASSERT_FATAL(app.num_bar > 3);
    for (size_t i = 0; i < app.num_bar; i++)
        if (app.bar[i].act == ACT_HELP)
            app_update(&app, &(struct event){.kind = EVENT_MOUSE,
                                             .mouse = {23, app.bar[i].col + 2, MOUSE_CLICK}});
    CU_ASSERT_EQUAL(app.screen->scope, SCOPE_HELP);
    press('q');
    app_view(&app, &g);
    CU_ASSERT_EQUAL(app.bar[3].act, ACT_RUN_SORT);
    press(K_F1 + 4); /* F5: the fourth of the bar */
    CU_ASSERT_EQUAL(((struct runs_model *)app.states[SCOPE_RUNS - 1])->sort, SORT_STATE);
    grid_finish(&g);
    app_finish(&app);
}

/* No key and no command on any screen without data may harm. */
static void every_action_on_an_empty_screen(void)
{
    struct grid g;
    grid_init(&g, 24, 80);
    for (int screen = 1; screen < SCOPE_COUNT; screen++)
        for (int act = 1; act < ACT_COUNT; act++) {
            open_app((enum scope)screen);
            app.rows = 24;
            app.cols = 80;
            app_act(&app, (enum action)act, "");
            app_act(&app, (enum action)act, "nonsense");
            app_view(&app, &g);
            app_finish(&app);
        }
    grid_finish(&g);
}

static void filters(void)
{
    static const struct {
        const char *typed;
        bool matches;
    } cases[] = {{"", true},      {"FED", true},     {"^fed", true}, {"^sarsa", false},
                 {"!fed", false}, {"!xyz", true},    {"[", false},   {"a[", true},
                 {"s.r", true},   {"(fed|x)", true}, {"!", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct match m;
        match_init(&m, cases[i].typed);
        const char *const texts[] = {"fedsarsa a[1]", "garnet", NULL};
        bool plain_bracket = strcmp(cases[i].typed, "[") == 0;
        CU_ASSERT_EQUAL(match_any(&m, texts), cases[i].matches || plain_bracket);
        match_finish(&m);
    }
}

static void editors_are_told_the_place(void)
{
    static const struct {
        const char *editor, *command;
    } cases[] = {
        {"vi", "vi +7 'it'\\''s.yaml'"},
        {"/usr/bin/vim -u NONE", "/usr/bin/vim -u NONE '+call cursor(7,12)' 'it'\\''s.yaml'"},
        {"nano", "nano +7,12 'it'\\''s.yaml'"},
        {"emacs -nw", "emacs -nw +7:12 'it'\\''s.yaml'"},
        {"unheard-of --wait", "unheard-of --wait 'it'\\''s.yaml'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *command = editor_command(cases[i].editor, "it's.yaml", 7, 12);
        CHECK_TEXT(command, cases[i].command);
        free(command);
    }
    char *command = editor_command("nano", "a", 0, 0);
    CHECK_TEXT(command, "nano 'a'");
    free(command);
}

static void answers_of_a_starter(void)
{
    struct starter_answer l;
    starter_parse("errors 2\nline 7\ncolumn 12\nruns 0\n---\nfirst\nsecond\n", &l);
    CU_ASSERT(l.understood && l.errors == 2 && l.line == 7 && l.column == 12);
    CHECK_TEXT(l.text, "first\nsecond\n");
    starter_finish(&l);
    starter_parse("errors 0\nruns 2\nrun 41\nrun 42\n---\n", &l);
    CU_ASSERT(l.understood && l.ids.len == 2 && l.ids.data[1] == 42);
    starter_finish(&l);
    starter_parse("errors 0\nru", &l); /* died on the way */
    CU_ASSERT(!l.understood);
    starter_finish(&l);
}

CHECK_MAIN("input", {"a text field gets raw keys", a_text_field_gets_raw_keys},
           {"editing", editing}, {"commands", commands},
           {"help goes back where it came from", help_goes_back_where_it_came_from},
           {"questions want y", questions_want_y},
           {"the key bar can be clicked", the_key_bar_can_be_clicked},
           {"every action on an empty screen", every_action_on_an_empty_screen},
           {"filters", filters}, {"editors are told the place", editors_are_told_the_place},
           {"answers of a starter", answers_of_a_starter})
