#include "base/mem.h"
#include "base/num.h"
#include "cmd/cmd.h"
#include "cmd/launch.h"
#include "cmd/planning.h"
#include "cmd/slurm.h"
#include "cmd/spool.h"
#include "cmd/spread.h"
#include "worker/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int run_only(const struct cli *cli, struct plan *plan, struct err *e)
{
    size_t n;
    char *database = cli_database(cli);
    int status = spool_parse_only(cli_get(cli, "only"), plan, &n, e);
    if (status == OK)
        status = spool_run(cli, plan, n, database, e);
    free(database);
    return status;
}

/* How the plan is run: the first way that is asked for. */
static const struct {
    const char *option, *value; /* value NULL: any */
    int (*launch)(const struct cli *cli, struct plan *plan, struct err *e);
} ways[] = {
    {"launcher", "slurm", slurm_launch},
    {"dry-run", NULL, print_plan},
    {"only", NULL, run_only},
    {"launcher", "local", planned_launch},
};

static int launch(const struct cli *cli, struct plan *plan, struct err *e)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const char *given = cli_get(cli, ways[i].option);
        if (given && (!ways[i].value || strcmp(given, ways[i].value) == 0))
            return ways[i].launch(cli, plan, e);
    }
    if (cli_has(cli, "launcher"))
        return err_set(e, ERR_USAGE, "--launcher %s: local or slurm", cli_get(cli, "launcher"));
    unsigned rank, size;
    return (spread_place(&rank, &size) ? spread_launch : planned_launch)(cli, plan, e);
}

enum { RANKS_MOST = 4096 };

/* --ranks K: for algorithms that can be spread, where MPI is. */
static int take_ranks(const struct cli *cli, struct plan *plan, struct err *e)
{
    const char *text = cli_get(cli, "ranks");
    unsigned rank, size;
    int64_t ranks = 0;
    const char *why = text ? num_parse_int(text, &ranks) : NULL;
    if (!text)
        return OK;
    if (why || ranks < 1 || ranks > RANKS_MOST)
        return err_set(e, ERR_USAGE, "--ranks %s: a number from 1 to %d", text, RANKS_MOST);
    if (ranks > 1 && spread_place(&rank, &size))
        return err_set(
            e, ERR_USAGE,
            "--ranks starts mpirun itself: either mpirun rlbench run spreads the runs of "
            "the plan, or rlbench run --ranks spreads each of them");
    for (size_t i = 0; i < plan->runs.len && ranks > 1; i++)
        if (!(plan->runs.data[i].algo->flags & RLB_A_RANKS))
            return err_set(e, ERR_USAGE, "--ranks: %s cannot be spread over ranks",
                           plan->runs.data[i].algo->id);
    plan->ranks = (uint32_t)ranks;
    return ranks > 1 && !cli_has(cli, "dry-run") ? ranks_available(e) : OK;
}

static int run(struct cli *cli, struct err *e)
{
    struct planned p;
    int status = planned_make(cli, &p, e);
    if (status == OK)
        status = take_ranks(cli, &p.plan, e);
    if (status == OK)
        status = launch(cli, &p.plan, e);
    planned_finish(&p);
    return status;
}

static const struct opt opts[] = {
    PLANNING_OPTS,
    LAUNCH_OPTS,
    {"dry-run", 'n', NULL, "say what would run, and the recipe with everything filled in"},
    {"launcher", 0, "NAME", "local; slurm: a job array, one task a run, merged at the end"},
    {"slurm-options", 0, "TEXT",
     "options of sbatch for its jobs: '--partition=long --time=1:00:00'"},
    {"ranks", 0, "K", "each run over K processes of MPI, for algorithms of many agents"},
    {"spool", 0, "DIR",
     "folder for the parts of a plan that is spread, by default beside the database"},
    {"only", 0, "N", "one run of the plan by its number, from 1; N@DIGEST: of just this plan"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_run = {
    .name = "run",
    .args = "RECIPE",
    .doc = "run a recipe: all its seeds, side by side, into the results database",
    .examples = "rlbench run quickstart\n"
                "rlbench run my.yaml --set algorithm.params.alpha=0.1 --seeds 10\n"
                "rlbench run my.yaml --detach\n"
                "rlbench run my.yaml --launcher slurm --slurm-options '--time=1:00:00'",
    .opts = opts,
    .run = run,
};
