/* No verb at all: the workbench on the terminal. */
#include "cmd/cmd.h"
#include "tui/tui.h"

#include <stdlib.h>

static const struct opt opts[] = {
    {"glyphs", 0, "SET", "workbench: draw with braille, block or ascii characters"},
    {"plain", 0, NULL, "workbench: numbered menus and lines, for screen readers"},
    {"no-mouse", 0, NULL, "workbench: leave the mouse to the terminal"},
    {"script", 0, "FILE", "workbench: replay the keys in FILE without a terminal"},
    {NULL, 0, NULL, NULL},
};

static int run(struct cli *c, struct err *e)
{
    if (c->num_args)
        return err_set(e, ERR_USAGE, "no verb before '%s'; rlbench --help lists them", c->args[0]);
    char *database = cli_database(c);
    int status = tui_main(&(struct tui_options){.database = database,
                                                .plugin_path = cli_get(c, "plugin-path"),
                                                .color = cli_get(c, "color"),
                                                .glyphs = cli_get(c, "glyphs"),
                                                .script = cli_get(c, "script"),
                                                .plain = cli_has(c, "plain"),
                                                .no_mouse = cli_has(c, "no-mouse")},
                          e);
    free(database);
    return status;
}

const struct verb verb_workbench = {
    .name = "",
    .args = "",
    .doc = "the workbench",
    .opts = opts,
    .run = run,
};
