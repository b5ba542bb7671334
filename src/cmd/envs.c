/* rlbench envs: the environments, a page per environment, their exact models as arrays. */
#include "cmd/cmd.h"

#include "cmd/plugins.h"

#include <string.h>

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object a line"},
    {"set", 0, "KEY=VALUE", "with dump: change a parameter; may be repeated"},
    {"out", 0, "DIR", "with dump: the folder to write into"},
    {NULL, 0, NULL, NULL},
};

static int run(struct cli *c, struct err *e)
{
    static const enum desc_kind only = DESC_ENVIRONMENT;
    if (c->num_args > 0 && strcmp(c->args[0], "dump") == 0)
        return envs_dump(c, e);
    return plugins_list_or_show(c, &only, e);
}

const struct verb verb_envs = {
    .name = "envs",
    .args = "[NAME] | dump NAME|RECIPE",
    .doc = "list environments, show one, write its exact model as arrays",
    .examples =
        "rlbench envs                                  what is there\n"
        "rlbench envs garnet                           parameters, views, citation\n"
        "rlbench envs dump garnet --set states=50 --out m  P.npy, R.npy, … in the folder m\n"
        "rlbench envs dump fedsarsa.yaml --out m       one folder for each client",
    .opts = opts,
    .run = run,
};
