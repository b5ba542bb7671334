/* rlbench envs: the environments, a page per environment, their exact models as arrays. */
#include "cmd/cmd.h"

#include "cmd/plugins.h"

#include <string.h>

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object a line"},
    {NULL, 0, NULL, NULL},
};

static int run(struct cli *c, struct err *e)
{
    static const enum desc_kind only = DESC_ENVIRONMENT;
    return plugins_list_or_show(c, &only, e);
}

const struct verb verb_envs = {
    .name = "envs",
    .args = "[NAME] | dump NAME|RECIPE",
    .doc = "List environments, show one, write its exact model as arrays.",
    .examples = "rlbench envs                         what is there\n"
                "rlbench envs garnet                  parameters, views, citation",
    .opts = opts,
    .run = run,
};
