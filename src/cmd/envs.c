/* rlbench envs: the environments, a page per environment, their exact models as arrays. */
#include "config.h"

#include "cmd/cmd.h"
#include "cmd/plugins.h"

#include <stdio.h>
#include <string.h>

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object a line"},
    {"set", 0, "KEY=VALUE", "with dump: change a parameter; may be repeated"},
    {"out", 0, "DIR", "with dump: the folder to write into"},
    {NULL, 0, NULL, NULL},
};

#ifdef HAVE_MUJOCO
static const char left_out[] = "";
#else
static const char left_out[] =
    "point-mass-maze, walker, cheetah and quadruped are left out: this rlbench was built without "
    "MuJoCo (libmujoco-dev)\n";
#endif

static int run(struct cli *c, struct err *e)
{
    static const enum desc_kind only = DESC_ENVIRONMENT;
    if (c->num_args > 0 && strcmp(c->args[0], "dump") == 0)
        return envs_dump(c, e);
    int status = plugins_list_or_show(c, &only, e);
    if (status == OK && c->num_args == 0 && !cli_has(c, "json"))
        fputs(left_out, stdout);
    return status;
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
