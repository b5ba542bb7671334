#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/launch.h"
#include "cmd/planning.h"

#include <stdio.h>
#include <stdlib.h>

/* The recipe with everything filled in, below comments that say what would happen. */
static int print_plan(const struct cli *cli, struct plan *plan, struct err *e)
{
    int jobs, status = launch_jobs(cli, plan->runs.len, &jobs, e);
    if (status != OK)
        return status;
    char *database = cli_database(cli);
    printf("# %zu runs, %d at a time, into %s\n", plan->runs.len, jobs, database);
    for (size_t i = 0; i < plan->runs.len; i++)
        printf("#   %s%sseed %llu\n", plan->runs.data[i].label,
               *plan->runs.data[i].label ? ", " : "", (unsigned long long)plan->runs.data[i].seed);
    fputs(plan->resolved_text, stdout);
    free(database);
    return OK;
}

static int run(struct cli *cli, struct err *e)
{
    struct planned p;
    int status = planned_make(cli, &p, e);
    if (status == OK)
        status = (cli_has(cli, "dry-run") ? print_plan : planned_launch)(cli, &p.plan, e);
    planned_finish(&p);
    return status;
}

static const struct opt opts[] = {
    PLANNING_OPTS,
    LAUNCH_OPTS,
    {"dry-run", 'n', NULL, "say what would run, and the recipe with everything filled in"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_run = {
    .name = "run",
    .args = "RECIPE",
    .doc = "run a recipe: all its seeds, side by side, into the results database",
    .examples = "rlbench run quickstart\n"
                "rlbench run my.yaml --set algorithm.params.alpha=0.1 --seeds 10\n"
                "rlbench run my.yaml --detach",
    .opts = opts,
    .run = run,
};
