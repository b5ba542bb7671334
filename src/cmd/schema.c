/* rlbench schema: JSON Schema of recipes, for completion and checks in editors. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "plan/schema.h"

#include <stdio.h>
#include <string.h>

static const struct opt opts[] = {
    {"out", 'o', "FILE", "write it there instead of to standard output"},
    {NULL, 0, NULL, NULL},
};

static int run(struct cli *c, struct err *e)
{
    struct registry reg = {0};
    struct buf text = {0};
    const char *path = cli_get(c, "out");
    if (c->num_args > 0)
        return err_set(e, ERR_USAGE, "takes no argument; rlbench schema --out %s", c->args[0]);
    int status = registry_load(&reg, cli_get(c, "plugin-path"), e);
    if (status != OK)
        goto finish;
    schema_write(&reg, &text);
    if (path)
        status = file_write_atomic(path, text.data, text.len, e);
    else
        fwrite(text.data, 1, text.len, stdout);
finish:
    buf_finish(&text);
    registry_finish(&reg);
    return status;
}

const struct verb verb_schema = {
    .name = "schema",
    .args = "[OPTION]...",
    .doc = "JSON Schema of recipes with the parameters of all plugins, for editors",
    .examples = "rlbench schema --out rlbench-recipe.json\n"
                "then, as the first line of a recipe:\n"
                "# yaml-language-server: $schema=rlbench-recipe.json\n",
    .opts = opts,
    .run = run,
};
