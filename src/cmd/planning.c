#include "cmd/planning.h"

#include "cmd/gates.h"

#include "base/build.h"
#include "cmd/launch.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

static void print_diags(const struct recipe *recipe)
{
    struct buf b = {0};
    recipe_print_diags(recipe, &b);
    fputs(buf_text(&b), stderr);
    buf_finish(&b);
}

static int resolve(const struct cli *cli, struct planned *p, struct err *e)
{
    VEC(const char *) sets = {0};
    for (size_t i = 0; cli_get_nth(cli, "set", i); i++)
        vec_push(&sets, cli_get_nth(cli, "set", i));
    int status = plan_make(&p->recipe, &p->registry, sets.data, sets.len, cli_get(cli, "seeds"),
                           &p->plan, e);
    vec_finish(&sets);
    return status;
}

int planned_make(const struct cli *cli, struct planned *out, struct err *e)
{
    *out = (struct planned){0};
    if (cli->num_args != 1)
        return err_set(e, ERR_USAGE, "one recipe: a file, or the name of a shipped or own one");
    char *path = recipe_find(cli->args[0]);
    int status = recipe_read(path, &out->recipe, e);
    for (size_t i = 0; out->recipe.root && cli_get_nth(cli, "profile", i); i++)
        status = recipe_use_profile(&out->recipe, cli_get_nth(cli, "profile", i), e);
    if (status == OK || out->recipe.root) /* a tree with mistakes: the rest of them, too */
        status = registry_load(&out->registry, cli_get(cli, "plugin-path"), e);
    if (status == OK && out->recipe.root)
        status = resolve(cli, out, e);
    print_diags(&out->recipe);
    if (status == ERR_DATA && recipe_errors(&out->recipe))
        err_set(e, ERR_DATA, "%zu error%s, nothing was run; see man rlbench-recipe",
                recipe_errors(&out->recipe), recipe_errors(&out->recipe) == 1 ? "" : "s");
    free(path);
    return status;
}

void planned_finish(struct planned *p)
{
    plan_finish(&p->plan);
    registry_finish(&p->registry);
    recipe_finish(&p->recipe);
}

int planned_launch(const struct cli *cli, struct plan *plan, struct err *e)
{
    char build[256];
    char *database = cli_database(cli);
    struct store *store = NULL;
    int64_t experiment, *runs = mem_alloc(plan->runs.len * sizeof *runs);
    int jobs, status = launch_jobs(cli, plan->runs.len, &jobs, e);
    if (status == OK) {
        plan_note_repository(plan);
        status = store_open_write(database, &store, e);
    }
    if (status == OK)
        status = store_add_plan(store, plan, build_line(build, sizeof build), &experiment, runs, e);
    store_close(store);
    if (status == OK)
        status = launch_runs(cli, database, runs, plan->runs.len, jobs, e);
    if (status == OK && plan->gates.len && !cli_has(cli, "detach"))
        status = gates_check(database, runs, plan->runs.len, true, e);
    free(runs);
    free(database);
    return status;
}
