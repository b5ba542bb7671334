/* `rlbench` without a verb. */
#include "tui/tui.h"

#include "base/file.h"
#include "tui/config.h"
#include "tui/loop.h"
#include "tui/plain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int name_index(const char *name, const char *const *names, int n)
{
    for (int i = 0; name && i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static const char *theme_of(const struct config *c)
{
    return c->theme ? c->theme : "dark";
}

static bool has_mouse(const struct tui_options *o)
{
    return !o->no_mouse && config_get()->mouse != 0;
}

static int open_terminal(const struct tui_options *o, int *glyphs, char note[200],
                         struct terminal **out, struct err *e)
{
    static const char *const colors[] = {"auto", "always", "never"};
    static const char *const sets[] = {"braille", "block", "ascii"};
    const struct config *c = config_get();
    const char *no_color = getenv("NO_COLOR"); /* comes before the configuration */
    const char *wanted = o->color ? o->color : no_color && *no_color ? NULL : c->color;
    int color = wanted ? name_index(wanted, colors, 3) : COLOR_AUTO;
    if (color < 0)
        return err_set(e, ERR_USAGE, "--color is auto, always or never, not %s", o->color);
    *glyphs = name_index(o->glyphs ? o->glyphs : c->glyphs, sets, 3);
    if (o->glyphs && *glyphs < 0)
        return err_set(e, ERR_USAGE, "--glyphs is braille, block or ascii, not %s", o->glyphs);
    if (!o->script)
        return term_curses_create((enum color)color, theme_of(c), has_mouse(o), glyphs, note, out,
                                  e);
    if (*glyphs < 0)
        *glyphs = GLYPHS_BRAILLE;
    return term_script_create(o->script, out, e);
}

/* What is left behind, when somebody looks at the shell again. */
static void say_goodbye(size_t live)
{
    if (live)
        printf("%zu run%s on; rlbench opens %s again\n", live, live == 1 ? " goes" : "s go",
               live == 1 ? "it" : "them");
}

/* A terminal that cannot place the cursor, as editors and old consoles have. */
static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") == 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int tui_main(const struct tui_options *o, struct err *e)
{
    if (!o->script && (o->plain || is_dumb())) {
        if (!o->plain)
            printf("TERM=dumb cannot place the cursor: lines instead of a screen\n");
        return plain_main(o->database, o->plugin_path, e);
    }
    struct terminal *t = NULL;
    struct app app;
    char note[200] = "";
    int glyphs;
    int status = open_terminal(o, &glyphs, note, &t, e);
    if (status != OK)
        return status;
    signal(SIGPIPE, SIG_IGN);
    char *state = place_state(), *config = place_config();
    app_init(&app, &(struct app_options){.database = o->database,
                                         .plugin_path = o->plugin_path,
                                         .state_folder = state,
                                         .config_folder = config,
                                         .glyphs = (enum glyphs)glyphs,
                                         .theme = theme_of(config_get()),
                                         .mouse = has_mouse(o)});
    free(state);
    free(config);
    if (note[0])
        app_say(&app, TONE_WARN, "%s", note);
    status = loop_run(&app, t, e);
    app_poll_data(&app); /* what is true now, not at the last look */
    size_t live = app.num_live;
    t->ops->destroy(t);
    app_finish(&app);
    if (status == OK && !o->script)
        say_goodbye(live);
    return status;
}
