/* From the recipe of a command line to runs: what `run` and `sweep` share. */
#ifndef RLBENCH_CMD_PLANNING_H
#define RLBENCH_CMD_PLANNING_H

#include "cmd/cmd.h"
#include "plan/plan.h"

/* A recipe, read and resolved; always to be finished. */
struct planned {
    struct recipe recipe;
    struct registry registry;
    struct plan plan;
};
/* Reads the one RECIPE with its --profile, --set and --seeds; what is wrong goes to stderr. */
int planned_make(const struct cli *cli, struct planned *out, struct err *e);
void planned_finish(struct planned *p);
/* Puts the runs into the database, with the commit of the recipe, and runs them as the LAUNCH_OPTS
 * say. */
int planned_launch(const struct cli *cli, struct plan *plan, struct err *e);

#define PLANNING_OPTS                                                                              \
    {"set", 's', "KEY=VALUE", "change a value of the recipe; may be given several times"},         \
        {"profile", 'p', "NAME", "with the keys of a profile; several: later ones win"},           \
    {                                                                                              \
        "seeds", 0, "SEEDS", "a number of seeds, or a list: 10, or 1,2,5"                          \
    }

#endif
