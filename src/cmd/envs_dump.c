/* rlbench envs dump: the exact model of an environment, or of what a recipe makes of it. */
#include "cmd/plugins.h"

#include "base/file.h"
#include "base/text.h"
#include "module/dump.h"
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts "name=value" of one plugin; owned. */
typedef VEC(const char *) assignments;

static void finish(assignments *a)
{
    for (size_t i = 0; i < a->len; i++)
        free((void *)(uintptr_t)a->data[i]);
    vec_finish(a);
}

static void announce(const struct buf *files)
{
    fputs(files->data ? files->data : "", stdout);
}

/* --set NAME=VALUE against the environment's table; env.params.NAME is understood too. */
static int check_set(const struct desc *d, const char *set, const char **bare, struct err *e)
{
    static const char prefix[] = "env.params.";
    char name[128], why[500];
    rlb_value v;
    *bare = strncmp(set, prefix, strlen(prefix)) == 0 ? set + strlen(prefix) : set;
    size_t n = strcspn(*bare, "=");
    snprintf(name, sizeof name, "%.*s", (int)n, *bare);
    if ((*bare)[n] == '\0')
        return err_set(e, ERR_USAGE, "--set %s: expected NAME=VALUE", set);
    int at = desc_param(d, name);
    if (at < 0) {
        VEC(const char *) names = {0};
        for (size_t i = 0; i < d->num_params; i++)
            vec_push(&names, d->params[i].name);
        const char *near = text_nearest(name, names.data, names.len);
        vec_finish(&names);
        return err_set(e, ERR_DATA, "--set %s: %s has no parameter '%s'%s%s%s", set, d->id, name,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (param_parse(&d->params[at], *bare + n + 1, &v, why, sizeof why))
        return err_set(e, ERR_DATA, "--set %s: %s", set, why);
    return OK;
}

static int dump_name(const struct cli *c, const struct desc *d, const char *out, struct err *e)
{
    VEC(const char *) sets = {0};
    struct buf files = {0};
    int status = OK;
    for (size_t i = 0; cli_get_nth(c, "set", i) && status == OK; i++) {
        const char *bare;
        status = check_set(d, cli_get_nth(c, "set", i), &bare, e);
        vec_push(&sets, bare);
    }
    if (status == OK)
        status = dump_run(out, &(struct dump_part){d, sets.data, sets.len}, NULL, &files, e);
    announce(&files);
    buf_finish(&files);
    vec_finish(&sets);
    return status;
}

/* The values of one plugin in a planned run. */
static void gather(const struct plan_run *r, const char *prefix, assignments *out)
{
    size_t n = strlen(prefix);
    for (size_t i = 0; i < r->num_values; i++)
        if (strncmp(r->values[i].key, prefix, n) == 0)
            vec_push(out, mem_printf("%s=%s", r->values[i].key + n, r->values[i].text));
}

static int dump_planned(const struct plan *p, const char *out, struct err *e)
{
    const struct plan_run *r = &p->runs.data[0];
    assignments env = {0}, algo = {0};
    struct buf files = {0};
    if (!r->env)
        return err_set(e, ERR_DATA,
                       "%s: its algorithm %s needs no environment, so there is no "
                       "model to write",
                       p->recipe_path, r->algo->id);
    gather(r, "env.params.", &env);
    gather(r, "algorithm.params.", &algo);
    int status = dump_run(out, &(struct dump_part){r->env, env.data, env.len},
                          &(struct dump_part){r->algo, algo.data, algo.len}, &files, e);
    announce(&files);
    if (status == OK && p->num_groups > 1)
        fprintf(stderr, "of %zu groups this is the first (%s); --set picks another\n",
                p->num_groups, r->label);
    buf_finish(&files);
    finish(&env);
    finish(&algo);
    return status;
}

static int dump_recipe(const struct cli *c, const struct registry *reg, const char *out,
                       struct err *e)
{
    struct recipe recipe;
    struct plan plan = {.name = NULL};
    VEC(const char *) sets = {0};
    for (size_t i = 0; cli_get_nth(c, "set", i); i++)
        vec_push(&sets, cli_get_nth(c, "set", i));
    char *file = recipe_find(c->args[1]);
    int status = recipe_read(file, &recipe, e);
    free(file);
    if (status == OK)
        status = plan_make(&recipe, reg, sets.data, sets.len, NULL, &plan, e);
    if (recipe_errors(&recipe) > 0) {
        struct buf text = {0};
        recipe_print_diags(&recipe, &text);
        fputs(buf_text(&text), stderr);
        buf_finish(&text);
    }
    if (status == OK)
        status = dump_planned(&plan, out, e);
    plan_finish(&plan);
    recipe_finish(&recipe);
    vec_finish(&sets);
    return status;
}

static bool looks_like_file(const char *name)
{
    size_t n = strlen(name);
    return strchr(name, '/') || (n > 5 && strcmp(name + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

int envs_dump(const struct cli *c, struct err *e)
{
    struct registry reg;
    const char *out = cli_get(c, "out");
    if (c->num_args != 2)
        return err_set(e, ERR_USAGE, "of what? rlbench envs dump NAME|RECIPE --out DIR");
    if (!out || !*out)
        return err_set(e, ERR_USAGE, "where to? --out DIR");
    int status = registry_load(&reg, cli_get(c, "plugin-path"), e);
    if (status != OK)
        return status;
    const struct desc *d = registry_find(&reg, DESC_ENVIRONMENT, c->args[1]);
    const char *near = registry_nearest(&reg, DESC_ENVIRONMENT, c->args[1]);
    if (d)
        status = dump_name(c, d, out, e);
    else if (near && !looks_like_file(c->args[1]))
        status =
            err_set(e, ERR_NOINPUT, "no environment '%s'; did you mean '%s'?", c->args[1], near);
    else
        status = dump_recipe(c, &reg, out, e);
    registry_finish(&reg);
    return status;
}
