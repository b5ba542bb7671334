#include "base/build.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/launch.h"
#include "cmd/results.h"
#include "plan/plan.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_diags(const struct recipe *recipe)
{
    struct buf b = {0};
    recipe_print_diags(recipe, &b);
    fputs(buf_text(&b), stderr);
    buf_finish(&b);
}

static int make_plan(const struct cli *cli, struct recipe *recipe, const struct registry *reg,
                     struct plan *plan, struct err *e)
{
    VEC(const char *) sets = {0};
    for (size_t i = 0; cli_get_nth(cli, "set", i); i++)
        vec_push(&sets, cli_get_nth(cli, "set", i));
    int status = plan_make(recipe, reg, sets.data, sets.len, cli_get(cli, "seeds"), plan, e);
    vec_finish(&sets);
    return status;
}

/* The recipe with everything filled in, below comments that say what would happen. */
static int print_plan(const struct plan *plan, const char *database, int jobs)
{
    printf("# %zu runs, %d at a time, into %s\n", plan->runs.len, jobs, database);
    for (size_t i = 0; i < plan->runs.len; i++)
        printf("#   %s%sseed %llu\n", plan->runs.data[i].label,
               *plan->runs.data[i].label ? ", " : "", (unsigned long long)plan->runs.data[i].seed);
    fputs(plan->resolved_text, stdout);
    return OK;
}

static int launch(const struct cli *cli, struct plan *plan, struct err *e)
{
    char build[256];
    char *database = cli_database(cli);
    struct store *store = NULL;
    int64_t experiment, *runs = mem_alloc(plan->runs.len * sizeof *runs);
    int jobs, status = launch_jobs(cli, plan->runs.len, &jobs, e);
    if (status != OK)
        goto free_all;
    if (cli_has(cli, "dry-run")) {
        status = print_plan(plan, database, jobs);
        goto free_all;
    }
    plan_note_repository(plan);
    status = store_open_write(database, &store, e);
    if (status == OK)
        status = store_add_plan(store, plan, build_line(build, sizeof build), &experiment, runs, e);
    store_close(store);
    if (status == OK)
        status = launch_runs(cli, database, runs, plan->runs.len, jobs, e);
free_all:
    free(runs);
    free(database);
    return status;
}

static int run(struct cli *cli, struct err *e)
{
    if (cli->num_args != 1)
        return err_set(e, ERR_USAGE, "one recipe: a file, or the name of a shipped or own one");
    struct recipe recipe = {0};
    struct registry registry = {0};
    struct plan plan = {0};
    char *path = recipe_find(cli->args[0]);
    int status = recipe_read(path, &recipe, e);
    for (size_t i = 0; recipe.root && cli_get_nth(cli, "profile", i); i++)
        status = recipe_use_profile(&recipe, cli_get_nth(cli, "profile", i), e);
    if (status == OK || recipe.root) /* a tree with mistakes: the rest of them, too */
        status = registry_load(&registry, cli_get(cli, "plugin-path"), e);
    if (status == OK && recipe.root)
        status = make_plan(cli, &recipe, &registry, &plan, e);
    print_diags(&recipe);
    if (status == ERR_DATA && recipe_errors(&recipe))
        err_set(e, ERR_DATA, "%zu error%s, nothing was run; see man rlbench-recipe",
                recipe_errors(&recipe), recipe_errors(&recipe) == 1 ? "" : "s");
    if (status == OK)
        status = launch(cli, &plan, e);
    plan_finish(&plan);
    registry_finish(&registry);
    recipe_finish(&recipe);
    free(path);
    return status;
}

static const struct opt opts[] = {
    {"set", 's', "KEY=VALUE", "change a value of the recipe; may be given several times"},
    {"profile", 'p', "NAME", "with the keys of a profile of the recipe; several: later ones win"},
    {"seeds", 0, "SEEDS", "a number of seeds, or a list: 10, or 1,2,5"},
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
